"""A child's number and its shield last: every merge, split and move is an event, and a shield follows the records."""

from __future__ import annotations

from typing import Any

import pytest

import office
from childledger import pipeline, trace
from childledger.errors import CheckFailed
from childledger.settings import Settings
from reviewers import DAY, NICKNAMES, child_of, resolve, rows, run, scalar, shielded, two

EVENTS = "select kind, child_id, other_child_id, record_count, reason, actor from identity.event order by event_id"


def test_events_tell_why_and_by_whom(settings: Settings) -> None:
    left, right = two(settings)
    one, other = child_of(settings, left), child_of(settings, right)
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    resolve(settings)
    pipeline.judge_records(settings, left, right, "DIFFERENT", "不是一人", "li")
    resolve(settings)
    kept, gone = min(one, other), max(one, other)
    found = rows(settings, EVENTS)
    assert found[2] == ("merge", gone, kept, 1, "judged", "wang")
    new = found[3][1]
    assert found[3] == ("split", new, kept, 1, "judged", "li") and new not in (one, other)
    assert {row[4:] for row in found[:2]} == {("evidence", "resolve")}
    resolve(settings)
    assert len(rows(settings, EVENTS)) == 4


def test_a_merge_by_new_records_is_evidence_and_its_withdrawal_a_split(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1)])
    called: dict[str, Any] = {"name": NICKNAMES[0], "guardian_phone": "13900000001"}
    office.drop_survey(settings, [office.survey(1, id_number="", guardian_name="某某", **called)], "20260629")
    assert run(settings)["children"] == 2
    link = office.survey(1, survey_number="B1", surveyed_on="2026-07-01", **called)
    office.drop_survey(settings, [link], "20260705")
    assert run(settings)["children"] == 1
    bad = scalar(settings, "select max(receipt_id) from intake.receipt")
    pipeline.withdraw(settings, bad, "报错了文件", "officer")
    kinds = [(row[0], row[4]) for row in rows(settings, EVENTS)]
    assert kinds == [("create", "evidence")] * 2 + [("merge", "evidence"), ("split", "evidence")]


def test_a_child_without_records_is_retired_once_and_returns(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(n) for n in (1, 2)])
    office.drop_pupils(settings, [office.pupil(1)], suffix="_更正1")
    run(settings)
    correction = scalar(settings, "select receipt_id from intake.receipt where revision = 1")
    assert scalar(settings, "select count(*) from identity.event") == 1  # the child of the corrected file never stood
    pipeline.withdraw(settings, correction, "报错了文件", "officer")
    office.drop_pupils(settings, [office.pupil(1)], suffix="_更正1")
    run(settings)
    resolve(settings)
    pipeline.withdraw(settings, scalar(settings, "select max(receipt_id) from intake.receipt"), "又错了", "officer")
    gone = [row for row in rows(settings, EVENTS) if row[0] in ("retire", "return")]
    assert [(kind, reason) for kind, _, _, _, reason, _ in gone] == [
        ("retire", "records_gone"),
        ("return", "records_back"),
    ]
    assert len({child for _, child, *_ in gone}) == 1


def test_who_belonged_where_is_kept_from_when_to_when(settings: Settings) -> None:
    left, right = two(settings)
    one, other = sorted((child_of(settings, left), child_of(settings, right)))
    moved = right if child_of(settings, right) == other else left
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    resolve(settings)
    past = rows(settings, "select source_record_id, child_id, joined_at, left_at from identity.past_member")
    assert [row[:2] for row in past] == [(moved, other)]
    joined = scalar(settings, "select joined_at from identity.member where source_record_id = :r", r=moved)
    assert joined == past[0][3] > past[0][2]
    resolve(settings)  # a run that changes nothing closes nothing
    assert len(rows(settings, "select 1 from identity.past_member")) == 1
    assert joined == scalar(settings, "select joined_at from identity.member where source_record_id = :r", r=moved)
    told = trace.history(settings, one)
    assert "kind=merge" in told and f"source_record_id={moved}" in told and "reviewer=wang" in told


def test_history_outlives_the_record(settings: Settings) -> None:
    left, _ = two(settings)
    child = child_of(settings, left)
    rows(settings, "delete from conformed.source_record where source_record_id = :r returning 1", r=left)
    assert rows(settings, "select source_record_id, child_id from identity.past_member") == [(left, child)]


