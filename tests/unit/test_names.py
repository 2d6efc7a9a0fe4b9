"""A name is the same name however it was typed, and a name that names nobody is told from one that does."""

from __future__ import annotations

import unicodedata

import numpy as np
import opencc
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin.pinyin_dict import pinyin_dict

from childledger.linkage import characters, names
from childledger.settings import INCLUDE

Row = dict[str, str | None]


def fold(*written: str | None) -> list[Row]:
    rows: list[Row] = names.fold(pa.array(written, pa.string())).to_pylist()
    return rows


def one(written: str | None) -> Row:
    return fold(written)[0]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王小明", "王小明"),
        (" 王　小明\u200b", "王小明"),
        ("王\xa0小\ufeff明", "王小明"),
        ("陳曉麗", "陈晓丽"),
        ("羅峯", "罗峰"),
        ("李昇煇", "李昇辉"),
        ("周堃", "周堃"),
        ("张喆", "张喆"),
        ("牛犇犇", "牛犇犇"),
        ("徐淼", "徐淼"),
        ("金乾宇", "金乾宇"),
        ("神田﨑", "神田﨑"),
        ("⾼⾬桐", "高雨桐"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽•买买提", "阿依古丽买买提"),
        ("阿依古丽．买买提", "阿依古丽买买提"),
        ("王芳（曾用名王丽）", "王芳"),
        ("王芳(小名【丫丫】)", "王芳"),
        ("王芳（曾用名王丽", "王芳"),
        ("（王芳）", "王芳"),
        ("王小明2", "王小明"),
        ("王小明（1）", "王小明"),
        ("王小明０２", "王小明"),
        ("王小明A", "王小明A"),
        ("魏川hang", "WEICHUANHANG"),
        ("魏川heng 1", "WEICHUANHENG"),
        ("ZHANG伟", "ZHANGWEI"),
        ("王小明wangxiaoming", "王小明WANGXIAOMING"),
        ("王小明同学", "王小明同学"),
        ("王小明★", "王小明"),
        ("王小明 *", "王小明"),
        ("王芳★", "王芳?"),
        ("欧阳小□", "欧阳小?"),
        ("王小明**", "王小明??"),
        ("Zhang, Wei", "ZHANGWEI"),
        ("Ｚｈāng　Wěi", "ZHANGWEI"),
    ],
)
def test_spellings_of_one_name_fold_to_one(written: str, name: str) -> None:
    assert one(written)["name"] == name


@pytest.mark.parametrize(
    "sign", ["?", "？", "□", "■", "*", "＊", "〇", "○", "\ue123", "\U000f0001", "\ufffd", "×", "_"]
)
def test_a_lost_character_is_a_wildcard(sign: str) -> None:
    row = one(f"王{sign}明")
    assert (row["name"], row["pattern"], row["surname"], row["given"]) == ("王?明", "王_明", "王", "?明")
    assert (row["pinyin"], row["kind"]) == ("wang?ming", "han")


def test_a_whole_name_has_no_pattern_and_a_lost_surname_is_none() -> None:
    whole, lost = fold("王小明", "□小明")
    assert whole["pattern"] is None
    assert (lost["surname"], lost["given"], lost["pattern"]) == (None, "小明", "_小明")


@pytest.mark.parametrize(
    ("written", "surname", "given", "kind"),
    [
        ("王芳", "王", "芳", "han"),
        ("欧阳娜", "欧阳", "娜", "han"),
        ("歐陽娜娜", "欧阳", "娜娜", "han"),
        ("欧阳", "欧", "阳", "han"),
        ("上官雨桐", "上官", "雨桐", "han"),
        ("张王子涵", "张", "王子涵", "han"),
        ("阿依古丽·买买提", None, "阿依古丽买买提", "whole"),
        ("艾力·买", None, "艾力买", "whole"),
        ("王 小 明.", "王", "小明", "han"),
        ("才旦卓玛仁增", None, "才旦卓玛仁增", "whole"),
        ("Zhang Wei", None, "ZHANGWEI", "latin"),
        ("ئايگۈل", None, "ئايگۈل", "whole"),
        (None, None, None, "none"),
        (" · ", None, None, "none"),
    ],
)
def test_only_a_han_name_is_split(written: str | None, surname: str | None, given: str | None, kind: str) -> None:
    row = one(written)
    assert (row["surname"], row["given"], row["kind"]) == (surname, given, kind)


