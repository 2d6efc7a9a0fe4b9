"""Two half-years of a small province, judged against the truth the product never sees."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

import office
from childledger import db, ledger, pipeline, places, signoff
from childledger.settings import Settings
from synthprovince import drop

VISITOR = "-1"
"""The truth does not say whom a visit row is about: the product's own list does."""


@pytest.fixture
def province(settings: Settings) -> Settings:
    for _ in range(2):
        drop(settings, seed=11, children=150, counties=2, on=date.today())
        for feed in pipeline.receive(settings):
            pipeline.ingest(settings, feed)
        pipeline.resolve(settings)
        pipeline.refresh(settings)
        pipeline.deliver(settings)
    return settings


def children_of_records(settings: Settings) -> list[tuple[str, str, str]]:
    """(true child, child number, route) of every record in force."""
    truth: dict[tuple[str, str, int], str] = {}
    for path in (settings.home / "synthprovince/truth").glob("round-*/records.csv"):
        with Path(path).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                truth[row["department"], row["file"], int(row["line_number"])] = row["uid"]
    statement = """
        select receipt.department, receipt.file_name, record.line_number, member.child_id, member.route
        from identity.member as member
        join conformed.source_record as record using (source_record_id)
        join intake.receipt as receipt using (receipt_id)
    """
    with db.transaction(settings.database_url) as conn:
        found = conn.execute(sa.text(statement)).all()
    return [(truth[row.department, row.file_name, row.line_number], str(row.child_id), row.route) for row in found]


def test_two_rounds_are_true_to_the_province(province: Settings) -> None:
    records = [entry for entry in children_of_records(province) if entry[0] != VISITOR]
    people: dict[str, set[str]] = {}
    numbers: dict[str, set[str]] = {}
    for person, number, _ in records:
        people.setdefault(number, set()).add(person)
        numbers.setdefault(person, set()).add(number)
    assert len(records) > 300
    assert [number for number, who in people.items() if len(who) > 1] == []  # no child hidden behind another
    assert sum(len(found) > 1 for found in numbers.values()) < 0.03 * len(numbers)  # caution has its price
    with db.transaction(province.database_url) as conn:
        review = conn.execute(sa.text("select count(*) from identity.pair")).scalar_one()
        statement = conn.execute(sa.text("select statement from ledger.refresh where is_head")).scalar_one()
        visits = conn.execute(sa.text("select count(*) from followup.visit")).scalar_one()
    assert review < 0.01 * len(records)
    assert visits > 0
    assert {line["difference"] for line in statement} == {0}


def test_lists_name_only_children_who_live_there(province: Settings) -> None:
    with db.transaction(province.database_url) as conn:
        profiles = conn.execute(sa.text("select child_id, residence_code from ledger.profile")).all()
    homes = {row.child_id: row.residence_code for row in profiles}
    for path in province.queues.glob("*/待走访名单_*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert {homes[item["child_id"]] for item in document["items"]} <= {document["county_code"]}


@pytest.mark.parametrize(("key", "county"), [("henan", "410105"), ("guangdong", "441900"), ("qinghai", "630102")])
def test_the_same_code_serves_every_province(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, key: str, county: str
) -> None:
    monkeypatch.setenv("CHILDLEDGER_PROVINCE", key)
    child = office.survey(1, residence_code=county, guardian_status="失联", hukou_code="511725")
    file = f"入户摸排_{county}_{office.AS_OF}.csv"
    office.drop(settings, "civil_affairs", file, office.as_csv("civil_affairs.screening", [child]), county)
    (item,) = office.listed(settings, date(2026, 7, 10), county)
    assert item["flag_code"] == "guardian_missing"
    assert (
        f"{item['child_id']}"
        in (settings.queues / county / "转介" / "公安机关" / f"转介清单_{county}.json").read_text()
    )
    standing = signoff.list_rounds(settings, date(2026, 7, 10), "2026H1")
    assert {s.county_code for s in standing} == set(places.counties()) and county in places.counties()
    with db.transaction(settings.database_url) as conn:
        ledger.verify(conn)
    pipeline.entitle(settings)
    with db.transaction(settings.database_url) as conn:
        due = conn.execute(sa.text("select distinct place from entitlement.entitlement")).scalars().all()
    assert due == ([key] if key != "qinghai" else [])  # of its 21 services none was found
