"""Files that must not simply be taken: one function per way to go wrong, and the verdict each has to get."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from childledger.contracts import Contract
from synthprovince.chance import Dice, Table, size, take
from synthprovince.offices import File, file_name, inbox, plain_form, save
from synthprovince.rolls import note
from synthprovince.workbook import workbook_bytes

SOME = 40
"""Rows a spoiled file shows at most."""
NOT_OURS = "419999"


@dataclass(frozen=True)
class Mishap:
    """A file gone wrong and what the product must say of it."""

    file: File
    feed: str
    verdict: str
    """accepted, partial, rejected or duplicate as in childledger; waiting: left alone; ignored: not even looked at."""
    code: str = ""
    """Verdict code of a rejected file, or of the finding that makes it partial."""

    def described(self) -> dict[str, str]:
        """For truth/mishaps.json."""
        return {"path": self.file.path.as_posix(), "feed": self.feed, "verdict": self.verdict, "code": self.code}


@dataclass(frozen=True)
class Scene:
    """What mishaps are made from: the lists before anything went wrong, and the files as sent."""

    dice: Dice
    contracts: dict[str, Contract]
    counties: tuple[str, ...]
    as_of: date
    lists: dict[str, Table]
    sent: dict[str, list[File]]

    def rows(self, feed: str, county: str) -> Table:
        """The first rows a county's office knows; anybody's where it knows nobody."""
        everybody = self.lists[feed]
        own = take(everybody, everybody["county"] == county)
        return take(own if size(own) else everybody, slice(SOME))

    def name(self, feed: str, county: str, days: int) -> str:
        """A proper name, with a data date of its own so that it meets no other file."""
        return file_name(self.contracts[feed], county, self.as_of - timedelta(days), 0, "csv")

    def file(self, feed: str, county: str, name: str, content: bytes) -> File:
        """A file in an inbox, without a line that counts."""
        empty = take(self.rows(feed, county), slice(0))
        return File(inbox(self.contracts[feed], county) / name, content, empty, np.arange(0))

    def plain(self, feed: str, county: str, days: int) -> File:
        """A faultless file."""
        contract = self.contracts[feed]
        name = self.name(feed, county, days)
        return save(self.dice, contract, plain_form(contract), county, name, self.rows(feed, county))

    def text(self, feed: str, county: str) -> str:
        """A faultless file's text."""
        return self.plain(feed, county, 0).content.decode("utf-8")


def unknown_name(scene: Scene) -> Mishap:
    """Excel's own name for a new workbook."""
    feed, county = "education.enrolment", scene.counties[0]
    cells = [line.split(",") for line in scene.text(feed, county).splitlines()]
    name = "新建 Microsoft Excel 工作表.xlsx"
    return _rejected(scene, feed, county, name, workbook_bytes(cells), "UNKNOWN_FILE_NAME")


def other_county(scene: Scene) -> Mishap:
    """The name says another county than the folder."""
    feed, county = "health.child_health", scene.counties[0]
    name = scene.name(feed, scene.counties[-1], 1)
    return _rejected(scene, feed, county, name, scene.text(feed, county).encode(), "OTHER_COUNTY_FILE")


def unknown_county(scene: Scene) -> Mishap:
    """A folder for a county that does not exist."""
    feed, content = "education.enrolment", scene.text("education.enrolment", scene.counties[0]).encode()
    return _rejected(scene, feed, NOT_OURS, scene.name(feed, NOT_OURS, 0), content, "UNKNOWN_COUNTY")


def bad_date(scene: Scene) -> Mishap:
    """A data date that is in no calendar."""
    feed, county = "cdc.vaccination", scene.counties[-1]
    name = scene.name(feed, county, 0).replace(f"{scene.as_of:%m%d}", "1350")
    return _rejected(scene, feed, county, name, scene.text(feed, county).encode(), "BAD_DATA_DATE")


def old_type(scene: Scene) -> Mishap:
    """A spreadsheet of another office suite."""
    feed, county = "education.enrolment", scene.counties[-1]
    name = scene.name(feed, county, 1).replace(".csv", ".ods")
    return _rejected(scene, feed, county, name, b"PK" * 64, "UNKNOWN_FILE_TYPE")


