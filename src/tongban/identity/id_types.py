"""证件: which kinds of papers say who a person is, and how their numbers are written. Pure.

The check characters are those that are published: GB 11643 for the numbers of 18 digits. The old permanent residence card
(three letters and twelve digits) and the passes are checked by their form alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, cast, get_args

from tongban.identity import names, rules
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import normalise

IdType = Literal["id_card", "residence", "passport", "permanent", "hk_macao", "taiwan"]
ID_TYPES: Mapping[IdType, str] = MappingProxyType({
    "id_card": "居民身份证",
    "residence": "港澳台居民居住证",
    "passport": "护照",
    "permanent": "外国人永久居留身份证",
    "hk_macao": "港澳居民来往内地通行证",
    "taiwan": "台湾居民来往大陆通行证",
})  # fmt: skip
BORN_IN = ("810000", "820000", "830000")
"""Where the numbers of 港澳台居民居住证 begin: Hong Kong, Macao, Taiwan."""


@dataclass(frozen=True)
class IdDocument:
    """One paper: its kind, its number as stored, and of a passport the code of the state that issued it (CHN, D)."""

    type: IdType
    number: str
    issuer: str = ""

    @property
    def key(self) -> str:
        """What is unique among papers of the kind: two states may issue passports with one number."""
        return f"{self.issuer}/{self.number}" if self.issuer else self.number

    @property
    def type_name(self) -> str:
        return ID_TYPES[self.type]


def id_document(id_type: str, typed: str, *, issuer: str = "", field: str = "id_number") -> IdDocument:
    """The paper as stored, or a Refusal that says what is wrong with its number."""
    if id_type not in get_args(IdType):
        raise Refusal("id_type_unknown", "请选择证件种类", "从列出的种类里选", "id_type")
    kind = cast(IdType, id_type)
    names.refuse_hidden(typed, field=field)
    number = _READ[kind](typed, field)
    return IdDocument(kind, number, _issuer(issuer) if kind == "passport" else "")


def any_number(typed: str, *, field: str) -> str:
    """In a form, which asks for a number and not of what: an ID card's, or one that can't be a slip in typing that (letters
    first, as of a passport or pass; the eight digits of a Taiwan resident's pass). Raises Refusal."""
    names.refuse_hidden(typed, field=field)
    number = normalise(typed)
    return number if re.fullmatch(_OTHERS, number) else rules.id_number(typed, field=field)


_OTHERS = r"[A-Z]{1,3}[0-9]{6,12}|[0-9]{8}"
ANY_NUMBER = rf"^([0-9]{{17}}[0-9X]|{_OTHERS})$"


def born_on(paper: IdDocument) -> date | None:
    """What the number itself says; None where it says nothing."""
    if paper.type in ("id_card", "residence") or (paper.type == "permanent" and len(paper.number) == 18):
        return rules.born_on(paper.number)
    return None


def _id_card(typed: str, field: str) -> str:
    number = rules.id_number(typed, field=field)
    if number.startswith(BORN_IN):
        raise Refusal("id_type_differs", "这是港澳台居民居住证的号码", "证件种类请选港澳台居民居住证", "id_type")
    return number


def _residence(typed: str, field: str) -> str:
    number = rules.id_number(typed, field=field)
    if not number.startswith(BORN_IN):
        raise Refusal(
            "residence_form",
            "港澳台居民居住证的号码以 810000、820000 或 830000 开头",
            "请对照证件核对；种类选错的请改选",
            field,
        )
    return number


def _passport(typed: str, field: str) -> str:
    number = normalise(typed)
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{5,15}", number):
        raise Refusal("passport_form", "护照号码应为 5 至 15 位字母和数字", "请对照护照资料页右上角核对", field)
    return number


def _issuer(typed: str) -> str:
    code = normalise(typed)
    if not re.fullmatch(r"[A-Z]{1,3}", code):
        raise Refusal("issuer_form", "请填写护照上的国家码", "资料页上的字母，例如 CHN、JPN、D", "id_issuer")
    return code


def _permanent(typed: str, field: str) -> str:
    """Fifteen characters (until 2023), or eighteen digits that begin with 9 and end as GB 11643 says."""
    number = normalise(typed)
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return number
    if not re.fullmatch(r"9[0-9]{16}[0-9X]", number):
        raise Refusal(
            "permanent_form",
            "永久居留身份证号码应为 18 位（9 开头），或者旧证的 3 个字母加 12 位数字",
            "请对照证件核对",
            field,
        )
    return rules.id_number(number, field=field)


def _hk_macao(typed: str, field: str) -> str:
    """H or M and eight digits, which stay for life; the two that older cards print after them count how often it was made."""
    number = normalise(typed)
    if not re.fullmatch(r"[HM][0-9]{8}([0-9]{2})?", number):
        raise Refusal("hk_macao_form", "通行证号码应为 H 或 M 加 8 位数字", "请对照证件核对，换证次数可以不填", field)
    return number[:9]


def _taiwan(typed: str, field: str) -> str:
    """Eight digits, which stay for life; older booklets print two more that count how often it was made."""
    number = re.sub(r"\([A-Z0-9]{1,2}\)$", "", normalise(typed))
    if not re.fullmatch(r"[0-9]{8}([0-9]{2})?", number):
        raise Refusal("taiwan_form", "通行证号码应为 8 位数字", "请对照证件核对，签注次数可以不填", field)
    return number[:8]


_READ: Mapping[IdType, Callable[[str, str], str]] = MappingProxyType({
    "id_card": _id_card, "residence": _residence, "passport": _passport, "permanent": _permanent,
    "hk_macao": _hk_macao, "taiwan": _taiwan,
})  # fmt: skip
