"""办件的程序: every state, every act, what each act makes of each state, and who may do it. 《行政许可法》第四章.

One dictionary, `NEXT`. Its picture and the table of who may do what are in docs/states, generated from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tongban.kernel.refusals import Conflict


class State(StrEnum):
    """办件状态, in law. `draft` is a row of its own, before the case; everything else is a state of the case."""

    DRAFT = "draft"
    RECORDED = "recorded"
    VOID = "void"
    SUBMITTED = "submitted"
    PRECHECKED = "prechecked"
    CORRECTING = "correcting"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    SUSPENDED = "suspended"
    REVIEWED = "reviewed"
    FORWARDED = "forwarded"
    GRANTED = "granted"
    REFUSED = "refused"
    TERMINATED = "terminated"
    MADE = "made"
    DELIVERED = "delivered"
    CLOSED = "closed"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.DRAFT: "草稿",
    State.RECORDED: "补录待复核",
    State.VOID: "补录作废",
    State.SUBMITTED: "已收件",
    State.PRECHECKED: "已预审",
    State.CORRECTING: "待补正",
    State.LAPSED: "补正不来",
    State.REJECTED: "不予受理",
    State.ACCEPTED: "审查中",
    State.SUSPENDED: "依法暂停",
    State.REVIEWED: "待决定",
    State.FORWARDED: "已转报",
    State.GRANTED: "准予，待送达",
    State.REFUSED: "不予许可，待送达",
    State.TERMINATED: "已终止",
    State.MADE: "已制证，待送达",
    State.DELIVERED: "已送达",
    State.CLOSED: "已办结",
    State.REVOKED: "决定已撤销",
    State.WITHDRAWN: "已撤回",
}


class Act(StrEnum):
    """What can be done to a case."""

    SUBMIT = "submit"
    BACK_ENTER = "back_enter"
    CONFIRM_ENTRY = "confirm_entry"
    VOID_ENTRY = "void_entry"
    PRECHECK = "precheck"
    ACCEPT = "accept"
    ACCEPT_PROVISIONALLY = "accept_provisionally"
    DEEM_ACCEPTED = "deem_accepted"
    CORRECT = "correct"
    ASK_AGAIN = "ask_again"
    CORRECT_AGAIN = "correct_again"
    DECLINE_AGAIN = "decline_again"
    SUPPLEMENT = "supplement"
    LAPSE = "lapse"
    REJECT = "reject"
    SUPPLY = "supply"
    REVIEW = "review"
    CONCLUDE = "conclude"
    RECORD = "record"
    RESPOND = "respond"
    RETURN = "return"
    SUSPEND = "suspend"
    END_CAUSE = "end_cause"
    RESUME = "resume"
    ASK_HEARING = "ask_hearing"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    DECLINE_EXTENSION = "decline_extension"
    FORWARD = "forward"
    GRANT = "grant"
    REFUSE = "refuse"
    DEEM_GRANTED = "deem_granted"
    TERMINATE = "terminate"
    MAKE = "make"
    DELIVER = "deliver"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    AMEND = "amend"
    REVOKE = "revoke"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        return ACT_LABELS[self]


ACT_LABELS = {
    Act.SUBMIT: "提交",
    Act.BACK_ENTER: "补录",
    Act.CONFIRM_ENTRY: "复核补录",
    Act.VOID_ENTRY: "作废补录",
    Act.PRECHECK: "预审",
    Act.ACCEPT: "受理",
    Act.ACCEPT_PROVISIONALLY: "容缺受理",
    Act.DEEM_ACCEPTED: "视为受理",
    Act.CORRECT: "告知补正",
    Act.ASK_AGAIN: "报请再次要求补正",
    Act.CORRECT_AGAIN: "批准再次要求补正",
    Act.DECLINE_AGAIN: "不批准再次要求补正",
    Act.SUPPLEMENT: "补交材料",
    Act.LAPSE: "按补正不来终结",
    Act.REJECT: "不予受理",
    Act.SUPPLY: "补交容缺材料",
    Act.REVIEW: "提出审查意见",
    Act.CONCLUDE: "完成审查",
    Act.RECORD: "登记环节的记录",
    Act.RESPOND: "答复会签、征求意见",
    Act.RETURN: "退回前面的环节",
    Act.SUSPEND: "暂停计时",
    Act.END_CAUSE: "结束一项暂停情形",
    Act.RESUME: "恢复计时",
    Act.ASK_HEARING: "申请听证",
    Act.ASK_EXTENSION: "申请延长期限",
    Act.EXTEND: "批准延长期限",
    Act.DECLINE_EXTENSION: "不批准延长期限",
    Act.FORWARD: "转报上级",
    Act.GRANT: "准予",
    Act.REFUSE: "不予",
    Act.DEEM_GRANTED: "视为准予",
    Act.TERMINATE: "终止办理",
    Act.MAKE: "制证",
    Act.DELIVER: "送达",
    Act.CLOSE: "办结",
    Act.WITHDRAW: "撤回",
    Act.AMEND: "更正决定",
    Act.REVOKE: "撤销决定",
    Act.REOPEN: "重新办理",
}

_BEFORE_DECISION: dict[Act, State] = {Act.TERMINATE: State.TERMINATED, Act.WITHDRAW: State.WITHDRAWN}
_RECEIVED: dict[Act, State] = {
    Act.ACCEPT: State.ACCEPTED,
    Act.ACCEPT_PROVISIONALLY: State.ACCEPTED,
    Act.DEEM_ACCEPTED: State.ACCEPTED,
    Act.CORRECT: State.CORRECTING,
    Act.CORRECT_AGAIN: State.CORRECTING,
    Act.REJECT: State.REJECTED,
    Act.WITHDRAW: State.WITHDRAWN,
}

NEXT: dict[State, dict[Act, State]] = {
    State.DRAFT: {Act.SUBMIT: State.SUBMITTED, Act.BACK_ENTER: State.RECORDED},
    State.RECORDED: {Act.CONFIRM_ENTRY: State.SUBMITTED, Act.VOID_ENTRY: State.VOID},
    State.SUBMITTED: {
        Act.PRECHECK: State.PRECHECKED,
        Act.ASK_AGAIN: State.SUBMITTED,
        Act.DECLINE_AGAIN: State.SUBMITTED,
        **_RECEIVED,
    },
    State.PRECHECKED: {Act.ASK_AGAIN: State.PRECHECKED, Act.DECLINE_AGAIN: State.PRECHECKED, **_RECEIVED},
    State.CORRECTING: {
        Act.SUPPLEMENT: State.SUBMITTED,
        Act.LAPSE: State.LAPSED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.ACCEPTED: {
        Act.SUPPLY: State.ACCEPTED,
        Act.REVIEW: State.ACCEPTED,
        Act.CONCLUDE: State.REVIEWED,
        Act.RECORD: State.ACCEPTED,
        Act.RESPOND: State.ACCEPTED,
        Act.RETURN: State.ACCEPTED,
        Act.SUSPEND: State.SUSPENDED,
        Act.ASK_HEARING: State.ACCEPTED,
        Act.ASK_EXTENSION: State.ACCEPTED,
        Act.EXTEND: State.ACCEPTED,
        Act.DECLINE_EXTENSION: State.ACCEPTED,
        Act.GRANT: State.GRANTED,
        Act.REFUSE: State.REFUSED,
        Act.DEEM_GRANTED: State.GRANTED,
        **_BEFORE_DECISION,
    },
    State.SUSPENDED: {
        Act.SUPPLY: State.SUSPENDED,
        Act.RECORD: State.SUSPENDED,
        Act.RESPOND: State.SUSPENDED,
        Act.SUSPEND: State.SUSPENDED,
        Act.END_CAUSE: State.SUSPENDED,
        Act.RESUME: State.ACCEPTED,
        **_BEFORE_DECISION,
    },
    State.REVIEWED: {
        Act.SUPPLY: State.REVIEWED,
        Act.RETURN: State.ACCEPTED,
        Act.SUSPEND: State.SUSPENDED,
        Act.ASK_HEARING: State.REVIEWED,
        Act.ASK_EXTENSION: State.REVIEWED,
        Act.EXTEND: State.REVIEWED,
        Act.DECLINE_EXTENSION: State.REVIEWED,
        Act.FORWARD: State.FORWARDED,
        Act.GRANT: State.GRANTED,
        Act.REFUSE: State.REFUSED,
        Act.DEEM_GRANTED: State.GRANTED,
        **_BEFORE_DECISION,
    },
    State.FORWARDED: {
        Act.SUPPLY: State.FORWARDED,
        Act.GRANT: State.GRANTED,
        Act.REFUSE: State.REFUSED,
        **_BEFORE_DECISION,
    },
    State.GRANTED: {
        Act.MAKE: State.MADE,
        Act.DELIVER: State.DELIVERED,
        Act.SUPPLY: State.GRANTED,
        Act.AMEND: State.GRANTED,
        Act.REVOKE: State.REVOKED,
        Act.REOPEN: State.ACCEPTED,
    },
    State.MADE: {
        Act.DELIVER: State.DELIVERED,
        Act.SUPPLY: State.MADE,
        Act.AMEND: State.MADE,
        Act.REVOKE: State.REVOKED,
        Act.REOPEN: State.ACCEPTED,
    },
    State.REFUSED: {Act.DELIVER: State.DELIVERED, Act.AMEND: State.REFUSED, Act.REOPEN: State.ACCEPTED},
    State.DELIVERED: {
        Act.CLOSE: State.CLOSED,
        Act.SUPPLY: State.DELIVERED,
        Act.AMEND: State.DELIVERED,
        Act.REVOKE: State.REVOKED,
        Act.REOPEN: State.ACCEPTED,
    },
    State.REJECTED: {Act.AMEND: State.REJECTED, Act.REOPEN: State.SUBMITTED},
    State.LAPSED: {Act.REOPEN: State.SUBMITTED},
    State.TERMINATED: {Act.AMEND: State.TERMINATED, Act.REOPEN: State.ACCEPTED},
    State.CLOSED: {Act.AMEND: State.CLOSED, Act.REVOKE: State.REVOKED, Act.REOPEN: State.ACCEPTED},
    State.REVOKED: {Act.REOPEN: State.ACCEPTED},
    State.WITHDRAWN: {},
    State.VOID: {},
}
"""The whole procedure. Its picture in docs/states is generated from here."""

AFTERWARDS = frozenset({Act.AMEND, Act.REVOKE, Act.REOPEN})
"""What may still come when a case has ended: only from outside, by appeal, or to mend what was written."""

FINAL = frozenset(state for state, acts in NEXT.items() if set(acts) <= AFTERWARDS)

WHO: Mapping[Act, str] = {
    Act.SUBMIT: "application.submit",
    Act.BACK_ENTER: "application.back_enter",
    Act.CONFIRM_ENTRY: "application.back_enter",
    Act.VOID_ENTRY: "application.back_enter",
    Act.PRECHECK: "application.precheck",
    Act.ACCEPT: "application.accept",
    Act.ACCEPT_PROVISIONALLY: "application.accept",
    Act.DEEM_ACCEPTED: "system",
    Act.CORRECT: "application.correct",
    Act.ASK_AGAIN: "application.correct",
    Act.CORRECT_AGAIN: "application.correct_again",
    Act.DECLINE_AGAIN: "application.correct_again",
    Act.SUPPLEMENT: "applicant",
    Act.LAPSE: "system",
    Act.REJECT: "application.reject",
    Act.SUPPLY: "applicant",
    Act.REVIEW: "application.review",
    Act.CONCLUDE: "application.review",
    Act.RECORD: "application.review",
    Act.RESPOND: "application.respond",
    Act.RETURN: "application.review",
    Act.SUSPEND: "application.suspend",
    Act.END_CAUSE: "application.suspend",
    Act.RESUME: "application.suspend",
    Act.ASK_HEARING: "applicant",
    Act.ASK_EXTENSION: "application.review",
    Act.EXTEND: "application.extend",
    Act.DECLINE_EXTENSION: "application.extend",
    Act.FORWARD: "application.decide",
    Act.GRANT: "application.decide",
    Act.REFUSE: "application.decide",
    Act.DEEM_GRANTED: "system",
    Act.TERMINATE: "application.decide",
    Act.MAKE: "application.deliver",
    Act.DELIVER: "application.deliver",
    Act.CLOSE: "system",
    Act.WITHDRAW: "applicant",
    Act.AMEND: "application.decide",
    Act.REVOKE: "application.reopen",
    Act.REOPEN: "application.reopen",
}
"""Who may do an act: a power of a post (identity.roles), the applicant (or a window for them, except to
withdraw and to ask for a hearing), or the platform itself.
Beside the power stand the rules of `rules.py`: 受理权 of the edition, 受审分离, 回避, the second person."""


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


def may_follow(state: State, act: Act) -> bool:
    return act in NEXT[state]
