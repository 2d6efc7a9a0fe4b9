"""Two records rather than one wrong merge: what links, what never does, and what goes to people."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from childledger.linkage import matching
from childledger.linkage.rules import rules
from household import (
    BOY,
    BOY_HOME,
    BOY_ID,
    HOME,
    MOTHER_ID,
    SISTER_HOME,
    STRANGER,
    STRANGER_ID,
    TWIN,
    TWIN_HOME,
    TWIN_ID,
    Row,
    apart,
    damaged,
    groups,
    link,
    reasons,
    without_id,
)

NEWBORN = {"name": "王芳之子", "birth_date": "2015-03-07", "sex": "1", **HOME, "guardian_name": None}


def routes(*rows: Row, **words: Any) -> set[str]:
    return set(link(*rows, **words).assigned["route"])


# Identity numbers


def test_the_same_id_and_name_are_one_child() -> None:
    found = link(BOY, BOY | {"sex": None, "birth_date": None})
    assert groups(found) == apart({0, 1}) and set(found.assigned["route"]) == {"exact_id"}


def test_a_name_without_dress_is_the_same_name() -> None:
    assert routes(BOY, BOY | {"name": " 王小明 "}) == {"exact_id"}


def test_the_same_id_under_another_name_waits_for_a_person_unless_the_household_agrees() -> None:
    found = link(BOY, BOY | {"name": "李红梅"})
    assert groups(found) == apart({0}, {1}) and reasons(found) == {"same_id_other_name"}
    at_home = link(BOY_HOME, BOY_HOME | {"name": "李红梅"})
    assert groups(at_home) == apart({0, 1}) and set(at_home.assigned["route"]) == {"identity"}


def test_a_birth_date_read_from_a_siblings_number_says_nothing() -> None:
    undated = BOY_HOME | {"name": "李红梅", "birth_date": None}
    assert groups(link(BOY_HOME, BOY_HOME, undated)) == apart({0, 1}, {2})
    slipped = BOY_HOME | {"name": "王小亮", "birth_date": "2015-03-17"}
    assert groups(link(BOY_HOME, BOY_HOME, slipped)) == apart({0, 1, 2})


def test_a_roll_number_of_the_kind_made_of_the_childs_number_is_a_copy_of_it() -> None:
    pupil = without_id(BOY, name="王晓明", school_roll_number="G" + BOY_ID)
    assert groups(link(BOY, BOY, pupil)) == apart({0, 1, 2})
    assert groups(link(BOY, BOY, pupil | {"school_roll_number": "L" + BOY_ID})) == apart({0, 1}, {2})
    brothers_typed = BOY | {"id_number": TWIN_ID, "school_roll_number": "G" + BOY_ID}
    assert groups(link(BOY, BOY, TWIN, TWIN, brothers_typed)) == apart({0, 1, 4}, {2, 3})


def test_a_name_that_differs_by_one_character_is_a_slip() -> None:
    assert groups(link(BOY, BOY | {"name": "王小亮"})) == apart({0, 1})


def test_a_twin_who_is_there_gets_the_row_that_bears_his_name_and_his_brothers_number() -> None:
    found = link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME, TWIN_HOME | {"id_number": BOY_ID})
    assert groups(found) == apart({0, 1}, {2, 3, 4})


def test_a_name_that_is_neither_twins_waits_for_a_person() -> None:
    found = link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME, BOY_HOME | {"name": "王小强"})
    assert groups(found) == apart({0, 1}, {2, 3}, {4}) and reasons(found) == {"key_shared_by_children"}


def test_twins_who_share_everything_but_name_and_id_stay_two() -> None:
    assert groups(link(BOY_HOME, TWIN_HOME)) == apart({0}, {1})
    found = link(BOY_HOME, TWIN_HOME, without_id(BOY_HOME), without_id(TWIN_HOME))
    assert groups(found) == apart({0, 2}, {1, 3})


def test_twins_without_numbers_stay_two() -> None:
    rows = [without_id(child, feed=feed) for child in (BOY_HOME, TWIN_HOME) for feed in ("a", "b")]
    assert groups(link(*rows)) == apart({0, 1}, {2, 3})


def test_the_guardians_number_in_the_childs_column_is_no_childs_number() -> None:
    found = link(
        BOY_HOME | {"guardian_id_number": MOTHER_ID}, *(c | {"id_number": MOTHER_ID} for c in (BOY_HOME, SISTER_HOME))
    )
    assert groups(found) == apart({0, 1}, {2})
    assert groups(link(STRANGER | {"id_number": MOTHER_ID}, BOY | {"id_number": MOTHER_ID})) == apart({0}, {1})


def test_the_brothers_number_on_the_sisters_row_moves_nobody() -> None:
    found = link(BOY_HOME, BOY_HOME, SISTER_HOME, SISTER_HOME | {"id_number": BOY_ID})
    assert groups(found) == apart({0, 1}, {2, 3})


def test_a_number_written_for_more_names_than_mistakes_explain_stands_for_nobody() -> None:
    names = [
        first + last for first, last in zip("赵钱孙李周吴郑王冯陈褚卫蒋", "一二三四五六七八九十甲乙丙", strict=True)
    ]
    found = link(*(BOY_HOME | {"name": name} for name in names))
    assert len(groups(found)) == len(names) and not reasons(found)


def test_a_number_that_says_another_birth_date_is_still_the_named_childs() -> None:
    assert groups(link(BOY, BOY, BOY | {"birth_date": "2016-11-20"})) == apart({0, 1, 2})


def test_a_damaged_number_is_repaired_only_where_the_name_agrees() -> None:
    found = link(BOY, BOY, BOY | {"id_number": damaged(BOY_ID)})
    assert groups(found) == apart({0, 1, 2}) and found.assigned["route"][2] == "repair"
    assert groups(link(BOY, BOY, STRANGER | {"id_number": damaged(BOY_ID), "birth_date": "2015-03-07"})) == apart(
        {0, 1}, {2}
    )


def test_a_repair_invents_no_number() -> None:
    assert routes(BOY | {"id_number": damaged(BOY_ID)}, STRANGER) == {"alone"}


# Names


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽·买买提", "阿依古丽.买买提"),
        ("阿依古丽·买买提", "阿依古丽·买买"),
        ("刘国华", "劉國華"),
        ("刘国华", "LIU Guohua"),
        ("刘国华", "刘国花"),
        ("刘国华", "刘?华"),
    ],
)
def test_one_name_however_written_is_one_child(known: str, written: str) -> None:
    child = BOY_HOME | {"name": known}
    assert groups(link(child, child, without_id(child, name=written))) == apart({0, 1, 2})


def test_one_name_and_birthday_in_two_places_are_two_children() -> None:
    away = without_id(BOY, guardian_phone="13900000009", guardian_name="李娟", residence_code="650102")
    assert groups(link(BOY_HOME, BOY_HOME, away)) == apart({0, 1}, {2})


@pytest.mark.parametrize("dummy", ["00000", " 00000", "-0000", "0 0000", "00-000", "0000 ", "-----", "无"])
def test_what_is_typed_for_no_number_is_no_number_two_children_share(dummy: str) -> None:
    away = without_id(BOY, guardian_phone="13900000009", guardian_name="李娟", residence_code="650102")
    found = link(BOY_HOME | {"insurance_number": dummy}, BOY_HOME, away | {"insurance_number": dummy})
    assert groups(found) == apart({0, 1}, {2})


def test_a_newborn_known_by_its_mother_goes_to_her_child() -> None:
    found = link(BOY_HOME, BOY_HOME, NEWBORN)
    assert groups(found) == apart({0, 1, 2}) and found.assigned["route"][2] == "probabilistic"


def test_a_newborn_goes_to_neither_of_two_children_born_that_day() -> None:
    assert groups(link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME, NEWBORN)) == apart({0, 1}, {2, 3}, {4})
    assert groups(link(BOY_HOME, TWIN_HOME, NEWBORN)) == apart({0}, {1}, {2})


def test_a_newborn_of_another_sex_is_another_child() -> None:
    assert groups(link(BOY_HOME, BOY_HOME, NEWBORN | {"name": "王芳之女", "sex": "2"})) == apart({0, 1}, {2})


def test_a_second_son_is_nobodys_for_certain() -> None:
    assert groups(link(BOY_HOME, BOY_HOME, NEWBORN | {"name": "王芳之次子"})) == apart({0, 1}, {2})


def test_a_name_twins_may_share_links_until_another_child_of_that_day_is_there() -> None:
    pet = BOY_HOME | {"name": "王小宝"}
    assert groups(link(pet, without_id(pet))) == apart({0, 1})
    assert groups(link(pet, TWIN_HOME, without_id(pet))) == apart({0}, {1}, {2})


def test_one_character_twice_behind_a_surname_is_a_name_no_twin_shares() -> None:
    named = BOY_HOME | {"name": "王明明"}
    assert groups(link(named, TWIN_HOME, without_id(named))) == apart({0, 2}, {1})


# Birth dates


@pytest.mark.parametrize("written", ["2015-01-17", "2015-07-03", "2015-03-01", "2015-01-01"])
def test_a_birth_date_lunar_swapped_or_slipped_is_the_same_in_one_household(written: str) -> None:
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, birth_date=written))) == apart({0, 1, 2})


def test_two_of_one_name_born_years_apart_in_one_household_wait_for_a_person() -> None:
    elder = [without_id(BOY_HOME, feed=feed) for feed in ("a", "b")]
    found = link(*elder, *(row | {"birth_date": "2018-11-20"} for row in elder))
    assert groups(found) == apart({0, 1}, {2, 3}) and reasons(found) == {"probable"}
    assert groups(link(*elder, elder[0] | {"birth_date": "2015-06-22"})) == apart({0, 1, 2})


# Households


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("河南省郑州市金水区文化路街道绿城小区8号楼2单元0402室", "金水区绿城小区8-2-402", True),
        ("金水区丁集镇大马庄村266号", "河南省郑州市金水区大马庄村266号", True),
        ("金水区绿城小区8号楼2单元402室", "金水区绿城小区8号楼2单元403室", False),
    ],
)
def test_a_door_is_the_same_however_it_is_written(one: str, other: str, same: bool) -> None:
    at = [without_id(BOY, address=place, residence_code="410105") for place in (one, other)]
    found = link(at[0], at[1])
    assert (found.assigned["route"][1] == "composite") == same


def test_the_first_of_two_phones_counts_and_one_of_one_digit_is_none() -> None:
    home = without_id(BOY, guardian_phone="13812345678", residence_code="410105")
    two = home | {"guardian_phone": "86-13812345678/13900000009", "residence_code": "410205"}
    assert groups(link(home, two)) == apart({0, 1})
    dummies = [row | {"guardian_phone": "13800000000"} for row in (home, two)]
    assert groups(link(*dummies)) == apart({0}, {1})


def test_a_name_alone_links_nothing() -> None:
    assert groups(link(BOY, BOY, {"name": "王小明"})) == apart({0, 1}, {2})
    assert groups(link({}, {})) == apart({0}, {1})


# Other numbers


def test_a_number_a_child_has_one_of_links_under_a_near_name() -> None:
    vaccinated = {"vaccination_code": "V100001"}
    found = link(
        BOY | vaccinated, BOY | vaccinated, without_id(BOY, name="王晓明", birth_date="2015-03-07", **vaccinated)
    )
    assert groups(found) == apart({0, 1, 2}) and found.assigned["route"][2] == "number"


def test_a_key_shared_by_two_known_children_links_nobody_to_either() -> None:
    shared = {"vaccination_code": "V100001"}
    found = link(*[child | shared for child in (BOY, BOY, BOY | {"id_number": TWIN_ID}, BOY | {"id_number": TWIN_ID})],
                 without_id(BOY, **shared))  # fmt: skip
    assert groups(found) == apart({0, 1}, {2, 3}, {4}) and reasons(found) == {"key_shared_by_children"}


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("school_roll_number", "G150001234", "G150004321"),
        ("birth_certificate_number", "X1234561", "X7654321"),
        ("vaccination_code", "V100001", "V200002"),
    ],
)
def test_two_numbers_of_a_kind_a_child_has_one_of_are_two_children(column: str, one: str, other: str) -> None:
    places = ("410105", "410106")
    rows = [
        without_id(BOY_HOME, **{column: number}, residence_code=place) for number in (one, other) for place in places
    ]
    assert groups(link(*rows)) == apart({0, 1}, {2, 3})


def test_a_formal_and_a_temporary_roll_number_are_no_conflict() -> None:
    rows = [
        without_id(BOY_HOME, school_roll_number=number, residence_code=place)
        for number in ("G123456789", "L987654321")
        for place in ("410105", "410106")
    ]
    assert groups(link(*rows)) == apart({0, 1, 2, 3})


def test_a_slip_in_a_second_number_does_not_scatter_a_child() -> None:
    rows = [BOY_HOME | {"school_roll_number": roll} for roll in ("G123456789", "G123456788")]
    assert groups(link(*rows, BOY_HOME)) == apart({0, 1, 2})
    alone = [without_id(row, residence_code=f"41010{place}") for place, row in enumerate([*rows, rows[0]])]
    assert groups(link(*alone)) == apart({0, 1, 2})


def test_a_cluster_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    small = dataclasses.replace(rules(), largest_cluster=3)
    monkeypatch.setattr(matching, "rules", lambda: small)
    found = link(*(without_id(BOY_HOME, residence_code=f"41010{place}") for place in range(5)))
    assert sorted(map(len, groups(found))) == [2, 3] and "conflicting_numbers" in reasons(found)


# Words of people and visit rows


def test_people_join_and_part() -> None:
    joined = link(BOY, STRANGER | {"id_number": None}, same=[(0, 1)])
    assert groups(joined) == apart({0, 1}) and set(joined.assigned["route"]) == {"judged"}
    assert groups(link(BOY, BOY, different=[(0, 1)])) == apart({0}, {1})


def test_what_people_parted_is_joined_through_nobody() -> None:
    parted = link(BOY_HOME, BOY_HOME, BOY_HOME, without_id(BOY_HOME), different=[(0, 1)])
    home = {place: part for part in groups(parted) for place in part}
    assert home[0] != home[1] and reasons(parted) == {"key_shared_by_children"}
    asked = {
        frozenset(pair) for pair in zip(parted.review["left_record_id"], parted.review["right_record_id"], strict=True)
    }
    assert frozenset({0, 1}) not in asked


def test_a_same_never_joins_two_known_children() -> None:
    found = link(BOY, BOY, STRANGER, STRANGER, same=[(0, 2)])
    assert groups(found) == apart({0, 1}, {2, 3}) and reasons(found) == {"conflicting_numbers"}


def test_a_same_says_whose_number_it_is_however_often_the_slip_is_sent_again() -> None:
    slip = TWIN_HOME | {"name": "王晓亮", "id_number": BOY_ID}
    rows = (BOY_HOME, BOY_HOME, TWIN_HOME, slip, slip)
    assert groups(link(*rows)) == apart({0, 1}, {2}, {3, 4})
    assert groups(link(*rows, same=[(2, 3), (2, 4)])) == apart({0, 1}, {2, 3, 4})
    assert groups(link(*rows, same=[(0, 3), (0, 4), (1, 3), (1, 4)])) == apart({0, 1, 3, 4}, {2})
    nobodys = (*rows[:2], without_id(TWIN_HOME), *rows[3:])
    assert groups(link(*nobodys, same=[(2, 3), (2, 4)])) == apart({0, 1}, {2, 3, 4})


def test_whom_a_person_told_apart_is_no_rival_any_more() -> None:
    cousin = BOY_HOME | {"guardian_phone": "13900000009", "guardian_name": "李刚"}
    parted = link(BOY_HOME, BOY_HOME, cousin, cousin, different=[(0, 2), (0, 3), (1, 2), (1, 3)])
    assert groups(parted) == apart({0, 1}, {2, 3}) and parted.review.empty


def test_a_visit_row_follows_the_number_it_names_unless_it_contradicts() -> None:
    visit = {"feed": "townships.visits", "name": "王小明"}
    found = link(BOY, BOY, visit, agreed=[(2, 0)])
    assert groups(found) == apart({0, 1, 2}) and found.assigned["route"][2] == "stated_child"
    contradicts = link(BOY, BOY, visit | {"name": "李雷"}, doubtful=[(2, 0)])
    assert groups(contradicts) == apart({0, 1}, {2}) and reasons(contradicts) == {"stated_child_differs"}


# What is told


def test_exact_evidence_tells_what_agrees_and_has_no_weight() -> None:
    found = link(BOY_HOME, without_id(BOY_HOME))
    told = json.loads(found.assigned["agreement"][1])
    assert told["name"] == ["exact", None] and told["guardian_phone"] == ["equal", None]
    assert found.assigned["weight"].isna().all()


def test_a_probable_link_tells_the_bits_of_every_comparison() -> None:
    found = link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, birth_date="2015-01-17"))
    told = json.loads(found.assigned["agreement"][2])
    assert told["birth_date"][0] == "lunar calendar" and all(bits is not None for _, bits in told.values())
    assert found.assigned["weight"][2] > 10


def test_the_number_of_a_stranger_is_never_told() -> None:
    found = link(BOY, BOY | {"name": "李红梅"})
    assert BOY_ID not in str(found.review.to_dict()) and STRANGER_ID not in str(found.review.to_dict())
    assert TWIN["name"] not in str(found.assigned.to_dict())


def test_two_numbers_that_agree_with_their_rows_are_not_joined_by_a_name_many_guardians_bear() -> None:
    """王子轩 of one day has a namesake; a guardian's name or a door is no proof against two sound numbers."""
    weak = dict.fromkeys(HOME) | {"guardian_name": "王伟"}
    one = BOY | weak | {"birth_certificate_number": "R410123456"}
    other = one | {"id_number": TWIN_ID, "birth_certificate_number": "R410999456", "residence_code": "411625"}
    found = link(one, other)
    assert groups(found) == apart({0}, {1}) and len(found.review) == 1
    assert groups(link(one, one, other)) == apart({0, 1}, {2})
    near = one | {"id_number": TWIN_ID, "guardian_name": "李娜", "birth_certificate_number": None}
    assert groups(link(one, near)) == apart({0}, {1})
    assert groups(link(BOY | HOME, BOY | HOME, BOY | HOME | {"id_number": TWIN_ID})) == apart({0, 1, 2})
