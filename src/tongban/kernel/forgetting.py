"""Empty the encrypted columns of rows: text becomes 已匿名化, JSON becomes empty, what was nothing stays nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from tongban.kernel.fields import Encrypted, EncryptedJson

ERASED = "（已匿名化）"


def encrypted(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, Encrypted)]


def empty(found: Iterable[models.Model], *, also: dict[str, Any] | None = None) -> int:
    """Each row's own values decide what takes their place; `also`: other columns that are set. Returns how many rows."""
    count = 0
    for row in found:
        fields = encrypted(type(row))
        changed = {field.name: _emptied(field, getattr(row, field.attname)) for field in fields} | (also or {})
        if changed:
            type(row)._default_manager.filter(pk=row.pk).update(**changed)
            count += 1
    return count


def _emptied(field: models.Field[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, EncryptedJson):
        return [] if isinstance(value, list) else {}
    return ERASED if value else value
