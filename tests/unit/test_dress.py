"""What forms and clerks put around a name is no part of it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from childledger.linkage import names


def fold(written: str) -> dict[str, str | None]:
    row: dict[str, str | None] = names.fold(pa.array([written])).to_pylist()[0]
    return row


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("母亲：王芳", "王芳"),
        ("母亲:王 芳", "王芳"),
        ("父亲王强", "王强"),
        ("母亲王fang", "WANGFANG"),
        ("父亲：Luo Borui", "LUOBORUI"),
        ("户主：王强", "王强"),
        ("王芳、无", "王芳"),
        ("王 芳 无", "王芳"),
        ("无/王芳", "王芳"),
        ("王芳/李强", "王芳"),
        ("王芳；李强；李雷", "王芳"),
        ("王芳、", "王芳"),
        ("阿依古丽·买买提、无", "阿依古丽买买提"),
        ("母王芳", "母王芳"),
        ("Zhang, Wei", "ZHANGWEI"),
    ],
)
def test_a_role_and_a_second_guardian_are_no_part_of_a_name(written: str, name: str) -> None:
    assert fold(written)["name"] == name


@pytest.mark.parametrize(
    ("written", "whole"),
    [("戴leyao", "戴乐瑶"), ("魏川 heng", "魏川衡"), ("ZHANG伟", "张伟"), ("曾Yi", "曾怡"), ("王明hao1", "王明浩")],
)
def test_a_name_half_in_letters_sounds_like_the_whole(written: str, whole: str) -> None:
    assert (fold(written)["kind"], fold(written)["pinyin"]) == ("latin", fold(whole)["pinyin"])


def test_letters_that_spell_nothing_are_a_lost_character() -> None:
    assert fold("王Smith")["name"] == "王?" and fold("王小明wangxiaoming")["kind"] == "whole"


@pytest.mark.parametrize(
    ("written", "parent"),
    [
        ("王芳婴", "王芳"),
        ("王小芳婴1", "王小芳"),
        ("王芳婴儿", "王芳"),
        ("王芳之A女", "王芳"),
        ("王芳B子", "王芳"),
        ("王小芳毛毛", "王小芳"),
        ("王芳大双", "王芳"),
        ("王婴", None),
        ("王男婴", None),
    ],
)
def test_a_newborn_is_called_after_its_mother(written: str, parent: str | None) -> None:
    assert (fold(written)["kind"], fold(written)["parent"]) == ("placeholder", parent)


@pytest.mark.parametrize("written", ["王毛毛", "欧阳毛毛", "王小双", "王狗蛋"])
def test_a_pet_name_behind_a_surname_is_no_newborns(written: str) -> None:
    assert fold(written)["pet"] == written
