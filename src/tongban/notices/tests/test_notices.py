"""A person is told a fact once, in the site and by the way that reaches them; nobody reads another's messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.people import LIU_PHONE, Cast
from tongban.channels import actions as channels
from tongban.channels.gateways import fake
from tongban.channels.models import Mail, Sms
from tongban.channels.tests.test_mail import gateway as mail_gateway
from tongban.channels.tests.test_mail import office  # noqa: F401 - the fixture
from tongban.identity.actors import ANYONE
from tongban.identity.models import Person
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.clock import SHANGHAI
from tongban.notices import actions
from tongban.notices.kinds import Kind, Words
from tongban.notices.models import Delivery, Message, Preference

VARIABLES = {"事项": "食品经营许可新办"}
NOW_KIND = Kind(
    "tests_now",
    "急的",
    VARIABLES,
    Words("有结果了", "《{事项}》有结果了。", "{事项}有结果了。", "《{事项}》有结果了，请来领取。"),
)
CALM_KIND = Kind(
    "tests_calm", "不急的", VARIABLES, Words("已受理", "《{事项}》已受理。", "{事项}已受理。"), urgent=False
)


def tell(cast: Cast, key: str = "case/decided", kind: Kind = NOW_KIND, **change: Any) -> bool:
    usual: dict[str, Any] = {
        "subject": "case", "values": {"事项": "食品经营许可新办"}, "link": "/my", "body_id": cast.body.pk,
        "region_path": cast.region.path, "now": cast.now,
    }  # fmt: skip
    person: Person = change.pop("person", cast.liu.person)
    return actions.tell(person, kind, key=key, **{**usual, **change})


def night(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def texts() -> list[str]:
    return [sms.text.removeprefix("【通办】") for sms in Sms.objects.order_by("pk")]


def settle() -> None:
    while bookkeeper.link_waiting():
        jobs.run_waiting()


def change(account: Any, **facts: Any) -> Person:
    person: Person = account.person
    for name, value in facts.items():
        person.set_phone(value) if name == "phone" else setattr(person, name, value)
    person.save()
    return person


def test_a_fact_is_told_once(cast: Cast) -> None:
    assert tell(cast)
    assert not tell(cast, values={"事项": "另一件事"})

    assert Message.objects.get().text == "《食品经营许可新办》有结果了。"
    assert texts() == ["食品经营许可新办有结果了。"]
    assert Delivery.objects.get().state == "handed"


def test_two_facts_are_two_messages(cast: Cast) -> None:
    tell(cast, "case/accepted")
    tell(cast, "case/decided")

    assert Message.objects.count() == Sms.objects.count() == 2


def test_a_message_remembers_what_it_was_made_of(cast: Cast) -> None:
    tell(cast)
    made_of = Message.objects.get().template

    assert made_of and (made_of.kind, made_of.version, made_of.words) == ("tests_now", 1, NOW_KIND.words)


def test_what_is_not_urgent_waits_for_company_and_goes_as_one(cast: Cast) -> None:
    tell(cast, "a", CALM_KIND)
    tell(cast, "b", CALM_KIND, values={"事项": "公共场所卫生许可"})
    tell(cast, "c", CALM_KIND, person=cast.stranger.person)
    assert not Sms.objects.exists()

    assert actions.hand_over_due(now=cast.now + timedelta(minutes=9)) == 0
    assert actions.hand_over_due(now=cast.now + timedelta(minutes=10)) == 2
    assert actions.hand_over_due(now=cast.now + timedelta(minutes=11)) == 0
    assert texts() == [
        "您有2条办事消息：1.食品经营许可新办已受理。 2.公共场所卫生许可已受理。", "食品经营许可新办已受理。",
    ]  # fmt: skip
    assert len(set(Delivery.objects.filter(person=cast.liu.person).values_list("sms", flat=True))) == 1


def test_an_urgent_one_takes_along_what_waits(cast: Cast) -> None:
    tell(cast, "a", CALM_KIND)
    tell(cast, "b", NOW_KIND)

    assert texts() == ["您有2条办事消息：1.食品经营许可新办已受理。 2.食品经营许可新办有结果了。"]


def test_at_night_nobody_is_woken_and_in_the_morning_one_sms_comes(cast: Cast) -> None:
    tell(cast, "a", now=night(21))
    tell(cast, "b", now=night(23, 30))
    actions.hand_over_due(now=night(7, 59, day=3))
    assert not Sms.objects.exists()
    assert Message.objects.count() == 2, "in the site they stand at once"

    actions.hand_over_due(now=night(8, 0, day=3))
    assert len(texts()) == 1 and texts()[0].startswith("您有2条办事消息")


def test_a_deadline_that_ends_before_the_morning_is_told_at_night(cast: Cast) -> None:
    tell(cast, now=night(22), until=night(0, 0, day=3))

    assert Sms.objects.get().pressing


def test_quiet_hours_are_data(cast: Cast) -> None:
    channels.set_hours(
        quiet_from=night(12).time(), quiet_until=night(14).time(), gather_minutes=0, by=cast.actor(cast.administrator),
        now=cast.now,
    )  # fmt: skip
    tell(cast, "a", CALM_KIND, now=night(22))
    assert len(texts()) == 1
    tell(cast, "b", now=night(13))
    assert len(texts()) == 1


@pytest.mark.parametrize("phone", ["", "02367890000"])
def test_who_has_no_mobile_phone_gets_a_letter(cast: Cast, phone: str) -> None:
    tell(cast, person=change(cast.stranger, phone=phone))
    letter = Delivery.objects.get()

    assert not Sms.objects.exists()
    assert (letter.channel, letter.state, letter.text) == (
        "letter",
        "to_print",
        "《食品经营许可新办》有结果了，请来领取。",
    )
    assert (letter.body, letter.because) == (cast.body, "没有能用的手机号和邮箱")


def test_a_kind_without_letter_and_sms_stays_in_the_site(cast: Cast) -> None:
    tell(cast, "a", Kind("tests_inside", "站内", VARIABLES, Words("好", "好")))
    tell(cast, "b", CALM_KIND, person=change(cast.stranger, phone=""))

    assert Message.objects.count() == 2 and not Delivery.objects.exists()


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> fake.FakeSms:
    one = fake.FakeSms(fault="refuse")
    monkeypatch.setattr(fake, "GATEWAY", one)
    return one


def test_a_number_that_bounces_makes_a_letter_once_and_is_not_tried_again(cast: Cast, fault: fake.FakeSms) -> None:
    tell(cast, "a")
    settle()
    assert sorted(Delivery.objects.values_list("channel", "state")) == [("letter", "to_print"), ("sms", "handed")]
    assert Delivery.objects.letters().get().because == "短信退回"

    actions.take_another_way("sms", Sms.objects.get().public_id, because="再来", now=cast.now)
    tell(cast, "b")
    settle()
    assert len(fault.calls) == 1 and Delivery.objects.letters().count() == 2


def test_what_every_message_of_a_digest_said_takes_another_way(cast: Cast, fault: fake.FakeSms) -> None:
    tell(cast, "a", now=night(22))
    tell(cast, "b", now=night(23))
    actions.hand_over_due(now=night(8, 0, day=3))
    settle()

    assert len(fault.calls) == 1 and Delivery.objects.letters().count() == 2


def test_who_wants_mail_and_confirmed_an_address_gets_mail(cast: Cast, office: Any, settings: Any) -> None:  # noqa: F811
    settings.TONGBAN = _with_mail(settings.TONGBAN, office.port)
    person = change(cast.liu, mail="liu@example.org")
    Preference.objects.create(person=person, wish="mail", at=cast.now)
    tell(cast)
    mail = Mail.objects.get()
    channels.send_mail(mail.public_id, now=cast.now, gateway=mail_gateway(office))
    (came,) = office.taken

    assert not Sms.objects.exists()
    assert (came["To"], came["Subject"]) == ("liu@example.org", "有结果了")
    assert "《食品经营许可新办》有结果了。" in came.get_content() and "/my" in came.get_content()


def test_a_mail_that_bounces_goes_by_sms(cast: Cast, office: Any, settings: Any) -> None:  # noqa: F811
    settings.TONGBAN = _with_mail(settings.TONGBAN, office.port)
    office.answers["RCPT"] = "550 no such user"
    Preference.objects.create(person=change(cast.liu, mail="liu@example.org"), wish="mail", at=cast.now)
    tell(cast)
    settle()

    assert Mail.objects.get().state == "bounced"
    assert texts() == ["《食品经营许可新办》有结果了。"]
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"mail", "sms"}


def test_a_mail_whose_address_was_given_up_meanwhile_goes_by_sms(cast: Cast, settings: Any) -> None:
    settings.TONGBAN = _with_mail(settings.TONGBAN, 1)
    Preference.objects.create(person=change(cast.liu, mail="liu@example.org"), wish="mail", at=cast.now)
    tell(cast, "a", CALM_KIND)
    actions.give_up_mail(by=cast.actor(cast.liu), now=cast.now)
    actions.hand_over_due(now=cast.now + timedelta(minutes=10))

    assert not Mail.objects.exists()
    assert texts() == ["《食品经营许可新办》已受理。"]


def _with_mail(config: Any, port: int) -> Any:
    from dataclasses import replace

    return replace(config, mail_host="localhost", mail_port=port, mail_security="none", mail_from="a@yunjiang.example")


def test_two_workers_hand_over_once(cast: Cast) -> None:
    """The second sees nothing that waits: what the first took is its own."""
    tell(cast, "a", CALM_KIND)
    later = cast.now + timedelta(minutes=10)

    assert [actions.hand_over_due(now=later), actions.hand_over_due(now=later)] == [1, 0]


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


def test_no_table_shows_the_words_that_left_or_the_number(cast: Cast) -> None:
    tell(cast)
    tell(cast, "b", person=change(cast.stranger, phone=""))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(d::text, '') FROM notices_delivery d")
        (rows,) = cursor.fetchone()

    assert "食品" not in rows and LIU_PHONE not in rows
