"""工作证卡: an administrator registers it, stops it, hands it back; its holder signs in with it and a PIN.

A number that nobody has, a wrong PIN and a stopped card get one answer, at one price.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from tongban.authentication import actions, card_keys, slowing
from tongban.authentication import desk_rules as rules
from tongban.authentication.events import CardChanged, CardRegistered
from tongban.authentication.gateways import Away
from tongban.authentication.gateways.devices import DeviceBridge, NoCard, PinWrong
from tongban.authentication.gateways.http_devices import chosen
from tongban.authentication.models import Card
from tongban.identity import limits
from tongban.identity.actors import Actor
from tongban.identity.models import Account, StaffPost
from tongban.identity.queries import actor_of
from tongban.kernel import journal
from tongban.kernel.actors import system
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal, Unavailable, demand

TRIES = 5
"""Within a quarter of an hour, for a card; an address has several counters behind it."""
TRIES_OF_READER = 20
TRIES_OF_ADDRESS = 40
DEVICES: DeviceBridge | None = chosen(settings.TONGBAN)


# 登记


def cards_of(by: Actor, *, now: datetime) -> QuerySet[Card]:
    """Those of staff who hold all their posts in the administrator's region: whoever holds one beyond it is not theirs. Who
    left is theirs by the last posts."""
    paths = [post.region_path for post in by.posts_for("platform.manage")]
    if not paths:
        raise Forbidden("not_empowered", "您的岗位不能管理工作证卡", "工作证卡由平台管理员登记")
    here = Q()
    for path in paths:
        here |= Q(region_path__startswith=path)
    posts = StaffPost.objects.filter(here)
    beyond = StaffPost.objects.filter(Q(until_at=None) | Q(until_at__gt=now)).exclude(here)
    return Card.objects.filter(account__in=posts.values("account")).exclude(account__in=beyond.values("account"))


def card(public_id: UUID, *, by: Actor, now: datetime) -> Card:
    """Raises NotFound."""
    found = cards_of(by, now=now).select_related("account__person").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("card_unknown", "没有这张卡")
    return found


@transaction.atomic
def register(*, username: str, number: str, pin: str = "", key: str = "", by: Actor, now: datetime) -> Card:
    """A card with a PIN, or with the public key (PEM, or the certificate) of the one it carries. Raises Refusal."""
    account = _staff(username, by=by, now=now)
    number = rules.card_number(number)
    known, until = card_keys.read(key, now=now) if key.strip() else (None, None)
    made = Card(
        account=account, number_index=_index(number), tail=number[-4:], public_key=known, valid_until=until,
        pin="" if known else make_password(rules.pin(pin)), pin_given=not known, at=now, by=by.who,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Conflict(
            "card_taken", "这张卡已经登记过，或者这个账号已有在用的卡", "先把原来的卡挂失或收回", "number"
        ) from error
    journal.record(
        CardRegistered(account=account.pk, card=str(made.public_id), kind="key" if known else "pin"), by=by, now=now
    )
    return made


@transaction.atomic
def stop(card: UUID, *, to: rules.Stop, reason: str, by: Actor, now: datetime) -> Card:
    """挂失、停用、收回: from now on nobody signs in with it, and who is signed in as its holder, wherever, is signed out."""
    found = _own(card, by=by, now=now)
    if found.state == "ended":
        raise Conflict("card_ended", "这张卡已经收回", "需要的，请登记一张新卡")
    if not reason.strip():
        raise Refusal("reason_missing", "请写明原因", "例如：本人报告遗失", "reason")
    actions.end_all(found.account, by=by, now=now)
    return _change(found, to, reason=reason, by=by, now=now)


@transaction.atomic
def resume(card: UUID, *, by: Actor, now: datetime) -> Card:
    """Found again, or unlocked: in use again."""
    found = _own(card, by=by, now=now)
    if found.state == "ended":
        raise Conflict("card_ended", "这张卡已经收回", "需要的，请登记一张新卡")
    found.wrong = 0
    try:
        with transaction.atomic():
            return _change(found, "active", reason="", by=by, now=now)
    except IntegrityError as error:
        raise Conflict("card_taken", "这个账号已有在用的卡", "先把那张卡挂失或收回") from error


@transaction.atomic
def set_pin(card: UUID, *, pin: str, by: Actor, now: datetime) -> Card:
    """A PIN for the first time it is used: then its holder chooses their own."""
    found = _own(card, by=by, now=now)
    if found.signs or found.state == "ended":
        raise Conflict("card_keeps_pin", "这张卡的 PIN 存在卡里，或者卡已收回", "请用卡自带的工具修改 PIN")
    found.pin, found.pin_given, found.wrong = make_password(rules.pin(pin)), True, 0
    found.save(update_fields=["pin", "pin_given", "wrong"])
    journal.record(CardChanged(account=found.account_id, card=str(found.public_id), to="pin"), by=by, now=now)
    return found


def pin_is_anothers(account: Account) -> bool:
    """Whether somebody else chose the PIN of the card in use."""
    return Card.objects.filter(account=account, state="active", pin_given=True).exists()


@transaction.atomic
def choose_pin(account: Account, *, pin: str, now: datetime) -> None:
    """By its holder, in place of the one that another chose. Raises Refusal."""
    card = Card.objects.select_for_update().filter(account=account, state="active", pin_given=True).first()
    if card is None:
        raise Conflict("pin_own", "这张卡的 PIN 已经是您自己设的", "请重新登录")
    new = rules.pin(pin, field="new")
    demand(not check_password(new, card.pin), "pin_same", "不能和管理员设的一样", "请换一个只有您知道的", "new")
    card.pin, card.pin_given = make_password(new), False
    card.save(update_fields=["pin", "pin_given"])
    event = CardChanged(account=account.pk, card=str(card.public_id), to="own_pin")
    journal.record(event, by=actor_of(account, now=now, channel="web"), now=now)


# 登录


def check(number: str, pin: str, *, address: str, now: datetime) -> Account:
    """Whose card with that number it is, when the PIN is right. Raises Refusal."""
    number = rules.card_number(number)
    _limit_of_place(address, now=now)
    _limit(f"card:{number}", address=address, now=now)
    card = Card.objects.select_related("account").filter(number_index=_index(number), state="active").first()
    return _proved(card, pin, now=now)


def check_own_pin(account: int, pin: str, *, address: str, now: datetime) -> Account:
    """The PIN of somebody's card without the card: for the counter where they signed in today."""
    _limit_of_place(address, now=now)
    _limit(f"pin:{account}", address=address, now=now)
    card = Card.objects.select_related("account").filter(account_id=account, state="active").exclude(pin="").first()
    return _proved(card, pin, now=now)