def test_a_merged_child_is_shielded_if_either_was(settings: Settings) -> None:
    for_gone, for_kept = two(settings)
    later = max((for_gone, for_kept), key=lambda record: child_of(settings, record))
    gone = child_of(settings, later)
    pipeline.shield(settings, gone, "shielded", "公安来函", "zhao")
    number, _ = pipeline.judge_records(settings, for_gone, for_kept, "SAME", "看过户口簿", "wang")
    pipeline.confirm_judgement(settings, number, "也看过", "li")
    assert resolve(settings) == 1
    stays = child_of(settings, later)
    assert stays != gone and stays in shielded(settings)
    assert rows(settings, "select inherited_from, officer from identity.shield where child_id = :c", c=stays) == [
        (gone, "resolve")
    ]
    pipeline.shield(settings, stays, "open", "公安撤销", "zhao")
    resolve(settings)
    assert stays not in shielded(settings)  # a person said otherwise; nothing brings it back


def test_both_parts_of_a_split_stay_shielded_until_a_person_says_otherwise(settings: Settings) -> None:
    left, right = two(settings)
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    resolve(settings)
    pipeline.shield(settings, child_of(settings, left), "unknown", "未答复", "zhao")
    number, _ = pipeline.judge_records(settings, left, right, "DIFFERENT", "不是一人", "li")
    pipeline.confirm_judgement(settings, number, "确实", "wang")
    assert resolve(settings) == 2
    parts = {child_of(settings, left), child_of(settings, right)}
    assert len(parts) == 2 and parts <= set(shielded(settings))
    part = child_of(settings, right)
    pipeline.shield(settings, part, "open", "与案件无关", "zhao")
    resolve(settings)
    assert part not in shielded(settings) and child_of(settings, left) in shielded(settings)


def test_a_row_that_takes_the_place_of_a_shielded_childs_row_is_shielded(settings: Settings) -> None:
    """A correction with another name and number makes another child; the sender's key says whose place it took."""
    office.drop_pupils(settings, [office.pupil(1)])
    run(settings)
    pipeline.shield(settings, scalar(settings, "select child_id from identity.member"), "shielded", "公安来函", "zhao")
    changed = office.pupil(1) | {"name": "改名", "id_number": "", "guardian_phone": ""}
    office.drop_pupils(settings, [changed], suffix="_更正1")
    run(settings)
    record, child = rows(settings, "select source_record_id, child_id from identity.member")[0]
    assert scalar(settings, "select name from conformed.source_record where source_record_id = :r", r=record) == "改名"
    assert child in shielded(settings)


def test_a_shield_said_of_a_merged_number_is_of_the_child_it_became(settings: Settings) -> None:
    left, right = two(settings)
    gone = max(child_of(settings, left), child_of(settings, right))
    pipeline.judge_records(settings, left, right, "SAME", "看过户口簿", "wang")
    resolve(settings)
    pipeline.shield(settings, gone, "shielded", "公安来函", "zhao")
    assert shielded(settings) == [child_of(settings, left)]


def test_records_that_move_between_standing_children_take_the_shield_along(settings: Settings) -> None:
    """The survey corrects which of two namesakes it spoke of; both children stay."""
    one, other = office.pupil(1), office.pupil(2, name=office.pupil(1)["name"])
    office.drop_pupils(settings, [one, other])
    office.drop_survey(settings, [office.survey(1), office.survey(1, survey_number="MP2")])
    assert run(settings)["children"] == 2
    numbers = dict(
        rows(
            settings,
            """select record.id_number, child_id from identity.member
        join conformed.source_record as record using (source_record_id) where record.feed = 'education.enrolment'""",
        )
    )
    pipeline.shield(settings, numbers[one["id_number"]], "shielded", "公安来函", "zhao")
    corrected = office.survey(2, other, survey_number="MP2")
    office.drop_survey(settings, [office.survey(1), corrected], suffix="_更正1")
    assert run(settings)["children"] == 2
    moved = [row[:4] for row in rows(settings, EVENTS) if row[0] not in ("create",)]
    assert moved == [("move", numbers[other["id_number"]], numbers[one["id_number"]], 1)]
    assert shielded(settings) == sorted(numbers.values())


def test_a_child_with_two_supported_numbers_stops_everything_and_a_guardians_number_does_not(
    settings: Settings,
) -> None:
    """The school writes the mother's number beside the roll number, which has the child's own."""
    mothers = office.pupil(1) | {"id_number": office.resident_id("411681", "19880512", 42)}
    office.drop_pupils(settings, [mothers, office.pupil(2), office.pupil(3)])
    office.drop_survey(settings, [office.survey(n) for n in (1, 2, 3)])
    assert run(settings)["children"] == 3
    assert {row[0] for row in rows(settings, "select route from identity.member")} == {"exact_id"}
    rows(settings, "update identity.member set child_id = (select min(child_id) from identity.member) returning 1")
    with pytest.raises(CheckFailed, match="no_child_has_two_supported_ids"):
        pipeline.refresh(settings, DAY)
