"""Rounds: every county's half-year opens by the calendar and closes by a person's signature under frozen figures.

It can't be signed while a reason stands against it; every reason is told with its code and count.
"""

from childledger.rounds import counts
from childledger.rounds.accounting import Account, Definition, Period, Step, account
from childledger.rounds.signing import close, compare, in_short, lock, published, rebuild, reopen
from childledger.rounds.standing import Standing, count_stale, coverage, keep, rules, signings, standings

__all__ = [
    "Account",
    "Definition",
    "Period",
    "Standing",
    "Step",
    "account",
    "close",
    "compare",
    "count_stale",
    "counts",
    "coverage",
    "in_short",
    "keep",
    "lock",
    "published",
    "rebuild",
    "reopen",
    "rules",
    "signings",
    "standings",
]
