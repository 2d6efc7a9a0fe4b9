"""Engine: records in, one child for each out; all records at once or only what a change touches, by the same steps.

Everything that decides is local: a unit follows from its records, an edge from its two units, a cluster from the edges
of its component. So what a change touches can be decided alone, and the answer is that of a full run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from childledger.linkage import model, numbers, resolver, standard
from childledger.linkage.rules import Rules
from childledger.linkage.sets import run

TABLES = (
    "dead_identity", "divided", "told", "slip", "given_edge", "unit", "edge", "loose", "residue", "cluster", "decided",
    "repairable", "reckoned",
)  # fmt: skip
OF_EDGES = ("weight", "exact", "links", "rival", "likeness", "fragile", "numbered")
AT_A_TIME = 2_000_000
"""Edges resolved at a time: bounds memory."""
BY_KEY = ("insert_pairs_by_name", "insert_pairs_by_number")
ONE_OF_A_KIND = ("roll_g", "roll_j", "roll_l", "birth_certificate", "vaccination")
SINGLES = (*ONE_OF_A_KIND, "health_record", "insurance")
"""The last two are given anew where a family moves, so two of them only make a weak link of another name weaker."""


@dataclass(frozen=True)
class Change:
    """What came since the last run: the view `incoming` holds new and changed records; these are the rest."""

    gone: list[str] = field(default_factory=list)
    """record_id of records no longer in force."""
    told: list[tuple[str, str, str]] = field(default_factory=list)
    """All standing words of people: two record_ids and SAME or DIFFERENT."""
    stated: list[tuple[str, str, bool]] = field(default_factory=list)
    """All visit rows that name a child: the row, a record of the child, whether name and birth date agree."""


class Engine:
    """Linkage over one DuckDB connection, whose tables are the state from run to run."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: Rules, today: date) -> None:
        self.con, self.rules, self.today = con, rules, today
        standard.prepare(con)
        for table in TABLES:
            run(con, f"linkage/create_{table}")
        words = [(name, *word) for name, levels in model.vocabulary().items() for word in levels.items()]
        con.register("vocabulary", _columns(("comparison", "level", "word"), words))

    def link(self, change: Change) -> None:
        """Take in a change; afterwards `cluster` holds the answer, and `dirty` the units it was found anew for."""
        run(self.con, "linkage/create_source")
        standard.standardise(self.con, self.today)
        run(self.con, "linkage/insert_labels")
        self._place_records(change)
        untouched = run(self.con, "linkage/count_untouched").fetchall()[0][0] > 0
        self._find_exact(untouched)
        self._score_residue(untouched)
        self._resolve()

    def _place_records(self, change: Change) -> None:
        self._take_in(change)
        for step in ("create_outgoing", "delete_outgoing"):
            run(self.con, f"linkage/{step}")
        run(self.con, "linkage/create_dying_identity", most=self.rules.most_of_a_number)
        for step in (
            "create_turned_identity", "delete_dead_identities", "insert_dead_identities", "create_recalled",
            "insert_recalled", "insert_recalled_outgoing", "delete_outgoing", "create_turned_word", "delete_told",
            "insert_told", "create_slip_now", "create_recalled_by_slip", "insert_recalled", "insert_recalled_outgoing",
            "delete_outgoing", "delete_slips", "insert_slips", "create_placed", "create_divided_now",
            "create_recalled_by_word", "insert_recalled", "insert_recalled_outgoing", "insert_recalled_placed",
            "delete_outgoing", "delete_divided", "insert_divided", "insert_records", "create_touched", "delete_units",
            "insert_units", "delete_loose", "insert_loose", "create_lost_edge", "delete_edges",
        ):  # fmt: skip
            run(self.con, f"linkage/{step}")

    def _take_in(self, change: Change) -> None:
        """Register what people said and what is gone, by the keys of records."""
        self.con.register("gone_label", pa.table({"record_id": pa.array(change.gone, pa.string())}))
        self.con.register("told_label", _columns(("left", "right", "verdict"), change.told))
        self.con.register("stated_label", _columns(("left", "right", "agrees"), change.stated))
        for step in ("create_gone", "create_told_now", "delete_given", "insert_given"):
            run(self.con, f"linkage/{step}")

    def _find_exact(self, untouched: bool) -> None:
        """`untouched`: there are units beside the touched ones, which may look for these."""
        self._look_for_repairs()
        for step in (
            "create_pair", "insert_pairs_by_identity", "insert_pairs_by_repair", "create_seeker", "create_sought",
            *BY_KEY,
        ):  # fmt: skip
            run(self.con, f"linkage/{step}")
        if untouched:
            for step in ("create_reached", "create_other_seeker", "create_other_sought", *BY_KEY):
                run(self.con, f"linkage/{step}")
        for step in (
            "create_face", "insert_edges_by_identity", "insert_edges_by_name", "insert_edges_by_number",
            "insert_edges_by_repair", "insert_lost_given_edges", "delete_given_edges", "insert_given_edges",
        ):  # fmt: skip
            run(self.con, f"linkage/{step}")

    def _look_for_repairs(self) -> None:
        """Look for the child of damaged numbers: new ones, and those for which a number came or went."""
        damaged = run(self.con, "linkage/list_damaged").to_arrow_table()
        births = damaged["birth"].cast(pa.string()).combine_chunks()
        found = numbers.repairs(damaged["damaged_id"].combine_chunks(), births)
        rid = damaged["rid"].take(found["position"])
        candidate = pc.utf8_slice_codeunits(found["candidate"], 0, 17).cast(pa.int64())
        self.con.register("repaired", pa.table({"rid": rid, "candidate": candidate}))
        for step in (
            "delete_repairable", "insert_repairable", "create_rechecked", "insert_lost_repairs", "delete_repairs",
        ):  # fmt: skip
            run(self.con, f"linkage/{step}")

    def _score_residue(self, untouched: bool) -> None:
        run(self.con, "linkage/create_affected")
        run(self.con, "linkage/create_residue_now", settled=self.rules.settled)
        run(self.con, "linkage/create_turned_name")
        size = self._size()
        turned = run(self.con, "linkage/list_reckoned").fetchall() != [(size,)]
        run(self.con, "linkage/create_rescored", all=turned)
        run(self.con, "linkage/replace_reckoned", records=size)
        for step in (
            "delete_residue", "insert_residue", "insert_lost_scores", "delete_scores", "create_pair",
            "create_scoring_seeker", "create_sought", "insert_pairs_by_blocks",
        ):  # fmt: skip
            run(self.con, f"linkage/{step}")
        if untouched:
            for step in (
                "create_scoring_other_seeker", "create_waiting", "create_scoring_other_sought",
                "insert_pairs_by_blocks",
            ):  # fmt: skip
                run(self.con, f"linkage/{step}")
        for step in ("create_face", "create_candidate", "create_profile"):
            run(self.con, f"linkage/{step}")
        run(self.con, "linkage/create_name_frequency", records=size)
        run(self.con, "linkage/drop_scored")
        model.score(self.con, "profile", "candidate", "name_frequency", 4 / size, "scored")
        bands = {"link_from": self.rules.link_from, "review_from": self.rules.review_from}
        run(self.con, "linkage/insert_edges_by_score", **bands)

    def _size(self) -> float:
        """Records there are, in steps of two: weights must not move with every record."""
        records = run(self.con, "linkage/count_records").fetchall()[0][0]
        return 2.0 ** round(math.log2(max(records, self.rules.least_records)))

    def _resolve(self) -> None:
        for step in ("create_dirty", "create_supported"):
            run(self.con, f"linkage/{step}")
        pairs = run(self.con, "linkage/list_pairs").to_arrow_table()
        self.con.register("component", _components(pairs))
        for step in ("delete_clusters", "delete_decided", "insert_lone_clusters"):
            run(self.con, f"linkage/{step}")
        parts = max(1, math.ceil(pairs.num_rows / AT_A_TIME))
        for part in range(parts):
            run(self.con, "linkage/create_part", part=part, parts=parts)
            self._resolve_part()
        bands = {"margin": self.rules.margin, "review_from": self.rules.review_from}
        run(self.con, "linkage/create_review", **bands)

    def _resolve_part(self) -> None:
        """Find the clusters of whole components."""
        edges = run(self.con, "linkage/list_edges").to_arrow_table()
        bounds = run(self.con, "linkage/list_bounds").to_arrow_table()
        apart = run(self.con, "linkage/list_apart").to_arrow_table()
        unit = bounds["unit"].to_numpy()
        low, high = (np.searchsorted(unit, edges[side].to_numpy()) for side in ("low", "high"))
        weight, exact, links, rival, likeness, fragile, numbered = (edges[name].to_numpy() for name in OF_EDGES)
        settled = exact & (weight >= self.rules.settled)
        order = np.lexsort((high, low, -weight, ~settled))
        known = pc.and_(*(pc.is_in(apart[side], value_set=bounds["unit"]) for side in ("low", "high"))).to_numpy()
        resolution = resolver.resolve(
            resolver.Edges(
                low[order], high[order], weight[order],
                links[order], rival[order], likeness[order], fragile[order], numbered[order], settled[order],
                np.where(rival, np.maximum(weight, self.rules.rival), weight)[order],
            ),
            resolver.Bounds(
                np.vstack([bounds[name].to_numpy() for name in ("id_number", *ONE_OF_A_KIND)]),
                np.vstack([bounds[f"single_{name}"].to_numpy() for name in SINGLES]),
                bounds["claimed"].to_numpy(),
                bounds["records"].to_numpy(),
                self.rules.largest_cluster,
                np.searchsorted(unit, np.vstack([apart[side].to_numpy()[known] for side in ("low", "high")])),
                (
                    (1 + ONE_OF_A_KIND.index("vaccination"),),
                    (SINGLES.index("vaccination"), SINGLES.index("health_record")),
                ),
            ),
            self.rules.margin,
        )  # fmt: skip
        self.con.register("resolved", pa.table({"unit": unit, "cluster": unit[resolution.label]}))
        refused = pa.array(REFUSALS).take(pa.array(resolution.refused))
        decided = edges.take(order).append_column("used", pa.array(resolution.used)).append_column("refused", refused)
        self.con.register("resolved_edge", decided)
        for step in ("insert_clusters", "insert_decided"):
            run(self.con, f"linkage/{step}")

    def counts(self) -> dict[str, int]:
        """Records, children and pairs to review."""
        row = run(self.con, "linkage/count_linked").fetchall()[0]
        return dict(zip(("records", "children", "review"), row, strict=True))


def _components(pairs: pa.Table) -> pa.Table:
    """The smallest unit of the component of each unit that has an edge."""
    from scipy.sparse import coo_array  # imported where it is used: linking a file starts sooner
    from scipy.sparse.csgraph import connected_components

    low, high = (pairs[side].to_numpy() for side in ("low", "high"))
    unit = np.unique(np.concatenate([low, high]))
    ends = tuple(np.searchsorted(unit, side) for side in (low, high))
    _, component = connected_components(coo_array((np.ones(len(low), dtype=bool), ends), shape=(len(unit),) * 2))
    first = np.full(component.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, component, unit)
    return pa.table({"unit": unit, "component": first[component]})


REFUSALS = (None, "conflicting_numbers", "key_shared_by_children")
"""Why an edge that may link did not: by `Resolution.refused`."""


def _columns(names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """A table of three columns; text where there is no row to tell the type."""
    if not rows:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
