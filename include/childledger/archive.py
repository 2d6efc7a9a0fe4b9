"""A ZIP drop is unpacked to the one data file it holds, under a name of ours, or refused; no name in it becomes a path.

Senders pack a file to make it small or because their mail demands it. Sizes are counted while unpacking, not believed.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from childledger.errors import FeedError

FILE_TYPES = ("csv", "tsv", "txt", "xlsx", "xls")
MAX_DIRECTORY = 1 << 20
"""Bytes of a ZIP's directory: it is read into memory before anything can be counted."""
END = struct.Struct("<4s8xII2x")
END_SIGN, LOCATOR_SIGN = b"PK\x05\x06", b"PK\x06\x07"
"""What ends a ZIP; the second comes before it when the first is too small for its numbers (ZIP64)."""
LOCATOR_SIZE, MAX_COMMENT = 20, 65_535
CHUNK = 1 << 20


def unpack(path: Path, into: Path, max_bytes: int) -> tuple[str, Path]:
    """Unpack the only file of a ZIP; return (its type in small letters, path of the bytes under `into`, mode 0600).

    FeedError UNREADABLE_ZIP, ENCRYPTED_ZIP, ZIP_NOT_ONE_FILE, ZIP_LIMIT (more than `max_bytes`, or a directory too long
    to read) or UNKNOWN_FILE_TYPE, for a ZIP inside a ZIP too. What was unpacked of a refused file is removed.
    """
    try:
        with path.open("rb") as stream:
            _check_directory(stream)
            with zipfile.ZipFile(stream) as archive:
                member = _only_file(archive)
                file_type = _type_of(member.filename)
                return file_type, _write(archive, member, into, file_type, max_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        raise FeedError("UNREADABLE_ZIP") from None


def _check_directory(stream: IO[bytes]) -> None:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - MAX_COMMENT - END.size - LOCATOR_SIZE))
    tail = stream.read()
    at = tail.rfind(END_SIGN)
    if at < 0 or len(tail) - at < END.size:
        raise FeedError("UNREADABLE_ZIP")
    _, length, _ = END.unpack_from(tail, at)
    if length > MAX_DIRECTORY or tail[max(0, at - LOCATOR_SIZE) : at].startswith(LOCATOR_SIGN):
        raise FeedError("ZIP_LIMIT")


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [member for member in archive.infolist() if not _is_left_over(member.filename)]
    if len(files) != 1:
        raise FeedError("ZIP_NOT_ONE_FILE", count=len(files))
    if files[0].flag_bits & 1:
        raise FeedError("ENCRYPTED_ZIP")
    is_plain = files[0].compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any memory
    if not is_plain or files[0].header_offset < 0:
        raise FeedError("UNREADABLE_ZIP")
    return files[0]


def _is_left_over(name: str) -> bool:
    """Folders, and what macOS, Windows and Excel leave beside a file."""
    parts = name.replace("\\", "/").split("/")
    return (
        parts[-1] in ("", ".DS_Store", "Thumbs.db", "desktop.ini") or parts[-1].startswith("~$") or "__MACOSX" in parts
    )


def _type_of(name: str) -> str:
    file_type = PurePosixPath(name).suffix.removeprefix(".").lower()
    if file_type not in FILE_TYPES:
        is_known = file_type.isascii() and file_type.isalnum() and len(file_type) <= 5  # else a name may stand there
        told = file_type if is_known else "…"
        raise FeedError("UNKNOWN_FILE_TYPE", type=told.upper(), allowed="、".join(FILE_TYPES).upper())
    return file_type


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path, file_type: str, max_bytes: int) -> Path:
    handle, name = tempfile.mkstemp(prefix="unpacked-", suffix=f".{file_type}", dir=into)  # 0600
    written = 0
    try:
        with os.fdopen(handle, "wb") as target, archive.open(member) as source:
            while chunk := source.read(CHUNK):
                written += len(chunk)
                if written > max_bytes:
                    raise FeedError("ZIP_LIMIT")
                target.write(chunk)
    except BaseException:
        Path(name).unlink()
        raise
    return Path(name)
