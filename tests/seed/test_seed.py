"""Seeded cases are lawful, chained and readable; the same from the same seed; an interrupted run goes on."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from tests.people import Cast
from tests.seed.test_clones import GUIDES, publish
from tongban.applications import evaluated
from tongban.applications.models import Application, Review, RuleEvaluation
from tongban.channels.models import Sms
from tongban.flow import actions as flow
from tongban.kernel import bookkeeper, journal, numbering
from tongban.kernel.models import JournalEntry, JournalLink, Outbox
from tongban.kernel.refusals import Refusal
from tongban.licences.models import Licence
from tongban.site import seed as seeding
from tongban.site.seed import writing
from tongban.site.seed.prototypes import tables


@pytest.fixture
def ready(cast: Cast) -> Cast:
    for at, change in enumerate(GUIDES):
        publish(cast.body, now=cast.now, code=f"99013100950{at}", name=f"第{at}种许可", **change)
    while bookkeeper.link_waiting():
        pass
    return cast


def test_what_is_seeded_stands_every_check_of_the_platform(ready: Cast, client: Client) -> None:
    made = seeding.seed(cases=200, seed=1, now=ready.now)

    assert made == Application.objects.count() == 200
    assert list(flow.verify_clocks()) == []
    assert list(journal.verify(now=ready.now)) == []
    assert list(evaluated.verify()) == []
    assert RuleEvaluation.objects.exists()
    assert not Outbox.objects.exists()
    assert JournalLink.objects.count() == JournalEntry.objects.count()
    assert not JournalEntry.objects.filter(at__gt=ready.now).exists()
    states = Counter(Application.objects.values_list("state", flat=True))
    assert {"submitted", "correcting", "accepted", "suspended", "reviewed", "granted", "closed"} <= set(states)
    for case in Application.objects.select_related("person"):
        assert numbering.is_public_number(case.number)
        assert case.form["name"] == case.person.name
        assert case.holder_index == case.person.id_tail_index
    assert all(one.opinion for one in Review.objects.all())
    assert all(one.holder_name == one.person.name for one in Licence.objects.select_related("person"))
    assert all(one.phone.startswith("199") and one.text for one in Sms.objects.all())
    client.force_login(ready.reviewer)
    for number in Application.objects.filter(body=ready.body).order_by("pk").values_list("number", flat=True)[:40:8]:
        assert client.get(f"/desk/cases/{number}").status_code == 200


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(ready: Cast) -> None:
    first, second, other = _contents(ready, seed=5), _contents(ready, seed=5), _contents(ready, seed=6)

    assert first == second
    assert first["applications_application"] != other["applications_application"]


def _contents(cast: Cast, *, seed: int) -> dict[str, str]:
    """A digest of every table, what is encrypted opened, after a seed that is taken back with all keys it drew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences")
        drawn = cursor.fetchall()
    found = {}
    with transaction.atomic():
        seeding.seed(cases=10, seed=seed, now=cast.now)
        for table, model in tables().items():
            rows: list[Any] = list(model._default_manager.order_by("pk").values_list())
            plain = [[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in rows]
            found[table] = hashlib.sha256(repr(plain).encode()).hexdigest()
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for name, value, called in drawn:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, value, called])
    return found


def test_an_interrupted_run_keeps_whole_batches_and_goes_on_with_the_same_cases(
    ready: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "BATCH", 4)
    with transaction.atomic():
        seeding.seed(cases=10, seed=3, now=ready.now)
        whole = _told()
        transaction.set_rollback(True)

    def interrupted(made: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seeding.seed(cases=10, seed=3, now=ready.now, progress=interrupted)
    assert Application.objects.count() == 4
    assert list(journal.verify(now=ready.now)) == []

    assert seeding.seed(cases=10, seed=3, now=ready.now) == 6
    assert _told() == whole
    assert list(journal.verify(now=ready.now)) == []
    assert seeding.seed(cases=10, seed=3, now=ready.now) == 0


def _told() -> list[tuple[Any, ...]]:
    cases = Application.objects.order_by("pk")
    return list(cases.values_list("title", "person__public_id", "state", "submitted_at", "promised_on", "closed_at"))


@pytest.mark.django_db(transaction=True)
def test_threads_write_in_order_and_what_fails_takes_only_the_end_with_it(
    ready: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "BATCH", 4)
    monkeypatch.setattr(seeding, "MANY", 1)
    copied = writing._copy
    links = 0

    def fails(table: str, columns: list[str], text: str) -> None:
        nonlocal links
        links += table == "kernel_journallink"
        if links == 3:
            raise OSError("the disk is full")
        copied(table, columns, text)

    monkeypatch.setattr(writing, "_copy", fails)
    with pytest.raises(OSError, match="disk"):
        seeding.seed(cases=20, seed=3, now=ready.now)
    assert 0 < Application.objects.count() < 20
    assert Application.objects.count() % 4 == 0
    assert list(journal.verify(now=ready.now)) == []

    monkeypatch.setattr(writing, "_copy", copied)
    seeding.seed(cases=20, seed=3, now=ready.now)
    assert Application.objects.count() == 20
    assert list(journal.verify(now=ready.now)) == []
    assert list(flow.verify_clocks()) == []


def test_production_takes_no_seed(ready: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TONGBAN", replace(settings.TONGBAN, mode="production"))

    with pytest.raises(Refusal) as refused:
        seeding.seed(cases=1, seed=1, now=ready.now)

    assert refused.value.code == "demo_only"


def test_where_others_have_cases_nothing_is_seeded_unless_told(ready: Cast) -> None:
    ready.submit()

    with pytest.raises(Refusal) as refused:
        seeding.seed(cases=5, seed=1, now=ready.now)
    assert refused.value.code == "cases_not_ours"
    assert Application.objects.count() == 1

    assert seeding.seed(cases=5, seed=1, now=ready.now, beside=True) == 5
    assert Application.objects.count() == 6
