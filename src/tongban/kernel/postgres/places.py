"""Where the cluster lies, and who holds it.

Usually `<data>/postgres`. When root runs tongban, PostgreSQL runs as an unprivileged account, which may be unable to
enter the data folder (below /root, or a home of mode 0700). The permissions of those folders are their owner's
business, so the cluster then lies in `/var/lib/tongban/<hash of the data path>/postgres`, and the file
`<data>/postgres.path` says so. Deleting or copying such a data folder neither deletes nor copies the database:
use `tongban backup`.
"""

import fcntl
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.identity import Identity, owner_of, unprivileged

ELSEWHERE = Path("/var/lib/tongban")
POINTER = "postgres.path"


@dataclass(frozen=True)
class Place:
    """`home` is ours and holds the lock; `cluster` inside it belongs to `identity`."""

    home: Path
    identity: Identity

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def draft(self) -> Path:
        """A cluster in the making: a half-made one never carries the final name."""
        return self.home / "postgres.new"

    @property
    def written_by(self) -> int | None:
        """The major version in PG_VERSION; None when there is no cluster yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            if self.cluster.exists() and any(self.cluster.iterdir()):
                raise ServerError(
                    f"{self.cluster} has files but no PG_VERSION: it isn't a PostgreSQL cluster, or it is damaged. "
                    "Move it away or choose another data folder."
                ) from None
            return None
        except ValueError:
            raise ServerError(
                f"{self.cluster / 'PG_VERSION'} doesn't hold a version number: the cluster is damaged. "
                "Restore a backup into a new data folder."
            ) from None


def locate(data_dir: Path) -> Place:
    """The place of this data folder's cluster, created up to and including `home`."""
    data = data_dir.expanduser().resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
        return existing(data) or fresh(data)
    except OSError as error:
        raise ServerError(
            f"The data folder {data} can't be used: {error.strerror} ({error.filename}). "
            "Choose one this user can write, or mend its permissions."
        ) from error


def existing(data: Path) -> Place | None:
    home = data
    pointer = data / POINTER
    if not (data / "postgres").exists() and pointer.exists():
        home = Path(pointer.read_text(encoding="utf-8").strip())
        # The file may have been written by whoever owns the data folder: it only chooses among root's own folders.
        if home.parent != ELSEWHERE or not home.name.isalnum():
            raise ServerError(f"{pointer} names {home}, which isn't in {ELSEWHERE}. Restore the file or delete it.")
        if os.geteuid() != 0:
            raise ServerError(f"{data} was set up by root. Run tongban as root, or choose another data folder.")
        if not (home / "postgres").exists():
            raise ServerError(
                f"{pointer} says that the database lies in {home}, and it isn't there. Restore that folder, "
                "or delete the file to begin with an empty database."
            )
    if not (home / "postgres").exists():
        return None
    identity = owner_of(home / "postgres")
    if not identity.can_enter(home / "postgres"):
        raise ServerError(
            f"User {identity.name}, as whom the database runs, can no longer enter {home / 'postgres'}. "
            "Somebody closed a folder above it; open that one again (chmod a+x)."
        )
    return Place(home, identity)


def fresh(data: Path) -> Place:
    identity = unprivileged()
    if identity.can_enter(data):
        return Place(data, identity)
    name = hashlib.blake2b(os.fsencode(data), digest_size=8).hexdigest()
    home = ELSEWHERE / name
    for folder in (ELSEWHERE, home):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != 0:
            raise ServerError(f"{folder} must be a folder of root's. Move it away and try again.")
        folder.chmod(0o755)
    if not identity.can_enter(home):
        raise ServerError(f"User {identity.name} can't enter {data} or {home}. Choose a data folder it can enter.")
    if (home / "postgres").exists():
        raise ServerError(
            f"{home} already holds the database of an earlier {data}, whose {POINTER} is gone. To use it again, "
            f"echo {home} > {data / POINTER}; to lose it and begin anew, rm -r {home}"
        )
    pointer(data, home)
    return Place(home, identity)


def pointer(data: Path, home: Path) -> None:
    # Made new or not at all: root must not follow a link that the folder's owner put there.
    (data / POINTER).unlink(missing_ok=True)
    handle = os.open(data / POINTER, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{home}\n")


@dataclass
class Hold:
    """One supervisor per cluster: a lock of the kernel's on `<home>/postgres.lock`, gone when its process is."""

    path: Path
    handle: int = field(default=-1, init=False)

    def take(self) -> None:
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise ServerError(
                f"{self.path} can't be opened ({error.strerror}): this data folder was probably set up by another "
                "user. Run tongban as that user, or choose another data folder."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise ServerError(
                f"tongban is already running (pid {pid}) on {self.path.parent}. "
                "Use that one, stop it first, or choose another data folder."
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self.handle = handle
        HELD.add(handle)

    def release(self) -> None:
        if self.handle >= 0:
            HELD.discard(self.handle)
            os.close(self.handle)
            self.handle = -1


HELD: set[int] = set()


def forget_in_child() -> None:
    # A forked worker would share the lock and keep it after the supervisor was killed.
    while HELD:
        os.close(HELD.pop())


os.register_at_fork(after_in_child=forget_in_child)
