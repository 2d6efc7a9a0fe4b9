"""Eight departments, each exporting only what it knows; values as its clerks see them, before anything goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from childledger import places
from synthprovince import land, rolls, sentinel
from synthprovince.chance import Numbers, Shares, Table, Truths, Words, join, spans, stack, take, words
from synthprovince.numbers import compact, with_check
from synthprovince.people import NEVER, Province

GRADES = [
    "小班", "中班", "大班", "一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级",
    "九年级", "高一", "高二", "高三",
]  # fmt: skip
WHERE_IT_HAPPENED = ("临时救助", "流浪救助")
"""Kinds of assistance given where the emergency happens; all others at the place of the household register."""


def enrolment(province: Province, people: Table) -> Table:
    """education.enrolment: nearly every pupil, most small children."""
    age = people["age"]
    coverage = np.select([age < 3, age < 6, age < 15], [0.0, 0.78, 0.95], 0.6)
    rows = rolls.known(province, people, "education", coverage)
    dice, uid = province.dice, rows["uid"]
    grade = np.clip(_school_years(province, rows) - 3, 0, len(GRADES) - 1)
    status = dice.choose(uid, {"在读": 96, "休学": 1, "转出": 1}, "enrolment", province.number)
    status = np.where(rows["dropped_out"], "辍学", status)
    number = land.township_numbers(dice, rows["place"])
    return rolls.describe(province, rows, "education") | {
        "school_roll_number": _roll_numbers(province, rows),
        "school_name": _schools(rows["county"], number, grade),
        "grade": words(GRADES)[grade],
        "enrolment_status": np.where(rows["gone"] & dice.happens(uid, 0.5, "struck off"), "转出", status),
        "is_boarding": dice.choose(uid, {"否": 80, "是": 20}, "boarding"),
    }


def _school_years(province: Province, rows: Table) -> Numbers:
    september = np.datetime64(f"{province.as_of.year - (province.as_of.month < 9)}-09-01", "D")
    years: Numbers = ((september - rows["birth"]).astype(np.int64) / 365.2425).astype(np.int64)
    return years


def _schools(counties: Words, townships: Numbers, grades: Numbers) -> Words:
    kinds = np.select([grades < 3, grades < 9, grades < 12], ["中心幼儿园", "小学", "初级中学"], "高级中学")
    names = words([places.counties()[code].name for code in counties])
    numbers = words([f"第{number}" for number in townships.tolist()])
    return join(names, numbers, kinds.astype(object))


def _roll_numbers(province: Province, rows: Table) -> Words:
    """G and the identity number; J and a number of the school's where it was not at hand."""
    parts = zip(rows["origin"], compact(rows["birth"]), (rows["uid"] % 1000).tolist(), strict=True)
    own = with_check([f"{county}{day}{serial:03d}" for county, day, serial in parts])
    without = province.dice.happens(rows["uid"], 0.015, "roll without number") & (rows["uid"] != sentinel.UID)
    return np.where(without, join("J", own), join("G", rows["id_number"]))


def residence(province: Province, people: Table) -> Table:
    """public_security.residence: those who came from elsewhere, also some who left or died."""
    came = take(people, people["hukou"] != people["residence"])
    rows = rolls.known(province, came, "public security", 0.8)
    dead = came["died"] & np.isin(came["residence"], province.counties)
    rows = stack(rows, rolls.listed(came, dead, came["residence"], came["door"]))
    dice, uid, today = province.dice, rows["uid"], np.datetime64(province.as_of, "D")
    status = dice.choose(uid, {"有效": 52, "过期": 11, "未办": 37}, "permit")
    over = rows["died"] | (rows["gone"] & dice.happens(uid, 0.6, "cancelled"))
    status = np.where(over, "注销", status)
    days = dice.whole(uid, 330, "endorsed", province.number) + 20
    until = np.select([status == "有效", status == "过期"], [today + spans(days), today - spans(days)], NEVER)
    back = rows["residence"] == rows["hukou"]
    reason = np.where(rows["died"], "死亡", np.where(back, "返乡", dice.choose(uid, {"迁出": 8, "其他": 1}, "reason")))
    return rolls.describe(province, rows, "public security") | {
        "registration_number": _key("JZDJ", rows["county"], uid),
        "residence_since": rolls.dates(np.where(rows["gone"], rows["left_on"] - spans(400), rows["since"])),
        "permit_status": status,
        "permit_endorsed_until": rolls.dates(until),
        "cancel_reason": np.where(over, reason, "").astype(object),
    }


