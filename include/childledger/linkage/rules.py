"""Rules: how sure linkage must be, from one reviewed file."""

from __future__ import annotations

import functools
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import yaml

from childledger.errors import ContractError
from childledger.settings import INCLUDE


@dataclass(frozen=True)
class Rules:
    """rules/linkage.yaml."""

    version: str
    wrong_merge_costs: float
    """How many missed links one wrong merge is worth."""
    review_from: float
    """Bits from which a pair that is not linked is shown to a person."""
    margin: float
    rival: float
    settled: float
    largest_cluster: int
    most_names_of_a_number: int
    least_records: int
    most_changed: dict[str, float]
    """share, at_least: standing children a run may merge or split."""

    @property
    def link_from(self) -> float:
        """Bits from which a machine links: where p / (1 - p) reaches the cost of a wrong merge."""
        return math.log2(self.wrong_merge_costs)


@functools.cache
def rules() -> Rules:
    """Read rules/linkage.yaml. ContractError for a missing or unknown entry."""
    data = yaml.safe_load((INCLUDE / "rules" / "linkage.yaml").read_text(encoding="utf-8"))
    try:
        return Rules(**data)
    except TypeError as error:
        raise ContractError(f"linkage.yaml:1: {error}") from None


@functools.cache
def digest() -> str:
    """SHA-256 of all that decides: rules, the model's numbers, data of names, days and counties, statements, code."""
    files = [INCLUDE / "rules" / "linkage.yaml", *sorted((INCLUDE / "rules" / "linkage").iterdir())]
    files += [INCLUDE / "reference" / name for name in ("henan_history.csv", "national_counties_current.csv")]
    files += sorted((INCLUDE / "sql" / "duckdb" / "linkage").iterdir()) + sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
