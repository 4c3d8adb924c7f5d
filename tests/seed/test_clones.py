"""A clone is what the verbs would have written: column by column, but for whose and which it is."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models, transaction

from tests.seed.conftest import drop, make
from tongban.applications.models import Application, Draft
from tongban.catalog.models import Edition
from tongban.identity.models import Account
from tongban.kernel import calendar, clock, crypto
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.fields import Encrypted
from tongban.kernel.models import JournalEntry
from tongban.site.seed import prototypes, writing
from tongban.site.seed.cloning import Applicant, Batch, add
from tongban.site.seed.people import citizens
from tongban.site.seed.prototypes import Prototype, UnknownTable, tables
from tongban.site.seed.shifting import WorkingDays
from tongban.site.seed.stories import KINDS
from tongban.site.seed.templates import Marked

pytestmark = pytest.mark.seed
NOW = datetime(2026, 9, 16, 10, 0, tzinfo=SHANGHAI)
NOT_IN_THE_DEMO = {"forwarded", "pledge_broken"}
"""Kinds that no edition of the demo has a use for yet."""
NEVER_TOUCHED = {"applications_forwarding", "applications_ruleevaluation"}
OWN = re.compile(
    r"\b(?:[0-9]{22}[0-9A-Z]|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|seed-[0-9a-f]{16})\b"
)
SECONDS = re.compile(r"(\d\d:\d\d):\d\d(?=\+)")


@pytest.fixture(scope="module")
def made(demo: str, django_db_blocker: Any) -> Iterator[list[Prototype]]:
    """The prototypes of the demo, on a database of its own that these tests may fill."""
    name = make(f"{demo}_clones", demo)
    there = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), clock.at(NOW):
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield prototypes.make(60, people=citizens(30, now=NOW), rng=random.Random(3), now=NOW)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = there
    drop(name)


def test_nothing_of_a_prototype_stays(made: list[Prototype]) -> None:
    assert not Application.objects.exists()
    assert not JournalEntry.objects.filter(name__startswith="applications.").exists()
    assert max(one.clocks[-1].started_on for one in made if one.clocks) <= NOW.date() + timedelta(days=1)


def test_every_kind_is_told_and_its_clone_has_the_same_rows(made: list[Prototype]) -> None:
    assert {one.kind.name for one in made} >= set(KINDS) - NOT_IN_THE_DEMO
    assert {table for one in made for table in one.rows} == set(tables()) - NEVER_TOUCHED

    days, rng = WorkingDays(calendar.current(), date(2025, 6, 1), date(2029, 1, 1)), random.Random(5)
    for one in made:
        template = Marked(one, days).template(0)
        assert template is not None, one.kind.name
        batch = Batch(first_entry=0)
        seen = prototypes._last_keys()
        keys = writing._reserved([template])
        batch.first_entry = keys.entry
        add(batch, template, Applicant.of(one.citizen), keys, rng)
        writing._write(batch)
        for table, model in tables().items():
            written = prototypes._texts(table, model, seen[table])
            assert _plain(model, written) == _plain(model, one.rows.get(table, [])), f"{one.kind.name}: {table}"


def _plain(model: type[models.Model], rows: list[dict[str, str | None]]) -> list[dict[str, Any]]:
    """What is encrypted opened; numbers, ids, codes and seconds left out, which are a case's own."""
    found = []
    for row in rows:
        plain: dict[str, Any] = {}
        for column in model._meta.concrete_fields:
            value = row[column.column]
            if value is not None and isinstance(column, Encrypted):
                name = f"{model._meta.label}.{column.name}"
                value = crypto.decrypt(bytes.fromhex(value[2:]), column=name).decode()
                value = re.sub(r"查询码 \d{8}", "查询码", value)
            if value is not None:
                value = SECONDS.sub(r"\1", OWN.sub("·", value))
            plain[column.column] = value
        for own in ("id", "application_id", "query_code", "code", "request_hash"):
            plain.pop(own, None)
        if model._meta.db_table == "notices_message":
            plain["key"] = plain["key"].rpartition("/")[0]
        found.append(plain)
    return found


def test_moved_by_weeks_a_case_keeps_its_working_days(made: list[Prototype]) -> None:
    days = WorkingDays(calendar.current(), date(2025, 1, 1), date(2029, 1, 1))
    moved = 0
    for one in made:
        marked = Marked(one, days)
        for weeks in (1, 7, 26, 31, 40):
            template = marked.template(weeks)
            moved += template is not None
            if template is not None:
                assert template.last_day < marked.last_day
                assert days.calendar.is_working(template.submitted_on)

    assert moved > 3 * len(made)


def test_a_table_that_the_writer_does_not_know_stops_the_seed(made: list[Prototype]) -> None:
    account, edition = Account.objects.first(), Edition.objects.published().first()
    assert account
    assert edition

    with pytest.raises(UnknownTable, match="applications_draft"), transaction.atomic(), prototypes._watched():
        Draft.objects.create(account=account, edition=edition, updated_at=NOW)
