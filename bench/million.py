"""One finished case multiplied: does a case cost more when a million lie before it?

The rows are those that the verbs wrote for a real case, copied in the database under other numbers.
"""

from __future__ import annotations

import time

import psycopg

from bench.instance import Instance

CHUNK = 50_000
FIRST = 1_000_000_000
"""Keys of copies begin here: far above those that sequences give out during the measurement."""

NUMBER = "'50019920240102' || lpad(i::text, 8, '0') || 'Z'"
OWN = {
    "applications_application": {
        "id": f"{FIRST} + i",
        "number": NUMBER,
        "query_code": "'G' || lpad(to_hex(i), 7, '0')",
    },
    "licences_licence": {
        "case_number": NUMBER,
        "number": f"'L' || {NUMBER}",
        "code": "'B' || lpad(i::text, 11, '0')",
        "public_id": "gen_random_uuid()",
    },
    "flow_clock": {"subject": NUMBER},
    "flow_task": {"subject": NUMBER},
    "notices_message": {"subject": NUMBER, "key": f"{NUMBER} || t.id"},
    "kernel_journalentry": {
        "id": f"{FIRST} + i * 10 + row_number() OVER (PARTITION BY i ORDER BY t.id)",
        "subject": NUMBER,
    },
}
"""What a copy has of its own, by table; everything else is as in the case that was really handled."""
CHILDREN = ("applicationmaterial", "acceptance", "decision")
LINKS = """
INSERT INTO kernel_journallink (position, entry_id, hash)
SELECT %(last)s + row_number() OVER (ORDER BY id), id, '\\x00' FROM kernel_journalentry e
WHERE id >= %(first)s AND NOT EXISTS (SELECT 1 FROM kernel_journallink l WHERE l.entry_id = e.id)
"""


def multiply(instance: Instance, cases: int) -> float:
    """Copy the newest granted case that many times; returns seconds."""
    began = time.monotonic()
    with psycopg.connect(instance.url, autocommit=True) as database:
        database.execute("SET session_replication_role = replica")
        database.execute("SET synchronous_commit = off")
        found = database.execute(
            "SELECT id, number FROM applications_application WHERE state = 'granted' ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if found is None:
            raise SystemExit("no granted case to multiply")
        key, number = found
        for start in range(1, cases + 1, CHUNK):
            span = {"number": number, "key": key, "from": start, "until": min(start + CHUNK - 1, cases)}
            for table, own in OWN.items():
                at = {"applications_application": "number", "licences_licence": "case_number"}.get(table, "subject")
                database.execute(_copy(database, table, own, f"t.{at} = %(number)s"), span)
            for child in CHILDREN:
                own = {"application_id": f"{FIRST} + i"}
                database.execute(_copy(database, f"applications_{child}", own, "t.application_id = %(key)s"), span)
        last = database.execute("SELECT max(position) FROM kernel_journallink").fetchone()
        database.execute(LINKS, {"first": FIRST, "last": (last or [0])[0] or 0})
        database.execute("VACUUM ANALYZE")
    return time.monotonic() - began


def _copy(database: psycopg.Connection[tuple[object, ...]], table: str, own: dict[str, str], where: str) -> bytes:
    columns = [
        str(row[0])
        for row in database.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'",
            [table],
        )
    ]
    taken = [column for column in columns if column != "id" or "id" in own]
    names = ", ".join(f'"{column}"' for column in taken)
    values = ", ".join(own.get(column, f't."{column}"') for column in taken)
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, "  # noqa: S608
        f"generate_series(%(from)s::int, %(until)s::int) i WHERE {where}"
    ).encode()