def child_health(province: Province, people: Table) -> Table:
    """health.child_health: small children mostly, the mother as guardian."""
    young = people["age"] < 7
    rows = rolls.known(province, people, "health", np.where(young, 0.85, np.where(people["age"] < 16, 0.35, 0.0)))
    return rolls.describe(province, rows, "health", by_mother=True) | {
        "health_record_number": _health_numbers(province, rows),
        "last_checkup_on": _lately(province, rows, "check-up", 420),
    }


def _health_numbers(province: Province, rows: Table) -> Words:
    township = land.township_numbers(province.dice, rows["place"]).tolist()
    village = land.village_numbers(province.dice, rows["place"]).tolist()
    parts = zip(rows["county"], township, village, (rows["uid"] % 100_000).tolist(), strict=True)
    return words([f"{county}{t:03d}{v:03d}{serial:05d}" for county, t, v, serial in parts])


def insurance(province: Province, people: Table) -> Table:
    """insurance.enrolment: insured where they live, a few of them still at the place of the household register."""
    dice, moved = province.dice, people["hukou"] != people["residence"]
    at_register = moved & dice.happens(people["uid"], 0.05, "insured at the register") & (people["uid"] != sentinel.UID)
    rows = rolls.known(province, take(people, ~at_register), "insurance", np.where(moved[~at_register], 0.72, 0.93))
    there = at_register & np.isin(people["hukou"], province.counties) & ~people["died"]
    error = "insured_at_register:residence_code"
    rows = stack(rows, rolls.listed(people, there, people["hukou"], people["hukou_door"], error))
    uid = rows["uid"]
    status = dice.choose(uid, {"正常参保": 93, "暂停参保": 4, "终止参保": 3}, "insured", province.number)
    until = np.where(status == "正常参保", province.as_of.year, province.as_of.year - 1).tolist()
    return rolls.describe(province, rows, "insurance") | {
        "insurance_number": words([f"41{n:015d}" for n in (uid * 104_729 % 10**13).tolist()]),
        "insurance_status": status,
        "insured_until": rolls.dates(np.array([f"{year}-12-31" for year in until], dtype="datetime64[D]")),
    }


def vaccination(province: Province, people: Table) -> Table:
    """cdc.vaccination: by residence, the mother as guardian, newborn children under a makeshift name."""
    age = people["age"]
    rows = rolls.known(province, people, "cdc", np.select([age < 7, age < 14], [0.93, 0.5], 0.0))
    dice, uid = province.dice, rows["uid"]
    came = rows["hukou"] != rows["residence"]
    incomplete = np.less(dice.roll(uid, "vaccination", province.number), np.where(came, 0.16, 0.05))
    parts = zip(rows["origin"], compact(rows["birth"]), (uid % 10_000).tolist(), strict=True)
    return rolls.describe(province, rows, "cdc", by_mother=True) | {
        "vaccination_code": words([f"{origin}{day}{serial:04d}" for origin, day, serial in parts]),
        "vaccination_status": np.where(incomplete, "有缺种", "按程序完成").astype(object),
        "last_dose_on": _lately(province, rows, "dose", 300),
    }


def certificate(province: Province, people: Table) -> Table:
    """disabled_persons.certificate: those who hold a card and live here."""
    holders = take(people, people["disability_type"] != "")
    rows = rolls.known(province, holders, "disabled persons", 0.9)
    types = {name: str(digit) for digit, name in enumerate(["视力", "听力", "言语", "肢体", "智力", "精神", "多重"], 1)}
    grades = {name: str(digit) for digit, name in enumerate(["一级", "二级", "三级", "四级"], 1)}
    digits = [types[t] + grades[g] for t, g in zip(rows["disability_type"], rows["disability_grade"], strict=True)]
    valid = np.datetime64(province.started, "D") + spans(province.dice.whole(rows["uid"], 3650, "card") - 250)
    return rolls.describe(province, rows, "disabled persons") | {
        "disability_certificate_number": join(rows["id_number"], words(digits)),
        "disability_type": rows["disability_type"],
        "disability_grade": rows["disability_grade"],
        "certificate_valid_until": rolls.dates(valid),
    }


