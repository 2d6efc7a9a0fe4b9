"""The rules of following up: a word that is misspelt may not take an urgent child's hours away."""

from __future__ import annotations

import pytest

from childledger import pace
from childledger.errors import ContractError


@pytest.mark.parametrize(
    ("said", "meant"),
    [("due_hours: {urgent: 24}", "due_hours: {urgnt: 24}"), ("[urgent, serious]", "[urgnt, serious]")],
)
def test_a_misspelt_severity_is_named(said: str, meant: str) -> None:
    text = pace.FILE.read_text(encoding="utf-8")
    assert said in text
    with pytest.raises(ContractError, match="urgnt is none of urgent, serious, normal"):
        pace.read(text.replace(said, meant))
