"""One bad file undone: the ledger is the one that never saw it, the audit trail and what people did are kept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

import canon
import office
from canon import fresh, scalar, take_in
from childledger import cli, pipeline
from childledger.errors import LedgerError
from childledger.settings import Settings
from fix_db import Server
from reviewers import NICKNAMES

DAY = date(2026, 7, 12)
LATER = date(2026, 7, 20)


def run(settings: Settings, day: date = DAY) -> None:
    take_in(settings)
    pipeline.resolve(settings)
    pipeline.refresh(settings, day)
    pipeline.deliver(settings)


def newest(settings: Settings) -> int:
    return int(scalar(settings, "select max(receipt_id) from intake.receipt"))


def good(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2, 3, 5)])
    office.drop_survey(settings, [office.survey(1, vagrancy="是"), office.survey(2), office.survey(4)], "20260629")


def second_survey(*rows: dict[str, Any], as_of: str = "20260705") -> Callable[[Settings], None]:
    return lambda settings: office.drop_survey(settings, list(rows), as_of) and None


MOVED = {"residence_code": "410105", "hukou_code": "410105"}
BAD_FILES: dict[str, Callable[[Settings], Any]] = {
    "flags that nothing else gives": second_survey(
        office.survey(2, survey_number="B2", surveyed_on="2026-07-01", vagrancy="是", guardian_status="失联"),
        office.survey(3, survey_number="B3", surveyed_on="2026-07-01", self_referral="是"),
    ),
    "the same flag told again": second_survey(
        office.survey(1, survey_number="B1", surveyed_on="2026-07-01", vagrancy="是")
    ),
    "a flag denied": second_survey(office.survey(1, survey_number="B1", surveyed_on="2026-07-01")),
    "children who never were": second_survey(office.survey(8, vagrancy="是"), office.survey(9)),
    "a child of the ledger said to be at home": second_survey(
        office.survey(2, survey_number="B2", surveyed_on="2026-07-01", **MOVED)
    ),
    "a candidate said to live here for years": second_survey(
        office.survey(3, survey_number="B3", surveyed_on="2026-07-01")
    ),
    "a correction that leaves children out": lambda settings: office.drop_pupils(
        settings, [office.pupil(1, address="错")], suffix="_更正1"
    ),
    "a supplement": lambda settings: office.drop_pupils(
        settings, [office.pupil(2, name="写错了"), office.pupil(7)], suffix="_补报1"
    ),
    "a roll without a child": lambda settings: office.drop_pupils(
        settings, [office.pupil(n) for n in (1, 2, 3)], "20260705"
    ),
}


@contextlib.contextmanager
def both(server: Server, template: str) -> Iterator[tuple[Settings, Settings]]:
    with fresh(server, template) as one, fresh(server, template) as other:
        yield one, other


@pytest.mark.parametrize("name", list(BAD_FILES))
def test_the_ledger_is_the_one_that_never_saw_the_file(server: Server, template: str, name: str) -> None:
    with both(server, template) as (settings, unknowing):
        for target in (settings, unknowing):
            good(target)
            run(target)
        BAD_FILES[name](settings)
        run(settings)
        run(unknowing)
        assert canon.differences(canon.dump(settings), canon.dump(unknowing)) != []
        pipeline.withdraw(settings, newest(settings), "报错了文件", "officer")
        run(settings)
        run(unknowing)
        assert canon.differences(canon.dump(settings, history=True), canon.dump(unknowing, history=True)) == []
        for target in (settings, unknowing):  # and what comes later meets the same ledger
            drop = office.survey(5, survey_number="S5", surveyed_on="2026-07-14", guardian_status="失联")
            office.drop_survey(target, [drop], "20260715")
            run(target, LATER)
        assert canon.differences(canon.dump(settings, history=True), canon.dump(unknowing, history=True)) == []


def test_a_good_file_after_the_bad_one_gets_its_own_day(server: Server, template: str) -> None:
    """The same flag from a bad and later from a good file: raised, and due, as if only the good one had come."""
    with both(server, template) as (settings, unknowing):
        for target in (settings, unknowing):
            office.drop_pupils(target, [office.pupil(1)])
            if target is settings:
                office.drop_survey(target, [office.survey(1, vagrancy="是")], "20260629")
            run(target)
        for target in (settings, unknowing):
            told = office.survey(1, survey_number="G1", surveyed_on="2026-07-13", vagrancy="是")
            office.drop_survey(target, [told], "20260715")
            run(target, LATER)
        bad = scalar(settings, "select receipt_id from intake.receipt where as_of_date = '2026-06-29'")
        pipeline.withdraw(settings, bad, "报错了文件", "officer")
        run(settings, LATER)
        run(unknowing, LATER)
        assert canon.differences(canon.dump(settings), canon.dump(unknowing)) == []
        assert scalar(settings, "select raised_date from ledger.flag where status = 'open'") == LATER


def test_a_merge_by_a_bad_file_is_undone(server: Server, template: str) -> None:
    """A row with one child's number and another's name and phone joins two; their flags find their way back."""
    with both(server, template) as (settings, unknowing):
        called: dict[str, Any] = {"name": NICKNAMES[0], "guardian_phone": "13900000001"}
        apart = office.survey(1, id_number="", guardian_name="某某", vagrancy="是", **called)
        for target in (settings, unknowing):
            office.drop_pupils(target, [office.pupil(1)])
            office.drop_survey(target, [apart], "20260629")
            run(target)
        assert scalar(settings, "select count(*) from ledger.profile") == 2
        link = office.survey(1, survey_number="B1", surveyed_on="2026-07-01", **called)
        office.drop_survey(settings, [link], "20260705")
        run(settings)
        assert scalar(settings, "select count(*) from ledger.profile") == 1
        pipeline.withdraw(settings, newest(settings), "报错了文件", "officer")
        run(settings)
        run(unknowing)
        ours, theirs = canon.dump(settings), canon.dump(unknowing)
        assert canon.differences(ours, theirs) == []


def visit_of_the_item(settings: Settings, **answer: Any) -> dict[str, Any]:
    path = settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json"
    return office.visit(json.loads(path.read_text(encoding="utf-8"))["items"][0], **answer)


def test_people_are_told_and_their_visits_are_kept(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    office.drop_survey(settings, [office.survey(1, vagrancy="是")], "20260629")
    run(settings)
    bad = newest(settings)
    office.drop_visits(settings, [visit_of_the_item(settings)])
    run(settings)
    assert scalar(settings, "select status from ledger.flag") == "confirmed"
    pipeline.withdraw(settings, bad, "县里报错了文件", "王干事")
    assert scalar(settings, "select status || ' ' || state from ledger.flag join followup.item using (flag_id)") == (
        "withdrawn withdrawn"
    )
    assert scalar(settings, "select answers_withdrawn_flag from followup.visit") is True
    listed = json.loads((settings.queues / office.COUNTY / f"待走访名单_{office.COUNTY}.json").read_text("utf-8"))
    assert listed["items"] == [] and [item["title"] for item in listed["withdrawn"]] == ["流浪"]
    assert office.pupil(1)["name"] not in str(listed["withdrawn"])
    place = settings.landing / "civil_affairs" / office.COUNTY / "receipts"
    told = next(path for path in place.glob(f"{bad}_*已撤回.txt")).read_text(encoding="utf-8")
    assert told.splitlines()[0].startswith("\ufeff处理结果：已撤回，不再使用；原结果：")
    assert scalar(settings, "select reason || officer from intake.withdrawal") == "县里报错了文件王干事"
    office.drop_survey(settings, [office.survey(1, survey_number="N1", vagrancy="是")], "20260710")
    run(settings)  # the same, now from a good file: a new question
    assert scalar(settings, "select count(*) from ledger.flag where status = 'open'") == 1


def test_withdrawn_visits_leave_their_flag_open(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(1, vagrancy="是")])
    run(settings)
    before = canon.dump(settings, history=True)
    office.drop_visits(settings, [visit_of_the_item(settings)])
    run(settings)
    pipeline.withdraw(settings, newest(settings), "走访的不是这一户", "officer")
    run(settings)
    assert canon.differences(canon.dump(settings, history=True), before) == []


def test_a_withdrawal_needs_a_reason_and_twice_is_once(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    with pytest.raises(LedgerError, match="needs a reason"):
        pipeline.withdraw(settings, newest(settings), "  ", "officer")
    with pytest.raises(SystemExit):
        cli.main(["withdraw", "1"])
    for reason in ("第一次", "第二次"):
        pipeline.withdraw(settings, newest(settings), reason, "officer")
    assert scalar(settings, "select string_agg(reason, ',') from intake.withdrawal") == "第一次"
    assert pipeline.ingest(settings, "education.enrolment") == []
