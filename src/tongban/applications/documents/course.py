"""On the way: 延长期限, 暂停计时, 转报. 《行政许可法》第四十二条、第四十三条、第四十五条."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications.documents.common import LICENSING, Paper, on, told, until
from tongban.applications.models import Application, Extension, Forwarding, Suspension
from tongban.applications.rules import SUSPENSION_CAUSES
from tongban.design.words import date_cn, datetime_cn


def extension(case: Application) -> Iterator[Paper]:
    step = Extension.objects.filter(application=case, round=case.round, state="approved").first()
    if step and step.settled_at:
        joint = case.edition.document.joint
        who = "本级人民政府负责人" if joint else "本行政机关负责人"
        clause = "第二款" if joint else "第一款"
        yield Paper(
            "extension", "延长办理期限告知书", on(step.settled_at),
            [
                f"您申请办理的“{case.title}”，在规定的期限内不能作出决定。依据{LICENSING}第四十二条{clause}，经{who}批准，延长 {step.days} 个工作日。",
                f"延长的理由：{step.reason}",
                f"延长以后，{until(told(case, 'Extended', step.settled_at))}。办理期限只能延长一次。",
            ],
        )  # fmt: skip


def suspensions(case: Application) -> Iterator[Paper]:
    """不计入期限告知书, one for each cause: the needed time is told in writing."""
    special = {one.name: one.basis for one in case.edition.document.special_procedures if one.basis}
    for at, step in enumerate(Suspension.objects.filter(application=case).order_by("at", "id"), start=1):
        cause = SUSPENSION_CAUSES.get(step.cause, step.cause)
        ended = (
            f"这一情形已于{datetime_cn(step.ended_at, year=True)}结束。"
            if step.ended_at
            else "这一情形结束以后恢复计算，届时另行告知新的办结日期。"
        )
        yield Paper(
            f"suspension-{at}", "不计入办理期限告知书", on(step.at),
            [
                f"您申请办理的“{case.title}”，依法需要{cause}。依据{special.get(step.cause) or LICENSING + '第四十五条'}，"
                f"自{date_cn(on(step.at), year=True)}的次日起所需时间不计算在办理期限内。",
                f"原因和所需时间：{step.reason}",
                ended,
            ],
        )  # fmt: skip


def forwarding(case: Application) -> Iterator[Paper]:
    step = Forwarding.objects.filter(application=case, round=case.round).first()
    if step:
        yield Paper(
            "forwarding", "转报告知书", on(step.at),
            [
                f"您申请办理的“{case.title}”，我们已经审查完毕。依据{LICENSING}第四十三条，这个事项由{step.to_body}决定，"
                "现将审查意见和全部申请材料直接报送，不需要您重复提供材料。",
                f"收到{step.to_body}的决定后，我们及时通知您并送达。",
            ],
        )  # fmt: skip
