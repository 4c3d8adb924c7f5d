"""A copy of the wheel's programs that an unprivileged account can run, for root's sake.

Root's Python environment is often closed to everybody else (/root is 0700). Those folders aren't ours to open, so
the programs are copied once into a folder of root's that all can read and nobody else can change.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.identity import Identity
from tongban.kernel.postgres.lanes import WHEEL, Lane, Programs, version_of

CACHE = Path("/var/cache/tongban")
INSTALLED = Path(WHEEL, "pginstall")

# `.libs` is looked for by initdb three folders above itself, so the copy keeps the wheel's shape.
PARTS = (INSTALLED / "bin", INSTALLED / "lib", INSTALLED / "share", Path(f"{WHEEL}.libs"))


def runnable(programs: Programs, identity: Identity) -> Programs:
    """The same programs, from where this account can run them."""
    if version_of(programs.folder, identity):
        return programs
    if programs.lane is not Lane.WHEEL or os.geteuid() != 0:
        raise ServerError(f"User {identity.name} can't run {programs.folder / 'postgres'}. See its permissions.")
    copied = replace(programs, folder=copy(programs) / INSTALLED / "bin")
    if not version_of(copied.folder, identity):
        raise ServerError(
            f"User {identity.name} can't run {copied.folder / 'postgres'}, the copy of the wheel's programs. "
            "Is /var/cache mounted noexec, or closed to other users? Install PostgreSQL in the system, "
            "run tongban as an ordinary user, or set DATABASE_URL."
        )
    return copied


def copy(programs: Programs) -> Path:
    package = programs.folder.parents[2]
    target = CACHE / f"postgres-{programs.version}-{digest(package)}"
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    if CACHE.is_symlink() or CACHE.stat().st_uid != 0 or CACHE.stat().st_mode & 0o022:
        raise ServerError(f"{CACHE} must be a folder that only root can write: chown root, chmod 755, and retry.")
    CACHE.chmod(0o755)
    if not target.exists():
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=CACHE))
        try:
            fill(draft, package)
            draft.rename(target)
        except OSError as error:
            # Another start may have been quicker; its copy has the same digest.
            if not target.exists():
                raise ServerError(f"The programs can't be copied to {target}: {error}.") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target


def fill(draft: Path, package: Path) -> None:
    for source, relative in files(package):
        here = draft / relative
        here.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, here)
        here.chmod(0o755 if os.access(source, os.X_OK) else 0o644)
    for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def digest(package: Path) -> str:
    """Of names and contents, so that a wheel repaired or swapped under the same version gets a copy of its own."""
    whole = hashlib.blake2b(digest_size=6)
    for source, relative in files(package):
        whole.update(f"{relative}\0{source.stat().st_size}\0".encode())
        whole.update(source.read_bytes())
    return whole.hexdigest()


def files(package: Path) -> Iterator[tuple[Path, Path]]:
    for part in PARTS:
        for source in sorted((package / part).rglob("*")):
            if source.is_file() and source.suffix != ".a":
                yield source, source.relative_to(package)
