"""Children who move: the old county's word ends nothing in the new one, and somebody answers until another one does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from bench.told import Row, children, tell
from sqlalchemy.engine import Connection

from childledger import db, ledger
from childledger.ledger import custody, duty

HERE, THERE, HUKOU, SHENZHEN = "410105", "410122", "411681", "440305"
SCHOOL, DOSES, INSURED = "education.enrolment", "cdc.vaccination", "insurance.enrolment"
POLICE, AID, SURVEY = "public_security.residence", "civil_affairs.assistance", "civil_affairs.screening"
BORN = date(2016, 5, 1)
CAME = {"residence_since": "2024-03-01", "lives_with": "both_parents"}
LEFT = {"permit_status": "cancelled", "cancel_reason": "moved_out"}


def see(conn: Connection, child: int, county: str, day: date, *feeds: str, sender: str = "", **facts: str) -> None:
    for feed in feeds:
        tell(conn, feed, sender or county, day, [Row(child, county, HUKOU, BORN, dict(facts))])


def refresh(conn: Connection, day: date) -> None:
    db.run(conn, "gate/discard_working_tables")
    ledger.refresh(conn, day)


def entries(conn: Connection) -> list[tuple[Any, ...]]:
    told = "select county_code, left_date, left_reason from ledger.entry where left_reason is distinct from 'withdrawn'"
    return [tuple(row) for row in conn.execute(sa.text(told))]


def answering(conn: Connection) -> list[Any]:
    return list(conn.execute(sa.text("select county_code from ledger.custody where upper_inf(period)")).scalars())


def offer(conn: Connection) -> Any:
    return conn.execute(sa.text("select offer_id from ledger.offer order by offered_date limit 1")).scalar_one()


@pytest.mark.parametrize("feeds", [(SCHOOL, DOSES), (SURVEY,), (POLICE,)])
def test_an_old_county_that_tells_late_ends_nothing_in_the_new_one(conn: Connection, feeds: tuple[str, ...]) -> None:
    (number,) = children(conn, 1)
    see(conn, number, HERE, date(2026, 1, 31), SCHOOL, POLICE)
    see(conn, number, THERE, date(2026, 3, 5), *feeds, **CAME | {"residence_since": "2026-02-20"})
    see(conn, number, HERE, date(2026, 6, 30), POLICE, **LEFT)
    refresh(conn, date(2026, 7, 10))
    assert (THERE, None, None) in entries(conn)
    assert conn.execute(sa.text("select residence_code from ledger.profile")).scalars().all() == [THERE]


@pytest.mark.parametrize("reason", ["moved_out", "returned"])
def test_of_one_day_the_new_county_counts_with_its_needs(conn: Connection, reason: str) -> None:
    (number,) = children(conn, 1)
    see(conn, number, HERE, date(2025, 12, 31), POLICE)
    see(conn, number, THERE, date(2026, 6, 30), SURVEY, guardian_status="missing", **CAME)
    see(conn, number, THERE, date(2026, 6, 30), SCHOOL, DOSES, INSURED)
    see(conn, number, HERE, date(2026, 6, 30), POLICE, **LEFT | {"cancel_reason": reason})
    refresh(conn, date(2026, 7, 10))
    assert (THERE, None, None) in entries(conn)
    asked = conn.execute(sa.text("select flag_code, county_code, status from ledger.flag")).all()
    assert ("guardian_missing", THERE, "open") in [tuple(row) for row in asked]


def test_who_left_is_gone_where_nobody_saw_it_later(conn: Connection) -> None:
    (number,) = children(conn, 1)
    see(conn, number, THERE, date(2026, 1, 31), SCHOOL, **CAME)
    see(conn, number, HERE, date(2026, 3, 5), SCHOOL, POLICE, **CAME)
    see(conn, number, HERE, date(2026, 6, 30), POLICE, **LEFT)
    refresh(conn, date(2026, 7, 10))
    assert (HERE, date(2026, 6, 30), "moved") in entries(conn)
    assert not [county for county, left, _ in entries(conn) if left is None]


def test_who_moved_once_and_went_home_is_asked_about_no_more(conn: Connection) -> None:
    (number,) = children(conn, 1)
    see(conn, number, HERE, date(2026, 1, 31), SCHOOL)
    see(conn, number, THERE, date(2026, 3, 5), SCHOOL, POLICE)
    see(conn, number, THERE, date(2026, 6, 1), SURVEY, guardian_status="absent", **CAME)
    refresh(conn, date(2026, 6, 10))
    asked = sa.text("select status from ledger.flag where flag_code = 'guardian_absent'")
    assert conn.execute(asked).scalars().all() == ["open"]
    see(conn, number, THERE, date(2026, 6, 30), POLICE, **LEFT | {"cancel_reason": "returned"})
    refresh(conn, date(2026, 7, 10))
    assert {reason for _, _, reason in entries(conn)} >= {"moved", "returned"}
    assert conn.execute(asked).scalars().all() == ["lapsed"]


def test_who_moved_on_nobody_knows_where_is_owed_by_the_county_that_answers(conn: Connection) -> None:
    (number,) = children(conn, 1)
    see(conn, number, HERE, date(2026, 1, 31), SCHOOL)
    see(conn, number, THERE, date(2026, 3, 5), POLICE)
    refresh(conn, date(2026, 3, 10))
    see(conn, number, THERE, date(2026, 4, 5), POLICE, **LEFT)
    for day in (date(2026, 4, 10), date(2026, 12, 20)):
        refresh(conn, day)
    found = duty.unrefreshed(conn, date(2026, 12, 20), date(2026, 12, 20), 180)
    assert [(row.county_code, row.child_id) for row in found] == [(HERE, number)]


def test_a_county_that_never_saw_the_child_owes_nothing_and_the_one_that_answers_everything(conn: Connection) -> None:
    (number,) = children(conn, 1)
    home = {"residence_township": "花园路街道", "residence_village": "第三社区"}
    see(conn, number, HERE, date(2026, 1, 20), SURVEY, **CAME | home)
    see(conn, number, THERE, date(2026, 3, 5), POLICE)
    refresh(conn, date(2026, 3, 6))
    custody.answer(conn, offer(conn), "officer", date(2026, 3, 9), "never_here")
    refresh(conn, date(2026, 3, 10))
    db.run(conn, "gate/discard_working_tables")
    duty.owe_visits(conn, date(2026, 3, 20))
    assert conn.execute(sa.text("select county_code from owed_visit")).scalars().all() == [HERE]
    refresh(conn, date(2026, 12, 20))
    assert [row.county_code for row in duty.blocking(conn, date(2027, 1, 10), "2026H2")] == [HERE]


def test_leaving_one_county_long_ago_ends_no_custody_of_another(conn: Connection) -> None:
    (number,) = children(conn, 1)
    see(conn, number, HERE, date(2025, 1, 31), SCHOOL, INSURED)
    see(conn, number, HERE, date(2025, 6, 30), SCHOOL, INSURED, enrolment_status="transferred_out")
    for day in (date(2025, 9, 10), date(2026, 1, 10)):
        see(conn, number, THERE, day, SCHOOL, INSURED)
    see(conn, number, SHENZHEN, date(2026, 3, 20), AID, sender=HUKOU)
    refresh(conn, date(2026, 8, 20))  # the lists of the second have run out; nobody said that the child left
    assert answering(conn) == [THERE]


def test_a_rejection_of_the_day_the_rule_would_pass_counts(conn: Connection) -> None:
    (number,) = children(conn, 1)
    see(conn, number, HERE, date(2026, 1, 31), SCHOOL, INSURED)
    see(conn, number, THERE, date(2026, 3, 5), DOSES)
    refresh(conn, date(2026, 3, 6))
    see(conn, number, THERE, date(2026, 3, 8), SCHOOL)
    refresh(conn, date(2026, 3, 8))
    custody.answer(conn, offer(conn), "officer", date(2026, 3, 9), "never_here")
    refresh(conn, date(2026, 3, 9))
    assert answering(conn) == [HERE]


@pytest.mark.parametrize("other", ["410102", "411681"])
def test_of_two_schools_lists_of_one_day_that_of_the_childs_county_counts(conn: Connection, other: str) -> None:
    (number,) = children(conn, 1)
    see(conn, number, HERE, date(2026, 6, 30), SURVEY, **CAME)
    see(conn, number, HERE, date(2026, 6, 30), SCHOOL, enrolment_status="dropped_out")
    see(conn, number, HERE, date(2026, 6, 30), SCHOOL, sender=other, enrolment_status="enrolled")
    refresh(conn, date(2026, 7, 6))
    asked = conn.execute(sa.text("select flag_code from ledger.flag where status = 'open'")).scalars().all()
    assert "dropped_out" in asked


@pytest.mark.parametrize("order", [(HERE, HUKOU), (HUKOU, HERE)])
def test_whose_list_lay_last_in_the_inbox_does_not_matter(conn: Connection, order: tuple[str, str]) -> None:
    (number,), born = children(conn, 1), date(2022, 5, 1)
    tell(conn, SURVEY, HERE, date(2026, 6, 20), [Row(number, HERE, HUKOU, born, dict(CAME))])
    for county in order:
        status = {"vaccination_status": "incomplete" if county == HERE else "complete"}
        tell(conn, DOSES, county, date(2026, 6, 30), [Row(number, HERE, HUKOU, born, status)], date(2026, 7, 5))
    refresh(conn, date(2026, 7, 6))
    asked = conn.execute(sa.text("select flag_code, status from ledger.flag")).all()
    assert [tuple(row) for row in asked] == [("vaccination_incomplete", "open")]
