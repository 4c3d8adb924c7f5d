"""The private folder of the Unix socket: short (its path may have 103 bytes on macOS), and only in our hands."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.identity import Identity

PREFIX = "tongban-pg-"
BASES = ("/tmp", "/var/tmp", "/run")  # noqa: S108 - only mkdtemp writes there
PORT = 5432  # no network port: it only names the socket's file
LONGEST = 103 - len(f"/{PREFIX}12345678/.s.PGSQL.{PORT}")


def make(identity: Identity, environ: Mapping[str, str]) -> Path:
    for base in filter(None, (environ.get("TMPDIR"), *BASES)):
        if len(os.fsencode(base)) > LONGEST or not Path(base).is_absolute() or not identity.can_enter(Path(base)):
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        except OSError:
            continue
        if identity.switched:
            os.chown(folder, identity.uid, identity.gid, follow_symlinks=False)
        return folder
    raise ServerError(
        "No folder for the database's socket: /tmp can't be used. Set TMPDIR to a short, writable folder."
    )


def clear(folder: Path, identity: Identity) -> None:
    """Removes what a killed server left in the folder, so that the next can listen under the same address."""
    names = (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock")
    identity.run(["/bin/rm", "-f", "--", *(folder / name for name in names)])


def remove(folder: Path, identity: Identity) -> None:
    """As that account, and only a folder of ours: the path may come from a file that others could have written."""
    if folder.name.startswith(PREFIX):
        identity.run(["/bin/rm", "-rf", "--", folder])


def url(folder: Path, port: int, *, role: str, database: str) -> str:
    # The folder stands in the query: as a host name, urlsplit would turn it into lower case.
    return f"postgresql://{role}@/{database}?host={quote(str(folder), safe='')}&port={port}"
