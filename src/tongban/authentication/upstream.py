"""统一身份认证: the account of whom the city or the state vouches for.

Matched by the kind and number of the ID alone, never by a phone or a name; from then on by the provider's own subject.
"""

from __future__ import annotations

import unicodedata
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tongban.authentication import passwords
from tongban.authentication.events import UpstreamLinked
from tongban.authentication.gateways import IdentityProvider, Vouched
from tongban.authentication.gateways.oidc import chosen
from tongban.authentication.models import UpstreamLink
from tongban.identity import actions as identity
from tongban.identity import assurance, rules
from tongban.identity.levels import Level
from tongban.identity.models import Account, Person
from tongban.identity.queries import actor_of
from tongban.kernel import journal
from tongban.kernel.actors import system
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Forbidden, Refusal

PROVIDER: IdentityProvider | None = chosen(settings.TONGBAN)
WINDOW = "请带身份证到政务服务窗口，由工作人员核对"


@transaction.atomic
def account_of(vouched: Vouched, *, level: str, now: datetime) -> Account:
    """Found by the link, or by the ID and then linked; who is new is registered. Raises Refusal, Forbidden."""
    person = _person(vouched, now=now)
    link = (
        UpstreamLink.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(issuer=vouched.issuer, subject_index=_index(vouched))
        .first()
    )
    account = link.account if link else _account(person, now=now)
    _check(account, person, vouched, now=now)
    if link:
        link.last_at, link.level = now, level
        link.save(update_fields=["last_at", "level"])
    else:
        _link(account, vouched, level=level, now=now)
    return account


def _phone(vouched: Vouched) -> str:
    """As stored; one that is none here is passed over."""
    phone = vouched.phone.removeprefix("+86")
    try:
        return rules.phone(phone) if phone else ""
    except Refusal:
        return ""


def _person(vouched: Vouched, *, now: datetime) -> Person:
    """By the kind and number of the paper; who is new is registered. Raises Refusal."""
    if vouched.id_type == "passport":
        raise Refusal("upstream_id_type", "护照要连同国家码登记，不能用统一认证第一次登录", WINDOW)
    return identity.register_person(
        name=vouched.name, id_type=vouched.id_type, id_number=vouched.id_number, phone=_phone(vouched), phone_proved=True,
        now=now,
    )  # fmt: skip


def _account(person: Person, *, now: datetime) -> Account:
    if found := Account.objects.filter(person=person).first():
        return found
    return identity.open_account(username=f"u{uuid.uuid4().hex[:16]}", password=None, person=person, now=now)


def _check(account: Account, person: Person, vouched: Vouched, *, now: datetime) -> None:
    if account.person_id != person.pk:
        raise Refusal("upstream_changed", "统一认证给出的证件号码与以前关联的不同", WINDOW)
    if _plain(person.name) != _plain(vouched.name):
        raise Refusal("upstream_name_differs", "统一认证给出的姓名与本平台登记的不同", WINDOW)
    if not account.is_active:
        raise Forbidden("account_closed", "这个账号已停用", WINDOW)
    if account.posts.held_at(now).exists():
        raise Forbidden("upstream_staff", "岗位账号不能用市民身份登录", "工作人员请用岗位账号、工作证卡或证书登录")


def _link(account: Account, vouched: Vouched, *, level: str, now: datetime) -> None:
    if UpstreamLink.objects.filter(account=account, issuer=vouched.issuer).exists():
        raise Refusal("upstream_other_subject", "您的账号已经关联了另一个统一认证用户", WINDOW)
    proved = Level[level.upper()]
    person = account.person
    assert person  # noqa: S101 - found by its person
    if person.assurance < proved:
        # Whoever opened it said they were this person, and nobody looked: now somebody did. They don't stay inside, and
        # nothing that they left opens it again.
        passwords.take_away(account, by=system("authentication"), now=now)
        phone = _phone(vouched)
        identity.set_phone(person, phone=phone, proved_at=now if phone else None)
    link = UpstreamLink.objects.create(
        account=account, issuer=vouched.issuer, subject_index=_index(vouched), level=level, at=now, last_at=now
    )
    by = actor_of(account, now=now, channel="web")
    if person.assurance < proved:
        assurance.note(person, proved, how="municipal", by=by, now=now)
    journal.record(UpstreamLinked(account=account.pk, issuer=link.issuer, level=level), by=by, now=now)


def _index(vouched: Vouched) -> bytes:
    return blind_index(f"{vouched.issuer} {vouched.subject}", purpose="upstream")


def _plain(name: str) -> str:
    """阿依古丽·买买提 with either dot, in full or half width."""
    return "".join(c for c in unicodedata.normalize("NFKC", name) if c.isalpha()).casefold()
