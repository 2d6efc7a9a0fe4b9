"""The sender's own zone: every file appears there whole or not at all, and opens right in Notepad, WPS and Excel."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from childledger import places
from childledger.contracts import Contract
from childledger.settings import BEIJING, Settings

NAME_BYTES = 255
_UNFIT = re.compile(r'[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff/\\:*?"<>|\ud800-\udfff]')


def folder(settings: Settings, department: str, county_code: str) -> Path:
    """The receipts folder of a zone, made when missing; a link planted in its place is removed, never followed."""
    place = settings.landing / department / county_code / "receipts"
    if place.is_symlink():
        place.unlink()
    place.mkdir(parents=True, exist_ok=True)
    return place


def fit(prefix: str, name: str, suffix: str) -> str:
    """A file name that every system can hold: unfit characters replaced, the middle shortened when too long.

    >>> fit("37_", "学籍信息_410105_20261110", "_已收到.txt")
    '37_学籍信息_410105_20261110_已收到.txt'
    """
    room = NAME_BYTES - len(prefix.encode()) - len(suffix.encode())
    return prefix + _UNFIT.sub("_", name).encode()[:room].decode(errors="ignore") + suffix


def publish(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Write a file by rename, so that nobody reads half of it; not touched when it says the same already."""
    if not path.is_symlink() and path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".draft.{os.getpid()}.{hash(path.name) & 0xFFFFFFFF:x}"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.chmod(mode)
    draft.replace(path)


def plain(lines: list[str]) -> bytes:
    """Text as Notepad of any age shows it: UTF-8 with mark, CRLF."""
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


def beijing(moment: datetime) -> str:
    """A moment on the clerk's clock, offset included."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S} +08:00"


def sender(department: str, county_code: str, contract: Contract | None) -> str:
    """Who sent it, for people and machines."""
    office = f"{contract.department_title}（{department}）" if contract else department
    return f"{office} {places.county_name(county_code)}（{county_code}）"
