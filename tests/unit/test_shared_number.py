"""One identity number on many rows: one child's where they agree, however many; nobody's where they do not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from childledger.linkage import link as face
from childledger.linkage.rules import rules
from household import BOY, BOY_HOME, BOY_ID, Row, frame, groups, link

TODAY = date(2026, 7, 1)
GUARDIANS = [family + given for family in "赵钱孙李周吴郑" for given in ("建国", "秀兰", "志强", "海燕", "桂英")]


def children(count: int, **same: str) -> list[Row]:
    """Rows of so many children, each of another day, home and guardian, all with the boy's name and number."""
    first = date(2010, 1, 1)
    return [
        BOY
        | {
            "birth_date": (first + timedelta(days=61 * place)).isoformat(),
            "sex": "12"[place % 2],
            "guardian_name": GUARDIANS[place % len(GUARDIANS)],
            "guardian_phone": f"138123450{place:02d}",
            "residence_code": f"4101{2 + place % 10:02d}",
        }
        | same
        for place in range(count)
    ]


def test_sixty_children_under_one_name_and_number_are_not_published_as_one() -> None:
    assert len(groups(link(*children(60)))) == 60


def test_the_child_whose_number_it_is_stays_one_by_its_home() -> None:
    found = groups(link(*children(60), *[BOY_HOME] * 10))
    assert frozenset(range(60, 70)) in found and len(found) == 61


def test_a_childs_own_slips_do_not_take_its_number() -> None:
    slips = children(rules().most_of_a_number - 1, sex="1", guardian_name="王芳", guardian_phone="13812345678")
    assert len(groups(link(*slips, *[BOY_HOME] * 3))) == 1


def test_a_child_may_have_more_rows_than_a_cluster_found_by_links() -> None:
    rows = [BOY_HOME] * (rules().largest_cluster + 50)
    assert len(groups(link(*rows))) == 1, "who agrees in number, name and day is one child for as long as it is told of"


@pytest.mark.parametrize("first", [9, 40])
def test_a_number_comes_to_be_nobodys_day_by_day_as_at_once(first: int, tmp_path: Path) -> None:
    rows = frame([*[BOY_HOME] * 4, *children(60)])
    state = tmp_path / "state.duckdb"
    once, later = linked(rows, tmp_path, None), linked(rows[:first], tmp_path, state)
    assert later.nunique() < first
    later = linked(rows[first:], tmp_path, state).combine_first(later)
    assert {frozenset(part.index) for _, part in once.groupby(once)} == {
        frozenset(part.index) for _, part in later.groupby(later)
    }
    assert once.nunique() == 61 and BOY_ID in set(rows["id_number"])


def linked(rows: pd.DataFrame, folder: Path, state: Path | None) -> pd.Series:
    """Child of each record, by the stand-alone face."""
    rows.to_csv(folder / "records.csv", index=False)
    face.link(folder / "records.csv", folder / "out.csv", None, None, state, TODAY)
    return pd.read_csv(folder / "out.csv").set_index("record_id")["child_id"]
