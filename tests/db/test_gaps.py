"""A gap in a service becomes an item where the list says so, when it is as old as that, and no other gap does."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import asking
import canon
import office
from childledger import pipeline
from childledger.settings import Settings
from queued import rows

DAY = date(2026, 10, 12)
RIPE = date(2026, 10, 30)  # due after half a year here, on 30 September, and lacking for thirty days
FLAGS = """
    select profile.name, flag.flag_code, flag.status, item.state, item.queue, flag.raised_date
    from ledger.flag join followup.item using (flag_id) join ledger.profile on profile.child_id = flag.child_id
    where flag.flag_code in ('not_enrolled', 'vaccination_incomplete') order by profile.name collate "C"
"""


@pytest.fixture
def county(settings: Settings) -> Settings:
    """1 at school, 2 and 3 on no roll, 3 with doses missing, 4 on no roll and here for two months; rolls are whole."""
    roll = [office.pupil(1), office.pupil(8)]
    office.drop_pupils(settings, roll, "20260914")
    office.drop_pupils(settings, roll, "20261009")
    office.drop_survey(settings, [came(n) for n in (1, 2, 3)] + [came(4, residence_since="2026-08-15")], "20261008")
    doses = office.pupil(3) | {"vaccination_code": "411681201501000003", "vaccination_status": "有缺种"}
    name = f"预防接种_{office.COUNTY}_20261008.csv"
    office.drop(settings, "cdc", name, office.as_csv("cdc.vaccination", [doses]))
    return settings


def take_in(settings: Settings, day: date) -> None:
    canon.take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.entitle(settings)


def name(number: int) -> str:
    return str(office.pupil(number)["name"])


def came(number: int, **changes: Any) -> dict[str, Any]:
    since = {"surveyed_on": "2026-10-01", "residence_since": "2026-03-30"}
    return office.survey(number, **since | changes)


def gaps(settings: Settings) -> set[tuple[str, str]]:
    query = "select name, service_code from entitlement.gap join ledger.profile using (child_id)"
    return {(who, service) for who, service in rows(settings, query)}


def test_only_the_gap_a_list_asks_about_is_an_item_and_only_when_it_is_old_enough(
    county: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asking.serve(monkeypatch, tmp_path, {"not_enrolled": 30})
    take_in(county, DAY)
    assert {(name(2), "not_enrolled"), (name(3), "not_enrolled"), (name(3), "vaccination_incomplete")} <= gaps(county)
    take_in(county, RIPE - timedelta(days=1))
    assert rows(county, FLAGS) == []
    take_in(county, RIPE)  # nothing was sent: the calendar alone
    asked = [(name(n), "not_enrolled", "open", "queued", "desk", RIPE) for n in (3, 2)]
    assert rows(county, FLAGS) == asked
    ages = "select distinct gap_days from entitlement.gap where raises = 'not_enrolled'"
    assert rows(county, ages) == [(30,)]

    pipeline.deliver(county)
    listed = json.loads((county.queues / office.COUNTY / f"待核对名单_{office.COUNTY}.json").read_text("utf-8"))
    (item,) = (item for item in listed["items"] if item["name"] == name(2))
    checked = {"visited_on": "2026-10-30", "visit_outcome": "资料核对", "verdict": "省外就读无学籍"}
    office.drop_visits(county, [office.visit(item, **checked)], "20261030")
    roll = [office.pupil(n) for n in (1, 3, 8)]
    office.drop_pupils(county, roll, "20261031")
    for day in (date(2026, 11, 1), date(2026, 11, 2)):
        take_in(county, day)
    assert [row[:4] for row in rows(county, FLAGS)] == [
        (name(3), "not_enrolled", "lapsed", "withdrawn"),  # on the roll now
        (name(2), "not_enrolled", "dismissed", "closed"),
    ]


def test_a_child_answered_for_is_asked_about_once_more_in_the_next_school_year(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asking.serve(monkeypatch, tmp_path, {"not_enrolled": 30}, "2025-01-09")

    def asked(*days: str) -> list[tuple[str, date]]:
        for day in days:
            compact = day.replace("-", "")
            office.drop_pupils(settings, [office.pupil(1), office.pupil(8)], compact)
            seen = [came(n, surveyed_on=day, residence_since="2025-03-30") for n in (1, 2)]
            office.drop_survey(settings, seen, compact)
            take_in(settings, date.fromisoformat(day) + timedelta(1))
        query = "select status, raised_date from ledger.flag where flag_code = 'not_enrolled' order by flag_id"
        return [tuple(row) for row in rows(settings, query)]

    assert asked("2025-09-14", "2025-11-01") == [("open", date(2025, 11, 2))]
    pipeline.deliver(settings)
    listed = json.loads((settings.queues / office.COUNTY / f"待核对名单_{office.COUNTY}.json").read_text("utf-8"))
    (item,) = (item for item in listed["items"] if item["name"] == name(2))
    checked = {"visited_on": "2025-11-03", "visit_outcome": "资料核对", "verdict": "省外就读无学籍"}
    office.drop_visits(settings, [office.visit(item, **checked)], "20251103")
    before = [("dismissed", date(2025, 11, 2))]
    assert asked("2025-12-01", "2026-03-01", "2026-06-20") == before
    take_in(settings, date(2026, 9, 3))
    assert asked() == before  # a new year, of which no list has come
    anew = [("open", date(2026, 9, 21))]
    assert asked("2026-09-20", "2026-10-20") == before + anew
