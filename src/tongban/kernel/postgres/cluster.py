"""Making a cluster, and writing its configuration."""

import os
import pwd
import shutil
from collections.abc import Mapping
from pathlib import Path

from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.lanes import Programs
from tongban.kernel.postgres.places import Place
from tongban.kernel.postgres.settings import HBA, INCLUDES, ident_conf, tongban_conf

ADMIN = "postgres"
OWNER = "tongban"


def is_fast(environ: Mapping[str, str]) -> bool:
    """TONGBAN_POSTGRES_FAST=1: nothing is synced to disk. For tests, whose data nobody misses after a power cut."""
    return environ.get("TONGBAN_POSTGRES_FAST", "") == "1"


def create(place: Place, programs: Programs, *, fast: bool) -> None:
    """initdb under another name, renamed when complete: a start that is killed leaves nothing half-made behind."""
    try:
        shutil.rmtree(place.draft, ignore_errors=True)
        place.draft.mkdir(mode=0o700)
        if place.identity.switched:
            os.chown(place.draft, place.identity.uid, place.identity.gid, follow_symlinks=False)
        initdb(place, programs, fast=fast)
        place.identity.write(place.draft / "postgresql.conf", read(place, "postgresql.conf") + INCLUDES)
        place.identity.write(place.draft / "pg_hba.conf", HBA)
        if place.cluster.is_dir():
            place.cluster.rmdir()
        place.draft.rename(place.cluster)
    except OSError as error:
        raise ServerError(
            f"The database can't be made in {place.home}: {error.strerror} ({error.filename})."
        ) from error
    finally:
        shutil.rmtree(place.draft, ignore_errors=True)


def configure(place: Place, *, fast: bool) -> None:
    ours = {pwd.getpwuid(os.geteuid()).pw_name, place.identity.name, pwd.getpwuid(0).pw_name}
    place.identity.write(place.cluster / "pg_ident.conf", ident_conf(sorted(ours), (OWNER, ADMIN)))
    place.identity.write(place.cluster / "tongban.conf", tongban_conf(durable=not fast))


def initdb(place: Place, programs: Programs, *, fast: bool) -> None:
    command: list[str | Path] = [
        programs.folder / "initdb",
        f"--pgdata={place.draft}",
        f"--username={ADMIN}",
        "--encoding=UTF8",
        "--auth-local=peer",
        "--auth-host=reject",
        "--data-checksums",
        "--no-instructions",
        *(["--no-sync"] if fast else []),
    ]
    # From 17 on PostgreSQL brings its own C.UTF-8, the same on every system and after every upgrade of it.
    own = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if programs.major >= 17 else []
    for locale in ("C.UTF-8", "C"):  # macOS and some old systems have no C.UTF-8
        done = place.identity.run([*command, *own, f"--locale={locale}"])
        if done.returncode == 0:
            return
        if "invalid locale" not in done.stderr:
            break
    raise ServerError(
        f"PostgreSQL {programs} could not make a database in {place.home} as user {place.identity.name}. "
        f"Is the disk full or read-only? It said:\n{done.stderr.strip()}"
    )


def read(place: Place, name: str) -> str:
    return (place.draft / name).read_text(encoding="utf-8")
