"""The strongest evidence first, nothing against what a child has one of, and one answer in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from childledger.linkage import resolver

NEVER = -1e9
"""A margin that no rival is within."""


def edges(*rows: tuple[Any, ...]) -> resolver.Edges:
    """Rows of (low, high, weight), best first; where they differ from these links True, rival False, likeness 5,
    fragile False, rivalry as the weight, numbered and settled True.
    """
    filled = [row + (True, False, 5, False, row[2], True, True)[len(row) - 3 :] for row in rows]
    columns = zip(*filled, strict=True) if filled else ((),) * 10
    low, high, weight, links, rival, likeness, fragile, rivalry, numbered, settled = columns
    return resolver.Edges(
        np.array(low, np.int64), np.array(high, np.int64), np.array(weight, np.float64), np.array(links, bool),
        np.array(rival, bool), np.array(likeness, np.int8), np.array(fragile, bool), np.array(numbered, bool),
        np.array(settled, bool), np.array(rivalry, np.float64),
    )  # fmt: skip


def bounds(
    identity: Sequence[int],
    second: Sequence[int] | None = None,
    single: Sequence[int] | None = None,
    claimed: Sequence[int] | None = None,
    largest: int = 99,
    apart: Sequence[tuple[int, int]] = (),
) -> resolver.Bounds:
    units = len(identity)
    numbers = np.array([identity, second or [0] * units], np.int64)
    told = np.array(apart, np.int64).reshape(-1, 2).T
    singles, claims = np.array([single or [0] * units], np.int64), np.array(claimed or identity, np.int64)
    return resolver.Bounds(numbers, singles, claims, np.ones(units, np.int64), largest, told)


def labels(found: resolver.Resolution) -> list[int]:
    return [int(place) for place in found.label]


def test_nothing_to_link_is_no_trouble() -> None:
    assert labels(resolver.resolve(edges(), bounds([0, 0]), 6)) == [0, 1]
    assert labels(resolver.resolve(edges(), bounds([]), 6)) == []


def test_only_edges_that_may_link_do() -> None:
    found = resolver.resolve(edges((1, 2, 40), (0, 1, 9, False)), bounds([0, 0, 0]), 6)
    assert labels(found) == [0, 1, 1] and found.used.tolist() == [True, False] and not found.refused.any()


def test_the_stronger_edge_takes_the_number_and_the_weaker_is_refused() -> None:
    found = resolver.resolve(edges((1, 2, 40), (0, 1, 30)), bounds([7, 0, 8]), 6)
    assert labels(found) == [0, 1, 1] and found.refused.tolist() == [0, 1]


def test_any_number_of_a_kind_bounds() -> None:
    found = resolver.resolve(edges((0, 1, 40)), bounds([0, 0], second=[1, 2]), 6)
    assert labels(found) == [0, 1] and found.refused.tolist() == [1]


def test_what_bounds_is_inherited_along_a_chain() -> None:
    found = resolver.resolve(edges((0, 1, 40), (1, 2, 39), (2, 3, 38)), bounds([7, 0, 0, 8]), 0)
    assert labels(found) == [0, 0, 0, 3] and found.refused.tolist() == [0, 0, 1]


def test_a_cluster_is_never_larger_than_it_may_be() -> None:
    found = resolver.resolve(edges((0, 1, 40), (1, 2, 39), (2, 3, 38)), bounds([0] * 4, largest=2), 6)
    assert labels(found) == [0, 0, 2, 2] and found.refused.tolist() == [0, 1, 0]


def test_a_word_keeps_apart_what_others_would_join() -> None:
    found = resolver.resolve(edges((0, 2, 40), (1, 2, 39)), bounds([0] * 3, apart=[(0, 1)]), 0)
    assert labels(found) == [0, 1, 0] and found.refused.tolist() == [0, 1]


def test_an_edge_nearly_as_good_to_another_child_decides_nothing() -> None:
    """Unit 2 may be of either of two children."""
    close = resolver.resolve(edges((0, 2, 20), (1, 2, 15)), bounds([7, 8, 0]), 6)
    assert labels(close) == [0, 1, 2] and close.refused.tolist() == [2, 2]
    clear = resolver.resolve(edges((0, 2, 20), (1, 2, 13)), bounds([7, 8, 0]), 6)
    assert labels(clear) == [0, 1, 0] and clear.refused.tolist() == [0, 1]


def test_a_rival_that_may_not_link_raises_the_doubt_all_the_same() -> None:
    found = resolver.resolve(edges((0, 2, 20), (1, 2, 15, False)), bounds([7, 8, 0]), 6)
    assert labels(found) == [0, 1, 2] and found.refused.tolist() == [2, 0]


def test_a_neighbour_of_the_same_child_is_no_rival() -> None:
    assert labels(resolver.resolve(edges((0, 2, 20), (1, 2, 20)), bounds([7, 7, 0]), 6)) == [0, 0, 0]
    assert labels(resolver.resolve(edges((0, 2, 20), (1, 2, 20)), bounds([7, 0, 0]), 6)) == [0, 0, 0]


def test_a_rival_of_another_name_is_none() -> None:
    """The name is equal here and of a twin there."""
    found = resolver.resolve(edges((0, 2, 20, True, False, 5), (1, 2, 19, True, False, 2)), bounds([7, 8, 0]), 6)
    assert labels(found) == [0, 1, 0]


def test_between_rivals_a_claimed_number_is_enough() -> None:
    weak = bounds([0, 0, 0], claimed=[7, 8, 0])
    plain = resolver.resolve(edges((0, 2, 20), (1, 2, 18)), weak, 6)
    assert labels(plain) == [0, 0, 0]
    household = resolver.resolve(edges((0, 2, 20, True, True, 5), (1, 2, 18, True, True, 5)), weak, 6)
    assert labels(household) == [0, 1, 2]


def test_a_rival_weighs_against_another_what_it_is_said_to() -> None:
    strong = resolver.resolve(edges((0, 2, 20), (1, 2, 9, True, False, 5, False, 15)), bounds([7, 8, 0]), 6)
    assert labels(strong) == [0, 1, 2]
    weak = resolver.resolve(edges((0, 2, 20), (1, 2, 19, True, False, 5, False, 9)), bounds([7, 8, 0]), 6)
    assert labels(weak) == [0, 1, 0]


def test_a_fragile_link_gives_way_to_any_rival() -> None:
    """A name twins may share: who else was born into the household that day has no number, and another name."""
    whole = (1, 2, 15, True, True, 0)
    assert labels(resolver.resolve(edges((0, 2, 20), whole), bounds([7, 0, 0]), 6)) == [0, 0, 0]
    fragile = resolver.resolve(edges((0, 2, 20, True, False, 5, True), whole), bounds([7, 0, 0]), 6)
    assert fragile.refused.tolist()[0] == 2 and labels(fragile)[2] != 0


def test_weak_evidence_joins_no_two_numbers_under_names_that_differ() -> None:
    for one_of_a_record in ({"claimed": [7, 8]}, {"single": [7, 8]}):
        numbers = bounds([0, 0], **one_of_a_record)
        weak = (0, 1, 20, True, False, 2, False, 20, True, False)
        assert resolver.resolve(edges(weak), numbers, 6).refused.tolist() == [1]
        assert labels(resolver.resolve(edges((*weak[:5], 5, *weak[6:])), numbers, 6)) == [0, 0]
        assert labels(resolver.resolve(edges((0, 1, 30, True, False, 2)), numbers, 6)) == [0, 0]


def test_what_may_be_of_either_of_two_children_joins_nothing_without_a_number() -> None:
    """Units 2 and 3 are both of unit 0 or of unit 1."""
    either = [(0, 2, 19, False), (1, 2, 19, False), (0, 3, 19, False), (1, 3, 19, False)]
    assert labels(resolver.resolve(edges((2, 3, 20), *either), bounds([7, 8, 0, 0]), 6))[2:] == [2, 2]
    unsure = resolver.resolve(edges((2, 3, 20, True, False, 5, False, 20, False), *either), bounds([7, 8, 0, 0]), 6)
    assert labels(unsure)[2:] == [2, 3] and unsure.refused.tolist()[0] == 2


def test_who_has_no_name_joins_no_child_that_has_a_twin() -> None:
    twin = (0, 1, 9, False, True, 2)
    nameless = (0, 2, 20, True, False, -1, False, 20, False)
    assert resolver.resolve(edges(nameless, twin), bounds([7, 8, 0]), 6).refused.tolist()[0] == 2
    assert labels(resolver.resolve(edges(nameless), bounds([7, 8, 0]), 6)) == [0, 1, 0]


UNITS = 7
NUMBER = st.integers(0, 2)


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """Edges over a few units, no two of one weight, and what bounds them."""
    pairs = [(low, high) for high in range(UNITS) for low in range(high)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14))
    heavy = sorted(draw(st.lists(st.integers(1, 60), min_size=len(chosen), max_size=len(chosen), unique=True)))[::-1]
    likely, rare = st.sampled_from([True, True, False]), st.sampled_from([True, False, False])
    told = st.tuples(likely, rare, st.integers(-1, 5), rare, st.integers(1, 60), likely, likely)
    rows = [(*pair, weight, *draw(told)) for pair, weight in zip(chosen, heavy, strict=True)]
    numbers = st.lists(NUMBER, min_size=UNITS, max_size=UNITS)
    given_bounds = {
        "identity": draw(numbers), "second": draw(numbers), "single": draw(numbers), "claimed": draw(numbers),
        "largest": draw(st.integers(2, 9)), "apart": draw(st.lists(st.sampled_from(pairs), max_size=2)),
    }  # fmt: skip
    return rows, given_bounds


def parts(label: Sequence[int]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(np.array(label) == value).tolist()) for value in set(label)}


def one_by_one(rows: list[tuple[Any, ...]], given_bounds: dict[str, Any]) -> list[int]:
    """What deciding edge after edge gives, where no rival counts and all evidence is settled."""
    label = list(range(UNITS))
    kinds = [given_bounds["identity"], given_bounds["second"]]
    for low, high, _, links, *_ in rows:
        members = [place for place in range(UNITS) if label[place] in (label[low], label[high])]
        told = any(one in members and other in members for one, other in given_bounds["apart"])
        two = any(len({values[place] for place in members} - {0}) > 1 for values in kinds)
        if links and label[low] != label[high] and not told and not two and len(members) <= given_bounds["largest"]:
            for place in members:
                label[place] = min(members)
    return label


@given(networks())
def test_rounds_give_what_one_by_one_gives(network: tuple[list[tuple[Any, ...]], dict[str, Any]]) -> None:
    rows, given_bounds = network
    found = resolver.resolve(edges(*(row[:8] for row in rows)), bounds(**given_bounds), NEVER)
    assert labels(found) == one_by_one(rows, given_bounds)


@given(networks(), st.permutations(range(UNITS)))
def test_the_order_of_units_does_not_matter(
    network: tuple[list[tuple[Any, ...]], dict[str, Any]], order: list[int]
) -> None:
    """Nor does a component of others beside: the units are named anew, the edges stay in their order."""
    rows, given_bounds = network
    found = parts(labels(resolver.resolve(edges(*rows), bounds(**given_bounds), 6)))
    named = [(*sorted((order[low], order[high])), *rest) for low, high, *rest in rows]
    moved = {
        name: [values[order.index(place)] for place in range(UNITS)]
        for name, values in given_bounds.items()
        if name not in ("largest", "apart")
    }
    told = [(order[one], order[other]) for one, other in given_bounds["apart"]]
    again = resolver.resolve(edges(*named), bounds(**given_bounds | moved | {"apart": told}), 6)
    assert parts(labels(again)) == {frozenset(order[place] for place in part) for part in found}


@given(networks())
def test_a_component_is_decided_as_if_it_were_alone(network: tuple[list[tuple[Any, ...]], dict[str, Any]]) -> None:
    """Twice the same network beside each other gives twice the same answer."""
    rows, given_bounds = network
    alone = labels(resolver.resolve(edges(*rows), bounds(**given_bounds), 6))
    doubled = [row for low, high, *rest in rows for row in ((low, high, *rest), (low + UNITS, high + UNITS, *rest))]
    twice = {name: values * 2 for name, values in given_bounds.items() if name not in ("largest", "apart")}
    told = [pair for one, other in given_bounds["apart"] for pair in ((one, other), (one + UNITS, other + UNITS))]
    found = labels(resolver.resolve(edges(*doubled), bounds(**given_bounds | twice | {"apart": told}), 6))
    assert found == alone + [place + UNITS for place in alone]


@given(networks())
def test_no_cluster_has_two_of_what_a_child_has_one_of(network: tuple[list[tuple[Any, ...]], dict[str, Any]]) -> None:
    rows, given_bounds = network
    found = resolver.resolve(edges(*rows), bounds(**given_bounds), 6)
    for part in parts(labels(found)):
        for values in (given_bounds["identity"], given_bounds["second"]):
            assert len({values[place] for place in part} - {0}) <= 1
        assert len(part) <= given_bounds["largest"]
        assert not any({one, other} <= part for one, other in given_bounds["apart"])


def test_a_link_by_sound_gives_way_where_a_child_of_the_very_name_is_likely() -> None:
    def found(rival: float, *, settled: bool) -> list[int]:
        heard = (0, 1, 24, True, False, 4, False, 24, True, settled)
        named = (0, 2, rival, False, False, 5, False, rival, True, False)
        return labels(resolver.resolve(edges(heard, named), bounds([0, 0, 0], claimed=[0, 7, 9]), 6))

    assert found(12, settled=False) == [0, 1, 2]
    assert found(9, settled=False) == found(12, settled=True) == [0, 0, 2]


NAMELESS = (True, False, -1)
"""Links, and no rival, without a name."""
WEAK = (False, 0, False, False)
"""Neither fragile nor numbered nor settled."""


def test_a_link_waits_until_a_better_edge_has_told_who_its_rival_is() -> None:
    found = resolver.resolve(edges((2, 3, 40), (0, 1, 30, *NAMELESS), (0, 2, 30, *NAMELESS)), bounds([0, 7, 0, 8]), 6)
    assert labels(found) == [0, 1, 2, 2] and found.refused.tolist() == [0, 2, 2]
    found = resolver.resolve(edges((2, 1, 40), (0, 1, 30, *NAMELESS), (0, 2, 30, *NAMELESS)), bounds([0, 7, 0]), 6)
    assert labels(found) == [0, 0, 0]


def test_who_has_no_name_joins_no_two_who_have_two() -> None:
    weak = ((0, 1, 13, *NAMELESS, *WEAK), (0, 2, 13, *NAMELESS, *WEAK))
    assert labels(resolver.resolve(edges(*weak), bounds([0, 0, 0]), 6)) == [0, 0, 0]
    for likeness in (0, 2):
        two = edges(*weak, (1, 2, 1, False, True, likeness))
        assert labels(resolver.resolve(two, bounds([0, 0, 0]), 6)) == [0, 0, 2], likeness


def test_who_has_no_name_is_of_neither_child_where_numbers_speak_for_both() -> None:
    both = edges((0, 1, 30, *NAMELESS), (0, 2, 30, *NAMELESS))
    assert labels(resolver.resolve(both, bounds([0, 7, 0], claimed=[0, 7, 8]), 6)) == [0, 1, 2]
    assert labels(resolver.resolve(both, bounds([0, 7, 0], claimed=[0, 7, 0]), 6)) == [0, 0, 0]
