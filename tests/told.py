"""Children as departments tell of them, put where accepted rows are: for tests of the ledger that need no file."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from childledger import db

SCREENING = "civil_affairs.screening"
ROLL = "education.enrolment"
POLICE = "public_security.residence"
ROW = """
with receipt as (
    insert into intake.receipt (
        department, county_code, feed, as_of_date, file_name, sha256, sm3, byte_count, state, verdict,
        physical_line_count, header_line_count, accepted_count, resolved_at
    )
    select
        'civil_affairs', '410105', :feed, CAST(:day AS date), 'told', count(*), '', 0, 'settled', 'accepted', 2, 1, 1,
        now()
    from intake.receipt
    returning receipt_id
),
delivery as (
    insert into intake.delivery (receipt_id, file_name, is_duplicate) select receipt_id, 'told', false from receipt
),
record as (
    insert into conformed.source_record (
        source_record_id, receipt_id, line_number, feed, county_code, as_of_date, record_key, residence_code,
        hukou_code, birth_date, facts
    )
    select receipt_id * 10000000 + 2, receipt_id, 2, :feed, '410105', CAST(:day AS date), receipt_id, :residence_code,
        :hukou_code, CAST(:birth_date AS date), CAST(:facts AS jsonb)
    from receipt
    returning source_record_id
)
insert into identity.member (source_record_id, child_id, route, rule_version, evidence)
select source_record_id, :child_id, 'alone', '1', '{}' from record
returning source_record_id
"""


def child(conn: Connection) -> int:
    """A new child number."""
    return int(conn.execute(sa.text("insert into identity.child default values returning child_id")).scalar_one())


def tell(conn: Connection, child_id: int, day: str, feed: str = SCREENING, **said: Any) -> int:
    """One row of one department about a child: places and birth date, all else as facts. Its record number."""
    person = {name: said.pop(name, None) for name in ("residence_code", "hukou_code", "birth_date")}
    values = person | {"child_id": child_id, "day": day, "feed": feed, "facts": db.json(said)}
    return int(conn.execute(sa.text(ROW), values).scalar_one())


def away(**changes: Any) -> dict[str, Any]:
    """What is said of a child of ten who is registered in 411681 and has lived in 410105 for years."""
    said = {
        "residence_code": "410105",
        "hukou_code": "411681",
        "birth_date": "2015-05-05",
        "residence_since": "2024-03-01",
    }
    return {name: value for name, value in (said | changes).items() if value is not None}
