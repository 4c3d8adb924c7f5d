"""决定, 终止, and what comes after: 更正, 撤销, 重新办理. 《行政许可法》第三十八条、第六十九条."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications.documents.common import Paper, paper, told, until
from tongban.applications.models import Amendment, Application, Reopening, Revocation, Termination
from tongban.applications.rules import REOPENING_GROUNDS, REVOCATION_GROUNDS, TERMINATION_GROUNDS


def decision(case: Application) -> Iterator[Paper]:
    """That which stands: of this round."""
    step = case.decision
    if step is None:
        return
    kind = "decision" if step.granted else "refusal"
    values = {"理由": step.reason, "上级决定": step.above}
    if not step.granted and step.remedies:
        values["救济途径"] = step.remedies
    yield paper(case, "decision_deemed" if step.deemed else kind, step.at, values, kind=kind)


def termination(case: Application) -> Iterator[Paper]:
    step = Termination.objects.filter(application=case, round=case.round).first()
    if step:
        yield paper(case, "termination", step.at, {"情形": TERMINATION_GROUNDS[step.ground], "理由": step.reason})


def amendments(case: Application) -> Iterator[Paper]:
    """更正通知书, one for each: what was written, what it should say."""
    for at, step in enumerate(Amendment.objects.filter(application=case).order_by("at", "id"), start=1):
        rows = [[step.was, step.becomes]]
        yield paper(case, "amendment", step.at, {"理由": step.reason}, kind=f"amendment-{at}", rows=rows, once=True)


def revocation(case: Application) -> Iterator[Paper]:
    step = Revocation.objects.filter(application=case, round=case.round).first()
    if step:
        values = {"情形": REVOCATION_GROUNDS[step.ground], "理由": step.reason, "文书": step.document}
        yield paper(case, "revocation", step.at, values)


def reopening(case: Application) -> Iterator[Paper]:
    step = Reopening.objects.filter(application=case, round=case.round).first()
    if step:
        ordered = f"“{step.document}”" if step.document else ""
        facts = told(case, "Reopened", step.at)
        again = until(facts) if facts.get("promised_on") or facts.get("statutory_on") else "五个工作日内告知您是否受理"
        values = {
            "依据": f"{REOPENING_GROUNDS[step.ground]}{ordered}", "轮次": str(step.round), "理由": step.reason,
            "办理期限": again,
        }  # fmt: skip
        yield paper(case, "reopening", step.at, values)
