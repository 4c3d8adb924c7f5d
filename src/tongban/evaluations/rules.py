"""好差评 levels: 1 非常满意 … 5 非常不满意; 4 and 5 are bad. Pure."""

from __future__ import annotations

from tongban.applications.rules import State
from tongban.kernel.refusals import Conflict, Refusal

LEVELS = {1: "非常满意", 2: "满意", 3: "基本满意", 4: "不满意", 5: "非常不满意"}
ASPECTS = {
    "speed": "办事效率", "guide": "指南精确度", "ease": "便捷度", "platform": "平台操作性",
}  # fmt: skip
"""网上办件的评价维度; the whole is the level itself."""

RATEABLE = frozenset({
    State.REJECTED, State.LAPSED, State.GRANTED, State.MADE, State.REFUSED, State.TERMINATED, State.DELIVERED, State.CLOSED,
    State.REVOKED,
})  # fmt: skip
"""There is a result, whatever it is."""


def is_bad(level: int) -> bool:
    return level >= 4


def check(level: int, aspects: dict[str, int], comment: str, state: State) -> str:
    """The comment, clean. Raises Refusal."""
    if state not in RATEABLE:
        raise Conflict("not_rateable_yet", "办件有了结果以后才能评价", "办结后我们会提醒您")
    if level not in LEVELS:
        raise Refusal("level_unknown", "请选择满意程度", "", "level")
    if set(aspects) - set(ASPECTS) or set(aspects.values()) - set(LEVELS):
        raise Refusal("aspect_unknown", "评价项目不对", "请刷新页面再评", "aspects")
    comment = comment.strip()
    if len(comment) > 500 or "\0" in comment:
        raise Refusal("comment_too_long", "评价最多 500 个字", "", "comment")
    return comment


ABOUT = {
    "slow": "办得慢", "attitude": "服务态度", "again": "让反复跑、反复补", "fees": "乱收费", "unfair": "不按规定办",
    "other": "其他问题",
}  # fmt: skip
COMPLAINTS = 5
"""Of one case, one after the other."""


def check_complaint(about: str, words: str) -> str:
    """The words, clean. Raises Refusal."""
    if about not in ABOUT:
        raise Refusal("complaint_about", "请选择投诉什么", "", "about")
    words = words.strip()
    if not 5 <= len(words) <= 1000 or "\0" in words:
        raise Refusal("words_missing", "请写明投诉的情况（5 至 1000 个字）", "什么时间、什么事、希望怎么解决", "words")
    return words
