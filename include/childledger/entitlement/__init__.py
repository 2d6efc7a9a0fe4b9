"""Entitlement: each monitored child and each service of its county's list in exactly one state, with its proof.

received, gap, not_eligible or unknown: what no source names, no feed shows or no department answered is unknown, and
never counted as either. The result depends on the published ledger and the lists, not on how often it is run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.entitlement import lists
from childledger.entitlement.lists import Edition

__all__ = ["lists", "prove"]

log = logging.getLogger(__name__)

SERVICE = (
    "place", "edition", "service_code", "position", "aspect", "title", "is_target_known", "from_age", "below_age",
    "in_september", "basis", "is_proof_known", "lead_department", "decided_at", "raises",
)  # fmt: skip
CONDITION = (
    "place", "edition", "service_code", "role", "kind", "said_values", "feed", "newest_only", "within_months",
)  # fmt: skip
CHECKS = ("every_child_has_each_service_once", "every_proof_is_of_its_child")


def prove(conn: Connection, known: tuple[Edition, ...] | None = None) -> dict[str, int]:
    """Bring the matrix to the published ledger and the lists; return its numbers, empty before the first refresh.

    Nothing is computed twice: a matrix of the same refresh and lists stands. CheckFailed (roll back!) if it doesn't
    add up.
    """
    started = time.monotonic()
    db.run(conn, "entitlement/lock_entitlement")
    standing = db.run(conn, "entitlement/get_standing").one_or_none()
    if standing is None:
        return {}
    known, digest = known or lists.editions(), lists.digest(known)
    if (standing.computed_refresh_id, standing.lists_sha256) == (standing.refresh_id, digest):
        return dict(standing.counts)
    day = standing.as_of_date
    _publish(conn, known, day)
    db.run(conn, "entitlement/create_due_child")
    db.run(conn, "entitlement/create_told", as_of=day)
    db.run(conn, "entitlement/delete_entitlements_gone")
    db.run(conn, "entitlement/upsert_entitlements", as_of=day)
    counts = dict(db.run(conn, "entitlement/count_states").one()._mapping)
    values = {"refresh_id": standing.refresh_id, "as_of": day, "lists_sha256": digest}
    db.run(conn, "entitlement/insert_run", counts=db.json(counts), **values)
    db.verify(conn, CHECKS)
    db.record_stage(conn, "entitlement", time.monotonic() - started, None, **counts)
    log.info("services due as of %s: %s", day, counts)
    return counts


def _publish(conn: Connection, known: tuple[Edition, ...], day: date) -> None:
    """Load the lists, and say which one serves each county."""
    db.run(conn, "entitlement/delete_lists")
    db.copy_rows(conn, "entitlement.service", SERVICE, _services(known))
    db.copy_rows(conn, "entitlement.condition", CONDITION, _conditions(known))
    served = ((c.code, lists.serving(known, c.city_code, day)) for c in places.counties().values())
    rows = ((code, edition.place, edition.number) for code, edition in served if edition)
    db.copy_rows(conn, "entitlement.serving", ("county_code", "place", "edition"), rows)


def _services(known: tuple[Edition, ...]) -> Iterator[tuple[Any, ...]]:
    for edition in known:
        for position, one in enumerate(edition.services, 1):
            target = one.target
            ages = (target.from_age, target.below_age, target.in_september, target.basis) if target else (None,) * 4
            told = (target is not None, *ages, bool(one.proofs), one.lead, one.decided_at, one.raises)
            yield edition.place, edition.number, one.code, position, one.aspect, one.title, *told


def _conditions(known: tuple[Edition, ...]) -> Iterator[tuple[Any, ...]]:
    for edition in known:
        for one in edition.services:
            for role, asked in (("target", one.target.any_of if one.target else ()), ("proof", one.proofs)):
                for c in asked:
                    told = (c.kind, list(c.values), c.feed, c.newest_only, c.within_months)
                    yield edition.place, edition.number, one.code, role, *told
