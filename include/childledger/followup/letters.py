"""Letters: a request on paper to a county of another province, with a reply slip that quotes its return code.

It tells who the child is and in which county, and which records speak for the request: not what they say, no address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from childledger.followup.dockets import Kind
from childledger.followup.sheets import replace
from childledger.records import printable

FONT = "仿宋"
CHILD = {
    "name": "姓名",
    "sex_title": "性别",
    "birth_date": "出生日期",
    "hukou_township": "户籍乡镇",
    "guardian_name": "监护人",
}
REPLIES = (
    "□ 已认定，保障自      年    月    日起",
    "□ 不符合条件，理由：",
    "□ 户籍不在当地，现登记于：",
    "□ 材料不全，需补充：",
    "经办人：                联系电话：                日期：                （盖章）",
)


def write(path: Path, docket: dict[str, Any], kind: Kind) -> None:
    """Put the letter of a docket in its place, an A4 page in DOCX."""
    replace(path, lambda draft: _compose(docket, kind).save(str(draft)))


def code(return_code: str) -> str:
    """A return code as it is printed and read out.

    >>> code("0A1B2C3D4E")
    '0A1B2-C3D4E'
    """
    return f"{return_code[:5]}-{return_code[5:]}"


def _compose(docket: dict[str, Any], kind: Kind) -> Any:
    page = _page()
    numbers = f"文号：{docket['reference']}    回执码：{code(docket['return_code'])}"
    _line(page, f"关于请予办理流动儿童{kind.title}认定的函", size=18, bold=True, centred=True)
    _line(page, numbers, centred=True)
    _line(page, f"{docket['hukou']}民政部门：")
    for text in _body(docket, kind):
        _line(page, text, indent=True)
    _table(page, [*CHILD.values()], [[docket[name] or "" for name in CHILD]])
    _line(page, "依据的记录（只列来源、项目、日期和编号）：", indent=True)
    _line(page, docket["proof"] or "无", indent=True)
    _line(page, "办理环节和时限：", indent=True)
    holders = {"residence": docket["residence"], "hukou": docket["hukou"]}
    _table(
        page,
        ["环节", "由何地办理", "时限"],
        [[step.title, holders[step.holder], f"{step.working_days}个工作日"] for step in kind.steps],
    )
    _line(page, f"{docket['residence']}民政部门（盖章）", right=True)
    _line(page, docket["opened_date"], right=True)
    _line(
        page, "- - - - - - - - - - 回执（请寄回或告知居住地民政部门，并写明回执码） - - - - - - - - - -", centred=True
    )
    for text in (numbers, *REPLIES):
        _line(page, text)
    return page


def _body(docket: dict[str, Any], kind: Kind) -> tuple[str, ...]:
    return (
        f"下列儿童户籍登记在贵地，现居住在{docket['residence']}。{kind.title}的认定由户籍所在地办理"
        f"（{kind.legal_basis}；民发〔2024〕35号）。现将有关情况转去，请依法办理，并把结果告知我们。",
        "答复时请写明回执码，凭回执码登记，不必再写儿童的身份信息。",
    )


def _page() -> Any:
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    page = docx.Document()
    page.core_properties.author, page.core_properties.title = "", "户籍地协办函"
    normal = page.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2)
    return page


def _line(
    page: Any,
    text: str,
    *,
    size: int = 12,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
    indent: bool = False,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGNED
    from docx.shared import Pt

    paragraph = page.add_paragraph()
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold = Pt(size), bold
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    if centred or right:
        paragraph.alignment = ALIGNED.CENTER if centred else ALIGNED.RIGHT


def _table(page: Any, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = page.add_table(rows=0, cols=len(headings), style="Table Grid")
    for row in (headings, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = printable(text)
