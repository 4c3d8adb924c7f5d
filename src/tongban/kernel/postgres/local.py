"""The lanes `system` and `wheel`: a server we run ourselves.

postgres is a direct child, so its death is seen at once and its exit code is known. It gets no PR_SET_PDEATHSIG:
that signal follows the death of the *thread* that forked it, and would end the database under workers that are still
finishing. A server that outlives its supervisor is sound, and the next supervisor adopts it.
"""

import os
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import IO

import psycopg

from tongban.kernel.postgres import processes, sockets
from tongban.kernel.postgres.cluster import ADMIN, OWNER, configure, create, is_fast
from tongban.kernel.postgres.copies import runnable
from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.lanes import Programs, choose_programs
from tongban.kernel.postgres.places import Hold, Place, locate
from tongban.kernel.postgres.server import Server

DATABASE = "tongban"
PATIENCE = 20.0  # seconds until a server that neither answers nor recovers is given up
RECOVERY = 600.0  # seconds for the replay after a crash, which a full log of 2 GB may need on a slow disk
FAST, IMMEDIATE = 30.0, 15.0  # seconds allowed to each kind of shutdown


def run(data_dir: Path, environ: Mapping[str, str]) -> "LocalServer":
    place = locate(data_dir)
    hold = Hold(place.home / "postgres.lock")
    hold.take()
    try:
        programs = choose_programs(environ, place.written_by, place.identity)
        server = LocalServer(place, hold, runnable(programs, place.identity), environ)
        try:
            server.open()
        except BaseException:
            server.clean_up()
            raise
        return server
    except BaseException:
        hold.release()
        raise


