"""Whose time is over: cases by the rule of their item, and what stays all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from tongban.applications.models import Application
from tongban.applications.scope import scope_of
from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.identity.forgetting import NO_INDEX
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.privacy import keeping, retention
from tongban.privacy.models import RetentionRule
from tongban.privacy.retention import Rule

CHUNK = 500
EDITIONS = 5000
"""Named in one statement."""
_COLUMNS = ("closed_at", "pk", "number", "title", "edition_id")


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


def due(*, today: date, by: Actor | None = None) -> Iterator[Due]:
    """Every case whose day has come, of each length of time the longest closed first; `by`: of those this actor sees.

    Only these are read: the index `application_kept` holds what still has its data, by edition and closing.
    """
    whose = scope_of(by).condition() if by is not None else Q()
    for years, editions in _editions(today=today):
        before = datetime(today.year - years, 1, 1, tzinfo=SHANGHAI)
        kept = ~Q(holder_index=NO_INDEX)
        found = Application.objects.filter(whose, kept, edition__in=list(editions), closed_at__lt=before)
        found = found.order_by("closed_at", "pk")
        rest: QuerySet[Application] | None = found
        while rest is not None:
            rows = list(rest.values_list(*_COLUMNS)[:CHUNK])
            rest = None
            if len(rows) == CHUNK:
                at, key, *_ = rows[-1]
                rest = found.filter(Q(closed_at__gt=at) | Q(closed_at=at, pk__gt=key))
            stays = keeping.what_stays([number for _, _, number, _, _ in rows])
            for closed_at, pk, number, title, edition in rows:
                one = of(pk, number, title, date_of(closed_at), editions[edition], stays.get(number, ""))
                if one:
                    yield one


def _editions(*, today: date) -> Iterator[tuple[int, dict[int, Rule]]]:
    """Years, and some of the editions whose cases are kept so long, each with its rule. What is kept for ever isn't there."""
    own, found = keeping.rules(today=today), defaultdict[int, dict[int, Rule]](dict)
    for pk, code, type_code in Edition.objects.values_list("pk", "item__code", "item__type_code").order_by("pk"):
        rule = own.get(code) or retention.default(type_code)
        if rule.years != retention.PERMANENT:
            found[rule.years][pk] = rule
    for years, editions in sorted(found.items()):
        pairs = list(editions.items())
        for at in range(0, len(pairs), EDITIONS):
            yield years, dict(pairs[at : at + EDITIONS])


def of(key: int, number: str, title: str, closed_on: date, rule: Rule, stays: str = "") -> Due | None:
    """None for what is kept for ever."""
    day = retention.due_on(closed_on, rule)
    return Due(key, number, title, closed_on, day, rule, stays) if day else None


def rule_of(case: Application, *, today: date) -> Rule:
    item = case.edition.item
    return keeping.rules(today=today).get(item.code) or retention.default(item.type_code)


def may_agree(rule: RetentionRule, *, by: Actor) -> bool:
    """To a shorter time: not who set it, but another administrator, or the head of a body that handles the item."""
    if by.who == rule.by:
        return False
    if by.posts_for("platform.manage"):
        return True
    bodies = {post.body_id for post in by.posts_for("data.hold")}
    return Edition.objects.filter(item__code=rule.item_code, body__in=[each for each in bodies if each]).exists()
