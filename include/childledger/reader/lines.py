"""From bytes to physical lines of UTF-8, a block at a time: what can't be decoded for certain is named, never replaced.

GB18030 decodes almost any bytes, so a decoding is believed only with the contract's headings in it, and UTF-8, which
hardly anything else decodes as, is believed by the majority of the lines that are not plain ASCII.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from childledger.contracts import Contract
from childledger.errors import FeedError

BLOCK = 8 << 20
"""Bytes read at a time; what bounds the memory of a reading."""
LONGEST = 1 << 20
"""Bytes of one physical line; a longer one is no row of any feed."""
HEAD = 64 << 10
SUSPECTS = ("utf-16-le", "utf-16-be", "big5", "shift_jis", "euc_kr")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass
class Block:
    """Whole physical lines as UTF-8."""

    data: bytes
    broken: set[int] = field(default_factory=set)
    """Positions, from 0, of lines whose bytes are not of the file's encoding."""


def read_blocks(path: Path, contract: Contract, size: int = BLOCK) -> Iterator[Block]:
    """Yield a text file as blocks that end with a line end (the last one maybe not); FeedError WRONG_ENCODING."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        mark, encoding = _encoding(head, contract)
        stream.seek(len(mark))
        old_mac = b"\r" in head and b"\n" not in head and not encoding.startswith("utf-16")
        for data in _whole_lines(stream, encoding, size, old_mac=old_mac):
            yield _decoded(data, encoding)


def encoding_of(path: Path, contract: Contract) -> str:
    """The encoding a text file is read in."""
    with path.open("rb") as stream:
        return _encoding(stream.read(HEAD), contract)[1]


def _encoding(head: bytes, contract: Contract) -> tuple[bytes, str]:
    """Byte order mark and encoding of a file, from its beginning."""
    for mark, marked in _MARKS:
        if head.startswith(mark):
            if marked.split("-")[1] == "16" and "utf-16" not in contract.encodings:
                raise _refusal(contract, "UTF-16")
            count = len(head) - len(head.removeprefix(mark * 2))  # tools that add a mark to what has one already
            return head[:count] or mark, marked
    likely = [encoding for encoding in contract.encodings if encoding != "utf-16"]
    known = [encoding for encoding in likely if _mentions(head.decode(encoding, errors="ignore"), contract)]
    if not known:  # NULs in a file whose headings can be read are damage to their lines only
        wide = head.count(0) * 4 > len(head)
        for suspect in SUSPECTS:
            if _mentions(head.decode(suspect, errors="ignore"), contract):
                raise _refusal(contract, suspect.upper())
        if wide or not any(_decodes(head, encoding) for encoding in likely):
            raise _refusal(contract, "UTF-16" if wide else "…")
    possible = known or likely
    if "utf-8" in possible and _share(head, "utf-8") > 0.5:  # GB18030 may well read more of the same lines, all wrong
        return b"", "utf-8"
    chosen = max(possible, key=lambda encoding: _share(head, encoding))
    if chosen == "gb18030" and "utf-8" in possible and not _is_chinese(head, contract):
        chosen = "utf-8"  # the lines that are neither are held back one by one
    return b"", chosen


def _is_chinese(head: bytes, contract: Contract) -> bool:
    """Whether GB18030 is to be believed: by the contract's own headings, or by characters in common use.

    Latin, Cyrillic and Japanese text reads as GB18030 too, as rare characters; the rows B0 to D7 of GB2312 hold most of
    any Chinese text.
    """
    if any(not heading.isascii() for column in contract.columns for heading in column.headings):
        return True
    wide = [character for character in head.decode("gb18030", errors="ignore") if character >= "\u0080"]
    pairs = (character.encode("gb18030") for character in wide)
    common = sum(len(pair) == 2 and 0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1 for pair in pairs)
    return common * 2 >= len(wide)


def _share(head: bytes, encoding: str) -> float:
    """Share of the lines that are not ASCII which this encoding reads; the contract's order decides between equals."""
    lines = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
    return (
        sum(_decodes(line, encoding) for line in lines) / len(lines) if lines else 1.0 if encoding == "utf-8" else 0.5
    )


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)  # the head may end within a character
    except UnicodeDecodeError:
        return False
    return True


def _mentions(text: str, contract: Contract) -> bool:
    top = text[:HEAD]
    known = sum(any(heading in top for heading in column.headings) for column in contract.columns)
    return known >= min(2, len(contract.columns))


def _refusal(contract: Contract, suspected: str) -> FeedError:
    return FeedError("WRONG_ENCODING", allowed="、".join(contract.encodings).upper(), suspected=suspected)


def _whole_lines(stream: BinaryIO, encoding: str, size: int, *, old_mac: bool) -> Iterator[bytes]:
    """Blocks of whole lines; UTF-16 leaves here as UTF-8, in which a line end is one byte."""
    wide = codecs.getincrementaldecoder(encoding)(errors="replace") if encoding.startswith("utf-16") else None
    rest = b""
    while data := stream.read(size):
        data = wide.decode(data).encode(errors="replace") if wide else data
        data = rest + (data.replace(b"\r", b"\n") if old_mac else data)
        end = data.rfind(b"\n") + 1
        rest = data[end:]
        if len(rest) > LONGEST:
            raise FeedError("LINE_TOO_LONG", limit=LONGEST)
        if end:
            yield data[:end]
    if wide:
        rest += wide.decode(b"", final=True).encode(errors="replace")
    if rest:
        yield rest


def _decoded(data: bytes, encoding: str) -> Block:
    if encoding.startswith("utf"):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return _line_by_line(data, "utf-8")
        return Block(data)
    try:
        block = Block(data.decode(encoding).encode())
    except UnicodeDecodeError:
        return _line_by_line(data, encoding)
    block.broken = _utf8_in_gb18030(data)
    return block


def _line_by_line(data: bytes, encoding: str) -> Block:
    lines, broken = [], _utf8_in_gb18030(data) if encoding != "utf-8" else set()
    for position, line in enumerate(data.split(b"\n")):
        try:
            lines.append(line.decode(encoding))
        except UnicodeDecodeError:
            lines.append(line.decode(encoding, errors="replace"))
            broken.add(position)
    return Block("\n".join(lines).encode(), broken)


def _utf8_in_gb18030(data: bytes) -> set[int]:
    """Lines that are UTF-8 in the middle of a GB18030 file, two exports pasted together: readable, and all wrong.

    UTF-8 needs bytes 80 to A0, which GB2312 never uses: only lines with one of those are tried.
    """
    import numpy as np

    octets = np.frombuffer(data, np.uint8)
    rare = octets - np.uint8(0x80) <= 0x20  # below 80 it wraps around
    if not rare.any():
        return set()
    tried = np.flatnonzero(rare)
    ends = np.flatnonzero(octets == 10)
    lines = np.unique(np.searchsorted(ends, tried))
    bounds = [0, *(ends + 1).tolist(), len(data)]
    return {int(n) for n in lines if _is_chinese_utf8(data[bounds[n] : bounds[n + 1]])}


def _is_chinese_utf8(line: bytes) -> bool:
    try:
        return any("\u2e80" <= character <= "\uffef" for character in line.decode("utf-8"))
    except UnicodeDecodeError:
        return False