@pytest.mark.parametrize(
    ("written", "parent"),
    [
        ("某某", None),
        ("张某", None),
        ("李某某", None),
        ("王某明", None),
        ("王芳之子", "王芳"),
        ("王芳之女", "王芳"),
        ("王芳之 子", "王芳"),
        ("王芳之子2", "王芳"),
        ("王芳之大女", "王芳"),
        ("王芳之长子", "王芳"),
        ("王芳之双", "王芳"),
        ("王芳双胞胎之一", "王芳"),
        ("王芳的女儿", "王芳"),
        ("王芳之女婴", "王芳"),
        ("歐陽娜之子", "欧阳娜"),
        ("阿依古丽·买买提之子", "阿依古丽买买提"),
        ("阿依古丽·买买提子", "阿依古丽买买提"),
        ("王之女", None),
        ("徐婴", None),
        ("林宝宝", None),  # hospitals write it until there is a name; a child called so is left to its other evidence
        ("欧阳宝宝", None),
        ("欧阳之子", None),
        ("王芳的大儿子", "王芳"),
        ("张某之子", None),
        ("双胞胎之一", None),
        ("无名", None),
        ("無名氏", None),
        ("未命名", None),
        ("未取名", None),
        ("新生儿", None),
        ("待定", None),
        ("不详", None),
        ("未知", None),
        ("弃婴", None),
        ("暂无", None),
        ("测试", None),
        ("测试1", None),
        ("test", None),
        ("TEST 01", None),
        ("Unknown", None),
        ("王", None),
        ("王（小名）", None),
        ("???", None),
        ("王女士", None),
        ("□□", None),
    ],
)
def test_a_name_that_names_nobody_is_a_placeholder(written: str, parent: str | None) -> None:
    row = one(written)
    assert (row["kind"], row["parent"]) == ("placeholder", parent)
    assert {row[column] for column in row if column not in ("kind", "parent")} == {None}


@pytest.mark.parametrize(
    "written",
    [
        "家长一",
        "杨之一",
        "李之恒",
        "王之双",
        "赵新宇",
        "周未央",
        "吴不凡",
        "郑儿",
        "欧阳之一",
        "沈同",
        "田空",
        "许小宝",
        "Na Li",
        "海来阿木子",
    ],
)
def test_a_rare_name_is_still_somebody(written: str) -> None:
    assert one(written)["kind"] in ("han", "latin", "whole")
    assert one(written)["parent"] is None


@pytest.mark.parametrize(
    ("written", "pinyin"),
    [
        ("单雄信", "shan xiong xin"),
        ("仇英", "qiu ying"),
        ("解晓东", "xie xiao dong"),
        ("区小雨", "ou xiao yu"),
        ("曾梓涵", "zeng zi han"),
        ("查小雨", "zha xiao yu"),
        ("盖小雨", "ge xiao yu"),
        ("任重", "ren zhong"),
        ("朴小雨", "piao xiao yu"),
        ("乐小雨", "yue xiao yu"),
        ("尉迟恭", "yu chi gong"),
        ("万俟雨", "mo qi yu"),
        ("长孙雨", "zhang sun yu"),
        ("长孙", "zhang sun"),
        ("欧阳娜娜", "ou yang na na"),
        ("王乐乐", "wang le le"),
        ("王解放", "wang jie fang"),
        ("吕布", "lv bu"),
        ("李晟", "li sheng"),
        ("李媛", "li yuan"),
        ("翟小雨", "zhai xiao yu"),
        ("沈从文", "shen cong wen"),
    ],
)
def test_a_surname_is_read_as_a_surname(written: str, pinyin: str) -> None:
    assert one(written)["pinyin"] == pinyin.replace(" ", "")


