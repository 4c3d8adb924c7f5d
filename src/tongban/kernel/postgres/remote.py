"""The lane `url`: a server that somebody else runs."""

import time
from collections.abc import Mapping

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.lanes import OLDEST, Lane, Remote, remote
from tongban.kernel.postgres.server import Server

PATIENCE = 10.0  # seconds: a database that starts together with us (compose, a booting machine) gets a moment


class RemoteServer(Server):
    lane = Lane.URL

    def __init__(self, url: str, version: str) -> None:
        self._url = url
        self._version = version

    @property
    def url(self) -> str:
        return self._url

    @property
    def admin_url(self) -> str:
        return self._url

    @property
    def version(self) -> str:
        return self._version

    @property
    def pid(self) -> None:
        return None

    def poll(self) -> None:
        return None

    def restart(self) -> None:
        return None

    def stop(self) -> None:
        return None


def connect(environ: Mapping[str, str]) -> RemoteServer | None:
    """None when no URL is asked for; ServerError when the one asked for doesn't answer."""
    asked = remote(environ)
    return RemoteServer(asked.url, answer(asked)) if asked else None


def answer(asked: Remote) -> str:
    """The server's version, if it is one we can use."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(asked.url, connect_timeout=5) as connection:
                number = connection.info.server_version
                break
        except psycopg.ProgrammingError as error:
            raise ServerError(
                f"DATABASE_URL is not an address of a PostgreSQL database ({str(error).strip()}). "
                "It looks like postgresql://user:password@host:5432/database."
            ) from error
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                raise ServerError(
                    f"The database of DATABASE_URL ({without_password(asked.url)}) doesn't let us in: "
                    f"{str(error).strip()}. Start it, mend DATABASE_URL, or unset it to let tongban run its own."
                ) from error
            time.sleep(0.5)
    if number < OLDEST * 10000:
        raise ServerError(
            f"The database of DATABASE_URL is PostgreSQL {number // 10000}; tongban needs {OLDEST} or newer."
        )
    return f"{number // 10000}.{number % 10000}"


def without_password(url: str) -> str:
    return make_conninfo("", **{key: value for key, value in conninfo_to_dict(url).items() if key != "password"})
