"""Precedence: the best-placed source wins a field, then the newest; a blank never erases; what lost stays visible."""

from __future__ import annotations

from datetime import date
from typing import Any

import canon
import office
from childledger import contracts, ledger, precedence, trace
from childledger.settings import INCLUDE, Settings
from reviewers import rows, run, scalar


def profile(settings: Settings, column: str) -> Any:
    found = rows(settings, "select to_jsonb(profile) -> CAST(:c as text) from ledger.profile as profile", c=column)
    assert len(found) == 1
    return found[0][0]


def test_every_feed_named_has_a_contract_and_the_digest_covers_the_file() -> None:
    named = {feed for placed in precedence.places().values() for feed in placed}
    assert named <= set(contracts.load_all(INCLUDE / "feeds"))
    assert (INCLUDE / "rules" / "precedence.yaml").read_bytes() and len(ledger.rules().sha256) == 64


def test_who_checks_papers_wins_what_lasts_though_others_are_newer(settings: Settings) -> None:
    canon.drop_residence(settings, [canon.residence(1, ethnicity="汉族")], "20260601")
    office.drop_pupils(settings, [office.pupil(1, ethnicity="回族")])
    run(settings)
    assert profile(settings, "ethnicity_code") == "01"
    assert scalar(settings, "select max(as_of_date) from conformed.source_record") == date(2026, 6, 30)


def test_of_one_place_the_newest_wins_and_what_moves_is_whoever_saw_it_last(settings: Settings) -> None:
    canon.drop_residence(settings, [canon.residence(1, address="文化路9号")], "20260601")
    office.drop_pupils(settings, [office.pupil(1, address="花园路1号")], "20260615")
    office.drop_survey(settings, [office.survey(1, address="花园路2号", surveyed_on="2026-06-20")])
    run(settings)
    assert profile(settings, "address") == "花园路2号"


def test_a_blank_of_a_better_place_erases_nothing(settings: Settings) -> None:
    office.drop_pupils(settings, [office.pupil(1, ethnicity="回族")], "20260601")
    canon.drop_residence(settings, [canon.residence(1)])
    run(settings)
    assert profile(settings, "ethnicity_code") == "03"


def test_a_place_counts_only_while_its_evidence_does(settings: Settings) -> None:
    """The police register wins the hukou, until its word is half a year old."""
    canon.drop_residence(settings, [canon.residence(1, hukou_code="411681")], "20260105")
    office.drop_pupils(settings, [office.pupil(1, hukou_code="411602")])
    run(settings)
    assert profile(settings, "hukou_code") == "411602"
    canon.drop_residence(settings, [canon.residence(1, hukou_code="411681")], "20260201", suffix="")
    run(settings)
    assert profile(settings, "hukou_code") == "411681"


def test_what_lost_is_a_conflict_with_its_source_and_masked(settings: Settings) -> None:
    canon.drop_residence(settings, [canon.residence(1, ethnicity="汉族", address="花园路1号")], "20260601")
    office.drop_pupils(settings, [office.pupil(1, ethnicity="回族", address="花 园路1号")])
    run(settings)
    child = scalar(settings, "select child_id from ledger.profile")
    told = trace.child(settings, child)
    conflicts = told.split("conflicts (the value that counts first)\n")[1].split("\nrecords\n")[0].splitlines()
    assert [line.split("  ")[1:4] for line in conflicts] == [
        ["field=ethnicity_code", "value=01", "feed=public_security.residence"],
        ["field=ethnicity_code", "value=03", "feed=education.enrolment"],
    ]  # the address differs in a space only
    assert "counts=True" in conflicts[0] and "counts=False" in conflicts[1]