@pytest.mark.parametrize(
    ("latin", "han"),
    [
        ("Zhang Wei", "张伟"),
        ("zhangwei", "张伟"),
        ("ZHANG WEI", "张伟"),
        ("Zhāng Wěi", "张伟"),
        ("zhang san", "张三"),
        ("Ouyang Nana", "欧阳娜娜"),
        ("Lyu Xiaoming", "吕小明"),
        ("LV XIAO MING", "吕小明"),
        ("Lü Xiaoming", "吕小明"),
        ("Zhang Xi'an", "张西安"),
        ("Shan Er", "单二"),
        ("Wang Yueying", "王月英"),
        ("LUE MING", "略明"),
    ],
)
def test_pinyin_meets_the_characters_it_spells(latin: str, han: str) -> None:
    spelled, written = fold(latin, han)
    assert (spelled["kind"], spelled["pinyin"], spelled["sound"]) == ("latin", written["pinyin"], written["sound"])


@pytest.mark.parametrize("latin", ["ANKANG LUO", "An Kang Luo", "ankangluo"])
def test_pinyin_with_the_surname_last_is_turned(latin: str) -> None:
    spelled, written = fold(latin, "罗安康")
    assert (spelled["turned"], written["turned"]) == (written["pinyin"], None)
    assert one("LUOANKANG")["pinyin"] == written["pinyin"]
    assert one("John Smith")["turned"] is None


@pytest.mark.parametrize(
    ("written", "surname", "given", "pet"),
    [
        ("李毛毛", "李", "毛毛", "李毛毛"),
        ("妞妞", None, "妞妞", "妞妞"),
        ("马小宝", "马", "小宝", "马小宝"),
        ("小宝", None, "小宝", "小宝"),
        ("欧阳豆豆", "欧阳", "豆豆", "欧阳豆豆"),
        ("李小明", "李", "小明", None),
        ("李宝", "李", "宝", None),
        ("牛犇犇犇", "牛", "犇犇犇", None),
        ("李??", "李", "??", None),
    ],
)
def test_a_pet_name_is_told(written: str, surname: str | None, given: str, pet: str | None) -> None:
    row = one(written)
    assert (row["surname"], row["given"], row["pet"]) == (surname, given, pet)


def test_a_foreign_name_is_its_letters() -> None:
    assert [row["pinyin"] for row in fold("John Smith", "JOHN-SMITH", "Müller, Jörg")] == [
        "johnsmith", "johnsmith", "mvllerjorg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("张珊", "张三"),
        ("陈晨", "岑岑"),
        ("李妮", "李丽"),
        ("王然", "王兰"),
        ("胡月", "符月"),
        ("黄辉", "方飞"),
        ("孙芳", "孙帆"),
        ("周欣怡", "周馨怡"),
        ("周星宜", "周欣怡"),
        ("郑庄", "郑专"),
        ("吕女", "绿绿"),
    ],
)
def test_near_homophones_sound_alike(left: str, right: str) -> None:
    first, second = fold(left, right)
    assert first["sound"] == second["sound"]


@pytest.mark.parametrize(("left", "right"), [("周红", "周恒"), ("周宝", "周保国"), ("周米", "周买"), ("韩丽", "范丽")])
def test_other_names_sound_different(left: str, right: str) -> None:
    first, second = fold(left, right)
    assert first["sound"] != second["sound"]