def broken_workbook(scene: Scene) -> Mishap:
    """A workbook cut in the middle."""
    feed, county = "education.enrolment", scene.counties[-1]
    content = workbook_bytes([line.split(",") for line in scene.text(feed, county).splitlines()])
    name = scene.name(feed, county, 2).replace(".csv", ".xlsx")
    return _rejected(scene, feed, county, name, content[: len(content) // 2], "UNREADABLE_WORKBOOK")


def wrong_encoding(scene: Scene) -> Mishap:
    """UTF-16 without a byte-order mark."""
    return _respelled(scene, "public_security.residence", 1, lambda text: text.encode("utf-16-le"), "WRONG_ENCODING")


def missing_column(scene: Scene) -> Mishap:
    """A required column is not there."""
    lose = functools.partial(_without, heading="性别")
    return _respelled(scene, "insurance.enrolment", 1, lambda text: lose(text).encode(), "MISSING_COLUMNS")


def unknown_column(scene: Scene) -> Mishap:
    """A column nobody agreed on."""
    add = functools.partial(_with_column, heading="血型", value="A")
    return _respelled(scene, "insurance.enrolment", 2, lambda text: add(text).encode(), "UNKNOWN_COLUMNS")


def column_twice(scene: Scene) -> Mishap:
    """Two columns that mean the same."""
    add = functools.partial(_with_column, heading="参保人姓名", value="张三")
    return _respelled(scene, "insurance.enrolment", 3, lambda text: add(text).encode(), "DUPLICATE_COLUMNS")


def no_header(scene: Scene) -> Mishap:
    """Rows without a heading."""
    return _respelled(
        scene, "insurance.enrolment", 4, lambda text: text.split("\n", 1)[1].encode("gb18030"), "HEADER_NOT_FOUND"
    )


def empty(scene: Scene) -> Mishap:
    """No bytes at all."""
    return _respelled(scene, "cdc.vaccination", 1, lambda text: b"", "EMPTY_FILE")


def header_only(scene: Scene) -> Mishap:
    """A heading without rows, not declared as a nil return."""
    return _respelled(
        scene, "civil_affairs.assistance", 1, lambda text: text.splitlines()[0].encode() + b"\r\n", "EMPTY_FILE"
    )


def nil_with_rows(scene: Scene) -> Mishap:
    """Declared as a nil return, but not empty."""
    feed, county = "civil_affairs.assistance", scene.counties[-1]
    name = scene.name(feed, county, 2).replace(".csv", "_零报告.csv")
    return _rejected(scene, feed, county, name, scene.text(feed, county).encode(), "NIL_WITH_ROWS")


def neighbours_rows(scene: Scene) -> Mishap:
    """One county's rows under another county's name."""
    feed, county = "civil_affairs.screening", scene.counties[0]
    content = scene.text(feed, scene.counties[-1]).encode()
    return _rejected(scene, feed, county, scene.name(feed, county, 1), content, "MOSTLY_OTHER_COUNTY")


def sent_again(scene: Scene) -> Mishap:
    """The same bytes under a second name."""
    feed, county = "education.enrolment", scene.counties[-1]
    first = _sent(scene, feed, county)
    name = file_name(scene.contracts[feed], county, scene.as_of, 1, first.path.suffix[1:])
    return Mishap(scene.file(feed, county, name, first.content), feed, "duplicate")


def corrected(scene: Scene) -> Mishap:
    """A correction of a file sent before: it takes its place."""
    feed, county = "insurance.enrolment", scene.counties[0]
    contract, rows = scene.contracts[feed], scene.lists[feed]
    name = file_name(contract, county, scene.as_of, 1, "csv")
    own = take(rows, rows["county"] == county)
    return Mishap(save(scene.dice, contract, plain_form(contract), county, name, own), feed, "accepted")


def cut_line(scene: Scene) -> Mishap:
    """The export broke off in the middle of a line."""
    feed = "health.child_health"
    file = scene.plain(feed, scene.counties[-1], 1)
    cut = file.content.rstrip().rfind(b",", 0, len(file.content) - 40)
    last = np.arange(size(file.rows)) == size(file.rows) - 1
    note(file.rows, last, "cut_line:")
    return Mishap(replace(file, content=file.content[:cut]), feed, "partial", "FIELD_COUNT")


def still_writing(scene: Scene) -> Mishap:
    """A copy that has not finished."""
    feed, county = "education.enrolment", scene.counties[-1]
    content, name = scene.text(feed, county).encode(), scene.name(feed, county, 3)
    return Mishap(scene.file(feed, county, f"{name}.part", content[: len(content) // 2]), feed, "waiting")


def lock_file(scene: Scene) -> Mishap:
    """What Excel leaves beside a workbook that is open."""
    feed, county = "education.enrolment", scene.counties[0]
    name = "~$" + scene.name(feed, county, 0).replace(".csv", ".xlsx")
    return Mishap(scene.file(feed, county, name, b"\x05clerk".ljust(165)), feed, "ignored")


ALL: tuple[Callable[[Scene], Mishap], ...] = (
    unknown_name, other_county, unknown_county, bad_date, old_type, broken_workbook, wrong_encoding, missing_column,
    unknown_column, column_twice, no_header, empty, header_only, nil_with_rows, neighbours_rows, sent_again, corrected,
    cut_line, still_writing, lock_file,
)  # fmt: skip


def all_mishaps(scene: Scene) -> Iterator[tuple[str, Mishap]]:
    """Every mishap by name; some need a second county and stay away without one."""
    alone = len(scene.counties) < 2
    for mishap in ALL:
        if not (alone and mishap in (other_county, neighbours_rows)):
            yield mishap.__name__, mishap(scene)


def _rejected(scene: Scene, feed: str, county: str, name: str, content: bytes, code: str) -> Mishap:
    return Mishap(scene.file(feed, county, name, content), feed, "rejected", code)


def _respelled(scene: Scene, feed: str, days: int, spell: Callable[[str], bytes], code: str) -> Mishap:
    county = scene.counties[-1]
    return _rejected(scene, feed, county, scene.name(feed, county, days), spell(scene.text(feed, county)), code)


def _sent(scene: Scene, feed: str, county: str) -> File:
    return next(file for file in scene.sent[feed] if file.path.parts[1] == county)


def _without(text: str, heading: str) -> str:
    lines = [line.split(",") for line in text.splitlines()]
    lost = lines[0].index(heading)
    return "".join(",".join(cells[:lost] + cells[lost + 1 :]) + "\r\n" for cells in lines)


def _with_column(text: str, heading: str, value: str) -> str:
    head, *lines = text.splitlines()
    return "".join(f"{line}\r\n" for line in (f"{head},{heading}", *(f"{line},{value}" for line in lines)))
