"""The record of a case as plain data: every row that hangs on it, found by the relations themselves.

So a table that is added tomorrow is in tomorrow's archives. What is encrypted in the database is written out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import BinaryField, Field, ForeignKey, Model, QuerySet

from tongban.applications.models import Application
from tongban.files.models import StoredFile
from tongban.flow.models import Clock, ClockPause, Task
from tongban.licences.models import Licence
from tongban.notices.models import Delivery, Message

Told = Callable[[StoredFile, Model], str]
"""Called with each file a row points at, and the row; what to write in its place."""

BY_SUBJECT: tuple[tuple[type[Model], str], ...] = (
    (Clock, "subject"), (ClockPause, "subject"), (Task, "subject"), (Licence, "case_number"), (Message, "subject"),
    (Delivery, "message__subject"),
)  # fmt: skip
"""What other rooms keep of a case under its number."""


@cache
def _relations() -> tuple[tuple[type[Model], str], ...]:
    """Each table of this room that hangs on a case, directly or through another, and the path that leads there."""
    found: dict[type[Model], str] = {Application: "pk"}
    models = list(apps.get_app_config("applications").get_models())
    grown = True
    while grown:
        grown = False
        for model in models:
            if model in found:
                continue
            for one in model._meta.fields:
                above = one.related_model if isinstance(one, ForeignKey) else None
                if isinstance(above, type) and above in found:
                    found[model] = one.name if above is Application else f"{one.name}__{found[above]}"
                    grown = True
                    break
    del found[Application]
    return tuple(sorted(found.items(), key=lambda pair: pair[0]._meta.label))


def tables() -> tuple[str, ...]:
    """Labels of all that is archived of a case."""
    return tuple(sorted(model._meta.label for model, _ in (*_relations(), *BY_SUBJECT)))


def rows_of(case: Application, told: Told) -> dict[str, list[dict[str, Any]]]:
    """By table, in the order of their keys; empty tables are left out."""
    found = {}
    for model, rows in _querysets(case):
        files = [
            one.name for one in model._meta.fields if isinstance(one, ForeignKey) and one.related_model is StoredFile
        ]
        kept = rows.select_related(*files) if files else rows
        written = [values(row, told) for row in kept.order_by("pk")]
        if written:
            found[model._meta.label] = written
    return found


def _querysets(case: Application) -> Iterator[tuple[type[Model], QuerySet[Any]]]:
    for model, path in _relations():
        yield model, model._default_manager.filter(**{path: case.pk})
    for model, path in BY_SUBJECT:
        yield model, model._default_manager.filter(**{path: case.number})


def values(row: Model, told: Told) -> dict[str, Any]:
    """Columns by name. Blind indexes stay out: they tell nothing without our keys."""
    return {one.name: _value(row, one, told) for one in row._meta.fields if type(one) is not BinaryField}


def _value(row: Model, one: Field[Any, Any], told: Told) -> Any:
    if isinstance(one, ForeignKey):
        if one.related_model is StoredFile:
            file = getattr(row, one.name)
            return told(file, row) if file else None
        return getattr(row, one.attname)
    value = getattr(row, one.attname)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
