"""Resolve: every record in force belongs to exactly one child, and nobody's doubt is settled by a machine.

What speaks to the ledger's database is imported when it is first asked for: files are linked without it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from childledger.linkage.rules import rules

if TYPE_CHECKING:
    from childledger.linkage.changes import Override, limits
    from childledger.linkage.publishing import is_waiting, number_clusters, rehearsal, resolve
    from childledger.linkage.review import (
        SHIELD_STATES,
        VERDICTS,
        confirm,
        disclose,
        is_pending,
        judge,
        list_queue,
        list_waiting,
        shield,
        undo,
    )

__all__ = [
    "SHIELD_STATES", "STATE", "VERDICTS", "Override", "confirm", "disclose", "is_pending", "is_waiting", "judge",
    "limits", "list_queue", "list_waiting", "number_clusters", "rehearsal", "resolve", "rules", "shield", "undo",
]  # fmt: skip

STATE = "linkage.duckdb"
"""File in the archive that keeps what was linked."""


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in ("publishing", "changes", "review"):
            found = vars(importlib.import_module(f"{__name__}.{module}"))
            if name in found:
                return found[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
