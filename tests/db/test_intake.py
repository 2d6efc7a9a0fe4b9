"""Nothing in a landing zone is believed: what is claimed, refused or waits; and no sender goes unanswered."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import resource
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import office
from childledger import db, intake, pipeline
from childledger.settings import Settings

NAME = f"学籍信息_{office.COUNTY}_{office.AS_OF}.csv"


def receipts(settings: Settings) -> list[tuple[str, str | None, str | None]]:
    statement = "select file_name, verdict, verdict_code from intake.receipt order by receipt_id"
    with db.transaction(settings.database_url) as conn:
        return [tuple(row) for row in conn.execute(sa.text(statement))]


def answers(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.landing / "education" / office.COUNTY / "receipts").glob("*"))


def good() -> bytes:
    return office.as_csv("education.enrolment", [office.pupil(1)])


def test_the_archive_holds_the_bytes_under_their_digest(settings: Settings) -> None:
    office.drop(settings, "education", NAME, good())
    assert pipeline.receive(settings) == ["education.enrolment"]
    kept = settings.archived(hashlib.sha256(good()).hexdigest())
    assert kept.read_bytes() == good()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not list((settings.landing / "education" / office.COUNTY / "inbox").iterdir())


def symlink(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def hard_link(path: Path, secret: Path) -> None:
    os.link(secret, path)


def fifo(path: Path, secret: Path) -> None:
    os.mkfifo(path)


def folder(path: Path, secret: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [symlink, hard_link, fifo, folder])
def test_what_is_no_plain_file_is_set_aside_unread(
    settings: Settings, tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(good())
    inbox = settings.landing / "education" / office.COUNTY / "inbox"
    inbox.mkdir(parents=True)
    make(inbox / NAME, secret)
    pipeline.receive(settings)
    assert receipts(settings) == [(NAME, "rejected", "UNSAFE_FILE")]
    assert not list(inbox.iterdir())
    assert [path.name for path in (inbox.parent / "refused").iterdir()] == [NAME]
    assert secret.read_bytes() == good()
    assert not settings.archived(hashlib.sha256(good()).hexdigest()).exists()


def test_a_file_over_the_limit_is_set_aside_and_kept(settings: Settings) -> None:
    path = office.drop(settings, "education", NAME, good())
    pipeline.receive(dataclasses.replace(settings, max_file_bytes=100))
    assert receipts(settings) == [(NAME, "rejected", "TOO_LARGE")]
    assert (path.parent.parent / "refused" / NAME).read_bytes() == good()


def test_half_written_files_wait_with_a_note_and_are_taken_when_complete(settings: Settings) -> None:
    path = office.drop(settings, "education", NAME + ".part", good())
    pipeline.receive(settings)
    assert receipts(settings) == []
    assert answers(settings) == [f"{NAME}.part_等待写完.txt"]
    path.rename(path.with_name(NAME))
    pipeline.receive(dataclasses.replace(settings, settle_seconds=60))
    assert receipts(settings) == []
    assert answers(settings) == [f"{NAME}_等待写完.txt"]
    pipeline.receive(settings)
    assert [row[0] for row in receipts(settings)] == [NAME]
    assert not [name for name in answers(settings) if "等待写完" in name]


def test_a_file_that_grows_while_it_is_read_waits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office.drop(settings, "education", NAME, b"x" * (4 << 20))
    monkeypatch.setattr(intake, "CHUNK", 1 << 10)
    writer = threading.Thread(target=lambda: [_append(path) for _ in range(50)])
    writer.start()
    claimed = intake.claim_bytes(path, settings)
    writer.join()
    assert claimed is None
    assert not [draft for draft in settings.archive.rglob("*") if draft.is_file()]


def _append(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"more")
    time.sleep(0.0005)


def test_one_unruly_zone_keeps_nobody_elses_files_waiting(settings: Settings) -> None:
    zones = [
        settings.landing / department / office.COUNTY for department in ("cdc", "civil_affairs", "disabled_persons")
    ]
    (zones[0] / "inbox" / "文件夹").mkdir(parents=True)
    (zones[0] / "refused").write_text("no folder")  # so that what is no file can't be set aside
    zones[1].mkdir(parents=True)
    (zones[1] / "inbox").write_text("no folder")
    office.drop(settings, "education", NAME, good())
    assert pipeline.receive(settings) == ["education.enrolment"]
    assert (NAME, None, None) in receipts(settings)


def test_a_name_in_the_letters_of_windows_is_read(settings: Settings) -> None:
    inbox = settings.landing / "education" / office.COUNTY / "inbox"
    inbox.mkdir(parents=True)
    for name in (NAME.encode("gb18030"), b"\xff\xff.csv"):
        (inbox / os.fsdecode(name)).write_bytes(good())
    assert pipeline.receive(settings) == ["education.enrolment"]
    assert sorted(receipts(settings)) == [(NAME, None, None), ("\ufffd\ufffd.csv", "rejected", "UNKNOWN_FILE_NAME")]
    assert not list(inbox.iterdir())


def test_a_senders_clock_that_is_years_ahead_keeps_no_file_waiting(settings: Settings) -> None:
    path = office.drop(settings, "education", NAME, good())
    os.utime(path, (time.time() + 1e8,) * 2)
    assert pipeline.receive(settings) == ["education.enrolment"]
    assert answers(settings)[-1].endswith("已收到.txt")


def test_a_fault_of_the_machine_refuses_no_file(settings: Settings) -> None:
    path = office.drop(settings, "education", NAME, good())
    settings.archive.mkdir(parents=True)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, before[1]))
    try:
        with pytest.raises(OSError):
            intake.claim_bytes(path, settings)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert path.read_bytes() == good()


@pytest.mark.parametrize(
    ("department", "county", "name", "data", "code"),
    [
        ("education", "419999", f"学籍信息_419999_{office.AS_OF}.csv", good(), "UNKNOWN_COUNTY"),
        ("education", office.COUNTY, "新建文件.csv", good(), "UNKNOWN_FILE_NAME"),
        ("nobody", office.COUNTY, NAME, good(), "UNKNOWN_FILE_NAME"),
        ("education", office.COUNTY, f"学籍信息_410122_{office.AS_OF}.csv", good(), "OTHER_COUNTY_FILE"),
        ("education", office.COUNTY, f"学籍信息_{office.COUNTY}_20261350.csv", good(), "BAD_DATA_DATE"),
        ("education", office.COUNTY, f"学籍信息_{office.COUNTY}_29990101.csv", good(), "BAD_DATA_DATE"),
        ("education", office.COUNTY, f"学籍信息_{office.COUNTY}_{office.AS_OF}.ods", good(), "UNKNOWN_FILE_TYPE"),
        ("education", office.COUNTY, NAME, b"", "EMPTY_FILE"),
    ],
)
def test_a_file_refused_at_the_door_is_told_why(
    settings: Settings, department: str, county: str, name: str, data: bytes, code: str
) -> None:
    office.drop(settings, department, name, data, county)
    for feed in pipeline.receive(settings):
        pipeline.ingest(settings, feed)
    assert receipts(settings) == [(name, "rejected", code)]
    told = [path.read_text("utf-8-sig") for path in (settings.landing / department / county / "receipts").glob("*.txt")]
    assert any(code in text for text in told)


def test_a_mended_file_is_no_repeat_of_a_refused_one(settings: Settings) -> None:
    office.drop(settings, "education", f"学籍信息_410122_{office.AS_OF}.csv", good())
    pipeline.receive(settings)
    office.drop(settings, "education", NAME, good())  # the same bytes, now under the right name
    assert pipeline.receive(settings) == ["education.enrolment"]


def test_nil_returns_are_verdicts_of_their_own(settings: Settings) -> None:
    header = office.as_csv("education.enrolment", [])
    office.drop(settings, "education", NAME.replace(".csv", "_零报告.csv"), header)
    office.drop(settings, "education", NAME.replace("0630", "0629").replace(".csv", "_零报告.csv"), good())
    office.drop(settings, "education", NAME.replace("0630", "0628"), header)
    pipeline.receive(settings)
    pipeline.ingest(settings, "education.enrolment")
    assert sorted((verdict, code) for _, verdict, code in receipts(settings)) == [
        ("nil", None),
        ("rejected", "EMPTY_FILE"),
        ("rejected", "NIL_WITH_ROWS"),
    ]


def test_two_pollers_at_once_make_one_receipt(settings: Settings) -> None:
    for day in range(1, 9):
        office.drop(settings, "education", f"学籍信息_{office.COUNTY}_2026060{day}.csv", good())
    pollers = [threading.Thread(target=pipeline.receive, args=(settings,)) for _ in range(2)]
    for poller in pollers:
        poller.start()
    for poller in pollers:
        poller.join()
    assert len(receipts(settings)) == 8
    assert len({name for name, _, _ in receipts(settings)}) == 8


def test_a_crash_after_the_claim_leaves_no_sender_without_an_answer(settings: Settings) -> None:
    office.drop(settings, "education", NAME, good())
    from childledger import contracts

    intake.receive(settings, contracts.load_all(settings.feeds))  # and then the power fails
    assert answers(settings) == []
    pipeline.receive(settings)
    assert [name for name in answers(settings) if name.endswith("已收到.txt")]


@pytest.mark.parametrize("how", ["in place", "replaced", "same size and time"])
def test_a_file_written_again_while_it_is_taken_is_not_cleared_unread(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    first, second = good(), good().replace("花园路".encode(), "新园路".encode())
    path = office.drop(settings, "education", NAME, first)
    insert = intake._insert

    def then_the_sender_writes(*given: Any) -> int:
        receipt_id = insert(*given)
        before = path.stat()
        if how == "replaced":
            path.with_suffix(".part").write_bytes(second)
            path.with_suffix(".part").rename(path)
        else:
            path.write_bytes(second if how != "in place" else second + b"\r\n")
        if how == "same size and time":
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return receipt_id

    with monkeypatch.context() as patch:
        patch.setattr(intake, "_insert", then_the_sender_writes)
        pipeline.receive(settings)
    assert path.exists() and [row[0] for row in receipts(settings)] == [NAME]
    kept = path.read_bytes()
    pipeline.receive(settings)
    assert [row[0] for row in receipts(settings)] == [NAME, NAME] and not path.exists()
    for data in (first, kept):
        assert settings.archived(hashlib.sha256(data).hexdigest()).read_bytes() == data