def check_on_reader(reader: str, pin: str, *, address: str, now: datetime) -> tuple[Account, bool]:
    """Whose card lies on the reader, and whether it signed: one with a key signs a challenge of this moment, of any other
    the number is read. Raises Refusal, Unavailable."""
    if DEVICES is None:
        raise NotFound("no_devices", "本平台没有连接读卡设备", "请输入卡号和 PIN")
    _limit_of_place(address, now=now)
    _limit(f"reader:{reader}", "reader", most=TRIES_OF_READER, address=address, now=now)
    try:
        serial = rules.card_number(DEVICES.read(reader))
        _limit(f"card:{serial}", address=address, now=now)
        card = Card.objects.select_related("account").filter(number_index=_index(serial), state="active").first()
        if card is None or not card.signs:
            return _proved(card, pin, now=now), False
        challenge = b"tongban card login\0" + settings.TONGBAN.base_url.encode() + b"\0" + secrets.token_bytes(32)
        signed = DEVICES.sign(reader, challenge, pin=pin)
    except NoCard as error:
        raise Refusal("no_card", "读卡器上没有卡", "请把卡放好再试；也可以输入卡号和 PIN", "reader") from error
    except Away as error:
        raise Unavailable("devices_away", "读卡设备暂时连不上", "请输入卡号和 PIN，或用账号和密码登录") from error
    except PinWrong:
        raise _wrong() from None
    right = (
        rules.card_number(signed.serial) == serial
        and card.public_key
        and card_keys.signed(bytes(card.public_key), signed.signature, challenge)
    )
    if not right or (card.valid_until and card.valid_until <= now):
        raise _wrong()
    return _used(card, now=now), True


