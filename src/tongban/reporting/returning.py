"""What a vertical system delivers of one case, checked line by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.identity import rules as identity
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Invalid, Refusal
from tongban.kernel.typed import unstorable

AT_MOST = 200
"""Cases in one delivery."""
STATES = {
    "applied": "已申请", "accepted": "已受理", "handling": "办理中", "granted": "已办结", "refused": "不予许可",
    "rejected": "不予受理", "withdrawn": "已撤回", "terminated": "已终止",
}  # fmt: skip
ENDED = ("granted", "refused", "rejected", "withdrawn", "terminated")
TONES = {"granted": "ok", "refused": "bad", "rejected": "bad"}
ID_KINDS = ("id_card", "uscc")


@dataclass(frozen=True)
class Progress:
    """进度: one thing that happened there."""

    at: str
    says: str


@dataclass(frozen=True)
class Delivery:
    """One case, as the other system tells it. Moments are ISO, with their zone."""

    number: str
    item: str
    name: str
    id_kind: str
    id_number: str
    state: str
    applied_at: str
    accepted_at: str = ""
    decided_at: str = ""
    result: str = ""
    licence_name: str = ""
    licence_number: str = ""
    handover: str = ""
    """Our number of the hand-over that it came from."""
    progress: tuple[Progress, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Delivery:
        """As `as_dict` wrote it; what a later version adds is left out."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**{**known, "progress": tuple(Progress(**one) for one in stored.get("progress", ()))})


LONGEST = {
    "number": 60, "item": 80, "name": 200, "result": 500, "licence_name": 200, "licence_number": 100, "handover": 40,
}  # fmt: skip
LABELS = {
    "number": "办件编号", "item": "事项编码", "name": "申请人", "id_kind": "证件类型", "id_number": "证件号码",
    "state": "状态", "applied_at": "申请时间", "accepted_at": "受理时间", "decided_at": "办结时间", "result": "结果",
    "licence_name": "证照名称", "licence_number": "证照编号", "handover": "移交编号",
}  # fmt: skip
_STATE_OF = {label: state for state, label in STATES.items()}
_KIND_OF = {"身份证": "id_card", "居民身份证": "id_card", "统一社会信用代码": "uscc"}


def delivery(given: Mapping[str, str], progress: Sequence[Mapping[str, str]] = ()) -> Delivery:
    """The line, typed. Raises Invalid with everything that is wrong with it, by field; never says what stood there."""
    faults: list[Refusal] = []
    text = {name: str(given.get(name) or "").strip() for name in LABELS}
    if unstorable([*text.values(), *(dict(one) for one in progress)]):
        raise Invalid([Refusal("characters", "有不能处理的字符（NUL 或残缺的字符）", "请去掉后重试")])
    for name in ("number", "item", "name", "id_number", "state", "applied_at"):
        if not text[name]:
            faults.append(_fault(name, "必填，没有内容"))
    for name, most in LONGEST.items():
        if len(text[name]) > most:
            faults.append(_fault(name, f"超过 {most} 个字"))
    text["state"] = _STATE_OF.get(text["state"], text["state"])
    if text["state"] and text["state"] not in STATES:
        faults.append(_fault("state", f"应为 {'、'.join(STATES)}，或对应的中文"))
    text["id_kind"] = _KIND_OF.get(text["id_kind"], text["id_kind"]) or "id_card"
    if text["id_kind"] not in ID_KINDS:
        faults.append(_fault("id_kind", "应为 id_card 或 uscc"))
    elif text["id_number"]:
        check = identity.id_number if text["id_kind"] == "id_card" else identity.organisation_code
        try:
            text["id_number"] = check(text["id_number"])
        except Refusal as refusal:
            faults.append(_fault("id_number", refusal.reason))
    moments = {name: _moment(text[name], name, faults) for name in ("applied_at", "accepted_at", "decided_at")}
    if text["state"] in ENDED and not text["decided_at"]:
        faults.append(_fault("decided_at", "已经办结的要写办结时间"))
    if text["handover"] and not _is_uuid(text["handover"]):
        faults.append(_fault("handover", "不是移交编号"))
    told = tuple(_progress(one, at, faults) for at, one in enumerate(progress))
    if len(told) > 50:
        faults.append(_fault("progress", "最多 50 条", "进度"))
    if faults:
        raise Invalid(faults)
    return Delivery(**{**text, **moments, "progress": told})  # type: ignore[arg-type]


def _moment(text: str, name: str, faults: list[Refusal]) -> str:
    """ISO, a date or a time of day; without a zone it is Shanghai's."""
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        faults.append(_fault(name, "不是时间，应写成 2026-03-02 09:30:00"))
        return ""
    if not 2000 <= found.year <= 2100:
        faults.append(_fault(name, "年份不对"))
    return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).isoformat()


def _progress(one: Mapping[str, str], at: int, faults: list[Refusal]) -> Progress:
    says = str(one.get("says") or "").strip()
    if not 0 < len(says) <= 200:
        faults.append(_fault(f"progress.{at}.says", "应有 1 至 200 个字", "进度"))
    return Progress(_moment(str(one.get("at") or "") or "-", f"progress.{at}.at", faults), says)


def _fault(name: str, says: str, label: str = "") -> Refusal:
    return Refusal("returned_line", f"{label or LABELS.get(name, '进度')}：{says}", "请在来源系统改正后重新推送", name)


def _is_uuid(text: str) -> bool:
    if not re.fullmatch(r"[0-9a-fA-F-]{32,36}", text):
        return False
    try:
        UUID(text)
    except ValueError:
        return False
    return True
