"""What spreadsheets, forms and moves make of a row: a careful clerk reads it, and so does the engine."""

from __future__ import annotations

import pyarrow as pa
import pytest

from childledger.linkage import numbers, sets, standard
from household import (
    BOY,
    BOY_HOME,
    BOY_ID,
    HOME,
    SISTER,
    SISTER_HOME,
    SISTER_ID,
    TWIN,
    TWIN_HOME,
    TWIN_ID,
    apart,
    groups,
    link,
    reasons,
    without_id,
)
from office import resident_id

ALONE = without_id(BOY, residence_code="410105")
SIBLING_ID = resident_id("411681", "20150307", 17)


def read(expression: str, *values: str | None) -> object:
    con = sets.connect()
    standard.prepare(con)
    return con.execute(f"select {expression}", list(values)).fetchall()[0][0]


@pytest.mark.parametrize(
    "phone", ["13812345678.0", "１３８１２３４５６７８", "1381234 5678", "13812345678(母)", "+8613812345678"]
)
def test_a_phone_is_its_digits_however_typed(phone: str) -> None:
    assert read("phone_of($1)", phone) == 13812345678


@pytest.mark.parametrize("number", ["4.10702E+17", "4.11e+17", "410204080120200000", "  4.1E+16 ", "41020400120030000"])
def test_a_number_a_spreadsheet_has_cut_is_none_that_a_countys_children_share(number: str) -> None:
    assert read("plain_number($1)", number) is None
    one, other = (ALONE | {"birth_date": None, "name": name, "vaccination_code": number} for name in ("李雷", "李磊"))
    assert groups(link(one, other)) == apart({0}, {1})


def test_a_number_keeps_its_digits_without_decimals() -> None:
    assert read("plain_number($1)", "417204390138.0") == "417204390138"
    assert read("plain_number($1)", "410204080120200886") == "410204080120200886"


def test_a_birth_month_is_near_its_days_and_equal_to_none() -> None:
    for month in ("2015-03", "2015年3月"):
        assert read("nearness({birth: 20150300, lunar: null}, {birth: 20150307, lunar: null})") == 1
        assert groups(link(BOY | {"birth_date": month}, BOY)) == apart({0, 1})
        named = without_id(BOY, birth_date=month, vaccination_code="410105040120150886")
        known = BOY | {"vaccination_code": "410105040120150886"}
        assert groups(link(known, known, named | {"name": "王晓亮"})) == apart({0, 1}, {2})
        assert groups(link(known, known, named | {"name": "王芳婴"})) == apart({0, 1, 2})
    another = without_id(BOY_HOME, birth_date="2015-06", name="王晓亮")
    assert groups(link(BOY_HOME, BOY_HOME, another)) == apart({0, 1}, {2})
    found = link(without_id(BOY_HOME, birth_date="2015-03"), without_id(TWIN_HOME, birth_date="2015-03"))
    assert groups(found) == apart({0}, {1})


def test_a_newborn_under_its_mothers_full_name_is_nobody_else() -> None:
    for name in ("王芳婴", "王芳毛毛", "王芳之A子", "王芳婴儿"):
        newborn = without_id(BOY_HOME, name=name, guardian_name=None)
        assert groups(link(BOY_HOME, BOY_HOME, newborn)) == apart({0, 1, 2}), name
        assert groups(link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME, newborn)) == apart({0, 1}, {2, 3}, {4}), name


def test_a_newborn_may_be_called_the_child_of_the_parent_who_is_not_its_guardian_here() -> None:
    girl = SISTER_HOME | {"name": "王小红"}
    for name in ("赵强女", "赵小强女", "李芳女"):
        newborn = without_id(girl, name=name)
        assert groups(link(girl, girl, newborn)) == apart({0, 1, 2}), name
        twin = girl | {"name": "王小兰", "id_number": resident_id("411681", "20180102", 24)}
        assert groups(link(girl, girl, twin, twin, newborn)) == apart({0, 1}, {2, 3}, {4}), name
    called = SISTER_HOME | {"name": "王小女"}
    assert groups(link(called, called, without_id(called, guardian_phone=None))) == apart({0, 1, 2})
    son = without_id(BOY_HOME, name="王芳子", guardian_name="赵强")
    assert groups(link(BOY_HOME, BOY_HOME, son)) == apart({0, 1, 2})
    assert groups(link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME, son)) == apart({0, 1}, {2, 3}, {4})
    assert groups(link(BOY_HOME, BOY_HOME, son | {"name": "王梅子"})) == apart({0, 1}, {2})


