"""Which columns point at a table, whichever rooms there are: hidden relations (`related_name="+"`) too.

Ids without a foreign key are said by the room that keeps them: `also(target="identity.Person", model=Access, column="person_id")`.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models

Column = tuple[type[models.Model], str]
_ALSO: dict[str, dict[Column, None]] = {}


def also(target: str, model: type[models.Model], column: str) -> None:
    """Rows that mean a row of `target` (`room.Model`) by its id, without a foreign key; saying it twice says it once."""
    _ALSO.setdefault(target, {})[model, column] = None


def pointing(target: type[models.Model]) -> Iterator[Column]:
    """Every foreign key to it, by model and column name."""
    # `related_objects` leaves out what has no name back, and here nothing has one that crosses rooms
    for relation in target._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and relation.is_relation and not relation.concrete):
            continue
        model = relation.related_model
        assert isinstance(model, type) and issubclass(model, models.Model)  # noqa: S101
        yield model, relation.field.name  # type: ignore[union-attr]


def meant(target: type[models.Model]) -> Iterator[Column]:
    """Foreign keys, and what rooms keep without one."""
    yield from pointing(target)
    yield from _ALSO.get(target._meta.label, {})
