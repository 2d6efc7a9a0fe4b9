"""A valid number is known as such, and a wrong one leads only to numbers that can be right."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childledger import records
from childledger.linkage import numbers


def made(prefix: str, birth: str, sequence: str) -> str:
    """A number with its check character."""
    body = prefix + birth + sequence
    total = sum(int(digit) * weight for digit, weight in zip(body, records.WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


BOY = made("410105", "20170314", "771")
GIRL = next(number for last in range(100, 300, 2) if (number := made("522601", "20160229", f"{last}"))[-1] == "X")


def read(number: str | None) -> tuple[str | None, str, bool, str | None, str | None]:
    row = numbers.identity(pa.array([number], pa.string())).to_pylist()[0]
    return row["number"], row["kind"], row["valid"], row["birth"], row["sex"]


@pytest.mark.parametrize(
    "written",
    [
        GIRL, GIRL.lower(), f" {GIRL} ", f"'{GIRL}", f"’{GIRL}", f"{GIRL[:6]} {GIRL[6:14]} {GIRL[14:]}",
        f"{GIRL[:6]}-{GIRL[6:14]}-{GIRL[14:]}", f"{GIRL}\u200b\ufe0f", f"{GIRL}.0",
        "".join(chr(ord(sign) + 0xFEE0) for sign in GIRL), GIRL.replace("X", "ｘ"),
        f"身份证{GIRL}", f"{GIRL}（王小红）",
    ],
)  # fmt: skip
def test_a_number_is_one_however_typed(written: str) -> None:
    assert read(written) == (GIRL, "resident", True, "20160229", "F")


@pytest.mark.parametrize(
    ("number", "kind", "birth", "sex"),
    [
        (BOY, "resident", "20170314", "M"),
        (made("710000", "20170314", "002"), "resident", "20170314", "F"),
        (made("810000", "20170314", "002"), "permit", "20170314", "F"),
        (made("830000", "20170314", "003"), "permit", "20170314", "M"),
        (made("911124", "20170314", "003"), "foreign", "20170314", "M"),
    ],
)
def test_every_kind_of_valid_number_is_told(number: str, kind: str, birth: str, sex: str) -> None:
    assert read(number) == (number, kind, True, birth, sex)


@pytest.mark.parametrize(
    "number",
    [
        BOY[:-1] + ("0" if BOY[-1] != "0" else "1"),
        made("410105", "20170229", "771"),
        made("410105", "18991231", "771"),
        made("410105", "21010101", "771"),
        made("170105", "20170314", "771"),
        made("990105", "20170314", "771"),
        BOY[:-1],
        BOY + "1",
        "410105850230771",
        "4.10105E+17",
        BOY[:9] + "?" + BOY[10:],
    ],
)
def test_what_looks_like_a_number_and_is_none_is_bad(number: str) -> None:
    assert read(number) == (number, "bad", False, None, None)


@pytest.mark.parametrize(
    "number",
    [None, "", " ", "/", "无", "不详", "N/A", "-", "111111111111111111", "000000", "11111111111111111X", "1", "123456",
     "123456789012345678", "999999999999999999", "99999", "41010520170314000X", "410105201703140000", "XXXX", "****",
     "111111111111111"],
)  # fmt: skip
def test_what_is_typed_for_nothing_is_none(number: str | None) -> None:
    assert read(number) == (None, "none", False, None, None)


def test_another_document_is_another_kind() -> None:
    assert read("e12345678") == ("E12345678", "other", False, None, None)
    assert read("FRA110181080310")[1] == "other"


def test_fifteen_digits_get_their_century_and_check_character() -> None:
    assert read("410105850314771") == (made("410105", "19850314", "771"), "resident", True, "19850314", "M")


NUMBERS = st.builds(
    made,
    st.sampled_from(["110101", "410105", "659001", "820000", "320583"]),
    st.dates().map(lambda day: f"{max(day.year, 1900):04d}{day:%m%d}"),
    st.integers(1, 999).map("{:03d}".format),
)


@settings(max_examples=300)
@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_the_answer_is_that_of_the_scalar_check(number: str, place: int, sign: str) -> None:
    changed = number[:place] + sign + number[place + 1 :]
    for one in (number, changed):
        valid = read(one)[2]
        within = one[6:10].isdecimal() and 1900 <= int(one[6:10]) <= 2100
        known = one[:2].isdecimal() and int(one[:2]) in (*numbers.PROVINCES, *numbers.PERMITS) and one[14:17] != "000"
        known |= one[:1] == "9" and one[1:3].isdecimal() and int(one[1:3]) in numbers.PROVINCES
        assert valid == (records.is_resident_id(one) and within and known)
        if valid:
            born = records.birth_date_of(one)
            assert born is not None
            sex = {"1": "M", "2": "F"}[records.sex_of(one)]
            assert read(one)[3:] == (f"{born:%Y%m%d}", sex)


@pytest.mark.parametrize(
    ("holder", "found"),
    [
        ("G" + BOY, BOY), ("L" + BOY, None), ("J" + GIRL, None), ("G" + GIRL.lower(), GIRL), ("Ｇ" + BOY, BOY),
        (BOY + "43", BOY), (GIRL + "11", GIRL), (BOY + "43B1", BOY), (BOY, BOY), ("L" + GIRL, None), (BOY + "83", None),
        ("G" + BOY + "1", None), ("H" + BOY, None), (None, None), ("", None),
    ],
)  # fmt: skip
def test_a_number_inside_another_is_cut_out(holder: str | None, found: str | None) -> None:
    assert numbers.inside(pa.array([holder], pa.string())).to_pylist() == [found]


def repaired(number: str, birth: str | None) -> list[str]:
    table = numbers.repairs(pa.array([number]), pa.array([birth], pa.string()))
    assert set(table["position"].to_pylist()) <= {0}
    found: list[str] = table["candidate"].to_pylist()
    return found


def slips(number: str) -> dict[str, str]:
    """One slip of each kind at each place."""
    digit = {f"digit {p}": number[:p] + str((int(number[p]) + 3) % 10) + number[p + 1 :] for p in range(17)}
    swap = {f"swap {p}": number[:p] + number[p + 1] + number[p] + number[p + 2 :] for p in range(17)}
    gone = {f"gone {p}": number[:p] + number[p + 1 :] for p in range(18)}
    more = {f"more {p}": number[:p] + "7" + number[p:] for p in range(19)}
    lost = {f"lost {p}": number[:p] + "O" + number[p + 1 :] for p in range(17)}
    return digit | swap | gone | more | lost


@pytest.mark.parametrize("number", [BOY, GIRL], ids=["ends in a digit", "ends in X"])
def test_every_single_slip_leads_back(number: str) -> None:
    made_ = {what: slip for what, slip in slips(number).items() if slip != number}
    table = numbers.repairs(pa.array(list(made_.values())), pa.array([number[6:14]] * len(made_)))
    back = {place for place, found in zip(*table.to_pydict().values(), strict=True) if found == number}
    assert [what for place, what in enumerate(made_) if place not in back] == []


@pytest.mark.parametrize("birth", [BOY[6:14], None])
def test_candidates_are_valid_state_the_birth_and_stand_once(birth: str | None) -> None:
    for slip in slips(BOY).values():
        found = repaired(slip, birth)
        assert len(found) == len(set(found))
        assert all(read(number)[2] for number in found)
        assert birth is None or all(number[6:14] == birth for number in found)


def test_nothing_is_repaired_that_is_right_blank_or_another_length() -> None:
    assert repaired(BOY, "20170315") == []
    assert repaired("111111111111111111", None) == []
    assert repaired(BOY[:16], None) == []
    assert repaired("E12345678", None) == []
    assert numbers.repairs(pa.array([], pa.string()), pa.array([], pa.string())).num_rows == 0


def test_two_slips_are_not_guessed_at() -> None:
    assert BOY not in repaired(BOY[:2] + "OO" + BOY[4:], "20170314")


def test_positions_are_those_of_the_input() -> None:
    slip = BOY[:16] + str((int(BOY[16]) + 1) % 10) + BOY[17:]
    table = numbers.repairs(pa.array([BOY, None, slip, GIRL]), pa.array([None, None, "20170314", None]))
    assert set(table["position"].to_pylist()) == {2}
    assert BOY in table["candidate"].to_pylist()


def test_a_long_column_is_read_like_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    slip = BOY[:16] + str((int(BOY[16]) + 1) % 10) + BOY[17:]
    written = pa.array([BOY, None, slip, GIRL, slip[1:], slip])
    births = pa.array([None, None, "20170314", None, None, None])
    read, repairs = numbers.identity(written), numbers.repairs(written, births)
    monkeypatch.setattr(numbers, "AT_ONCE", 2)
    assert numbers.identity(written).to_pylist() == read.to_pylist()
    assert numbers.repairs(written, births).to_pylist() == repairs.to_pylist()
    assert {2, 5} <= set(repairs["position"].to_pylist())
