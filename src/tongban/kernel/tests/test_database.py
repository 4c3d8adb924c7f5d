"""A kept connection is tested without a round trip, and a dead one is found out."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import connections

pytestmark = pytest.mark.django_db


def test_a_good_connection_costs_no_query() -> None:
    extra = connections.create_connection("default")
    extra.ensure_connection()
    asked: list[str] = []
    extra.execute_wrappers.append(lambda execute, sql, *rest: asked.append(sql) or execute(sql, *rest))

    assert extra.is_usable()
    assert asked == []
    extra.close()


def test_a_connection_the_server_ended_is_not_usable() -> None:
    extra = connections.create_connection("default")
    extra.ensure_connection()
    pid = extra.connection.info.backend_pid
    with psycopg.connect(extra.connection.info.dsn, password=extra.connection.info.password or None) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    time.sleep(0.2)

    assert not extra.is_usable()
    extra.close()


def test_a_closed_connection_is_not_usable() -> None:
    extra = connections.create_connection("default")
    extra.ensure_connection()
    extra.connection.close()

    assert not extra.is_usable()
