"""Service lists: one YAML is one edition of one place's published list; what no source names stands there as unknown.

File name: <province or six-digit city code>.<edition>.yaml in rules/services. A city's list replaces its province's
for the counties of the city, and may only give more; `uncovered` says where it gives less. A list also says which gaps
become items: by which flag rule, and after how many days. No other gap does.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from childledger import contracts, db, places, provinces, rulefile
from childledger.contracts import Contract
from childledger.errors import ContractError
from childledger.settings import INCLUDE

FOLDER = INCLUDE / "rules" / "services"
UNKNOWN = "unknown"
ASPECTS = ("幼有所育", "学有所教", "病有所医", "住有所居", "弱有所扶", "发展保障")
DECIDERS = ("residence", "hukou")
FLAG_RULES = INCLUDE / "rules" / "flags" / "flags.yaml"
FOREVER = 18
"""Whoever comes of age is no child of any list."""
SERVICE = (
    "place", "edition", "service_code", "position", "aspect", "title", "is_target_known", "from_age", "below_age",
    "in_september", "basis", "is_proof_known", "lead_department", "decided_at", "raises", "raises_after_days",
)  # fmt: skip
CONDITION = (
    "place", "edition", "service_code", "role", "kind", "said_values", "feed", "newest_only", "within_months",
)  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """A statement about a child: a fact of this kind, with one of these values, still counting."""

    kind: str
    values: tuple[str, ...] = ()
    """Empty: any value."""
    feed: str = ""
    """Feed that must say so; empty: whichever does."""
    newest_only: bool = True
    """False where statements stand beside each other, as two kinds of assistance do."""
    within_months: int | None = None
    """For a fact that holds a day: not longer ago than this."""


@dataclass(frozen=True)
class Target:
    """Whom a service is for: an age in completed years, and one of these statements if there are any."""

    from_age: int
    below_age: int
    in_september: bool
    """Both ages count from the first 1 September after the birthday, as school years do."""
    any_of: tuple[Condition, ...]
    basis: str
    """Law or source it rests on, or `configuration` with what is to be confirmed."""


@dataclass(frozen=True)
class Service:
    """One service of a list."""

    code: str
    aspect: str
    title: str
    source: str
    """Where the service is attested."""
    target: Target | None
    """None: whom it is for is not known."""
    proofs: tuple[Condition, ...]
    """Statements of other departments that show it was received; empty: no feed shows it."""
    lead: str | None
    """Department in the lead, only where a source says so."""
    decided_at: str
    """Who decides: the place of residence or of the household register."""
    raises: str | None
    """Flag rule by which its gaps become items; None: they are published and ask nobody."""
    raises_after_days: int | None
    """Age a gap must have for that."""


@dataclass(frozen=True)
class Edition:
    """One edition of one place's list."""

    place: str
    """Province key or city code."""
    number: int
    title: str
    document: str
    in_force_from: date
    item_count: int
    """Items the published list has."""
    services: tuple[Service, ...]

    @property
    def name(self) -> str:
        """Place and edition, as the file is called."""
        return f"{self.place}.{self.number}"

    @property
    def unknown_count(self) -> int:
        """Items of the published list that no source we could read names."""
        return self.item_count - len(self.services)


@functools.cache
def editions(folder: Path = FOLDER) -> tuple[Edition, ...]:
    """Every edition of every place, by place and number; ContractError names file and mistake."""
    read = (_edition(path) for path in sorted(folder.glob("*.yaml")))
    return tuple(sorted(read, key=lambda edition: (edition.place, edition.number)))


def digest(known: tuple[Edition, ...]) -> str:
    """SHA-256 over what these lists say and the province served."""
    return hashlib.sha256(repr((provinces.province().key, known)).encode()).hexdigest()


def in_force(known: tuple[Edition, ...], place: str, day: date) -> Edition | None:
    """The newest edition of a place on a day."""
    standing = [edition for edition in known if edition.place == place and edition.in_force_from <= day]
    return max(standing, key=lambda edition: (edition.in_force_from, edition.number), default=None)


def serving(known: tuple[Edition, ...], city_code: str, day: date) -> Edition | None:
    """The list that serves a county of this city: the city's own, else its province's; None before there was any."""
    return in_force(known, city_code, day) or in_force(known, provinces.province().key, day)


def begin_after(since: date, until: date) -> bool:
    """Whether a list came into force after one day, by another: then other gaps may be items."""
    return any(since < edition.in_force_from <= until for edition in editions())


@functools.cache
def gap_rules() -> frozenset[str]:
    """Flag rules that ask of a gap in a service: they raise only what a list says."""
    flags = rulefile.load(FLAG_RULES)["flags"]
    return frozenset(code for code, flag in flags.items() if (flag["reason"], flag["queue"]) == ("services", "desk"))


