"""重新加密: every encrypted column of every room, from whatever key to the current one, while the platform runs.

A walk along each table's primary key, a batch per transaction. A value is replaced only where it is still what was read
(compare and swap), and rows that somebody holds are left for the next round, so that no verb waits and no update is lost.
How far it came is kept per table: killed, it goes on from there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from tongban.kernel import crypto
from tongban.kernel.fields import Encrypted
from tongban.kernel.models import Reencryption

log = logging.getLogger(__name__)

BATCH = 200
ROUNDS = 5
"""How often the tables are walked for what was held or written meanwhile, before the rest is reported."""


@dataclass(frozen=True)
class Table:
    """A table with encrypted columns: their names in the database, and those under which they were encrypted."""

    label: str
    name: str
    key: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Left:
    """What of a table isn't encrypted with the current key: values by key id."""

    table: str
    values: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.values.values())


Progress = Callable[[str, int], None]


def tables() -> list[Table]:
    """Every table with encrypted columns, of every room."""
    return [found for model in apps.get_models() if (found := _table(model))]


def _table(model: type[models.Model]) -> Table | None:
    meta = model._meta
    if meta.proxy or not meta.managed:
        return None
    held = tuple(
        (str(field.column), field._column_name())
        for field in meta.local_concrete_fields
        if isinstance(field, Encrypted)
    )
    return Table(meta.label, meta.db_table, str(meta.pk.column), held) if held else None


def left(*, key_id: str | None = None) -> list[Left]:
    """Per table what is encrypted with other keys than the current one, or with this key. Reads every row."""
    current = crypto.current_key()
    found = []
    for table in tables():
        values = {
            each: count
            for each, count in _counted(table).items()
            if (each == key_id if key_id is not None else each != current)
        }
        if values:
            found.append(Left(table.label, values))
    return found


def _counted(table: Table) -> dict[str, int]:
    """Key id → values."""
    parts = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {column} AS v FROM {table} WHERE {column} IS NOT NULL").format(
            column=sql.Identifier(column), table=sql.Identifier(table.name)
        )
        for column, _ in table.columns
    )
    statement = sql.SQL(
        "SELECT substring(v FROM 2 FOR get_byte(v, 0)), count(*) FROM ({}) AS all_values GROUP BY 1"
    ).format(parts)
    with connection.cursor() as cursor:
        cursor.execute(_text(statement))
        return {bytes(key_id).decode(): count for key_id, count in cursor.fetchall()}


def reencrypt(*, now: Callable[[], datetime], progress: Progress, batch: int = BATCH, pause: float = 0.0) -> list[Left]:
    """Walk until nothing is left; returns what is left all the same (rows that were held throughout)."""
    for _ in range(ROUNDS):
        for table in tables():
            for done in _walk(table, now=now, batch=batch):
                progress(table.label, done)
                time.sleep(pause)
        if not (rest := left()):
            return []
        Reencryption.objects.filter(to_key=crypto.current_key(), table__in=[each.table for each in rest]).update(
            finished_at=None, last_key=""
        )
    return rest


def _walk(table: Table, *, now: Callable[[], datetime], batch: int) -> Iterator[int]:
    """From where the last walk to this key stopped, a batch per transaction; yields how many values were done."""
    to_key = crypto.current_key()
    run, _ = Reencryption.objects.get_or_create(
        table=table.label, to_key=to_key, defaults={"began_at": now(), "values": 0}
    )
    while run.finished_at is None:
        with transaction.atomic():
            rows = _rows_after(table, run.last_key, batch)
            done = _swap(table, rows, to_key)
            run.values += done
            if rows:
                run.last_key = str(rows[-1][0])
            if len(rows) < batch:
                run.finished_at = now()
            run.save()
        yield done


def _rows_after(table: Table, last: str, batch: int) -> list[tuple[Any, ...]]:
    columns = sql.SQL(", ").join(sql.Identifier(column) for column, _ in table.columns)
    key = sql.Identifier(table.key)
    after = sql.SQL("WHERE {} > {}").format(key, sql.Literal(last)) if last else sql.SQL("")
    statement = sql.SQL("SELECT {key}, {columns} FROM {table} {after} ORDER BY {key} LIMIT {batch}").format(
        key=key, columns=columns, table=sql.Identifier(table.name), after=after, batch=sql.Literal(batch)
    )
    with connection.cursor() as cursor:
        cursor.execute(_text(statement))
        return list(cursor.fetchall())


def _swap(table: Table, rows: list[tuple[Any, ...]], to_key: str) -> int:
    """Replace each value that another key encrypted, where it is still the same and nobody holds its row."""
    begins = crypto.prefix(to_key)
    done = 0
    for at, (column, label) in enumerate(table.columns, 1):
        old = [
            (row[0], bytes(row[at])) for row in rows if row[at] is not None and not bytes(row[at]).startswith(begins)
        ]
        swaps = [(key, value, fresh) for key, value in old if (fresh := _anew(value, label)) is not None]
        if swaps:
            done += _write(table, column, *(list(each) for each in zip(*swaps, strict=True)))
    return done


def _anew(value: bytes, label: str) -> bytes | None:
    """None for what doesn't open: it stays, and is counted as left."""
    try:
        return crypto.encrypt(crypto.decrypt(value, column=label), column=label)
    except crypto.Unreadable:
        log.error("a value of %s does not open and was left as it is", label)
        return None


def _write(table: Table, column: str, keys: list[Any], old: list[bytes], fresh: list[bytes]) -> int:
    statement = sql.SQL(
        "WITH free AS (SELECT {key} AS k FROM {table} WHERE {key} = ANY({keys}) FOR NO KEY UPDATE SKIP LOCKED) "
        "UPDATE {table} AS t SET {column} = v.fresh "
        "FROM free JOIN unnest(%s::text[], %s::bytea[], %s::bytea[]) AS v(k, old, fresh) ON v.k = free.k::text "
        "WHERE t.{key} = free.k AND t.{column} = v.old"
    ).format(
        key=sql.Identifier(table.key), table=sql.Identifier(table.name), column=sql.Identifier(column),
        keys=sql.Literal(keys),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_text(statement), [[str(key) for key in keys], old, fresh])
        return int(cursor.rowcount)


def _text(statement: sql.Composable) -> str:
    return statement.as_string(None)
