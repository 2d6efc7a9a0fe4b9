"""What differs between provinces is one file each (rules/provinces), chosen by one setting; the code is the same.

What nobody could find in a published source stands there as `unknown` and is treated as unknown, never guessed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from childledger import rulefile, settings
from childledger.errors import ContractError
from childledger.settings import INCLUDE

FOLDER = INCLUDE / "rules" / "provinces"
UNKNOWN = "unknown"
FLOOR_MONTHS = 6
"""至少每半年更新一次: the plans of all three provinces say so, and no province can configure more."""


@dataclass(frozen=True)
class Province:
    """One province: where it lies, who takes part, how often the ledger is renewed, whom it may ask for help."""

    key: str
    code: str
    """GB/T 2260, six digits."""
    name: str
    plan: str
    """Title and number of the province's plan, as far as found."""
    signatories: int
    """Departments that signed the plan."""
    departments: tuple[tuple[str, str], ...]
    """Code → title of the departments known by name to take part."""
    refresh_months: int
    """How often the plan wants the ledger renewed."""
    offered: tuple[str, ...]
    """Services of the list that social organisations, social workers and volunteers may be asked to give."""

    def department_title(self, code: str | None) -> str:
        """Title of a department, 未明确 for one nobody named."""
        return dict(self.departments).get(code or "", "未明确")


def province() -> Province:
    """The province this installation serves; ContractError when its file is missing or can't be meant."""
    return load(settings.province())


@functools.cache
def load(key: str) -> Province:
    """Read rules/provinces/<key>.yaml."""
    path = FOLDER / f"{key}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.yaml")))
        raise ContractError(f"CHILDLEDGER_PROVINCE names no file of rules/provinces: [{key}]; there are {known}")
    return parse(path, rulefile.load(path))


def parse(path: Path, told: Mapping[str, Any]) -> Province:
    """Check what a file tells; ContractError names what is missing or beyond the floor."""
    try:
        offered = told["social_organisations"]
        found = Province(
            key=path.stem,
            code=told["code"],
            name=told["name"],
            plan=told["plan"],
            signatories=told["signatories"],
            departments=tuple(told["departments"].items()),
            refresh_months=told["refresh_months"],
            offered=() if offered == UNKNOWN else tuple(offered),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"{path.name}:1: misses or misspells {error}") from None
    if not 0 < found.refresh_months <= FLOOR_MONTHS:
        raise ContractError(f"{path.name}:1: refresh_months must be 1 to {FLOOR_MONTHS}: the floor is half a year")
    return found
