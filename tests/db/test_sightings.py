"""Sightings: where a child is seen and by whom, what that proposes, and what is only a question for a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bench.told import Row, children, tell
from sqlalchemy.engine import Connection

from childledger import db, ledger

HERE, THERE, HUKOU = "410105", "410122", "411681"
SCHOOL, DOSES, INSURED, POLICE, SURVEY = (
    "education.enrolment", "cdc.vaccination", "insurance.enrolment", "public_security.residence",
    "civil_affairs.screening",
)  # fmt: skip


@pytest.fixture
def child(conn: Connection) -> int:
    """A child whom the school sees in one county since January, and the vaccination point until February."""
    number = children(conn, 1)[0]
    see(conn, number, SCHOOL, HERE, date(2026, 1, 31))
    see(conn, number, DOSES, HERE, date(2026, 2, 10))
    return number


def see(
    conn: Connection, child: int, feed: str, county: str, day: date, received: date | None = None, **facts: str
) -> int:
    return tell(conn, feed, county, day, [Row(child, county, HUKOU, facts=facts)], received)


def sighted(conn: Connection) -> list[tuple[object, ...]]:
    statement = "select county_code, feed, first_seen, last_seen, until_date from ledger.sighting order by 1, 2, 3"
    return [tuple(row) for row in conn.execute(sa.text(statement))]


def proposed(conn: Connection, day: date) -> list[tuple[str, date, bool, bool]]:
    """County, day, whether it is sure, whether a person must look; as of a day."""
    db.run(conn, "gate/discard_working_tables")  # several refreshes in one transaction
    ledger.refresh(conn, day)
    statement = "select county_code, proposed_date, is_sure, is_review from ledger.proposal order by proposed_date"
    return [
        (row.county_code, row.proposed_date, row.is_sure, row.is_review) for row in conn.execute(sa.text(statement))
    ]


def test_a_row_elsewhere_is_a_sighting_and_proposes_a_move(conn: Connection, child: int) -> None:
    see(conn, child, DOSES, THERE, date(2026, 3, 5), received=date(2026, 3, 9))
    assert proposed(conn, date(2026, 3, 8)) == []  # nobody could know
    assert proposed(conn, date(2026, 3, 20)) == [(THERE, date(2026, 3, 9), False, False)]
    assert sighted(conn) == [
        (HERE, DOSES, date(2026, 2, 10), date(2026, 2, 10), date(2026, 8, 10)),
        (HERE, SCHOOL, date(2026, 1, 31), date(2026, 1, 31), date(2026, 7, 31)),
        (THERE, DOSES, date(2026, 3, 5), date(2026, 3, 5), date(2026, 9, 5)),
    ]


def test_a_child_seen_in_one_county_only_moves_nowhere(conn: Connection, child: int) -> None:
    see(conn, child, INSURED, HERE, date(2026, 3, 1))
    assert proposed(conn, date(2026, 4, 1)) == []


def test_two_departments_leave_no_doubt(conn: Connection, child: int) -> None:
    see(conn, child, DOSES, THERE, date(2026, 3, 5))
    see(conn, child, SCHOOL, THERE, date(2026, 3, 16))
    found = proposed(conn, date(2026, 4, 1))
    assert found == [
        (THERE, date(2026, 3, 5), False, False),
        (THERE, date(2026, 3, 16), False, False),
        (THERE, date(2026, 3, 17), True, False),
    ]


def test_the_countys_own_survey_leaves_no_doubt(conn: Connection, child: int) -> None:
    tell(conn, SURVEY, HERE, date(2026, 3, 1), [Row(child, THERE, HUKOU)])  # another one's says little
    assert not any(sure for _, _, sure, _ in proposed(conn, date(2026, 3, 4)))
    see(conn, child, SURVEY, THERE, date(2026, 3, 5))
    assert (THERE, date(2026, 3, 6), True, False) in proposed(conn, date(2026, 3, 10))


def test_two_places_at_once_are_a_question_until_one_runs_out(conn: Connection, child: int) -> None:
    for feed in (DOSES, SCHOOL):
        see(conn, child, feed, THERE, date(2026, 3, 5))
    see(conn, child, INSURED, HERE, date(2026, 3, 5))  # on the same day: nobody is believed
    found = [told for told in proposed(conn, date(2026, 4, 1)) if told[0] == THERE]
    assert found == [(THERE, date(2026, 3, 5), False, True), (THERE, date(2026, 3, 6), False, True)]
    see(conn, child, SCHOOL, THERE, date(2026, 8, 31))
    assert proposed(conn, date(2026, 9, 6))[-1] == (THERE, date(2026, 9, 5), True, False)


def test_a_child_told_to_have_left_is_seen_there_no_longer(conn: Connection, child: int) -> None:
    for feed in (DOSES, SCHOOL):
        see(conn, child, feed, THERE, date(2026, 3, 5))
    see(conn, child, INSURED, HERE, date(2026, 3, 5))
    for feed in (INSURED, SCHOOL, DOSES):
        see(conn, child, feed, HERE, date(2026, 3, 20), enrolment_status="transferred_out")
    assert proposed(conn, date(2026, 4, 1))[-1] == (THERE, date(2026, 3, 20), True, False)
    assert {row[4] for row in sighted(conn) if row[0] == HERE} == {date(2026, 3, 20)}
    see(conn, child, SCHOOL, HERE, date(2026, 4, 15))
    assert proposed(conn, date(2026, 5, 1))[-1] == (HERE, date(2026, 4, 15), False, False)  # back: a move of its own


def test_where_a_visit_heard_that_a_child_went_proposes_a_move_and_changes_nothing_else(
    conn: Connection, child: int
) -> None:
    def visit(day: date, **facts: str) -> None:
        tell(conn, "townships.visits", HERE, day, [Row(child, None, None, facts=facts)])

    visit(date(2026, 3, 5), visit_outcome="reached", moved_to=THERE)  # seen here: it has not gone yet
    assert proposed(conn, date(2026, 3, 6)) == []
    visit(date(2026, 3, 7), visit_outcome="moved", moved_to=HERE)  # to another village
    assert proposed(conn, date(2026, 3, 8)) == []
    visit(date(2026, 3, 10), visit_outcome="moved", moved_to=THERE)
    assert proposed(conn, date(2026, 3, 12)) == [(THERE, date(2026, 3, 10), False, False)]
    assert (THERE, "townships.visits", date(2026, 3, 10), date(2026, 3, 10), date(2026, 9, 10)) in sighted(conn)
    offered = conn.execute(sa.text("select county_code from ledger.offer where state = 'offered'")).scalars().all()
    assert offered == [THERE]
    where = (
        conn.execute(sa.text("select distinct value from ledger.fact where kind = 'residence_code'")).scalars().all()
    )
    assert where == [HERE]


def test_a_correction_that_says_the_same_was_known_before(conn: Connection, child: int) -> None:
    first = see(conn, child, DOSES, THERE, date(2026, 3, 5))
    before = proposed(conn, date(2026, 3, 20))
    see(conn, child, DOSES, THERE, date(2026, 3, 5), received=date(2026, 3, 25))
    set_aside = "update conformed.source_record set status = 'superseded' where receipt_id = :receipt"
    conn.execute(sa.text(set_aside), {"receipt": first})
    conn.execute(
        sa.text("delete from identity.member where source_record_id / 10000000 = :receipt"), {"receipt": first}
    )
    assert proposed(conn, date(2026, 4, 1)) == before


def test_any_pause_between_refreshes_says_the_same(conn: Connection, child: int) -> None:
    see(conn, child, DOSES, THERE, date(2026, 3, 5), received=date(2026, 3, 9))
    see(conn, child, INSURED, HERE, date(2026, 3, 8))
    see(conn, child, SCHOOL, THERE, date(2026, 3, 16), received=date(2026, 4, 2))
    savepoint = conn.begin_nested()
    once = proposed(conn, date(2026, 9, 20))
    savepoint.rollback()
    days = [date(2026, 3, 1) + timedelta(days) for days in range(0, 204, 29)]
    assert [proposed(conn, day) for day in [*days, date(2026, 9, 20)]][-1] == once != []


def test_a_word_that_a_child_went_to_another_province_leaves_it_with_its_county(conn: Connection, child: int) -> None:
    went = {"visit_outcome": "moved", "moved_to": "440106"}
    tell(conn, "townships.visits", HERE, date(2026, 8, 15), [Row(child, None, None, facts=went)])
    assert proposed(conn, date(2026, 8, 20)) == []
    held = sa.text("select county_code, upper_inf(period) from ledger.custody")
    assert [tuple(row) for row in conn.execute(held)] == [(HERE, True)]
