"""A round is closed by a person under frozen figures, never over a reason, and what was signed stays."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

import office
from childledger import db, pipeline, rounds, signoff
from childledger.errors import CheckFailed, LedgerError
from childledger.ledger import definitions
from childledger.settings import Settings
from halfyear import DAY, OFFICER, ROUND, account, complete, reasons, rows, send_nil, take_in

PLACE = (ROUND, office.COUNTY)


def test_a_round_is_signed_only_where_the_ledger_holds_to_the_last_child(settings: Settings) -> None:
    complete(settings)
    with db.transaction(settings.database_url) as conn:  # in no record, so that no refresh looks at the child again
        conn.execute(sa.text("delete from ledger.custody"))
    pipeline.refresh(settings, DAY)
    with pytest.raises(CheckFailed, match="every_child_day_in_the_ledger_has_one_county: 2 rows"):
        signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    assert rows(settings, "select 1 from rounds.signing") == []


def test_a_round_is_signed_reopened_and_signed_again(settings: Settings) -> None:
    complete(settings)
    assert signoff.list_ready(settings, DAY) == [{"round_name": ROUND, "county_code": office.COUNTY}]
    assert signoff.close(settings, *PLACE, **OFFICER, as_of=DAY) == 1
    assert signoff.list_ready(settings, DAY) == []
    with pytest.raises(LedgerError, match="is closed by version 1"):
        signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    ((figures, sha256, officer),) = rows(settings, "select figures, sha256, officer from rounds.signing")
    assert (hashlib.sha256(figures.encode()).hexdigest(), officer) == (sha256, OFFICER["officer"])
    signed = json.loads(figures)
    assert signed["entries"] == {"candidate": 1, "monitored": 1} and signed["flags"] == {"vagrancy open": 1}
    assert [verdict for _, _, verdict in signed["inputs"]["receipts"]].count("nil") == 7
    assert "学生" not in figures

    office.drop_pupils(settings, [office.pupil(1), office.pupil(2), office.pupil(3)], suffix="_更正1")
    take_in(settings)
    with pytest.raises(LedgerError, match="needs an officer and a reason"):
        signoff.reopen(settings, *PLACE, "王科长", " ")
    assert signoff.reopen(settings, *PLACE, "王科长", "教育局更正") == 1
    assert [s.state for s in signoff.list_rounds(settings, DAY, ROUND) if s.county_code == office.COUNTY] == ["due"]
    assert signoff.close(settings, *PLACE, **OFFICER, as_of=DAY) == 2
    kept = rows(settings, "select version, figures, changes from rounds.signing order by 1")
    assert kept[0][1] == figures
    surveyed = "select receipt_id from intake.receipt where feed = 'civil_affairs.screening' and not is_nil"
    pipeline.withdraw(settings, rows(settings, surveyed)[0][0], "误报", "tester")
    assert account(settings).feeds["civil_affairs.screening"]["withdrawn"] == 1
    for version in (1, 2):  # what came and went since changes nothing of what was known then
        assert signoff.rebuild(settings, *PLACE, version).startswith(f"version {version}: ")
    assert kept[1][2]["statement.children → entries.in"] == [2, 3] and kept[1][2]["entries.candidate"] == [1, 2]
    told = signoff.show(settings, *PLACE, DAY)
    assert (
        "keeps it open" not in told
        and "reopened by 王科长" in told
        and "figures changed" in told
        and "closed on" in told
    )


def test_nothing_is_signed_over_a_reason(settings: Settings) -> None:
    send_nil(settings, "education.enrolment")
    take_in(settings)
    with pytest.raises(LedgerError, match="can't be closed: files_missing 1"):
        signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    office.drop_pupils(settings, [office.pupil(1)])
    take_in(settings, date(2026, 7, 21))
    with pytest.raises(LedgerError, match="needs an officer and a reason"):
        signoff.close(settings, *PLACE, officer="王科长", reason="", as_of=DAY)
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("delete from ledger.entry"))
        conn.execute(sa.text("delete from ledger.version"))
    with pytest.raises(LedgerError, match="children → entries differs by -1"):
        signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    assert rows(settings, "select 1 from rounds.signing") == []


def test_two_who_sign_at_once_leave_one_signature(settings: Settings) -> None:
    send_nil(settings)
    take_in(settings)

    def sign(officer: str) -> int | str:
        try:
            return signoff.close(settings, *PLACE, officer, "已核对", as_of=DAY)
        except LedgerError as refused:
            return str(refused)

    with ThreadPoolExecutor(2) as officers:
        told = sorted(map(str, officers.map(sign, ("王科长", "李科长"))))
    assert told == ["1", f"{ROUND} of {office.COUNTY} is closed by version 1; reopen it first"]
    assert rows(settings, "select count(*) from rounds.signing") == [(1,)]


def test_what_was_signed_is_never_changed(settings: Settings) -> None:
    send_nil(settings)
    take_in(settings)
    signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    pipeline.refresh(settings, DAY)
    assert signoff.rebuild(settings, *PLACE).startswith("version 1: ")
    for statement in ("delete from rounds.signing", "update rounds.signing set figures = '{}'"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="only ever added to"),
            db.transaction(settings.database_url) as conn,
        ):
            conn.execute(sa.text(statement))


def test_a_signed_round_is_counted_again_by_the_definition_it_was_signed_by(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.drop_pupils(settings, [office.pupil(1, hukou_code="410102")])
    send_nil(settings, "education.enrolment")
    take_in(settings)
    signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    districts = {"410100": ["410102", "410105"]}
    monkeypatch.setattr(definitions.Definition, "exempt_districts", lambda self: districts)
    assert signoff.rebuild(settings, *PLACE).startswith("version 1")


def test_signed_figures_agree_with_what_departments_count_themselves(settings: Settings) -> None:
    complete(settings)
    said = {"officer": "王科长", "reason": "教体局函〔2026〕7号"}
    signoff.tell_count(settings, *PLACE, "education.enrolment", 3, **said)
    signoff.tell_count(settings, *PLACE, "civil_affairs.screening", 1, **said)
    assert reasons(settings) == {"counts_differ": 1}
    assert "education.enrolment: its register has 3, the ledger took 2" in signoff.show(settings, *PLACE, DAY)
    with pytest.raises(LedgerError, match="can't be closed: counts_differ 1"):
        signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2, 3)], suffix="_更正1")
    take_in(settings)
    assert reasons(settings) == {}
    signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    signoff.tell_count(settings, *PLACE, "education.enrolment", 4, **said)  # what is told later changes nothing signed
    assert signoff.rebuild(settings, *PLACE).startswith("version 1: ")
    ((figures,),) = rows(settings, "select figures from rounds.signing")
    assert json.loads(figures)["registers"] == {
        "civil_affairs.screening": {"counted": 1, "told": 1},
        "education.enrolment": {"counted": 3, "told": 3},
    }
    with pytest.raises(LedgerError, match=r"no feed is called .education.nothing."):
        signoff.tell_count(settings, *PLACE, "education.nothing", 3, **said)


def test_a_list_is_counted_by_its_newest_day_and_events_by_all(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)], "20260301")
    office.drop_pupils(settings, [office.pupil(2)], "20260601")
    for number, day in enumerate(("2026-03-01", "2026-06-01"), 1):
        office.drop_survey(settings, [office.survey(number, surveyed_on=day)], day.replace("-", ""))
    take_in(settings)
    for feed in ("education.enrolment", "civil_affairs.screening"):
        signoff.tell_count(settings, *PLACE, feed, 0, "王科长", "会议")
    with db.transaction(settings.database_url) as conn:
        found = rounds.counts.compare(conn, ROUND, office.COUNTY, datetime.now(UTC), None)
        before = rounds.counts.compare(conn, ROUND, office.COUNTY, datetime(2026, 1, 1, tzinfo=UTC), None)
    assert [(row.feed, row.counted) for row in found] == [("civil_affairs.screening", 2), ("education.enrolment", 1)]
    assert [row.counted for row in before] == [0, 0]


def test_a_list_corrected_once_more_after_the_signature_is_counted_as_it_was(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2), office.pupil(3)])
    send_nil(settings, "education.enrolment")
    take_in(settings)
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2)], suffix="_更正1")
    take_in(settings)
    signoff.tell_count(settings, *PLACE, "education.enrolment", 2, "王科长", "会议")
    signoff.close(settings, *PLACE, **OFFICER, as_of=DAY)
    office.drop_pupils(settings, [office.pupil(1)], suffix="_更正2")
    take_in(settings)
    assert signoff.rebuild(settings, *PLACE).startswith("version 1: ")
    for receipt in rows(settings, "select receipt_id from intake.receipt where not is_nil order by received_at desc"):
        pipeline.withdraw(settings, receipt[0], "误报", "tester")
        assert signoff.rebuild(settings, *PLACE).startswith("version 1: ")
