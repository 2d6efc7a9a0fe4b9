"""Receive: every drop is claimed once, kept byte for byte, and answered; nothing in a landing zone is believed.

Source of the claim rules: O_NOFOLLOW, regular, one link, size cap, hash while copying, unchanged meanwhile.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from sqlalchemy.engine import Connection

from childledger import db, places, records
from childledger.contracts import FILE_NAME, Contract
from childledger.errors import FeedError
from childledger.settings import BEIJING, Settings, today

log = logging.getLogger(__name__)

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
UNSAFE = (errno.ELOOP, errno.ENXIO, errno.EACCES, errno.EPERM)
"""What opening a link, a socket or somebody else's file ends in."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class Drop:
    """A file someone else still owns."""

    path: Path
    department: str
    county_code: str

    @property
    def name(self) -> str:
        """Its name as its sender reads it: clients of Windows may send it in GB18030; what is neither is replaced."""
        written = os.fsencode(self.path.name)
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                return written.decode(encoding)
        return written.decode(errors="replace")


@dataclass(frozen=True)
class Claim:
    """The bytes of a drop, now ours."""

    sha256: str
    sm3: str
    byte_count: int
    dropped_at: datetime
    """When it last changed: the kernel's own mark (ctime), since a sender can set the other one to any day."""


@dataclass(frozen=True)
class Name:
    """What a file name says, by the grammar in contracts.FILE_NAME."""

    contract: Contract
    as_of_date: date
    revision: int
    supplement: int
    is_nil: bool


def receive(settings: Settings, feeds: dict[str, Contract], on: date | None = None) -> list[int]:
    """Claim every complete drop in every landing zone; return the receipt of each delivery, new or repeated.

    Two runs at once take turns: the one that comes second leaves everything to the first.
    """
    with db.transaction(settings.database_url) as turn:
        if not db.run(turn, "intake/try_lock_landing").scalar_one():
            return []
        started = time.monotonic()
        for draft in settings.archive.glob(".*"):  # left by a poller that was killed while it copied
            draft.unlink()
        receipts = []
        for drop in list_drops(settings.landing):
            try:
                receipts.append(_take(settings, feeds, drop, on or today()))
            except OSError as error:  # one zone that can't be read or cleared is no other sender's fault
                log.error("a drop of %s/%s can't be taken: %s", drop.department, drop.county_code, _named(error))
        received = [receipt_id for receipt_id in receipts if receipt_id]
        if received:
            db.record_stage(turn, "receive", time.monotonic() - started, files=len(received))
            log.info("received %d files in %.1f s", len(received), time.monotonic() - started)
        return received


def _take(settings: Settings, feeds: dict[str, Contract], drop: Drop, on: date) -> int | None:
    seen = _state(drop.path)
    if seen is None or not is_complete(drop.path, settings.settle_seconds):
        return None
    refusal: FeedError | None = None
    try:
        claim = claim_bytes(drop.path, settings)
    except FeedError as error:
        claim, refusal = Claim("", "", 0, datetime.now(BEIJING)), error
    if claim is None:
        return None
    with db.transaction(settings.database_url) as conn:
        receipt_id = _receive_one(conn, feeds, drop, on, claim, refusal)
    if _state(drop.path) == seen:  # else its sender wrote again: the next round takes that
        _clear(drop, is_kept=bool(claim.sha256))  # after the commit: a crash here makes a repeated delivery, not a loss
    return receipt_id