def _proved(card: Card | None, pin: str, *, now: datetime) -> Account:
    """The same work whether or not there is such a card."""
    right = check_password(pin, card.pin if card and card.pin else _nobodys())
    if card is None or not card.pin or card.locked or not card.account.is_active:
        raise _wrong()
    if not right:
        Card.objects.filter(pk=card.pk).update(wrong=F("wrong") + 1)
        card.refresh_from_db(fields=["wrong"])
        if card.wrong == rules.MOST_WRONG:
            with transaction.atomic():
                event = CardChanged(account=card.account_id, card=str(card.public_id), to="locked")
                journal.record(event, by=system("authentication"), now=now)
        raise _wrong()
    return _used(card, now=now)


def _used(card: Card, *, now: datetime) -> Account:
    if not card.account.is_active or not card.account.posts.held_at(now).exists():
        raise _wrong()
    Card.objects.filter(pk=card.pk).update(wrong=0, used_at=now)
    return card.account


def _wrong() -> Refusal:
    return Refusal(
        "card_wrong", "卡号或 PIN 不对，或者卡不能用", "连续输错会锁卡；卡被锁、挂失或停用的，请找平台管理员", "pin"
    )


def _limit_of_place(address: str, *, now: datetime) -> None:
    _limit(f"card from:{limits.place(address)}", "card_address", most=TRIES_OF_ADDRESS, address=address, now=now)


def _limit(
    what: str, kind: slowing.Kind = "card", *, most: int = TRIES, address: str = "", now: datetime
) -> None:  # fmt: skip
    """The answer is the same whether or not there is such a card."""
    if not limits.take(what, most=most, now=now):
        raise Refusal(
            "card_tries", "尝试次数过多，请 15 分钟后再试", "急用的，请用账号和密码登录，或找平台管理员", "pin"
        )
    if slowing.just_reached(what, most=most, now=now):
        slowing.journal_limit(kind, what, address=address, now=now)


_NOBODYS: list[str] = []


def _nobodys() -> str:
    """A hash to compare with when there is no card."""
    if not _NOBODYS:
        _NOBODYS.append(make_password(secrets.token_hex(8)))
    return _NOBODYS[0]


def _staff(username: str, *, by: Actor, now: datetime) -> Account:
    """Somebody who holds posts in the administrator's region and nowhere beyond it, and is not the administrator: whoever
    gives a card gives a way in."""
    cards_of(by, now=now)
    account = Account.objects.filter(username=username.strip()).first()
    posts = list(account.posts.exclude(until_at__lte=now).order_by("pk")) if account else []
    mine = [by.may("platform.manage", region_path=post.region_path) for post in posts]
    if account is None or not mine or not all(mine):
        raise Refusal("card_for_staff", "没有这个岗位账号", "卡只能登记给本区域有岗位的账号", "username")
    if account.pk == by.account_id:
        raise Forbidden("card_for_oneself", "不能给自己登记卡", "请另一位平台管理员登记")
    return account


def _own(card: UUID, *, by: Actor, now: datetime) -> Card:
    found = cards_of(by, now=now).select_for_update(of=("self",)).filter(public_id=card).first()
    if found is None:
        raise NotFound("card_unknown", "没有这张卡")
    return found


def _change(card: Card, to: str, *, reason: str, by: Actor, now: datetime) -> Card:
    card.state = to
    card.save(update_fields=["state", "wrong"])
    event = CardChanged(account=card.account_id, card=str(card.public_id), to=to, reason=reason.strip()[:200])
    journal.record(event, by=by, now=now)
    return card


def _index(number: str) -> bytes:
    return blind_index(number, purpose="card")
