"""秒批: the edition's decision table decides in the submitting transaction, or leaves the case to people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.applications import facts
from tongban.applications.actions import commitments, outcome
from tongban.applications.events import Evaluated
from tongban.applications.models import Application, RuleEvaluation
from tongban.catalog import deciding
from tongban.catalog.deciding import Fact, Verdict
from tongban.kernel import actors, journal, rows


def decide_where_rules_allow(application: Application, *, now: datetime) -> RuleEvaluation | None:
    """The case was just accepted: run the table, keep how it went, and write down what it decided. None: no table."""
    content = application.edition.document
    if not (content.decided_by_rule and content.decision_table):
        return None
    known = facts.gather(application, deciding.named(content))
    verdict = deciding.evaluate(content, known)
    stands_against = _against(application)
    decided = "manual" if stands_against else verdict.outcome
    evaluation = rows.insert(
        RuleEvaluation(
            application=application, at=now, outcome=decided, rule="" if stands_against else verdict.rule,
            explained=explained(known, verdict, stands_against),
        )
    )  # fmt: skip
    by = actors.system("decision-table")
    journal.record(Evaluated(number=application.number, outcome=decided, rule=evaluation.rule), by=by, now=now)
    if decided != "manual":
        granted = decided == "granted"
        name = next(line.name for line in verdict.lines if line.held)
        reason = f"平台按公布的规则核验，符合“{name}”" if granted else verdict.reason
        outcome.decide_by_rule(application, granted=granted, reason=reason, now=now)
    return evaluation


def _against(application: Application) -> str:
    """What no table may pass over."""
    if missing := commitments.missing_before_decision(application):
        return f"容缺的材料还没有补齐：{'、'.join(missing)}"
    if above := application.edition.document.decided_above:
        return f"由{above}决定"
    return ""


def explained(known: dict[str, Fact], verdict: Verdict, stands_against: str = "") -> dict[str, Any]:
    """As `RuleEvaluation.explained` keeps it; `recalled` reads it back."""
    return {
        "facts": {
            name: [list(one.value) if isinstance(one.value, tuple) else one.value, one.source, one.note]
            for name, one in known.items()
        },
        "lines": [[line.key, line.name, line.outcome, line.held, line.why] for line in verdict.lines],
        "reason": verdict.reason,
        "untrusted": list(verdict.untrusted),
        "against": stands_against,
    }
