"""Rules: how sure linkage must be, from one reviewed file."""

from __future__ import annotations

import functools
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

from childledger import rulefile
from childledger.errors import ContractError
from childledger.settings import INCLUDE


@dataclass(frozen=True)
class Rules:
    """rules/linkage.yaml."""

    version: str
    costs: dict[str, float]
    """wrong_merge, missed_link, review: what each costs, in one unit."""
    margin: float
    rival: float
    settled: float
    largest_cluster: int
    most_of_a_number: int
    """Names, or birth dates, that one identity number may be written with."""
    least_records: int
    most_changed: dict[str, float]
    """share, at_least: standing children a run may merge or split."""

    def __post_init__(self) -> None:
        wrong, missed, review = (self.costs[name] for name in ("wrong_merge", "missed_link", "review"))
        if not 0 < review < min(wrong, missed) or self.review_from >= self.link_from:
            raise ValueError("costs: a review must cost something, and less than what it spares")

    @property
    def link_from(self) -> float:
        """Bits from which a machine links: where (1 - p) wrong merges cost less than a review."""
        return math.log2(self.costs["wrong_merge"] / self.costs["review"] - 1)

    @property
    def review_from(self) -> float:
        """Bits from which a pair that is not linked is shown to a person: where p missed links cost more than that."""
        return math.log2(self.costs["review"] / (self.costs["missed_link"] - self.costs["review"]))


@functools.cache
def rules() -> Rules:
    """Read rules/linkage.yaml. ContractError for a missing or unknown entry, or costs that leave a band empty."""
    data = rulefile.load(INCLUDE / "rules" / "linkage.yaml")
    try:
        return Rules(**data)
    except (TypeError, KeyError, ValueError) as error:
        raise ContractError(f"linkage.yaml:1: {error}") from None


@functools.cache
def digest() -> str:
    """SHA-256 of all that decides: rules, the model's numbers, data of names, days and counties, statements, code."""
    files = [INCLUDE / "rules" / "linkage.yaml", *sorted((INCLUDE / "rules" / "linkage").iterdir())]
    files += [INCLUDE / "reference" / name for name in ("henan_history.csv", "national_counties_current.csv")]
    files += sorted((INCLUDE / "sql" / "duckdb" / "linkage").iterdir()) + sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
