"""On the way: 延长期限, 暂停计时, 转报. 《行政许可法》第四十二条、第四十三条、第四十五条."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications.documents.common import LICENSING, Paper, on, paper, told, until
from tongban.applications.models import Application, Extension, Forwarding, Suspension
from tongban.applications.rules import SUSPENSION_CAUSES
from tongban.design.words import date_cn, datetime_cn


def extension(case: Application) -> Iterator[Paper]:
    step = Extension.objects.filter(application=case, round=case.round, state="approved").first()
    if step and step.settled_at:
        joint = case.edition.document.joint
        values = {
            "款": "第二款" if joint else "第一款", "批准人": "本级人民政府负责人" if joint else "本行政机关负责人",
            "天数": str(step.days), "理由": step.reason, "办理期限": until(told(case, "Extended", step.settled_at)),
        }  # fmt: skip
        yield paper(case, "extension", step.settled_at, values)


def suspensions(case: Application) -> Iterator[Paper]:
    """不计入期限告知书, one for each cause: the needed time is told in writing; and when it was over."""
    special = {one.name: one.basis for one in case.edition.document.special_procedures if one.basis}
    for at, step in enumerate(Suspension.objects.filter(application=case).order_by("at", "id"), start=1):
        cause = SUSPENSION_CAUSES.get(step.cause, step.cause)
        values = {
            "法定情形": cause, "依据": special.get(step.cause) or f"{LICENSING}第四十五条",
            "起始日": date_cn(on(step.at), year=True), "理由": step.reason,
        }  # fmt: skip
        yield paper(case, "suspension", step.at, values, kind=f"suspension-{at}", once=True)


def resumptions(case: Application) -> Iterator[Paper]:
    """恢复计算: each cause that ended while the case went on, with the days that were told then."""
    for at, step in enumerate(Suspension.objects.filter(application=case).order_by("at", "id"), start=1):
        if step.ended_at is None:
            continue
        resumed = told(case, "Resumed", step.ended_at)
        if not resumed and not told(case, "CauseEnded", step.ended_at):
            continue  # it ended with the case
        values = {
            "法定情形": SUSPENSION_CAUSES.get(step.cause, step.cause),
            "结束时间": datetime_cn(step.ended_at, year=True),
            "办理期限": f"自次日起恢复计算办理期限，{until(resumed)}" if resumed else "还有其他法定情形没有结束，办理期限继续暂停计算",
        }  # fmt: skip
        yield paper(case, "resumption", step.ended_at, values, kind=f"resumption-{at}", once=True)


def forwarding(case: Application) -> Iterator[Paper]:
    step = Forwarding.objects.filter(application=case, round=case.round).first()
    if step:
        yield paper(case, "forwarding", step.at, {"上级": step.to_body})
