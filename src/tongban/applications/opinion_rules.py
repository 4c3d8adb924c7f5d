"""常用意见: for which act, into which field, and with which variables. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.kernel import wording
from tongban.kernel.refusals import Invalid, Refusal

ACTS: Final[Mapping[str, str]] = {
    "correct": "补正说明",
    "reject": "不予受理",
    "pass": "审查通过",
    "fail": "审查不通过",
    "forward": "转报",
    "grant": "决定准予",
    "refuse": "决定不予",
    "suspend": "依法暂停",
    "extend": "申请延长期限",
    "terminate": "终止办理",
}
OFFERED_WITH: Final[Mapping[str, str]] = {
    "correct": "correct", "reject": "reject", "pass": "review", "fail": "review", "forward": "forward", "grant": "grant",
    "refuse": "refuse", "suspend": "suspend", "extend": "ask_extension", "terminate": "terminate",
}  # fmt: skip
"""By what the desk must let one do, for the opinion to be offered."""
FIELDS: Final[Mapping[str, str]] = {
    "reject": "rejection_reason", "pass": "opinion", "fail": "opinion", "forward": "forwarding_opinion",
    "grant": "decision_reason", "refuse": "decision_reason", "suspend": "suspension_reason", "extend": "extension_reason",
    "terminate": "termination_reason",
}  # fmt: skip
"""The field of the desk into which it goes; 补正 goes into the notes of the papers that lack something."""
VARIABLES: Final = ("事项名称", "申请人", "办件编号", "收件日期", "承诺办结日", "法定办结日", "部门", "今天")
LONGEST: Final = {"title": 30, "text": 500}


def check(act: str, title: str, text: str) -> tuple[str, str]:
    """Title and text as kept. Raises Invalid with every fault."""
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    faults = [] if act in ACTS else [Refusal("opinion_act", "请选择用在哪一步", "", "act")]
    for field, name, said in (("title", "名称", title), ("text", "意见", text)):
        if not said:
            faults.append(Refusal("opinion_empty", f"{name}不能空着", "", field))
        if len(said) > LONGEST[field]:
            faults.append(
                Refusal("opinion_too_long", f"{name}最多 {LONGEST[field]} 个字，现在 {len(said)} 个", "", field)
            )
    faults += wording.faults(text, VARIABLES, what="意见", field="text")
    if faults:
        raise Invalid(faults)
    return title, text