def test_two_newborns_called_one_parents_are_not_one_for_that() -> None:
    called = {"name": "王芳女", "guardian_name": "王芳、赵强", "id_number": None}
    girl, twin = SISTER_HOME | called, SISTER_HOME | called | {"guardian_name": "赵强"}
    first = girl | {"birth_certificate_number": "T410912345"}
    second = twin | {"birth_certificate_number": "T410912346", "birth_date": None}
    assert groups(link(first, second)) == apart({0}, {1})


def test_where_no_day_says_which_of_two_numbers_is_the_childs_the_copy_goes_first() -> None:
    typed = BOY_HOME | {"id_number": SISTER_HOME["id_number"], "birth_date": None, "sex": None}
    enrolled = typed | {"school_roll_number": f"G{BOY_ID}"}
    assert groups(link(BOY_HOME, BOY_HOME, SISTER_HOME, SISTER_HOME, enrolled)) == apart({0, 1, 4}, {2, 3})


def test_a_name_may_have_the_other_parents_surname_too_or_its_last_character_twice() -> None:
    home = BOY_HOME | {"name": "王陈小明"}
    assert groups(link(home, home, BOY_HOME | {"id_number": None})) == apart({0, 1, 2})
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name="王小明明"))) == apart({0, 1, 2})
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name="王明"))) == apart({0, 1}, {2})
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name="陈王小明"))) == apart({0, 1}, {2})


def test_a_guardian_is_the_same_under_a_role_and_beside_nobody() -> None:
    for guardian in ("母亲：王芳", "母亲王芳", "王芳、无", "王芳（母）"):
        newborn = without_id(BOY_HOME, name="王宝宝", guardian_phone=None, guardian_name=guardian)
        assert groups(link(BOY_HOME, BOY_HOME, newborn)) == apart({0, 1, 2}), guardian


def test_a_name_half_in_letters_is_what_it_spells() -> None:
    row = BOY | {"name": "王xiaoming", "birth_date": None}
    assert groups(link(BOY, BOY, row)) == apart({0, 1, 2})
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name="王xiaoliang"))) == apart({0, 1}, {2})


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("白沙镇东方明珠3号楼2单元401室", "白沙镇花园路社区东方明珠3-2-401"),
        ("金水区北环路142号", "金水区文化路社区北环路142号"),
        ("白沙镇前王庄村35号", "白沙镇租住前王庄村35号"),
        ("白沙镇前王庄村35号", "白沙镇租住在前王庄村委员会35号"),
        ("白沙镇前王庄村35号", "前王庄35号租住于李某家"),
        ("白沙镇前王庄村35号", "前王庄35号（租房）"),
        ("白沙镇前王庄村35号", "前王庄村35号出租房"),
        ("白沙镇前王庄村35号", "白沙镇前王庄邨35号"),
        ("高庄村35号", "管城回族区高庄35号"),
        ("马村35号", "西平县马村35号"),
    ],
)
def test_a_home_is_one_whoever_lets_it_and_in_whatever_community_it_lies(known: str, written: str) -> None:
    door = "door(1, settlement(dwelling($1)), dwelling($1), $1)"
    assert read(door, known) is not None and read(door, known) == read(door, written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("文化社区东区3号楼401", "胜利社区东区3号楼401"),
        ("文化社区居委会3号", "胜利社区居委会3号"),
        ("文化社区3号楼2单元401", "胜利社区3号楼2单元401"),
        ("张庄公租房3号楼401", "李庄公租房3号楼401"),
    ],
)
def test_what_is_left_of_an_address_still_tells_homes_apart(one: str, other: str) -> None:
    door = "door(1, settlement(dwelling($1)), dwelling($1), $1)"
    assert read(door, one) is None or read(door, one) != read(door, other)


@pytest.mark.parametrize("written", ["白沙镇前王庄村三组号", "前王庄村号", "前王庄村第三村民小组号"])
def test_a_printed_number_nobody_filled_in_hides_no_village(written: str) -> None:
    place = "village(1, settlement(dwelling($1)))"
    assert read(place, written) == read(place, "前王庄村35号") is not None
    assert read("door(1, settlement(dwelling($1)), dwelling($1), $1)", written) is None


