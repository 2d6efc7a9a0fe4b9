"""Rules: what the ledger is computed by, read once from include/rules, with the digest that pins all of it."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import Any

import yaml

from childledger import provinces
from childledger.ledger import cadence
from childledger.ledger.cadence import Cadence
from childledger.ledger.catalogue import Flag, catalogue
from childledger.settings import INCLUDE


@dataclass(frozen=True)
class Rules:
    """What the ledger is computed by, and the digest of all of it."""

    version: str
    definition_version: str
    under_age: int
    months: int
    central_urban_districts: dict[str, list[str]]
    cadence: Cadence
    departures: dict[str, Any]
    """rules/absence.yaml: what beside an absence says that a child left."""
    unlisted: dict[str, Any]
    """rules/absence.yaml: where a list is whole enough to say that a child is on none."""
    flags: dict[str, Flag]
    sha256: str


@functools.cache
def rules() -> Rules:
    """Read the clocks, terms.yaml, absence.yaml, definitions/monitored.yaml and the catalogue of flags with its SQL."""
    folder = INCLUDE / "rules"
    clocks, terms, absence, definition = (
        yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        for name in ("cadence.yaml", "terms.yaml", "absence.yaml", "definitions/monitored.yaml")
    )
    files = [*sorted(folder.rglob("*.yaml")), *sorted((INCLUDE / "sql" / "flags").glob("*.sql"))]
    return Rules(
        version=catalogue().version,
        definition_version=definition["version"],
        under_age=definition["under_age"],
        months=definition["months"],
        central_urban_districts=definition["central_urban_districts"],
        cadence=cadence.read(clocks, terms, provinces.province().refresh_months),
        departures={kind: absence[f"departed_{kind}"] for kind in ("statuses", "outcomes", "verdicts")},
        unlisted=absence["unlisted"],
        flags=catalogue().flags,
        sha256=hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest(),
    )
