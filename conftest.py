"""Guards for every test: no network but this machine, warnings are errors, reactions run only when asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests import people as cast_of
from tests.server import TEMPLATE
from tongban.kernel import clock


def pytest_configure(config: pytest.Config) -> None:
    config.option.allow_hosts = "127.0.0.1,localhost,::1"
    config.option.allow_unix_socket = True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Test databases are clones of the migrated template."""
    from django.conf import settings

    settings.DATABASES["default"]["TEST"] = {**settings.DATABASES["default"].get("TEST", {}), "TEMPLATE": TEMPLATE}


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


@pytest.fixture
def moment() -> Iterator[datetime]:
    """Monday 2026-03-02, 09:30 in Shanghai; the clock stands still."""
    fixed = datetime(2026, 3, 2, 9, 30, tzinfo=clock.SHANGHAI)
    with clock.at(fixed):
        yield fixed


@pytest.fixture
def cast(db: None, moment: datetime) -> cast_of.Cast:
    """The small cast: a citizen, her business, a stranger, a clerk, a reviewer, a decider, and one guide."""
    return cast_of.make(now=moment)
