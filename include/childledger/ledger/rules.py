"""Rules: what the ledger is computed by, read once from include/rules, with the digest that pins all of it."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import Any

from childledger import contracts, provinces, rulefile
from childledger.ledger import cadence
from childledger.ledger.cadence import Cadence
from childledger.ledger.catalogue import Flag, catalogue
from childledger.settings import INCLUDE


@dataclass(frozen=True)
class Rules:
    """What the ledger is computed by, and the digest of all of it."""

    version: str
    cadence: Cadence
    departures: dict[str, Any]
    """rules/absence.yaml: what beside an absence says that a child left."""
    unlisted: dict[str, Any]
    """rules/absence.yaml: where a list is whole enough to say that a child is on none."""
    flags: dict[str, Flag]
    events: list[str]
    """Feeds whose rows are each of their own day, whatever file they come in."""
    sha256: str

    @property
    def own_requests(self) -> list[str]:
        """Codes of flags by which a child asks for help itself."""
        return [code for code in self.flags if self.flags[code].reason.code == "self_referral"]

    @property
    def of_any_child(self) -> list[str]:
        """Codes of flags raised of children outside the ledger too: who asks for help, who lives on the street."""
        return [code for code, flag in self.flags.items() if flag.reason.code in ("self_referral", "vagrancy")]

    @property
    def key_care(self) -> list[str]:
        """Codes of flags that are one of the five reasons for key care."""
        of_care = (code for code, flag in self.flags.items() if flag.reason.is_key_care)
        return [code for code in of_care if code not in self.own_requests]


@functools.cache
def rules() -> Rules:
    """Read clocks, terms, absences and the catalogue of flags; the digest is of every rule file and its SQL."""
    folder = INCLUDE / "rules"
    clocks, terms, absence = (rulefile.load(folder / name) for name in ("cadence.yaml", "terms.yaml", "absence.yaml"))
    statements = (file for part in ("flags", "definitions") for file in sorted((INCLUDE / "sql" / part).glob("*.sql")))
    files = [*sorted(folder.rglob("*.yaml")), *statements]
    return Rules(
        version=catalogue().version,
        cadence=cadence.read(clocks, terms, provinces.province().refresh_months),
        departures={kind: absence[f"departed_{kind}"] for kind in ("statuses", "outcomes", "verdicts")},
        unlisted=absence["unlisted"],
        flags=catalogue().flags,
        events=[
            name for name, contract in contracts.load_all(INCLUDE / "feeds").items() if contract.semantics == "event"
        ],
        sha256=hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest(),
    )
