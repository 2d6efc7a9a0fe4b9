"""Scorecard: how each office of a county reported in a half-year, in counts of files, rows and tickets.

Auditors see all of them on one page; a sender sees its own and nobody else's. No value from a row is on either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.calendar import half_year
from childledger.contracts import Contract
from childledger.messages import FILES, ROWS
from childledger.reports import zone
from childledger.reports.result import period_for
from childledger.settings import BEIJING, Settings, today

FIXED_WITHIN_DAYS = 30
"""Days in which a wrong row is to be mended; counted from the ticket."""
NO_TICKETS = dict.fromkeys(("opened", "fixed", "fixed_in_time", "overdue", "contested", "waiting"), 0)


@dataclass
class Score:
    """One department of one county in one half-year."""

    round: str
    department: str
    county_code: str
    title: str
    on_time: int = 0
    late: int = 0
    corrections: int = 0
    """更正 files: neither on time nor late."""
    rejected: int = 0
    rows: int = 0
    rows_held_back: int = 0
    rows_queried: int = 0
    delivered_again: int = 0
    held_back_by_code: Counter[str] = field(default_factory=Counter)
    tickets: dict[str, int] = field(default_factory=lambda: dict(NO_TICKETS))
    median_days: float | None = None

    @property
    def county_name(self) -> str:
        """The county as people call it; its code where it is no county of today."""
        return places.county_name(self.county_code) if self.county_code in places.counties() else self.county_code

    @property
    def held_back_share(self) -> str:
        """Rows held back of all rows, as a percentage."""
        return f"{100 * self.rows_held_back / self.rows:.1f}%" if self.rows else "—"

    @property
    def fixed_share(self) -> str:
        """Tickets fixed in time of all opened, as a percentage."""
        opened = self.tickets["opened"]
        return f"{100 * self.tickets['fixed_in_time'] / opened:.0f}%" if opened else "—"

    @property
    def median(self) -> str:
        """Median days to fix, for people."""
        return "—" if self.median_days is None else f"{self.median_days:g}"

    def as_json(self) -> dict[str, Any]:
        """The card for machines."""
        return {
            "stage": "scorecard",
            "round": self.round,
            "department": self.department,
            "county_code": self.county_code,
            "files": {name: getattr(self, name) for name in ("on_time", "late", "corrections", "rejected")},
            "delivered_again": self.delivered_again,
            "rows": {"all": self.rows, "held_back": self.rows_held_back, "queried": self.rows_queried},
            "held_back_by_code": dict(sorted(self.held_back_by_code.items())),
            "tickets": {**self.tickets, "within_days": FIXED_WITHIN_DAYS, "median_days": self.median_days},
        }


def read_scores(conn: Connection, feeds: Mapping[str, Contract]) -> list[Score]:
    """Every card there is, newest half-year first, then by county and department."""
    titles = {contract.department: contract.department_title for contract in feeds.values()}
    scores: dict[tuple[str, str, str], Score] = {}

    def card(name: str, department: str, county_code: str) -> Score:
        place = (name, department, county_code)
        return scores.setdefault(place, Score(*place, titles.get(department, department)))

    held_back: dict[int, Counter[str]] = defaultdict(Counter)
    for row in db.run(conn, "reports/count_held_back"):
        held_back[row.receipt_id][row.code] = row.row_count
    for file in db.run(conn, "reports/list_returns"):
        name = half_year(file.as_of_date or file.received_at.astimezone(BEIJING).date())
        _add(card(name, file.department, file.county_code), file, held_back[file.receipt_id], feeds.get(file.feed))
    head = db.run(conn, "ledger/get_head").one_or_none()
    values = {"as_of": head.as_of_date if head else today(), "within_days": FIXED_WITHIN_DAYS}
    for row in db.run(conn, "reports/count_tickets", **values):
        score = card(row.round, row.department, row.county_code)
        score.tickets, score.median_days = {name: getattr(row, name) for name in NO_TICKETS}, row.median_days
    ordered = sorted(scores.values(), key=lambda s: (s.county_code, s.department))
    return sorted(ordered, key=lambda s: s.round, reverse=True)


def _add(score: Score, file: Any, held_back: Counter[str], contract: Contract | None) -> None:
    score.delivered_again += file.delivered_again
    if file.verdict == "rejected":
        score.rejected += 1
        return
    period = period_for(contract, file.as_of_date)
    is_late = period is not None and file.dropped_at.astimezone(BEIJING).date() > period.due
    is_correction = file.revision > 0 or file.supplement > 0
    score.corrections += is_correction
    score.late += not is_correction and is_late
    score.on_time += not is_correction and not is_late
    score.rows += file.row_count
    score.rows_held_back += file.rows_held_back
    score.rows_queried += file.rows_queried
    score.held_back_by_code.update(held_back)


def write_scorecards(conn: Connection, settings: Settings, feeds: Mapping[str, Contract]) -> int:
    """Put every sender's own cards into its zone, untouched where it says the same; return how many."""
    scores = read_scores(conn, feeds)
    for score in scores:
        place = zone.folder(settings, score.department, score.county_code)
        zone.publish(place / f"计分卡_{score.round}.txt", zone.plain(in_words(score)))
        zone.publish(place / f"计分卡_{score.round}.json", (db.json(score.as_json()) + "\n").encode())
    return len(scores)


def in_words(score: Score) -> list[str]:
    """A card on one page."""
    tickets = score.tickets
    by_code = [f"  · {meaning(code)}：{count} 行（{code}）" for code, count in score.held_back_by_code.most_common()]
    return [
        f"计分卡 {score.round}：{score.title}（{score.department}） {score.county_name}（{score.county_code}）",
        "",
        f"报送文件：按期 {score.on_time} 份，逾期 {score.late} 份，更正件 {score.corrections} 份，"
        f"整份退回 {score.rejected} 份，重复报送 {score.delivered_again} 次",
        f"数据行：  共 {score.rows} 行，未收 {score.rows_held_back} 行（{score.held_back_share}），"
        f"有疑问 {score.rows_queried} 行",
        *by_code,
        f"更正通知：发出 {tickets['opened']} 件，{FIXED_WITHIN_DAYS} 天内改好 {tickets['fixed_in_time']} 件"
        f"（{score.fixed_share}），共改好 {tickets['fixed']} 件，改好天数中位数 {score.median}",
        f"          待办 {tickets['waiting']} 件，其中逾期 {tickets['overdue']} 件；申诉过 {tickets['contested']} 件",
        "",
        "本卡只含贵单位自己的数字，随每次台账更新。",
    ]


def meaning(code: str) -> str:
    """What a code of a held-back row means, in Chinese."""
    return ROWS[code][0] if code in ROWS else FILES[code][0]


def print_scores(scores: Iterable[Score]) -> str:
    """Cards as text for a terminal, one after the other."""
    return "\n\n".join("\n".join(line for line in in_words(score)[:-2] if line) for score in scores)
