"""The database for a command: the one that DATABASE_URL names, the one a running demo left its address for, or our own,
started for as long as the command runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tongban.kernel import config as configuration
from tongban.kernel import postgres


class DatabaseError(Exception):
    """No database can be reached; the message says what to do."""


def address_file(data: Path) -> Path:
    """Where a running server leaves its address for other commands."""
    return data / "database.url"


@contextmanager
def reachable() -> Iterator[None]:
    """Set DATABASE_URL for the code inside."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with opened(configuration.load(os.environ).data) as url:
        os.environ["DATABASE_URL"] = url
        yield


@contextmanager
def opened(data: Path) -> Iterator[str]:
    """The address of this folder's database: of the one that runs, or of one that runs while the code inside does."""
    if url := running(data):
        yield url
        return
    try:
        server = postgres.start(data, environ=os.environ)
    except postgres.ServerError as error:
        raise DatabaseError(str(error)) from error
    try:
        yield server.url
    finally:
        server.stop()


def running(data: Path) -> str:
    """The address that a server of this folder left, if it answers there."""
    left = address_file(data)
    return url if left.exists() and _answers(url := left.read_text("utf-8").strip()) else ""


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
