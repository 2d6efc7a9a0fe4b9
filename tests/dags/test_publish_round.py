"""A half-year put to a person for signature: asked with counts and no names, signed under the account that answered."""

from __future__ import annotations

from pathlib import Path

import pytest

import office
from childledger.settings import Settings
from halfyear import ROUND, rows, send_nil, take_in
from required_action import run_dag


@pytest.mark.timeout(300)
def test_a_round_is_put_to_a_person_and_signed_by_the_answer(settings: Settings, tmp_path: Path) -> None:
    send_nil(settings)  # no child, so that none is overdue on the day this runs
    take_in(settings)
    found = run_dag(settings, tmp_path, "publish_round", "round_of_county.ask", ("签结 sign", "已与各部门核对"))
    assert set(found["states"].values()) == {"success"} and found["run"] == "success"
    (asked,) = found["asked"]
    assert asked["options"] == ["签结 sign", "以后再定 later"]
    assert asked["subject"].startswith(f"{ROUND} 郑州市金水区（{office.COUNTY}）")
    assert "| 文件 → 收下的文件 | 9 | 零报告 -9 | 0 | 0 |" in asked["body"]
    signed = "select round_name, county_code, version, officer, reason from rounds.signing"
    assert rows(settings, signed) == [(ROUND, office.COUNTY, 1, "officer", "已与各部门核对")]
