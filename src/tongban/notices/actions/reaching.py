"""How a person wants to be reached, and the mail address that they prove to be theirs."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tongban.channels import actions as channels
from tongban.channels import queries as sending
from tongban.identity import actions as identity
from tongban.identity import limits
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.identity.rules import mail_address
from tongban.kernel.actors import system
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Forbidden, Refusal, demand
from tongban.notices.models import MailConfirmation, Preference
from tongban.notices.rules import WISHES

VALID = timedelta(minutes=15)
TRIES = 5
CODES_AN_HOUR = 5


@transaction.atomic
def prefer(wish: str, *, by: Actor, now: datetime) -> None:
    person = _person(by)
    demand(wish in WISHES, "wish_unknown", "请选一种通知方式", field="wish")
    Preference.objects.update_or_create(person_id=person, defaults={"wish": wish, "at": now})


@transaction.atomic
def ask_mail(typed: str, *, by: Actor, now: datetime) -> MailConfirmation:
    """Send a code to the address; nothing else is sent there before it comes back."""
    person = _person(by)
    demand(sending.mail_is_open(), "mail_closed", "本站暂不发送邮件", "请用短信接收通知", "mail")
    address = mail_address(typed)
    recent = MailConfirmation.objects.filter(person_id=person, sent_at__gt=now - timedelta(hours=1)).count()
    demand(recent < CODES_AN_HOUR, "codes_many", "验证码发得太频繁", "请一小时后再试，并检查垃圾邮件", "mail")
    code = f"{secrets.randbelow(1_000_000):06d}"
    site = settings.TONGBAN.site_name
    text = f"您的验证码是 {code}，{VALID.seconds // 60} 分钟内有效。\n\n如果不是您本人在{site}填写了这个邮箱，请忽略这封邮件。\n"
    channels.use_again("mail", address)
    channels.queue_mail(
        to=address, subject=f"{site}：确认您的邮箱", text=text, by=system("notices"), now=now, pressing=True
    )
    return MailConfirmation.objects.create(
        person_id=person, address=address, code_index=_index(code, person), sent_at=now, expires_at=now + VALID
    )


def confirm_mail(code: str, *, by: Actor, now: datetime) -> None:
    """The address is the person's. A wrong code is counted; past five the code is void."""
    person = _person(by)
    refusal: Refusal | None = None
    with transaction.atomic():  # a refused try is counted: it is raised outside
        open_ones = MailConfirmation.objects.select_for_update().filter(person_id=person, confirmed_at=None)
        one = open_ones.order_by("-pk").first()
        if one is None or one.expires_at <= now or one.tries >= TRIES:
            refusal = Refusal("code_void", "验证码已失效", "请重新获取验证码", "code")
        elif bytes(one.code_index) != _index(code.strip(), person):
            one.tries += 1
            one.save(update_fields=["tries"])
            refusal = Refusal("code_wrong", "验证码不对", f"还可以试 {TRIES - one.tries} 次", "code")
        else:
            one.confirmed_at = now
            one.save(update_fields=["confirmed_at"])
            identity.set_mail(person, address=one.address)
    if refusal:
        raise refusal


@transaction.atomic
def give_up_mail(*, by: Actor, now: datetime) -> None:
    """The address is forgotten; who wanted mail hears by SMS."""
    person = _person(by)
    identity.set_mail(person, address=None)
    Preference.objects.filter(person_id=person, wish__in=("mail", "both")).update(wish="sms", at=now)


@transaction.atomic
def try_phone_again(*, by: Actor, now: datetime) -> None:
    """The person says that the number is right: it leaves the bounce list, at most once a quarter of an hour."""
    person = Person.objects.get(pk=_person(by))
    what = f"phone_again:{person.pk}"
    demand(
        not limits.reached(what, most=1, now=now),
        "phone_again_soon",
        "刚恢复过，请 15 分钟后再试",
        "还是收不到的，带身份证到窗口更正",
    )
    limits.note(what, now=now)
    channels.use_again("sms", person.phone)


def _person(by: Actor) -> int:
    if by.person_id is None:
        raise Forbidden("no_person", "这个账号没有登记个人身份", "请用个人账号登录")
    return by.person_id


def _index(code: str, person: int) -> bytes:
    return blind_index(f"{person}:{code}", purpose="mail_code")
