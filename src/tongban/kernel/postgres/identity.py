"""The account PostgreSQL runs as: ours, or an unprivileged one when we are root (PostgreSQL refuses root)."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tongban.kernel.postgres.errors import ServerError

UNPRIVILEGED = ("postgres", "nobody")

# A fixed environment: PGDATA, PGPORT, LD_PRELOAD or a locale of the caller's shell must not change what runs.
ENVIRON = {"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Identity:
    """An account of this machine; `switched` when it isn't the account of this process."""

    name: str
    uid: int
    gid: int

    @property
    def switched(self) -> bool:
        return self.uid != os.geteuid()

    def run(
        self, command: Sequence[str | Path], *, stdin: str = "", environ: Mapping[str, str] = ENVIRON
    ) -> subprocess.CompletedProcess[str]:
        """Runs a short program as this account, from `/`, since the caller's folder may be closed to it."""
        try:
            return subprocess.run(
                command,
                input=stdin,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=300,
                cwd="/",
                env=environ,
                umask=0o077,
                user=self.uid if self.switched else None,
                group=self.gid if self.switched else None,
                extra_groups=[] if self.switched else None,
            )
        except PermissionError as error:
            if not may_switch(self):
                raise cannot_switch(self) from error
            return subprocess.CompletedProcess(list(command), 126, "", str(error))
        except (OSError, subprocess.TimeoutExpired) as error:
            return subprocess.CompletedProcess(list(command), 126, "", str(error))

    def spawn(self, command: Sequence[str | Path], *, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts a long-lived program in a session of its own, so that Ctrl-C in our terminal reaches only us."""
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=ENVIRON,
                umask=0o077,
                start_new_session=True,
                user=self.uid if self.switched else None,
                group=self.gid if self.switched else None,
                extra_groups=[] if self.switched else None,
            )
        except OSError as error:
            if not may_switch(self):
                raise cannot_switch(self) from error
            raise ServerError(f"{command[0]} can't be run as {self.name}: {error.strerror}.") from error

    def can_enter(self, folder: Path) -> bool:
        # Asked of the kernel, not computed from mode bits: access lists and mounts count too.
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0

    def write(self, path: Path, text: str) -> None:
        """Replaces a file as this account. Root never writes in a folder that belongs to somebody else:
        a symbolic link put there would lead its pen to any file of the system."""
        script = 'cat > "$1.new" && mv -f -- "$1.new" "$1"'
        done = self.run(["/bin/sh", "-c", script, "sh", path], stdin=text)
        if done.returncode:
            raise ServerError(f"{path} can't be written by {self.name}: {done.stderr.strip()}.")


def unprivileged() -> Identity:
    """Our own account, or for root `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return account(os.geteuid())
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(name, entry.pw_uid, entry.pw_gid)
    raise ServerError(
        "PostgreSQL refuses to run as root, and this machine has neither a user “postgres” nor “nobody”. "
        "Create one (useradd --system postgres), run tongban as an ordinary user, or set DATABASE_URL."
    )


def account(uid: int) -> Identity:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ServerError(
            f"User number {uid} has no name on this machine, and PostgreSQL wants one. "
            "Add it to /etc/passwd, run tongban as another user, or set DATABASE_URL."
        ) from None
    return Identity(entry.pw_name, uid, entry.pw_gid)


def owner_of(folder: Path) -> Identity:
    """The account an existing cluster belongs to; an error when we can't act for it."""
    uid = folder.stat().st_uid
    if uid == 0:
        raise ServerError(
            f"{folder} belongs to root, and PostgreSQL refuses to run as root. Give it to the user who should "
            f"run the database (chown -R postgres {folder}), or choose another data folder."
        )
    if os.geteuid() not in (0, uid):
        raise ServerError(
            f"{folder} belongs to user {name_of(uid)}. Run tongban as that user or as root, "
            "or choose another data folder."
        )
    return account(uid)


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def may_switch(identity: Identity) -> bool:
    """Root in a container may lack the right to become somebody else."""
    if not identity.switched:
        return True
    try:
        subprocess.run(["/bin/true"], user=identity.uid, group=identity.gid, extra_groups=[], cwd="/", check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def cannot_switch(identity: Identity) -> ServerError:
    return ServerError(
        f"PostgreSQL refuses to run as root, and this process may not become user {identity.name} "
        "(a container without SETUID and SETGID?). Run tongban as an ordinary user, or set DATABASE_URL."
    )
