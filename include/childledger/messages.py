"""What every code means to a clerk: plain Chinese, what is wrong and how to mend it. Codes stay, words may improve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from childledger.contracts import Column

SHOWN = 12
"""Words of a list a message names."""
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
SEVERITIES = {"error": "错误（本行未收）", "query": "疑问（请核实）", "notice": "提示"}

SEXES = {"1": "男", "2": "女"}
"""GB/T 2261.1 → as people read it."""
SHIELDED = "（受保护）"
"""What stands where a shielded child's name would."""
BASES = {
    "official_calendar": "",
    "weekdays_only": "（这一年的放假安排尚未公布，暂按周一至周五计算，公布后以公布的为准。）",
}
"""What is to be said about a due day, by the calendar it was counted on."""
DUTIES = {
    "NOT_DUE": "未到期",
    "PENDING": "处理中",
    "EARLY": "提前报送",
    "ON_TIME": "按时报送",
    "LATE": "逾期报送",
    "NIL": "零报告",
    "REJECTED_ONLY": "只有退回",
    "MISSING": "逾期未报",
    "NOT_EXPECTED": "不需报送",
}
"""State of a duty in the register → its title."""
ROUNDS = {"running": "进行中", "due": "待签结", "late": "逾期未签结", "closed": "已签结"}
"""State of a county's half-year → its title."""
REASONS = {
    "not_over": "半年尚未结束，或台账尚未更新到半年之后",
    "never_refreshed": "台账尚未生成",
    "files_missing": "应报未报的文件（零报告算已报）",
    "files_held": "等待人工确认的文件",
    "files_not_counted": "尚未计入台账的文件",
    "queries_open": "未说明的疑问",
    "explanations_waiting": "等待审核的说明",
    "tickets_contested": "等待裁定的申诉",
    "tickets_open": "未改好的更正通知",
    "pairs_waiting": "等待人工比对的记录对",
    "children_overdue": "超过180天没有新依据的儿童",
    "facts_stale": "已过有效期、尚无新依据的信息",
    "counts_differ": "与部门登记册数目不一致的报送",
    "differences": "对不上的数",
}
"""Why a half-year is not closed, or what was told when it was → its title."""
STATEMENT = {
    "deliveries": "报送", "files": "文件", "files taken": "收下的文件", "lines": "行",
    "rows accepted": "收下的行", "records": "有效记录", "records of children": "已归到儿童的记录",
    "children": "儿童", "entries": "在册儿童", "monitored": "监测对象", "open flags": "未了结的风险",
    "flags raised": "提出的风险", "open items": "未了结的任务", "repeated": "重复报送", "refused": "退回",
    "nil": "零报告", "waiting": "处理中", "header": "标题行", "blank": "空行", "rejected": "未收下",
    "superseded": "已被更正替代", "withdrawn": "已撤回", "awaiting": "待归并", "same_child": "同一儿童",
    "other_files": "其他文件所见", "elsewhere": "在别县在册", "not_yet": "数据日期晚于统计日",
    "place_unknown": "出生日期或地址不明", "of_age": "已满年龄", "at_home": "在户籍地",
    "outside_province": "居住在省外", "one_city": "市辖区内", "cancelled": "已死亡、返乡或迁走",
    "candidate": "未满六个月", "no_reason": "没有风险", "further_reasons": "一人多项风险",
    "without_entry": "不在册儿童的风险", "confirmed": "已核实", "dismissed": "不属实", "lapsed": "情况已消除",
    "flags_withdrawn": "依据已撤回",
}  # fmt: skip
"""What the statement of a half-year counts, and each cause of a difference in it → its title for who signs."""
REMINDERS = {
    "MISSING": ("本期截止日期已过，还没有收到这类数据", "请尽快报送；如本期确无数据，请报零报告"),
    "REJECTED_ONLY": ("本期截止日期已过，报来的文件没有收下任何一行", "请按处理结果改好后重新报送"),
}
"""State of an overdue duty → (what is wrong, how to mend it)."""

GAP_REASONS = {
    "awaits_hukou_place": "须由户籍地认定，请发函协调",
    "said_otherwise": "主管部门的数据写明没有（未完成、暂停、辍学、过期等）",
    "proof_expired": "以前有凭证，已过有效期",
    "no_identity_number": "各部门都没有该儿童的身份证号，难以比对",
    "not_listed": "主管部门的名单上没有该儿童",
}
"""Why a service due is without proof (entitlement.entitlement.reason), for the county's own list."""

