"""Three years of a province, week by week: what is asked reaches a home, what cannot is said, nothing is asked twice.

`python -m bench.followup simulate` runs the real refresh, dockets and deliverer on a real PostgreSQL each Monday. Rows
of departments and visits are put in as the conforming stage leaves them (bench/told.py). People answer from what is
delivered and from nothing else: child directors read their village's day plan, townships their list of what nobody can
do, clerks the desk list, counties their offers and dockets. What is true is known here and to none of them. An item is
opened by a refresh: how long a department's news took until then is not in it.
All shares below are assumptions about people; none was measured.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench import custody
from bench.told import Row, meant, tell
from childledger import calendar, contracts, db, docketing, pipeline
from childledger.followup import dockets
from childledger.pace import pace
from childledger.settings import BEIJING, INCLUDE, Settings
from synthprovince import land
from synthprovince.census import take_census
from synthprovince.chance import Table
from synthprovince.departments import EXPORTS
from synthprovince.people import found

START = date(2024, 9, 9)
"""A Monday after the definition of whom this is about came into force; the last months have no published holidays."""
FIRST_ROUND = -3
"""Round of the census on that day: conditions go on beginning in all of the years."""
A_VILLAGE = 107
"""Children in the care of one child director: 71.09 million migrant children (2020), 667,000 directors (2024)."""
AWAY, AWAY_FOR_A_WEEK = 0.08, 0.02
"""Share of working days, and of weeks, on which a director goes nowhere."""
NOT_HOME, REFUSED, UNSAFE, BLIND = 0.2, 0.03, 0.005, 0.04
"""Share of trips that meet nobody, are turned away or turn back; of visits that see the opposite of what is true."""
TOWNSHIP_A_WEEK, DESK_A_WEEK, CLERK_RIGHT = 20, 150, 0.8
"""Homes without a village a township sees to; papers a county's clerks look through, and how often they are right."""
SILENT_ORIGINS = 0.15
"""Share of counties of the household register that never answer."""
SLIPS = {
    "guardian_status": ("missing", 0.02), "lives_with": ("alone", 0.02), "behaviour_concern": ("yes", 0.02),
    "enrolment_status": ("dropped_out", 0.02), "vagrancy": ("yes", 0.01),
}  # fmt: skip
"""What a department writes of children of whom it is not true, in every file for a year: nobody mends it."""
AID = {
    "hardship_dibao": "低保", "hardship_tekun": "特困", "hardship_temporary": "临时救助", "orphan": "孤儿",
    "unsupported": "事实无人抚养", "public_ward": "监护", "vagrancy_rescue": "流浪救助",
}  # fmt: skip
GUARDIAN = {
    "guardian_missing": ("失联",), "guardian_deceased": ("死亡",), "guardian_detained": ("服刑在押",),
    "guardian_ill": ("重病", "重残"), "guardian_absent": ("外出",),
}  # fmt: skip
PLAIN = ("vagrancy", "behaviour_concern", "self_referral", "dropped_out", "unattended")
GRADES = {"disability_severe": ("一级", "二级"), "disability_other": ("三级", "四级")}
RECOGNISED = ("孤儿", "事实无人抚养", "监护")
REASONS = ("no_capacity", "no_village", "returned", "moved", "late")
"""Why an item stands in a township's list of what was not, or can't be, done in time."""
RAISED = sa.text("""
    select flag_id, child_id, flag_code, county_code, evidence_fingerprint
    from ledger.flag
    where raised_date = :day and status <> 'withdrawn' and answered_as is null
""")
Item = dict[str, Any]


