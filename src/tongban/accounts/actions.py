"""注册 and 认领: an account for whom the platform doesn't know yet, a claim for whom it does. Nobody takes over anybody."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.accounts.events import ClaimAccepted, ClaimMade, Registered
from tongban.accounts.models import Claim
from tongban.identity import assurance, limits, names
from tongban.identity import rules as identifiers
from tongban.identity.actions import register_person
from tongban.identity.actors import Actor
from tongban.identity.gateways import FaceTicket, Proof
from tongban.identity.id_types import id_document
from tongban.identity.levels import Level
from tongban.identity.models import Account, Person, StaffPost, Verification
from tongban.identity.queries import person_with
from tongban.kernel import journal
from tongban.kernel.actors import Channel
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal

MOST_FROM_ADDRESS = 20
"""Registrations tried from one address within a quarter of an hour: a whole hall may stand behind one."""
SEEN_FOR = timedelta(minutes=30)
"""How long a clerk who saw the card may hand the account over."""


@dataclass(frozen=True)
class Newcomer:
    """Who registers, as typed; the phone is proved by its code before."""

    name: str
    id_type: str
    id_number: str
    phone: str
    id_issuer: str = ""


def register(newcomer: Newcomer, *, proof: Proof, address: str, channel: Channel, now: datetime) -> Account:
    """注册: name, number and phone are checked together first, so that a stranger meets the same refusal whether or not the
    platform knows the number. Whose number is known gets an account that waits for a claim (认领)."""
    name = names.name(newcomer.name)
    paper = id_document(newcomer.id_type, newcomer.id_number, issuer=newcomer.id_issuer)
    phone = identifiers.phone(newcomer.phone)
    if not limits.take(f"register:{limits.place(address)}", most=MOST_FROM_ADDRESS, now=now):
        raise Refusal("register_address", "从这个网络注册的人太多了，请 15 分钟后再试", "也可以带证件到窗口", "phone")
    reference = assurance.must_belong_together(assurance.Belonging(name, paper, phone), proof=proof, now=now)
    try:
        with transaction.atomic():
            account = _open(now=now)
            by = Actor(who=f"account:{account.pk}", channel=channel, account_id=account.pk)
            if known := person_with(paper):
                return _await_claim(account, known, phone, by=by, now=now)
            person = register_person(
                name=name, id_type=paper.type, id_number=paper.number, id_issuer=paper.issuer, phone=phone,
                phone_proved=True, now=now,
            )  # fmt: skip
            account.person = person
            account.save(update_fields=["person"])
            assurance.note(person, Level.REAL_NAME, how="real_name", reference=reference, by=by, now=now)
            journal.record(Registered(account=account.pk, person=str(person.public_id)), by=by, now=now)
            return account
    except IntegrityError as twice:  # the same paper, registered at the same moment
        raise Conflict("registered_meanwhile", "刚刚有人用这个证件注册过", "请再提交一次") from twice


def check_typed(newcomer: Newcomer) -> None:
    """What can be said of it without asking anybody. Raises Invalid."""
    faults: list[Refusal] = []
    for check in (
        lambda: names.name(newcomer.name),
        lambda: id_document(newcomer.id_type, newcomer.id_number, issuer=newcomer.id_issuer),
        lambda: identifiers.phone(newcomer.phone),
    ):
        try:
            check()
        except Refusal as refusal:
            faults.append(refusal)
    if faults:
        raise Invalid(faults)


def _await_claim(account: Account, person: Person, phone: str, *, by: Actor, now: datetime) -> Account:
    Claim.objects.create(account=account, person=person, phone=phone, at=now)
    journal.record(Registered(account=account.pk, person=""), by=by, now=now)
    journal.record(ClaimMade(account=account.pk, person=str(person.public_id)), by=by, now=now)
    return account


def _open(*, now: datetime) -> Account:
    """Without a password: its owner comes in by the phone, and may set one."""
    account = Account(username=f"u{secrets.randbelow(10**12):012}", created_at=now)
    account.set_unusable_password()
    account.save()
    return account


def own_claim(by: Actor) -> Claim:
    found = Claim.objects.select_related("person").filter(account_id=assurance.account_of(by), state="waiting").first()
    if found is None:
        raise NotFound("claim_unknown", "没有等待核验的认领", "请从“我的”进入")
    return found


def begin_claim_face(*, back: str, proof: Proof, by: Actor, now: datetime) -> FaceTicket:
    return assurance.begin_face_of(own_claim(by).person, back=back, proof=proof, by=by, now=now)


def claim_by_face(*, proof: Proof, by: Actor, now: datetime) -> Claim:
    """The face is the person's: the account is theirs."""
    claim = own_claim(by)
    person = assurance.finish_face(proof=proof, by=by, now=now)
    if person.pk != claim.person_id:
        raise Conflict("face_of_another", "这次核验的不是要认领的人", "请重新开始核验")
    return _accept(claim.public_id, how="face", by=by, now=now)


def hand_over(claim: UUID, *, by: Actor, now: datetime) -> Claim:
    """By the clerk who saw the card of the person within the last half hour."""
    if not by.posts_for("person.see"):
        raise Forbidden("not_empowered", "您的岗位不能当面核验身份", "由综窗人员核验")
    found, by = claim_at_window(claim, by=by, now=now), by.under("person.see")
    return _accept(found.public_id, how="card", by=by, now=now)


def claim_at_window(claim: UUID, *, by: Actor, now: datetime) -> Claim:
    """A waiting claim, for the clerk who just saw its person's card; for nobody else it exists."""
    found = Claim.objects.select_related("person", "account").filter(public_id=claim, state="waiting").first()
    seen = found and Verification.objects.filter(person=found.person, how="card", by=by.who, at__gt=now - SEEN_FOR)
    if found is None or not (seen and seen.exists()):
        raise NotFound("claim_unknown", "没有等待核验的认领", "请先当面核验证件")
    return found


@transaction.atomic
def _accept(public_id: UUID, *, how: str, by: Actor, now: datetime) -> Claim:
    claim = Claim.objects.select_for_update(of=("self",)).get(public_id=public_id)
    if claim.state != "waiting":
        raise Conflict("claim_closed", "这个认领已经处理过", "请从“我的”进入")
    person = Person.objects.select_for_update(of=("self",)).get(pk=claim.person_id)
    account = Account.objects.select_for_update(of=("self",)).get(pk=claim.account_id)
    before = Account.objects.select_for_update(of=("self",)).filter(person=person).first()
    if before and StaffPost.objects.held_at(now).filter(account=before).exists():
        raise Conflict("claim_of_staff", "这个人的账号有岗位，不能这样认领", "请联系平台管理员")
    if before:
        before.person, before.is_active = None, False
        before.save(update_fields=["person", "is_active"])
    account.person = person
    account.save(update_fields=["person"])
    if claim.phone:
        person.set_phone(claim.phone, proved_at=claim.at)
        person.save(update_fields=["phone", "phone_index", "phone_proved_at"])
    claim.state, claim.closed_at, claim.closed_by, claim.how, claim.replaced = "accepted", now, by.who, how, before
    claim.save(update_fields=["state", "closed_at", "closed_by", "how", "replaced"])
    assurance.note(person, Level.REAL_NAME, how="claim", by=by, now=now)
    replaced = before.pk if before else None
    journal.record(
        ClaimAccepted(account=account.pk, person=str(person.public_id), how=how, replaced=replaced), by=by, now=now
    )
    return claim
