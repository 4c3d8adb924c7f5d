"""What reports say of a document in words, and the codes of its themes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from tongban.catalog.codes.imports import SHIPPED
from tongban.catalog.content import Content
from tongban.catalog.content.labels import AUDIENCES, HANDLING, LEVELS
from tongban.catalog.rules import limit_words
from tongban.kernel.tables import read_toml

_NAMES: dict[str, dict[str, str]] = {
    "type": {
        "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付", "06": "行政检查",
        "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他类别事项", "20": "公共服务事项",
    },
    "level": {
        "1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "镇（乡、街道）级", "6": "村（社区）级", "7": "分级管理",
    },
    "nature": {"1": "法定机关", "2": "授权组织", "3": "受委托组织", "9": "其他"},
    "audience": dict(AUDIENCES),
    "handling_form": dict(HANDLING),
    "system_level": dict(LEVELS),
}  # fmt: skip


def labels(which: str, codes: Iterable[str]) -> str:
    """In the words of GB/T 39046-2020, annex A."""
    return "；".join(_NAMES[which].get(code, code) for code in codes if code)


def basis_words(content: Content) -> str:
    return "；".join(str(one) + (f"：{one.text}" if one.text else "") for one in content.basis)


def flow_words(content: Content) -> str:
    """收件 → 受理 → each step with its limit → 送达."""
    steps = [one.name + (f"（{limit_words(one.limit)}）" if one.limit else "") for one in content.steps]
    return " → ".join(["收件", "受理", *steps, "送达"]) if steps else ""


def fee_words(content: Content) -> str:
    return "；".join(dict.fromkeys(one.basis for one in content.fees))


def special_words(content: Content) -> str:
    return "；".join(
        one.name + (f"（{limit_words(one.limit)}）" if one.limit else "") for one in content.special_procedures
    )


def theme_codes(whom: str, content: Content) -> list[str]:
    """The platform's theme codes (`person` or `business`) of the document's themes, for those it is meant for."""
    meant = "1" in content.audience if whom == "person" else bool(set(content.audience) - {"1"})
    known = _themes()[whom] if meant else {}
    return [known[theme] for theme in content.themes if theme in known]


@cache
def _themes() -> dict[str, dict[str, str]]:
    sets = {(one["system"], one["key"]): one["values"] for one in read_toml(SHIPPED)[0]["set"]}
    return {whom: {name: code for code, name in sets["chongqing", f"theme_{whom}"]} for whom in ("person", "business")}
