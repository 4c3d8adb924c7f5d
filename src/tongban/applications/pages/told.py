"""What the case page tells the applicant about where the case stands: each with its reason, its day and what to do now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from tongban.applications import pledges
from tongban.applications.models import (
    Acceptance,
    Amendment,
    Application,
    Commitment,
    Extension,
    Forwarding,
    HearingRequest,
    Lapse,
    Reopening,
    Revocation,
    Suspension,
    Termination,
)
from tongban.applications.rules import (
    REOPENING_GROUNDS,
    REVOCATION_GROUNDS,
    SUSPENSION_CAUSES,
    TERMINATION_GROUNDS,
    State,
)
from tongban.design.parts import Tone
from tongban.design.words import date_cn, datetime_cn
from tongban.flow.models import Clock
from tongban.kernel.clock import date_of


@dataclass(frozen=True)
class Told:
    """One notice. `keep`: words that someone wrote, shown as they are."""

    title: str
    lines: tuple[str, ...] = ()
    keep: str = ""
    tone: Tone = ""
    act: str = ""
    url: str = ""


def told(one: Application, *, own: bool) -> list[Told]:
    """In the order in which it matters. `own`: for the applicant, who may act."""
    ways = _BY_STATE.get(one.status, ())
    found = [each for way in ways for each in way(one)]
    return found if own else [Told(each.title, each.lines, each.keep, each.tone) for each in found]


def _reopened(one: Application) -> Iterator[Told]:
    if one.round > 1:
        step = Reopening.objects.get(application=one, round=one.round)
        ordered = f"（{step.document}）" if step.document else ""
        said = f"依据{REOPENING_GROUNDS[step.ground]}{ordered}，{date_cn(date_of(step.at), year=True)}起重新办理，期限重新起算。"
        yield Told(f"正在重新办理（第 {one.round} 轮）", (said, "已经交的材料不用再交。"), step.reason)


def _entered(one: Application) -> Iterator[Told]:
    yield Told("窗口补录的纸质办件，等待复核", ("复核后期限从您交材料的时间起算，不会少算。",), tone="warn")


def _void(one: Application) -> Iterator[Told]:
    yield Told("这是录错的办件，已经作废", ("需要办理的，请重新申请。",))


def _lapsed(one: Application) -> Iterator[Told]:
    step = Lapse.objects.filter(application=one, round=one.round).first()
    last = one.corrections.order_by("-at").first()
    if step and last:
        said = f"补正告知书请您在{date_cn(last.answer_by)}前补齐，到期没有收到，本次办理终结。材料备齐后可以重新申请。"
        yield Told("逾期未补正，办件已终结", (said,), tone="bad", act="重新申请", url=_again(one))


def _again(one: Application) -> str:
    return reverse("catalog:guide", args=[one.edition.code])


def _deemed(one: Application) -> Iterator[Told]:
    if one.round == 1 and Acceptance.objects.filter(application=one, deemed=True).exists():
        yield Told(
            "已依法视为受理",
            ("收到材料后五个工作日内没有答复您，依法自收到之日起视为受理，期限从那一天起算。您不用做什么。",),
        )


def _suspended(one: Application) -> Iterator[Told]:
    for step in Suspension.objects.filter(application=one, ended_at=None).order_by("at"):
        cause = SUSPENSION_CAUSES.get(step.cause, step.cause)
        said = f"{datetime_cn(step.at)}起因{cause}暂停计算办理期限，结束后接着算。"
        yield Told(f"依法暂停：{cause}", (said,), step.reason, tone="warn")


def _extended(one: Application) -> Iterator[Told]:
    step = Extension.objects.filter(application=one, round=one.round, state="approved").first()
    if step:
        until = f"，现在承诺{date_cn(one.promised_on)}前办结" if one.promised_on else ""
        yield Told("办理期限延长了", (f"经批准延长 {step.days} 个工作日{until}。只能延长这一次。",), step.reason)


def _heard(one: Application) -> Iterator[Told]:
    step = HearingRequest.objects.filter(application=one, round=one.round).first()
    if step and step.held_at is None:
        clock = Clock.objects.filter(subject=one.number, kind="hearing").order_by("-round").first()
        by_when = f"{date_cn(clock.due_on)}前举行，" if clock and clock.due_on else ""
        yield Told("听证申请已收到", (f"听证会{by_when}时间地点提前七日通知您。您不用承担费用。",))


def _forwarded(one: Application) -> Iterator[Told]:
    step = Forwarding.objects.get(application=one, round=one.round)
    said = f"{date_cn(date_of(step.at))}已把审查意见和全部材料报送{step.to_body}，由它作出决定。您不用重复交材料。"
    yield Told("已转报上级决定", (said,))


def _terminated(one: Application) -> Iterator[Told]:
    step = Termination.objects.get(application=one, round=one.round)
    yield Told(
        "办件已终止", (f"因{TERMINATION_GROUNDS[step.ground]}，不再办理。",), step.reason, "bad",
        "不服怎么办", _remedies(one),
    )  # fmt: skip


def _revoked(one: Application) -> Iterator[Told]:
    step = Revocation.objects.get(application=one, round=one.round)
    yield Told(
        "准予决定已被撤销", (f"因{REVOCATION_GROUNDS[step.ground]}，依法撤销，证照同时失效。",), step.reason, "bad",
        "不服怎么办", _remedies(one),
    )  # fmt: skip


def _remedies(one: Application) -> str:
    return reverse("applications:remedies", args=[one.number])


def _promised(one: Application) -> Iterator[Told]:
    """容缺 and 告知承诺, as long as something is to be done, and what was not kept."""
    names = dict(one.materials.values_list("key", "name"))
    missing = set(one.materials.filter(given=False).values_list("key", flat=True))
    for each in Commitment.objects.filter(application=one).order_by("number"):
        yield from _commitment(one, each, names, missing)


def _commitment(one: Application, each: Commitment, names: dict[str, str], missing: set[str]) -> Iterator[Told]:
    kind = each.get_kind_display()
    by_when = f"{date_cn(each.due_on)}前" if each.due_on else "按承诺"
    if each.state == "broken":
        yield Told(f"{kind}：没有履行", ("按承诺书写明的后果处理，见承诺书。",), each.note, "bad")
    elif each.state == "ordered":
        yield Told(
            f"{kind}：请限期整改", (f"经核查不符合承诺，请在{by_when}整改到位，届时再次核查。",), each.note, "bad"
        )
    elif each.state == "open" and each.kind in pledges.VERIFIED:
        yield Told(f"{kind}：等待核查", (f"{by_when}核查您承诺的内容，请保持与承诺一致。",))
    elif each.state == "open":
        papers = "、".join(names.get(key, key) for key in each.materials if key in missing)
        before = "补齐后才能作出决定。" if each.kind == "provision" else "不影响现在办理。"
        yield Told(
            f"{kind}：请补交材料", (f"请在{by_when}补交：{papers}。{before}逾期的后果见承诺书。",), "", "warn",
            "去补交", reverse("applications:supply", args=[one.number]),
        )  # fmt: skip


def _amended(one: Application) -> Iterator[Told]:
    for step in Amendment.objects.filter(application=one).order_by("at"):
        yield Told(
            "文书有更正", (f"{date_cn(date_of(step.at))}更正了文字，决定的内容不变，见更正通知书。",), step.reason
        )


Way = Callable[[Application], Iterator[Told]]
_RUNNING: tuple[Way, ...] = (_reopened, _suspended, _promised, _extended, _heard, _deemed)
_DECIDED: tuple[Way, ...] = (_reopened, _promised, _amended)
_BY_STATE: dict[State, tuple[Way, ...]] = {
    State.RECORDED: (_entered,),
    State.VOID: (_void,),
    State.SUBMITTED: (_reopened,),
    State.PRECHECKED: (_reopened,),
    State.LAPSED: (_lapsed,),
    State.ACCEPTED: _RUNNING,
    State.SUSPENDED: _RUNNING,
    State.REVIEWED: _RUNNING,
    State.FORWARDED: (_forwarded, *_RUNNING),
    State.GRANTED: _DECIDED,
    State.MADE: _DECIDED,
    State.REFUSED: _DECIDED,
    State.DELIVERED: _DECIDED,
    State.CLOSED: _DECIDED,
    State.REVOKED: (_revoked, _promised, _amended),
    State.TERMINATED: (_terminated, _amended),
    State.REJECTED: (_amended,),
}
