"""One look at a column finds every value that a look at each value alone would find."""

from __future__ import annotations

import pyarrow as pa
import pytest
from bench.goodfiles import GIVEN, LONG_NAMES, SURNAMES
from hypothesis import given
from hypothesis import strategies as st

from childledger import damage, glance, records

NAMES = [*LONG_NAMES, *(surname + given for surname in SURNAMES for given in GIVEN)]
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=1, max_size=8)


def hits(mask: pa.Array | None, count: int) -> list[bool]:
    return mask.to_pylist() if mask is not None else [False] * count


@pytest.mark.parametrize(("sent", "read"), [("utf-8", "gb18030"), ("utf-8", "latin-1"), ("gb18030", "utf-8")])
def test_names_through_a_wrong_encoding_are_garbled(sent: str, read: str) -> None:
    wrong = [name.encode(sent).decode(read, "replace") for name in NAMES]
    assert hits(glance.garbled(pa.array(wrong), True), len(wrong)) == [True] * len(wrong)


def test_names_are_not_garbled() -> None:
    assert glance.garbled(pa.array(NAMES), True) is None


@pytest.mark.parametrize("kind", ["code", "word", "text"])
@given(values=TEXTS)
def test_what_is_no_suspect_is_read_as_it_stands(kind: str, values: list[str]) -> None:
    found = hits(glance.suspects(pa.array(values), kind), len(values))
    for value, suspected in zip(values, found, strict=True):
        if not suspected and value:
            assert records.READ[kind](value) == value
            assert not damage.folding(value, kind)


@given(values=TEXTS)
def test_garbled_values_are_found_among_others(values: list[str]) -> None:
    found = hits(glance.garbled(pa.array(values), False), len(values))
    assert all(damage.is_garbled(value) for value, is_hit in zip(values, found, strict=True) if is_hit)


def test_slices_of_a_column_are_looked_at_alone() -> None:
    column = pa.array(["无", "甲 ", "乙", "", " 丙"])
    assert hits(glance.suspects(column.slice(2, 2), "text"), 2) == [False, False]
    assert hits(glance.suspects(column.slice(3), "text"), 2) == [False, True]
    assert hits(glance.empty(column.slice(3)), 2) == [True, False]
