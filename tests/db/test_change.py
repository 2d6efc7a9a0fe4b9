"""A refresh looks only at what changed, and comes to the same as one that looks at everything."""

from __future__ import annotations

import dataclasses
import random
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bench.told import Row, children, tell
from sqlalchemy.engine import Connection

import office
from canon import drop_residence, residence, scalar, take_in
from childledger import db, ledger, pipeline
from childledger.ledger import facts
from childledger.settings import INCLUDE, Settings

STATE = """
    select to_jsonb(fact) - 'known_from' from ledger.fact as fact
    union all select to_jsonb(profile) - 'known_from' from ledger.profile as profile
    union all select to_jsonb(mass) from ledger.mass_confirmation as mass
    union all select to_jsonb(sighting) from ledger.sighting as sighting
    union all select to_jsonb(proposal) from ledger.proposal as proposal
    union all select to_jsonb(custody) - 'known_from' from ledger.custody as custody
    union all select to_jsonb(offer) - 'known_from' from ledger.offer as offer
    union all select to_jsonb(entry) - 'known_from' from ledger.entry as entry
    union all select to_jsonb(standing) - 'known_from' from ledger.standing as standing
    union all select to_jsonb(flag) - 'known_from' from ledger.flag as flag
    union all select to_jsonb(item) - 'known_from' from followup.item as item
    union all select to_jsonb(visit) from followup.visit as visit
"""


def state(conn: Connection) -> list[str]:
    return sorted(str(row) for row in conn.execute(sa.text(STATE)).scalars())


def refresh(settings: Settings, day: date) -> None:
    """Refresh by what changed, then anew by other rules: the ledger is the same."""
    pipeline.refresh(settings, day)
    with db.transaction(settings.database_url) as conn:
        compare(conn, day)


def compare(conn: Connection, day: date) -> None:
    before = state(conn)
    anew = conn.begin_nested()
    conn.execute(sa.text("update ledger.refresh set rules_sha256 = 'other' where is_head"))
    db.run(conn, "gate/discard_working_tables")
    ledger.refresh(conn, day)
    assert state(conn) == before
    anew.rollback()


@pytest.mark.parametrize("seed", [1])
def test_what_changed_makes_the_ledger_that_everything_makes(settings: Settings, seed: int) -> None:
    chance = random.Random(seed)

    def survey(number: int, day: str, **changes: Any) -> dict[str, Any]:
        return office.survey(number, survey_number=f"MP{number}{day}", surveyed_on=day, **changes)

    files = [
        lambda: office.drop_pupils(settings, [office.pupil(n) for n in range(1, 7)], "20260630"),
        lambda: office.drop_pupils(settings, [office.pupil(n) for n in range(1, 5)], "20260630", "_更正1"),
        lambda: office.drop_pupils(settings, [office.pupil(n, address="新1号") for n in (2, 8)], "20260801"),
        lambda: drop_residence(settings, [residence(n, permit_endorsed_until="2026-10-03") for n in (1, 3, 9)]),
        lambda: drop_residence(settings, [residence(1, residence_code="410105")], "20260802"),
        lambda: office.drop_survey(settings, [survey(n, "2026-07-10", vagrancy="是") for n in (1, 4)], "20260711"),
        lambda: office.drop_survey(settings, [survey(1, "2026-07-10")], "20260711", "_更正1"),
        lambda: office.drop_survey(settings, [survey(n, "2026-08-05") for n in (3, 5)], "20260806"),
    ]
    chance.shuffle(files)
    days = [date(2026, 8, 10), date(2026, 8, 11), date(2026, 10, 4), date(2026, 12, 31), date(2027, 1, 10)]
    for day in days:
        for drop in [files.pop() for _ in range(min(len(files), 2))]:
            drop()
        take_in(settings)
        if chance.random() < 0.7:
            pipeline.resolve(settings)
        refresh(settings, day)
    pipeline.withdraw(settings, chance.randint(1, 8), "报错了文件", "officer")
    refresh(settings, date(2027, 1, 10))
    assert scalar(settings, "select count(*) from ledger.version where table_name = 'ledger.fact'") > 0


