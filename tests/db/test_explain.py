"""Explaining: which route links, which constraint forbids, what people said; and nobody is recognised by it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

import office
from childledger import cli, db, explaining, pipeline, trace
from childledger.errors import LedgerError
from childledger.linkage.rules import rules
from childledger.settings import Settings
from reviewers import child_of, in_doubt, resolve, rows, run, scalar, two

SECRETS = ("name", "id_number", "birth_date", "address", "guardian_name", "guardian_phone", "school_roll_number")


def test_a_child_is_explained_record_by_record(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_survey(settings, [office.survey(1)])
    run(settings)
    told = explaining.child(settings, scalar(settings, "select distinct child_id from identity.member"))
    assert told.count("route=exact_id") >= 2 and "agreed=sex equal, name exact, id_number equal" in told
    assert "file=学籍信息_410105_20260630.csv  line=2" in told and "feed=civil_affairs.screening" in told
    assert f"rule_version={rules().version}" in told and "kind=create" in told
    for column in SECRETS:
        assert str(office.pupil(1)[column]) not in told


def test_a_merged_number_leads_to_the_child_it_became(settings: Settings) -> None:
    left, right = two(settings)
    gone = max(child_of(settings, left), child_of(settings, right))
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    resolve(settings)
    told = explaining.child(settings, gone)
    assert told.startswith(f"child {gone} is child {child_of(settings, left)} (merged)")
    assert "route=judged" in told and "state=counts" in told


def test_a_pair_is_told_what_would_link_it(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    office.drop_survey(settings, [office.survey(1, id_number="")])
    run(settings)
    left, right = (row[0] for row in rows(settings, "select source_record_id from identity.member order by 1"))
    told = explaining.pair(settings, right, left)
    assert "route=composite" in told and "guardian_phone equal" in told
    assert "column=name  relation=agree  left=学**  right=学**" in told or "left=学*一  right=学*一" in told
    assert "column=id_number  relation=blank" in told
    for column in SECRETS:
        assert str(office.pupil(1)[column]) not in told


def test_a_pair_is_told_why_it_is_asked_about_and_what_forbids_it(settings: Settings) -> None:
    left, right = in_doubt(settings)
    told = explaining.pair(settings, left, right)
    assert "none links these two alone" in told and "asked_because=same_id_other_name" in told
    pipeline.judge_records(settings, left, right, "DIFFERENT", "两个孩子", "wang")
    assert "verdict=DIFFERENT  reviewer=wang" in explaining.pair(settings, left, right)
    office.drop_pupils(settings, [office.pupil(n) for n in (2, 3)], "20260601")
    run(settings)
    others = rows(settings, "select source_record_id from conformed.source_record where as_of_date = '2026-06-01'")
    told = explaining.pair(settings, others[0][0], others[1][0])
    assert "forbidden_by=id_number,school_roll_number" in told


def test_explain_takes_a_child_or_a_pair_and_nothing_else(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left, right = in_doubt(settings)
    monkeypatch.setattr(Settings, "load", classmethod(lambda cls: settings))
    assert cli.main(["explain", f"{left}-{right}"]) == 0
    assert cli.main(["explain", str(child_of(settings, left))]) == 0
    assert cli.main(["history", str(child_of(settings, left))]) == 0
    assert office.pupil(1)["name"] not in capsys.readouterr().out
    chart = tmp_path / "chart.svg"
    assert cli.main(["explain", f"{left}-{right}", "--chart", str(chart)]) == 0
    asked = chart.read_bytes()
    assert b"same_id_other_name: nothing was weighed" in asked and b"id_number: equal" in asked
    assert not any(str(office.pupil(1)[column]).encode() in asked for column in SECRETS)
    for subject in ("abc", "1-2-3", f"{left}-{left}", "999999"):
        assert cli.main(["explain", subject]) != 0
    with pytest.raises(LedgerError, match="no child"):
        explaining.child(settings, 999999)


def test_exact_evidence_is_drawn_as_what_agrees(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)])
    office.drop_survey(settings, [office.survey(1)])
    run(settings)
    [(linked,)] = rows(settings, "select distinct child_id from identity.member where route = 'exact_id'")
    drawn = explaining.draw(settings, linked, None)
    assert b"exact_id: nothing was weighed" in drawn
    assert b"id_number: equal" in drawn and b"name: exact" in drawn
    [(alone,)] = rows(settings, "select child_id from identity.member where route = 'alone'")
    with pytest.raises(LedgerError, match="nothing else speaks of this record"):
        explaining.draw(settings, alone, None)


def test_what_was_weighed_is_told_and_drawn(settings: Settings) -> None:
    left, right = in_doubt(settings)
    weighed = '{"name": ["one character", 4.5], "birth_date": ["exact", 12.5], "household": ["shared", 3.0]}'
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("update identity.pair set weight = 8.5, evidence = CAST(:e as jsonb)"), {"e": weighed})
        conn.execute(sa.text("update identity.member set weight = 8.5, evidence = CAST(:e as jsonb)"), {"e": weighed})
    told = explaining.pair(settings, left, right)
    assert "column=birth_date  relation=agree  bits=12.5" in told
    assert "column=name  relation=differ (one character)  bits=4.5" in told
    assert "column=household  relation=shared  bits=3.0" in told and "weight=8.5" in told
    assert "(+8.5 bits)" in trace.pairs(settings, 20)
    for drawn in (explaining.draw(settings, left, right), explaining.draw(settings, child_of(settings, left), None)):
        assert all(word in drawn for word in (b"<svg", b"name: one character", b"+12.5", "−11.5".encode()))