def test_a_county_is_that_of_the_childs_file_where_nothing_else_tells_it() -> None:
    there = ALONE | {"address": "前王庄村35号"}
    lost = there | {"residence_code": None, "guardian_name": "李娟"}
    filed = lost | {"health_record_number": "41010500100200301", "birth_date": "2015-10-07"}
    known = there | {"guardian_name": "王芳"}
    assert groups(link(known, known, filed)) == apart({0, 1, 2})
    coded = {"health_record_number": None, "vaccination_code": "410105040120150886"}
    assert groups(link(known, known, filed | coded)) == apart({0, 1, 2})
    assert groups(link(known, known, filed | {"health_record_number": None})) == apart({0, 1}, {2})


def test_a_vaccination_code_of_another_county_contradicts_nothing() -> None:
    known = BOY_HOME | {"vaccination_code": "410105040120150886"}
    newborn = without_id(BOY_HOME, name="王芳之子")
    assert groups(link(known, known, newborn | {"vaccination_code": "410423040120150123"})) == apart({0, 1, 2})
    assert groups(link(known, known, newborn | {"vaccination_code": "410105040120150123"})) == apart({0, 1}, {2})
    other = {"vaccination_code": "410423040120150123"}
    moved = without_id(BOY_HOME, **other)
    assert groups(link(known, known, moved, moved | {"guardian_name": "李娟"})) == apart({0, 1, 2, 3})


def test_a_health_record_of_another_county_contradicts_nothing() -> None:
    known = BOY_HOME | {"health_record_number": "41010500100200301"}
    newborn = without_id(BOY_HOME, name="王芳之子")
    assert groups(link(known, known, newborn | {"health_record_number": "41042300100200302"})) == apart({0, 1, 2})
    assert groups(link(known, known, newborn | {"health_record_number": "41010500100200302"})) == apart({0, 1}, {2})


def test_a_newborn_with_the_childs_number_needs_a_home_and_a_day_nearly_right() -> None:
    for birth in ("2014-03-07", "2015-04-19"):
        newborn = BOY_HOME | {"name": "李娟之子", "birth_date": birth}
        assert groups(link(BOY_HOME, BOY_HOME, newborn)) == apart({0, 1, 2}), birth
        assert groups(link(BOY, BOY, newborn)) == apart({0, 1}, {2}), birth
    sibling = BOY_HOME | {"name": "李娟之子", "birth_date": "2018-11-19"}
    assert groups(link(BOY_HOME, BOY_HOME, sibling)) == apart({0, 1}, {2})


def test_people_are_asked_about_one_number_and_day_under_two_names_and_not_about_a_siblings_number() -> None:
    renamed = BOY | {"name": "李子涵", "vaccination_code": "410105040120150886"}
    found = link(BOY_HOME, BOY_HOME, renamed, without_id(renamed))
    assert groups(found) == apart({0, 1}, {2, 3}) and reasons(found) == {"same_id_other_name"}
    typed = SISTER | {"id_number": BOY_ID, "vaccination_code": "410105040120180886"}
    found = link(BOY_HOME, BOY_HOME, typed, without_id(typed))
    assert groups(found) == apart({0, 1}, {2, 3}) and not len(found.review)


def test_a_pet_name_without_a_day_may_be_a_siblings_under_the_childs_certificate() -> None:
    known, certified = BOY_HOME | {"birth_certificate_number": "T410912345"}, {"birth_certificate_number": "T410912345"}
    nobody = without_id(BOY_HOME, birth_date=None, **certified)
    assert groups(link(known, known, nobody | {"name": "王芳之子"})) == apart({0, 1, 2})
    found = link(known, known, nobody | {"name": "王阳阳"})
    assert groups(found) == apart({0, 1}, {2}) and len(found.review)


def test_a_link_by_sound_gives_way_to_the_child_of_the_very_name() -> None:
    heard = {"name": "王晓明"}
    twin = BOY_HOME | heard | {"id_number": SIBLING_ID}
    row = without_id(BOY_HOME, guardian_phone="13900000009", **heard)
    assert groups(link(BOY_HOME, BOY_HOME, row)) == apart({0, 1, 2})
    found = link(BOY_HOME, BOY_HOME, twin, twin, row)
    assert {0, 4} not in [part & {0, 4} for part in groups(found)]


