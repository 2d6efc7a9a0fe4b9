"""Resolve: the strongest evidence links first, and nothing is linked against what a child has only one of.

A greedy agglomeration over a total order of edges, done in rounds: in each round every edge that is the best of both
its ends is decided. Without rivals that is what deciding them one by one, best first, would give; with them the rounds
are the rule. The answer depends on the edges of one component only, not on the order of records, on other components,
or on what was linked yesterday.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Edges:
    """Pairs of units by position, best first; all arrays of one length."""

    low: Ints
    high: Ints
    weight: Floats
    """Bits."""
    links: Flags
    """May a machine link by it?"""
    rival: Flags
    """Do its ends look like two children of one household?"""
    likeness: NDArray[np.int8]
    """How alike the names are, 0 to 5; -1 where a name is missing."""
    fragile: Flags
    """Does any rival forbid the link, whoever it may be?"""
    numbered: Flags
    """Does a number of one child speak for it?"""
    settled: Flags
    """Is it exact evidence that leaves no doubt? All else is weak."""
    rivalry: Floats
    """Bits the edge weighs against another."""


@dataclass(frozen=True)
class Bounds:
    """What a cluster has only one of; arrays by unit, 0 for unknown."""

    numbers: Ints
    """(numbers, units): values that must not differ within a cluster; the first row is the identity number."""
    singles: Ints
    """The same beside the identity number, of one record alone: a slip, perhaps, that settled evidence outweighs."""
    claimed: Ints
    """By unit: an identity number, however weakly supported; tells twins apart where nothing else does."""
    records: Ints
    largest: int
    """Records a cluster may hold."""
    apart: Ints
    """(2, pairs): units that must not end in one cluster."""
    local: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    """Rows of `numbers` and of `singles` whose values begin with a county: two of two counties may be one child's."""


@dataclass(frozen=True)
class Resolution:
    """The answer: `label` by unit (smallest position of the cluster), and what became of each edge."""

    label: Ints
    used: Flags
    """The edge that linked two clusters."""
    refused: NDArray[np.int8]
    """Why an edge that may link does not: 1 it would put two of what a child has one of into a cluster, 2 too close to
    a rival; else 0."""


NEAR, SAME = 3, 5
"""Likeness of names from which they may be one name, and of those that are one."""
COUNTY = 10**12
"""What a value of eighteen digits that begins with a county is divided by to tell it."""
LIKELY = 10.0
"""Bits from which a namesake is no chance."""


def resolve(edges: Edges, bounds: Bounds, margin: float) -> Resolution:
    """Link greedily within bounds.

    `margin` (bits): an edge whose end has another edge nearly as good to something its other end excludes decides
    nothing: that is how twins look. One whose names are far apart decides nothing beside one of a near
    name. Nor does a weak edge join two clusters that units with numbers of their own show to be
    twins, or whose numbers differ under names that do.
    """
    state = _State(edges, bounds)
    while state.settle_round(margin):
        pass
    return Resolution(state.label, state.used, state.refused)


