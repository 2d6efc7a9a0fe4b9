"""Two people's values beside each other without telling who they are: enough to decide by, too little to know by.

Pure functions of text; every value that leaves a database by a command without a reason on record passes here.
"""

from __future__ import annotations

from difflib import SequenceMatcher

_NAMES = frozenset({"name", "guardian_name"})
_OPEN = frozenset({"sex", "ethnicity_code", "residence_code", "hukou_code"})
"""Codes that thousands share."""


def mask(column: str, value: str | None) -> str | None:
    """Return a value of a person column as strangers may see it.

    >>> mask("name", "欧阳小明"), mask("name", "王明"), mask("birth_date", "2017-03-14")
    ('欧**明', '王*', '2017')
    >>> mask("id_number", "41010520170314123X"), mask("guardian_phone", "13800001234"), mask("residence_code", "410105")
    ('4101**********123X', '138****1234', '410105')
    """
    if value is None or column in _OPEN:
        return value
    if column == "birth_date":
        return value[:4]
    if column in _NAMES:
        return _stars(value, 1, int(len(value) > 2))
    if column == "address":
        return _stars(value, 2, 0)
    return _stars(value, 4 if len(value) > 11 else 3, 4)


def _stars(value: str, first: int, last: int) -> str:
    """Keep the ends of a value; of a short one, of which they would be more than two thirds, its first character."""
    if 3 * (first + last) > 2 * len(value):
        first, last = int(len(value) > 1), 0
    return value[:first] + "*" * (len(value) - first - last) + value[len(value) - last :]


def relation(column: str, left: str | None, right: str | None) -> str:
    """Tell how two values relate: agree, near (one character, or the same characters in another order), differ, blank.

    >>> relation("name", "王小明", "王小朋"), relation("birth_date", "2017-03-05", "2017-05-03")
    ('near', 'near')
    >>> relation("name", "王小明", "李大朋"), relation("sex", "1", "2")
    ('differ', 'differ')
    >>> relation("name", "王小明", None), relation("name", "王 小明", "王小明")
    ('blank', 'agree')
    """
    if left is None or right is None:
        return "blank"
    one, other = (_folded(value) for value in (left, right))
    if one == other:
        return "agree"
    if column in _OPEN:  # one digit of a code is another place
        return "differ"
    changed = sum(
        max(end - start, stop - begin)
        for kind, start, end, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        if kind != "equal"
    )
    return "near" if changed == 1 or sorted(one) == sorted(other) else "differ"


def _folded(value: str) -> str:
    return "".join(character for character in value if not character.isspace() and character not in "·•・.．").upper()
