"""Stage one, "arrived": within a minute the sender can prove what was handed over, byte for byte."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any

from childledger import contracts, db
from childledger.contracts import Contract
from childledger.messages import HELD, VERDICTS
from childledger.reports import zone
from childledger.settings import Settings

WAITING = "_等待写完.txt"


def acknowledge(settings: Settings, receipt_ids: list[int]) -> None:
    """Answer every delivery of these receipts in its sender's zone; the same answer however often it is asked."""
    with db.transaction(settings.database_url) as conn:
        arrivals = db.run(conn, "reports/list_arrivals", receipt_ids=receipt_ids).all()
    feeds = contracts.load_all(settings.feeds) if arrivals else {}
    for arrival in arrivals:
        _acknowledge(settings, arrival, feeds.get(arrival.feed or ""))


def _acknowledge(settings: Settings, arrival: Any, contract: Contract | None) -> None:
    place = zone.folder(settings, arrival.department, arrival.county_code)
    words = "重复报送" if arrival.is_duplicate else "已收到"
    name = zone.fit(f"{arrival.receipt_id}_", PurePath(arrival.delivered_name).stem, f"_{words}")
    lines = _repeated(arrival) if arrival.is_duplicate else _arrived(arrival, contract)
    zone.publish(place / f"{name}.txt", zone.plain(lines))
    zone.publish(place / f"{name}.json", (db.json(_facts(arrival, contract)) + "\n").encode())
    for note in place.glob(f"{glob.escape(zone.fit('', arrival.delivered_name, ''))}*{WAITING}"):
        note.unlink(missing_ok=True)


def _arrived(arrival: Any, contract: Contract | None) -> list[str]:
    agreed = f"{contract.title}（{arrival.feed}）第 {arrival.contract_version} 版" if contract else None
    return [
        "收件回执：文件已收到，正在校验。处理结果另行发送到本目录。",
        "",
        f"收据编号：{arrival.receipt_id}",
        f"文件名：  {arrival.delivered_name}",
        f"报送单位：{zone.sender(arrival.department, arrival.county_code, contract)}",
        f"收到时间：{zone.beijing(arrival.received_at)}",
        f"字节数：  {arrival.byte_count}",
        f"SHA-256： {arrival.sha256 or '未计算，文件未能收取，见处理结果'}",
        f"SM3：     {arrival.sm3 or '未计算'}",
        f"数据约定：{agreed or '未能识别，见处理结果'}",
        "",
        "查询或更正时请说明收据编号。",
    ]


def _repeated(arrival: Any) -> list[str]:
    is_judged = arrival.verdict and arrival.state == "settled"
    verdict = f"{VERDICTS[arrival.verdict]}（{arrival.verdict}）" if is_judged else "正在处理"
    verdict = HELD if arrival.state == "held" else verdict
    return [
        f"重复报送：这份文件与收据 {arrival.receipt_id} 的内容完全相同，没有作为新数据处理。",
        "",
        f"文件名：          {arrival.delivered_name}",
        f"再次收到时间：    {zone.beijing(arrival.delivered_at)}",
        f"已有收据编号：    {arrival.receipt_id}",
        f"已有收据的文件名：{arrival.file_name}",
        f"已有收据的时间：  {zone.beijing(arrival.received_at)}",
        f"已有收据的结果：  {verdict}",
        f"SHA-256：         {arrival.sha256 or '未计算'}",
        "",
        _advice(arrival),
    ]


def _advice(arrival: Any) -> str:
    """Nothing to do, unless another file stands in the place of these bytes: only a higher number puts them back."""
    if arrival.superseded_by:
        number = arrival.standing_revision + 1
        return (
            f"这份内容已被收据 {arrival.superseded_by} 取代，现在以收据 {arrival.superseded_by} 为准。"
            f"如应以这份内容为准，请在文件名末尾加“_更正{number}”重新报送整份文件；否则无需操作。"
        )
    return (
        "无需再次报送。如数据有改动，请改好后在文件名末尾加“_更正1”（再次更正加“_更正2”）重新报送整份文件，"
        "或加“_补报1”只报改动的行。"
    )


def _facts(arrival: Any, contract: Contract | None) -> dict[str, Any]:
    return {
        "stage": "duplicate" if arrival.is_duplicate else "arrived",
        "receipt_id": arrival.receipt_id,
        "file_name": arrival.delivered_name,
        "delivered_at": zone.beijing(arrival.delivered_at),
        "received_at": zone.beijing(arrival.received_at),
        "byte_count": arrival.byte_count,
        "sha256": arrival.sha256,
        "sm3": arrival.sm3,
        "department": arrival.department,
        "county_code": arrival.county_code,
        "feed": arrival.feed,
        "feed_title": contract.title if contract else None,
        "contract_version": arrival.contract_version,
        "contract_sha256": arrival.contract_sha256,
        "verdict": arrival.verdict if arrival.is_duplicate else None,
    }


def waiting(settings: Settings, drops: Iterable[tuple[Path, str, str]]) -> None:
    """Tell the senders of unfinished drops (path, department, county code) that we wait; notes out of date go."""
    current = set()
    for path, department, county_code in drops:
        note = zone.folder(settings, department, county_code) / zone.fit("", path.name, WAITING)
        zone.publish(note, zone.plain(_still_writing(zone.fit("", path.name, ""), settings.settle_seconds)))
        current.add(note)
    for note in settings.landing.glob(f"*/*/receipts/*{WAITING}"):
        if note not in current:
            note.unlink(missing_ok=True)


def _still_writing(name: str, settle_seconds: float) -> list[str]:
    return [
        "等待写完：文件似乎仍在写入或上传，尚未收取。",
        "",
        f"文件名：{name}",
        "",
        f"文件停止变化 {settle_seconds:g} 秒后自动收取，收取后本提示自动消失。",
        "如文件名以 .part、.tmp、.filepart、.crdownload 结尾，请在上传完成后改回正式文件名。",
    ]
