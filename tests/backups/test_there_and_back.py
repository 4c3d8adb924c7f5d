"""A backup of real rows, files and keys, and instances that came up from it.

pytest -m postgres tests/backups
"""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.backups.conftest import Instance, quiet
from tongban.files.store import FolderStore
from tongban.kernel import postgres
from tongban.site.backups import archive
from tongban.site.backups.make import Made
from tongban.site.backups.restore import restore

pytestmark = pytest.mark.postgres


def lanes() -> list[str]:
    """Those whose programs can read what the run's server is dumped with."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        server = connection.info.server_version // 10000
    found = []
    for lane in ("system", "wheel"):
        try:
            programs = postgres.choose({"PATH": os.environ["PATH"], "TONGBAN_POSTGRES": lane})
        except postgres.ServerError:
            continue
        if isinstance(programs, postgres.Programs) and programs.major >= server:
            found.append(lane)
    return found


def tongban(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tongban.site.cli", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_the_archive_is_closed_to_others_and_named_by_its_moment(made: Made) -> None:
    assert made.path.name == "tongban-20260302-093000.zip"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]
    with archive.reading(made.path) as opened:
        opened.verify(quiet)
        assert all(info.external_attr >> 16 & 0o777 == 0o600 for info in opened.archive.infolist())
        assert opened.manifest == made.manifest


def test_an_instance_comes_up_from_it_with_a_database_of_its_own(instance: Instance, made: Made, folder: Path) -> None:
    before = instance.run("tell")
    assert before["faults"] == []
    for lane in lanes():
        into = folder / lane
        environ = instance.environ | {"TONGBAN_POSTGRES": lane, "TONGBAN_POSTGRES_FAST": "1"}

        done = tongban(environ, "restore", str(made.path), "--into", str(into))

        assert done.returncode == 0, done.stderr
        assert "日志与链头核对一致" in done.stdout
        assert f"make demo DATA={into}" in done.stdout
        assert stat.S_IMODE((into / "secrets.json").stat().st_mode) == 0o600
        server = postgres.start(into, environ={"TONGBAN_POSTGRES_FAST": "1", "PATH": os.environ["PATH"]})
        try:
            assert server.lane == lane
            assert Instance(into, server.url).run("tell") == before
        finally:
            server.stop()


def test_a_backup_of_a_busy_instance_is_one_moment_of_it(
    instance: Instance, folder: Path, databases: Callable[[str], str]
) -> None:
    store, stopping = FolderStore(instance.data / "files"), threading.Event()

    def keep_uploading() -> None:
        with psycopg.connect(instance.url, autocommit=True) as connection:
            for turn in range(100_000):
                if stopping.is_set():
                    return
                sha256 = store.put(b"%%PDF-%d" % turn)
                connection.execute(
                    "INSERT INTO files_storedfile (public_id, sha256, size, media_type, extension, uploaded_by, scan, created_at)"
                    " VALUES (gen_random_uuid(), %s, 9, 'application/pdf', 'pdf', 'tests', 'unscanned', now())",
                    [sha256],
                )

    uploads = threading.Thread(target=keep_uploading)
    uploads.start()
    try:
        made = instance.backup(folder / "busy.zip")
    finally:
        stopping.set()
        uploads.join()
    assert made.manifest.missing == ()
    assert len(made.manifest.files) > 1

    other = Instance(folder / "data", databases("template0"))
    done = restore(made.path, data=other.data, environ=other.environ, say=str, progress=quiet)

    assert done.faults == ""
    with psycopg.connect(other.url) as connection:
        row = connection.execute("SELECT count(*) FROM files_storedfile").fetchone()
    assert row == (made.manifest.rows["files_storedfile"],)


def test_a_lost_and_a_spoiled_file_are_named(instance: Instance, folder: Path) -> None:
    with psycopg.connect(instance.url) as connection:
        named = [row[0] for row in connection.execute("SELECT DISTINCT sha256 FROM files_storedfile")]
    lost = hashlib.sha256(b"%PDF-" + bytes(300_000)).hexdigest()
    path = instance.data / "files" / lost[:2] / lost[2:4] / lost
    content = path.read_bytes()
    assert lost in named
    try:
        path.write_bytes(content[:-1])
        done = tongban(instance.environ, "backup", str(folder / "spoiled.zip"))
    finally:
        path.write_bytes(content)

    assert done.returncode == 1
    assert "1 个附件在备份时已经丢失或损坏" in done.stderr
    assert lost in done.stderr


def test_the_command_says_what_it_kept_and_that_it_is_secret(instance: Instance, folder: Path) -> None:
    done = tongban(instance.environ, "backup", str(folder))

    assert done.returncode == 0, done.stderr
    assert "办件 1、" in done.stdout
    assert "备份含有密钥和个人信息" in done.stdout
    assert "tongban.toml" in done.stdout
    assert len([*folder.glob("tongban-*.zip")]) == 1
