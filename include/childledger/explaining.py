"""Why records are one child, in words a reviewer can check: routes, weights, differences, words of people; masked."""

from __future__ import annotations

from childledger import db, linkage, trace
from childledger.errors import LedgerError
from childledger.linkage import explain
from childledger.settings import Settings


def child(settings: Settings, child_id: int) -> str:
    """Every record of a child with what links it, what sources differ about, and the child's history."""
    with db.transaction(settings.database_url) as conn:
        known = db.run(conn, "trace/get_child", child_id=child_id).one_or_none()
        if known is None:
            raise LedgerError(f"no child has number [{child_id}]")
        if known.merged_into:
            return f"child {child_id} is child {known.merged_into} (merged)\n" + child(settings, known.merged_into)
        records = trace.records(conn, child_id)
        return "\n".join(
            [
                f"child {child_id}: {len(records)} records",
                trace.section("records and what links them", records),
                trace.section("conflicts (the value that counts first)", trace.conflicts(conn, child_id)),
                *trace.past(conn, child_id),
            ]
        )


def pair(settings: Settings, left: int, right: int) -> str:
    """Two records side by side: fields, the route that would link them, the constraint that forbids it, words."""
    with db.transaction(settings.database_url) as conn:
        told = explain.pair(conn, left, right)
    compared = told.compared
    verdict = {
        "route": compared.route or "none links these two alone",
        "agreed": trace.agreed(compared.agreement) or None,
        "weight": compared.weight,
        "asked_because": compared.reason,
        "forbidden_by": ",".join(compared.forbidden_by) or None,
        "rules": linkage.rules().version,
    }
    return "\n".join(
        [
            f"records {min(left, right)} and {max(left, right)}",
            trace.section("from", told.records),
            trace.section("fields", map(vars, told.fields)),
            trace.section("what the rules say of these two", [verdict]),
            trace.section("words of people", told.words),
        ]
    )


def draw(settings: Settings, first: int, second: int | None) -> bytes:
    """The chart of a pair, or of the lightest link of a child, as SVG; LinkageError where there is none."""
    with db.transaction(settings.database_url) as conn:
        if second is None:
            return explain.draw(*explain.weakest(conn, first))
        compared = explain.pair(conn, first, second).compared
    return explain.draw(compared.agreement, compared.weight, compared.route or compared.reason)