class _State:
    def __init__(self, edges: Edges, bounds: Bounds) -> None:
        self.edges, self.bounds = edges, bounds
        claims = bounds.claimed[edges.low], bounds.claimed[edges.high]
        self.twins = edges.rival & (claims[0] != 0) & (claims[1] != 0) & (claims[0] != claims[1])
        units = len(bounds.records)
        self.label = np.arange(units, dtype=np.int64)
        self.numbers, self.singles, self.claimed = bounds.numbers.copy(), bounds.singles.copy(), bounds.claimed.copy()
        self.other_claimed = self.claimed.copy()
        self.records = bounds.records.copy()
        self.used = np.zeros(len(edges.low), dtype=bool)
        self.refused = np.zeros(len(edges.low), dtype=np.int8)
        self.open = np.flatnonzero(edges.links)
        """Positions of edges not decided, best first."""

    def settle_round(self, margin: float) -> bool:
        """Decide every edge that is the best of both its ends and not early; tell whether any was open."""
        low, high = self.label[self.edges.low[self.open]], self.label[self.edges.high[self.open]]
        between = low != high
        self.open, low, high = self.open[between], low[between], high[between]
        if not len(self.open):
            return False
        forbidden = self._excludes(low, high, every=True) | self._contradicts(self.open, low, high)
        self.refused[self.open[forbidden]] = 1
        self.open, low, high = self.open[~forbidden], low[~forbidden], high[~forbidden]
        best = _first(low, high, len(self.label))
        place = np.arange(len(low))
        chosen = (best[low] == place) & (best[high] == place)
        doubtful, early = np.zeros(len(low), dtype=bool), np.zeros(len(low), dtype=bool)
        doubtful[chosen], early[chosen] = self._too_close(
            self.open[chosen], low[chosen], high[chosen], margin, place[chosen], best
        )
        doubtful, chosen = doubtful & ~early, chosen & ~early
        self.refused[self.open[doubtful]] = 2
        self._merge(self.open[chosen & ~doubtful], low[chosen & ~doubtful], high[chosen & ~doubtful])
        self.open = self.open[~chosen]
        return True

    def _excludes(self, one: Ints, other: Ints, *, every: bool) -> Flags:
        """Which pairs of clusters can't be one; `every`: by all that bounds, else by identity number and word."""
        rows = self.numbers if every else self.numbers[:1]
        excluded = _differ(rows, one, other, self.bounds.local[0])
        if every:
            excluded |= self.records[one] + self.records[other] > self.bounds.largest
        return excluded | self._told_apart(one, other)

    def _told_apart(self, one: Ints, other: Ints) -> Flags:
        """Which pairs of clusters people told apart."""
        if not self.bounds.apart.shape[1]:
            return np.zeros(len(one), dtype=bool)
        told = _codes(self.label[self.bounds.apart[0]], self.label[self.bounds.apart[1]], len(self.label))
        found: Flags = np.isin(_codes(one, other, len(self.label)), told)
        return found

    def _contradicts(self, edges: Ints, low: Ints, high: Ints) -> Flags:
        """Which weak edges join two different numbers, though each is of one record alone: none of a name that is the
        same, unless twins may share it.
        """
        vague = (self.edges.likeness[edges] < SAME) | self.edges.fragile[edges]
        contradicts = _differ(self.singles, low, high, self.bounds.local[1])
        for claimed in (self.claimed, self.other_claimed):
            contradicts |= _differ(claimed[None], low, high)
        found: Flags = contradicts & vague & ~self.edges.settled[edges]
        return found

    def _too_close(
        self, chosen: Ints, low: Ints, high: Ints, margin: float, place: Ints, best: Ints
    ) -> tuple[Flags, Flags]:
        """Which chosen edges have a rival within the margin, of a name no less alike, that their other end excludes,
        and which are early: a better edge (`best` by cluster, `place` of the chosen) has yet to tell who a rival is.

        Whom a person told apart from this end is no rival: that doubt is settled.
        """
        asked = np.zeros(len(self.label), dtype=bool)
        asked[low] = asked[high] = True
        ends = self.label[self.edges.low], self.label[self.edges.high]
        near = (asked[ends[0]] | asked[ends[1]]) & ~self._told_apart(*ends)
        rivals = np.tile(np.flatnonzero(near), 2)
        start = np.concatenate([ends[0][near], ends[1][near]])
        goal = np.concatenate([ends[1][near], ends[0][near]])
        order = np.argsort(start, kind="stable")
        rivals, start, goal = rivals[order], start[order], goal[order]
        vague = (self.edges.likeness[chosen] < 0) | self.edges.fragile[chosen]
        least = np.where(vague, -1, self.edges.likeness[chosen] - 1)
        close, early = np.zeros(len(chosen), dtype=bool), np.zeros(len(chosen), dtype=bool)
        for here, there in ((low, high), (high, low)):
            first, last = np.searchsorted(start, here, "left"), np.searchsorted(start, here, "right")
            who = np.repeat(np.arange(len(chosen)), last - first)
            at = np.arange(len(who)) - np.repeat(np.cumsum(last - first) - last, last - first)
            edge, reached = rivals[at], goal[at]
            sure, likeness = self.edges.settled[chosen[who]], self.edges.likeness[chosen[who]]
            twins = (reached == there[who]) & (self.twins[edge] | self._unlike(edge) & (likeness < 0)) & ~sure
            close[who[twins]] = True
            heavy = self.edges.rivalry[edge] > self.edges.weight[chosen[who]] - margin
            nearer = self._nearer(edge, likeness, sure) & (margin > 0)
            alike = self.edges.likeness[edge] >= least[who]
            close |= self._either_of_two(chosen, here, who, edge, reached, heavy & alike)
            close[who[self._has_twin(chosen[who], edge, here[who], reached, there[who])]] = True
            others = (reached != there[who]) & (reached != here[who])
            doubted = np.flatnonzero(others & alike & (heavy | nearer))
            waited = others & (alike & (heavy | nearer) | self.edges.rival[edge] & vague[who])
            early[who[waited & (best[reached] < place[who])]] = True
            unsure = (nearer & ~sure | (likeness < 0))[doubted]
            who, edge, reached = who[doubted], edge[doubted], reached[doubted]
            fragile = self.edges.fragile[chosen[who]]
            close[who[self._rules_out(edge, reached, there[who], fragile, unsure)]] = True
        return close, early

    def _unlike(self, edge: Ints) -> Flags:
        """Which edges show two of two names, born on one day into one household."""
        unlike: Flags = self.edges.rival[edge] & (self.edges.likeness[edge] >= 0)
        return unlike

    def _nearer(self, edge: Ints, likeness: NDArray[np.int8], sure: Flags) -> Flags:
        """Which edges lead to a clearly nearer name than that of a link so much alike: a near one, or, where the link
        is not sure, a likely one that is the same.
        """
        far, same = likeness < NEAR, self.edges.likeness[edge] == SAME
        likely = same & ~sure & (likeness < SAME) & (self.edges.weight[edge] >= LIKELY)
        found: Flags = (likeness >= 0) & (far & (self.edges.likeness[edge] > NEAR) | likely)
        return found

    def _either_of_two(self, chosen: Ints, here: Ints, who: Ints, edge: Ints, reached: Ints, heavy: Flags) -> Flags:
        """Which chosen edges begin where two children known by number would do as well: it may be either of them.

        A number that speaks for the edge says more.
        """
        fragile = self.edges.fragile[chosen]
        number = np.where(fragile[who], self.claimed[reached], self.numbers[0][reached])
        counted = (number != 0) & (heavy | fragile[who] & (self.edges.likeness[edge] >= NEAR))
        most, least = np.zeros(len(chosen), np.int64), np.full(len(chosen), np.iinfo(np.int64).max)
        np.maximum.at(most, who[counted], number[counted])
        np.minimum.at(least, who[counted], number[counted])
        own = np.where(fragile, self.claimed[here], self.numbers[0][here])
        ambiguous: Flags = (most > least) & (own == 0) & ~self.edges.numbered[chosen]
        return ambiguous

    def _has_twin(self, chosen: Ints, edge: Ints, here: Ints, reached: Ints, there: Ints) -> Flags:
        """Which edges show a twin of the one end where the other is chosen without a name of its own."""
        vague = ((self.edges.likeness[chosen] < 0) | self.edges.fragile[chosen]) & ~self.edges.numbered[chosen]
        twin: Flags = self.edges.rival[edge] & vague & (reached != there) & _differ(self.claimed[None], here, reached)
        return twin

    def _rules_out(self, edge: Ints, reached: Ints, there: Ints, fragile: Flags, unsure: Flags) -> Flags:
        """Which rival edges reach a cluster that is another child than the one over there; where `unsure`, a number
        of one record tells.
        """
        claims = self.claimed[reached], self.claimed[there]
        told_apart = (claims[0] != 0) & (claims[1] != 0) & (claims[0] != claims[1])
        ruled_out: Flags = self._excludes(reached, there, every=False) | (
            self.edges.rival[edge] & (told_apart | fragile) | unsure & told_apart
        )
        return ruled_out

    def _merge(self, chosen: Ints, low: Ints, high: Ints) -> None:
        self.used[chosen] = True
        kept, gone = np.minimum(low, high), np.maximum(low, high)
        for values in (self.numbers, self.singles):
            values[:, kept] = np.maximum(values[:, kept], values[:, gone])
        claims = np.stack([self.claimed[kept], self.claimed[gone], self.other_claimed[kept], self.other_claimed[gone]])
        known, least = self.numbers[0, kept], np.where(claims != 0, claims, np.iinfo(np.int64).max).min(axis=0)
        self.claimed[kept] = np.where(known != 0, known, claims.max(axis=0))
        self.other_claimed[kept] = np.where(known != 0, known, np.where(claims.any(axis=0), least, 0))
        self.records[kept] += self.records[gone]
        moved = np.arange(len(self.label))
        moved[gone] = kept
        self.label = moved[self.label]


def _differ(values: Ints, one: Ints, other: Ints, local: tuple[int, ...] = ()) -> Flags:
    """Which pairs of clusters have two known values of a kind; `values` (kinds, clusters), of which rows `local` count
    within one county.
    """
    found = np.zeros(len(one), dtype=bool)
    for place, row in enumerate(values):
        a, b = row[one], row[other]
        within = a // COUNTY == b // COUNTY if place in local else True
        found |= (a != 0) & (b != 0) & (a != b) & within
    return found


def _codes(one: Ints, other: Ints, units: int) -> Ints:
    """An unordered pair of clusters as one number."""
    codes: Ints = np.minimum(one, other) * units + np.maximum(one, other)
    return codes


def _first(low: Ints, high: Ints, units: int) -> Ints:
    """Position of the best edge of each cluster; edges come best first."""
    best = np.full(units, len(low), dtype=np.int64)
    place = np.arange(len(low), dtype=np.int64)[::-1]
    best[high[::-1]] = place
    other = np.full(units, len(low), dtype=np.int64)
    other[low[::-1]] = place
    return np.minimum(best, other)