def assistance(province: Province, people: Table) -> Table:
    """civil_affairs.assistance: by household register, except aid given where the emergency happened."""
    kind = people["assistance"]
    county = np.where(np.isin(kind, WHERE_IT_HAPPENED), people["residence"], people["hukou"])
    given = (kind != "") & np.isin(county, province.counties)
    given &= rolls.covered(province, people, "assistance", 0.92)
    rows = rolls.listed(people, given, county, people["door"])
    dice, home = province.dice, rows["home"]
    began = np.datetime64(province.started, "D") + spans((dice.begins(home, "assistance") - 1) * 182)
    approved = np.minimum(began - spans(dice.whole(home, 180, "approved")), np.datetime64(province.as_of, "D"))
    approved = np.maximum(approved, rows["birth"])
    return rolls.describe(province, rows, "assistance") | {
        "approval_number": _key("JZ", rows["county"], rows["uid"]),
        "residence_code": rows["residence"].copy(),
        "assistance_type": rows["assistance"],
        "assistance_approved_on": rolls.dates(approved),
    }


def screening(province: Province, people: Table) -> Table:
    """civil_affairs.screening: most who came from elsewhere and a few others, seen at home by a child director."""
    came = people["hukou"] != people["residence"]
    seen: Shares = np.where(came, 0.62, 0.1)
    met: Truths = np.less(province.dice.roll(people["uid"], "screening", province.number), seen) & ~people["died"]
    met = (met | (people["uid"] == sentinel.UID)) & np.isin(people["residence"], province.counties)
    rows = rolls.listed(people, met, people["residence"], people["door"])
    township, village = rolls.townships(province, rows["county"], rows["place"])
    register, _ = rolls.townships(province, rows["hukou"], rows["hukou_door"])
    day = np.datetime64(province.as_of, "D") - spans(province.dice.whole(rows["uid"], 60, "surveyed", province.number))
    day = np.maximum(np.fmax(day, rows["since"]), rows["birth"])
    return rolls.describe(province, rows, "screening") | {
        "survey_number": _key(f"MP{province.number:02d}", rows["county"], rows["uid"]),
        "surveyed_on": rolls.dates(day),
        "hukou_township": register, "residence_township": township, "residence_village": village,
        "residence_since": rolls.dates(rows["since"]),
        "lives_with": rows["lives_with"], "guardian_status": rows["guardian_status"].astype(object),
        "self_referral": _yes_no(rows["self_referral"]), "vagrancy": _yes_no(rows["vagrancy"]),
        "behaviour_concern": _yes_no(rows["behaviour_concern"]),
        "father_status": rows["father_status"], "mother_status": rows["mother_status"],
        "unattended": _yes_no(rows["unattended"]),
    }  # fmt: skip


def _key(prefix: str, counties: Words, uid: Numbers) -> Words:
    return words([f"{prefix}{county}{number:08d}" for county, number in zip(counties, uid.tolist(), strict=True)])


def _yes_no(truths: Truths) -> Words:
    return np.where(truths, "是", "否").astype(object)


def _lately(province: Province, rows: Table, what: str, days: int) -> Words:
    day = np.datetime64(province.as_of, "D") - spans(province.dice.whole(rows["uid"], days, what, province.number))
    return rolls.dates(np.maximum(day, rows["birth"]))


EXPORTS: dict[str, Callable[[Province, Table], Table]] = {
    "education.enrolment": enrolment,
    "public_security.residence": residence,
    "health.child_health": child_health,
    "insurance.enrolment": insurance,
    "cdc.vaccination": vaccination,
    "disabled_persons.certificate": certificate,
    "civil_affairs.assistance": assistance,
    "civil_affairs.screening": screening,
}
