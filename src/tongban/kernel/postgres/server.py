"""A server as its supervisor sees it, and how to get one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from tongban.kernel.postgres.lanes import Lane


class Server(ABC):
    """A database that answers. To be used by one thread: the supervisor's."""

    lane: Lane

    @property
    @abstractmethod
    def url(self) -> str:
        """libpq URL of the database, as its owner, who is not a superuser of ours. It stays the same over `restart`.

        The host is a socket folder: take it apart with `psycopg.conninfo.conninfo_to_dict`, not with urlsplit.
        """

    @property
    @abstractmethod
    def admin_url(self) -> str:
        """The same database as a superuser, for backups and repairs; in the lane `url`, just `url`."""

    @property
    @abstractmethod
    def version(self) -> str:
        """Of the running server, as in "15.14"."""

    @property
    @abstractmethod
    def pid(self) -> int | None:
        """None for a server that somebody else runs."""

    @abstractmethod
    def poll(self) -> int | None:
        """None while it runs, else the exit code; of an adopted one: 0 after a clean shutdown, else 1."""

    @abstractmethod
    def restart(self) -> None:
        """After an unexpected death: recovers and runs the same cluster at the same `url`. Else does nothing."""

    @abstractmethod
    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back. Gives the data folder free for another supervisor."""


def start(data_dir: Path, *, environ: Mapping[str, str]) -> Server:
    """Connects to DATABASE_URL, or adopts or starts the server of this data folder.

    As root the database runs as user `postgres`, else `nobody`; if that user can't enter `data_dir`, the cluster lies
    in /var/lib/tongban and `data_dir/postgres.path` says where. Raises ServerError.
    """
    from tongban.kernel.postgres import local, remote

    return remote.connect(environ) or local.run(data_dir, environ)
