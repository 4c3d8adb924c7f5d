"""到期匿名化: the personal columns of a case go, its numbers stay. The journal holds ids only and is not touched."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

from django.apps import apps
from django.db import models, transaction

from tongban.applications import retention
from tongban.applications.models import Application, Draft
from tongban.files.actions.removing import remove
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.identity.forgetting import NO_INDEX, WHO_GONE, forget_person, nobody
from tongban.kernel import forgetting
from tongban.kernel.actors import system
from tongban.kernel.clock import date_of
from tongban.kernel.personal import FORGETTING, Over
from tongban.privacy import keeping
from tongban.privacy.models import Anonymised, Hold

log = logging.getLogger(__name__)
BY = system("privacy")
MOST = 500
"""In one turn of the chore."""


def sweep(*, now: datetime) -> Iterator[Anonymised]:
    """Those whose day has come and that nothing keeps, each in a transaction of its own."""
    done = 0
    for one in retention.due(today=date_of(now)):
        if done >= MOST:
            return
        if not one.stays and (gone := _try(one, now=now)):
            done += 1
            yield gone


def _try(one: retention.Due, *, now: datetime) -> Anonymised | None:
    """What goes wrong with one case is said on the page and in the log, and doesn't keep the others."""
    try:
        return anonymise(one, now=now)
    except Exception as error:
        log.exception("%s: could not be anonymised", one.number)
        keeping.stuck(one.number, error, now=now)
        return None


@transaction.atomic
def hold(number: str, *, cause: str, reason: str, by: Actor, now: datetime) -> Hold:
    """暂缓, under the lock under which a case is anonymised. The caller has asked who may."""
    Application.objects.select_for_update().get(number=number)
    return keeping.hold(number, cause=cause, reason=reason, by=by, now=now)


@transaction.atomic
def anonymise(one: retention.Due, *, now: datetime) -> Anonymised | None:
    """Once. What keeps the case is asked again under its lock: a hold may have come meanwhile."""
    case = Application.objects.select_for_update().get(pk=one.key)
    if keeping.why_it_stays(case.number):
        return None
    made = keeping.tombstone(case.number, closed_on=one.closed_on, due_on=one.due_on, rule=one.rule, now=now)
    if made is None:
        return None
    over = Over(case.number, case.person_id, nobody(now=now).pk)
    files = _files(case)
    made.rows = _empty(case, over) + sum(forget(over) for forget in FORGETTING.values())
    made.files = remove(files)
    made.person_too = forget_person(over.person_id)
    if case.agent_id and case.agent_id != over.person_id:
        forget_person(case.agent_id)
    keeping.gone(made, by=BY, now=now)
    return made


def _empty(case: Application, over: Over) -> int:
    count = 0
    for model, path in below():
        rows = model._default_manager.filter(**{path: case.pk})
        fields = [each for each in model._meta.concrete_fields if each.related_model is StoredFile]
        if any(not field.null for field in fields):
            count += rows.count()
            rows.delete()  # a row about a file only
            continue
        count += forgetting.empty(rows.iterator(), also={field.name: None for field in fields})
        for name in _who(model):
            rows.filter(**{f"{name}__startswith": "person:"}).update(**{name: WHO_GONE})
    drafts = Draft.objects.filter(submitted_number=case.number)
    count += forgetting.empty(drafts, also={"applicant": None, "power": None})
    Application.objects.filter(pk=case.pk).update(
        person_id=over.nobody_id, agent=None, power=None, holder_index=NO_INDEX,
        submitted_by=WHO_GONE if case.submitted_by.startswith("person:") else case.submitted_by,
        particulars={"answers": case.answers, "form": {}},
    )  # fmt: skip
    return count + 1


def _who(model: type[models.Model]) -> list[str]:
    """Columns that say who did it: `by`, `settled_by`."""
    plain = (field for field in model._meta.concrete_fields if type(field) is models.CharField)
    return [field.name for field in plain if field.name == "by" or field.name.endswith("_by")]


def _files(case: Application) -> set[int]:
    found: set[int] = set()
    for model, path in below():
        for field in model._meta.concrete_fields:
            if field.related_model is StoredFile:
                rows = model._default_manager.filter(**{path: case.pk}).exclude(**{field.name: None})
                found |= set(rows.values_list(field.attname, flat=True))
    return found


@cache
def below() -> list[tuple[type[models.Model], str]]:
    """Every table of this room that belongs to a case, and the way to it; those that others belong to come last."""
    paths: dict[type[models.Model], str] = {}
    wanted: dict[type[models.Model], str] = {Application: ""}
    while wanted:
        found: dict[type[models.Model], str] = {}
        for model in apps.get_app_config("applications").get_models():
            if model in paths or model in wanted or model is Application:
                continue
            for field in model._meta.concrete_fields:
                if field.related_model in wanted and not field.null and field.name != "origin":
                    above = wanted[field.related_model]
                    found[model] = f"{field.name}__{above}" if above else field.name
                    break
        paths |= found
        wanted = found
    return list(reversed(paths.items()))


def day_of(case: Application, *, today: date) -> date | None:
    """When it is due, if it has ended and is not kept for ever."""
    if case.closed_at is None:
        return None
    one = retention.of(case.pk, case.number, case.title, date_of(case.closed_at), retention.rule_of(case, today=today))
    return one.due_on if one else None
