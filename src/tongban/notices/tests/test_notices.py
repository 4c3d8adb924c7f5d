"""A person is told a fact once, in the site, and by SMS where the phone is known; nobody reads another's messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Cast
from tongban.channels.models import Sms
from tongban.identity.actors import ANYONE
from tongban.identity.models import Person
from tongban.notices import actions
from tongban.notices.models import Message


def tell(cast: Cast, key: str = "case/accepted", **change: Any) -> bool:
    usual: dict[str, Any] = {
        "subject": "case", "title": "申请已受理", "text": "已受理。", "link": "/my", "sms": "您的申请已受理。", "now": cast.now,
    }  # fmt: skip
    person: Person = change.pop("person", cast.liu.person)
    return actions.tell(person, key=key, **{**usual, **change})


def test_a_fact_is_told_once(cast: Cast) -> None:
    assert tell(cast)
    assert not tell(cast, text="另一种说法")

    assert Message.objects.get().text == "已受理。"
    assert Sms.objects.count() == 1


def test_two_facts_are_two_messages(cast: Cast) -> None:
    tell(cast, "case/accepted")
    tell(cast, "case/decided")

    assert Message.objects.count() == Sms.objects.count() == 2


def test_without_words_for_it_or_without_a_phone_no_sms_is_sent(cast: Cast) -> None:
    tell(cast, sms="")
    nobody = cast.stranger.person
    assert nobody
    nobody.set_phone("")
    nobody.save()
    tell(cast, "other", person=nobody)

    assert Message.objects.count() == 2
    assert not Sms.objects.exists()


@pytest.mark.parametrize(
    ("who", "sees"), [("liu", 1), ("stranger", 0), ("clerk", 0), ("supervisor", 0), ("administrator", 0)]
)
def test_messages_are_the_persons_own(cast: Cast, who: str, sees: int) -> None:
    tell(cast)

    assert Message.objects.visible_to(cast.actor(getattr(cast, who))).count() == sees
    assert not Message.objects.visible_to(ANYONE).exists()


def test_reading_marks_ones_own_once(cast: Cast) -> None:
    tell(cast)

    assert actions.mark_read(by=cast.actor(cast.stranger), now=cast.now) == 0
    assert actions.mark_read(by=cast.actor(cast.liu), now=cast.now) == 1
    assert actions.mark_read(by=cast.actor(cast.liu), now=cast.now) == 0
