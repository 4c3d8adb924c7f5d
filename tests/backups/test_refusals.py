"""What `backup` and `restore` refuse, with what they say, and that nothing is left behind."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import psycopg
import pytest

from tests.backups.conftest import Instance, quiet
from tongban.kernel.refusals import Refusal
from tongban.site.backups import archive, database, make
from tongban.site.backups.make import Made
from tongban.site.backups.restore import Restored, lane_for, restore

pytestmark = pytest.mark.postgres

EMPTY = "template0"


@pytest.fixture
def empty(folder: Path, databases: Callable[[str], str]) -> Instance:
    """A new folder and a database without tables."""
    return Instance(folder / "data", databases(EMPTY))


def bring(path: Path, into: Instance) -> Restored:
    return restore(path, data=into.data, environ=into.environ, say=str, progress=quiet)


@contextmanager
def refused(code: str, *words: str) -> Iterator[None]:
    with pytest.raises(Refusal) as caught:
        yield
    said = f"{caught.value.reason}\n{caught.value.hint}"
    assert caught.value.code == code, said
    assert all(word in said for word in words), said


def has_tables(instance: Instance) -> bool:
    with psycopg.connect(instance.url) as connection:
        return connection.execute(database.TABLES).fetchone() is not None


def rewritten(made: Made, path: Path, **changes: object) -> Path:
    """The same archive with another manifest."""
    with zipfile.ZipFile(made.path) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            said = json.dumps(asdict(made.manifest) | changes) if name == archive.MANIFEST else old.read(name)
            new.writestr(name, said)
    return path


# Archives


def test_no_such_file_and_a_folder(folder: Path, empty: Instance) -> None:
    with refused("backup_not_found", "没有这个备份文件"):
        bring(folder / "none.zip", empty)
    with refused("backup_not_found", "是文件夹"):
        bring(folder, empty)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_an_archive_cut_short(made: Made, folder: Path, empty: Instance, part: float) -> None:
    content = made.path.read_bytes()
    (folder / "cut.zip").write_bytes(content[: int(len(content) * part)])

    with refused("backup_broken", "没有恢复任何内容"):
        bring(folder / "cut.zip", empty)

    assert not empty.data.exists()


def test_any_changed_byte_is_found_or_harmless(made: Made, folder: Path) -> None:
    """Harmless: the time of a member in the zip's own directory, for one, which nothing reads."""
    content, chance = made.path.read_bytes(), random.Random(1)
    spots = [chance.randrange(len(content)) for _ in range(40)] + [len(content) - back for back in range(1, 4000, 37)]
    found = 0
    for spot in spots:
        changed = bytearray(content)
        changed[spot] ^= 1 << chance.randrange(8)
        (folder / "changed.zip").write_bytes(changed)
        try:
            with archive.reading(folder / "changed.zip") as opened:
                opened.verify(quiet)
                assert opened.manifest == made.manifest
        except Refusal as refusal:
            assert refusal.code == "backup_broken"
            found += 1
    assert found > len(spots) / 2


def test_a_member_that_the_manifest_does_not_know_or_another_name(made: Made, folder: Path, empty: Instance) -> None:
    shutil.copy(made.path, folder / "more.zip")
    with zipfile.ZipFile(folder / "more.zip", "a") as more:
        more.writestr("../../etc/cron.d/more", "x")
    with refused("backup_broken", "与清单不一致"):
        bring(folder / "more.zip", empty)
    members = {name: asdict(one) for name, one in made.manifest.members.items()} | {
        "../out": {"size": 1, "sha256": "0"}
    }
    with refused("backup_broken"):
        bring(rewritten(made, folder / "out.zip", members=members), empty)


@pytest.mark.parametrize(
    "changes", [{"tongban": "99.0"}, {"migrations": ["catalog.9999_from_the_future"]}, {"format": archive.FORMAT + 1}]
)
def test_an_archive_of_a_newer_tongban(made: Made, folder: Path, empty: Instance, changes: dict[str, object]) -> None:
    with refused("backup_newer", "先升级本机的通办"):
        bring(rewritten(made, folder / "newer.zip", **changes), empty)


