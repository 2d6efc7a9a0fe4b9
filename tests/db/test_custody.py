"""Custody: on every day one county answers for a child; the others are asked, answer, refuse, or say nothing."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from bench.told import Row, children, tell
from sqlalchemy.engine import Connection

from childledger import cli, db, followup, ledger, places
from childledger.errors import LedgerError
from childledger.followup import offers as offering
from childledger.ledger import custody, past, sightings
from childledger.linkage import review
from childledger.messages import SHIELDED
from childledger.settings import BEIJING, Settings

HERE, THERE, ELSEWHERE, HUKOU, SHENZHEN = "410105", "410122", "410202", "411681", "440305"
SCHOOL, DOSES, INSURED, POLICE, AID = (
    "education.enrolment", "cdc.vaccination", "insurance.enrolment", "public_security.residence",
    "civil_affairs.assistance",
)  # fmt: skip
BORN = date(2016, 5, 1)


@pytest.fixture
def child(conn: Connection) -> int:
    """A child whom two departments have seen in one county since January."""
    number = children(conn, 1)[0]
    see(conn, number, HERE, date(2026, 1, 31), SCHOOL, INSURED)
    return number


def see(
    conn: Connection, child: int, county: str, day: date, *feeds: str, sender: str | None = None, **facts: str
) -> None:
    for feed in feeds:
        tell(conn, feed, sender or county, day, [Row(child, county, HUKOU, BORN, facts)])


def refresh(conn: Connection, *day: int) -> None:
    db.run(conn, "gate/discard_working_tables")  # several refreshes in one transaction
    ledger.refresh(conn, date(2026, *day))


def held(conn: Connection) -> list[tuple[str, date, date | None, str, str | None]]:
    """County, from, until, how it came to it and why it ended."""
    statement = (
        "select county_code, lower(period), upper(period), taken, ended_reason from ledger.custody order by period"
    )
    return [tuple(row) for row in conn.execute(sa.text(statement))]


def offers(conn: Connection) -> list[tuple[str, date, str, date | None]]:
    """County asked, when, what became of it and when."""
    statement = (
        "select county_code, offered_date, state, ended_date from ledger.offer order by offered_date, county_code"
    )
    return [tuple(row) for row in conn.execute(sa.text(statement))]


def pooled(conn: Connection) -> list[int]:
    return list(conn.execute(sa.text("select child_id from ledger.pool")).scalars())


def answer(conn: Connection, day: date, rejected_for: str | None = None) -> None:
    """The newest offer is answered."""
    number = conn.execute(sa.text("select offer_id from ledger.offer order by offered_date desc limit 1")).scalar_one()
    custody.answer(conn, number, "officer", day, rejected_for)


def test_the_county_of_origin_answers_until_another_one_accepts(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, 3, 10)
    assert held(conn) == [(HERE, date(2026, 1, 31), None, "origin", None)]
    assert offers(conn) == [(THERE, date(2026, 3, 5), "offered", None)]
    answer(conn, date(2026, 3, 12))
    refresh(conn, 3, 13)
    assert held(conn) == [
        (HERE, date(2026, 1, 31), date(2026, 3, 12), "origin", "transferred"),
        (THERE, date(2026, 3, 12), None, "officer", None),
    ]
    assert offers(conn) == [(THERE, date(2026, 3, 5), "accepted", date(2026, 3, 12))]
    assert believed(conn, child, before := heads(conn)[0]) == ([(HERE, None)], ["offered"])
    assert believed(conn, child, heads(conn)[1]) == ([(HERE, date(2026, 3, 12)), (THERE, None)], ["accepted"])
    past.forget(conn, child)
    assert believed(conn, child, before) == ([], [])


def heads(conn: Connection) -> list[int]:
    return list(conn.execute(sa.text("select refresh_id from ledger.refresh order by 1")).scalars())


def believed(conn: Connection, child: int, known: int) -> tuple[list[tuple[str, date | None]], list[str]]:
    """Who answered until 13 March, and what became of offers, as a refresh knew it."""
    told = past.child(conn, child, date(2026, 3, 13), known)
    return [(row.county_code, row.until) for row in told["custody"]], [row.state for row in told["offers"]]


def test_two_departments_pass_it_on_by_rule(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES, SCHOOL)
    refresh(conn, 3, 5)
    assert [row[0] for row in held(conn)] == [HERE]  # the day is not over
    refresh(conn, 3, 20)
    assert held(conn)[1:] == [(THERE, date(2026, 3, 6), None, "rule", None)]
    assert offers(conn) == [(THERE, date(2026, 3, 5), "accepted", date(2026, 3, 6))]


def test_an_office_may_let_no_rule_pass_a_child_on(
    conn: Connection, child: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = sightings.terms() | {"departments": None, "surveys": []}
    monkeypatch.setattr(sightings, "terms", lambda: strict)
    see(conn, child, THERE, date(2026, 3, 5), DOSES, POLICE, "civil_affairs.screening")
    refresh(conn, 4, 1)
    assert [(county, taken) for county, _, _, taken, _ in held(conn)] == [(HERE, "origin")]
    assert offers(conn)[0][::2] == (THERE, "expired")
    refresh(conn, 4, 2)
    answer(conn, date(2026, 4, 2))
    refresh(conn, 4, 4)
    assert [county for county, *_ in held(conn)] == [HERE, THERE]


def test_no_rule_decides_between_two_places(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES, SCHOOL)
    see(conn, child, HERE, date(2026, 3, 5), INSURED)
    refresh(conn, 3, 20)
    assert [row[0] for row in held(conn)] == [HERE]
    assert conn.execute(sa.text("select is_review from ledger.offer")).scalar_one()
    assert [row[2] for row in offers(conn)] == ["expired"]
    assert pooled(conn) == [child]


def test_a_rejected_child_stays_waits_in_the_pool_and_is_offered_where_it_is_seen(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, 3, 6)
    with pytest.raises(LedgerError, match="not_found"):
        answer(conn, date(2026, 3, 9), "because")
    answer(conn, date(2026, 3, 9), "not_found")
    see(conn, child, THERE, date(2026, 3, 31), DOSES)  # the same evidence never asks twice
    refresh(conn, 4, 5)
    assert (pooled(conn), held(conn)[-1][0]) == ([child], HERE)
    assert offers(conn) == [(THERE, date(2026, 3, 5), "rejected", date(2026, 3, 9))]
    assert conn.execute(sa.text("select reason from ledger.offer")).scalar_one() == "not_found"
    see(conn, child, ELSEWHERE, date(2026, 4, 10), POLICE)
    refresh(conn, 4, 11)
    assert offers(conn)[-1] == (ELSEWHERE, date(2026, 4, 10), "offered", None)
    assert pooled(conn) == []
    answer(conn, date(2026, 4, 12))
    refresh(conn, 4, 12)
    assert held(conn)[-1] == (ELSEWHERE, date(2026, 4, 12), None, "officer", None)
    assert pooled(conn) == []


def test_what_one_county_rejected_no_rule_gives_it(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, 3, 6)
    answer(conn, date(2026, 3, 9), "never_here")
    see(conn, child, THERE, date(2026, 3, 16), SCHOOL)  # another department: the county is asked again
    refresh(conn, 3, 20)
    assert [row[:3] for row in offers(conn)] == [
        (THERE, date(2026, 3, 5), "rejected"),
        (THERE, date(2026, 3, 16), "offered"),
    ]
    assert [row[0] for row in held(conn)] == [HERE]


def test_who_did_not_answer_in_time_may_still_take_the_child(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, 4, 1)
    assert offers(conn) == [(THERE, date(2026, 3, 5), "expired", date(2026, 3, 20))]
    assert pooled(conn) == [child]
    answer(conn, date(2026, 4, 2))
    refresh(conn, 4, 2)
    assert (held(conn)[-1][:2], pooled(conn)) == ((THERE, date(2026, 4, 2)), [])


def test_a_child_seen_again_at_home_leaves_the_pool(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, 4, 1)
    assert pooled(conn) == [child]
    see(conn, child, HERE, date(2026, 4, 5), POLICE)
    refresh(conn, 4, 6)
    assert pooled(conn) == []


def test_a_child_who_left_the_province_stays_until_that_is_confirmed(conn: Connection, child: int) -> None:
    see(conn, child, HERE, date(2026, 3, 5), SCHOOL, INSURED, enrolment_status="transferred_out")
    refresh(conn, 3, 6)
    assert held(conn) == [(HERE, date(2026, 1, 31), None, "origin", None)]
    see(conn, child, SHENZHEN, date(2026, 3, 20), AID, sender=HUKOU)
    refresh(conn, 4, 1)
    assert held(conn) == [(HERE, date(2026, 1, 31), date(2026, 3, 20), "origin", "left_province")]
    see(conn, child, THERE, date(2026, 4, 10), SCHOOL)
    refresh(conn, 4, 12)
    assert held(conn) == [(HERE, date(2026, 1, 31), None, "origin", None)]  # it was not for good: nobody else answered
    assert offers(conn) == [(THERE, date(2026, 4, 10), "offered", None)]


@pytest.mark.parametrize("reason", ["turned_16", "died"])
def test_custody_ends_for_a_reason(conn: Connection, reason: str) -> None:
    number = children(conn, 1)[0]
    born = date(2010, 3, 15) if reason == "turned_16" else BORN
    tell(conn, SCHOOL, HERE, date(2026, 1, 31), [Row(number, HERE, HUKOU, born)])
    if reason == "died":
        see(conn, number, HERE, date(2026, 3, 15), POLICE, permit_status="cancelled", cancel_reason="died")
    refresh(conn, 4, 1)
    assert held(conn) == [(HERE, date(2026, 1, 31), date(2026, 3, 15), "origin", reason)]


def test_a_merge_leaves_one_county_and_the_answer_follows_its_record(conn: Connection, child: int) -> None:
    other = children(conn, 1)[0]
    see(conn, other, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, 3, 6)
    assert len(held(conn)) == 2
    move = sa.text("update identity.member set child_id = :to where child_id = :of")
    conn.execute(move, {"to": child, "of": other})
    conn.execute(
        sa.text("update identity.child set merged_into = :to where child_id = :of"), {"to": child, "of": other}
    )
    refresh(conn, 3, 7)
    assert held(conn) == [(HERE, date(2026, 1, 31), None, "origin", None)]
    answer(conn, date(2026, 3, 8))
    refresh(conn, 3, 8)
    assert held(conn)[-1] == (THERE, date(2026, 3, 8), None, "officer", None)
    parted = sa.text("""
        update identity.member set child_id = :to
        from conformed.source_record as record
        where record.source_record_id = member.source_record_id and residence_code = :county
    """)
    conn.execute(parted, {"to": children(conn, 1)[0], "county": THERE})
    refresh(conn, 3, 9)
    assert [row[:2] for row in held(conn)] == [(HERE, date(2026, 1, 31)), (THERE, date(2026, 3, 5))]


def test_any_pause_between_refreshes_says_the_same(conn: Connection, child: int) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES)
    see(conn, child, ELSEWHERE, date(2026, 3, 15), SCHOOL, DOSES)
    see(conn, child, THERE, date(2026, 4, 20), SCHOOL, POLICE)
    savepoint = conn.begin_nested()
    refresh(conn, 9, 20)
    once = held(conn), offers(conn), pooled(conn)
    savepoint.rollback()
    for day in [date(2026, 3, 1) + timedelta(days) for days in range(0, 204, 29)]:
        refresh(conn, day.month, day.day)
    refresh(conn, 9, 20)
    assert (held(conn), offers(conn), pooled(conn)) == once
    assert len(once[0]) > 1 and {row[2] for row in once[1]} >= {"accepted", "withdrawn"}


def test_a_day_without_a_county_stops_the_refresh(conn: Connection, child: int) -> None:
    refresh(conn, 3, 1)
    assert "every_child_day_in_the_ledger_has_one_county" in ledger.verify(conn)
    conn.execute(sa.text("update ledger.custody set period = daterange('2026-02-20', null)"))
    with pytest.raises(LedgerError, match="every_child_day_in_the_ledger_has_one_county"):
        ledger.verify(conn)


def test_officers_answer_from_the_command_line(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with db.transaction(settings.database_url) as conn:
        first, second = children(conn, 2)
        for number in (first, second):
            see(conn, number, HERE, date(2026, 1, 31), SCHOOL)
            see(conn, number, THERE, date(2026, 3, 5), DOSES)
        refresh(conn, 3, 6)

    def told(*words: str) -> str:
        run = cli._parser(words).parse_args(words)
        run.run(run, settings)
        return capsys.readouterr().out

    waiting = told("offers", "--county", THERE)
    numbers = re.findall(r"offer_id=(\d+)", waiting)
    assert len(numbers) == 2 and told("offers", "--county", HERE).endswith("none\n")
    told("accept-offer", numbers[0], "--officer", "officer", "--on", "2026-03-07")
    told("reject-offer", numbers[1], "--reason", "moved_on", "--officer", "officer", "--on", "2026-03-07")
    with db.transaction(settings.database_url) as conn:
        refresh(conn, 3, 8)
    assert f"county_code={THERE}  since=2026-03-07  taken=officer" in told("custody", str(first))
    assert f"child_id={second}  county_code={HERE}  since_date=2026-03-07" in told("pool")
    with pytest.raises(LedgerError, match="accepted"):
        told("reject-offer", numbers[0], "--reason", "moved_on", "--officer", "officer")


def test_the_county_asked_finds_the_child_in_its_folder_and_who_waits_for_nobody_is_an_alarm(
    conn: Connection, child: int, settings: Settings
) -> None:
    see(conn, child, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, 3, 6)
    listed = settings.queues / THERE / f"{offering.LIST}_{THERE}.json"

    def told() -> list[tuple[int, str, str, str]]:
        offering.write(conn, settings)
        offers = json.loads(listed.read_text(encoding="utf-8"))["offers"]
        return [(offer["child_id"], offer["name"], offer["due_date"], offer["holder"]) for offer in offers]

    name = conn.execute(sa.text("select name from ledger.profile")).scalar_one()
    assert told() == [(child, name, "2026-03-20", places.division_title(HERE))]
    assert not (settings.queues / HERE / f"{offering.LIST}_{HERE}.json").exists()
    review.shield(conn, child, "shielded", "公安来函", "zhao")
    assert told()[0][1] == SHIELDED
    see(conn, child, THERE, date(2026, 3, 25), DOSES)
    refresh(conn, 3, 25)  # nobody answered
    assert told() == [] and pooled(conn) == [child]
    alarms = followup.watch(conn, datetime(2026, 3, 25, 9, tzinfo=BEIJING))
    assert alarms == [f"children no county took over: 1 since 2026-03-21 00:00, {HERE}"]
