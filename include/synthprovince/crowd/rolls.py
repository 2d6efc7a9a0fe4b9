"""Which office has whom on its list, how often, and which columns its list has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from synthprovince.chance import Numbers, Shares, Truths
from synthprovince.crowd.families import Children, Homes, ages

FEEDS = (
    "education.enrolment", "public_security.residence", "health.child_health", "insurance.enrolment",
    "cdc.vaccination", "disabled_persons.certificate", "civil_affairs.assistance", "civil_affairs.screening",
)  # fmt: skip
EDUCATION, POLICE, HEALTH, INSURANCE, CDC, DISABLED, ASSISTANCE, SCREENING = range(len(FEEDS))
AGAIN = (0.012, 0.05, 0.045, 0.03, 0.04, 0.01, 0.06, 0.08)
"""Share of a feed's children it lists twice: after a move, or in a later round."""
ID_MISSING = (0.55, 0.2, 1.75, 0.45, 1.9, 0.15, 0.5, 1.3)
"""Against the average, by feed."""

EVERYWHERE = ["name", "id_number", "birth_date", "sex", "residence_code", "hukou_code", "guardian_phone"]
MOST = [*EVERYWHERE, "ethnicity", "address", "guardian_name"]
COLUMNS = (
    [*MOST, "school_roll_number"],
    [*MOST, "guardian_id_number", "birth_certificate_number"],
    [*MOST, "birth_certificate_number", "health_record_number"],
    [*EVERYWHERE, "insurance_number"],
    [*MOST, "birth_certificate_number", "vaccination_code"],
    [*MOST, "disability_certificate_number"],
    [*MOST, "disability_certificate_number"],
    [*MOST, "guardian_id_number", "school_roll_number"],
)
"""What each feed can hold."""


@dataclass(frozen=True)
class Records:
    """One entry a record: places in Children and FEEDS, and whether it is the later one of two."""

    child: Numbers
    feed: Numbers
    later: Truths
    migrant: Truths

    def has(self, column: str) -> Truths:
        """Whether the feed of each record has a column."""
        found: Truths = np.array([column in columns for columns in COLUMNS])[self.feed]
        return found

    def by_feed(self, values: tuple[float, ...]) -> npt.NDArray[np.float64]:
        """One value per feed, for each record."""
        return np.array(values)[self.feed]


def draw_up(rng: np.random.Generator, homes: Homes, children: Children) -> Records:
    """All lists, in no order."""
    migrant = (homes.hukou != homes.residence)[children.home]
    known = rng.random((len(children.child), len(FEEDS))) < _coverage(ages(children), migrant)
    again = known & (rng.random(known.shape) < np.array(AGAIN))
    # nobody is known to no office at all
    known[~known.any(axis=1), POLICE] = True
    first, second = np.nonzero(known), np.nonzero(again)
    child, feed = np.r_[first[0], second[0]], np.r_[first[1], second[1]]
    later = np.r_[np.zeros(len(first[0]), dtype=bool), np.ones(len(second[0]), dtype=bool)]
    order = rng.permutation(len(child))
    child = child[order]
    return Records(child, feed[order], later[order], migrant[child])


def _coverage(age: Shares, migrant: Truths) -> Shares:
    """Share of children of an age each office knows."""
    columns = (
        np.select([age < 3, age < 6, age < 15], [0.02, 0.86, 0.985], 0.86),
        np.where(migrant, 0.90, 0.93),
        np.select([age < 3, age < 7], [0.96, 0.94], 0.66),
        np.where(migrant, 0.88, 0.95),
        np.select([age < 7, age < 14], [0.97, 0.90], 0.75),
        np.full(len(age), 0.02),
        np.full(len(age), 0.11),
        np.where(migrant, 0.85, 0.40),
    )
    shares: Shares = np.stack(columns, axis=1)
    return shares
