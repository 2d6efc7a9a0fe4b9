"""Who is in it: every edge of the definitions, and stays that are the same however often anybody looked."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

import told
from childledger import cli, db, ledger
from childledger.errors import LedgerError
from childledger.ledger import bridges, definitions
from childledger.ledger.definitions import Local
from childledger.settings import Settings
from told import POLICE, ROLL, away

END = date(2027, 8, 1)
Told = list[tuple[str, str, dict[str, Any]]]
"""Day, feed, what it said."""
Stay = tuple[str, str, str, str | None, str | None]
"""Tier, county, entered, left, why."""


def survey(day: str, **changes: Any) -> tuple[str, str, dict[str, Any]]:
    return day, told.SCREENING, away(**changes)


HOME = {"residence_code": "411681", "residence_since": None}
NEARBY = {"hukou_code": "410105", "hukou_township": "甲镇", "residence_township": "乙街道"}
CASES: dict[str, tuple[Told, list[Stay], list[Stay]]] = {
    "sixteen on the day": (
        [survey("2026-06-20", birth_date="2010-08-01")],
        [("monitored", "410105", "2026-06-20", "2026-08-01", "turned_16")],
        [("statistical", "410105", "2026-06-20", "2026-08-01", "turned_16")],
    ),
    "sixteen before anybody told": ([survey("2026-08-01", birth_date="2010-08-01")], [], []),
    "six months on the day, then no more news": (
        [survey("2026-06-20", residence_since="2026-02-10")],
        [
            ("candidate", "410105", "2026-06-20", "2026-08-10", "other_tier"),
            ("monitored", "410105", "2026-08-10", "2026-12-20", "evidence_expired"),
        ],
        [("statistical", "410105", "2026-08-10", "2026-12-20", "evidence_expired")],
    ),
    "months never told": (
        [("2026-06-30", ROLL, away(residence_since=None))],
        [("candidate", "410105", "2026-06-30", "2026-12-30", "evidence_expired")],
        [],
    ),
    "nobody came along": (
        [survey("2026-06-20", lives_with="alone")],
        [("candidate", "410105", "2026-06-20", "2026-12-20", "evidence_expired")],
        [],
    ),
    "a year of silence": (
        [survey("2026-01-10"), survey("2027-01-15")],
        [
            ("monitored", "410105", "2026-01-10", "2026-07-10", "evidence_expired"),
            ("monitored", "410105", "2027-01-15", "2027-07-15", "evidence_expired"),
        ],
        [
            ("statistical", "410105", "2026-01-10", "2026-07-10", "evidence_expired"),
            ("statistical", "410105", "2027-01-15", "2027-07-15", "evidence_expired"),
        ],
    ),
    "back home": (
        [survey("2026-06-20"), survey("2026-09-01", **HOME)],
        [("monitored", "410105", "2026-06-20", "2026-09-01", "returned")],
        [("statistical", "410105", "2026-06-20", "2026-09-01", "returned")],
    ),
    "on to another county": (
        [survey("2026-06-20"), ("2026-09-01", ROLL, away(residence_code="410205", residence_since=None))],
        [
            ("monitored", "410105", "2026-06-20", "2026-09-01", "moved"),
            ("monitored", "410205", "2026-09-01", "2026-12-20", "other_tier"),
            ("candidate", "410205", "2026-12-20", "2027-03-01", "evidence_expired"),
        ],
        [
            ("statistical", "410105", "2026-06-20", "2026-09-01", "moved"),
            ("statistical", "410205", "2026-09-01", "2026-12-20", "not_met"),
        ],
    ),
    "on to another province": (
        [survey("2026-06-20"), ("2026-09-01", ROLL, away(residence_code="440305"))],
        [("monitored", "410105", "2026-06-20", "2026-09-01", "moved")],
        [("statistical", "410105", "2026-06-20", "2026-09-01", "moved")],
    ),
    "died, whatever a roll repeats": (
        [
            survey("2026-06-20"),
            ("2026-07-31", POLICE, away(cancel_reason="died")),
            ("2026-08-31", ROLL, away()),
            ("2027-06-30", ROLL, away()),
        ],
        [("monitored", "410105", "2026-06-20", "2026-07-31", "died")],
        [("statistical", "410105", "2026-06-20", "2026-07-31", "died")],
    ),
    "registered elsewhere, then seen again": (
        [survey("2026-06-20"), ("2026-07-31", POLICE, away(cancel_reason="moved_out")), survey("2026-08-15")],
        [
            ("monitored", "410105", "2026-06-20", "2026-07-31", "moved"),
            ("monitored", "410105", "2026-08-15", "2027-02-15", "evidence_expired"),
        ],
        [
            ("statistical", "410105", "2026-06-20", "2026-07-31", "moved"),
            ("statistical", "410105", "2026-08-15", "2027-02-15", "evidence_expired"),
        ],
    ),
    "a visit found nobody left": (
        [survey("2026-06-20"), ("2026-07-11", "townships.visits", {"verdict": "returned_home"})],
        [("monitored", "410105", "2026-06-20", "2026-07-11", "returned")],
        [("statistical", "410105", "2026-06-20", "2026-07-11", "returned")],
    ),
    "the register moved here": (
        [survey("2026-06-20"), ("2026-08-01", POLICE, away(hukou_code="410105"))],
        [("monitored", "410105", "2026-06-20", "2026-08-01", "returned")],
        [("statistical", "410105", "2026-06-20", "2026-08-01", "returned")],
    ),
    "only across townships": (
        [survey("2026-06-20", **NEARBY)],
        [],
        [("statistical", "410105", "2026-06-20", "2026-12-20", "evidence_expired")],
    ),
    "within a township": ([survey("2026-06-20", **NEARBY | {"hukou_township": "乙街道"})], [], []),
    "a township nobody told": ([survey("2026-06-20", **NEARBY | {"hukou_township": None})], [], []),
    "before any definition": ([survey("2024-03-01")], [], []),
    "between districts of one city, without a list": (
        [survey("2026-06-20", hukou_code="410102")],
        [("monitored", "410105", "2026-06-20", "2026-12-20", "evidence_expired")],
        [("statistical", "410105", "2026-06-20", "2026-12-20", "evidence_expired")],
    ),
}  # fmt: skip
STAYS = """
select child_id, tier, county_code, CAST(entered_date AS text), CAST(left_date AS text), left_reason
from ledger.{} where coalesce(left_reason, '') not in ('merged', 'split', 'withdrawn') order by child_id, entered_date
"""


@pytest.fixture
def cases(conn: Connection) -> dict[int, str]:
    """Every case told, each of a child of its own: child number → case."""
    found = {}
    for name, (rows, _, _) in CASES.items():
        number = told.child(conn)
        found[number] = name
        for day, feed, said in rows:
            told.tell(conn, number, day, feed, **said)
    return found


def stays(conn: Connection, table: str) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = {}
    for row in conn.execute(sa.text(STAYS.format(table))):
        found.setdefault(row.child_id, []).append(tuple(row)[1:])
    return found


def refresh(conn: Connection, day: date) -> dict[str, int]:
    """By other rules than the last: these tests change them."""
    conn.execute(sa.text("update ledger.refresh set rules_sha256 = 'other' where is_head"))
    counts = ledger.refresh(conn, day)
    db.run(conn, "gate/discard_working_tables")
    return counts


def test_every_edge(conn: Connection, cases: dict[int, str]) -> None:
    refresh(conn, END)
    entries, standings = stays(conn, "entry"), stays(conn, "standing")
    assert {name: entries.get(number, []) for number, name in cases.items()} == {n: c[1] for n, c in CASES.items()}
    assert {name: standings.get(number, []) for number, name in cases.items()} == {n: c[2] for n, c in CASES.items()}


def test_looking_often_or_once_makes_the_same_stays(conn: Connection, cases: dict[int, str]) -> None:
    once = conn.begin_nested()
    refresh(conn, END)
    expected = stays(conn, "entry"), stays(conn, "standing")
    once.rollback()
    day = date(2026, 6, 1)
    while day < END:
        refresh(conn, day)
        day += timedelta(days=43)
    refresh(conn, END)
    assert (stays(conn, "entry"), stays(conn, "standing")) == expected


def test_a_list_of_central_districts_makes_them_one_place(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    number, other = told.child(conn), told.child(conn)
    told.tell(conn, number, "2026-06-20", **away(hukou_code="410102"))
    told.tell(conn, other, "2026-06-20", **away(hukou_code="410122"))  # a county of the same city
    local = Local({"410100": ["410102", "410105"]}, short_return_days=0)
    monkeypatch.setattr(definitions, "local", lambda: local)
    counts = refresh(conn, date(2026, 7, 1))
    assert (counts["monitored"], counts["statistical"]) == (1, 2)
    assert list(stays(conn, "entry")) == [other]


def test_a_short_return_ends_nothing_where_the_office_says_how_short(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = told.child(conn)
    for day, said in (("2026-06-20", {}), ("2026-08-01", HOME), ("2026-08-21", {})):
        told.tell(conn, number, day, **away(**said))
    refresh(conn, END)
    assert len(stays(conn, "entry")[number]) == 2
    monkeypatch.setattr(definitions, "local", lambda: Local({}, short_return_days=20))
    refresh(conn, END)
    assert stays(conn, "entry")[number] == [("monitored", "410105", "2026-06-20", "2027-02-21", "evidence_expired")]
    monkeypatch.setattr(definitions, "local", lambda: Local({}, short_return_days=19))
    refresh(conn, END)
    assert len(stays(conn, "entry")[number]) == 2


def test_key_care_stands_while_a_reason_does(conn: Connection) -> None:
    poor, asking, fine = (told.child(conn) for _ in range(3))
    told.tell(conn, poor, "2026-06-20", "civil_affairs.assistance", assistance_type="dibao", **away())
    told.tell(conn, asking, "2026-06-20", self_referral="yes", **away(**NEARBY))
    told.tell(conn, fine, "2026-06-20", **away())
    counts = refresh(conn, date(2026, 7, 1))
    assert (counts["monitored"], counts["statistical"], counts["key_care"]) == (2, 3, 2)
    answer = "update ledger.flag set status = :status, ended_date = '2026-07-05' where child_id = :child"
    conn.execute(sa.text(answer), {"status": "confirmed", "child": poor})
    conn.execute(sa.text(answer), {"status": "lapsed", "child": asking})
    told.tell(conn, asking, "2026-07-05", self_referral="no", **away(**NEARBY))
    refresh(conn, date(2026, 7, 10))
    kept = {number: [s for s in found if s[0] == "key_care"] for number, found in stays(conn, "standing").items()}
    assert kept[asking] == [("key_care", "410105", "2026-07-01", "2026-07-05", "reason_ended")]
    assert kept[fine] == []


def test_a_number_merged_or_split_stands_nowhere_and_is_not_deleted(conn: Connection) -> None:
    one, two = told.child(conn), told.child(conn)
    told.tell(conn, one, "2026-06-20", **away())
    record = told.tell(conn, two, "2026-06-20", **away())
    refresh(conn, date(2026, 7, 1))
    merge = "update identity.member set child_id = :to where source_record_id = :record"
    conn.execute(
        sa.text("update identity.child set merged_into = :one where child_id = :two"), {"one": one, "two": two}
    )
    conn.execute(sa.text(merge), {"to": one, "record": record})
    refresh(conn, date(2026, 7, 2))
    reason = sa.text("select left_reason, left_date = entered_date from ledger.entry where child_id = :child")
    assert conn.execute(reason, {"child": two}).all() == [("merged", True)]
    three = told.child(conn)
    for member in conn.execute(sa.text("select source_record_id from identity.member")).scalars().all():
        conn.execute(sa.text(merge), {"to": three, "record": member})
    refresh(conn, date(2026, 7, 3))
    assert conn.execute(reason, {"child": one}).all() == [("split", True)]
    assert len(stays(conn, "entry")[three]) == 1


def test_a_new_version_takes_over_on_its_day(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    old = definitions.named("monitored.2024-35")
    one_place = {"410100": ["410102", "410105"]}
    new = dataclasses.replace(old, version="later", valid_from=date(2026, 9, 1), exempt=one_place)
    known = definitions.definitions() | {new.name: new}
    monkeypatch.setattr(definitions, "definitions", lambda: known)
    stays_in, falls_out = told.child(conn), told.child(conn)
    told.tell(conn, stays_in, "2026-06-20", **away())
    told.tell(conn, falls_out, "2026-06-20", **away(hukou_code="410102"))
    refresh(conn, date(2026, 10, 1))
    found = conn.execute(sa.text("select child_id, definition_version, left_date, left_reason from ledger.entry")).all()
    assert set(map(tuple, found)) == {
        (stays_in, "later", None, None),
        (falls_out, "2024-35", date(2026, 9, 1), "definition"),
    }
    assert definitions.at("monitored", date(2026, 8, 31)) == old
    assert definitions.at("monitored", date(2026, 9, 1)) == new


HALF_YEAR = date(2026, 6, 30)
WIDER: Told = [
    survey("2026-06-20", birth_date="2009-05-05"),  # 17
    survey("2026-06-21", birth_date="2009-05-05", **NEARBY),  # 17, across townships within a district
    survey("2026-06-22", hukou_code="410122"),  # a county of the same city
    survey(
        "2026-06-23", hukou_code="410122", hukou_township="甲镇", residence_code="410122", residence_township="乙镇"
    ),
]


def under(conn: Connection, name: str, day: date = HALF_YEAR, known: int | None = None) -> int:
    found = bridges.recount(conn, definitions.named(name), day, known)
    db.run(conn, "gate/discard_working_tables")
    return sum(found.values())


def test_every_bridge_adds_up_and_names_the_condition(conn: Connection, cases: dict[int, str]) -> None:
    for day, feed, said in WIDER:
        told.tell(conn, told.child(conn), day, feed, **said)
    counts = refresh(conn, HALF_YEAR)
    for tier in ("monitored", "statistical", "key_care"):
        assert under(conn, f"{tier}.2024-35") == counts[tier]  # the ledger's own count
    causes = {}
    for first in definitions.definitions().values():
        for second in definitions.definitions().values():
            count, steps = bridges.bridge(conn, first, second, HALF_YEAR)
            db.run(conn, "gate/discard_working_tables")
            assert (count, steps[-1].count if steps else count) == (under(conn, first.name), under(conn, second.name))
            causes[first.name, second.name] = {s.cause: (s.gone, s.come) for s in steps if s.gone or s.come}
    assert causes["monitored.2024-35", "monitored.qinghai-2024-02"] == {"age": (0, 1), "districts": (1, 0)}
    assert causes["monitored.2024-35", "statistical.2024-35"] == {"boundary": (0, 2)}
    assert causes["statistical.2024-35", "statistical.census-2020"] == {
        "age": (0, 2),
        "company": (0, 1),
        "districts": (3, 0),
    }
    assert causes["monitored.2024-35", "key_care.2024-35"] == {"key_care": (counts["monitored"], 0)}
    assert causes["monitored.2024-35", "monitored.ningxia-2024"] == {}


def test_a_past_half_year_stays_as_it_was_told(conn: Connection) -> None:
    number = told.child(conn)
    told.tell(conn, number, "2026-06-20", **away())
    first = refresh_number(conn, date(2026, 7, 1))
    for row in ({**HOME, "birth_date": "2010-01-01"}, {"hukou_code": "410105"}):
        told.tell(conn, number, "2026-09-01", **away(**row))
    refresh(conn, date(2026, 12, 31))
    assert [under(conn, "monitored.2024-35", day) for day in (HALF_YEAR, date(2026, 12, 31))] == [1, 0]
    told.tell(conn, number, "2026-06-25", POLICE, **away(cancel_reason="moved_out"))  # late, of a day before
    refresh(conn, date(2026, 12, 31))
    assert under(conn, "monitored.2024-35") == 0
    assert under(conn, "monitored.2024-35", known=first) == 1


def refresh_number(conn: Connection, day: date) -> int:
    refresh(conn, day)
    return int(conn.execute(sa.text("select refresh_id from ledger.refresh where is_head")).scalar_one())


def test_the_commands_tell_counts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with db.transaction(settings.database_url) as conn:
        for _ in range(2):
            told.tell(conn, told.child(conn), "2026-06-20", **away())
        told.tell(conn, told.child(conn), "2026-06-20", **away(**NEARBY))
        refresh(conn, HALF_YEAR)
    monkeypatch.setattr(Settings, "load", lambda: settings)
    half_year = ["--half-year", "2026H1"]

    def said(*arguments: str) -> list[str]:
        assert cli.main(list(arguments)) == 0
        return capsys.readouterr().out.splitlines()

    assert any("monitored.2024-35" in line and "from 2024-09-03" in line for line in said("definitions"))
    assert said("recount", "--version", "monitored.2024-35", *half_year, "--county", "410105")[-1].endswith(" 2")
    lines = said("bridge", "--from", "monitored.2024-35", "--to", "statistical.2024-35", *half_year)
    assert [line.split()[0] for line in lines[1:]] == [
        "monitored.2024-35",
        "districts",
        "boundary",
        "statistical.2024-35",
    ]
    assert [line.split()[-1] for line in lines[1:]] == ["2", "2", "3", "3"]
    with pytest.raises(LedgerError):
        definitions.named("nobody.knows")


@pytest.mark.parametrize("half_year", ["2026H3", "2030H1", "2026", "x"])
def test_a_half_year_that_has_not_begun_or_is_none_is_not_counted(half_year: str) -> None:
    with pytest.raises(LedgerError, match="no half-year"):
        bridges.last_day(half_year, date(2026, 7, 1))
    assert bridges.last_day("2026H2", date(2026, 7, 1)) == date(2026, 7, 1)
