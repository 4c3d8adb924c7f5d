"""The server we run ourselves: begun, killed, adopted, recovered. Real processes throughout.

pytest -m postgres tests/postgres
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres.supervision import ROOT, Start, is_running, socket_folder, until

pytestmark = pytest.mark.postgres


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
