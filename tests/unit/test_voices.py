"""What one office says twice it says once; what is copied from a twin, a parent or the line above decides nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from childledger.linkage.link import link as link_file
from household import (
    BOY,
    BOY_HOME,
    BOY_ID,
    HOME,
    SISTER_HOME,
    SISTER_ID,
    TWIN_HOME,
    TWIN_ID,
    Row,
    apart,
    frame,
    groups,
    link,
    reasons,
    without_id,
)
from office import resident_id

TODAY = date(2026, 7, 1)
SCHOOL = {"feed": "education.enrolment"}
FATHER = {"guardian_name": "王强", "guardian_phone": "13900000009"}


def test_a_twins_number_sent_twice_by_one_office_moves_the_child_to_no_twin() -> None:
    slip = BOY_HOME | SCHOOL | {"id_number": TWIN_ID}
    rows = [BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME | {"feed": "health.child_health"}]
    assert groups(link(*rows, slip, slip)) == apart({0, 1, 4, 5}, {2, 3})


def test_two_offices_that_give_two_numbers_know_two_children() -> None:
    other = BOY_HOME | {"id_number": TWIN_ID}
    assert groups(link(BOY_HOME, BOY_HOME, other, other)) == apart({0, 1}, {2, 3})
    assert groups(link(BOY_HOME, BOY_HOME, other | SCHOOL, other | SCHOOL)) == apart({0, 1, 2, 3})


def test_records_that_name_no_feed_are_voices_of_their_own(tmp_path: Path) -> None:
    rows = frame([BOY_HOME, BOY_HOME, BOY_HOME | {"id_number": TWIN_ID}, BOY_HOME | {"id_number": TWIN_ID}])
    for feed, children in ((rows["feed"], 2), ("education.enrolment", 1), (None, 2)):
        rows.assign(feed=feed).to_csv(tmp_path / "records.csv", index=False)
        assert (
            link_file(tmp_path / "records.csv", tmp_path / "out.csv", None, None, None, TODAY)["children"] == children
        )


def test_a_sisters_number_typed_in_twice_is_one_slip() -> None:
    slip = BOY_HOME | SCHOOL | {"id_number": SISTER_ID}
    assert groups(link(BOY_HOME, BOY_HOME, SISTER_HOME, SISTER_HOME, slip, slip)) == apart({0, 1, 4, 5}, {2, 3})


def test_a_row_of_another_name_sent_twice_is_shown_to_a_person_as_one_is() -> None:
    renamed = without_id(BOY_HOME, name="李思源", **SCHOOL)
    assert len(link(BOY_HOME, BOY_HOME, renamed, renamed).review) == 1


def test_a_name_that_sounds_alike_and_another_sex_under_one_number_is_a_person_to_ask() -> None:
    boy, girl = BOY_HOME | {"name": "王子轩"}, TWIN_HOME | {"name": "王子萱", "sex": "2", "id_number": BOY_ID}
    assert groups(link(boy, boy, girl)) == apart({0, 1}, {2})
    assert groups(link(boy, boy, girl | {"sex": "1"})) == apart({0, 1, 2})


def test_a_childs_name_and_its_guardians_in_each_others_place_are_found() -> None:
    swapped = without_id(BOY_HOME, name="王芳", guardian_name="王小明")
    assert groups(link(BOY_HOME, BOY_HOME, swapped)) == apart({0, 1, 2})
    twins = link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME, swapped)
    assert groups(twins) == apart({0, 1}, {2, 3}, {4}) and reasons(twins)


def test_a_name_with_an_unread_character_that_both_twins_bear_is_neithers() -> None:
    unread = without_id(BOY_HOME, name="王小?")
    assert groups(link(BOY_HOME, BOY_HOME, unread)) == apart({0, 1, 2})
    found = link(BOY_HOME, BOY_HOME, TWIN_HOME | FATHER, TWIN_HOME, unread | FATHER)
    assert groups(found) == apart({0, 1}, {2, 3}, {4})


def test_a_number_filled_down_over_two_namesakes_is_neithers() -> None:
    filled = resident_id("411681", "20220309", 264)
    rows: list[Row] = [BOY | {"id_number": filled, "birth_date": day} for day in ("2015-03-07", "2025-11-02")]
    assert groups(link(*rows)) == apart({0}, {1})
    assert groups(link(BOY, BOY | {"birth_date": "2025-11-02"})) == apart({0, 1})


def test_twins_told_apart_by_a_letter_before_they_are_named_are_not_one() -> None:
    for name in ("王芳之子甲", "王芳宝宝B", "王芳大宝1", "王芳之子乙"):
        unnamed = {"name": name, "birth_date": BOY["birth_date"]} | HOME
        assert groups(link(BOY_HOME, BOY_HOME, unnamed)) == apart({0, 1}, {2}), name
