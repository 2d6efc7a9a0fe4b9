"""Entitlement: each monitored child and each service of its county's list in exactly one state, with its proof.

received, gap, not_eligible or unknown: what no source names, no feed shows or no department answered is unknown, and
never counted as either. The result depends on the published ledger and the lists, not on how often it is run.
"""

from __future__ import annotations

import logging
import time

from sqlalchemy.engine import Connection

from childledger import db, editions
from childledger.editions import Edition

log = logging.getLogger(__name__)

CHECKS = ("every_child_has_each_service_once", "every_proof_is_of_its_child")


def prove(conn: Connection, known: tuple[Edition, ...] | None = None) -> dict[str, int]:
    """Bring the matrix to the published ledger and the lists; return its numbers, empty before the first refresh.

    Nothing is computed twice: a matrix of the same refresh and lists stands. CheckFailed (roll back!) if it doesn't
    add up.
    """
    started = time.monotonic()
    db.run(conn, "entitlement/lock_entitlement")
    db.run(conn, "ledger/take_memory")
    standing = db.run(conn, "entitlement/get_standing").one_or_none()
    if standing is None:
        return {}
    known = known or editions.editions()
    digest = editions.digest(known)
    if (standing.computed_refresh_id, standing.lists_sha256) == (standing.refresh_id, digest):
        return dict(standing.counts)
    day = standing.as_of_date
    editions.publish(conn, known, day)
    db.run(conn, "entitlement/create_touched")
    db.run(conn, "ledger/create_stated")
    db.run(conn, "ledger/analyze_stated")
    db.run(conn, "ledger/create_said", known=None)
    db.run(conn, "ledger/analyze_said")
    editions.judge(conn, day, raising_only=False)
    db.run(conn, "entitlement/delete_entitlements_gone")
    db.run(conn, "entitlement/upsert_entitlements")
    counts = dict(db.run(conn, "entitlement/count_states").one()._mapping)
    values = {"refresh_id": standing.refresh_id, "as_of": day, "lists_sha256": digest}
    db.run(conn, "entitlement/insert_run", counts=db.json(counts), **values)
    db.verify(conn, CHECKS)
    db.record_stage(conn, "entitlement", time.monotonic() - started, None, **counts)
    log.info("services due as of %s: %s", day, counts)
    return counts
