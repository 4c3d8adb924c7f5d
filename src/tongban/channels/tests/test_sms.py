"""An SMS is queued in the verb, sent by a reaction, once; a gateway that fails is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from tongban.channels import actions
from tongban.channels.gateways import fake
from tongban.channels.models import Sms
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PHONE = "13987654321"
pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.FakeSms]:
    gateway = fake.FakeSms()
    monkeypatch.setattr(fake, "GATEWAY", gateway)
    yield gateway


def queue() -> Sms:
    return actions.queue_sms(phone=PHONE, text="您的申请已受理。", by=system("tests"), now=NOW)


def test_nothing_is_sent_inside_the_verb(gateway: fake.FakeSms) -> None:
    sms = queue()

    assert (sms.state, gateway.sent) == ("queued", {})


def test_an_sms_is_sent_once_by_the_reaction(gateway: fake.FakeSms) -> None:
    sms = queue()
    bookkeeper.link_waiting()
    jobs.run_waiting()
    (entry,) = JournalEntry.objects.all()
    jobs.run_reaction("channels.send", entry.pk)

    assert gateway.sent == {str(sms.public_id): (PHONE, "【通办】您的申请已受理。")}
    sms.refresh_from_db()
    assert (sms.state, sms.gateway, bool(sms.receipt)) == ("sent", "fake", True)


def test_a_sent_sms_does_not_reach_the_gateway_again(gateway: fake.FakeSms) -> None:
    sms = queue()
    actions.send_sms(sms.public_id, now=NOW)
    gateway.failing = True

    actions.send_sms(sms.public_id, now=NOW)


def test_when_the_gateway_fails_the_sms_stays_queued_and_is_tried_again(gateway: fake.FakeSms) -> None:
    sms = queue()
    gateway.failing = True
    with pytest.raises(ConnectionError):
        actions.send_sms(sms.public_id, now=NOW)
    sms.refresh_from_db()
    assert (sms.state, sms.sent_at) == ("queued", None)

    gateway.failing = False
    actions.send_sms(sms.public_id, now=NOW)
    sms.refresh_from_db()
    assert (sms.state, sms.sent_at) == ("sent", NOW)


def test_a_supplier_of_ones_own_may_be_used(gateway: fake.FakeSms) -> None:
    other = fake.FakeSms(name="other")
    sms = queue()
    actions.send_sms(sms.public_id, now=NOW, gateway=other)

    assert list(other.sent) == [str(sms.public_id)]
    assert gateway.sent == {}


def test_one_reference_is_handed_over_once() -> None:
    gateway = fake.FakeSms()
    receipts = {gateway.send(phone=PHONE, text=text, reference="r-0001") for text in ("one", "two")}

    assert len(receipts) == 1
    assert gateway.sent == {"r-0001": (PHONE, "one")}


def test_the_table_and_the_journal_show_neither_phone_nor_words(gateway: fake.FakeSms) -> None:
    queue()

    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT s::text FROM channels_sms s) || (SELECT j::text FROM kernel_journalentry j)")
        (row,) = cursor.fetchone()
    for secret in (PHONE, "已受理"):
        assert secret not in row and secret.encode().hex() not in row
