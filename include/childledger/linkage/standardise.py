"""Standardise: what two spellings of the same child have in common, and which numbers can be trusted at all."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pandas as pd

from childledger import records

ADULT = 18
_SEPARATORS = re.compile(r"[\s·•・‧∙\.．。'’\-]")


def name_key(name: str, placeholder: re.Pattern[str]) -> str | None:
    """Fold a name for exact comparison; None for names that name nobody.

    >>> name_key("阿依古丽·买买提", re.compile("之子")), name_key("王芳之子", re.compile("之子"))
    ('阿依古丽买买提', None)
    """
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", records.tidy(name))).upper()
    return None if not folded or placeholder.search(folded) else folded


def standardise(frame: pd.DataFrame, placeholder_names: str) -> pd.DataFrame:
    """Add `name_key` and `id_key` to source records (text columns, null as None).

    `id_key` is the identity number where it is valid and the row does not contradict it: birth date, sex, an age
    below 18 at the data date, and not the guardian's own number.
    """
    placeholder = re.compile(placeholder_names)
    names = {name: name_key(name, placeholder) for name in frame["name"].dropna().unique()}
    frame = frame.assign(name=frame["name"].map(names).astype(object))
    columns = ("id_number", "birth_date", "sex", "as_of_date", "guardian_id_number")
    rows = zip(*(frame[column] for column in columns), strict=True)
    frame["id_number"] = [_trusted(*row) for row in rows]
    return frame.where(frame.notna(), None)


def _trusted(number: str | None, birth: str | None, sex: str | None, as_of: str, guardian: str | None) -> str | None:
    if not number or number == guardian or not records.is_resident_id(number):
        return None
    born = records.birth_date_of(number)
    assert born is not None  # is_resident_id demands it
    agrees = born.isoformat() == birth and (sex is None or records.sex_of(number) == sex)
    return number if agrees and date.fromisoformat(as_of).year - born.year <= ADULT else None
