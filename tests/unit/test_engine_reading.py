"""What offices write of a child that is not quite its name, its day or its number, and still is that child."""

from __future__ import annotations

import contextlib

import pyarrow as pa
import pytest

from childledger.linkage import addresses, names, sets, standard
from household import (
    BOY,
    BOY_HOME,
    BOY_ID,
    HOME,
    MOTHER_ID,
    SISTER,
    SISTER_HOME,
    TWIN_HOME,
    apart,
    groups,
    link,
    without_id,
)

NEWBORN = {"name": "王芳之子", "birth_date": "2015-03-07", "sex": "1", **HOME, "guardian_name": None}


def test_an_insurance_number_that_is_the_childs_number_is_a_copy_of_it() -> None:
    insured = without_id(BOY, name="王晓明", insurance_number=BOY_ID)
    assert groups(link(BOY, BOY, insured)) == apart({0, 1, 2})
    slipped = BOY | {"name": "李红梅", "insurance_number": BOY_ID}
    assert groups(link(BOY | {"insurance_number": BOY_ID}, slipped)) == apart({0}, {1})
    under_the_mother = without_id(BOY, birth_date=None, insurance_number=MOTHER_ID)
    assert groups(link(SISTER | {"insurance_number": MOTHER_ID}, under_the_mother)) == apart({0}, {1})


def test_a_day_on_which_no_minor_was_born_says_nothing() -> None:
    for day in ("1900-01-01", "1899-12-30", "2031-03-07"):
        assert groups(
            link(
                BOY_HOME,
                without_id(BOY_HOME, birth_date=day, birth_certificate_number="X1"),
                BOY_HOME | {"birth_certificate_number": "X1"},
            )
        ) == apart({0, 1, 2})


@pytest.mark.parametrize("day", ["2015-10-07", "2014-03-07", "2015-03-28"])
def test_a_birth_date_wrong_in_one_of_its_parts_is_near(day: str) -> None:
    assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, birth_date=day))) == apart({0, 1, 2})


def test_what_a_family_calls_a_child_speaks_for_it_not_against_it() -> None:
    for name in ("毛毛", "王小宝"):
        called = without_id(BOY_HOME, name=name)
        assert groups(link(BOY_HOME, BOY_HOME, called)) == apart({0, 1, 2})
        assert groups(link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME, called)) == apart({0, 1}, {2, 3}, {4})
        assert groups(link(BOY_HOME, SISTER_HOME, called | {"birth_date": None})) == apart({0}, {1}, {2})
    others = without_id(BOY_HOME, name="李毛毛")
    assert groups(link(BOY_HOME, BOY_HOME, others)) == apart({0, 1}, {2})
    assert groups(link(without_id(BOY_HOME, name="王毛毛"), without_id(BOY_HOME, name="王豆豆"))) == apart({0}, {1})


def test_a_given_name_without_its_surname_and_letters_with_it_last_are_the_name() -> None:
    for name in ("小明", "Xiaoming Wang", "XIAOMINGWANG"):
        assert groups(link(BOY, BOY, BOY | {"name": name})) == apart({0, 1, 2}), name
        assert groups(link(BOY_HOME, BOY_HOME, without_id(BOY_HOME, name=name))) == apart({0, 1, 2}), name


def test_a_newborns_own_number_finds_it_though_its_day_is_not_known() -> None:
    known = BOY_HOME | {"birth_certificate_number": "X1234561"}
    newborn = NEWBORN | {"birth_certificate_number": "X1234561", "birth_date": None}
    assert groups(link(known, known, newborn)) == apart({0, 1, 2})
    for day in ("2015-05-02", "2015-01-01"):
        assert groups(link(known, known, newborn | {"birth_date": day})) == apart({0, 1, 2})
    assert groups(link(known, known, newborn | {"birth_date": "2017-01-02"})) == apart({0, 1}, {2})
    assert groups(link(known, known, newborn | dict.fromkeys(HOME) | {"name": "未取名"})) == apart({0, 1}, {2})


def test_a_child_called_its_guardians_son_has_no_name_yet() -> None:
    called = NEWBORN | {"name": "王芳子", "guardian_name": "王芳"}
    assert groups(link(BOY_HOME, BOY_HOME, called)) == apart({0, 1, 2})
    assert groups(link(BOY_HOME, BOY_HOME, called | {"name": "王燕子"})) == apart({0, 1}, {2})


def test_a_name_may_be_a_newborns_and_is_a_name_still() -> None:
    written = {"王芳子": "王芳", "王小芳女": "王小芳", "王子": None, "欧阳子": None, "王子芳": None, "张娜之女": "张娜"}
    folded = names.fold(pa.array(list(written)))
    assert folded["parent"].to_pylist() == list(written.values())
    assert folded["name"].to_pylist() == [*list(written)[:-1], None]


