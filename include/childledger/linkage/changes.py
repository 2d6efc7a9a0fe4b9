"""What a run does to children that stand is on record, and a run that does too much is stopped before it publishes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from childledger import db
from childledger.errors import ContractError, LinkageError
from childledger.linkage.rules import rules


@dataclass(frozen=True)
class Limits:
    """The numbers of rules/linkage.yaml that publishing and the review queue go by."""

    link_from: float
    """Bits from which probability links."""
    share: float
    at_least: int
    """Children a run may always change."""


@dataclass(frozen=True)
class Override:
    """An operator's word that a run may change more than the limit."""

    officer: str
    reason: str


def limits() -> Limits:
    """The limits of rules/linkage.yaml; ContractError for what they can't mean."""
    try:
        found = Limits(rules().link_from, **rules().most_changed)  # type: ignore[arg-type]
    except TypeError as error:
        raise ContractError(f"linkage.yaml:1: {error}") from None
    if not 0 <= found.share <= 1 or found.at_least < 0:
        raise ContractError("linkage.yaml: most_changed: share is 0 to 1 and at_least a number of children")
    return found


def open_run(conn: Connection, rule_version: str, merged: int, split: int, override: Override | None) -> int:
    """Put a run on record and return its number.

    LinkageError when it would merge or split more children than it may and nobody lets it.
    """
    if override and not (override.officer.strip() and override.reason.strip()):
        raise LinkageError("letting a run pass the limit needs a reason and the account that does it")
    standing: int = db.run(conn, "linkage/count_children").scalar_one()
    allowed = max(limits().at_least, int(limits().share * standing))
    is_beyond = standing > 0 and merged + split > allowed
    if is_beyond and override is None:
        raise LinkageError(
            f"this run would merge {merged} and split {split} of {standing} children, more than {allowed}; nothing was"
            " published. Look at what arrived last; if it is right: childledger resolve --all --override REASON"
        )
    values = {"rule_version": rule_version, "standing_count": standing, "merged_count": merged, "split_count": split}
    who = {"officer": override.officer, "reason": override.reason} if is_beyond and override else {}
    run_id: int = db.run(conn, "linkage/insert_run", **values, **({"officer": None, "reason": None} | who)).scalar_one()
    return run_id


def close_run(conn: Connection, run_id: int) -> None:
    """Tell why children changed, which ended or came back, and whom a shield follows; members are written by then."""
    db.run(conn, "linkage/explain_events", run_id=run_id)
    db.run(conn, "linkage/insert_endings", run_id=run_id)
    db.run(conn, "linkage/inherit_shields", run_id=run_id)
