"""Cluster: exact evidence makes edges, constraints take doubtful clusters apart, whatever is left goes to people.

Two records rather than one wrong merge. Shapes: one row per record in, one row per record and a review list out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

EXACT_ID = ("name", "id_number")


@dataclass(frozen=True)
class Rules:
    """rules/linkage.yaml."""

    version: str
    composite_keys: tuple[tuple[str, ...], ...]
    one_of_a_kind: tuple[str, ...]
    largest_cluster: int
    placeholder_names: str


@dataclass(frozen=True)
class Clusters:
    """The answer of one run."""

    assigned: pd.DataFrame
    """position-aligned with the records: cluster (int), route, evidence (columns that agreed, comma separated)."""
    review: pd.DataFrame
    """left, right (record positions), reason, evidence."""


@dataclass(frozen=True)
class Judged:
    """Pairs of record positions people have decided."""

    same: list[tuple[int, int]]
    different: list[tuple[int, int]]


@dataclass(frozen=True)
class Stated:
    """Pairs of positions: a visit row and a record of the child whose number it names."""

    agreed: list[tuple[int, int]]
    doubtful: list[tuple[int, int]]
    """The number names a child whose name or birth date the row contradicts."""


def cluster(frame: pd.DataFrame, rules: Rules, judged: Judged, stated: Stated) -> Clusters:
    """Link standardised records; every record ends in exactly one cluster."""
    frame = frame.reset_index(drop=True)
    edges, review = [_star(frame, EXACT_ID, "exact_id")], [_same_id_other_name(frame)]
    for key in rules.composite_keys:
        linked, doubtful = _composite(frame, key)
        edges.append(linked)
        review.append(doubtful)
    edges += [_edges(stated.agreed, "stated_child", "child_id"), _edges(judged.same, "judged", "judgement")]
    links = pd.concat(edges, ignore_index=True)
    review.append(_edges(stated.doubtful, "", "child_id").drop(columns="route").assign(reason="stated_child_differs"))
    labels, broken = _constrain(frame, links, rules, judged)
    review.append(broken)
    return Clusters(_assigned(frame, links, labels), _open_pairs(pd.concat(review, ignore_index=True), labels, judged))


def _edges(pairs: Iterable[tuple[int, int]], route: str, evidence: str) -> pd.DataFrame:
    table = pd.DataFrame(list(pairs), columns=["left", "right"], dtype="int64")
    return table.assign(route=route, evidence=evidence)


def _star(frame: pd.DataFrame, key: tuple[str, ...], route: str) -> pd.DataFrame:
    """Every record with a full key, joined to the first record of its key."""
    whole = frame.loc[frame[list(key)].notna().all(axis=1), list(key)]
    first = whole.groupby(list(key), sort=False).cumcount() == 0
    heads = whole.groupby(list(key), sort=False)[key[0]].transform(lambda group: group.index[0]).astype("int64")
    table = pd.DataFrame({"left": heads[~first], "right": whole.index[~first]}, dtype="int64")
    return table.assign(route=route, evidence=",".join(key))


def _composite(frame: pd.DataFrame, key: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Links by a key, and the pairs where the key is shared by children whose identity numbers differ."""
    links = _star(frame, key, "composite_key")
    whole = frame.loc[frame[list(key)].notna().all(axis=1)]
    numbers = whole.groupby(list(key), sort=False)["id_number"].transform("nunique")
    shared = whole.index[numbers > 1]
    links = links[~links["right"].isin(shared)]
    heads = whole.loc[shared].groupby([*key, "id_number"], sort=False).head(1)
    doubtful = _neighbours(heads, list(key), "key_shared_by_children", ",".join(key))
    return links, doubtful


def _same_id_other_name(frame: pd.DataFrame) -> pd.DataFrame:
    heads = frame[frame["id_number"].notna()].groupby(["id_number", "name"], sort=False).head(1)
    return _neighbours(heads, ["id_number"], "same_id_other_name", "id_number")


def _neighbours(heads: pd.DataFrame, by: list[str], reason: str, evidence: str) -> pd.DataFrame:
    """Pair each head with the next one of its group."""
    position = pd.Series(heads.index, index=heads.index)
    nexts = position.groupby([heads[column] for column in by], sort=False).shift(-1).dropna().astype("int64")
    table = pd.DataFrame({"left": nexts.index, "right": nexts.to_numpy()}, dtype="int64")
    return table.assign(reason=reason, evidence=evidence)


