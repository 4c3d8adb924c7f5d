"""Papers of the steps: 征求意见函, 现场核查记录, 专家评审意见, 公示, 听证通知书. 《行政许可法》第三十四条、第四十八条."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications.documents.common import LICENSING, Paper, applicant, on
from tongban.applications.models import Application, Expert, HearingSession, Inspection, PublicNotice, StepAnswer
from tongban.design.words import date_cn, datetime_cn
from tongban.flow.plan import KINDS
from tongban.identity.queries import names_of


def letters(case: Application) -> Iterator[Paper]:
    """征求意见函 and 会签函, one to each body; with its answer, once there is one."""
    asked = StepAnswer.objects.filter(step__application=case, step__round=case.round).select_related("step")
    for at, answer in enumerate(asked.order_by("pk"), start=1):
        until = f"请于{date_cn(answer.due_on, year=True)}前书面答复" if answer.due_on else "请书面答复"
        silence = {"agreed": "，逾期未答复的，视为没有意见", "escalated": "，逾期未答复的，报请贵单位负责人督办"}
        words = [
            f"我们正在办理{applicant(case)}申请的“{case.title}”，依照办事指南公布的程序，需要{_verb(answer)}。",
            f"请就以下问题提出意见：{answer.question}",
            f"{until}{silence.get(answer.silence, '')}。",
        ]
        if answer.at:
            late = "（逾期答复）" if answer.late else ""
            words.append(
                f"答复：{'同意' if answer.agrees else '不同意'}{late}。{answer.opinion}（{datetime_cn(answer.at, year=True)}）"
            )
        elif answer.silent_at:
            words.append(f"到{date_cn(answer.due_on, year=True) if answer.due_on else '期限'}为止没有收到答复。")
        title = "会签函" if answer.step.kind == "countersign" else "征求意见函"
        yield Paper(f"letter-{at}", title, on(answer.asked_at), words, addressee=answer.body_name, inside=True)


def _verb(answer: StepAnswer) -> str:
    return "贵单位会签" if answer.step.kind == "countersign" else "征求贵单位的意见"


def inspections(case: Application) -> Iterator[Paper]:
    """现场核查记录, one for each visit."""
    seen = Inspection.objects.filter(step__application=case, step__round=case.round).select_related("step")
    rows = list(seen.order_by("pk"))
    names = names_of(who for row in rows for who in row.inspectors)
    for at, row in enumerate(rows, start=1):
        yield Paper(
            f"inspection-{at}", "现场核查记录", on(row.inspected_at),
            [
                f"依据{LICENSING}第三十四条第三款，对“{case.title}”的申请内容进行了现场核查。",
                f"核查到的情况：{row.record}",
                f"核查结果：{'通过' if row.passes else '不通过'}。照片和文件 {row.step.files.count()} 份，存入办件。",
                "核查人员签名：　　　　　　　　　　　　申请人一方签名：",
            ],
            ["核查时间", "核查地点", "核查人员", "申请人一方"],
            [[
                datetime_cn(row.inspected_at, year=True), row.place, "、".join(names[who] for who in row.inspectors),
                row.present or "没有人到场",
            ]],
            inside=True,
        )  # fmt: skip


def experts(case: Application) -> Iterator[Paper]:
    """专家评审意见: everyone's, and who stood aside."""
    named = Expert.objects.filter(step__application=case, step__round=case.round).select_related("step")
    by_step: dict[int, list[Expert]] = {}
    for one in named.order_by("pk"):
        by_step.setdefault(one.step_id, []).append(one)
    for at, group in enumerate(by_step.values(), start=1):
        answered = [one.answered_at for one in group if one.answered_at]
        if not answered:
            continue
        yield Paper(
            f"experts-{at}", "专家评审意见", on(max(answered)),
            [f"“{case.title}”的{group[0].step.name}，各位专家的书面意见如下。"],
            ["专家", "单位和职称", "结论", "意见"],
            [[one.name, one.unit, _conclusion(one), one.recused or one.opinion or "—"] for one in group],
            inside=True,
        )  # fmt: skip


def _conclusion(one: Expert) -> str:
    if one.recused:
        return "回避"
    return "未提交" if one.passes is None else "通过" if one.passes else "不通过"


def public_notices(case: Application) -> Iterator[Paper]:
    """公示, as it is put up."""
    rows = PublicNotice.objects.filter(step__application=case, step__round=case.round)
    for at, row in enumerate(rows.order_by("pk"), start=1):
        yield Paper(
            f"notice-{at}", KINDS["notice"], on(row.at),
            [
                row.text,
                f"公示期自{date_cn(row.from_on, year=True)}至{date_cn(row.until_on, year=True)}。"
                f"对公示内容有异议的，请在公示期内向{case.body.name}提出。",
            ],
            addressee="社会公众",
        )  # fmt: skip


def hearings(case: Application) -> Iterator[Paper]:
    """听证通知书, to the applicant."""
    rows = HearingSession.objects.filter(step__application=case, step__round=case.round)
    for at, row in enumerate(rows.order_by("pk"), start=1):
        yield Paper(
            f"hearing-{at}", "听证通知书", on(row.told_at),
            [
                f"您申请办理的“{case.title}”，依据{LICENSING}第四十六条至第四十八条举行听证。",
                f"时间：{datetime_cn(row.held_at, year=True)}",
                f"地点：{row.place}",
                f"主持人：{names_of([row.chair])[row.chair]}。您认为主持人与申请事项有直接利害关系的，有权申请回避。"
                "您可以在听证会上提出证据，进行申辩和质证；参加听证不收取费用。",
            ],
        )  # fmt: skip