@pytest.mark.parametrize(
    "group",
    [
        "己已巳",
        "未末",
        "天夭",
        "晴睛",
        "堃坤",
        "昇升",
        "萱宣喧",
        "涵函",
        "婷停",
        "怡恰",
        "淇琪祺棋骐",
        "昊吴",
        "佳住",
        "子孑",
        "宇字",
    ],
)
def test_look_alikes_have_one_shape(group: str) -> None:
    assert len({row["shape"] for row in fold(*(f"周{character}" for character in group))}) == 1


def test_other_characters_keep_their_shape() -> None:
    assert len({row["shape"] for row in fold("周轩", "周萱", "周梓", "周浩", "周雨", "周涵")}) == 6


def test_rows_stay_in_order_whatever_the_array_is() -> None:
    every = pa.array(["李雷", None, "王芳之子", "Zhang Wei", "欧阳娜娜", "王□明", "", "陳曉麗"])
    whole = names.fold(every)
    assert names.fold(every.slice(2, 4)).equals(whole.slice(2, 4))
    assert names.fold(every.slice(0, 0)).schema == whole.schema
    backwards = pa.array(range(len(every) - 1, -1, -1))
    assert names.fold(every.take(backwards)).equals(whole.take(backwards))


SEPARATED = st.text(st.sampled_from("王李欧阳陳小明曉麗之子女某·•． -'　\u200bAaＢ"), min_size=2, max_size=8)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_any_text_is_folded_once_and_for_all(written: list[str]) -> None:
    table = names.fold(pa.array(written, pa.string()))
    again = names.fold(table["name"].combine_chunks())
    assert len(table) == len(written)
    assert again["name"].to_pylist() == table["name"].to_pylist()
    assert [len(name or "") for name in table["shape"].to_pylist()] == [len(n or "") for n in table["name"].to_pylist()]


def test_a_long_column_is_folded_like_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    every = pa.array(["李雷", None, "王芳之子", "Zhang Wei", "欧阳娜娜", "王□明", "阿依·买买提"])
    whole = names.fold(every)
    monkeypatch.setattr(names, "AT_ONCE", 2)
    assert names.fold(every).to_pylist() == whole.to_pylist()


def test_codes_come_back_as_they_went() -> None:
    texts = pa.array(["", "王", "a王𠮷", "\U000f0001"])
    codes, offsets = characters.codes_of(texts)
    assert characters.texts_of(codes, offsets).equals(texts)
    known = np.array([True, False, True, False])
    assert characters.texts_of(codes, offsets, known).to_pylist() == ["", None, "a王𠮷", None]


def test_look_alikes_stand_in_one_class() -> None:
    lines = (INCLUDE / "rules" / "linkage" / "lookalikes.txt").read_text(encoding="utf-8").splitlines()
    listed = "".join(line for line in lines if not line.startswith("#"))
    assert len(set(listed)) == len(listed)


def test_every_reviewed_form_says_something_new() -> None:
    """What OpenCC does anyway is not listed, and what it must not do is."""
    simplify, rules = opencc.OpenCC("t2s").convert, characters.rules()
    assert [one for one in rules["kept"] if simplify(one) == one] == []
    assert [one for form, others in rules["variants"].items() for one in others if simplify(one) == form] == []


def bare(spoken: str) -> str:
    """First of some readings without its tone."""
    plain = unicodedata.normalize("NFD", spoken.split(",")[0].replace("ü", "v"))
    return "".join(part for part in plain if part.isalpha())


def test_every_reviewed_reading_says_something_new() -> None:
    given_names = {sign: reading for reading, signs in characters.rules()["given_readings"].items() for sign in signs}
    assert [sign for sign, reading in given_names.items() if bare(pinyin_dict[ord(sign)]) == reading] == []
    surnames = [(sign, reading) for reading, signs in characters.rules()["surname_readings"].items() for sign in signs]
    assert [s for s, reading in surnames if given_names.get(s, bare(pinyin_dict[ord(s)])) == reading] == []


def test_a_folded_character_is_folded() -> None:
    folded = characters.tables().folded
    assert (folded[folded] == folded).all()
