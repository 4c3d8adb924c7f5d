"""Queue a message inside a verb; hand it over from a reaction, again from a chore; note what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.channels import queries, rules
from tongban.channels.events import MailQueued, SmsQueued, Undeliverable
from tongban.channels.gateways import MailGateway, NotNow, Refused, SmsGateway, Unanswered, fake, smtp
from tongban.channels.models import Bounce, Mail, Outgoing, SendingHours, Sms
from tongban.kernel import journal, rows
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import demand

SIGNATURE = "【通办】"
A_TURN = 200
"""How many are tried again in one turn of the chore."""
Sending = TypeVar("Sending", Sms, Mail)


@transaction.atomic(savepoint=False)
def queue_sms(*, phone: str, text: str, by: Actor, now: datetime, pressing: bool = False) -> Sms:
    sms = rows.insert(Sms(phone=phone, text=SIGNATURE + text, queued_at=now, pressing=pressing))
    journal.record(SmsQueued(sms=str(sms.public_id)), by=by, now=now)
    return sms


@transaction.atomic(savepoint=False)
def queue_mail(*, to: str, subject: str, text: str, by: Actor, now: datetime, pressing: bool = False) -> Mail:
    mail = rows.insert(Mail(to=to, subject=subject, text=text, queued_at=now, pressing=pressing))
    journal.record(MailQueued(mail=str(mail.public_id)), by=by, now=now)
    return mail


def send_sms(public_id: UUID, *, now: datetime, gateway: SmsGateway | None = None) -> bool:
    """Hand over once; a repeat after that does nothing. What doesn't press never leaves in quiet hours.

    False when the gateway is away for everyone.
    """
    used = gateway or fake.GATEWAY

    def hand_over(sms: Sms) -> tuple[str, str]:
        return used.name, used.send(phone=sms.phone, text=sms.text, reference=str(public_id))

    return _send(Sms, public_id, hand_over, unanswered_tries=None, now=now)


def send_mail(public_id: UUID, *, now: datetime, gateway: MailGateway | None = None) -> bool:
    """As `send_sms`; a mail whose outcome is unknown is repeated once, with the same Message-ID."""
    used = gateway or smtp.chosen(settings.TONGBAN)

    def hand_over(mail: Mail) -> tuple[str, str]:
        if used is None:
            raise NotNow("本站没有设置邮件服务器", away=True)
        return used.name, used.send(
            to=mail.to, subject=mail.subject, text=mail.text, reference=str(public_id), at=mail.queued_at
        )

    return _send(Mail, public_id, hand_over, unanswered_tries=rules.MOST_UNANSWERED, now=now)


def _send(
    kind: type[Sending], public_id: UUID, hand_over: Callable[[Sending], tuple[str, str]],
    *, unanswered_tries: int | None, now: datetime,
) -> bool:  # fmt: skip
    with transaction.atomic():
        (one,) = rows.find(kind, {"public_id": public_id}, lock="wait")
        if one.state != "queued" or (one.next_at and one.next_at > now):
            return True
        if not one.pressing and (morning := queries.hours().opens(now)) > now:
            one.next_at = morning  # the worker came late
            _keep(one)
            return True
        if known := queries.bounced(one.CHANNEL, one.address):
            _end(one, "bounced", known.words, now)
            return True
        one.attempts += 1
        try:
            one.gateway, one.receipt = hand_over(one)
        except Refused as refused:
            if refused.address_is_bad:
                _list(one, refused.words, now)
            _end(one, "bounced" if refused.address_is_bad else "failed", refused.words, now)
        except Unanswered as lost:
            one.unanswered += 1
            enough = unanswered_tries is not None and one.unanswered >= unanswered_tries
            _again(one, lost.words, now, enough=enough)
        except NotNow as refused:
            _again(one, refused.words, now, not_now=refused)
            return not refused.away
        else:
            one.state, one.sent_at, one.next_at, one.error = "sent", now, None, ""
            _keep(one)
        return True


def try_again(*, now: datetime) -> int:
    """Hand over what failed and is due; stops where the gateway is away for everyone. Returns how many were tried."""
    tried = 0
    for kind, send in ((Sms, send_sms), (Mail, send_mail)):
        due = kind.objects.filter(state="queued", next_at__lte=now).order_by("next_at", "pk")
        for public_id in list(due.values_list("public_id", flat=True)[:A_TURN]):
            tried += 1
            if not send(public_id, now=now):
                break
    return tried


def note_receipts(*, now: datetime, gateway: SmsGateway | None = None) -> int:
    """What the supplier reports of SMS that were sent; one told twice is noted once."""
    noted = 0
    for receipt in (gateway or fake.GATEWAY).receipts():
        with transaction.atomic():
            one = Sms.objects.select_for_update().filter(public_id=receipt.reference, state="sent").first()
            if one is None:
                continue
            noted += 1
            if receipt.delivered:
                one.state, one.delivered_at = "delivered", now
                _keep(one)
                continue
            if receipt.address_is_bad:
                _list(one, receipt.words, now)
            _end(one, "bounced" if receipt.address_is_bad else "failed", receipt.words, now)
    return noted


@transaction.atomic
def use_again(channel: str, address: str) -> bool:
    """The address was confirmed anew: it leaves the bounce list."""
    index = queries.index_of(channel, address)
    return bool(Bounce.objects.filter(channel=channel, address_index=index).delete()[0])


@transaction.atomic
def set_hours(*, quiet_from: time, quiet_until: time, gather_minutes: int, by: Actor, now: datetime) -> SendingHours:
    demand(
        0 <= gather_minutes <= 120, "gather_too_long", "合并等待是 0 到 120 分钟", "填 0 就是不合并", "gather_minutes"
    )
    return SendingHours.objects.create(
        quiet_from=quiet_from, quiet_until=quiet_until, gather_minutes=gather_minutes, by=by.who, at=now
    )


def _again(one: Outgoing, words: str, now: datetime, *, enough: bool = False, not_now: NotNow | None = None) -> None:
    after = not_now.after if not_now else None
    at = rules.next_try(one.attempts, now=now, hours=queries.hours(), pressing=one.pressing, after=after)
    if enough or at is None:
        _end(one, "given_up", words, now)
        return
    one.next_at, one.error = at, words
    _keep(one)


def _end(one: Outgoing, state: str, words: str, now: datetime) -> None:
    one.state, one.next_at, one.error = state, None, words[:200]
    _keep(one)
    told = Undeliverable(channel=one.CHANNEL, sending=str(one.public_id), state=state)
    journal.record(told, by=system("channels"), now=now)


def _list(one: Outgoing, words: str, now: datetime) -> None:
    index = queries.index_of(one.CHANNEL, one.address)
    rows.insert_unless_there(Bounce(channel=one.CHANNEL, address_index=index, words=words[:200], at=now))


def _keep(one: Outgoing) -> None:
    rows.update(
        one, "state", "gateway", "receipt", "sent_at", "delivered_at", "attempts", "unanswered", "next_at", "error"
    )