def test_a_newborn_bears_the_first_part_of_its_guardians_long_name_or_all_of_it_and_a_word() -> None:
    home = BOY_HOME | {"name": "艾力·买买提", "guardian_name": "阿依古丽·吐尔逊"}
    for name, guardian in (
        ("阿依古丽", "阿依古丽·吐尔逊"),
        ("阿依古丽·吐尔逊子", "阿依古丽"),
        ("阿依古丽吐尔逊子", "阿依古丽·吐尔逊"),
    ):
        called = NEWBORN | {"name": name, "guardian_name": guardian}
        assert groups(link(home, home, called)) == apart({0, 1, 2}), name
    sister = without_id(home, name="阿依努尔", guardian_name="阿依古丽·吐尔逊")
    assert groups(link(home, home, sister)) == apart({0, 1}, {2})
    for called in ("王小明-妈妈", "王小明 母亲", "王小明·妈妈"):
        twin = without_id(TWIN_HOME, guardian_name=None)
        assert groups(link(twin, without_id(BOY_HOME, guardian_name=called))) == apart({0}, {1}), called


def test_the_word_for_a_newborn_says_its_sex() -> None:
    son, daughter = (NEWBORN | {"name": name, "sex": None} for name in ("王芳之子", "王芳之女"))
    assert groups(link(son, daughter)) == apart({0}, {1})
    assert groups(link(BOY_HOME, BOY_HOME, daughter)) == apart({0, 1}, {2})
    assert groups(link(BOY_HOME, BOY_HOME, son)) == apart({0, 1, 2})


@pytest.mark.parametrize(
    "typed",
    ["未办理出生证", "同身份证号", "UNKNOWN", "NULLNULL", "X999999", "12345678", "A123456789", "G000000000000000000"],
)
def test_what_is_typed_for_want_of_a_number_makes_no_namesakes_one(typed: str) -> None:
    elsewhere = {"guardian_phone": "13912345670", "guardian_name": "李敏", "residence_code": "410304"}
    for column in ("birth_certificate_number", "school_roll_number", "insurance_number", "vaccination_code"):
        here = without_id(BOY_HOME, **{column: typed})
        assert groups(link(here, here | elsewhere)) == apart({0}, {1}), column


@pytest.mark.parametrize(
    ("column", "plain", "dressed"),
    [
        ("birth_certificate_number", "O410012345", "'O410012345"),
        ("school_roll_number", "L20411234567", "Ｌ２０４１１２３４５６７"),
        ("insurance_number", "4102100237", "‘4102100237"),
    ],
)  # fmt: skip
def test_a_number_is_one_however_the_spreadsheet_dressed_it(column: str, plain: str, dressed: str) -> None:
    known, moved = without_id(BOY, **{column: plain}), without_id(BOY, birth_date="2015-07-30", **{column: dressed})
    assert groups(link(known, moved)) == apart({0, 1})


def test_an_apostrophe_before_a_code_says_nothing() -> None:
    for sex, parts in (("'1", ({0, 1, 2},)), ("'2", ({0, 1}, {2}))):
        nameless = without_id(BOY_HOME, name=None, sex=sex, birth_date="'2015-03-07")
        assert groups(link(BOY_HOME, BOY_HOME, nameless)) == apart(*parts), sex
    with contextlib.closing(sets.connect()) as con:
        standard.prepare(con)
        assert con.sql("select county_of('''410105'), county_of('''410105003000')").fetchall() == [(410105, 410105)]


@pytest.mark.parametrize("phone", ["12345678901", "13800138000", "1234567", "1.38123E+10"])
def test_what_is_typed_for_want_of_a_phone_makes_no_household(phone: str) -> None:
    one = without_id(BOY_HOME, guardian_phone=phone, guardian_name="李娜", address=None)
    other = without_id(one, name="王晓名", guardian_name="赵丽", residence_code="410181")
    assert groups(link(one, other)) == apart({0}, {1})


@pytest.mark.parametrize(
    ("name", "likeness"),
    [("王晓", 2), ("王明", 2), ("李明", 0), ("王小明", 4), ("王晓鸣", 4), ("王明晓", 2), ("王晓亮", 2)],
)
def test_a_name_may_lack_either_character_or_have_another(name: str, likeness: int) -> None:
    con = sets.connect()
    standard.prepare(con)
    con.register("folded", names.fold(pa.array(["王晓明", name])))
    (found,) = con.execute("select likeness(a, b) from folded as a, folded as b where a.name < b.name").fetchall()
    assert found == (likeness,)


