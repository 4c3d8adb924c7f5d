"""承诺的规则: the words that are signed, and what becomes of a commitment. Pure.

Three different things: 容缺受理 (accepted now, supplied before the decision), 容缺后补 (decided now, supplied after) and
告知承诺, itself two kinds: of a fact instead of a certificate (证明事项), and of the conditions instead of the review
(涉企经营许可). 《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongban.catalog.content import Content
from tongban.kernel.refusals import Conflict, Refusal

OPEN = ("open", "ordered")
VERIFIED = ("fact_pledge", "licence_pledge")
"""Kinds that the body verifies afterwards."""
MOST_RECTIFY_DAYS = 60


def to_supply(names: Sequence[str], content: Content, *, kind: str) -> str:
    """What is signed when papers follow: which, within what time, and the consequence."""
    papers = "、".join(names)
    if kind == "provision":
        end = "视为撤回申请" if content.if_not_supplied == "withdrawn" else "行政机关可以作出不予的决定"
        return f"本人（单位）承诺自受理之日起 {content.follow_days} 个工作日内补交：{papers}。逾期不补交的，{end}。"
    return (
        f"本人（单位）承诺自受理之日起 {content.follow_days} 个工作日内补交：{papers}。"
        "逾期不补交的，行政机关可以依法撤销已作出的决定，并记入信用记录。"
    )


def of_facts(texts: Sequence[str], content: Content) -> str:
    return (
        "本人（单位）承诺：" + "；".join(text.rstrip("。") for text in texts) + "。"
        "承诺不实的，行政机关可以终止办理、责令限期整改、撤销决定，并记入信用记录，本人（单位）承担相应的法律责任。"
    )


def of_licence(content: Content) -> str:
    conditions = "；".join(content.conditions) or "已经符合告知的条件、标准和要求"
    return (
        f"本人（单位）已知晓告知的全部内容，承诺{conditions}，能够提交要求的材料。"
        f"行政机关在作出决定后 {content.verify_days} 个工作日内核查；不符合承诺的，责令限期整改，"
        "逾期不整改或者整改后仍不符合的，依法撤销许可，并记入信用记录；被记入的，信用修复前不适用告知承诺。"
    )


def after_verification(state: str, *, holds: bool, ordered: bool) -> str:
    """kept; ordered to be put right (once); broken. Raises Conflict for what is settled, or ordered twice."""
    if state not in OPEN:
        raise Conflict("commitment_settled", "这项承诺已经核查完毕", "请刷新页面查看结果")
    if holds:
        return "kept"
    if ordered and state == "ordered":
        raise Conflict("ordered_already", "已经责令过限期整改，整改后仍不符合的应当认定承诺不实", "整改期限填 0")
    return "ordered" if ordered else "broken"


def check_rectify_days(days: int) -> None:
    if not 1 <= days <= MOST_RECTIFY_DAYS:
        raise Refusal("rectify_days", f"整改期限应为 1 至 {MOST_RECTIFY_DAYS} 个工作日", "", "rectify_days")