def publish(conn: Connection, known: tuple[Edition, ...], day: date) -> None:
    """Load the lists, and say which one serves each county on a day."""
    db.run(conn, "entitlement/delete_lists")
    db.copy_rows(conn, "entitlement.service", SERVICE, _service_rows(known))
    db.copy_rows(conn, "entitlement.condition", CONDITION, _condition_rows(known))
    served = ((c.code, serving(known, c.city_code, day)) for c in places.counties().values())
    rows = ((code, edition.place, edition.number) for code, edition in served if edition)
    db.copy_rows(conn, "entitlement.serving", ("county_code", "place", "edition"), rows)


def judge(conn: Connection, day: date, *, raising_only: bool) -> None:
    """Judge touched children by the services due, or by those whose gaps may be items: tables told and judged."""
    db.run(conn, "entitlement/create_due_child")
    db.run(conn, "entitlement/analyze_due_child")
    db.run(conn, "entitlement/create_told", as_of=day, raising_only=raising_only)
    db.run(conn, "entitlement/analyze_told")
    db.run(conn, "entitlement/create_judged", as_of=day, raising_only=raising_only)


def _service_rows(known: tuple[Edition, ...]) -> Iterator[tuple[Any, ...]]:
    for edition in known:
        for position, one in enumerate(edition.services, 1):
            target = one.target
            ages = (target.from_age, target.below_age, target.in_september, target.basis) if target else (None,) * 4
            told = (target is not None, *ages, bool(one.proofs), one.lead, one.decided_at)
            asked = (one.raises, one.raises_after_days)
            yield edition.place, edition.number, one.code, position, one.aspect, one.title, *told, *asked


def _condition_rows(known: tuple[Edition, ...]) -> Iterator[tuple[Any, ...]]:
    for edition in known:
        for one in edition.services:
            for role, asked in (("target", one.target.any_of if one.target else ()), ("proof", one.proofs)):
                for c in asked:
                    told = (c.kind, list(c.values), c.feed, c.newest_only, c.within_months)
                    yield edition.place, edition.number, one.code, role, *told


def faults(known: tuple[Edition, ...], day: date) -> list[str]:
    """What in the lists a department must mend, a line each: `<list> <CODE> <service>: what, in Chinese`."""
    return [
        f"{edition.name} {' '.join(filter(None, fault[:2]))}: {fault[2]}"
        for edition in known
        for fault in _faults(known, edition, day)
    ]


def _faults(known: tuple[Edition, ...], edition: Edition, day: date) -> Iterator[tuple[str, str, str]]:
    if not edition.place.isdigit():
        named = dict(provinces.load(edition.place).departments)
        for service in edition.services:
            if service.lead and service.lead not in named:
                yield "UNKNOWN_LEAD", service.code, f"牵头部门{service.lead}不在省级配置的部门之列"
    elif edition.place[:2] != provinces.province().code[:2]:
        yield "OTHER_PROVINCE", "", "不是本省的设区市代码"
    elif edition is in_force(known, edition.place, day):
        base = in_force(known, provinces.province().key, day)
        yield from uncovered(edition, base) if base else ()


def uncovered(city: Edition, base: Edition) -> Iterator[tuple[str, str, str]]:
    """Where a city's list gives less than its province's: code, service, what is wrong in Chinese."""
    if city.item_count < base.item_count:
        yield "FEWER_ITEMS", "", f"本市清单{city.item_count}项，少于省级清单的{base.item_count}项"
    own = {service.code: service for service in city.services}
    for due in base.services:
        if due.code not in own:
            yield "MISSING_SERVICE", due.code, f"省级清单有“{due.title}”，本市清单没有"
        elif less := _narrower(own[due.code].target, due.target):
            yield "NARROWER_TARGET", due.code, f"“{due.title}”的服务对象比省级清单窄：{less}"


def _narrower(city: Target | None, base: Target | None) -> str:
    """What makes a city's target narrower than the base; empty when it covers it, or when the base is unknown."""
    if base is None:
        return ""
    if city is None:
        return "本市未写明服务对象"
    if city.from_age > base.from_age or city.below_age < base.below_age:
        ages = f"{base.from_age}—{base.below_age}周岁", f"{city.from_age}—{city.below_age}周岁"
        return f"省级为{ages[0]}，本市为{ages[1]}"
    if city.in_september != base.in_september:
        return "起止日期的算法不同（按学年或按生日）"
    if city.any_of and not all(any(_covers(own, due) for own in city.any_of) for due in base.any_of or [None]):
        return "本市另加了条件"
    return ""


def _covers(city: Condition, base: Condition | None) -> bool:
    if base is None or (city.kind, city.feed, city.within_months) != (base.kind, base.feed, base.within_months):
        return False
    return not city.values or (bool(base.values) and set(base.values) <= set(city.values))


