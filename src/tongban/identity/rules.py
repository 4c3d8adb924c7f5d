"""Checks of identifiers: ID card numbers (GB 11643), USCC (GB 32100), phones; and how they are masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.identity.actors import Post
from tongban.identity.roles import ROLES
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import normalise


def id_number(typed: str, *, field: str = "id_number") -> str:
    """The ID card number as stored, or a Refusal that says what is wrong."""
    number = normalise(typed)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Refusal("id_number_form", "身份证号码应为 18 位，最后一位可以是 X", "请对照身份证逐位核对", field)
    # Not stdnum's own validate(): it refuses regions it does not know, and old cards carry regions long gone.
    if mod_11_2.calc_check_digit(number[:-1]) != number[-1] or not _is_date(number[6:14]):
        raise Refusal("id_number_check", "身份证号码有误，校验位不对，可能输错了某一位", "请对照身份证逐位核对", field)
    return number


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def organisation_code(typed: str, *, field: str = "uscc") -> str:
    """The unified social credit code as stored, or a Refusal."""
    number = normalise(typed)
    if not re.fullmatch(r"[0-9A-Z]{18}", number):
        raise Refusal("uscc_form", "统一社会信用代码应为 18 位数字或大写字母", "请对照营业执照核对", field)
    if not uscc.is_valid(number):
        raise Refusal("uscc_check", "统一社会信用代码有误，校验位不对，可能输错了某一位", "请对照营业执照核对", field)
    return number


def phone(typed: str, *, field: str = "phone") -> str:
    """A mobile or fixed number as digits, or a Refusal."""
    number = normalise(typed).removeprefix("+86")
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}", number):
        raise Refusal(
            "phone_form", "电话号码应为 11 位手机号，或带区号的固定电话", "例如 13800000000 或 02300000000", field
        )
    return number


def mail_address(typed: str, *, field: str = "mail") -> str:
    """An address that a mail server can take, or a Refusal."""
    address = typed.strip().replace("＠", "@")
    name, _, domain = address.rpartition("@")
    labels = domain.split(".")
    well = (
        re.fullmatch(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*", name)
        and len(labels) > 1
        and all(re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", label) for label in labels)
        and len(address) <= 120
    )
    if not well:
        raise Refusal("mail_form", "电子邮箱写得不对", "例如 name@example.com", field)
    return f"{name}@{domain.lower()}"


def born_on(id_card: str) -> date:
    return date(int(id_card[6:10]), int(id_card[10:12]), int(id_card[12:14]))


def mask_id(number: str) -> str:
    """110***********002X; of passports and passes, which are shorter, the first and the last two: E******78."""
    if len(number) >= 15:
        return f"{number[:3]}***********{number[-4:]}"
    return f"{number[0]}{'*' * (len(number) - 3)}{number[-2:]}" if len(number) >= 8 else "*" * len(number)


def mask_phone(number: str) -> str:
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


def mask_name(name: str) -> str:
    """张*、欧阳**: the first character stays."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


LONGEST_ABSENCE = timedelta(days=366)


def check_absence(from_on: date, last_on: date, *, today: date) -> None:
    """请假 is arranged ahead, or on the day; for a year at most."""
    if last_on < from_on:
        raise Refusal("absence_period", "请假的最后一天不能早于第一天", "请核对日期", "last_on")
    if last_on < today:
        raise Refusal("absence_past", "这段时间已经过去", "请从今天或以后开始", "last_on")
    if last_on - from_on >= LONGEST_ABSENCE:
        raise Refusal("absence_long", "一次请假最长一年", "更久的，请调整岗位", "last_on")


def lacking(absent: Sequence[Post], substitute: Sequence[Post]) -> list[str]:
    """Roles of who is away that the substitute could not act in: in the same body (or region) some post of theirs has to
    allow every act on cases."""
    return [post.role_key for post in absent if not _covered(post, substitute)]


def _covered(post: Post, substitute: Sequence[Post]) -> bool:
    there = [one for one in substitute if one.body_id == post.body_id and post.region_path.startswith(one.region_path)]
    allowed = {act for one in there for act in one.role.acts}
    needed = {act for act in post.role.acts if act.startswith("application.")}
    return needed <= allowed if needed else any(one.role_key == post.role_key for one in there)


def stands_on(base: Post, role: str, body_id: int | None, region_path: str, hall_id: int | None) -> bool:
    """Whether who holds that post works already where a 临时授权 of the role is wanted: it is held beside such a post, and
    ends with it."""
    if base.elevated:
        return False
    if ROLES[role].scope == "body":
        return base.body_id is not None and base.body_id == body_id
    return base.role.scope == "region" and region_path.startswith(base.region_path) and base.hall_id in (None, hall_id)


AUTHORISED_ACTS = {"decide": "作出准予、不予的决定，转报、终止、更正", "instant": "即审即办：当场受理并决定"}
"""What a 授权书 to a 首席代表 may name. `instant` stands beside `decide`: without it, who accepted does not decide."""
