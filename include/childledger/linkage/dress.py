"""Take off what forms and clerks put around a name: a role, a second guardian, letters for a lacking character."""

from __future__ import annotations

import functools

import pyarrow as pa
import pyarrow.compute as pc

from childledger.linkage.characters import LONGEST_HAN, codes_of, tables

_HAN = r"[\x{3400}-\x{9FFF}\x{20000}-\x{323AF}]"
_KIN = "父亲|母亲|爸爸|妈妈|爷爷|奶奶|祖父|祖母|外祖父|外祖母|外公|外婆|姥姥|姥爷|监护人|家长"
_ROLE = rf"^\s*(?:(?:{_KIN}|户主|姓名|父|母|爷|奶|爸|妈)\s*[:：]\s*|(?:{_KIN})\s*({_HAN}{{2}}|{_HAN}?[A-Za-z]{{2}}))"
"""母亲：王芳, 父亲王强: a role before a name."""
_NONE = r"^\s*无\s*[/／、;；，]\s*|\s*[/／、;；，\s]\s*无\s*$"
"""王芳、无: two boxes of a form in one, of which the other is empty."""
_SECOND = rf"({_HAN}{{2}}|[A-Za-z·]{{2}})\s*[/／、;；].*$|({_HAN}{{2}})\s*，.*$"
"""王芳/李强: the first of two counts, as of two phones."""


def undress(names: pa.StringArray) -> pa.StringArray:
    """Names without the dress, aligned with the input; most have none and are looked at once.

    >>> undress(pa.array(["母亲：王芳", "父亲王强、无", "王芳/李强", "魏川heng", "王芳"])).to_pylist()
    ['王芳', '王强', '王芳', ' wei  chuan heng', '王芳']
    """
    dressed = pc.fill_null(pc.match_substring_regex(names, _any()), False)
    if not pc.any(dressed).as_py():
        return names
    plain = pc.replace_substring_regex(names.filter(dressed), _ROLE, r"\1")
    plain = pc.replace_substring_regex(plain, _NONE, "")
    plain = pc.replace_substring_regex(plain, _SECOND, r"\1\2")
    return pc.replace_with_mask(names, dressed, _in_letters(plain))


def _in_letters(names: pa.StringArray) -> pa.StringArray:
    """Names half in letters wholly in letters: what they spell is known, and which character it is not."""
    mixed = pc.match_substring_regex(names, _mixed())
    spoken = [_spoken(text) for text in names.filter(mixed).to_pylist()]
    return pc.replace_with_mask(names, mixed, pa.array(spoken, pa.string()))


def _spoken(text: str) -> str:
    read, found = tables(), []
    for place, (character, code) in enumerate(zip(text, codes_of(pa.array([text]))[0].tolist(), strict=True)):
        plain = read.folded[code]
        own = read.surname_readings[plain] if place == 0 else 0
        number = int(own or read.readings[plain])
        found.append(f" {read.syllables[number]} " if number and not character.isascii() else character)
    return "".join(found)


@functools.cache
def _mixed() -> str:
    """A name of at most four syllables, of which a stretch at its beginning or end is spelt."""
    words = sorted(filter(str.isalpha, filter(str.isascii, tables().syllables.to_pylist())), key=len, reverse=True)
    said = f"(?:{'|'.join(words)})"
    shapes = (
        rf"{_HAN}{{{han}}}\s*{said}{{1,{LONGEST_HAN - han}}}[\s\d]*|{said}\s*{_HAN}{{{han}}}"
        for han in range(1, LONGEST_HAN)
    )
    return rf"(?i)^\s*(?:{'|'.join(shapes)})\s*$"


def _any() -> str:
    """What a dressed name has somewhere."""
    return rf"^\s*(?:{_KIN})|[:：/／、;；，]|\s无\s*$|{_HAN}\s*[A-Za-z]{{2}}|[A-Za-z]{{2}}\s*{_HAN}"