@pytest.mark.parametrize(
    ("name", "likeness"), [("买买提", 2), ("买买提江艾", 2), ("买买提江艾力", 3), ("买买提江·艾力", 3)]
)
def test_a_name_in_parts_may_be_cut_off_but_one_word_more_is_another_name(name: str, likeness: int) -> None:
    con = sets.connect()
    standard.prepare(con)
    con.register("folded", names.fold(pa.array(["买买提江", name])))
    (found,) = con.execute("select likeness(a, b) from folded as a, folded as b where a.name < b.name").fetchall()
    assert found == (likeness,)


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("河南省南阳市西工区白沙乡前王庄村第九村民小组35号", "白沙镇前王庄9组35号"),
        ("西工区万寨街道建设路93号和平花园16号楼2单元404室", "万寨办和平花园16-2-404"),
        ("西工区文化路１５号锦绣苑３号楼２单元１０１", "锦绣苑3#楼2单元101号"),
        ("马头镇郑楼村142号", "马头镇郑楼行政村第五村民小组142"),
        ("项城市秣陵镇八里庄村十二号", "八里庄12号"),
        ("锦绣花园小区三号楼二单元十一层1101", "锦绣花园3-2-11-1101"),
    ],
)
def test_a_door_is_one_however_the_address_is_written(known: str, written: str) -> None:
    con = sets.connect()
    standard.prepare(con)

    def door(address: str) -> tuple[int | None, int | None]:
        return con.execute(
            "select village(1, settlement(dwelling($1))), door(1, settlement(dwelling($1)), dwelling($1), $1)",
            [address],
        ).fetchall()[0]

    assert None not in door(known) and door(known) == door(written)
    village, next_door = door(written[:-2] + "99号")
    assert village == door(known)[0] and next_door != door(known)[1]


@pytest.mark.parametrize(
    ("address", "county"),
    [
        ("温县沙坪街道胡家村8组", 410825),
        ("平顶山市叶县长兴镇北冯岗村67号", 410422),
        ("郑州市巩义市白沙镇", 410181),
        ("开封市鼓楼区3号", 410204),
        ("鼓楼区3号", None),  # several cities have one
        ("新郑市龙湖镇文昌小区3号楼", 410184),
        ("许昌市城东区八一路", None),  # not 西宁's
        ("东区3号楼2单元401", None),
        ("新乡市封丘县凤台镇张庄村42号", 410727),  # names that hold the last word of others
        ("内乡县柳林镇赵桥村8组", 411325),
        ("贵阳市清镇市马头街道", 520181),
        ("济南市中区", 370103),
        ("山东济宁微山县水口乡", 370826),  # provinces and cities shortened, or one of them left out
        ("南阳镇平县石佛寺镇", 411324),
        ("河南鼓楼区3号", 410204),
        ("北京朝阳区", 110105),
        ("河南省 平顶山市-叶县长兴镇", 410422),
        ("郑州市管城区南关街", 410104),
        ("东城区人民路12号", None),  # as parts of many towns are called
        ("老城区东街12号", None),
        ("安置小区17号", None),
        (None, None),
    ],
)
def test_an_address_names_its_county(address: str | None, county: int | None) -> None:
    assert addresses.counties(pa.array([address], pa.string())).to_pylist() == [county]


@pytest.mark.parametrize("code", [None, "410400", "490422"])
def test_a_row_whose_code_names_no_county_is_where_its_address_is(code: str | None) -> None:
    there = BOY | {"address": "平顶山市叶县长兴镇北冯岗村67号", "residence_code": "410422"}
    moved = without_id(there, residence_code=code, guardian_phone="13900000009")
    assert groups(link(there, there, moved)) == apart({0, 1, 2})


def test_the_county_of_an_address_lies_where_the_code_says() -> None:
    there = BOY | {"address": "安次区人民路12号", "residence_code": "410400"}
    moved = without_id(there, name="王晓名", residence_code="410500", guardian_phone=None, guardian_name="李娟")
    assert groups(link(there, there, moved)) == apart({0, 1}, {2})


@pytest.mark.parametrize(("code", "former"), [("411681", "412702"), ("410102", "410172")])
def test_a_code_of_the_past_and_of_a_zone_is_the_countys_of_today(code: str, former: str) -> None:
    there = BOY | {"address": "秣陵镇八里庄村12号", "residence_code": code}
    moved = without_id(there, residence_code=former, guardian_phone="13900000009", birth_date="2015-03-17")
    assert groups(link(there, there, moved)) == apart({0, 1, 2})


@pytest.mark.parametrize("day", ["2015-03-09", "2015-01-01", "2014-03-07"])
def test_a_newborn_whose_day_is_not_right_goes_to_the_child_its_home_has_within_eight_months(day: str) -> None:
    newborn = NEWBORN | {"birth_date": day}
    expected = apart({0, 1}, {2}) if day == "2014-03-07" else apart({0, 1, 2})
    assert groups(link(BOY_HOME, BOY_HOME, newborn)) == expected
    assert groups(link(BOY_HOME, TWIN_HOME, newborn)) == apart({0}, {1}, {2})


