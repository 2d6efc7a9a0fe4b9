"""The drawing of a child's life holds what the database holds of it, and nobody is recognised by it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

import office
from canon import drop_residence, residence, scalar, take_in
from childledger import cli, db, pipeline, timeline
from childledger.errors import LedgerError
from childledger.settings import Settings

SECRETS = ("name", "id_number", "birth_date", "address", "guardian_name", "guardian_phone", "school_roll_number")


def run(settings: Settings, day: date) -> None:
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)


def test_a_life_is_drawn_as_the_ledger_has_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop_pupils(settings, [office.pupil(1)], "20241031")
    told = office.survey(1, surveyed_on="2024-11-15", residence_since="2024-03-01", vagrancy="是")
    office.drop_survey(settings, [told], "20241115")
    run(settings, date(2024, 12, 1))
    with db.transaction(settings.database_url) as conn:
        item = dict(conn.execute(sa.text("select item_id, child_id from followup.item")).one()._mapping)
    child = office.pupil(1)
    item |= {"name": child["name"], "birth_date": child["birth_date"], "sex_title": child["sex"]}
    office.drop_visits(settings, [office.visit(item, visited_on="2024-12-03")], "20241203")
    drop_residence(settings, [residence(1, permit_status="有效")], "20260331")
    lost = office.survey(1, survey_number="MP2", surveyed_on="2026-04-20", guardian_status="失联")
    office.drop_survey(settings, [lost], "20260420")
    run(settings, date(2026, 6, 30))
    number = item["child_id"]
    marks = timeline.life(settings, number)
    lanes = {lane: [mark for mark in marks if mark["lane"] == lane] for lane in timeline.LANES}
    assert [mark["word"] for mark in lanes["visit"]] == ["confirmed_protected"]
    flags = {mark["label"].split(" ")[0]: (mark["word"], mark["state"]) for mark in lanes["flag"]}
    assert flags["vagrancy"] == ("confirmed_protected", timeline.ENDED)
    assert flags["guardian_missing"] == ("open", timeline.OPEN)
    facts = scalar(settings, "select count(distinct kind) from ledger.fact where kind not in ('item_id', 'child_id')")
    assert len({mark["label"] for mark in lanes["fact"]}) == facts
    assert len(lanes["answers"]) == scalar(settings, "select count(*) from ledger.custody")
    assert {"evidence_expired"} <= {mark["word"] for mark in lanes["tier"]} and lanes["seen"] and lanes["number"]
    monkeypatch.setattr(Settings, "load", classmethod(lambda cls: settings))
    out = tmp_path / "life.svg"
    assert cli.main(["timeline", str(number), "--out", str(out)]) == 0
    drawn = out.read_text(encoding="utf-8")
    assert all(word in drawn for word in (f"child {number}", "guardian_missing", "confirmed_protected", "2026-06-30"))
    assert all(state in drawn for state in (">ended<", ">waits for a person<")), "what a colour means is told"
    for column in SECRETS:
        assert str(child[column]) not in drawn
    with pytest.raises(LedgerError, match="says nothing"):
        timeline.life(settings, 999999)


def test_words_of_one_row_never_run_into_each_other() -> None:
    mark = {"lane": "visit", "label": "reached", "word": "confirmed_referred", "is_point": True, "until": "2026-06-30"}
    days = ["2025-01-06", "2025-01-20", "2025-02-03", "2025-12-01"]
    visits = [mark | {"since": day} for day in days]
    rows = [row["label"].count(timeline.BELOW) for row in timeline.spread(visits, "2024-09-09", "2026-06-30")]
    assert sorted(rows) == [0, 0, 1, 2]  # the last one is far enough from the first
    silent = [visit | {"word": ""} for visit in visits]
    assert {row["label"] for row in timeline.spread(silent, "2024-09-09", "2026-06-30")} == {"reached"}
