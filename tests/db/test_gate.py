"""What the gate asks, found and not found, and that an accepted answer is remembered; on a real database."""

from __future__ import annotations

from typing import Any

import pytest

import office
from at_gate import LATER, answers, asked, last, pupils, rows, take_in
from childledger import pipeline
from childledger.errors import LedgerError
from childledger.settings import Settings


def test_a_changed_number_of_rows_is_asked_about_and_a_little_change_is_not(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    take_in(settings)
    assert asked(settings) == []  # a first file has no usual
    office.drop_pupils(settings, pupils(119), as_of="20260701")
    take_in(settings)
    assert asked(settings) == []
    office.drop_pupils(settings, pupils(160), as_of="20260702")
    take_in(settings)
    assert asked(settings) == [(0, "", "VOLUME_CHANGED")]
    assert last(settings)[1] == "settled"
    assert "整份文件" in answers(settings)


def test_a_small_county_may_change_quickly(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(20))
    office.drop_pupils(settings, pupils(1), as_of=LATER)
    take_in(settings)
    assert asked(settings) == []
    assert last(settings)[1] == "settled"


def test_vanished_keys_are_asked_about_even_if_the_number_of_rows_stays(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    office.drop_pupils(settings, pupils(100, first=26), as_of=LATER)
    take_in(settings)
    assert asked(settings) == [(0, "", "KEYS_VANISHED")]
    assert last(settings)[1] == "settled"


def test_absence_from_an_event_file_says_nothing(settings: Settings) -> None:
    office.drop_survey(settings, [office.survey(n) for n in range(1, 101)])
    office.drop_survey(settings, [office.survey(n) for n in range(200, 230)], as_of=LATER)
    take_in(settings)
    assert "KEYS_VANISHED" not in {code for *_, code in asked(settings)}
    assert last(settings)[1] == "settled"


def test_rows_held_back_are_not_called_vanished(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    spoiled = [pupil | {"sex": "?"} if number < 60 else pupil for number, pupil in enumerate(pupils(100))]
    office.drop_pupils(settings, spoiled, as_of=LATER)
    take_in(settings)
    assert asked(settings) == []
    assert last(settings, "state, verdict") == ("settled", "partial")


def test_what_does_not_change_and_did_is_asked_about(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(3))
    take_in(settings)
    one, two, three = pupils(3)
    one |= {"birth_date": "2015-03-15", "sex": "女" if one["sex"] == "男" else "男"}
    two |= {"id_number": office.resident_id("411681", "20150315", 777), "name": "学生改"}
    three |= {"name": "学生改名", "address": "新居2号", "grade": "四年级"}
    office.drop_pupils(settings, [one, two, three], as_of=LATER)
    take_in(settings)
    found = [(line, column) for line, column, code in asked(settings) if code == "IMMUTABLE_CHANGED"]
    assert found == [(2, "birth_date"), (2, "sex"), (3, "id_number")]
    assert last(settings, "accepted_count") == (3,)


def test_a_correction_of_the_same_period_is_not_asked_why_it_corrects(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(2))
    take_in(settings)
    office.drop_pupils(settings, [office.pupil(1, birth_date="2015-02-16"), office.pupil(2)], suffix="_更正1")
    take_in(settings)
    assert asked(settings) == []


def test_a_row_other_departments_contradict_learns_only_that(settings: Settings) -> None:
    office.drop_survey(
        settings,
        [
            office.survey(1, birth_date="2014-11-09", name=office.pupil(1)["name"]),
            office.survey(2, name="欧阳不同"),
            office.survey(3, name=office.pupil(3)["name"][:-1] + "晓"),
        ],
    )
    take_in(settings)
    office.drop_pupils(settings, pupils(4))
    take_in(settings)
    assert asked(settings) == [(2, "birth_date", "ID_OTHER_BIRTH"), (3, "name", "ID_OTHER_NAME")]
    assert last(settings, "accepted_count") == (4,)
    told = answers(settings)
    assert "ID_OTHER_BIRTH" in told and "与比对不一致" in told
    for secret in ("2014-11-09", "欧阳不同", "摸排", "民政", "civil_affairs", "screening"):
        assert secret not in told


def test_the_same_department_is_no_witness_against_itself(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(1))
    twin = office.pupil(2, id_number=office.pupil(1)["id_number"], birth_date="2015-02-15")
    office.drop_pupils(settings, [twin], as_of=LATER)
    take_in(settings)
    assert asked(settings) == []


def changed(settings: Settings, birth: str, as_of: str) -> list[Any]:
    """Send the pupil's row with another birth date; the queries the gate asks."""
    office.drop_pupils(settings, [office.pupil(1, id_number="", birth_date=birth), office.pupil(2)], as_of=as_of)
    take_in(settings)
    return asked(settings)


QUERY = [(2, "birth_date", "IMMUTABLE_CHANGED")]


def explained(settings: Settings, verdict: str) -> int:
    receipt_id = last(settings)[0]
    made = pipeline.explain_query(settings, receipt_id, "IMMUTABLE_CHANGED", None, "户口簿更正，见附件", "李老师")
    return pipeline.judge_explanation(settings, made, verdict, "王科长", "材料齐全")


def test_an_accepted_explanation_is_remembered_and_a_changed_value_asks_anew(settings: Settings) -> None:
    contradict = office.survey(1, birth_date="2015-02-15")
    office.drop_survey(settings, [contradict])
    take_in(settings)
    other = office.pupil(1, birth_date="2015-05-05")
    office.drop_pupils(settings, [other])
    take_in(settings)
    query = [(2, "birth_date", "ID_OTHER_BIRTH")]
    assert asked(settings) == query
    made = pipeline.explain_query(settings, last(settings)[0], "ID_OTHER_BIRTH", 2, "以出生证为准", "李老师")
    assert asked(settings) == query  # nobody has accepted it yet
    assert "以出生证为准" in str(pipeline.list_explanations(settings))
    assert pipeline.judge_explanation(settings, made, "accept", "王科长", None) == 1
    assert asked(settings) == []
    assert pipeline.list_explanations(settings) == []
    pipeline.ingest(settings, "education.enrolment")
    assert "ID_OTHER_BIRTH" not in answers(settings).split("\n\n")[-1]
    office.drop_pupils(settings, [other], as_of=LATER)
    take_in(settings)
    assert asked(settings) == []
    assert "ID_OTHER_BIRTH" not in answers(settings)
    office.drop_pupils(settings, [other | {"birth_date": "2015-06-06"}], as_of="20260711")
    take_in(settings)
    assert (2, "birth_date", "ID_OTHER_BIRTH") in asked(settings)


def test_a_refused_explanation_keeps_asking(settings: Settings) -> None:
    changed(settings, "2015-02-15", office.AS_OF)
    assert changed(settings, "2015-03-15", "20260701") == QUERY
    assert explained(settings, "refuse") == 0
    assert asked(settings) == QUERY
    assert changed(settings, "2015-03-15", "20260702") == []  # the newest older file says the same
    assert changed(settings, "2015-02-15", "20260703") == QUERY


def test_queries_of_the_contract_can_be_explained_too(settings: Settings) -> None:
    odd = office.pupil(1, guardian_phone="12345")
    office.drop_pupils(settings, [odd, office.pupil(2)])
    take_in(settings)
    made = pipeline.explain_query(settings, last(settings)[0], "PATTERN_MISMATCH", None, "学校总机", "李老师")
    assert pipeline.judge_explanation(settings, made, "accept", "王科长", None) == 1
    office.drop_pupils(settings, [office.pupil(2), odd], as_of=LATER)  # the row moved, its key did not
    take_in(settings)
    assert "PATTERN_MISMATCH" not in answers(settings)
    office.drop_pupils(settings, [odd | {"guardian_phone": "54321"}], as_of="20260711")
    take_in(settings)
    assert "PATTERN_MISMATCH" in answers(settings)


def test_an_explanation_needs_a_query_and_is_judged_once(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1, guardian_phone="12345")])
    take_in(settings)
    receipt_id = last(settings)[0]
    with pytest.raises(LedgerError, match="no open query"):
        pipeline.explain_query(settings, receipt_id, "ID_OTHER_NAME", None, "无", "李老师")
    assert rows(settings, "select count(*) from intake.explanation") == [(0,)]
    made = pipeline.explain_query(settings, receipt_id, "PATTERN_MISMATCH", None, "学校总机", "李老师")
    with pytest.raises(LedgerError, match="reason to refuse"):
        pipeline.judge_explanation(settings, made, "refuse", "王科长", None)
    pipeline.judge_explanation(settings, made, "accept", "王科长", None)
    with pytest.raises(LedgerError, match="waits for a word"):
        pipeline.judge_explanation(settings, made, "refuse", "张科长", "不信")


def test_a_supplement_is_not_taken_for_a_whole_file(settings: Settings) -> None:
    office.drop_pupils(settings, pupils(100))
    take_in(settings)
    office.drop_pupils(settings, pupils(2, first=200), suffix="_补报1")
    take_in(settings)
    assert (asked(settings), last(settings)[1]) == ([], "settled")
    office.drop_pupils(settings, pupils(60), as_of="20260705", suffix="_补报1")
    take_in(settings)
    assert (asked(settings), last(settings)[1]) == ([], "settled")
    office.drop_pupils(settings, pupils(102, first=1), as_of=LATER)
    take_in(settings)
    assert asked(settings) == []  # compared with the 100 rows before, not with the 2 mended since


def test_what_a_supplement_added_can_vanish_from_the_next_whole_file(settings: Settings) -> None:
    spoiled = [pupil | {"sex": "?"} for pupil in pupils(50, first=51)]
    office.drop_pupils(settings, [*pupils(50), *spoiled])
    take_in(settings)
    office.drop_pupils(settings, pupils(50, first=51), suffix="_补报1")
    take_in(settings)
    assert last(settings, "verdict, accepted_count") == ("accepted", 50)
    office.drop_pupils(settings, pupils(55), as_of=LATER)
    take_in(settings)
    assert last(settings)[1] == "held"
    assert pipeline.list_held(settings)[0]["exceeded"] == {"KEYS_VANISHED": {"found": 45, "limit": 30}}
