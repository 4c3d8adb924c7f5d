"""pytest plugin: one PostgreSQL per run, with a migrated template database that every test database is cloned from.

Loaded with `-p tests.server` before Django's settings. With DATABASE_URL set (a superuser's), that server is used;
else our own is started in a temporary folder, in the lane that TONGBAN_POSTGRES names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from tongban.kernel import postgres

TEMPLATE = "tongban_template"
if tries := os.environ.get("TONGBAN_TRIES"):
    settings.register_profile("few", max_examples=int(tries))
    settings.load_profile("few")
_cleanup: list[Callable[[], object]] = []


def _begin() -> None:
    data = Path(tempfile.mkdtemp(prefix="tongban-test-"))
    data.chmod(0o711)  # the database runs as another user, who must be able to enter
    (data / "static").mkdir()  # nothing is collected for tests; WhiteNoise warns when the folder is missing
    os.environ["TONGBAN_DATA"] = str(data)
    os.environ["TONGBAN_MODE"] = "demo"
    os.environ["TONGBAN_CASES_A_DAY"] = os.environ["TONGBAN_CASES_OF_ITEM_A_DAY"] = "0"  # days are long here
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.site.settings"
    _cleanup.append(lambda: shutil.rmtree(data, ignore_errors=True))
    url = os.environ.get("DATABASE_URL")
    if not url:
        server = postgres.start(data, environ=os.environ | {"TONGBAN_POSTGRES_FAST": "1"})
        _cleanup.insert(0, server.stop)
        url = server.admin_url
    os.environ["DATABASE_URL"] = url
    try:
        _make_template(url)
    except BaseException:
        _end()
        raise


def _make_template(url: str) -> None:
    """Migrate once; `CREATE DATABASE … TEMPLATE` then takes a tenth of a second."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    subprocess.run(
        [sys.executable, "-m", "tongban.site.cli", "migrate"],
        env=os.environ | {"DATABASE_URL": database(url, TEMPLATE), "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )


def database(url: str, name: str) -> str:
    """The same server, another database."""
    return psycopg.conninfo.make_conninfo(url, dbname=name)


def _end() -> None:
    for undo in _cleanup:
        undo()
    _cleanup.clear()


def pytest_unconfigure(config: pytest.Config) -> None:
    _end()


if "PYTEST_XDIST_WORKER" not in os.environ and "TONGBAN_TESTS_READY" not in os.environ:
    _begin()
    os.environ["TONGBAN_TESTS_READY"] = "1"
