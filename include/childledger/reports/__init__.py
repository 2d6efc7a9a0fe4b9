"""Report: every sender learns what became of every row, and auditors check it without any child's data."""

from childledger.reports.corrections import write_corrections
from childledger.reports.effect import write_effects
from childledger.reports.gaps import write_gaps
from childledger.reports.index import rebuild_index
from childledger.reports.province import write_province
from childledger.reports.receipts import acknowledge, waiting
from childledger.reports.reminders import remind
from childledger.reports.results import report
from childledger.reports.scorecard import print_scores, read_scores, write_scorecards

__all__ = [
    "acknowledge",
    "print_scores",
    "read_scores",
    "rebuild_index",
    "remind",
    "report",
    "waiting",
    "write_corrections",
    "write_effects",
    "write_gaps",
    "write_province",
    "write_scorecards",
]
