"""One child nobody else is like, in every round: end-to-end tests look for it where no personal value may stand."""

from __future__ import annotations

from datetime import date

NAME = "赵哨兵ZZ"
ID_NUMBER = "410105201703147717"
BIRTH_DATE = date(2017, 3, 14)
PHONE = "13900007713"
GUARDIAN = "赵岗哨ZZ"
GUARDIAN_ID_NUMBER = "410105198603147715"
ADDRESS = "哨兵路771号"

UID = 0
HOME = 0
"""The sentinel's numbers in the truth."""
