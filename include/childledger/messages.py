"""What every code means to a clerk: plain Chinese, what is wrong and how to mend it. Codes stay, words may improve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERDICTS = {
    "accepted": "全部收下",
    "partial": "部分收下",
    "rejected": "整份退回",
    "nil": "零报告已登记",
    "duplicate": "重复报送",
}
HELD = "暂缓入账，等待人工确认"
ANSWER_HEADINGS = ("行号", "结果", "问题", "怎么改", "代码")
"""Columns our receipt adds to the sender's rows; a clerk who mends the receipt itself and sends it back keeps them."""
SEVERITIES = {"error": "错误（本行未收）", "query": "疑问（已收，请核实）", "notice": "提示"}

FILES: dict[str, tuple[str, str]] = {
    "UNKNOWN_COUNTY": ("报送目录的县区代码{county_code}不在河南省现行县级区划中", "请放入本县（市、区）六位代码的目录"),
    "UNKNOWN_FILE_NAME": (
        "文件名不符合约定，无法判断是哪一类数据",
        "请按“名称_县区代码_数据日期”命名，例如{example}；更正件加“_更正1”，无数据加“_零报告”",
    ),
    "OTHER_COUNTY_FILE": ("文件名写的是{named_county}，却放在{county_code}的目录", "请核对后放入正确的县区目录"),
    "BAD_DATA_DATE": ("文件名中的数据日期{named_date}不是有效日期或晚于今天", "请改为八位数据截止日期，例如20260630"),
    "UNKNOWN_FILE_TYPE": ("不接收{type}类型的文件", "请另存为{allowed}后重新报送"),
    "TOO_LARGE": (
        "文件超过{limit}字节上限",
        "请删除图片、批注和空行空列后另存，或改报CSV；仍超限请联系数据管理员，不要拆分",
    ),
    "UNSAFE_FILE": ("不是普通文件（链接、管道或目录）", "请直接复制文件本身到报送目录"),
    "EMPTY_FILE": ("文件是空的，没有任何数据行", "如本期确无数据，请在文件名末尾加“_零报告”后重新报送"),
    "NIL_WITH_ROWS": ("文件名标为零报告，但含有{rows}行数据", "请去掉“_零报告”，或清空数据行"),
    "WRONG_ENCODING": ("文字编码不是{allowed}，疑为{suspected}", "请用WPS/Excel另存为“CSV UTF-8”或XLSX后重新报送"),
    "UNREADABLE_WORKBOOK": ("工作簿损坏、加密或不是XLSX", "请用WPS/Excel打开后另存为XLSX重新报送"),
    "WORKBOOK_LIMIT": ("工作簿超出读取限额（时间、内存或展开后大小）", "请删除多余的空行空列和图片后另存，或改报CSV"),
    "HEADER_NOT_FOUND": ("前10行内找不到约定的表头", "请使用约定的表头：{expected}"),
    "MISSING_COLUMNS": ("缺少必填列：{columns}", "请补齐这些列后重新报送"),
    "UNKNOWN_COLUMNS": ("第{positions}列的表头不在约定中", "请删除多余列，或联系数据管理员更新约定"),
    "DUPLICATE_COLUMNS": ("同一列出现多次：{columns}", "请只保留一列"),
    "ROW_COUNT_OUT_OF_RANGE": ("数据行数{rows}超出约定范围{minimum}至{maximum}", "请核对是否导出不全或重复导出"),
    "HELD_AND_REFUSED": (
        "与上次报送相比变化过大，经人工确认不予入账",
        "请核对是否导出不全、串列或误报，改好后重新报送整份文件",
    ),
    "HELD_AND_SUPERSEDED": ("等待人工确认期间已收到更正件（收据{newer}），本文件未入账", "无需处理，以更正件为准"),
    "MOSTLY_OTHER_COUNTY": ("{failed}行中多数不属于本县", "请核对是否误报了其他县区的文件"),
}
"""File verdict code → (what is wrong, how to mend it); bindings come from the receipt's verdict_detail."""

ROWS: dict[str, tuple[str, str]] = {
    "REQUIRED_MISSING": ("必填项为空", "请补填"),
    "DATE_UNREADABLE": ("日期无法识别", "请写成2019-05-03、2019/5/3、20190503或2019年5月3日"),
    "DATE_OUT_OF_RANGE": ("日期超出合理范围", "请核对年月日"),
    "PATTERN_MISMATCH": ("格式不符合约定", "请对照报送字段说明核对位数和字符"),
    "NOT_IN_LIST": ("取值不在约定范围内", "请按报送字段说明中的取值填写"),
    "ID_INVALID": ("身份证号位数、出生日期段或校验码有误", "请对照户口簿核对18位号码，末位X用大写"),
    "ID_DAMAGED_BY_EXCEL": (
        "身份证号被Excel改成了科学记数，后几位已丢失，系统不猜测",
        "请将该列设为“文本”后重新录入完整号码",
    ),
    "ETHNICITY_UNKNOWN": ("民族名称或代码不在国家标准（GB/T 3304）中", "请写民族全称，例如“汉族”"),
    "DIVISION_UNKNOWN": ("行政区划代码不存在", "请填写六位县级代码（不能用开发区统计代码）"),
    "OTHER_COUNTY": ("本行不属于本县（市、区）", "请核对区划代码，或转由所属县区报送"),
    "DUPLICATE_KEY": ("与本文件另一行主键重复", "请只保留正确的一行"),
    "ID_BIRTH_DIFFERS": ("出生日期与身份证号中的不一致", "请核对是否误填监护人或兄弟姐妹的号码"),
    "ID_SEX_DIFFERS": ("性别与身份证号中的不一致", "请核对性别和身份证号"),
    "FIELD_COUNT": ("本行列数与表头不一致", "请检查是否多了或少了逗号、引号，或文件未写完"),
    "LAST_LINE_UNTERMINATED": ("最后一行没有换行符，文件可能未写完", "请核对最后一行是否完整"),
    "TOTAL_LINE": ("识别为合计行，未作为儿童记录", "下次可不带合计行"),
    "VOLUME_CHANGED": ("数据行数与上次报送相差较大", "请核对是否导出不全或重复导出；确属实情的请说明原因"),
    "KEYS_VANISHED": ("上次报送中的许多主键本次没有", "请核对是否导出不全；确已全部转出的请说明原因"),
    "IMMUTABLE_CHANGED": ("与本单位以前报送的同一主键不一致，此项通常不会改变", "请核对；确属更正的请说明原因"),
    "ID_OTHER_BIRTH": ("与比对不一致", "请核对本行的出生日期和身份证号；核对无误的请说明"),
    "ID_OTHER_NAME": ("与比对不一致", "请核对本行的姓名和身份证号，是否误填他人号码；核对无误的请说明"),
    "OPTIONAL_COLUMN_MISSING": ("本文件没有这一列", "如有数据请补列报送"),
}
"""Row finding code → (what is wrong, how to mend it)."""


def file_message(code: str, detail: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a file and how to mend it; bindings not known are shown as …."""
    what, fix = FILES[code]
    known = _Known(detail)
    return what.format_map(known), fix.format_map(known)


def row_message(code: str) -> tuple[str, str]:
    """What is wrong with a row and how to mend it."""
    return ROWS[code]


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
