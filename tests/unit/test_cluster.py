"""Two records rather than one wrong merge: what links, what never does, and what goes to people."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from childledger import linkage
from childledger.linkage.cluster import Clusters, Judged, Stated, cluster

COLUMNS = (
    "name", "id_number", "birth_date", "sex", "residence_code", "guardian_name", "guardian_id_number", "guardian_phone",
    "school_roll_number", "birth_certificate_number", "vaccination_code", "disability_certificate_number",
    "health_record_number", "insurance_number",
)  # fmt: skip
CHILD = {"name": "王小明", "birth_date": "2015-03-07", "sex": "1", "id_number": "A"}


def link(records: list[dict[str, Any]], judged: Judged | None = None) -> Clusters:
    frame = pd.DataFrame([{column: None for column in COLUMNS} | record for record in records], dtype=object)
    return cluster(frame, linkage.rules(), judged or Judged([], []), Stated([], []))


def groups(found: Clusters) -> set[frozenset[int]]:
    return {frozenset(part.index) for _, part in found.assigned.groupby("cluster")}


def apart(*parts: set[int]) -> set[frozenset[int]]:
    return {frozenset(part) for part in parts}


def test_the_same_id_and_name_are_one_child() -> None:
    found = link([CHILD, CHILD | {"sex": None}])
    assert groups(found) == apart({0, 1})
    assert set(found.assigned["route"]) == {"exact_id"}


def test_the_same_id_under_two_names_waits_for_a_person() -> None:
    found = link([CHILD, CHILD | {"name": "王小亮"}])
    assert groups(found) == apart({0}, {1})
    assert list(found.review["reason"]) == ["same_id_other_name"]


def test_twins_who_share_everything_but_name_and_id_stay_two() -> None:
    home = {"guardian_phone": "13800000001", "guardian_name": "王芳", "residence_code": "410105"}
    found = link(
        [CHILD | home, CHILD | home | {"name": "王小亮", "id_number": "B"}, home | CHILD | {"id_number": None}]
    )
    assert groups(found) == apart({0, 2}, {1})


def test_a_key_shared_by_two_ids_links_nobody() -> None:
    shared = {"vaccination_code": "V1"}
    found = link([CHILD | shared, CHILD | shared | {"id_number": "B"}, CHILD | shared | {"id_number": None}])
    assert groups(found) == apart({0}, {1}, {2})
    assert "key_shared_by_children" in set(found.review["reason"])


def test_a_cluster_with_two_birth_certificates_is_taken_apart() -> None:
    nobody = CHILD | {"id_number": None, "vaccination_code": "V1"}
    found = link([nobody | {"birth_certificate_number": "X1"}, nobody | {"birth_certificate_number": "X2"}])
    assert groups(found) == apart({0}, {1})
    assert list(found.review["reason"]) == ["conflicting_numbers"]


def test_a_slip_in_a_second_number_does_not_scatter_a_child_with_an_id() -> None:
    found = link([CHILD | {"school_roll_number": "G1"}, CHILD | {"school_roll_number": "G2"}, CHILD])
    assert groups(found) == apart({0, 1, 2})


def test_a_formal_and_a_temporary_roll_number_are_no_conflict() -> None:
    nobody = CHILD | {"id_number": None, "vaccination_code": "V1"}
    assert groups(link([nobody | {"school_roll_number": "G1"}, nobody | {"school_roll_number": "L1"}])) == apart({0, 1})


def test_people_join_and_part() -> None:
    strangers = [CHILD, {"name": "王晓明", "birth_date": "2015-03-07"}]
    assert groups(link(strangers, Judged([(0, 1)], []))) == apart({0, 1})
    assert groups(link([CHILD, CHILD], Judged([], [(0, 1)]))) == apart({0}, {1})


def test_a_judgement_that_joins_two_ids_scatters_neither() -> None:
    other = CHILD | {"name": "李雷", "id_number": "B"}
    assert groups(link([CHILD, CHILD, other, other], Judged([(0, 2)], []))) == apart({0, 1}, {2, 3})


VALUES = st.sampled_from([None, "a", "b", "c"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({c: VALUES for c in ("name", "id_number", "guardian_phone")}), min_size=1, max_size=9
    ),
    st.randoms(),
)
def test_no_cluster_has_two_ids_and_order_does_not_matter(records: list[dict[str, Any]], dice: Any) -> None:
    rows = [{"birth_date": "2015-03-07", "sex": "1"} | record for record in records]
    found = groups(link(rows))
    for group in found:
        assert len({rows[position]["id_number"] for position in group} - {None}) <= 1
    order = list(range(len(rows)))
    dice.shuffle(order)
    shuffled = groups(link([rows[position] for position in order]))
    assert {frozenset(order[position] for position in group) for group in shuffled} == found
