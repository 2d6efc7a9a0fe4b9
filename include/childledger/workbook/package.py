"""The parts of an XLSX that all its sheets share: relations, shared strings, number formats, date system.

A part with a document type, which no office program writes, is refused before anything in it is expanded.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from childledger.errors import FeedError
from childledger.workbook import content
from childledger.workbook.cells import Format, format_of

CHUNK = 1 << 16
MAX_DESCRIPTION = 32 << 20
"""Bytes of a part that is read as a whole: the list of sheets, of formats, of relations."""
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
NO_MEMORY = 1
"""What expat says when it gets none (XML_ERROR_NO_MEMORY)."""


class Book:
    """An open workbook: what all its sheets share."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.archive = zipfile.ZipFile(stream)
        self.parts = content.parts_of(self.archive)
        self.path = self._target(self._relations(""), "/officeDocument") or "xl/workbook.xml"
        self.relations = self._relations(self.path)
        self.tree = self._tree(self.path)
        self.is_1904 = any(flag(found.get("date1904")) for found in every(self.tree, "workbookPr"))
        self.strings = list(self._strings(self._target(self.relations, "/sharedStrings")))
        self.formats = self._formats(self._target(self.relations, "/styles"))

    def sheets(self) -> Iterator[tuple[str, bool]]:
        """(path, whether it is visible) of every worksheet in its order; charts are none."""
        for found in every(self.tree, "sheet"):
            relation = next((value for name, value in found.items() if name.endswith("}id")), "")
            kind, path = self.relations.get(relation, ("", ""))
            if kind.endswith("/worksheet"):
                yield path, found.get("state", "visible") == "visible"

    def open(self, path: str) -> IO[bytes]:
        """A part as a stream of its declared size at most; whoever lies about it fails its checksum."""
        part = self.parts.get(path.lower())
        if part is None:
            raise FeedError("UNREADABLE_WORKBOOK")
        return self.archive.open(part)

    def _tree(self, path: str) -> ElementTree.Element:
        with self.open(path) as stream:
            data = stream.read(MAX_DESCRIPTION + 1)
        if len(data) > MAX_DESCRIPTION:
            raise FeedError("WORKBOOK_LIMIT")
        skim([data])
        return ElementTree.fromstring(data)

    def _relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Relation id → (type, path of the part) for one part."""
        folder, base = posixpath.split(path)
        listed = posixpath.join(folder, "_rels", f"{base}.rels")
        if listed.lower() not in self.parts:
            return {}
        return {
            found.get("Id", ""): (found.get("Type", ""), _join(folder, found.get("Target", "")))
            for found in self._tree(listed)
        }

    def _target(self, relations: dict[str, tuple[str, str]], kind: str) -> str:
        return next((path for type_, path in relations.values() if type_.endswith(kind)), "")

    def _strings(self, path: str) -> Iterator[str]:
        if not path or path.lower() not in self.parts:
            return
        with self.open(path) as stream:
            wanted = f"{{{skim(chunks(stream)).namespace}}}si"
        with self.open(path) as stream:
            for _, element in ElementTree.iterparse(stream):
                if element.tag == wanted:
                    yield string(element)
                    element.clear()

    def _formats(self, path: str) -> list[Format]:
        """What each cell style makes of a number."""
        if not path or path.lower() not in self.parts:
            return []
        tree = self._tree(path)
        codes = {int(f.get("numFmtId", "0")): f.get("formatCode", "") for f in every(tree, "numFmt")}
        numbers = [int(f.get("numFmtId", "0")) for styles in every(tree, "cellXfs") for f in styles]
        return [format_of(number, codes.get(number)) for number in numbers]


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """A part piece by piece."""
    return iter(lambda: stream.read(CHUNK), b"")


class Outline(NamedTuple):
    """What is to be known of a part before it is read."""

    namespace: str
    """Of its outermost element; there are two, transitional and strict."""
    merged: list[str]
    """Ranges of merged cells, which a sheet names after its rows."""


def skim(pieces: Iterable[bytes]) -> Outline:
    """Outline of a part at the speed of expat: Python is called only at its start and from its merged cells on.

    FeedError when the part is no XML or has a document type.
    """
    namespace: list[str] = []
    merged: list[str] = []

    def refuse(*_: object) -> None:
        raise FeedError("UNREADABLE_WORKBOOK")

    def element(tag: str, attributes: dict[str, str]) -> None:
        space, _, local = tag.rpartition(" ")
        if not namespace:
            namespace.append(space)
        if local == "mergeCell" and [space] == namespace:
            merged.append(attributes.get("ref", ""))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    is_near = False
    try:
        for piece in pieces:
            is_near = is_near or b"mergeCell" in piece or b"m\0e\0r\0g\0e" in piece
            parser.StartElementHandler = element if is_near or not namespace else None
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == NO_MEMORY:
            raise FeedError("WORKBOOK_LIMIT") from None
        raise FeedError("UNREADABLE_WORKBOOK") from None
    return Outline(namespace[0], merged)


def string(element: ElementTree.Element) -> str:
    """A string with its runs in other fonts, without the reading aids of Japanese."""
    parts: list[str] = []
    for child in element:
        if name(child) == "t":
            parts.append(child.text or "")
        elif name(child) == "r":
            parts += [found.text or "" for found in child if name(found) == "t"]
    return unescape("".join(parts))


def unescape(text: str) -> str:
    """Excel's _x000D_ is a carriage return; NUL and half a surrogate pair, which no database takes, stay as written."""
    return ESCAPE.sub(_character, text) if "_x" in text else text


def name(element: ElementTree.Element) -> str:
    """The name without its namespace, of which there are two (transitional and strict)."""
    return _local(element.tag)


def every(tree: ElementTree.Element, wanted: str) -> Iterator[ElementTree.Element]:
    """Every element of a name, in the order of the file."""
    return (element for element in tree.iter() if name(element) == wanted)


def flag(value: str | None) -> bool:
    """An XML boolean; none is false."""
    return value in ("1", "true", "on")


@lru_cache(4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return escape[0] if code == 0 or 0xD800 <= code < 0xE000 else chr(code)


def _join(folder: str, target: str) -> str:
    """Where a relation leads, written from the top or from the folder of its part."""
    target = target.replace("\\", "/")
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))
