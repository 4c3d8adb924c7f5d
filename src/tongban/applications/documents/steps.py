"""Papers of the steps: 征求意见函, 现场核查记录, 专家评审意见, 公示, 听证通知书. 《行政许可法》第三十四条、第四十八条."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications.documents.common import Paper, paper
from tongban.applications.models import Application, Expert, HearingSession, Inspection, PublicNotice, StepAnswer
from tongban.design.words import date_cn, datetime_cn
from tongban.identity.queries import names_of


def letters(case: Application) -> Iterator[Paper]:
    """征求意见函 and 会签函, one to each body."""
    for at, answer in enumerate(_asked(case), start=1):
        until = f"请于{date_cn(answer.due_on, year=True)}前书面答复" if answer.due_on else "请书面答复"
        silence = {"agreed": "，逾期未答复的，视为没有意见", "escalated": "，逾期未答复的，报请贵单位负责人督办"}
        form = "countersign" if answer.step.kind == "countersign" else "letter"
        values = {"问题": answer.question, "答复要求": f"{until}{silence.get(answer.silence, '')}"}
        yield paper(case, form, answer.asked_at, values, kind=f"letter-{at}", addressee=answer.body_name, inside=True)


def replies(case: Application) -> Iterator[Paper]:
    """What each of them said, or that it said nothing."""
    for at, answer in enumerate(_asked(case), start=1):
        name = "会签函" if answer.step.kind == "countersign" else "征求意见函"
        values = {"函名": name, "答复单位": answer.body_name}
        if answer.at:
            late = "（逾期答复）" if answer.late else ""
            values |= {
                "结论": f"{'同意' if answer.agrees else '不同意'}{late}", "意见": answer.opinion.rstrip("。"),
                "答复时间": datetime_cn(answer.at, year=True),
            }  # fmt: skip
        elif answer.silent_at:
            by_when = date_cn(answer.due_on, year=True) if answer.due_on else "期限"
            values["未答复情况"] = f"到{by_when}为止没有收到{answer.body_name}的答复。"
        said_at = answer.at or answer.silent_at
        if said_at is None:
            continue
        yield paper(case, "reply", said_at, values, kind=f"reply-{at}", addressee=case.body.name, inside=True)


def _asked(case: Application) -> list[StepAnswer]:
    asked = StepAnswer.objects.filter(step__application=case, step__round=case.round).select_related("step")
    return list(asked.order_by("pk"))


def inspections(case: Application) -> Iterator[Paper]:
    """现场核查记录, one for each visit."""
    seen = Inspection.objects.filter(step__application=case, step__round=case.round).select_related("step")
    rows = list(seen.order_by("pk"))
    names = names_of(who for row in rows for who in row.inspectors)
    for at, row in enumerate(rows, start=1):
        values = {
            "情况": row.record, "结论": "通过" if row.passes else "不通过", "份数": str(row.step.files.count()),
        }  # fmt: skip
        visit = [
            datetime_cn(row.inspected_at, year=True), row.place, "、".join(names[who] for who in row.inspectors),
            row.present or "没有人到场",
        ]  # fmt: skip
        yield paper(case, "inspection", row.inspected_at, values, kind=f"inspection-{at}", rows=[visit], inside=True)


def experts(case: Application) -> Iterator[Paper]:
    """专家评审意见: everyone's, and who stood aside; anew when one more has answered."""
    named = Expert.objects.filter(step__application=case, step__round=case.round).select_related("step")
    by_step: dict[int, list[Expert]] = {}
    for one in named.order_by("pk"):
        by_step.setdefault(one.step_id, []).append(one)
    for at, group in enumerate(by_step.values(), start=1):
        answered = [one.answered_at for one in group if one.answered_at]
        if not answered:
            continue
        rows = [[one.name, one.unit, _conclusion(one), one.recused or one.opinion or "—"] for one in group]
        values = {"环节": group[0].step.name}
        yield paper(case, "experts", max(answered), values, kind=f"experts-{at}", rows=rows, inside=True)


def _conclusion(one: Expert) -> str:
    if one.recused:
        return "回避"
    return "未提交" if one.passes is None else "通过" if one.passes else "不通过"


def public_notices(case: Application) -> Iterator[Paper]:
    """公示, as it is put up."""
    rows = PublicNotice.objects.filter(step__application=case, step__round=case.round)
    for at, row in enumerate(rows.order_by("pk"), start=1):
        values = {
            "公示内容": row.text, "开始日": date_cn(row.from_on, year=True), "结束日": date_cn(row.until_on, year=True),
        }  # fmt: skip
        yield paper(case, "notice", row.at, values, kind=f"notice-{at}", addressee="社会公众")


def hearings(case: Application) -> Iterator[Paper]:
    """听证通知书, to the applicant."""
    rows = HearingSession.objects.filter(step__application=case, step__round=case.round)
    for at, row in enumerate(rows.order_by("pk"), start=1):
        values = {
            "时间": datetime_cn(row.held_at, year=True), "地点": row.place, "主持人": names_of([row.chair])[row.chair],
        }  # fmt: skip
        yield paper(case, "hearing", row.told_at, values, kind=f"hearing-{at}")
