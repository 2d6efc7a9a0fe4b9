"""Whatever arrives in whatever order: one answer, and never two of what a child has one of."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from household import BOY_ID, HOME, MOTHER_ID, SISTER_ID, TWIN_ID, Row, damaged, groups, link

NUMBERS = {
    "school_roll_number": ("G150001234", "G150004321", "L555666777"),
    "birth_certificate_number": ("X1234561", "X7654321"),
    "vaccination_code": ("V100001", "V200002"),
}
CHILDREN = {BOY_ID, TWIN_ID, SISTER_ID}
ROW = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["王小明", "王小明", "王小亮", "王小红", "王晓明", "王芳之子", "王明明", None]),
        "birth_date": st.sampled_from(["2015-03-07", "2015-03-07", "2018-01-02", "2015-01-17", None]),
        "sex": st.sampled_from(["1", "2", None]),
        "id_number": st.sampled_from([BOY_ID, TWIN_ID, SISTER_ID, MOTHER_ID, damaged(BOY_ID), None, None]),
        "guardian_phone": st.sampled_from([HOME["guardian_phone"], "13900000009", None]),
        "guardian_name": st.sampled_from(["王芳", None]),
        "residence_code": st.sampled_from(["410105", "650102", None]),
        **{column: st.sampled_from([*values, None, None, None]) for column, values in NUMBERS.items()},
    }
)
ROWS = st.lists(ROW, min_size=2, max_size=12)
"""Records of three children of one household and of some who look like them."""
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(ROWS, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_no_child_has_two(rows: list[Row], dice: Any) -> None:
    named = [row | {"record_key": f"r{place}"} for place, row in enumerate(rows)]
    found = groups(link(*named))
    assert set().union(*found) == set(range(len(rows))) and sum(map(len, found)) == len(rows)
    for part in found:
        assert len({number for number, _ in supported(rows) & {statement(rows[place]) for place in part}}) <= 1
        for column in NUMBERS:
            assert not any(differ(rows, column, one, other) for one, other in itertools.combinations(part, 2)), column
    order = list(range(len(rows)))
    dice.shuffle(order)
    again = groups(link(*(named[place] for place in order)))
    assert {frozenset(order[place] for place in part) for part in again} == found


def statement(row: Row) -> tuple[str | None, str | None]:
    return row["id_number"], row["name"]


def supported(rows: list[Row]) -> set[tuple[str | None, str | None]]:
    """Children's numbers that two records or more give to one name, contradicting neither birth date nor sex."""
    good = [
        row
        for row in rows
        if row["id_number"] in CHILDREN
        and row["name"] not in (None, "王芳之子")
        and row["birth_date"] in (None, f"{row['id_number'][6:10]}-{row['id_number'][10:12]}-{row['id_number'][12:14]}")
        and row["sex"] in (None, "21"[int(row["id_number"][16]) % 2])
    ]
    return {which for which, count in Counter(map(statement, good)).items() if count > 1}


def differ(rows: list[Row], column: str, one: int, other: int) -> bool:
    """Whether two records without a child's number have two of what a child has one of.

    A number must be borne by another record too, or it may be a slip. Records of one name and
    one number are one child whatever else they say.
    """
    left, right = rows[one], rows[other]
    if {left["id_number"], right["id_number"]} & CHILDREN or left[column] is None or right[column] is None:
        return False
    borne = Counter(row[column] for row in rows)
    known = min(borne[left[column]], borne[right[column]]) > 1
    return bool(known and left[column] != right[column] and left[column][0] == right[column][0])
