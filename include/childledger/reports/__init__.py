"""Report: every sender learns what became of every row, and auditors check it without any child's data."""

from childledger.reports.index import rebuild_index
from childledger.reports.receipts import acknowledge, waiting
from childledger.reports.reminders import remind
from childledger.reports.results import report

__all__ = ["acknowledge", "rebuild_index", "remind", "report", "waiting"]
