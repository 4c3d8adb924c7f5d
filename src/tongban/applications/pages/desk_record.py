"""What was done to a case, by whom: every statutory step on record, and what happened since a page was opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from tongban.applications import queries
from tongban.applications.models import (
    COMMITMENTS,
    Acceptance,
    Amendment,
    Application,
    BackEntry,
    Correction,
    CorrectionRequest,
    Decision,
    Delivery,
    Extension,
    Forwarding,
    HearingRequest,
    HearingSession,
    Inspection,
    Lapse,
    Making,
    Precheck,
    Rejection,
    Reopening,
    Review,
    Revocation,
    StepAnswer,
    StepReturn,
    Suspension,
    Termination,
    Withdrawal,
)
from tongban.applications.rules import (
    REJECTION_KINDS,
    REOPENING_GROUNDS,
    REVOCATION_GROUNDS,
    SUSPENSION_CAUSES,
    TERMINATION_GROUNDS,
)
from tongban.identity.queries import names_of
from tongban.kernel.models import JournalEntry

CHANNELS = {"download": "在线领取", "window": "窗口领取", "post": "邮寄"}


def entries_of(number: str) -> list[JournalEntry]:
    """The journal of a case, in the order it happened."""
    return list(JournalEntry.objects.filter(subject=number, name__startswith="applications.").order_by("id"))


@dataclass(frozen=True)
class StepLine:
    """经办: an act on record, with the colleague who did it."""

    what: str
    who: str
    at: datetime
    says: str = ""


def steps_of(one: Application, entries: Sequence[JournalEntry]) -> list[StepLine]:
    """The steps as rows say them. Only tables that the journal knows something for are asked."""
    happened = {entry.name.removeprefix("applications.") for entry in entries}
    found = [
        (when, who, words)
        for event, model, tell in _STEPS
        if event in happened
        for row in _rows(model, one)
        for when, who, words in tell(row)
    ]
    names = names_of(who for _, who, _ in found)
    if one.agent:
        names[f"person:{one.agent.public_id}"] = f"代理人 {one.agent.name}"
    lines = [StepLine(what, names[who], at, says) for at, who, (what, says) in found]
    return sorted(lines, key=lambda line: line.at)


def _rows(model: type[Model], one: Application) -> Iterable[Any]:
    rows: Any = model._default_manager
    if "application" in {field.name for field in model._meta.get_fields()}:
        return rows.filter(application=one).order_by("at", "pk")  # type: ignore[no-any-return]
    return rows.filter(step__application=one).select_related("step").order_by("pk")  # type: ignore[no-any-return]


_Told = tuple[datetime, str, tuple[str, str]]


def _once(tell: Callable[[Any], tuple[str, str]]) -> Callable[[Any], list[_Told]]:
    """One line for a row: its author, its time."""
    return lambda row: [(row.at, row.by, tell(row))]


def cause_of(suspension: Suspension) -> str:
    return SUSPENSION_CAUSES.get(suspension.cause, suspension.cause)


def _entry(row: BackEntry) -> list[_Told]:
    lines = [(row.at, row.by, ("补录纸质办件", row.reason))]
    if row.settled_at:
        lines.append((row.settled_at, row.settled_by, ("补录复核完毕", "")))
    return lines


def _suspension(row: Suspension) -> list[_Told]:
    lines = [(row.at, row.by, (f"暂停计时：{cause_of(row)}", row.reason))]
    if row.ended_at:
        lines.append((row.ended_at, row.ended_by, (f"暂停结束：{cause_of(row)}", "")))
    return lines


def _extension(row: Extension) -> list[_Told]:
    lines = [(row.at, row.by, (f"申请延长 {row.days} 个工作日", row.reason))]
    if row.settled_at:
        lines.append(
            (
                row.settled_at,
                row.settled_by,
                ("批准延长期限" if row.state == "approved" else "不批准延长期限", row.answer),
            )
        )
    return lines


def _correction_request(row: CorrectionRequest) -> list[_Told]:
    lines = [(row.at, row.by, ("报请再次要求补正", row.reason))]
    if row.settled_at and row.state != "void":
        words = "批准再次要求补正" if row.state == "approved" else "不批准再次要求补正"
        lines.append((row.settled_at, row.settled_by, (words, row.answer)))
    return lines


def _answer(row: StepAnswer) -> list[_Told]:
    """What another body answered; its silence is in the letters of the step."""
    if row.at is None:
        return []
    word = ("同意" if row.agrees else "不同意") + ("（逾期答复）" if row.late else "")
    return [(row.at, row.by, (f"{row.body_name}答复{row.step.name}：{word}", row.opinion))]


def _hearing(row: HearingSession) -> list[_Told]:
    lines = [(row.told_at, row.told_by, ("通知听证", row.place))]
    if row.recorded_at:
        lines.append((row.recorded_at, row.recorded_by, ("登记听证笔录", row.record)))
    return lines


def _decision(row: Decision) -> tuple[str, str]:
    what = "准予" if row.granted else "不予"
    if row.deemed:
        return f"视为{what}", row.reason
    return (f"登记上级决定：{what}", f"{row.above}　{row.reason}") if row.above else (what, row.reason)


_STEPS: tuple[tuple[str, type[Model], Callable[[Any], list[_Told]]], ...] = (
    ("BackEntered", BackEntry, _entry),
    ("Prechecked", Precheck, _once(lambda row: ("预审", row.note))),
    (
        "Accepted", Acceptance,
        _once(lambda row: ("视为受理", "五个工作日内没有答复，依法自收到之日起即为受理") if row.deemed else ("受理", "")),
    ),
    ("Corrected", Correction, _once(lambda row: ("告知补正", f"{len(row.gaps)} 份材料"))),
    ("CorrectionAsked", CorrectionRequest, _correction_request),
    ("Lapsed", Lapse, _once(lambda row: ("逾期未补正，办件终结", ""))),
    ("Rejected", Rejection, _once(lambda row: (f"不予受理：{REJECTION_KINDS[row.kind]}", row.reason))),
    ("Reviewed", Review, _once(lambda row: (f"{row.step_name}：{'通过' if row.passes else '不通过'}", row.opinion))),
    ("Inspected", Inspection, _once(lambda row: (
        f"{row.step.name}：{'通过' if row.passes else '不通过'}（{len(row.inspectors)} 人核查）", row.record
    ))),
    ("Answered", StepAnswer, _answer),
    ("HearingCalled", HearingSession, _hearing),
    ("StepReturned", StepReturn, _once(lambda row: (f"退回到“{row.to_name}”", row.reason))),
    ("Suspended", Suspension, _suspension),
    ("HearingAsked", HearingRequest, _once(lambda row: ("申请听证", row.reason))),
    ("ExtensionAsked", Extension, _extension),
    ("Forwarded", Forwarding, _once(lambda row: (f"转报{row.to_body}", row.opinion))),
    ("Decided", Decision, _once(_decision)),
    ("Terminated", Termination, _once(lambda row: (f"终止办理：{TERMINATION_GROUNDS[row.ground]}", row.reason))),
    ("Made", Making, _once(lambda row: ("制证", row.note))),
    ("Delivered", Delivery, _once(lambda row: ("送达", CHANNELS.get(row.channel, row.channel)))),
    ("Amended", Amendment, _once(lambda row: ("更正", f"“{row.was}”更正为“{row.becomes}”。{row.reason}"))),
    ("Revoked", Revocation, _once(lambda row: (f"撤销决定：{REVOCATION_GROUNDS[row.ground]}", row.reason))),
    (
        "Reopened", Reopening,
        _once(lambda row: (
            f"第 {row.round} 轮办理：{REOPENING_GROUNDS[row.ground]}",
            "　".join(filter(None, [row.document, row.reason])),
        )),
    ),
    ("Withdrawn", Withdrawal, _once(lambda row: ("撤回", row.reason))),
)  # fmt: skip


WORDS = {
    **queries.WORDS,
    "applications.ExtensionAsked": "申请延长办理期限",
    "applications.ExtensionDeclined": "不批准延长办理期限",
    "applications.CorrectionAsked": "报请再次要求补正",
    "applications.CorrectionDeclined": "不批准再次要求补正",
    "applications.OriginalChecked": "核对原件",
    "applications.Reused": "使用以前办件的材料",
    "applications.ExpertNamed": "确定评审专家",
    "applications.ExpertRecused": "专家回避",
    "applications.ExpertAnswered": "专家提交意见",
    "applications.ObjectionReceived": "收到公示异议",
    "applications.ObjectionAnswered": "处理公示异议",
}
"""Events in the words of colleagues, who see more than the public timeline."""


def meanwhile(entries: Sequence[JournalEntry], seen: int | None) -> list[StepLine]:
    """What happened since the page was opened that had seen the journal up to that entry; without one the last act."""
    since = [entry for entry in entries if entry.id > seen] if seen is not None else []
    since = since or list(entries[-1:])
    names = names_of(entry.actor for entry in since)
    return [StepLine(_words(entry), names[entry.actor], entry.at) for entry in since]


def _words(entry: JournalEntry) -> str:
    what, kind = WORDS.get(entry.name, entry.name), entry.facts.get("kind")
    if entry.name in ("applications.Committed", "applications.CommitmentSettled") and kind in COMMITMENTS:
        return f"{what}（{COMMITMENTS[kind]}）"
    return what
