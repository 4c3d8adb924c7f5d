"""Guards for every test: no network but this machine, warnings are errors, reactions run only when asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from hypothesis import settings

from tests import people as cast_of
from tests.server import TEMPLATE
from tongban.kernel import clock


def pytest_configure(config: pytest.Config) -> None:
    config.option.allow_hosts = "127.0.0.1,localhost,::1"
    config.option.allow_unix_socket = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Test databases are clones of the migrated template."""
    from django.conf import settings as django_settings

    django_settings.DATABASES["default"]["TEST"] = {**django_settings.DATABASES["default"].get("TEST", {}), "TEMPLATE": TEMPLATE}


@pytest.fixture(scope="session", autouse=True)
def hashing_passwords_is_quick() -> None:
    """The cast has eight passwords; the algorithm stays, its price goes."""
    from tongban.identity.hashers import Argon2id

    Argon2id.time_cost, Argon2id.memory_cost = 1, 8


@pytest.fixture(autouse=True)
def append_only_tables_can_be_flushed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Transactional tests flush tables that are append-only: their triggers sleep, in the test database only."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture
def moment() -> Iterator[datetime]:
    """Monday 2026-03-02, 09:30 in Shanghai; the clock stands still."""
    fixed = datetime(2026, 3, 2, 9, 30, tzinfo=clock.SHANGHAI)
    with clock.at(fixed):
        yield fixed


Together = Callable[..., list[Any]]


@pytest.fixture
def together() -> Together:
    """Run acts at the same moment, each in a thread with a connection of its own; what each returned or raised.

    For tests marked `django_db(transaction=True)`: what the test prepared must be committed.
    """

    def run(*acts: Callable[[], object]) -> list[Any]:
        barrier = Barrier(len(acts))

        def one(act: Callable[[], object]) -> object:
            try:
                barrier.wait(timeout=10)
                return act()
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(one, acts))

    return run


@pytest.fixture
def cast(db: None, moment: datetime) -> cast_of.Cast:
    """The small cast: a citizen, her business, a stranger, a clerk, a reviewer, a decider, and one guide."""
    return cast_of.make(now=moment)


# A shared machine is slow at times; what is too slow is `make bench`'s business, not a property test's.
settings.register_profile("tongban", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("tongban")
