"""Rule files: what offices may change is YAML, read in one way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from childledger.errors import ContractError


def load(path: Path) -> Any:
    """What a rule file says; ContractError names file and line where it is no YAML."""
    return parse(path.name, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Any:
    """What the text of a rule file says; ContractError as above.

    >>> parse("followup.yaml", "due_hours: [")
    Traceback (most recent call last):
        ...
    childledger.errors.ContractError: followup.yaml:1: not YAML: ParserError
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise not_yaml(name, error) from None


def not_yaml(name: str, error: yaml.YAMLError) -> ContractError:
    """What to raise for a file that is no YAML, with the line."""
    line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
    return ContractError(f"{name}:{line}: not YAML: {type(error).__name__}")