COUNTIES = ("410105", "410122", "410202")
SAYS: dict[str, list[dict[str, str]]] = {
    "education.enrolment": [{}, {"enrolment_status": "dropped_out"}],
    "cdc.vaccination": [{}, {"vaccination_status": "incomplete"}],
    "civil_affairs.assistance": [{"assistance_type": "dibao"}, {"assistance_type": "orphan"}],
    "insurance.enrolment": [{"insured_until": "2026-05-31"}, {"insurance_status": "ended"}],
    "disabled_persons.certificate": [{"disability_grade": "1", "certificate_valid_until": "2026-09-10"}],
    "civil_affairs.screening": [
        {"unattended": "yes", "residence_since": "2026-01-31"},
        {"lives_with": "alone", "behaviour_concern": "yes"},
        {"self_referral": "yes", "residence_since": "2025-10-31"},
    ],
}
VERDICTS = ["confirmed_referred", "evidence_expired", "died", "lost_contact"]
BIRTHS = [date(2010, 6, 1), date(2012, 2, 29), date(2018, 7, 15), date(2019, 8, 31), date(2025, 4, 1)]


def take_back(conn: Connection, chance: random.Random) -> None:
    receipts = conn.execute(sa.text("select receipt_id from intake.receipt order by 1")).scalars().all()
    withdraw(conn, chance.choice(receipts) if receipts else None)


def withdraw(conn: Connection, receipt: int | None) -> None:
    for statement in (
        "update conformed.source_record set status = 'withdrawn' where receipt_id = :r",
        "delete from identity.member where source_record_id / 10000000 = :r",
        "update intake.receipt set withdrawn_at = received_at where receipt_id = :r",
    ):
        conn.execute(sa.text(statement), {"r": receipt})


def happen(conn: Connection, chance: random.Random, numbers: list[int], day: date) -> None:
    """Anything that changes a ledger between two refreshes."""
    happening = chance.random()
    if happening < 0.6:
        feed = chance.choice(list(SAYS))
        who = chance.sample(numbers, 6)
        where = [chance.choice(COUNTIES) for _ in who]
        rows = [
            Row(n, at, "411681", BIRTHS[n % len(BIRTHS)], chance.choice(SAYS[feed]))
            for n, at in zip(who, where, strict=True)
        ]
        tell(conn, feed, chance.choice(COUNTIES), day - timedelta(chance.randrange(20)), rows, day)
    elif happening < 0.7:
        take_back(conn, chance)
    elif happening < 0.8:
        for offer in conn.execute(
            sa.text("select offer_id, offered_date from ledger.offer where state = 'offered'")
        ).all():
            on = max(offer.offered_date, day + timedelta(chance.randrange(5)))
            ledger.answer_offer(conn, offer.offer_id, "officer", on, chance.choice([None, "not_found"]))
    elif happening < 0.9:
        a, b = chance.sample(numbers, 2)
        conn.execute(sa.text("update identity.member set child_id = :a where child_id = :b"), {"a": a, "b": b})
        conn.execute(
            sa.text("update identity.child set merged_into = :a where child_id = :b or merged_into = :b"),
            {"a": a, "b": b},
        )
        numbers.remove(b)
    else:
        items = conn.execute(
            sa.text(
                "select item_id, child_id, county_code from followup.item where state = 'queued' order by 1 limit 3"
            )
        )
        for item in items.all():
            facts = {"item_id": str(item.item_id), "visit_outcome": "reached", "verdict": chance.choice(VERDICTS)}
            row = Row(item.child_id, item.county_code, facts=facts, key=f"visit {item.item_id}")
            tell(conn, "townships.visits", item.county_code, day, [row])


@pytest.mark.parametrize("seed", [12, 16])
def test_whatever_happens_what_changed_is_enough(conn: Connection, seed: int) -> None:
    chance = random.Random(seed)
    numbers, day = children(conn, 24), date(2026, 2, 20)
    for _ in range(30):
        for _ in range(chance.randrange(3)):
            happen(conn, chance, numbers, day)
        db.run(conn, "gate/discard_working_tables")
        ledger.refresh(conn, day)
        compare(conn, day)
        day += timedelta(chance.choice([0, 1, 1, 2, 9, 40]))
    counted = "select count(*) from ledger.custody where taken <> 'origin'"
    assert conn.execute(sa.text(counted)).scalar_one() > 0
    assert conn.execute(sa.text("select count(distinct status) from ledger.flag")).scalar_one() > 3


