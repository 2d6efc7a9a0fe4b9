"""What a file is, told by its bytes: a workbook we read, or a refusal that names what it seems to be."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from childledger.errors import FeedError

HEAD, OLE_HEAD = 4096, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_PARTS = 2_000
MAX_PART, MAX_UNPACKED = 512 << 20, 1 << 30
"""Bytes a workbook may declare to unpack to; parts are read as streams, so memory does not grow with them."""
MAX_RATIO, RATIO_FROM = 200, 16 << 20
"""A large part packed tighter than this was made to explode: sheets of people pack 5 to 50 times."""

SIGNS: tuple[tuple[bytes, str], ...] = (
    (rb"%PDF-", "PDF"),
    (rb"Rar!\x1a\x07", "RAR"),
    (rb"7z\xbc\xaf\x27\x1c", "7Z"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM", "IMAGE"),
    (rb"(?i)\s*MIME-Version:", "MHTML"),
    (rb"(?is)\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|style|table|div)\b", "HTML"),
    (rb"(?is)\s*<\?xml.*schemas-microsoft-com:office:spreadsheet", "XML Spreadsheet 2003"),
    (rb"\s*<\?xml", "XML"),
    (rb"\{\\rtf", "RTF"),
)
"""What the first bytes look like, and what it is called."""
ZIP_PARTS = (("xl/workbook.bin", "XLSB"), ("word/document.xml", "DOCX"), ("ppt/presentation.xml", "PPTX"))
OLE_STREAMS = (("WordDocument", "DOC"), ("PowerPoint Document", "PPT"))


def kind_of(stream: BinaryIO, file_type: str) -> str:
    """xlsx or xls by content; FeedError for anything else, naming what it seems to be."""
    head = stream.read(HEAD)
    stream.seek(0)
    if not head:
        raise FeedError("EMPTY_FILE")
    if head.startswith(b"PK\x03\x04"):
        seems = _zip_kind(stream)
    elif head.startswith(OLE_HEAD):
        seems = _ole_kind(stream)
    elif re.match(rb"\t[\x00\x02\x04\x08]", head):  # a BIFF stream without a container, from before Excel 5
        seems = "xls"
    else:
        seems = _named(head.lstrip(b"\xef\xbb\xbf"))
    stream.seek(0)
    if seems not in ("xlsx", "xls"):
        raise FeedError("WRONG_CONTENT", type=file_type, seems=seems)
    return seems


def parts_of(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Every part by its name in small letters; FeedError when the directory alone shows what we must not unpack."""
    parts: dict[str, zipfile.ZipInfo] = {}
    for part in archive.infolist():
        name = part.filename.replace("\\", "/").lower()
        if part.flag_bits & 1:
            raise FeedError("ENCRYPTED_WORKBOOK")
        if name.startswith("/") or ".." in name.split("/") or name in parts:
            raise FeedError("UNREADABLE_WORKBOOK")
        if part.file_size > max(MAX_RATIO * part.compress_size, RATIO_FROM) or part.file_size > MAX_PART:
            raise FeedError("WORKBOOK_LIMIT")
        parts[name] = part
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts.values()) > MAX_UNPACKED:
        raise FeedError("WORKBOOK_LIMIT")
    return parts


def _zip_kind(stream: BinaryIO) -> str:
    with zipfile.ZipFile(stream) as archive:
        parts = parts_of(archive)
        if "mimetype" in parts and b"opendocument.spreadsheet" in archive.read(parts["mimetype"])[:100]:
            return "ODS"
    for name, kind in ZIP_PARTS:
        if name in parts:
            return kind
    return "xlsx" if "[content_types].xml" in parts or "_rels/.rels" in parts else "ZIP"


def _ole_kind(stream: BinaryIO) -> str:
    """An OLE container lists its streams in UTF-16; a workbook with a password is one with an encrypted package."""
    data = stream.read()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FeedError("ENCRYPTED_WORKBOOK")
    if any(f"{name}\0".encode("utf-16-le") in data for name in ("Workbook", "WORKBOOK", "Book", "BOOK")):
        return "xls"
    for name, kind in OLE_STREAMS:
        if name.encode("utf-16-le") in data:
            return kind
    raise FeedError("UNREADABLE_WORKBOOK")


def _named(head: bytes) -> str:
    for sign, kind in SIGNS:
        if re.match(sign, head):
            return kind
    for encoding in ("utf-8", "gb18030"):
        text = head.decode(encoding, errors="ignore")
        if "\0" not in text and len(text.encode(encoding)) > len(head) - 4 and re.search("[,;\t\n]", text):
            return "CSV"
    raise FeedError("UNREADABLE_WORKBOOK")
