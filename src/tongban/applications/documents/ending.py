"""决定, 终止, and what comes after: 更正, 撤销, 重新办理. 《行政许可法》第三十八条、第六十九条."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications.documents.common import LICENSING, Paper, on, told, until
from tongban.applications.models import Amendment, Application, Reopening, Revocation, Termination
from tongban.applications.rules import REOPENING_GROUNDS, REVOCATION_GROUNDS, TERMINATION_GROUNDS


def decision(case: Application) -> Iterator[Paper]:
    """That which stands: of this round."""
    step = case.decision
    if step is None:
        return
    above = [f"决定机关和文号：{step.above}"] if step.above else []
    if step.deemed:
        words = [f"您提交的“{case.title}”申请，{step.reason}。"]
    elif step.granted:
        words = [f"您提交的“{case.title}”申请，经审查符合法定条件，决定准予。", *filter(None, [step.reason])]
    else:
        words = [f"您提交的“{case.title}”申请，经审查决定不予批准。", f"理由：{step.reason}", step.remedies]
    kind, title = ("decision", "准予决定书") if step.granted else ("refusal", "不予决定书")
    yield Paper(kind, "视为准予通知书" if step.deemed else title, on(step.at), [*words, *above])


def termination(case: Application) -> Iterator[Paper]:
    step = Termination.objects.filter(application=case, round=case.round).first()
    if step:
        yield Paper(
            "termination", "终止办理通知书", on(step.at),
            [
                f"您申请办理的“{case.title}”，因{TERMINATION_GROUNDS[step.ground]}，决定终止办理。",
                f"理由：{step.reason}",
                case.edition.document.remedies,
            ],
        )  # fmt: skip


def amendments(case: Application) -> Iterator[Paper]:
    """更正通知书, one for each: what was written, what it should say."""
    for at, step in enumerate(Amendment.objects.filter(application=case).order_by("at", "id"), start=1):
        yield Paper(
            f"amendment-{at}", "更正通知书", on(step.at),
            [
                f"“{case.title}”的文书中有文字错误，现予更正。更正不改变决定的内容，本通知书与原文书一并使用。",
                f"更正的理由：{step.reason}",
            ],
            ["原来的文字", "更正后的文字"],
            [[step.was, step.becomes]],
        )  # fmt: skip


def revocation(case: Application) -> Iterator[Paper]:
    step = Revocation.objects.filter(application=case, round=case.round).first()
    if step:
        document = [f"依据的文书：{step.document}"] if step.document else []
        yield Paper(
            "revocation", "撤销决定书", on(step.at),
            [
                f"“{case.title}”的准予决定，因{REVOCATION_GROUNDS[step.ground]}，依据{LICENSING}第六十九条，现予撤销。"
                "据此颁发的证照同时失效。",
                f"理由：{step.reason}",
                *document,
                case.edition.document.remedies,
            ],
        )  # fmt: skip


def reopening(case: Application) -> Iterator[Paper]:
    step = Reopening.objects.filter(application=case, round=case.round).first()
    if step:
        ordered = f"“{step.document}”" if step.document else ""
        facts = told(case, "Reopened", step.at)
        again = until(facts) if facts.get("promised_on") or facts.get("statutory_on") else "五个工作日内告知您是否受理"
        yield Paper(
            "reopening", "重新办理通知书", on(step.at),
            [
                f"“{case.title}”依据{REOPENING_GROUNDS[step.ground]}{ordered}，自今日起重新办理（第 {step.round} 轮）。"
                "此前作出的决定不再有效，已经提交的材料不需要重复提交。",
                f"理由：{step.reason}",
                f"期限重新起算，{again}。",
            ],
        )  # fmt: skip
