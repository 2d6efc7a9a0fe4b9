"""How often each thing goes wrong on a record of a crowd: one number each, scaled together.

Set before any matching was run on a crowd, and not changed for what one got wrong.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class Rates:
    """Shares of records, unless said otherwise. Exclusive within one column: a cell has one error of meaning."""

    id_missing: float = 0.125
    """On average; feeds differ (rolls.ID_MISSING)."""
    id_guardian: float = 0.008
    """Three to four times as often in health.child_health."""
    id_sibling: float = 0.003
    """Of records of children that have one."""
    id_placeholder: float = 0.0045
    id_digit: float = 0.010
    id_swap: float = 0.006
    id_length: float = 0.004
    id_wrong_valid: float = 0.001
    id_excel: float = 0.0015
    id_format: float = 0.012
    newborn: float = 0.085
    """Of children that once had no name; the early feeds keep it in a part of them."""
    homophone: float = 0.014
    look_alike: float = 0.004
    traditional: float = 0.008
    variant: float = 0.003
    rare_child: float = 0.012
    """Of children with a character that old systems lack."""
    rare_lost: float = 0.4
    """Of records of such children: the character is lost."""
    pinyin: float = 0.002
    unreadable: float = 0.003
    name_spacing: float = 0.006
    name_extra: float = 0.0015
    renamed: float = 0.013
    """Of children; about half of their records show the old name."""
    minority_noise: float = 0.28
    """Of records of children with transliterated names."""
    birth_missing: float = 0.006
    birth_lunar: float = 0.008
    birth_swap: float = 0.002
    birth_shift: float = 0.004
    birth_digit: float = 0.004
    birth_default: float = 0.006
    birth_style: float = 0.03
    """Written otherwise than the feed usually does."""
    sex_wrong: float = 0.002
    sex_missing: float = 0.003
    phone_missing: float = 0.05
    phone_stale: float = 0.12
    phone_shared: float = 0.02
    """Of homes reached by somebody else's phone."""
    phone_typo: float = 0.01
    phone_placeholder: float = 0.003
    phone_format: float = 0.03
    guardian_missing: float = 0.04
    guardian_spelling: float = 0.012
    guardian_id_missing: float = 0.25
    guardian_id_digit: float = 0.01
    place_missing: float = 0.02
    place_wrong: float = 0.008
    address_missing: float = 0.05
    address_stale: float = 0.10
    number_missing: float = 0.02
    """Of the feed's own number."""
    number_typo: float = 0.003
    number_swapped: float = 0.0002
    """Another child's number, mostly a sibling's."""
    clerk_blank: float = 0.004
    """Of empty cells: filled with a word for nothing."""


NOT_ERRORS = frozenset({"id_missing", "newborn", "rare_child", "birth_style", "phone_shared"})
"""Not scaled alike: id_missing has its own factor in the hard set; the rest describes people and habits."""


def rates(errors: float = 1.0, hard: bool = False) -> Rates:
    """The usual rates times `errors`; hard: a third of identity numbers missing, all other errors doubled."""
    base, factor = Rates(), errors * (2.0 if hard else 1.0)
    scaled = {
        field.name: min(0.9, getattr(base, field.name) * factor)
        for field in dataclasses.fields(base)
        if field.name not in NOT_ERRORS
    }
    missing = base.id_missing * errors * (2.75 if hard else 1.0)
    return dataclasses.replace(base, **scaled, id_missing=min(0.9, missing))
