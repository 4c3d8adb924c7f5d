"""Whose time is over: cases by the rule of their item, and what stays all the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from tongban.applications.models import Application
from tongban.applications.scope import scope_of
from tongban.identity.actors import Actor
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.privacy import keeping, retention
from tongban.privacy.models import Anonymised
from tongban.privacy.retention import Rule

CHUNK = 500
_COLUMNS = (
    "pk", "number", "title", "closed_at", "edition__item__code", "edition__item__type_code",
)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """A case with its rule; `stays`: why it is not anonymised although its day has come."""

    key: int
    number: str
    title: str
    closed_on: date
    due_on: date
    rule: Rule
    stays: str = ""


def due(*, today: date, by: Actor | None = None, looked: int = 0) -> Iterator[Due]:
    """Every case whose day has come, oldest first; `by`: of those this actor sees. `looked`: after so many it is enough."""
    latest = datetime(today.year - retention.SHORTEST, 1, 1, tzinfo=SHANGHAI)
    found = Application.objects.filter(closed_at__lt=latest).exclude(
        Exists(Anonymised.objects.filter(number=OuterRef("number")))
    )
    if by is not None:
        found = found.filter(scope_of(by).condition())
    own, after, seen = keeping.rules(), 0, 0
    while rows := list(found.filter(pk__gt=after).order_by("pk").values_list(*_COLUMNS)[:CHUNK]):
        after, seen = rows[-1][0], seen + len(rows)
        for key, number, title, closed_at, item, type_code in rows:
            one = of(key, number, title, date_of(closed_at), own.get(item) or retention.default(type_code))
            if one and one.due_on <= today:
                yield replace(one, stays=keeping.why_it_stays(number))
        if looked and seen >= looked:
            return


def of(key: int, number: str, title: str, closed_on: date, rule: Rule) -> Due | None:
    """None for what is kept for ever."""
    day = retention.due_on(closed_on, rule)
    return Due(key, number, title, closed_on, day, rule) if day else None


def rule_of(case: Application) -> Rule:
    item = case.edition.item
    return keeping.rules().get(item.code) or retention.default(item.type_code)
