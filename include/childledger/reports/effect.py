"""Stage three, the effect: the sender learns what the file did in the ledger, as counts that name no child."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from sqlalchemy.engine import Connection

from childledger import db
from childledger.contracts import Contract
from childledger.messages import VERDICTS
from childledger.reports import zone
from childledger.settings import Settings

STEPS = ("收到", "校验", "匹配", "入账", "作用")


def write_effects(conn: Connection, settings: Settings, feeds: Mapping[str, Contract]) -> int:
    """Tell every sender whose file's effect is new or changed; return how many were told.

    The files are written before the mark is committed: a crash in between writes the same files again.
    """
    owed = db.run(conn, "reports/list_effects_owed").all()
    for effect in owed:
        place = zone.folder(settings, effect.department, effect.county_code)
        name = zone.fit(f"{effect.receipt_id}_", PurePath(effect.file_name).stem, "_作用")
        zone.publish(place / f"{name}.txt", zone.plain(in_words(effect, feeds.get(effect.feed))))
        zone.publish(place / f"{name}.json", (db.json(as_json(effect)) + "\n").encode())
    db.run(conn, "reports/mark_effects_told", receipt_ids=[effect.receipt_id for effect in owed])
    return len(owed)


def in_words(effect: Any, contract: Contract | None) -> list[str]:
    """The five steps of a file on one page."""
    told = effect.counts
    texts = (
        zone.beijing(effect.received_at),
        f"{VERDICTS[effect.verdict]}，已收 {effect.accepted_count} 行，未收 {effect.rejected_count} 行",
        f"{told['rows_of_known_children']} 行与系统中已有的儿童匹配，{told['rows_of_new_children']} 行为新增儿童"
        f"（{told['new_children']} 名）；以上各行中 {told['rows_in_review']} 行等待人工核对{_astray(told)}",
        f"{told['rows_in_force']} 行现行有效，{told['rows_set_aside']} 行已被更正件、后报文件取代或撤回"
        f"；进入监测台账 {told['entries_opened']} 名，离开 {told['entries_closed']} 名",
        f"提出关爱提示 {told['flags_opened']} 条（走访任务 {told['items_queued']} 项），"
        f"办结或撤下 {told['flags_closed']} 条",
    )
    return [
        "作用回执：文件已走完“收到→校验→匹配→入账→作用”五步。",
        "",
        f"收据编号：{effect.receipt_id}",
        f"文件名：  {effect.file_name}",
        f"报送单位：{zone.sender(effect.department, effect.county_code, contract)}",
        f"台账日期：{effect.ledger_date}（第 {effect.refresh_id} 次更新）",
        *_standing(told),
        "",
        *(f"{number}. {step}：{text}" for number, (step, text) in enumerate(zip(STEPS, texts, strict=True), 1)),
        "",
        "以上只计本文件的行和由它引起的变化，不含其他部门的数据，也不指明任何儿童。数字变化时本回执自动更新。",
    ]


def _astray(told: Mapping[str, Any]) -> str:
    found = told["rows_of_no_item"]
    return f"；{found} 行走访结果对应不上任务，没有生效，请核对任务编号和儿童编号后报送更正件" if found else ""


def _standing(told: Mapping[str, Any]) -> list[str]:
    if told["is_withdrawn"]:
        return ["本文件已撤回，它引起的变化已全部撤销。"]
    return [f"本文件已被收据 {told['superseded_by']} 取代。"] if told["superseded_by"] else []


def as_json(effect: Any) -> dict[str, Any]:
    """The same numbers for machines."""
    return {
        "stage": "effect",
        "receipt_id": effect.receipt_id,
        "file_name": effect.file_name,
        "sha256": effect.sha256,
        "feed": effect.feed,
        "as_of_date": effect.as_of_date,
        "verdict": effect.verdict,
        "refresh_id": effect.refresh_id,
        "ledger_date": effect.ledger_date,
        "rows": {"accepted": effect.accepted_count, "rejected": effect.rejected_count},
        "effect": effect.counts,
    }
