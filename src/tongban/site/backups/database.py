"""The database's side: one snapshot counted and dumped, and an empty database filled from a dump."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

import tongban
from tongban.kernel import postgres
from tongban.kernel.refusals import Refusal
from tongban.site.backups.archive import CHUNK

LOCK_WAIT = "30s"
"""How long a backup waits for a migration that holds a table."""
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1
"""


@contextmanager
def snapshot(url: str) -> Iterator[psycopg.Connection]:
    """A transaction that sees one moment of the database. Raises Refusal."""
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
            yield connection
    except psycopg.errors.LockNotAvailable as error:
        raise locked() from error
    except psycopg.errors.UndefinedTable as error:
        raise Refusal(
            "nothing_to_back_up", "数据库里还没有通办的数据表", "没有可备份的内容；请检查 DATABASE_URL"
        ) from error


def rows(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of every table."""
    names = [str(name) for (name,) in connection.execute(TABLES)]
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: _number(connection, count.format(sql.Identifier("public", name))) for name in names}


def migrations(connection: psycopg.Connection) -> tuple[str, ...]:
    """Those of our own rooms that were applied."""
    ours = {room for room, _ in known_migrations()}
    found = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return tuple(f"{room}.{name}" for room, name in found if room in ours)


def known_migrations() -> set[tuple[str, str]]:
    """Room and name of each migration that this version has."""
    home = Path(tongban.__path__[0])
    return {(path.parents[1].name, path.stem) for path in home.glob("*/migrations/[0-9]*.py")}


def named_files(connection: psycopg.Connection) -> set[str]:
    """SHA-256 of every file the rows speak of. What waits in the quarantine, or stays there, isn't in the store."""
    named = "SELECT sha256 FROM files_storedfile WHERE state = 'clean' UNION SELECT original FROM files_storedfile"
    return {str(sha256) for (sha256,) in connection.execute(named) if sha256}


def dump(connection: psycopg.Connection, url: str, take: Callable[[bytes], None], environ: Mapping[str, str]) -> int:
    """pg_dump of exactly what this connection sees, piece by piece; the major version of the program. Raises Refusal."""
    program = _client("pg_dump", major_of(connection), environ)
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    command = [
        *(str(program.path), "--format=custom", "--no-owner", "--no-privileges", "--no-password"),
        *(f"--lock-wait-timeout={LOCK_WAIT}", f"--snapshot={row[0] if row else ''}"),
    ]
    said = _run(command, url, environ, lambda _, written: _pour(written, take))
    if said:
        raise (
            locked()
            if "lock" in said
            else Refusal("dump_failed", f"pg_dump 没有完成：{said}", "备份没有写成，修好后重试")
        )
    return program.major


def load(url: str, stream: IO[bytes], environ: Mapping[str, str], *, written_by: int) -> None:
    """pg_restore in one transaction: all of the dump, or nothing. `written_by` is pg_dump's version. Raises Refusal."""
    with psycopg.connect(url) as connection:
        program = _client("pg_restore", max(major_of(connection), written_by), environ)
    command = [
        *(str(program.path), "--no-owner", "--no-privileges", "--no-password"),
        *("--exit-on-error", "--single-transaction"),
    ]
    said = _run(command, url, environ, lambda sink, _: _feed(stream, sink))
    if "No space left" in said:
        raise Refusal("disk_full", "磁盘满了，数据库没有恢复", "请清理磁盘或换更大的磁盘后重试；已写的内容已撤回")
    if said:
        raise Refusal("restore_failed", f"pg_restore 没有完成：{said}", "数据库没有变化。请按上面的原因处理后重试")


def check_free(url: str) -> None:
    """Refuses a database that has tables, or that somebody else is using."""
    with psycopg.connect(url) as connection:
        if connection.execute(TABLES).fetchone():
            raise Refusal(
                "database_not_empty",
                "这个数据库里已经有数据，恢复会覆盖它",
                "请用 --into 恢复到新的数据文件夹，或者把 DATABASE_URL 指向一个空的数据库",
            )
        others = _number(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'",
        )
        if others:
            raise Refusal(
                "database_in_use", f"有 {others} 个连接正在使用这个数据库", "请先停止使用它的通办和其他程序，再恢复"
            )


def major_of(connection: psycopg.Connection) -> int:
    """The server's, as in 15."""
    return connection.info.server_version // 10000


def locked() -> Refusal:
    """A table stayed locked for longer than a backup waits."""
    return Refusal("database_in_use", "数据库正在升级，有表被锁住，没有备份", "请等升级（tongban migrate）完成后重试")


def _number(connection: psycopg.Connection, query: sql.Composed | str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _client(name: str, server: int, environ: Mapping[str, str]) -> postgres.Client:
    try:
        return postgres.client(name, environ, server=server)
    except postgres.ServerError as error:
        raise Refusal(
            "client_missing", f"缺少 PostgreSQL {server} 的 {name}，或者本机的版本太旧", str(error)
        ) from error


Talk = Callable[[IO[bytes], IO[bytes]], None]
"""With a program: what we write, and what it writes."""


def _run(command: list[str], url: str, environ: Mapping[str, str], talk: Talk) -> str:
    """What it complained of; empty when it did well. The password travels in the environment: everybody sees commands."""
    parts = conninfo_to_dict(url)
    password = {"PGPASSWORD": str(parts.pop("password"))} if parts.get("password") else {}
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            [*command, f"--dbname={make_conninfo('', **parts)}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words,
            env={**environ, "LC_ALL": "C", **password},
        )  # fmt: skip
        try:
            if process.stdin and process.stdout:
                talk(process.stdin, process.stdout)
            process.communicate()
        finally:
            process.kill()
            process.communicate()
        words.seek(0)
        said = words.read().decode(errors="replace").strip()
    return (said or f"exit {process.returncode}") if process.returncode else ""


def _pour(source: IO[bytes], take: Callable[[bytes], object]) -> None:
    while piece := source.read(CHUNK):
        take(piece)


def _feed(source: IO[bytes], sink: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):  # it ended early, and says why
        _pour(source, sink.write)