def _edition(path: Path) -> Edition:
    named = re.fullmatch(r"(\d{6}|[a-z_]+)\.([1-9]\d?)", path.stem)
    if named is None:
        raise ContractError(f"{path.name}:1: must be named <province or city code>.<edition>.yaml")
    try:
        told = rulefile.load(path)
        services = tuple(_service(code, entry) for code, entry in told["services"].items())
        found = Edition(
            place=named[1],
            number=int(named[2]),
            title=told["title"],
            document=told["document"],
            in_force_from=date.fromisoformat(told["in_force_from"]),
            item_count=told["items"],
            services=services,
        )
        if found.unknown_count < 0:
            raise ValueError(f"items: {found.item_count}, but {len(services)} services are named")
        raised = [service.raises for service in services if service.raises]
        if len(raised) > len(set(raised)):
            raise ValueError("raises: each gap is an item of its own, so no two services raise one flag")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContractError(f"{path.name}:1: {type(error).__name__} {error}") from None
    return found


def _service(code: str, entry: Mapping[str, Any]) -> Service:
    """Read one service; ValueError says which part of it can't be meant."""
    strange = set(entry) - {"aspect", "title", "source", "target", "proof", "lead", "decided_at", "raises"}
    if strange or entry["aspect"] not in ASPECTS:
        raise ValueError(f"{code}: unknown aspect or key: {entry['aspect']} {sorted(strange)}")
    decided_at = entry.get("decided_at", DECIDERS[0])
    if decided_at not in DECIDERS:
        raise ValueError(f"{code}: decided_at is one of {DECIDERS}")
    target, proofs = entry["target"], entry["proof"]
    raises, after_days = _raising(code, entry)
    return Service(
        code=code,
        aspect=entry["aspect"],
        title=entry["title"],
        source=entry["source"],
        target=None if target == UNKNOWN else _target(code, target),
        proofs=() if proofs == UNKNOWN else tuple(_condition(code, proof, needs_feed=True) for proof in proofs),
        lead=None if entry["lead"] == UNKNOWN else entry["lead"],
        decided_at=decided_at,
        raises=raises,
        raises_after_days=after_days,
    )


def _raising(code: str, entry: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Which flag rule asks of a gap, and after how many days."""
    if "raises" not in entry:
        return None, None
    told = entry["raises"]
    if set(told) != {"flag", "after_days"} or told["flag"] not in gap_rules() or told["after_days"] < 0:
        raise ValueError(f"{code}: raises needs flag, one of {sorted(gap_rules())}, and after_days")
    if UNKNOWN in (entry["target"], entry["proof"]):
        raise ValueError(f"{code}: raises: where target or proof is unknown there is no gap")
    return told["flag"], told["after_days"]


def _target(code: str, told: Mapping[str, Any]) -> Target:
    if strange := set(told) - {"from_age", "below_age", "in_september", "any_of", "basis"}:
        raise ValueError(f"{code}: target: unknown {sorted(strange)}")
    target = Target(
        from_age=told.get("from_age", 0),
        below_age=told.get("below_age", FOREVER),
        in_september=told.get("in_september", False),
        any_of=tuple(_condition(code, one, needs_feed=False) for one in told.get("any_of", ())),
        basis=told["basis"],
    )
    if not 0 <= target.from_age < target.below_age:
        raise ValueError(f"{code}: target: from_age must lie below below_age")
    return target


def _condition(code: str, told: Mapping[str, Any], *, needs_feed: bool) -> Condition:
    if strange := set(told) - {"feed", "kind", "values", "newest_only", "within_months"}:
        raise ValueError(f"{code}: unknown {sorted(strange)}")
    found = Condition(
        kind=told["kind"],
        values=tuple(told.get("values", ())),
        feed=told["feed"] if needs_feed else told.get("feed", ""),
        newest_only=told.get("newest_only", True),
        within_months=told.get("within_months"),
    )
    _must_be_said(code, found)
    return found


def _must_be_said(code: str, condition: Condition) -> None:
    """A statement no feed makes would prove nothing for ever: refuse it."""
    feeds = _feeds()
    if condition.feed and condition.feed not in feeds:
        raise ValueError(f"{code}: no contract is called {condition.feed}")
    asked = [feeds[condition.feed]] if condition.feed else list(feeds.values())
    columns = [c for contract in asked for c in contract.columns if c.becomes == f"fact.{condition.kind}"]
    if not columns:
        raise ValueError(f"{code}: no column of {condition.feed or 'any feed'} becomes fact.{condition.kind}")
    if condition.within_months and not all(column.is_date for column in columns):
        raise ValueError(f"{code}: {condition.kind} holds no day; within_months has nothing to count from")
    known = {value for column in columns for value in column.lookup.values()}
    if known and not set(condition.values) <= known:
        raise ValueError(f"{code}: {condition.kind} is never one of {sorted(set(condition.values) - known)}")


@functools.cache
def _feeds() -> dict[str, Contract]:
    return contracts.load_all(INCLUDE / "feeds")
