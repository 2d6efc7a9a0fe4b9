"""A ZIP drop gives the one file it holds, whole, or is refused: no name, size or directory in it is believed."""

from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest

import books
from childledger.archive import unpack
from childledger.errors import FeedError

ROWS = "姓名,证件号码\n张三,410102201503071234\n".encode("gb18030")


def refusal(content: bytes, tmp_path: Path, max_bytes: int = 10_000) -> tuple[str, dict[str, str | int]]:
    drop = tmp_path / "drop.zip"
    drop.write_bytes(content)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(FeedError) as refused:
        unpack(drop, into, max_bytes)
    assert list(into.iterdir()) == [], "nothing of a refused file stays"
    return refused.value.code, refused.value.detail


@pytest.mark.parametrize(
    ("name", "file_type"),
    [
        ("学籍信息_410102_20260630.csv", "csv"),
        ("文件夹/学籍.XLSX", "xlsx"),
        ("a.Txt", "txt"),
        ("../../../../etc/evil.tsv", "tsv"),
        ("/etc/passwd.xls", "xls"),
    ],
)
def test_the_only_file_is_unpacked_under_a_name_of_ours(name: str, file_type: str, tmp_path: Path) -> None:
    drop, into = tmp_path / "drop.zip", tmp_path / "into"
    into.mkdir()
    left_over = {"__MACOSX/._a.csv": "x", ".DS_Store": "x", "文件夹/": "", "文件夹/Thumbs.db": "x", "~$学籍.xlsx": "x"}
    drop.write_bytes(books.packed({**left_over, name: ROWS}))
    told, path = unpack(drop, into, len(ROWS))
    assert (told, path.read_bytes(), list(into.iterdir())) == (file_type, ROWS, [path])
    assert path.name.startswith("unpacked-") and path.suffix == f".{file_type}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_chinese_windows_names_need_not_be_understood(tmp_path: Path) -> None:
    """Windows writes names in its own code page without saying so."""
    member = zipfile.ZipInfo("XXXX.csv")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, ROWS)
    (tmp_path / "drop.zip").write_bytes(buffer.getvalue().replace(b"XXXX", "学籍".encode("gbk")))
    assert unpack(tmp_path / "drop.zip", tmp_path, 100)[1].read_bytes() == ROWS


@pytest.mark.parametrize("names", [[], ["a.csv", "b.csv"], ["a.xlsx", "说明.docx"], ["a.csv", "a.csv "]])
def test_anything_but_one_file_is_refused(names: list[str], tmp_path: Path) -> None:
    assert refusal(books.packed(dict.fromkeys(names, ROWS)), tmp_path) == ("ZIP_NOT_ONE_FILE", {"count": len(names)})


@pytest.mark.parametrize(("name", "told"), [("a.zip", "ZIP"), ("a.pdf", "PDF"), ("张三", "…"), ("a.张三的表", "…")])
def test_other_types_are_refused_even_a_zip_in_a_zip(name: str, told: str, tmp_path: Path) -> None:
    code, detail = refusal(books.packed({name: books.packed({"a.csv": ROWS})}), tmp_path)
    assert (code, detail["type"], detail["allowed"]) == ("UNKNOWN_FILE_TYPE", told, "CSV、TSV、TXT、XLSX、XLS")


def test_more_bytes_than_allowed_are_refused(tmp_path: Path) -> None:
    assert refusal(books.packed({"a.csv": b"0" * 10_001}), tmp_path)[0] == "ZIP_LIMIT"


def test_a_declared_size_is_not_believed(tmp_path: Path) -> None:
    content = books.packed({"a.csv": b"0" * 10_000})
    assert refusal(content.replace(struct.pack("<I", 10_000), struct.pack("<I", 10)), tmp_path)[0] == "UNREADABLE_ZIP"


def test_an_endless_directory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert refusal(books.packed({f"{n:0200}/": b"" for n in range(5_000)}), tmp_path)[0] == "ZIP_LIMIT"


def test_a_password_is_told(tmp_path: Path) -> None:
    content = bytearray(books.packed({"a.csv": ROWS}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content), tmp_path)[0] == "ENCRYPTED_ZIP"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", ROWS, b"PK\x05\x06", b"Rar!\x1a\x07\x00"])
def test_what_is_no_zip_is_refused(content: bytes, tmp_path: Path) -> None:
    assert refusal(content, tmp_path)[0] == "UNREADABLE_ZIP"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_compressions_are_refused(method: int, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.csv", ROWS)
    assert refusal(buffer.getvalue(), tmp_path)[0] == "UNREADABLE_ZIP"


def test_a_damaged_zip_gives_its_file_unchanged_or_a_code(tmp_path: Path) -> None:
    dice, rows = random.Random(3), ROWS * 20
    whole, drop = books.packed({"a.csv": rows}), tmp_path / "drop.zip"
    into = tmp_path / "into"
    into.mkdir()
    codes = set()
    for _ in range(500):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 2, 4))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        drop.write_bytes(damaged[: dice.choice((len(damaged), dice.randrange(len(damaged))))])
        try:
            _, path = unpack(drop, into, 10_000)
        except FeedError as refused:
            codes.add(refused.code)
        else:
            assert path.read_bytes() == rows
            path.unlink()
    assert not list(into.iterdir())
    assert "UNREADABLE_ZIP" in codes