class LocalServer(Server):
    def __init__(self, place: Place, hold: Hold, programs: Programs, environ: Mapping[str, str]) -> None:
        self.lane = programs.lane
        self._place = place
        self._hold = hold
        self._programs = programs
        self._environ = environ
        self._child: Popen[bytes] | None = None
        self._pid = 0
        self._version = programs.version
        self._sockets: Path | None = None
        self._port = sockets.PORT
        self._output: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return self._url(OWNER, DATABASE)

    @property
    def admin_url(self) -> str:
        return self._url(ADMIN, DATABASE)

    @property
    def version(self) -> str:
        return self._version

    @property
    def pid(self) -> int:
        return self._pid

    def poll(self) -> int | None:
        if self._child:
            return self._child.poll()
        if processes.is_postgres(self._pid, self._place.cluster):
            return None
        return 1 if processes.recorded(self._place.cluster) else 0

    def restart(self) -> None:
        if self.poll() is None:
            return
        self.open()

    def stop(self) -> None:
        try:
            self._shut_down()
        finally:
            self.clean_up()
            self._hold.release()

    def open(self) -> None:
        """Adopts the running server or starts one, and makes sure of our role and database."""
        try:
            if not self._adopt():
                self._launch()
            self._prepare()
        except BaseException:
            # Also on Ctrl-C. A server that isn't our child was somebody's before and stays his.
            if self._child:
                self._shut_down()
            raise

    def clean_up(self) -> None:
        if self._sockets and self.poll() is not None:
            sockets.remove(self._sockets, self._place.identity)
            self._sockets = None
        self._forget_output()

    def _adopt(self) -> bool:
        cluster = self._place.cluster
        found = processes.recorded(cluster)
        if found is None:
            return False
        if not processes.is_postgres(found.pid, cluster):
            self._bury(found)
            return False
        until = time.monotonic() + PATIENCE
        while found.sockets is None and time.monotonic() < until:
            time.sleep(0.05)
            found = processes.recorded(cluster) or found
        if found.sockets is None:
            raise ServerError(
                f"A PostgreSQL (pid {found.pid}) runs on {cluster} without a Unix socket, so tongban can't reach it. "
                f"Stop it (kill -INT {found.pid}) and try again."
            )
        self._child, self._pid, self._sockets, self._port = None, found.pid, found.sockets, found.port
        return self._answers()

    def _bury(self, dead: processes.Postmaster) -> None:
        processes.end_orphans(self._place.cluster)
        # Its number may belong to an innocent process now, which PostgreSQL would take for a running server. Without
        # the file PostgreSQL can't see orphans, so it goes only when none is left.
        if processes.is_alive(dead.pid) and processes.is_deserted(self._place.cluster):
            self._place.identity.run(["/bin/rm", "-f", "--", self._place.cluster / "postmaster.pid"])
        if dead.sockets and dead.sockets != self._sockets:
            sockets.remove(dead.sockets, self._place.identity)

    def _launch(self) -> None:
        fast = is_fast(self._environ)
        if self._place.written_by is None:
            create(self._place, self._programs, fast=fast)
        configure(self._place, fast=fast)
        if self._sockets and self._sockets.is_dir():
            sockets.clear(self._sockets, self._place.identity)
        else:
            self._sockets = sockets.make(self._place.identity, self._environ)
        self._port = sockets.PORT
        # A file without a name: nothing to clean up, and no pipe whose end could die before the server does.
        self._forget_output()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
        self._child = self._place.identity.spawn(
            [
                self._programs.folder / "postgres",
                *("-D", self._place.cluster),
                *("-k", self._sockets),
                *("-p", str(self._port)),
            ],
            output=self._output,
        )
        self._pid = self._child.pid
        if not self._answers():
            raise ServerError(
                f"PostgreSQL {self._programs} ended at once (exit code {self.poll()}). Its last words are below; "
                f"more is in {self._place.cluster / 'log'}.\n{self._last_words()}"
            )

    def _answers(self) -> bool:
        """Waits until our server answers; False when it ended instead."""
        begun = time.monotonic()
        while True:
            try:
                with psycopg.connect(self._url(ADMIN, "postgres"), connect_timeout=5) as connection:
                    return self._is_ours(connection)
            except psycopg.OperationalError as error:
                if self.poll() is not None:
                    return False
                if time.monotonic() - begun > patience(str(error)):
                    raise ServerError(
                        f"PostgreSQL (pid {self._pid}) runs on {self._place.cluster}, but doesn't let us in: "
                        f"{str(error).strip()}. See {self._place.cluster / 'log'}; to stop it: kill -INT {self._pid}."
                    ) from error
                time.sleep(0.05)

    def _is_ours(self, connection: psycopg.Connection) -> bool:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        if not row or not Path(row[0]).samefile(self._place.cluster):
            raise ServerError(
                f"The server at {self._sockets} serves {row and row[0]} instead of {self._place.cluster}. "
                f"Remove {self._place.cluster / 'postmaster.pid'} if no PostgreSQL runs on it, and try again."
            )
        self._version = f"{connection.info.server_version // 10000}.{connection.info.server_version % 10000}"
        return True

    def _prepare(self) -> None:
        """Our role, our database, and in tests the right to empty tables that only grow."""
        verb = "GRANT {} TO" if is_fast(self._environ) else "REVOKE {} FROM"
        with psycopg.connect(self._url(ADMIN, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            connection.execute(f"{verb.format('SET ON PARAMETER session_replication_role')} {OWNER}")

    def _shut_down(self) -> None:
        for number, seconds in ((signal.SIGINT, FAST), (signal.SIGQUIT, IMMEDIATE)):
            if self._pid == 0 or self.poll() is not None:
                return
            os.kill(self._pid, number)
            if self._ended_within(seconds):
                return
        raise ServerError(
            f"PostgreSQL (pid {self._pid}) didn't stop. Its disk may be stuck; then: kill -QUIT {self._pid}."
        )

    def _ended_within(self, seconds: float) -> bool:
        if self._child:
            try:
                self._child.wait(seconds)
            except TimeoutExpired:
                return False
            return True
        until = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def _last_words(self) -> str:
        logs = sorted((self._place.cluster / "log").glob("*.log"), key=lambda path: path.lstat().st_mtime)
        text = logs[-1].read_text(errors="replace") if logs and not logs[-1].is_symlink() else ""
        if self._output:
            self._output.seek(0)
            text += self._output.read().decode(errors="replace")
        return "\n".join(text.strip().splitlines()[-8:])

    def _forget_output(self) -> None:
        if self._output:
            self._output.close()
        self._output = None

    def _url(self, role: str, database: str) -> str:
        return sockets.url(self._sockets or Path("/nonexistent"), self._port, role=role, database=database)


def patience(said: str) -> float:
    """Seconds to wait after such an error; lc_messages is C, so the words are PostgreSQL's own."""
    if "authentication failed" in said or "no pg_hba.conf entry" in said:
        return 0.0
    # “… is starting up”, “… is in recovery mode”, “… is shutting down”
    return RECOVERY if "the database system is" in said else PATIENCE
