"""Liveness, readiness, and numbers for Prometheus."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers: traffic may come."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("database away\n", status=503, content_type="text/plain", headers={"Retry-After": "5"})
    return HttpResponse("ok\n", content_type="text/plain")


_NUMBERS = """
SELECT (SELECT coalesce(max(position), 0) FROM kernel_journallink),
       (SELECT count(*) FROM (SELECT 1 FROM kernel_outbox LIMIT 10001) waiting),
       (SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' LIMIT 10001) todo),
       (SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = 'failed' LIMIT 10001) failed)
"""


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Positions and backlogs; counts stop at 10,001, so that a backlog doesn't make its own measuring slow."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS)
        linked, outbox, todo, failed = cursor.fetchone()
    lines = [
        "# HELP tongban_journal_position entries linked into the chain",
        "# TYPE tongban_journal_position counter",
        f"tongban_journal_position {linked}",
        "# HELP tongban_outbox_waiting entries that wait for the bookkeeper",
        "# TYPE tongban_outbox_waiting gauge",
        f"tongban_outbox_waiting {outbox}",
        "# HELP tongban_reactions jobs by state",
        "# TYPE tongban_reactions gauge",
        f'tongban_reactions{{state="todo"}} {todo}',
        f'tongban_reactions{{state="failed"}} {failed}',
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; version=0.0.4")
