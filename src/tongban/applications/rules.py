"""The law of a case: states, acts, who may not do what twice. Pure; raises Refusal. 《行政许可法》第四章."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from tongban.kernel.refusals import Conflict, Refusal


class State(StrEnum):
    """办件状态, in law."""

    SUBMITTED = "submitted"
    CORRECTING = "correcting"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    SUSPENDED = "suspended"
    REVIEWED = "reviewed"
    GRANTED = "granted"
    REFUSED = "refused"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.SUBMITTED: "已收件",
    State.CORRECTING: "待补正",
    State.REJECTED: "不予受理",
    State.ACCEPTED: "审查中",
    State.SUSPENDED: "依法暂停",
    State.REVIEWED: "待决定",
    State.GRANTED: "准予，待送达",
    State.REFUSED: "不予许可，待送达",
    State.DELIVERED: "已办结",
    State.WITHDRAWN: "已撤回",
}


class Act(StrEnum):
    """What can be done to a case."""

    ACCEPT = "accept"
    CORRECT = "correct"
    SUPPLEMENT = "supplement"
    REJECT = "reject"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVIEW = "review"
    GRANT = "grant"
    REFUSE = "refuse"
    DELIVER = "deliver"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return ACT_LABELS[self]


ACT_LABELS = {
    Act.ACCEPT: "受理",
    Act.CORRECT: "告知补正",
    Act.SUPPLEMENT: "补交材料",
    Act.REJECT: "不予受理",
    Act.SUSPEND: "暂停计时",
    Act.RESUME: "恢复计时",
    Act.REVIEW: "审查",
    Act.GRANT: "准予",
    Act.REFUSE: "不予",
    Act.DELIVER: "送达",
    Act.WITHDRAW: "撤回",
}

NEXT: dict[State, dict[Act, State]] = {
    State.SUBMITTED: {
        Act.ACCEPT: State.ACCEPTED,
        Act.CORRECT: State.CORRECTING,
        Act.REJECT: State.REJECTED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.CORRECTING: {Act.SUPPLEMENT: State.SUBMITTED, Act.WITHDRAW: State.WITHDRAWN},
    State.ACCEPTED: {
        Act.REVIEW: State.REVIEWED,
        Act.SUSPEND: State.SUSPENDED,
        Act.GRANT: State.GRANTED,
        Act.REFUSE: State.REFUSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.SUSPENDED: {Act.RESUME: State.ACCEPTED, Act.WITHDRAW: State.WITHDRAWN},
    State.REVIEWED: {Act.GRANT: State.GRANTED, Act.REFUSE: State.REFUSED, Act.WITHDRAW: State.WITHDRAWN},
    State.GRANTED: {Act.DELIVER: State.DELIVERED},
    State.REFUSED: {Act.DELIVER: State.DELIVERED},
    State.REJECTED: {},
    State.DELIVERED: {},
    State.WITHDRAWN: {},
}
"""The whole procedure. Its picture in docs/states is generated from here."""

FINAL = frozenset(state for state, acts in NEXT.items() if not acts)

NOTICE_DAYS = 5
"""《行政许可法》第三十二条: all gaps are told once within five working days of receipt."""

DELIVERY_DAYS = 10
"""《行政许可法》第四十四条."""

SUSPENSION_CAUSES: Mapping[str, str] = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "test": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
"""《行政许可法》第四十五条: a closed list."""

REJECTION_KINDS: Mapping[str, str] = {
    "not_needed": "依法不需要取得许可或办理",
    "wrong_body": "不属于本机关职权范围",
    "missing": "逾期未补正材料",
}
"""《行政许可法》第三十二条."""


def step(state: State, act: Act) -> State:
    """The state after the act, or a Conflict that says where the case stands."""
    following = NEXT[state].get(act)
    if following is None:
        raise Conflict(
            "act_out_of_turn",
            f"办件现在是“{state.label}”，不能{act.label}",
            "可能有同事刚办过这一步，请刷新页面查看经过",
        )
    return following


def check_version(stored: int, seen: int | None) -> None:
    """A page older than the case must not act on it."""
    if seen is not None and seen != stored:
        raise Conflict("page_stale", "您打开页面后，这个办件有了新的变化", "请刷新页面，看清新的变化后再办")


def check_separation(*, instant: bool, reviewed_by: Collection[str], accepted_by: str, decider: str) -> None:
    """受审分离: unless the edition says 即审即办, a case is reviewed, and neither acceptor nor reviewer decides it."""
    if instant:
        return
    if not reviewed_by:
        raise Conflict("review_missing", "还没有审查意见，不能作出决定", "请先完成审查环节")
    if decider == accepted_by:
        raise Conflict(
            "same_person_accepts_and_decides",
            "受理人不能对同一办件作出决定（受审分离）",
            "请由另一位有决定权的同事办理",
        )
    if decider in reviewed_by:
        raise Conflict(
            "same_person_reviews_and_decides", "审查人不能对自己审查的办件作出决定", "请由另一位有决定权的同事办理"
        )


def check_reason(text: str, *, field: str, what: str) -> str:
    """A reason that a citizen will read (《行政许可法》第三十八条): some words, not a mark."""
    reason = text.strip()
    if len(reason) < 5:
        raise Refusal("reason_missing", f"请写明{what}", "申请人会看到这段话，至少 5 个字", field)
    if len(reason) > 2000 or "\0" in reason:
        raise Refusal("reason_too_long", f"{what}最多 2000 个字", "", field)
    return reason


def check_told_once(gaps: Collection[str], earlier: Collection[Collection[str]]) -> None:
    """《行政许可法》第三十二条: all gaps are told once. Later notices may only name what was asked for before."""
    asked = {key for told in earlier for key in told}
    if earlier and (new := set(gaps) - asked):
        raise Conflict(
            "told_once",
            f"上次补正告知没有提到的材料，不能再要求补正（{len(new)} 份）",
            "需要补正的内容应当一次性告知；上次已告知、这次仍不合要求的，可以再次告知",
        )


def check_gaps(points: Mapping[str, Collection[str]]) -> None:
    """A correction notice names at least one gap."""
    if not any(points.values()):
        raise Refusal(
            "gaps_missing", "补正告知要写明缺什么、哪里不符合要求", "请在材料下勾出不符合的审查要点，或写明说明", "gaps"
        )
