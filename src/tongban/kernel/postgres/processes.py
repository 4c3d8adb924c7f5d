"""The processes of a cluster: the one its postmaster.pid names, and those a killed one left behind."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Postmaster:
    """What postmaster.pid says; `sockets` is None until the server listens."""

    pid: int
    port: int
    sockets: Path | None


def recorded(cluster: Path) -> Postmaster | None:
    """Lines of postmaster.pid: pid, data folder, start time, port, socket folder, …; None without a whole first one."""
    try:
        lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 5432
    return Postmaster(pid, port, Path(lines[4]) if len(lines) > 4 and lines[4] else None)


def is_postgres(pid: int, cluster: Path) -> bool:
    """Whether this process runs, is PostgreSQL and works in this cluster: a number alone may have been given anew."""
    return in_proc(pid, cluster) if has_proc() else by_name(pid)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_orphans(cluster: Path) -> None:
    """Ends what a killed postmaster left behind; only to be called when the postmaster is dead.

    Its children notice within moments, except one that is busy with a query, and PostgreSQL refuses to start until
    the last has let go of the shared memory. Nothing is lost: recovery replays the log, exactly as after a crash.
    """
    for number, seconds in ((0, 1.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        for pid in processes_of(cluster):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not processes_of(cluster):
                return
            time.sleep(0.05)


def processes_of(cluster: Path) -> list[int]:
    """Known on Linux only; elsewhere the list is empty and PostgreSQL's own check of the shared memory decides."""
    numbers = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()] if has_proc() else []
    return [pid for pid in numbers if in_proc(pid, cluster)]


def is_deserted(cluster: Path) -> bool:
    """Whether certainly no process works in this cluster."""
    return has_proc() and not processes_of(cluster)


def has_proc() -> bool:
    return (PROC / "self" / "stat").exists()


def in_proc(pid: int, cluster: Path) -> bool:
    here = PROC / str(pid)
    try:
        # A postgres changes into its cluster at once. A zombie has no exe; an upgraded program is “… (deleted)”.
        return (here / "exe").readlink().name.startswith("postgres") and (here / "cwd").samefile(cluster)
    except PermissionError:
        return is_running_for(pid, cluster)
    except OSError:
        return False


def is_running_for(pid: int, cluster: Path) -> bool:
    """The careful answer where the kernel hides the rest: a process of the cluster's owner that calls itself so."""
    try:
        name = (PROC / str(pid) / "comm").read_text().strip()
        return name == "postgres" and (PROC / str(pid)).stat().st_uid == cluster.stat().st_uid
    except OSError:
        return False


def by_name(pid: int) -> bool:
    answer = subprocess.run(["ps", "-p", str(pid), "-o", "stat=,comm="], capture_output=True, text=True)
    state, _, command = answer.stdout.strip().partition(" ")
    return not state.startswith("Z") and Path(command.strip()).name.startswith("postgres")
