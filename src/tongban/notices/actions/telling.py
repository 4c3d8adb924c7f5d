"""Tell a person something, once; hand it over when its time has come; take another way when one failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.channels import actions as channels
from tongban.channels import queries as sending
from tongban.channels import rules as hours
from tongban.channels.models import Mail, Sms
from tongban.identity.actors import Actor as IdentityActor
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.kernel.actors import system
from tongban.notices import queries, rules
from tongban.notices.actions.wording import current
from tongban.notices.kinds import Kind, Words
from tongban.notices.models import Delivery, Message
from tongban.notices.rules import Channel

BY = system("notices")
A_TURN = 500
NO_OTHER_WAY = "没有能用的手机号和邮箱"
NO_MAIL_ANY_MORE = "邮箱已删除"


@transaction.atomic(savepoint=False)
def tell(
    person: Person, kind: Kind, *, key: str, subject: str, values: Mapping[str, str], link: str = "",
    body_id: int | None = None, region_path: str = "", until: datetime | None = None,
    address: Mapping[str, str] | None = None, now: datetime,
) -> bool:  # fmt: skip
    """An in-site message, and what leaves the site: by SMS or mail, or a letter for who has neither.

    `until`: the legal deadline that it is about; `address`: receiver and address of a letter, where it is not the person's
    own (送达地址). False when it was told before.
    """
    template = current(kind, body_id, now=now)
    words = rules.fill(template.words, values)
    message = Message(
        key=key, person=person, subject=subject, title=words.title, text=words.text, link=link, at=now, kind=kind.key,
        template=template, letter=words.letter or None, body_id=body_id, region_path=region_path,
        address=dict(address) if address else None,
    )  # fmt: skip
    if not rows.insert_unless_there(message):
        return False
    for channel in rules.ways(queries.reach_of(person), kind, words):
        _put(message, channel, words, urgent=kind.urgent, until=until, because="", now=now)
    return True


def _put(
    message: Message, channel: Channel, words: Words, *, urgent: bool, until: datetime | None, because: str,
    now: datetime,
) -> None:  # fmt: skip
    letter = channel == "letter"
    due = now if letter else hours.goes_at(now, sending.hours(), urgent=urgent, until=until)
    text = {"sms": words.sms, "mail": _mail_text(message), "letter": words.letter}[channel]
    delivery = Delivery(
        message=message, person_id=message.person_id, channel=channel, state="to_print" if letter else "waiting",
        text=text, due_at=due, until_at=until, body_id=message.body_id, region_path=message.region_path,
        because=because or (NO_OTHER_WAY if letter else ""),
    )  # fmt: skip
    if rows.insert_unless_there(delivery) and not letter and due <= now:
        _hand_over(message.person_id, channel, now=now)


def _mail_text(message: Message) -> str:
    link = f"\n查看：{settings.TONGBAN.base_url}{message.link}" if message.link else ""
    return f"{message.text}{link}"


@transaction.atomic
def hand_over_due(*, now: datetime) -> int:
    """What waited for the morning or for company. Returns how many SMS and mails were queued."""
    due = Delivery.objects.filter(state="waiting", due_at__lte=now).order_by("due_at", "pk")
    whose = dict.fromkeys(due.values_list("person_id", "channel")[:A_TURN])
    return sum(_hand_over(person, channel, now=now) for person, channel in whose)


def _hand_over(person_id: int, channel: str, *, now: datetime) -> bool:
    """All that waits for this person on this channel goes as one."""
    mine = {"person_id": person_id, "channel": channel, "state": "waiting"}
    waiting = rows.find(Delivery, mine, order="id", lock="skip")
    if not waiting:
        return False
    person = rows.get(Person, person_id)
    messages = {one.pk: one for one in rows.find(Message, {"id": tuple(one.message_id for one in waiting)})}
    for one in waiting:
        one.message = messages[one.message_id]
    if channel == "mail" and not person.mail:
        for one in waiting:
            _another_way(one, because=NO_MAIL_ANY_MORE, now=now)
        return False
    texts, titles = [one.text for one in waiting], [one.message.title for one in waiting]
    pressing = any(one.until_at and one.until_at <= now + timedelta(days=1) for one in waiting)
    sms: Sms | None = None
    mail: Mail | None = None
    if channel == "sms":
        text = rules.digest_sms(texts, titles)
        sms = channels.queue_sms(phone=person.phone, text=text, by=BY, now=now, pressing=pressing)
    else:
        subject, text = rules.digest_mail(texts, titles)
        signed = f"{text}\n\n—— {settings.TONGBAN.site_name}（系统自动发送，请勿回复；咨询请拨 12345）\n"
        mail = channels.queue_mail(
            to=person.mail or "", subject=subject, text=signed, by=BY, now=now, pressing=pressing
        )
    for one in waiting:
        one.state, one.sms, one.mail = "handed", sms, mail
        rows.update(one, "state", "sms", "mail")
    return True


@transaction.atomic
def take_another_way(channel: str, sending_id: UUID, *, because: str, now: datetime) -> int:
    """An SMS or mail did not arrive: what it said goes by mail, or by SMS, or as a letter. Returns how many do."""
    where = {f"{channel}__public_id": sending_id}
    failed = Delivery.objects.filter(**where).select_related("message__person").order_by("pk")
    return sum(_another_way(one, because=because, now=now) for one in failed)


def _another_way(failed: Delivery, *, because: str, now: datetime) -> bool:
    """Its state says that it ended; False when there is no other way."""
    message = failed.message
    Delivery.objects.filter(pk=failed.pk, failed_at=None).update(failed_at=now, state="handed")
    tried = list(Delivery.objects.filter(message=message).values_list("channel", flat=True))
    way = rules.next_way(queries.reach_of(message.person), tried, has_letter=bool(message.letter))
    if way is not None:
        words = Words(message.title, message.text, message.text, message.letter or "")
        _put(message, way, words, urgent=True, until=failed.until_at, because=because[:200], now=now)
    return way is not None


def mark_read(*, by: IdentityActor, now: datetime) -> int:
    return Message.objects.visible_to(by).filter(read_at=None).update(read_at=now)
