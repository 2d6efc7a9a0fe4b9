"""What is unusual, by rules/gate.yaml: every number is configuration of the office and stands in that file alone."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from childledger import rulefile
from childledger.errors import ContractError
from childledger.settings import INCLUDE

EFFECTS = {
    "flags_opened": "flags",
    "flags_closed": "flags",
    "children_new": "children",
    "children_moved": "children",
    "records_superseded": "records",
}
"""Count of a shadow run → what of the county its limit is a share of."""
Shares = dict[str, float]
"""Semantics of a contract → share; nothing for semantics the check does not apply to."""


@dataclass(frozen=True)
class Limits:
    """The limits of one file, in whole counts."""

    most: dict[str, int]
    flags_per_child: int

    def exceeded_by(self, effect: dict[str, int]) -> dict[str, dict[str, int]]:
        """Name → found and limit of each count beyond its limit."""
        return {name: {"found": effect[name], "limit": most} for name, most in self.most.items() if effect[name] > most}

    def can_be_reached_by(self, touched: int) -> bool:
        """Whether as many touched records can exceed any limit."""
        each = {name: self.flags_per_child if of == "flags" else 1 for name, of in EFFECTS.items()}
        return any(touched * each[name] > most for name, most in self.most.items())


@dataclass(frozen=True)
class Rules:
    """rules/gate.yaml."""

    version: str
    at_least: int
    volume_query: Shares
    volume_hold: Shares
    vanished_query: Shares
    vanished_hold: Shares
    immutable: tuple[str, ...]
    effect: dict[str, tuple[int, float]]
    first_file: str
    placeholder_names: str
    flags_per_child: int

    def limits(self, **standing: int) -> Limits:
        """The larger of floor and share of what the county has: flags, children and records."""
        most = {name: max(floor, int(share * standing[EFFECTS[name]])) for name, (floor, share) in self.effect.items()}
        return Limits(most, self.flags_per_child)

    def rows_beyond(self, counts: dict[str, int], semantics: str, grave: str = "hold") -> dict[str, dict[str, int]]:
        """VOLUME_CHANGED and KEYS_VANISHED: found and limit, where a file differs too much from the one before."""
        # more rows are asked about, what they do is for the limits of the effect; fewer may be a truncated file
        lost = counts["rows_before"] - counts["rows"]
        volume, vanished = (
            (self.volume_hold, self.vanished_hold) if grave == "hold" else (self.volume_query, self.vanished_query)
        )
        differing = {
            "VOLUME_CHANGED": (lost if grave == "hold" else abs(lost), volume, counts["rows_before"]),
            "KEYS_VANISHED": (counts["keys_vanished"], vanished, counts["keys_before"]),
        }
        return {
            code: {"found": found, "limit": int(shares[semantics] * whole)}
            for code, (found, shares, whole) in differing.items()
            if semantics in shares and found >= self.at_least and found > shares[semantics] * whole
        }


@functools.cache
def rules() -> Rules:
    """Read rules/gate.yaml; ContractError when it is not what this module needs."""
    data = rulefile.load(INCLUDE / "rules" / "gate.yaml")
    try:
        effect = {name: (int(data["effect"][name]["floor"]), float(data["effect"][name]["share"])) for name in EFFECTS}
        found = Rules(
            version=data["version"],
            at_least=data["at_least"],
            volume_query=_shares(data["volume_changed"]["query"]),
            volume_hold=_shares(data["volume_changed"]["hold"]),
            vanished_query=_shares(data["keys_vanished"]["query"]),
            vanished_hold=_shares(data["keys_vanished"]["hold"]),
            immutable=tuple(data["immutable"]),
            effect=effect,
            first_file=data["first_file"],
            placeholder_names=data["placeholder_names"],
            flags_per_child=len(list((INCLUDE / "sql" / "flags").glob("*.sql"))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ContractError(f"gate.yaml:1: {error}") from None
    if found.first_file not in ("release", "measure"):
        raise ContractError("gate.yaml:1: first_file is release or measure")
    return found


def _shares(told: dict[str, Any]) -> Shares:
    return {semantics: float(share) for semantics, share in told.items()}
