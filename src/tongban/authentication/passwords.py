"""密码: checked against what is easy to guess (off line), changed by its owner, or anew by someone who saw them."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import transaction

from tongban.authentication import actions, passkeys, password_rules, recovery, slowing, totp
from tongban.authentication.events import PasswordChanged
from tongban.authentication.password_rules import HINT as HINT
from tongban.authentication.slowing import Place
from tongban.identity import actions as identity
from tongban.identity.models import Account, Person
from tongban.identity.queries import actor_of
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Refusal, demand


def check_new(
    password: str, *, username: str = "", person: Person | None = None, name: str = "", id_number: str = "",
    phone: str = "", field: str = "new",
) -> None:  # fmt: skip
    """Raise Refusal unless it may become the password of an account of that name (and person, or their facts)."""
    facts = password_rules.facts_of(
        username=username, name=person.name if person else name,
        id_number=person.id_number if person else id_number, phone=person.phone if person else phone,
    )  # fmt: skip
    password_rules.check(password, known=facts, is_common=is_common, field=field)


def change(account: Account, *, old: str, new: str, place: Place, but_key: str, now: datetime) -> None:
    """By its owner, who knows the old one. Everywhere else the account is signed out. Raises Refusal.

    An account without a password (it comes in another way) gets its first one here; the door has it confirmed before.
    """
    if account.has_usable_password():
        slowing.check(account.username, place, now=now)
        if not account.check_password(old):
            slowing.note(account.username, place, now=now)
            raise Refusal("password_wrong", "现在的密码不对", "请检查大小写；忘记了，带身份证到窗口重置", "old")
        slowing.forgive(account.username, place)
        demand(new != old, "password_same", "新密码和现在的一样", "请换一个", "new")
    check_new(new, username=account.username, person=account.person)
    _set(account, new, reset=False, but_key=but_key, by=actor_of(account, now=now, channel="web"), now=now)


@transaction.atomic
def reset(account: Account, new: str, *, by: Actor, now: datetime) -> None:
    """Anew, after someone saw who they are; signed out everywhere, and without the second proofs, which were perhaps in the
    phone that is gone. That phone gets messages still, but opens nothing until it is proved anew. Raises Refusal."""
    check_new(new, username=account.username, person=account.person)
    _set(account, new, reset=True, but_key="", by=by, now=now)
    _forget_factors(account, by=by, now=now)
    if person := account.person:
        identity.set_phone(person, phone=person.phone, proved_at=None)


@transaction.atomic
def take_away(account: Account, *, by: Actor, now: datetime) -> None:
    """Who came in until now, by whatever means, is out: sessions, password, second proofs, recovery codes."""
    if account.has_usable_password():
        account.set_unusable_password()
        account.save(update_fields=["password"])
    actions.end_all(account, by=by, now=now)
    _forget_factors(account, by=by, now=now)


def _forget_factors(account: Account, *, by: Actor, now: datetime) -> None:
    totp.remove(account, by=by, now=now)
    passkeys.remove_all(account, by=by, now=now)
    recovery.forget(account)


@transaction.atomic
def _set(account: Account, new: str, *, reset: bool, but_key: str, by: Actor, now: datetime) -> None:
    account.set_password(new)
    account.password_given = False
    account.save(update_fields=["password", "password_given"])
    actions.end_all(account, but_key=but_key, by=by, now=now)
    journal.record(PasswordChanged(account=account.pk, reset=reset), by=by, now=now)


def is_common(lowered: str) -> bool:
    return lowered in _common()


@cache
def _common() -> frozenset[str]:
    """The twenty thousand most used, as Django ships them."""
    return frozenset(CommonPasswordValidator().passwords)