def test_a_village_told_afterwards_is_held_against_the_rows_before(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that name no village are of the one another feed named by their day; where none did, or it took that back,
    nothing is held against them.
    """
    few = ledger.rules().cadence.mass | {"more_than": 2}
    told = dataclasses.replace(ledger.rules(), cadence=dataclasses.replace(ledger.rules().cadence, mass=few))
    monkeypatch.setattr(facts, "rules", lambda: told)
    numbers, day = children(conn, 4), date(2026, 3, 20)
    alike = [Row(n, "410105", "411681", facts={"lives_with": "alone"}) for n in numbers]
    at_home = [Row(n, "410105", "411681", facts={"residence_village": "第三社区"}) for n in numbers]
    tell(conn, "civil_affairs.screening", "410105", day, alike)
    counts = []

    def look() -> None:
        nonlocal day
        db.run(conn, "gate/discard_working_tables")
        ledger.refresh(conn, day)
        compare(conn, day)
        day += timedelta(1)
        counts.append(conn.execute(sa.text("select count(*) from ledger.mass_confirmation")).scalar_one())

    look()
    tell(conn, "public_security.residence", "410105", date(2026, 3, 21), at_home, day)
    look()
    receipt = tell(conn, "public_security.residence", "410105", date(2026, 3, 19), at_home[1:], day)
    look()
    withdraw(conn, receipt)
    look()
    assert counts == [0, 0, 3, 0]


def test_a_rule_that_reads_older_statements_reads_only_kinds_that_stand_beside_each_other() -> None:
    """Of other kinds nobody looks at the child when a statement ends that a newer one outlasts."""
    rules, read = ledger.rules(), {}
    for code, flag in rules.flags.items():
        text = (INCLUDE / "sql" / "flags" / f"{code}.sql").read_text(encoding="utf-8")
        if "is_newest" not in text and "unlisted" not in text:
            read[code] = {kind for kinds in flag.raised_by.values() for kind in kinds}
    assert len(read) > 5
    assert {code: kinds - {*rules.cadence.beside} for code, kinds in read.items()} == {key: set() for key in read}


def test_a_row_of_a_day_to_come_counts_from_that_day(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1)])
    take_in(settings)
    pipeline.resolve(settings)
    assert pipeline.refresh(settings, date(2026, 6, 19))["children"] == 0
    assert pipeline.refresh(settings, date(2026, 6, 20))["children"] == 1
    assert scalar(settings, "select count(*) from ledger.change") == 0


def test_facts_go_with_their_record_in_the_next_refresh(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    take_in(settings)
    pipeline.resolve(settings)
    refresh(settings, date(2026, 7, 12))
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("delete from conformed.source_record where line_number = 2"))
        conn.execute(sa.text("update intake.receipt set accepted_count = 1, rejected_count = 1"))
    refresh(settings, date(2026, 7, 12))
    assert scalar(settings, "select count(distinct source_record_id) from ledger.fact") == 1
    assert scalar(settings, "select count(*) from ledger.profile") == 1


def test_nothing_is_looked_at_twice(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    take_in(settings)
    pipeline.resolve(settings)
    assert scalar(settings, "select count(*) from ledger.change") > 0
    pipeline.refresh(settings, date(2026, 7, 12))
    with db.transaction(
        settings.database_url
    ) as conn:  # nothing noted: the hand-made mistake stays until its record changes
        conn.execute(sa.text("update ledger.profile set name = '别名'"))
    pipeline.refresh(settings, date(2026, 7, 13))
    assert scalar(settings, "select count(*) from ledger.profile where name = '别名'") == 2
    office.drop_pupils(settings, [office.pupil(1), office.pupil(2, address="新1号")], suffix="_更正1")
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, date(2026, 7, 13))
    assert scalar(settings, "select count(*) from ledger.profile where name = '别名'") == 0