FILES: dict[str, tuple[str, str]] = {
    "UNKNOWN_COUNTY": ("报送目录的县区代码{county_code}不在本省现行县级区划中", "请放入本县（市、区）六位代码的目录"),
    "UNKNOWN_FILE_NAME": (
        "文件名不符合约定，无法判断是哪一类数据",
        "请按“名称_县区代码_数据日期”命名，例如{example}；更正件加“_更正1”，只报改好的行加“_补报1”，无数据加“_零报告”",
    ),
    "OTHER_COUNTY_FILE": ("文件名写的是{named_county}，却放在{county_code}的目录", "请核对后放入正确的县区目录"),
    "BAD_DATA_DATE": ("文件名中的数据日期{named_date}不是有效日期或晚于今天", "请改为八位数据截止日期，例如20260630"),
    "UNKNOWN_FILE_TYPE": ("不接收{type}类型的文件", "请另存为{allowed}后重新报送"),
    "TOO_LARGE": (
        "文件超过{limit}字节上限",
        "请删除图片、批注和空行空列后另存，或改报CSV；仍超限请联系数据管理员，不要拆分",
    ),
    "UNSAFE_FILE": ("不是普通文件（链接、管道或目录）", "请直接复制文件本身到报送目录"),
    "EMPTY_FILE": (
        "文件是空的，没有任何数据行",
        "有数据的，请重新导出、打开核对后报送；本期确无数据的，请在文件名末尾加“_零报告”后重新报送",
    ),
    "NIL_WITH_ROWS": ("文件名标为零报告，但含有{rows}行数据", "请去掉“_零报告”，或清空数据行"),
    "WRONG_ENCODING": ("文字编码不是{allowed}，疑为{suspected}", "请用WPS/Excel另存为“CSV UTF-8”或XLSX后重新报送"),
    "WRONG_DELIMITER": ("各列之间用的是“{found}”，约定是“{expected}”", "请用约定的分隔符另存，或改报XLSX"),
    "LINE_TOO_LONG": ("有一行超过{limit}字节，文件没有按行分开", "请用WPS/Excel重新导出后报送"),
    "SEVERAL_SHEETS": ("工作簿有多个工作表含有约定的表头或儿童的行", "请只保留一个工作表，把各表的行合并到其中"),
    "UNREADABLE_WORKBOOK": ("工作簿损坏，无法完整读出", "请用WPS/Excel打开核对后另存为XLSX重新报送"),
    "ENCRYPTED_WORKBOOK": ("工作簿设有打开密码", "请在WPS/Excel中取消密码后另存为XLSX重新报送"),
    "WORKBOOK_LIMIT": ("工作簿超出读取限额（时间、内存或展开后大小）", "请删除多余的空行空列和图片后另存，或改报CSV"),
    "WORKBOOK_GAP": (
        "第{row}行有内容，但它上面连续{gap}行是空的，无法判断是否属于数据表",
        "请删除第{row}行的多余内容，或删除中间的空行后重新报送",
    ),
    "WRONG_CONTENT": (
        "扩展名是{type}，内容却是{seems}，只改了扩展名",
        "请用WPS/Excel打开后“另存为”XLSX重新报送，不要直接改扩展名",
    ),
    "UNREADABLE_ZIP": ("压缩包损坏或压缩方式不支持", "请用系统自带的压缩功能重新压缩为ZIP，或直接报送文件本身"),
    "ENCRYPTED_ZIP": ("压缩包设有密码", "请取消压缩包密码，或直接报送文件本身"),
    "ZIP_NOT_ONE_FILE": ("压缩包内有{count}个文件，应当只有1个", "请每个压缩包只放1个数据文件，或直接报送文件本身"),
    "ZIP_LIMIT": ("压缩包展开后超过限额", "请直接报送文件本身；仍超限请联系数据管理员，不要拆分"),
    "HEADER_NOT_FOUND": (
        "前30行内找不到约定的表头（工作簿只读第一个工作表）",
        "请使用约定的表头，工作簿的数据要放在第一个工作表：{expected}",
    ),
    "MISSING_COLUMNS": ("缺少必填列：{columns}", "请补齐这些列后重新报送{renamed}"),
    "UNKNOWN_COLUMNS": ("{positions}列的表头不在约定中", "请删除多余列，或联系数据管理员更新约定"),
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
    "ID_INVALID": ("身份证号位数、出生日期段或校验码有误", "请对照户口簿核对18位号码，不填护照等其他证件号"),
    "ID_DAMAGED_BY_EXCEL": (
        "身份证号被Excel改成了科学记数或末位变成了0，后几位已丢失，系统不猜测",
        "请将该列设为“文本”后重新录入完整号码",
    ),
    "ETHNICITY_UNKNOWN": ("民族名称或代码不在国家标准（GB/T 3304）中", "请写民族全称，例如“汉族”"),
    "DIVISION_UNKNOWN": ("行政区划代码不存在", "请填写六位县级代码：12位代码只取前六位，不写地名，不用开发区统计代码"),
    "OTHER_COUNTY": ("本行不属于本县（市、区）", "请核对区划代码，或转由所属县区报送"),
    "DUPLICATE_KEY": ("与本文件另一行编号重复", "请只保留正确的一行；两行完全相同的已收第一行，可不再改"),
    "ID_BIRTH_DIFFERS": ("出生日期与身份证号中的不一致", "请核对是否误填监护人或兄弟姐妹的号码"),
    "ID_SEX_DIFFERS": ("性别与身份证号中的不一致", "请核对性别和身份证号"),
    "ID_15_DIGITS": ("身份证号是15位旧号码", "请核对户口簿，填写18位号码"),
    "NUMBER_DAMAGED_BY_EXCEL": (
        "号码被Excel改成了科学记数或末位变成了0，后几位已丢失，系统不猜测",
        "请将该列设为“文本”后重新录入完整号码",
    ),
    "DIGITS_PERHAPS_LOST": ("长号码的末几位都是0，可能被Excel改过", "请对照原件核对末几位；如无误，无需改动"),
    "LEADING_ZERO_LOST": ("号码前面的0丢失", "请将该列设为“文本”后补上前面的0"),
    "NUMBER_OUT_OF_RANGE": ("数值超出约定范围", "请核对该数值"),
    "DATE_AS_SERIAL": ("日期变成了Excel序列号", "请将该列设为“文本”或日期格式后重新录入，例如2019-05-03"),
    "DATE_WITH_TIME": ("日期后面带有时间", "请只保留年月日，例如2019-05-03"),
    "DATE_AMBIGUOUS": ("日期的年月日顺序不明确", "请写成年在前的四位年份，例如2019-05-03"),
    "NULL_WORD": ("用“/”“无”“—”等表示没有，已按空值处理", "没有的内容请留空"),
    "TEXT_MARK": ("内容前面有英文单引号，已去掉", "请删去开头的单引号；长号码请把整列设为“文本”"),
    "SPACES": ("内容前后或中间有多余空格", "请删去多余空格"),
    "INVISIBLE_CHARACTER": ("含有看不见的字符", "请在“记事本”中重新录入该内容"),
    "FULL_WIDTH": ("用了全角数字或字母，已按半角读取", "请改用半角"),
    "LOWER_CASE": ("用了小写字母，已按大写读取", "请改用大写，身份证号末位X用大写"),
    "GARBLED": ("文字是乱码或有字丢失（如“锟斤拷”“?”）", "请在原系统核对后重新录入，并另存为“CSV UTF-8”或XLSX"),
    "CHARACTERS_PERHAPS_LOST": ("文字中有“?”或“□”，可能是系统里没有的字丢失了", "请对照原件核对；如无误，无需改动"),
    "FOREIGN_LETTERS": ("文字中有希腊、俄文等字母，可能是乱码", "请对照原件核对；如无误，无需改动"),
    "ABOVE_HEADER": ("本行在表头上面，却像一行数据", "请把表头移到第一行，数据都放在表头下面"),
    "CELL_PERHAPS_CUT": (
        "相邻一行只有半截内容，本行的首格或末格可能被换行截断",
        "请把断开的两行合并为一行，删去单元格里的换行后重新导出",
    ),
    "BYTES_UNREADABLE": ("本行的文字编码与文件其他部分不同，无法识别", "请把整份文件重新另存为“CSV UTF-8”或XLSX"),
    "CONTROL_CHARACTER": ("本行含有换行符或控制字符", "请删去单元格里的换行后重新导出"),
    "QUOTE_UNCERTAIN": ("本行的英文引号不成对，无法确定各列的边界", "请删去内容中的英文引号，或改报XLSX"),
    "CELL_WITHOUT_HEADING": ("没有表头的列里有内容，本行可能错列", "请把内容移到正确的列，或删去"),
    "SECOND_TABLE": ("空行之后又出现一个表头，以下各行可能是另一张表", "请合并为一张表，只保留一个表头"),
    "LAST_LINE_CUT": ("最后一行没有写完，可能文件被截断", "请核对最后一行，并确认文件完整后重新报送"),
    "FORMULA": ("单元格是公式，已按显示的值读取", "请用“选择性粘贴—数值”去掉公式"),
    "FORMULA_WITHOUT_VALUE": (
        "单元格是公式，没有保存计算结果",
        "请用WPS/Excel打开、保存后，用“选择性粘贴—数值”去掉公式",
    ),
    "ERROR_VALUE": ("单元格是错误值（如#N/A、#REF!）", "请改为正确的内容"),
    "HIDDEN_ROW": ("本行被隐藏或筛选掉，已收", "请核对是否确要报送；不报送的请删除而不是隐藏"),
    "MERGED_CELL": ("本行有合并单元格，无法确定内容属于哪些行", "请取消合并，并在每一行填写完整"),
    "SHOWN_OTHERWISE": (
        "单元格显示的和实际存的不一样（只显示年月的存成了1日，或格式加了字），已按实际存的读取",
        "请核对；不一样的请将该列设为“文本”后按原件重新录入",
    ),
    "FIELD_COUNT": ("本行列数与表头不一致", "请检查是否多了或少了逗号、引号，或文件未写完"),
    "LAST_LINE_UNTERMINATED": ("最后一行没有换行符，文件可能未写完", "请核对最后一行是否完整"),
    "TOTAL_LINE": ("识别为合计行或表尾落款（填表人、日期等），未作为儿童记录", "下次可不带这些行"),
    "VOLUME_CHANGED": ("数据行数与上次报送相差较大", "请核对是否导出不全或重复导出；确属实情的请说明原因"),
    "KEYS_VANISHED": ("上次报送中的许多主键本次没有", "请核对是否导出不全；确已全部转出的请说明原因"),
    "IMMUTABLE_CHANGED": ("与本单位以前报送的同一主键不一致，此项通常不会改变", "请核对；确属更正的请说明原因"),
    "ID_OTHER_BIRTH": ("与比对不一致", "请核对本行的出生日期和身份证号；核对无误的请说明"),
    "ID_OTHER_NAME": ("与比对不一致", "请核对本行的姓名和身份证号，是否误填他人号码；核对无误的请说明"),
    "OPTIONAL_COLUMN_MISSING": ("本文件没有这一列", "如有数据请补列报送"),
}
"""Row finding code → (what is wrong, how to mend it)."""


