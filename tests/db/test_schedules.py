"""Six half-years of files, corrections, a withdrawal, judgements and visits, in any order that causes allow and with
refreshes on any days: one ledger.

A function of the inputs alone, and compared whole: records, members, pairs, facts, profiles, entries, standings,
custody and offers with all their history, absences, visits, and which flags are open or answered, on which evidence, by
which verdict, with what became of their items. An input is what somebody sent, decided or answered, and its day.

What rightly depends on when one looked, and is left out, is only this: a flag's raised_date and ended_date, its item's
due_date, due_basis and ended_date (a county's duty begins when it is asked, not when the evidence was true); standings
of key care, which begin with a flag; and flags that lapsed unanswered (no refresh between evidence and expiry: nobody
was asked). The item's number stands in the key and the facts of a visit, so a visit is named by child and day.

`pytest tests/db/test_schedules.py --hypothesis-profile=bar` draws 200 schedules of all events and every
permutation of four files; without it one of each, the schedule of seven events, is drawn. Every schedule has the same
files: what a suite finds in one, a function of its rows alone, is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as examples
from hypothesis import strategies as st

import canon
import office
from canon import fresh, scalar
from childledger import db, pipeline, validation
from childledger.settings import Settings
from fix_db import Server
from reviewers import stranger

ENDS = [
    date(2023, 12, 31),
    date(2024, 6, 30),
    date(2024, 12, 31),
    date(2025, 6, 30),
    date(2025, 12, 31),
    date(2026, 6, 30),
]
LAST = date(2026, 7, 12)
OTHER = "410102"
FEEDS = ("education.enrolment", "civil_affairs.screening", "public_security.residence", "insurance.enrolment")
FEEDS += ("townships.visits",)
PARTS = canon.PARTS | {
    "records": canon.PARTS["records"] + " and feed <> 'townships.visits'",
    "members": canon.PARTS["members"] + " where label.record not like 'townships%'",
    "facts": canon.PARTS["facts"] + " where fact.kind not in ('item_id', 'child_id')",
    "standings": canon.PARTS["standings"] + " and tier <> 'key_care'",
    "flags and items": """
        select child.child, flag.flag_code, flag.county_code, flag.evidence_fingerprint, cited.evidence,
            flag.rule_version, flag.status, flag.verdict, item.county_code, item.state, item.attempt_count
        from ledger.flag as flag left join child using (child_id) left join cited using (flag_id)
        left join followup.item as item using (flag_id)
        where flag.status not in ('withdrawn', 'lapsed')""",
}
LABELS = canon.LABELS.replace(
    "record_key, as_of_date", "case when facts ? 'item_id' then name else record_key end, as_of_date"
)


@dataclass(frozen=True)
class Event:
    """Something somebody does, the half-year it belongs to, and what must have happened before."""

    half: int
    do: Callable[[Settings], Any]
    after: tuple[str, ...] = ()
    answers: bool = False
    """Nobody answers before they were asked: a refresh at the end of the half-year comes before it."""


def sent(feed: str, as_of: str, *rows: dict[str, Any], suffix: str = "", county: str = office.COUNTY) -> Event:
    contract = office.contract(feed)
    name, data = f"{contract.title}_{county}_{as_of}{suffix}.csv", office.as_csv(feed, list(rows))
    half = next(place for place, end in enumerate(ENDS) if f"{end:%Y%m%d}" >= as_of)
    return Event(half, lambda settings: office.drop(settings, contract.department, name, data, county))


def roll(as_of: str, *numbers: int, suffix: str = "", **changes: Any) -> Event:
    return sent("education.enrolment", as_of, *(office.pupil(n, **changes) for n in numbers), suffix=suffix)


def survey(as_of: str, *rows: dict[str, Any], suffix: str = "", county: str = office.COUNTY) -> Event:
    day = f"{as_of[:4]}-{as_of[4:6]}-{as_of[6:]}"
    since = {"surveyed_on": day, "residence_since": "2023-03-01"}
    told = (row | since | {"survey_number": f"{row['survey_number']}-{as_of[:6]}"} for row in rows)
    return sent("civil_affairs.screening", as_of, *told, suffix=suffix, county=county)


def residence(as_of: str, *numbers: int, county: str = office.COUNTY, **changes: Any) -> Event:
    rows = (canon.residence(n, residence_code=county, **changes) for n in numbers)
    return sent("public_security.residence", as_of, *rows, county=county)


def insurance(as_of: str, *numbers: int) -> Event:
    told = {"insurance_status": "正常参保", "insured_until": f"{as_of[:4]}-12-31"}
    rows = (office.pupil(n) | {"insurance_number": f"IN410105{n:06d}"} | told for n in numbers)
    return sent("insurance.enrolment", as_of, *rows)


def word(verdict: str, number: int, survey_key: str, *after: str) -> Event:
    """A reviewer's word on a pupil's record and a record of the survey, by the keys of their senders."""

    def say(settings: Settings) -> None:
        find = (
            "select max(source_record_id) from conformed.source_record where record_key = '{}' and status = 'in_force'"
        )
        keys = (office.pupil(number)["school_roll_number"], survey_key)
        records = (scalar(settings, find.format(key)) for key in keys)
        pipeline.judge_records(settings, *records, verdict, "看过户口簿", "wang")

    return Event(0, say, after)


def visit(half: int, number: int, code: str, day: str, *after: str) -> Event:
    """The answer to the item that asks about a pupil."""
    asked = f"""
        select item.item_id, item.child_id from followup.item as item
        join ledger.flag as flag using (flag_id) join ledger.profile as profile on profile.child_id = item.child_id
        where flag.flag_code = '{code}' and profile.name = '{office.pupil(number)["name"]}'"""

    def answer(settings: Settings) -> None:
        with db.transaction(settings.database_url) as conn:
            item = dict(conn.execute(sa.text(asked)).one()._mapping)
        child = office.pupil(number)
        item |= {"name": child["name"], "birth_date": child["birth_date"], "sex_title": child["sex"]}
        office.drop_visits(settings, [office.visit(item, visited_on=day)], day.replace("-", ""))

    return Event(half, answer, after, answers=True)


def take_back(settings: Settings) -> None:
    bad = "select receipt_id from intake.receipt where as_of_date = '2026-06-01'"
    pipeline.withdraw(settings, scalar(settings, bad), "报错了文件", "officer")


EVENTS = {
    "roll 23": roll("20231031", 1, 2, 3, 4, 5, 6, 7),
    "survey 23": survey("20231115", office.survey(1), office.survey(2), stranger(3, id_number=""), stranger(4)),
    "same": word("SAME", 3, "MP000003-202311", "roll 23", "survey 23"),
    "different": word("DIFFERENT", 4, "MP000004-202311", "roll 23", "survey 23"),
    "insurance 24": insurance("20240331", 1, 2, 3, 5),
    "roll 24": roll("20241031", 1, 2, 3, 5, 6, 8),
    "roll 24 corrected": roll("20241031", 1, 2, 3, 5, 6, 7, 8, suffix="_更正1", address="新地址2号"),
    "residence 24": residence("20240930", 1, 2, 6),
    "survey 24": survey("20241115", office.survey(1, vagrancy="是"), office.survey(5), office.survey(6)),
    "visit 24": visit(2, 1, "vagrancy", "2024-12-20", "survey 24"),
    "moved": residence("20250331", 6, county=OTHER),
    "seen there": survey("20250420", office.survey(6, residence_code=OTHER, vagrancy="是"), county=OTHER),
    "survey 25": survey("20250520", office.survey(2, guardian_status="失联"), office.survey(1)),
    "residence 25": residence("20250930", 1, 2),
    "roll 25": roll("20251031", 1, 2, 5, 7),
    "roll 25 mended": roll("20251031", 9, 5, suffix="_补报1", address="改过的地址"),
    "roll 26": roll("20260331", 1, 2, 7, 9),
    "survey 26": survey("20260520", office.survey(2, self_referral="是"), office.survey(9, guardian_status="失联")),
    "survey 26 corrected": survey("20260520", office.survey(2, self_referral="是"), office.survey(9), suffix="_更正1"),
    "visit 26": visit(5, 2, "self_referral", "2026-06-20", "survey 26", "survey 26 corrected"),
    "bad": survey("20260601", office.survey(1, guardian_status="失联"), office.survey(5, residence_code=OTHER)),
    "bad taken back": Event(5, take_back, ("bad",)),
}
FOUR = ("roll 24", "roll 24 corrected", "survey 24", "residence 24")
SEVEN = ("roll 24", "roll 24 corrected", "survey 24", "visit 24", "moved", "bad", "bad taken back")
IS_BAR = examples.get_current_profile_name() == "bar"
ALL = tuple(EVENTS) if IS_BAR else SEVEN
PARTS_OF_BAR = 10
"""The bar is drawn in parts, which can run beside each other; each has a seed of its own."""
PROFILE = examples(
    max_examples=examples().max_examples if IS_BAR else 1,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking would take minutes; the differences and the drawn order are printed instead
    suppress_health_check=list(HealthCheck),
)


def take_in(settings: Settings) -> None:
    """Take in what lies there, as if each file had come on the fifth day after its data date."""
    pipeline.receive(settings)
    with db.transaction(settings.database_url) as conn:
        conn.execute(sa.text("update intake.receipt set received_at = as_of_date + interval '5 days 12 hours'"))
    for feed in FEEDS:  # also what was received before, and what a correction or a withdrawal left to answer
        pipeline.ingest(settings, feed)


def refresh(settings: Settings, day: date) -> None:
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)


def finish(settings: Settings) -> dict[str, list[str]]:
    refresh(settings, LAST)
    return canon.dump(settings, history=True, parts=PARTS, labels=LABELS)


def play(settings: Settings, schedule: list[tuple[str, str, int]]) -> dict[str, list[str]]:
    """The ledger after events, each followed by a stage; no refresh goes past a half-year whose answers are to come."""
    to_answer = {name for name, _, _ in schedule if EVENTS[name].answers}
    half = 0
    for name, stage, ahead in schedule:
        event = EVENTS[name]
        until = min((EVENTS[other].half for other in to_answer), default=len(ENDS) - 1)
        half = min(half + ahead, until)
        if event.answers:
            half = event.half
            refresh(settings, ENDS[half])
        elif event.after:
            take_in(settings)
        event.do(settings)
        to_answer.discard(name)
        if stage == "receive":
            pipeline.receive(settings)
        elif stage == "take in":
            take_in(settings)
        elif stage == "resolve":
            take_in(settings)
            pipeline.resolve(settings)
        elif stage == "refresh":
            refresh(settings, ENDS[half])
    return finish(settings)


def in_turn(order: list[str]) -> list[str]:
    """The order with every event after what it needs, and answers in the order they are asked for."""
    done: list[str] = []
    waiting = list(order)
    needs = {name: {*event.after} for name, event in EVENTS.items()}
    needs["visit 26"].add("visit 24")
    while waiting:
        ready = next(name for name in waiting if needs[name] & {*order} <= {*done})
        waiting.remove(ready)
        done.append(ready)
    return done


@pytest.fixture(scope="module", autouse=True)
def suites_run_once() -> Iterator[None]:
    """Work out once what a suite finds in the same rows: Great Expectations takes half a second for few as for many."""
    run = validation.run_suite
    found: dict[tuple[str, ...], list[validation.Outcome]] = {}

    def once(frame: pd.DataFrame, definition: dict[str, Any], bindings: dict[str, Any]) -> list[validation.Outcome]:
        asked = (frame.to_json(), db.canonical(definition), db.canonical(bindings))
        if asked not in found:
            found[asked] = run(frame, definition, bindings)
        return found[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "run_suite", once)
        yield


@pytest.fixture(scope="module")
def fold(server: Server, template: str) -> Callable[[tuple[str, ...]], dict[str, list[str]]]:
    """The ledger of events in their plain order, refreshed at the end of each half-year."""
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def of(names: tuple[str, ...]) -> dict[str, list[str]]:
        if names not in found:
            halves = [EVENTS[name].half for name in names]
            ends = [place == len(names) - 1 or halves[place + 1] > half for place, half in enumerate(halves)]
            ahead = [half - before for half, before in zip(halves, [0, *halves], strict=False)]
            stages = ["refresh" if end else "take in" for end in ends]
            with fresh(server, template) as settings:
                found[names] = play(settings, list(zip(names, stages, ahead, strict=True)))
        return found[names]

    return of


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS_OF_BAR if IS_BAR else 1))
def test_any_schedule_of_six_half_years_makes_one_ledger(
    server: Server, template: str, fold: Callable[[tuple[str, ...]], dict[str, list[str]]], part: int
) -> None:
    @seed(part)
    @examples(PROFILE, max_examples=max(1, PROFILE.max_examples // PARTS_OF_BAR))
    @given(data=st.data())
    def any_schedule(data: st.DataObject) -> None:
        order = in_turn(data.draw(st.permutations(ALL), "order"))
        count = len(order)
        stage = st.sampled_from(["nothing", "receive", "take in", "resolve", "refresh"])
        stages = data.draw(st.lists(stage, min_size=count, max_size=count), "stages")
        ahead = data.draw(st.lists(st.integers(0, 1), min_size=count, max_size=count), "half-years ahead")
        with fresh(server, template) as settings:
            made = play(settings, list(zip(order, stages, ahead, strict=True)))
        assert canon.differences(made, fold(ALL)) == []

    any_schedule()


@pytest.mark.timeout(1800)
@examples(PROFILE)
@given(order=st.permutations(FOUR))
def test_any_permutation_of_four_files_makes_one_ledger(
    server: Server, template: str, fold: Callable[[tuple[str, ...]], dict[str, list[str]]], order: list[str]
) -> None:
    with fresh(server, template) as settings:
        made = play(settings, [(name, "refresh", 1) for name in order])
    assert canon.differences(made, fold(FOUR)) == []
