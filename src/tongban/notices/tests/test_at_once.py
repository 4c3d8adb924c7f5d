"""Two workers at the same moment: nothing is handed over twice, nothing is told twice, no letter is printed twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests import people
from tests.people import Cast
from tongban.channels import actions as channels
from tongban.channels.gateways.fake import FakeSms
from tongban.channels.models import Sms
from tongban.kernel.refusals import Conflict
from tongban.notices import actions
from tongban.notices.models import Delivery, Message
from tongban.notices.tests.test_notices import CALM_KIND, NOW_KIND, change, tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(moment: datetime) -> Cast:
    return people.make(now=moment)


def test_what_waits_is_handed_over_by_one(committed: Cast, together: Any) -> None:
    tell(committed, "a", CALM_KIND)
    tell(committed, "b", CALM_KIND)
    later = committed.now + timedelta(minutes=10)
    got = together(*[lambda: actions.hand_over_due(now=later)] * 4)

    assert sorted(got) == [0, 0, 0, 1]
    assert Sms.objects.count() == 1 and set(Delivery.objects.values_list("state", flat=True)) == {"handed"}


def test_an_sms_is_sent_by_one(committed: Cast, together: Any) -> None:
    gateway = FakeSms()
    sms = channels.queue_sms(phone="13987654321", text="好", by=committed.actor(committed.clerk), now=committed.now)
    together(*[lambda: channels.send_sms(sms.public_id, now=committed.now, gateway=gateway)] * 4)

    assert gateway.calls == [str(sms.public_id)]


def test_one_fact_is_told_by_one_also_when_its_words_are_new(committed: Cast, together: Any) -> None:
    got = together(*[lambda: tell(committed, "a", NOW_KIND)] * 4)

    assert sorted(got) == [False, False, False, True]
    assert Message.objects.count() == Sms.objects.count() == 1


def test_different_facts_at_once_all_go_out(committed: Cast, together: Any) -> None:
    got = together(*[lambda key=key: tell(committed, key, NOW_KIND) for key in "abcd"])

    assert got == [True] * 4
    assert set(Delivery.objects.values_list("state", flat=True)) == {"handed"}
    assert "".join(sorted(sms.text for sms in Sms.objects.all())).count("有结果了") == 4


def test_a_letter_is_printed_by_one(committed: Cast, together: Any) -> None:
    tell(committed, person=change(committed.stranger, phone=""))
    letter, by = Delivery.objects.get().public_id, committed.actor(committed.clerk)
    got = together(*[lambda: actions.print_letter(letter, by=by, now=committed.now)] * 3)

    assert sorted(isinstance(one, Conflict) for one in got) == [False, True, True]
