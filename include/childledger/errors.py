"""Every error we raise on purpose, and the firewall that keeps everybody else's from carrying a child's name.

    LedgerError                                                             exit  1
    ├── ContractError   a file in include/feeds or include/rules is wrong         10   engineer
    ├── FeedError       what a department sent can't be taken                     11   department (a verdict)
    ├── LinkageError    matching would be unsafe; nothing is published            12   reviewer
    ├── CheckFailed     an invariant in sql/checks does not hold; rolled back     13   engineer
    ├── DutyMissed      the ledger or a feed is overdue                           14   county
    ├── ServiceError    a database or Airflow process did not come up             15   operator
    └── Sealed          somebody else's exception with its values removed         16   engineer

Messages name ids, codes, columns and line numbers; never a value from a row.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class LedgerError(Exception):
    """Root of the tree: raised for nothing but its branches."""

    exit_code = 1


class ContractError(LedgerError):
    """Raised when a contract or rule file can't be used; the message is `file:line: what and how to fix it`."""

    exit_code = 10


class FeedError(LedgerError):
    """Raised when a dropped file can't be taken as a whole; `code` is its verdict code, `detail` the bindings."""

    exit_code = 11

    def __init__(self, code: str, **detail: str | int) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code} {self.detail}" if self.detail else self.code


class LinkageError(LedgerError):
    """Raised when a matching result would be unsafe to publish."""

    exit_code = 12


class CheckFailed(LedgerError):
    """Raised when rows break an invariant; the message names the check, the count and the first ids."""

    exit_code = 13


class DutyMissed(LedgerError):
    """Raised when the ledger, a feed or an item is past its legal clock."""

    exit_code = 14


class ServiceError(LedgerError):
    """Raised when PostgreSQL or Airflow can't be started or reached."""

    exit_code = 15


class Sealed(LedgerError):
    """Raised in place of a foreign exception: its type, sqlstate, constraint and place in our code, never its message.

    psycopg, pandas, openpyxl and Great Expectations quote the offending value in their messages and details.
    """

    exit_code = 16


def seal(error: BaseException) -> Sealed:
    """Describe a foreign exception without any of the values it carries."""
    parts = [f"{type(error).__module__}.{type(error).__name__}"]
    origin = getattr(error, "orig", None) or error  # SQLAlchemy wraps the driver's own error
    diagnosis = getattr(origin, "diag", None)
    for name, value in (
        ("sqlstate", getattr(origin, "sqlstate", None)),
        ("constraint", getattr(diagnosis, "constraint_name", None)),
        ("table", getattr(diagnosis, "table_name", None)),
        ("column", getattr(diagnosis, "column_name", None)),
    ):
        if value:
            parts.append(f"{name}={value}")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "childledger" in f.filename]
    if frames:
        parts.append(f"at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno} in {frames[-1].name}")
    return Sealed(" ".join(parts))


def sealed(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a task, command or request entry point: our own errors pass, all others are replaced by `Sealed`."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except LedgerError as ours:
            stop: LedgerError = ours
            stop.__cause__ = stop.__context__ = None  # a chained driver error would print its values
        except Exception as foreign:
            stop = seal(foreign)
        raise stop  # outside the except blocks, so that nothing foreign is chained

    return wrapper