@dataclass
class Course:
    """What is noted beside the database as the weeks go by."""

    settings: Settings
    world: custody.World
    uids: dict[int, int] = field(default_factory=dict)
    """Number → true child, of numbers since joined as well."""
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    """True child → what is true of it now."""
    visits: list[tuple[str, str, Row]] = field(default_factory=list)
    """Made since the last refresh: feed, county, row."""
    true: dict[int, tuple[str, int, bool | None]] = field(default_factory=dict)
    """Flag → its rule, the half-year it was raised in, whether it was true that day; None: no truth is kept of it."""
    asked: dict[tuple[int, str, str], int] = field(default_factory=dict)
    """True child, rule and fingerprint of the evidence → number it was asked about under."""
    repeats: int = 0
    doubled: int = 0
    """Asked again although answered for; asked under two numbers of one child."""
    unmet: dict[int, set[str]] = field(default_factory=dict)
    """Item → reasons it was shown to its township for."""
    weeks: list[dict[str, Any]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    desk_waiting: int = 0


def run(settings: Settings, children: int, weeks: int, seed: int) -> Course:
    """Live through the weeks in a migrated, empty ledger."""
    counties = land.choose_counties(len(custody.ANSWERS))
    province = found(seed, START - timedelta(1), children, counties)
    course = Course(settings, custody.World(province, Random(seed), contracts.load_all(INCLUDE / "feeds")))
    villages = max(1, round(children / len(counties) / A_VILLAGE))
    for week in range(weeks):
        _week(course, START + timedelta(7 * week), week, villages)
    last = START + timedelta(7 * weeks)
    with db.transaction(settings.database_url) as conn:  # the visits of the last week, without a new one
        _bring(conn, course, last)
    pipeline.refresh(settings, last)
    return course


def _week(course: Course, monday: date, week: int, villages: int) -> None:
    at, url = datetime.combine(monday, time(9), BEIJING), course.settings.database_url
    month, round_ = _month(monday), (monday - START).days // 182
    if week == 0 or monday.day <= 7:
        if week:
            custody.move(course.world, monday - timedelta(monday.day))
        _look(course, round_)
    if week % 4 == 1:
        _tidy(url)
    with db.transaction(url) as conn:
        for feed in _feeds(month, None if week == 0 else (monday.day - 1) // 7):
            _report(conn, course, feed, monday, round_, villages)
        _bring(conn, course, monday)  # under the numbers their lists had
        custody.join(conn, course.world)
    pipeline.refresh(course.settings, monday)
    docketing.follow(course.settings, at)
    with db.transaction(url) as conn:
        custody.answer(conn, course.world, monday, 5)
        _answer_dockets(conn, course, at)
    pipeline.deliver(course.settings, at)
    with db.transaction(url) as conn:
        _judge(conn, course, monday, round_)
    _go(course, monday)
    _see_township(course, monday)
    _look_on_paper(course, monday)
    with db.transaction(url) as conn:
        states = dict(map(tuple, conn.execute(sa.text("select state, count(*) from followup.item group by 1")).all()))
    course.weeks[-1] |= {"week": week, "open": states.get("delivered", 0) + states.get("queued", 0)}


def _tidy(url: str) -> None:
    """What autovacuum does in the nights of four weeks, which pass here in as many seconds."""
    with db.engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text("vacuum analyze"))


def _month(monday: date) -> int:
    return (monday.year - START.year) * 12 + monday.month - START.month


def _feeds(month: int, week: int | None) -> Iterator[str]:
    """Whose turn it is: each feed once a quarter, spread over its weeks; all of them in the first (None)."""
    for place, feed in enumerate(EXPORTS):
        if week is None or (month and (month + place) % custody.REPORTS_EVERY == 0 and place % 4 == week):
            yield feed


def _look(course: Course, round_: int) -> None:
    people = _census(course, round_)
    columns = list(people)
    cells = zip(*(people[name].tolist() for name in columns), strict=True)
    course.people = {row["uid"]: row for row in (dict(zip(columns, cell, strict=True)) for cell in cells)}


def _census(course: Course, round_: int) -> Table:
    return take_census(replace(course.world.province, number=FIRST_ROUND + round_))


def _report(conn: Connection, course: Course, feed: str, monday: date, round_: int, villages: int) -> None:
    """One feed's rows of every county, with the slips its clerks make."""
    world = course.world
    province = replace(world.province, number=FIRST_ROUND + round_)
    by_county: dict[str, list[Row]] = {}
    listed = list(meant(world.contracts[feed], EXPORTS[feed](province, _census(course, round_))))
    numbers = custody.numbers_of(conn, world, (uid for _, uid, _ in listed), feed)
    for number, (county, uid, told) in zip(numbers, listed, strict=True):
        course.uids[number] = uid
        facts: dict[str, str] = told["facts"]  # type: ignore[assignment]
        for kind in facts.keys() & SLIPS.keys():
            value, share = SLIPS[kind]
            if Random(f"{uid} {kind} {round_ // 2}").random() < share:
                facts[kind] = value
        if "residence_village" in facts:
            village = course.people[uid]["home"] % villages
            facts |= {"residence_township": f"第{village // 4 + 1}街道", "residence_village": f"第{village + 1}社区"}
        by_county.setdefault(county, []).append(Row(number, **told, key=f"{uid} {number}"))  # type: ignore[arg-type]
    for county, rows in sorted(by_county.items()):
        tell(conn, feed, county, world.province.as_of, rows, monday)


def _bring(conn: Connection, course: Course, monday: date) -> None:
    """The week's visits, a file of each county: answers to items, and surveys of who was only due to be seen again."""
    made = sorted(course.visits, key=lambda visit: visit[:2])
    for (feed, county), rows in groupby(made, key=lambda visit: visit[:2]):
        tell(conn, feed, county, monday - timedelta(1), [row for *_, row in rows], monday)
    course.visits.clear()


def _judge(conn: Connection, course: Course, monday: date, round_: int) -> None:
    """Note of every flag raised today whether it is true."""
    for flag in conn.execute(RAISED, {"day": monday}):
        uid = course.uids[flag.child_id]
        truth = is_true(flag.flag_code, flag.county_code, course.people.get(uid))
        course.true[flag.flag_id] = (flag.flag_code, round_, truth)
        question = (uid, flag.flag_code, flag.evidence_fingerprint)
        before = course.asked.get(question)
        if before is not None:
            is_apart = flag.child_id != before and {flag.child_id, before} & {*course.world.apart.values()}
            course.doubled, course.repeats = course.doubled + bool(is_apart), course.repeats + (not is_apart)
        course.asked[question] = flag.child_id


def is_true(code: str, county: str, person: dict[str, Any] | None) -> bool | None:
    """Whether a rule's reason holds of a child that lives there; None where only the department's own list says."""
    known = code in {*AID, *GUARDIAN, *PLAIN, *GRADES} or code in ("living_apart", "no_guardian")
    if not known and not code.endswith("_unrecognised"):
        return None
    if person is None or person["died"] or person["residence"] != county or person["age"] >= 16:
        return False
    if code in AID:
        return bool(person["assistance"] == AID[code])
    if code in GUARDIAN:
        return person["guardian_status"] in GUARDIAN[code]
    if code in GRADES:
        return person["disability_grade"] in GRADES[code]
    if code in PLAIN:
        return bool(person[code])
    if code == "living_apart":
        return bool(person["lives_with"] == "独自居住")
    neither = "正常" not in (person["father_status"], person["mother_status"])
    return code != "no_guardian" and neither and person["assistance"] not in RECOGNISED


def _go(course: Course, monday: date) -> None:
    """Every director works through the village's day plan; what a day leaves goes on the next."""
    course.weeks.append({"trips": 0, "routine": 0})
    work = [day for day, working, _ in calendar.days(monday, monday + timedelta(6)) if working]
    for path in sorted(course.settings.queues.glob("[0-9]*/*/*/走访计划_*.json")):
        plan = json.loads(path.read_text(encoding="utf-8"))
        if course.world.dice.random() < AWAY_FOR_A_WEEK:
            continue
        planned = [item for item in plan["items"] if item["planned_date"] and item["unmet"] != "no_village"]
        planned += [visit | {"item_id": None} for visit in plan["routine"] if visit["planned_date"]]
        planned.sort(key=lambda item: item["planned_date"])  # stable: households stay together
        trips = [list(items) for _, items in groupby(planned, key=lambda item: item["household"])]
        for day in work:
            if course.world.dice.random() < AWAY:
                continue
            for _ in range(pace().households_a_day):
                if not trips or trips[0][0]["planned_date"] > day.isoformat():
                    break
                _trip(course, plan["county_code"], trips.pop(0), day)


def _trip(course: Course, county: str, items: list[Item], day: date) -> None:
    """One household: whether somebody opens is the same for all of its items."""
    course.weeks[-1]["trips"] += 1
    dice, met = course.world.dice, course.world.dice.random()
    missed = ("unsafe", UNSAFE), ("refused", REFUSED), ("not_home", NOT_HOME)
    outcome, edge = "reached", 0.0
    for name, share in reversed(missed):
        edge += share
        if outcome == "reached" and met < edge:
            outcome = name
    for item in items:
        person = course.people.get(course.uids[item["child_id"]])
        if item["item_id"] is None:
            course.weeks[-1]["routine"] += 1
            if outcome == "reached" and person and not person["died"] and person["residence"] == county:
                _survey(course, county, item, person, day)
        elif person is None or person["died"] or person["residence"] != county:
            back = person is not None and person["residence"] == person["hukou"]
            verdict = "died" if person is not None and person["died"] else "returned_home" if back else None
            _note(course, county, item, day, "moved", verdict)
        elif outcome != "reached":
            _note(course, county, item, day, outcome, None)
        else:
            truth = is_true(item["flag_code"], county, person)
            sees = dice.random() < 0.7 if truth is None else truth != (dice.random() < BLIND)
            over = "over_age" if person["age"] >= 16 else "evidence_expired"
            _note(course, county, item, day, outcome, "confirmed_referred" if sees else over)


def _survey(course: Course, county: str, visit: Item, person: dict[str, Any], day: date) -> None:
    """A child that is well where it is said to live: seen, and nothing new."""
    facts = {name: visit[name] for name in ("residence_township", "residence_village") if visit[name]}
    birth, number = date.fromisoformat(visit["birth_date"]), _standing(course, visit["child_id"])
    row = Row(number, county, person["hukou"], birth, facts, f"{number} {day}", visit["name"], day)
    course.visits.append(("civil_affairs.screening", county, row))


def _standing(course: Course, number: int) -> int:
    world = course.world
    return number if number in world.apart.values() else world.numbers[course.uids[number]]


def _note(course: Course, county: str, item: Item, day: date, outcome: str, verdict: str | None) -> None:
    number = item["child_id"]
    facts = {"item_id": str(item["item_id"]), "child_id": str(number), "visit_outcome": outcome}
    facts |= {"verdict": verdict} if verdict else {}
    course.outcomes[verdict or outcome] += 1
    birth = date.fromisoformat(item["birth_date"]) if item["birth_date"] else None
    row = Row(_standing(course, number), None, None, birth, facts, f"{item['item_id']} {day}", item["name"], day)
    course.visits.append(("townships.visits", county, row))


def _see_township(course: Course, monday: date) -> None:
    """Townships read what can't be done in time; homes no village is known of they see to themselves."""
    told: Counter[str] = Counter()
    for path in sorted(course.settings.queues.glob("[0-9]*/*/走访汇总_*.json")):
        summary = json.loads(path.read_text(encoding="utf-8"))
        lost = {item["item_id"] for item in summary["unmet"] if item["unmet"] == "no_village"}
        for item in summary["unmet"]:
            told[item["unmet"]] += 1
            course.unmet.setdefault(item["item_id"], set()).add(item["unmet"])
        if lost:
            listed = path.parents[1] / f"待走访名单_{summary['county_code']}.json"
            items = [
                item for item in json.loads(listed.read_text(encoding="utf-8"))["items"] if item["item_id"] in lost
            ]
            for place, item in enumerate(items[:TOWNSHIP_A_WEEK]):
                _trip(course, summary["county_code"], [item], monday + timedelta(place % 5))
    course.weeks[-1] |= {reason: told[reason] for reason in REASONS}


def _look_on_paper(course: Course, monday: date) -> None:
    course.desk_waiting = 0
    for path in sorted(course.settings.queues.glob("[0-9]*/待核对名单_*.json")):
        desk = json.loads(path.read_text(encoding="utf-8"))
        course.desk_waiting += max(0, len(desk["items"]) - DESK_A_WEEK)
        for item in desk["items"][:DESK_A_WEEK]:
            verdict = "confirmed_referred" if course.world.dice.random() < CLERK_RIGHT else "evidence_expired"
            _note(
                course,
                desk["county_code"],
                item,
                monday + timedelta(course.world.dice.randrange(5)),
                "desk_checked",
                verdict,
            )


def _answer_dockets(conn: Connection, course: Course, at: datetime) -> None:
    """Counties of residence send on at once; of the others most answer near their day, some never."""
    day = at.astimezone(BEIJING).date()
    for row in dockets.list_waiting(conn, None, at):
        steps, dice = dockets.kinds()[row["kind"]].steps, course.world.dice
        holder = row["holder_county_code"]
        is_asked = holder == row["hukou_county_code"]
        if is_asked and (Random(holder).random() < SILENT_ORIGINS or row["due_date"] > day + timedelta(7)):
            continue
        if row["step_code"] != steps[-1].code:
            dockets.answer(conn, row["docket_id"], "done", "officer", "sent on", at)
            continue
        result = dice.choices(("recognised", "refused", "not_of_here"), (7, 2, 1))[0]
        start = day if result == "recognised" else None
        dockets.answer(conn, row["docket_id"], result, "officer", "answered", at, start)
