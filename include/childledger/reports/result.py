"""What is known of a settled receipt, read once; receipt, report and index all say the same because they say this."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePath
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.calendar import Period, half_year, period_of
from childledger.contracts import Contract
from childledger.errors import CheckFailed
from childledger.messages import VERDICTS
from childledger.records import Finding
from childledger.settings import BEIJING


@dataclass(frozen=True)
class Counts:
    """Every physical line of the file, once."""

    physical: int
    header: int
    blank: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class Result:
    """A receipt with its findings, counts and neighbours."""

    receipt: Any
    contract: Contract | None
    findings: tuple[Finding, ...]
    deliveries: tuple[Any, ...]
    previous: Any | None
    """The file of the same feed and county before it: receipt_id, as_of_date, row_count."""
    changes: Any | None = None
    """Rows against the previous file by the sender's key: created, changed, unchanged, absent; None without one."""

    @property
    def stem(self) -> str:
        """File name as sent, without its type."""
        return PurePath(self.receipt.file_name).stem

    @property
    def has_rows(self) -> bool:
        """Whether there are rows of the sender to give back."""
        return self.receipt.verdict in ("accepted", "partial") and self.contract is not None

    @property
    def round(self) -> str:
        """The half-year its data belong to; of its arrival where it names no date."""
        return half_year(self.receipt.as_of_date or self.receipt.received_at.astimezone(BEIJING).date())

    @cached_property
    def counts(self) -> Counts:
        """Lines by what became of them; CheckFailed unless they add up."""
        r = self.receipt
        data = r.physical_line_count - r.header_line_count - r.blank_line_count
        accepted, rejected = (0, data) if r.verdict == "rejected" else (r.accepted_count, r.rejected_count)
        if accepted + rejected != data:
            found = f"{accepted} accepted + {rejected} rejected"
            raise CheckFailed(f"receipt {r.receipt_id}: {data} data lines, but {found}")
        return Counts(r.physical_line_count, r.header_line_count, r.blank_line_count, accepted, rejected)

    @cached_property
    def by_line(self) -> dict[int, list[Finding]]:
        """Findings of each line."""
        lines: dict[int, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            lines[finding.line].append(finding)
        return dict(lines)

    @cached_property
    def queried(self) -> int:
        """Rows taken of which an explanation is wanted."""
        graveness = ({f.severity for f in found} for line, found in self.by_line.items() if line)
        return sum("query" in grave and "error" not in grave for grave in graveness)

    @property
    def words(self) -> str:
        """The verdict as it stands in a file name."""
        if self.receipt.withdrawn_at:
            return "已撤回"
        match self.receipt.verdict:
            case "partial":
                return f"{'已收' if self.counts.accepted else '未收'}_{self.counts.rejected}行需改"
            case "accepted" if self.queried:
                return f"{VERDICTS['accepted']}_{self.queried}行请核实"
        return VERDICTS[self.receipt.verdict]

    @property
    def change(self) -> str | None:
        """Rows compared with the previous file, as a signed percentage."""
        if self.previous is None or not self.previous.row_count:
            return None
        rows = self.counts.accepted + self.counts.rejected
        return f"{100 * (rows - self.previous.row_count) / self.previous.row_count:+.1f}%"

    @property
    def period(self) -> Period | None:
        """The period it was sent for; None where the contract owes no file for a period."""
        return period_for(self.contract, self.receipt.as_of_date)

    @property
    def deadline(self) -> date | None:
        """Last day in time for this period: its end and the days of grace, or the next working day."""
        return self.period.due if self.period else None

    @property
    def is_late(self) -> bool:
        """Whether it came after that day; a file that lay in the inbox unclaimed came when it was put there."""
        return self.deadline is not None and self.receipt.dropped_at.astimezone(BEIJING).date() > self.deadline

    def name_of_correction(self) -> str:
        """What the next correction of this file is to be called."""
        r, contract = self.receipt, self.contract
        assert contract
        kind = PurePath(r.file_name).suffix
        return f"{contract.title}_{r.county_code}_{r.as_of_date:%Y%m%d}_更正{r.revision + 1}{kind}"

    def name_of_supplement(self) -> str:
        """What a file with only the mended rows is to be called."""
        r, contract = self.receipt, self.contract
        assert contract
        corrected = f"_更正{r.revision}" if r.revision else ""
        kind = PurePath(r.file_name).suffix
        return f"{contract.title}_{r.county_code}_{r.as_of_date:%Y%m%d}{corrected}_补报{r.supplement + 1}{kind}"


def period_for(contract: Contract | None, day: date | None) -> Period | None:
    """The period of a data date by the contract; None where either is unknown or nothing is owed."""
    if contract is None or day is None or not contract.cadence_months:
        return None
    return period_of(day, contract.cadence_months, contract.late_after_days)


NOT_SAID = ["source_record_id", "receipt_id", "line_number", "as_of_date", "status"]
"""Columns of a source record that are of the file and not of what the row says."""


def _changes(conn: Connection, receipt: Any, previous: Any | None) -> Any | None:
    if previous is None or receipt.verdict not in ("accepted", "partial"):
        return None
    values = {"receipt_id": receipt.receipt_id, "previous_receipt_id": previous.receipt_id, "ignored": NOT_SAID}
    return db.run(conn, "reports/count_changes", **values).one()


def read_result(conn: Connection, contract: Contract | None, receipt_id: int) -> Result | None:
    """Read a receipt; None while it is not settled."""
    receipt = db.run(conn, "reports/read_result", receipt_id=receipt_id).one()
    if receipt.state != "settled":
        return None
    own = contract if contract and contract.feed == receipt.feed else None
    found = [Finding(*tuple(row)) for row in db.run(conn, "reports/list_findings", receipt_id=receipt_id)]
    position = {column.name: number for number, column in enumerate(own.columns)} if own else {}
    place = ("feed", "county_code", "as_of_date", "revision", "receipt_id")
    neighbours = {name: getattr(receipt, name) for name in place}
    previous = db.run(conn, "reports/find_previous", **neighbours).one_or_none()
    return Result(
        receipt=receipt,
        contract=own,
        findings=tuple(sorted(found, key=lambda f: (f.line, position.get(f.column, -1), f.code))),
        deliveries=tuple(db.run(conn, "reports/list_deliveries", receipt_id=receipt_id)),
        previous=previous,
        changes=_changes(conn, receipt, previous),
    )


def spans(lines: list[int], most: int = 300) -> str:
    """Line numbers as ranges for people; beyond `most` ranges only how many lines there are.

    >>> spans([3, 7, 8, 9]), spans([1, 3, 5], most=2)
    ('3、7–9', '1、3…等3行')
    """
    ranges: list[list[int]] = []
    for line in sorted(set(lines)):
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    shown = "、".join(str(low) if low == high else f"{low}–{high}" for low, high in ranges[:most])
    return shown if len(ranges) <= most else f"{shown}…等{len(set(lines))}行"
