"""Which source wins a field of a child is data, and what lost stays known (rules/precedence.yaml)."""

from __future__ import annotations

import functools
from collections import Counter
from typing import Any

from childledger import rulefile
from childledger.errors import ContractError
from childledger.settings import INCLUDE

FIELDS = (
    "name", "birth_date", "sex", "ethnicity_code", "hukou_code", "residence_code", "address", "guardian_name",
    "guardian_id_number", "guardian_phone",
)  # fmt: skip
"""Columns of conformed.source_record that become the child's own in ledger.profile."""


@functools.cache
def places() -> dict[str, dict[str, int]]:
    """Field → feed → place, 1 is best; a feed without a place comes last. ContractError for what it can't mean."""
    fields = rulefile.load(INCLUDE / "rules" / "precedence.yaml")["fields"]
    return check(fields)


def check(fields: dict[str, list[list[str]]]) -> dict[str, dict[str, int]]:
    """Turn lists of places into numbers.

    >>> every = {field: [] for field in FIELDS}
    >>> check(every | {"name": [["a.b"], ["c.d", "e.f"]]})["name"]
    {'a.b': 1, 'c.d': 2, 'e.f': 2}
    >>> check(every | {"name": [["a.b"], ["a.b"]]})
    Traceback (most recent call last):
    ...
    childledger.errors.ContractError: precedence.yaml: fields.name: a.b has two places
    """
    if strange := set(fields) ^ set(FIELDS):
        raise ContractError(f"precedence.yaml: fields: missing or unknown: {', '.join(sorted(strange))}")
    for field, ordered in fields.items():
        twice = [feed for feed, count in Counter(feed for place in ordered for feed in place).items() if count > 1]
        if twice:
            raise ContractError(f"precedence.yaml: fields.{field}: {', '.join(twice)} has two places")
    return {
        field: {feed: number for number, place in enumerate(ordered, 1) for feed in place}
        for field, ordered in fields.items()
    }


def by_feed() -> list[dict[str, Any]]:
    """The same as one row for each feed named: feed, and the place it has for each field."""
    feeds = sorted({feed for named in places().values() for feed in named})
    return [{"feed": feed} | {field: named.get(feed) for field, named in places().items()} for feed in feeds]
