"""An SMS is queued in the verb, sent by a reaction, once; a gateway that fails is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tongban.channels import actions, queries
from tongban.channels.gateways import fake
from tongban.channels.models import Sms
from tongban.kernel import bookkeeper, clock, jobs
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
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
    with clock.at(NOW):
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
    actions.send_sms(sms.public_id, now=NOW)

    assert len(gateway.calls) == 1


def test_when_the_gateway_is_away_the_sms_waits_and_is_tried_again(gateway: fake.FakeSms) -> None:
    sms = queue()
    gateway.fault = "die"
    assert not actions.send_sms(sms.public_id, now=NOW)
    sms.refresh_from_db()
    assert (sms.state, sms.sent_at, sms.attempts, sms.error) == ("queued", None, 1, "短信网关连接不上")

    gateway.fault = "accept"
    assert actions.try_again(now=NOW + timedelta(seconds=59)) == 0
    assert actions.try_again(now=NOW + timedelta(minutes=1)) == 1
    sms.refresh_from_db()
    assert (sms.state, sms.attempts, sms.error) == ("sent", 2, "")


def test_while_the_gateway_is_away_one_try_a_turn_is_enough(gateway: fake.FakeSms) -> None:
    gateway.fault = "die"
    for _ in range(5):
        actions.send_sms(queue().public_id, now=NOW)
    gateway.calls.clear()

    assert actions.try_again(now=NOW + timedelta(hours=1)) == len(gateway.calls) == 1


def test_a_gateway_that_takes_it_and_is_not_heard_gets_the_same_reference(gateway: fake.FakeSms) -> None:
    gateway.fault = "timeout"
    sms = queue()
    actions.send_sms(sms.public_id, now=NOW)
    sms.refresh_from_db()
    assert (sms.state, sms.unanswered) == ("queued", 1)

    actions.try_again(now=NOW + timedelta(minutes=1))
    sms.refresh_from_db()
    assert sms.state == "sent"
    assert gateway.calls == [str(sms.public_id)] * 2 and len(gateway.sent) == 1


def test_a_gateway_that_limits_is_waited_for(gateway: fake.FakeSms) -> None:
    gateway.fault = "limit"
    first, second = queue(), queue()
    actions.send_sms(first.public_id, now=NOW)
    actions.send_sms(second.public_id, now=NOW)
    first.refresh_from_db()
    second.refresh_from_db()

    assert (first.state, second.state, second.error) == ("sent", "queued", "短信网关限流")
    assert second.next_at == NOW + timedelta(minutes=1)


def test_a_number_that_does_not_exist_bounces_and_is_not_used_again(gateway: fake.FakeSms) -> None:
    gateway.fault = "refuse"
    sms = queue()
    actions.send_sms(sms.public_id, now=NOW)
    sms.refresh_from_db()
    assert (sms.state, sms.error) == ("bounced", "号码不存在或已停机")

    gateway.fault, gateway.calls = "accept", []
    later = queue()
    actions.send_sms(later.public_id, now=NOW)
    later.refresh_from_db()
    assert (later.state, gateway.calls) == ("bounced", [])


def test_a_worker_that_comes_late_wakes_nobody(gateway: fake.FakeSms) -> None:
    sms, night = queue(), NOW + timedelta(hours=13)
    pressing = actions.queue_sms(phone=PHONE, text="今天到期。", by=system("tests"), now=NOW, pressing=True)
    for one in (sms, pressing):
        actions.send_sms(one.public_id, now=night)
    assert gateway.calls == [str(pressing.public_id)]

    assert actions.try_again(now=night + timedelta(hours=9)) == 0
    assert actions.try_again(now=night + timedelta(hours=9, minutes=30)) == 1
    assert len(gateway.sent) == 2


def test_receipts_say_what_became_of_it_once(gateway: fake.FakeSms) -> None:
    gateway.fault = "receipt"
    sms = queue()
    actions.send_sms(sms.public_id, now=NOW)
    told = gateway.receipts()
    gateway.receipts = lambda: told  # type: ignore[method-assign]

    assert [actions.note_receipts(now=NOW), actions.note_receipts(now=NOW)] == [1, 0]
    sms.refresh_from_db()
    assert (sms.state, sms.delivered_at) == ("delivered", NOW)


def test_a_receipt_of_an_empty_number_bounces_it(gateway: fake.FakeSms) -> None:
    gateway.fault = "undelivered"
    sms = queue()
    actions.send_sms(sms.public_id, now=NOW)
    actions.note_receipts(now=NOW)
    sms.refresh_from_db()

    assert (sms.state, sms.error) == ("bounced", "运营商回执：空号")
    assert queries.bounced("sms", PHONE)


def test_a_fault_that_is_not_known_is_named() -> None:
    assert fake.chosen("fake:timeout").fault == "timeout"
    with pytest.raises(ValueError, match="accept, receipt, timeout"):
        fake.chosen("fake:explode")


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