def test_an_archive_of_a_newer_postgres(made: Made) -> None:
    with refused("postgres_older", "PostgreSQL 99"):
        lane_for(replace(made.manifest, postgres=99), {"PATH": os.environ["PATH"]})


# Where to


def test_a_database_with_tables_is_left_alone(instance: Instance, made: Made, folder: Path) -> None:
    with refused("database_not_empty", "--into"):
        bring(made.path, replace(instance, data=folder / "data"))

    assert not (folder / "data" / "secrets.json").exists()


@pytest.mark.parametrize("name", ["secrets.json", "files/aa", "journal-heads/2026-03-02.json"])
def test_a_folder_with_an_instance_is_left_alone(made: Made, empty: Instance, name: str) -> None:
    (empty.data / name).parent.mkdir(parents=True)
    (empty.data / name).write_text("kept")

    with refused("folder_not_empty", str(empty.data)):
        bring(made.path, empty)

    assert (empty.data / name).read_text() == "kept"


def test_a_database_that_somebody_uses(made: Made, empty: Instance) -> None:
    with psycopg.connect(empty.url), refused("database_in_use", "1 个连接正在使用"):
        bring(made.path, empty)


def test_a_dump_that_does_not_load_leaves_nothing(made: Made, empty: Instance) -> None:
    """A function of the same name is in the way; pg_restore stops, and everything is taken back."""
    with psycopg.connect(empty.url, autocommit=True) as connection:
        connection.execute("CREATE TYPE files_storedfile AS ENUM ('in the way')")

    with refused("restore_failed", "files_storedfile", "数据库没有变化"):
        bring(made.path, empty)

    assert not has_tables(empty)
    assert [path.name for path in empty.data.iterdir()] == []


# Where from


def test_nothing_to_back_up(folder: Path, empty: Instance) -> None:
    with refused("nothing_to_back_up", "--data"):
        make.check_data(folder)
    with refused("nothing_to_back_up", "DATABASE_URL"):
        empty.backup(folder / "x.zip")

    assert [*folder.glob("x*")] == []


def test_no_archive_takes_the_place_of_another(instance: Instance, folder: Path) -> None:
    (folder / "kept.zip").write_text("older")

    with refused("backup_exists", "没有覆盖"):
        instance.backup(folder / "kept.zip")
    with refused("backup_folder", "没有这个文件夹"):
        instance.backup(folder / "none" / "x.zip")

    assert (folder / "kept.zip").read_text() == "older"


def test_a_migration_in_progress(instance: Instance, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_WAIT", "200ms")
    with psycopg.connect(instance.url) as migration:
        migration.execute("LOCK TABLE files_storedfile IN ACCESS EXCLUSIVE MODE")

        with refused("database_in_use", "正在升级"):
            instance.backup(folder / "x.zip")

    assert [*folder.iterdir()] == []


# Full disks


@pytest.fixture
def small(folder: Path) -> Iterator[Path]:
    """A disk of 200 KB."""
    disk = folder / "small"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k,mode=755", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_leaves_no_half_archive(instance: Instance, small: Path) -> None:
    with refused("disk_full", str(small), "没写完的已删除"):
        instance.backup(small / "x.zip")

    assert [*small.iterdir()] == []


def test_a_full_disk_leaves_no_half_instance(made: Made, empty: Instance, small: Path) -> None:
    with refused("disk_full", "已写的内容已撤回"):
        bring(made.path, replace(empty, data=small))

    assert [*small.iterdir()] == []
    assert not has_tables(empty)


def test_a_folder_that_is_closed_to_us_is_said() -> None:
    error = PermissionError(errno.EACCES, "Permission denied", "/srv/tongban/secrets.json")

    said = make.unwritten(error, Path("/srv/backups/x.zip"))

    assert "/srv/tongban/secrets.json" in said.reason
    assert "root" in said.hint
