"""What a verb writes and nobody reads before its end goes out in one statement: the database is asked once, not six times.

    with together():
        rows.insert(case)
        rows.insert_all(materials)  # their case has no key yet: the statement fills it in
        journal.record(...)

PostgreSQL carries out every part on the rows as they were before, so no part may need what another wrote, but its key. Rows
get their keys at the end; errors (IntegrityError) come up there. Reading in between is as always and does not see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models


class Batch:
    """Statements gathered, in order, and the rows that get keys from them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []
        self._inserted: list[Sequence[models.Model]] = []
        """Rows of each statement that returns keys; none for a key nobody waits for."""
        self._returning: list[int] = []
        self._pending: dict[int, int] = {}
        """id() of a row that is alone in its statement → which statement."""
        self._waiting: list[tuple[models.Model, models.Field[Any, Any]]] = []

    def insert(self, sql: str, values: Sequence[Any], rows: Sequence[models.Model]) -> None:
        """An INSERT … RETURNING its key, for these rows."""
        if len(rows) == 1:
            self._pending[id(rows[0])] = len(self._parts)
        self.append(sql, values, rows)

    def append(self, sql: str, values: Sequence[Any], rows: Sequence[models.Model] = ()) -> str:
        """An INSERT … RETURNING its key; the name under which a later statement may select it. These keep their order."""
        self._returning.append(len(self._parts))
        self._inserted.append(rows)
        self.write(sql, values)
        return f"part{len(self._parts) - 1}"

    def write(self, sql: str, values: Sequence[Any]) -> None:
        """A statement that others need nothing of."""
        self._parts.append(sql)
        self._values.extend(values)

    def key_of(self, row: models.Model, field: models.Field[Any, Any]) -> str:
        """For a foreign key to a row of this batch, which has no key yet: where the statement finds it. Else nothing."""
        if not self._pending or not field.is_relation or getattr(row, field.attname) is not None:
            return ""
        part = self._pending.get(id(row._state.fields_cache.get(field.name)))
        if part is None:
            return ""
        self._waiting.append((row, field))
        return f"(TABLE part{part})"

    def send(self) -> None:
        if not self._parts:
            return
        parts = ", ".join(f"part{at} AS ({sql})" for at, sql in enumerate(self._parts))
        keys = ", ".join(f"ARRAY(TABLE part{at})" for at in self._returning) or "1"
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {parts} SELECT {keys}", self._values)
            found = cursor.fetchone()
        for rows, own in zip(self._inserted, found, strict=False):
            for row, key in zip(rows, own, strict=False):
                stored(row, key)
        for row, field in self._waiting:
            setattr(row, field.attname, row._state.fields_cache[field.name].pk)


def stored(row: models.Model, key: int) -> None:
    """The row is in the database under this key."""
    row.pk = key
    row._state.adding, row._state.db = False, connection.alias


_BATCH: ContextVar[Batch | None] = ContextVar("batch", default=None)


def batch() -> Batch | None:
    """The one that gathers now."""
    return _BATCH.get()


@contextmanager
def together() -> Iterator[None]:
    """Gather what is written; send it at the end, unless an error ends it. Inside another, it is part of that."""
    if _BATCH.get() is not None:
        yield
        return
    made = Batch()
    before = _BATCH.set(made)
    try:
        yield
    finally:
        _BATCH.reset(before)
    made.send()