def _components(size: int, links: pd.DataFrame) -> np.ndarray:
    ones = np.ones(len(links), dtype=np.int8)
    graph = coo_array((ones, (links["left"].to_numpy(), links["right"].to_numpy())), shape=(size, size))
    labels: np.ndarray = connected_components(graph, directed=False)[1]
    return labels


def _constrain(
    frame: pd.DataFrame, links: pd.DataFrame, rules: Rules, judged: Judged
) -> tuple[np.ndarray, pd.DataFrame]:
    """Component labels after taking apart every component that can't be one child, and the pairs to review."""
    labels = _components(len(frame), links)
    bad = _impossible(frame, labels, rules) | _kept_apart(labels, judged)
    doubted = np.isin(labels[links["left"].to_numpy()], list(bad))
    firm = links["route"].isin(["exact_id", "judged"]).to_numpy()
    kept = links[~doubted | firm]
    two_ids = _two_of(frame["id_number"], _components(len(frame), kept))  # only a judgement can have joined them
    kept = kept[~(_in(kept, _components(len(frame), kept), two_ids) & (kept["route"] == "judged").to_numpy())]
    apart = _kept_apart(_components(len(frame), kept), judged)
    kept = kept[~_in(kept, _components(len(frame), kept), apart)]
    broken = links.loc[doubted & ~firm, ["left", "right", "evidence"]].assign(reason="conflicting_numbers")
    return _components(len(frame), kept), broken


def _in(links: pd.DataFrame, labels: np.ndarray, components: set[int]) -> np.ndarray:
    """Which links lie in one of the components."""
    inside: np.ndarray = np.isin(labels[links["left"].to_numpy()], list(components))
    return inside


def _two_of(values: pd.Series, labels: np.ndarray) -> set[int]:
    """Components that hold two different values of what a child has one of."""
    counts = pd.DataFrame({"label": labels, "value": values}).dropna().groupby("label")["value"].nunique()
    return set(counts.index[counts > 1].tolist())


def _kept_apart(labels: np.ndarray, judged: Judged) -> set[int]:
    """Components that join what people have told apart."""
    return {int(labels[left]) for left, right in judged.different if labels[left] == labels[right]}


def _impossible(frame: pd.DataFrame, labels: np.ndarray, rules: Rules) -> set[int]:
    """Components that hold two of what a child has one of, or are too large to be a child."""
    bad: set[int] = set(np.flatnonzero(np.bincount(labels, minlength=1) > rules.largest_cluster).tolist())
    for column in rules.one_of_a_kind:
        values = frame[column]
        if column != "school_roll_number":
            bad |= _two_of(values, labels)
            continue
        for system in "GJL":  # three systems; a child may have one of each
            bad |= _two_of(values.where(values.str.startswith(system, na=False)), labels)
    return bad


def _assigned(frame: pd.DataFrame, links: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    """Route of a record: the first route in order that has it together with another of its cluster."""
    order = {"judged": 0, "exact_id": 1, "stated_child": 2, "composite_key": 3}
    held = links[labels[links["left"].to_numpy()] == labels[links["right"].to_numpy()]]
    ends = pd.concat([held.assign(record=held[side]) for side in ("left", "right")], ignore_index=True)
    best = ends.assign(rank=ends["route"].map(order)).sort_values("rank", kind="stable").drop_duplicates("record")
    best = best.set_index("record")[["route", "evidence"]].reindex(range(len(frame)))
    return pd.DataFrame(
        {"cluster": labels, "route": best["route"].fillna("alone"), "evidence": best["evidence"].fillna("")}
    )


def _open_pairs(pairs: pd.DataFrame, labels: np.ndarray, judged: Judged) -> pd.DataFrame:
    """One pair per two clusters, without those people have decided and those the rest of the evidence has joined."""
    table = pairs.astype({"left": "int64", "right": "int64"})
    table = table.assign(a=labels[table["left"].to_numpy()], b=labels[table["right"].to_numpy()])
    low, high = table[["a", "b"]].min(axis=1), table[["a", "b"]].max(axis=1)
    table = table.assign(a=low, b=high)[low != high]
    apart = {tuple(sorted((int(labels[x]), int(labels[y])))) for x, y in judged.different}
    undecided = np.array([(a, b) not in apart for a, b in zip(table["a"], table["b"], strict=True)], dtype=bool)
    return table.loc[undecided].drop_duplicates(["a", "b"])[["left", "right", "reason", "evidence"]]
