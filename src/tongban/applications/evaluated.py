"""What a stored evaluation says, and running it again: the edition never changes, so the same facts give the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.applications import facts
from tongban.applications.models import RuleEvaluation
from tongban.catalog import deciding
from tongban.catalog.content import Content
from tongban.catalog.deciding import Fact

BATCH = 200


@dataclass(frozen=True)
class Drift:
    """Where a stored evaluation and its replay differ."""

    number: str
    what: str
    stored: str
    replayed: str


def recalled(evaluation: RuleEvaluation) -> dict[str, Fact]:
    return {
        name: Fact(tuple(value) if isinstance(value, list) else value, source, note)
        for name, (value, source, note) in evaluation.explained["facts"].items()
    }


def verify() -> Iterator[Drift]:
    """Every stored evaluation, oldest first."""
    after = 0
    whole = RuleEvaluation.objects.select_related("application__edition", "application__organisation").order_by("pk")
    while page := list(whole.filter(pk__gt=after)[:BATCH]):
        for evaluation in page:
            yield from replay(evaluation)
        after = page[-1].pk


def replay(evaluation: RuleEvaluation) -> list[Drift]:
    """The table over the stored facts again; and the facts that the case alone gives, from the case again.

    What the library said that day is taken as it was stored: a licence that has ended since was in force then.
    """
    application, stored = evaluation.application, evaluation.explained
    number, content = application.number, application.edition.document
    known = recalled(evaluation)
    verdict = deciding.evaluate(content, known)
    outcome = "manual" if stored["against"] else verdict.outcome
    rule = "" if stored["against"] else verdict.rule
    found = []
    if (evaluation.outcome, evaluation.rule) != (outcome, rule):
        found.append(Drift(number, "结论", f"{evaluation.outcome} {evaluation.rule}", f"{outcome} {rule}"))
    lines = [[line.key, line.name, line.outcome, line.held, line.why] for line in verdict.lines]
    if stored["lines"] != lines:
        found.append(Drift(number, "逐条说明", str(stored["lines"]), str(lines)))
    own = [name for name in deciding.named(content) if not _of_library(content, name)]
    for name, fact in facts.gather(application, own).items():
        before = known.get(name)
        if before is None or (before.value, before.source) != (fact.value, fact.source):
            found.append(Drift(number, name, _said(before), _said(fact)))
    return found


def _of_library(content: Content, name: str) -> bool:
    """The fact rests on a licence: itself, or because a licence is what its field is compared with."""
    head, _, rest = name.partition(".")
    fields = {field.key: field.prefill or "" for page in content.form for field in page.fields}
    prefill = fields.get(rest.partition(".")[0], "") if head == "form" else ""
    return name.startswith(facts.FROM_LIBRARY) or prefill.startswith("licence.")


def _said(fact: Fact | None) -> str:
    """Without the value: a report of drifts shows nobody's data."""
    return "没有" if fact is None else f"{deciding.SOURCES[fact.source]}（{'有值' if fact.value else '无值'}）"