def test_a_newborn_of_a_day_and_a_village_is_shown_to_a_person() -> None:
    there = {"address": "叶县长兴镇北冯岗村67号", "residence_code": "410422"}
    newborn = NEWBORN | there | {"guardian_phone": "13900000009", "address": "北冯岗村"}
    found = link(BOY | there, BOY | there, newborn)
    assert groups(found) == apart({0, 1}, {2}) and len(found.review) == 1


def test_one_row_of_another_name_and_no_number_is_shown_to_a_person() -> None:
    renamed = without_id(BOY_HOME, name="李思源")
    assert len(link(BOY_HOME, BOY_HOME, renamed).review) == 1
    assert link(BOY_HOME, BOY_HOME, renamed, renamed | {"guardian_phone": "13900000009"}).review.empty
    assert link(BOY_HOME, BOY_HOME, TWIN_HOME, TWIN_HOME).review.empty


@pytest.mark.parametrize("column", ["health_record_number", "insurance_number"])
def test_a_name_that_only_sounds_alike_is_not_linked_over_two_numbers_of_one_office(column: str) -> None:
    known = BOY_HOME | {column: "41010500100200301"}
    heard = without_id(BOY_HOME, name="王晓明", guardian_name="李娟")
    assert groups(link(known, known, heard)) == apart({0, 1, 2})
    found = link(known, known, heard | {column: "41010500100200777"})
    assert groups(found) == apart({0, 1}, {2}) and len(found.review) == 1
    moved = without_id(known, **{column: "41010600100200777"})
    assert groups(link(known, known, moved)) == apart({0, 1, 2})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3号楼2单元401室", "5号楼2单元401室"),
        ("阳光花园3期16号楼2单元4层404", "锦绣苑1期8号楼2单元4层404"),
        ("人民路1号家属院3号楼2单元401", "文化路15号家属院3号楼2单元401"),
        ("人民路20号西院5号楼301", "建设路8号西院5号楼301"),
        ("农业路15号楼东单元301", "农业路16号楼东单元301"),
        ("保利花园3组团12号楼2单元401", "保利花园5组团12号楼2单元401"),
        ("文化社区一组12号", "胜利社区二组12号"),
        ("小王庄自然村12号", "大李庄自然村12号"),
        ("郑楼村民委员会12号", "马头村民委员会12号"),
        ("秣陵镇八里庄村12号", "官会镇五里庄村12号"),
        ("阳光花园12号楼301", "月光花园12号楼301"),
        ("碧水花园小区3号楼2单元401", "金水花园小区3号楼2单元401"),
        ("建业森林半岛3号楼2单元401", "正商森林半岛3号楼2单元401"),
        ("棉纺厂家属院3号楼2单元401", "化肥厂家属院3号楼2单元401"),
        ("八里庄村第三村民组12号", "石桥村第三村民组12号"),
        ("锦绣花园三号楼二单元401", "和平小区五号楼二单元401"),
        ("东方花园3号楼二单元502", "东方花园3号楼一单元502"),
        ("东方花园3号楼东单元502", "东方花园3号楼西单元502"),
        ("东方花园A座502", "东方花园B座502"),
        ("八里庄村十二号", "石桥村十二号"),
    ],
)
def test_two_doors_are_two(one: str, other: str) -> None:
    con = sets.connect()
    standard.prepare(con)
    keys = [
        con.execute("select door(1, settlement(dwelling($1)), dwelling($1), $1)", [address]).fetchall()[0][0]
        for address in (one, other)
    ]
    assert keys[0] is None or keys[0] != keys[1]


def test_a_door_whose_county_is_not_known_is_nobodys() -> None:
    there = {"address": "新华村35号", "residence_code": "410400", "guardian_phone": None}
    known, newborn = BOY | there, NEWBORN | there | {"residence_code": "410500", "name": "赵丽之子"}
    assert groups(link(known, known, newborn)) == apart({0, 1}, {2})
    dongguan = BOY_HOME | {"address": "涌头社区3号", "residence_code": "441900"}
    moved = without_id(dongguan, guardian_phone=None, guardian_name="李娟", residence_code="441900003001")
    assert groups(link(dongguan, dongguan, moved)) == apart({0, 1, 2})


def test_a_cousin_of_the_same_grandparents_is_another_child() -> None:
    cousin = without_id(BOY_HOME, name="王小宝", birth_date="2015-03-19")
    found = link(BOY_HOME, BOY_HOME, cousin)
    assert groups(found) == apart({0, 1}, {2})


def test_a_pet_name_without_a_surname_may_be_either_twins() -> None:
    called = BOY_HOME | {"name": "毛毛"}
    assert groups(link(called, TWIN_HOME, without_id(called))) == apart({0}, {1}, {2})