TICKETS: dict[str, tuple[str, str]] = {
    "id_wrong": ("走访发现证件号码可能有误", "请对照户口簿或出生医学证明核实本行的证件号码，有误的改正后再报"),
    "name_wrong": ("走访发现姓名可能有误", "请对照户口簿核实本行的姓名，有误的改正后再报"),
    "died": ("走访得知该儿童可能已死亡", "请核实；属实的按规定办理注销，不再列入名单或写明注销原因"),
    "double_hukou": ("走访发现可能有双重户籍", "请核实本行的户籍地，属实的按规定注销其一，改正后再报"),
    "enrolled_here": ("走访得知该儿童已在本地就读", "请核实本行的就读状态，有误的改正后再报"),
    "not_found": ("走访未查到此人", "请核实是否仍在登记地址居住；不在的办理注销，不再列入名单或写明注销原因"),
    "departments_differ": ("本列与其他有佐证的记录不一致", "请对照户口簿或出生医学证明核实，有误的改正后再报"),
}
"""Evidence code of a correction ticket → (what was found, what the department is asked); never who found it where."""


def ticket_message(code: str) -> tuple[str, str]:
    """What was found about a row and what its department is asked to do."""
    return TICKETS[code]


def file_message(code: str, detail: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a file and how to mend it; bindings not known are shown as …."""
    what, fix = FILES[code]
    known = _Known(detail)
    return what.format_map(known), fix.format_map(known)


def row_message(code: str, column: Column | None = None) -> tuple[str, str]:
    """What is wrong with a row and how to mend it, with what the contract says of the column it stands in."""
    what, fix = ROWS[code]
    return what, fix + (_hint(code, column) if column else "")


def _hint(code: str, column: Column) -> str:
    words = [word for word in column.lookup if not word.isascii()] or list(column.lookup)
    if code == "REQUIRED_MISSING" and column.unless:
        return "；流浪、身份不明而确实查不到的，按填报说明写明"
    if code == "NOT_IN_LIST" and words:
        return f"：{'、'.join(words[:SHOWN])}{'…' if len(words) > SHOWN else ''}"
    if code in ("PATTERN_MISMATCH", "LEADING_ZERO_LOST") and column.description:
        return f"：{column.description.split(' / ')[0]}"
    if code == "DATE_OUT_OF_RANGE":
        latest = "文件名中的数据日期" if column.maximum == "as_of" else column.maximum
        return f"，应在{column.minimum or '…'}至{latest or '…'}之间"
    if code == "ID_INVALID" and not column.required:
        return "；没有身份证号的请留空"
    return ""


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
