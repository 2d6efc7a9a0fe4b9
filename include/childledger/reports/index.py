"""The index of a round: which county owes which file, at a glance; what never arrived is shown, not left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db, places
from childledger.calendar import half_year
from childledger.contracts import Contract
from childledger.messages import BASES, DUTIES
from childledger.places import County
from childledger.reports import scorecard, zone
from childledger.reports.pages import mark_again, public_place, public_refusal, render
from childledger.settings import BEIJING, Settings, today

STATES = {
    "accepted": "收下",
    "partial": "部分",
    "nil": "零报告",
    "rejected": "退回",
    "pending": "处理中",
    "missing": "未报送",
}


@dataclass(frozen=True)
class Cell:
    """What one county sent of one feed in a round: the file that stands, and the others."""

    state: str
    standing: Any | None = None
    others: tuple[Any, ...] = ()


@dataclass
class Round:
    """One half-year's receipts."""

    name: str
    cells: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    without_feed: list[Any] = field(default_factory=list)
    duties: dict[tuple[str, str], list[Any]] = field(default_factory=lambda: defaultdict(list))
    """What the register says of each cell, one for each period that ends in the half-year."""

    @property
    def overdue(self) -> int:
        """Files owed whose due day has passed without one that stands."""
        return sum(duty.is_overdue for duties in self.duties.values() for duty in duties)


def rebuild_index(conn: Connection, settings: Settings, feeds: dict[str, Contract], as_of: date | None = None) -> None:
    """Write the index of every round and of the rounds; a page that says the same is not touched."""
    day = as_of or today()
    mark_again(conn, settings, feeds)
    rounds = _sort_rounds(db.run(conn, "reports/list_receipts").all(), day)
    for duty in db.run(conn, "reports/list_duties", as_of=day):
        name = half_year(duty.last_day)
        rounds.setdefault(name, Round(name)).duties[duty.county_code, duty.feed].append(duty)
    scores = scorecard.read_scores(conn, feeds)
    for name in {score.round for score in scores} - set(rounds):  # tickets of a half-year without a file yet
        rounds[name] = Round(name)
    for one in rounds.values():
        zone.publish(settings.reports / one.name / "index.html", _render_round(one, feeds), mode=0o644)
        page = _render_scores(one.name, [score for score in scores if score.round == one.name])
        zone.publish(settings.reports / one.name / "scorecard.html", page, mode=0o644)
    listed = [(name, _count(rounds[name], feeds), rounds[name].overdue) for name in sorted(rounds, reverse=True)]
    page = render("rounds.html.j2", rounds=listed, states=STATES)
    zone.publish(settings.reports / "index.html", page, mode=0o644)


def _sort_rounds(receipts: Any, as_of: date) -> dict[str, Round]:
    current = half_year(as_of)
    rounds = {current: Round(current)}
    for receipt in receipts:
        name = half_year(receipt.as_of_date or receipt.received_at.astimezone(BEIJING).date())
        one = rounds.setdefault(name, Round(name))
        if receipt.feed:
            one.cells[receipt.county_code, receipt.feed].append(receipt)
        else:
            one.without_feed.append(receipt)
    return rounds


def _state(receipt: Any) -> str:
    if receipt.withdrawn_at:
        return "withdrawn"
    return str(receipt.verdict) if receipt.state == "settled" else "pending"


def choose(receipts: list[Any]) -> Cell:
    """The file that stands for a cell: in force before refused, newest first; one taken back never does."""
    sent = [receipt for receipt in receipts if not receipt.withdrawn_at]
    if not sent:
        return Cell("missing", None, tuple(receipts))
    standing = min(sent, key=_rank)
    return Cell(_state(standing), standing, tuple(r for r in receipts if r is not standing))


def _rank(receipt: Any) -> tuple[bool, bool, bool]:
    return receipt.superseded_by is not None, _state(receipt) == "rejected", receipt.supplement > 0


def _columns(one: Round, feeds: dict[str, Contract]) -> list[tuple[str, str, str]]:
    """(department, feed, title): every contract's feed, by department, and feeds that have no contract any more."""
    known = [(c.department_title, feed, c.title) for feed, c in sorted(feeds.items())]
    gone = sorted({feed for _, feed in one.cells} - set(feeds))
    return known + [("停用", feed, feed) for feed in gone]


def _counties(one: Round) -> list[County]:
    """Today's counties, and those that sent something while they existed."""
    gone = sorted({code for code, _ in one.cells} - set(places.counties()))
    return [*places.counties().values(), *(County(code, code, "", "已撤并", "") for code in gone)]


def _count(one: Round, feeds: dict[str, Contract]) -> Counter[str]:
    cells = (choose(one.cells.get((c.code, feed), [])) for c in _counties(one) for _, feed, _ in _columns(one, feeds))
    return Counter(cell.state for cell in cells)


def _register(one: Round) -> list[tuple[Any, Counter[str], int]]:
    """Per feed and period of a round: one of its duties for the dates, the duties by state, how many are overdue."""
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for duty in (duty for duties in one.duties.values() for duty in duties):
        groups[duty.feed, duty.period_name].append(duty)
    counted = ((duties[0], Counter(duty.state for duty in duties)) for _, duties in sorted(groups.items()))
    return [(duty, states, sum(d.is_overdue for d in groups[duty.feed, duty.period_name])) for duty, states in counted]


def _render_scores(name: str, scores: list[scorecard.Score]) -> bytes:
    values = {"days": scorecard.FIXED_WITHIN_DAYS, "meaning": scorecard.meaning}
    return render("scorecard.html.j2", round=name, scores=scores, **values)


def _render_round(one: Round, feeds: dict[str, Contract]) -> bytes:
    columns, counties = _columns(one, feeds), _counties(one)
    cells = {(c.code, feed): choose(one.cells.get((c.code, feed), [])) for c in counties for _, feed, _ in columns}
    cities: dict[str, list[County]] = defaultdict(list)
    for county in counties:
        cities[county.city_name].append(county)
    by_feed = [
        (department, feed, title, Counter(cells[c.code, feed].state for c in counties))
        for department, feed, title in columns
    ]
    refused = [(r, public_place(r, None), public_refusal(r)) for r in one.without_feed]
    return render(
        "index.html.j2",
        round=one.name,
        columns=columns,
        departments=Counter(department for department, _, _ in columns),
        cities=cities,
        cells=cells,
        by_feed=by_feed,
        total=sum((counts for *_, counts in by_feed), Counter[str]()),
        county_count=len(counties),
        refused=refused,
        duties=one.duties,
        register=_register(one),
        titles={feed: title for _, feed, title in columns},
        duty_states=DUTIES,
        bases=BASES,
        notes=sorted({BASES[duty.basis] for duties in one.duties.values() for duty in duties}),
        states=STATES,
        state_of=_state,
    )