def test_a_day_read_from_a_shared_number_is_no_second_evidence() -> None:
    sibling = without_id(BOY, name="王小亮", birth_date=None, id_number=BOY_ID, guardian_phone=HOME["guardian_phone"])
    called = BOY_HOME | {"name": "王阳阳"}
    assert groups(link(called, called, sibling)) == apart({0, 1}, {2})
    assert groups(link(called, called, sibling | {"birth_date": TWIN["birth_date"]})) == apart({0, 1, 2})


def test_a_phone_shown_in_part_and_a_guardian_who_is_only_a_lady_are_no_household() -> None:
    assert read("phone_of($1)", "138****5678") is None
    home = {"residence_code": "410105", "guardian_phone": "138****5678", "guardian_name": "王女士"}
    newborn = without_id(BOY, name="新生儿") | home
    assert groups(link(BOY | home, BOY | home, newborn)) == apart({0, 1}, {2})


def test_a_number_a_spreadsheet_rounded_is_nobodys_though_its_check_digit_be_right() -> None:
    rounded = "411681201503126000"
    assert numbers.identity(pa.array([rounded]))["valid"].to_pylist() == [True]
    day = {"birth_date": "2015-03-12"}
    known = BOY_HOME | day | {"id_number": resident_id("411681", "20150312", 617)}
    assert groups(link(known, known, known | {"id_number": rounded}, known | {"id_number": rounded})) == apart(
        {0, 1, 2, 3}
    )
    one, other = (row | day | {"id_number": rounded} for row in (BOY, BOY | {"name": "王小良"}))
    assert groups(link(one, other)) == apart({0}, {1})


def test_a_day_written_month_first_is_near_one_written_day_first() -> None:
    for day in ("3/7/2015", "7/3/2015"):
        assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, birth_date=day))) == apart({0, 1, 2})


def test_two_sound_numbers_of_one_day_in_one_row_are_twins_and_neither_is_the_rows() -> None:
    home = {"guardian_phone": "13900000009", "guardian_name": "王芳"}
    boy, twin = BOY | home | {"school_roll_number": f"G{BOY_ID}"}, TWIN | home | {"school_roll_number": f"G{TWIN_ID}"}
    for torn in (twin | {"school_roll_number": f"G{BOY_ID}"}, twin | {"id_number": BOY_ID}):
        assert groups(link(boy, boy, twin, torn)) == apart({0, 1}, {2, 3})
        assert groups(link(boy, boy, torn)) == apart({0, 1}, {2})


def test_a_number_the_police_corrected_stays_with_the_school_roll_that_copied_the_old_one() -> None:
    known = BOY_HOME | {"school_roll_number": f"G{BOY_ID}"}
    corrected = resident_id(BOY_ID[:6], BOY_ID[6:14], (int(BOY_ID[14:17]) + 500) % 1000)
    mended = known | {"id_number": corrected, "name": "王晓明", "residence_code": "450102"}
    mended |= {"guardian_name": "", "guardian_phone": ""}
    assert groups(link(known, known, mended)) == apart({0, 1, 2})


def test_a_day_typed_for_unknown_contradicts_no_number_in_a_school_roll() -> None:
    row = SISTER_HOME | {"id_number": BOY_ID, "birth_date": "2018-01-01", "school_roll_number": f"G{SISTER_ID}"}
    assert groups(link(BOY_HOME, BOY_HOME, SISTER_HOME, SISTER_HOME, row)) == apart({0, 1}, {2, 3, 4})


@pytest.mark.parametrize("name", ["王芳之子1", "王芳之子B", "王芳子2", "王芳之子大"])
def test_a_newborn_with_a_number_is_one_of_some(name: str) -> None:
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name=name))) == apart({0, 1}, {2})


def test_a_near_name_of_another_year_is_a_siblings_under_the_childs_certificate() -> None:
    known = BOY_HOME | {"birth_certificate_number": "T410912345"}
    typed = without_id(known, name="王晓明", birth_date="2019-09-28")
    found = link(known, known, typed)
    assert groups(found) == apart({0, 1}, {2}) and len(found.review)
    assert groups(link(known, known, typed | {"name": "王小明"})) == apart({0, 1, 2})
    assert groups(link(known, known, typed | {"birth_date": "2015-08-07"})) == apart({0, 1, 2})


def test_a_name_with_one_character_twice_joins_no_child_of_another_name() -> None:
    found = link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name="王亮亮"))
    assert groups(found) == apart({0, 1}, {2}) and reasons(found) == {"probable"}
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name="王小宝"))) == apart({0, 1, 2})