def _state(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is written or replaced; mtime can be set back, the kernel's own mark (ctime) can't."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def list_drops(landing: Path) -> Iterator[Drop]:
    """Every visible name in every inbox, oldest first within a zone."""
    for inbox in sorted(landing.glob("*/*/inbox")):
        department, county_code = inbox.parts[-3:-1]
        if inbox.is_symlink():
            continue
        try:
            paths = sorted(inbox.iterdir(), key=lambda path: (_changed(path), path.name))
        except OSError as error:
            log.error("the inbox of %s/%s can't be read: %s", department, county_code, _named(error))
            continue
        for path in paths:
            if not path.name.startswith((".", "~$")) and not path.name.endswith(UNFINISHED):
                yield Drop(path, department, county_code)


def _named(error: OSError) -> str:
    """What the system calls it: its own message would quote a file name."""
    return errno.errorcode.get(error.errno or 0, "OSError")


def list_waiting(settings: Settings) -> list[Drop]:
    """Drops whose sender seems to be still writing."""
    unfinished = [
        Drop(path, path.parts[-4], path.parts[-3])
        for path in sorted(settings.landing.glob("*/*/inbox/*"))
        if path.name.endswith(UNFINISHED)
    ]
    return unfinished + [d for d in list_drops(settings.landing) if not is_complete(d.path, settings.settle_seconds)]


def is_complete(path: Path, settle_seconds: float) -> bool:
    """A drop is complete when nobody has touched it for a while; half-written files wait for the next round.

    By the kernel's own mark: the other one is the sender's clock, which may be years ahead.
    """
    return time.time() - _changed(path) / 1e9 >= settle_seconds


def _changed(path: Path) -> int:
    """When a file last changed, by the kernel's own mark; 0 for one that is gone."""
    seen = _state(path)
    return seen[-1] if seen else 0


def _receive_one(
    conn: Connection, feeds: dict[str, Contract], drop: Drop, on: date, claim: Claim, refusal: FeedError | None
) -> int:
    values: dict[str, Any] = {
        "department": drop.department,
        "county_code": drop.county_code,
        "feed": None,
        "file_name": drop.name,
        "as_of_date": None,
        "revision": 0,
        "supplement": 0,
        "is_nil": False,
        "contract_version": None,
        "contract_sha256": None,
    }
    try:
        name = read_name(feeds, drop, on)
        values |= {
            "feed": name.contract.feed,
            "as_of_date": name.as_of_date,
            "revision": name.revision,
            "supplement": name.supplement,
            "is_nil": name.is_nil,
            "contract_version": name.contract.version,
            "contract_sha256": name.contract.sha256,
        }
        if not claim.byte_count and not name.is_nil:
            raise FeedError("EMPTY_FILE")
    except FeedError as error:
        refusal = refusal or error
    return _insert(conn, values | vars(claim), refusal)


def _clear(drop: Drop, *, is_kept: bool) -> None:
    """Empty the inbox: what is in the archive goes, what could not be claimed is set aside for its owner."""
    if is_kept:
        drop.path.unlink(missing_ok=True)
        return
    refused = drop.path.parent.parent / "refused"
    refused.mkdir(exist_ok=True)
    place = refused / drop.path.name
    drop.path.rename(place if not os.path.lexists(place) else refused / f"{time.time_ns()}_{drop.path.name}")


def _insert(conn: Connection, values: dict[str, Any], refusal: FeedError | None) -> int:
    judged = values | {
        "state": "settled" if refusal else "received",
        "verdict": "rejected" if refusal else None,
        "verdict_code": refusal.code if refusal else None,
        "verdict_detail": db.json(refusal.detail if refusal else {}),
    }
    known: int | None = db.run(conn, "intake/find_receipt", **values).scalar()
    fresh: int | None = None if known else db.run(conn, "intake/insert_receipt", **judged).scalar()
    receipt_id: int = known or fresh or db.run(conn, "intake/find_receipt", **values).scalar_one()
    delivery = {"receipt_id": receipt_id, "file_name": values["file_name"], "is_duplicate": fresh is None}
    db.run(conn, "intake/insert_delivery", **delivery)
    if fresh is None and not refusal:
        db.run(conn, "intake/raise_number", receipt_id=receipt_id, **values)
    return receipt_id


def read_name(feeds: dict[str, Contract], drop: Drop, on: date) -> Name:
    """Read what a file name promises; FeedError with the verdict code when it can't be trusted."""
    if drop.county_code not in places.counties():
        raise FeedError("UNKNOWN_COUNTY", county_code=drop.county_code)
    own = {c.title: c for c in feeds.values() if c.department == drop.department}
    match = FILE_NAME.match(records.read_text(drop.name) or "")
    if not match or match["title"] not in own:
        example = next(iter(own), "学籍信息")
        raise FeedError("UNKNOWN_FILE_NAME", example=f"{example}_{drop.county_code}_{on:%Y%m%d}.xlsx")
    contract = own[match["title"]]
    if match["county"] != drop.county_code:
        raise FeedError("OTHER_COUNTY_FILE", named_county=match["county"], county_code=drop.county_code)
    as_of = records.read_date(match["as_of"])
    if as_of is None or as_of > on:
        raise FeedError("BAD_DATA_DATE", named_date=match["as_of"])
    if match["type"].lower() not in contract.file_types:
        known = match["type"].isascii() and len(match["type"]) <= 5  # else it may be anything, a child's name included
        told = match["type"] if known else "…"
        raise FeedError("UNKNOWN_FILE_TYPE", type=told, allowed="、".join(contract.file_types).upper())
    return Name(contract, as_of, int(match["revision"] or 0), int(match["supplement"] or 0), bool(match["nil"]))


def claim_bytes(path: Path, settings: Settings) -> Claim | None:
    """Copy a drop into the archive under its SHA-256; None when it vanished or changed meanwhile.

    Raises FeedError UNSAFE_FILE for anything but a regular file with one name that we may read, TOO_LARGE over the cap.
    """
    try:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in UNSAFE:  # a fault of the machine says nothing about the file
            raise
        raise FeedError("UNSAFE_FILE") from None
    before = os.fstat(source)
    if not stat.S_ISREG(before.st_mode) or before.st_nlink != 1:
        os.close(source)
        raise FeedError("UNSAFE_FILE")
    with os.fdopen(source, "rb") as stream:
        if before.st_size > settings.max_file_bytes:
            raise FeedError("TOO_LARGE", limit=settings.max_file_bytes)
        draft = settings.archive / f".{os.getpid()}.{time.monotonic_ns()}"
        settings.archive.mkdir(parents=True, exist_ok=True)
        sha256, sm3, size = hashlib.sha256(), hashes.Hash(hashes.SM3()), 0
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            while chunk := stream.read(CHUNK):
                sha256.update(chunk)
                sm3.update(chunk)
                size += target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        after = os.fstat(source)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or size != before.st_size:
        draft.unlink()
        return None  # still being written: the next round takes it
    place = settings.archived(sha256.hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(place)
    dropped_at = datetime.fromtimestamp(before.st_ctime, BEIJING)
    return Claim(sha256.hexdigest(), sm3.finalize().hex(), size, dropped_at)


def list_unsettled(conn: Connection, feed: str) -> list[int]:
    """Receipts of a feed that some stage still owes something: new, half done before a crash, or not yet reported."""
    return [row.receipt_id for row in db.run(conn, "intake/list_unsettled", feed=feed)]
