"""The verbs of identity: register people and organisations, appoint staff, make tokens."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from tongban.identity import names, posts, rules
from tongban.identity.actors import Actor
from tongban.identity.events import ColleagueToProve
from tongban.identity.id_types import id_document
from tongban.identity.levels import Level
from tongban.identity.models import Account, ApiToken, Membership, Organisation, Person, StaffPost
from tongban.identity.queries import digest_of, person_with
from tongban.identity.roles import ROLES
from tongban.kernel import journal
from tongban.kernel.actors import system
from tongban.kernel.refusals import Refusal
from tongban.orgs.models import Body, Hall, Region


@transaction.atomic
def register_person(
    *, name: str, id_number: str, id_type: str = "id_card", id_issuer: str = "", phone: str = "", address: str = "",
    assurance: Level = Level.REGISTERED, phone_proved: bool = False, now: datetime,
) -> Person:  # fmt: skip
    """The person with that paper: found, or made. Facts already known are not overwritten. `phone_proved`: they showed that
    the phone is theirs; one that somebody only typed or handed on opens no account."""
    paper = id_document(id_type, id_number, issuer=id_issuer)
    if found := person_with(paper):
        return found
    person = Person(name=names.name(name), address=address, assurance=assurance, created_at=now)
    person.set_paper(paper)
    person.set_phone(rules.phone(phone) if phone else "", proved_at=now if phone and phone_proved else None)
    person.save()
    return person


@transaction.atomic
def set_phone(person: Person, *, phone: str, proved_at: datetime | None) -> None:
    """Another number, or none; or the same, proved anew or in doubt."""
    person.set_phone(phone, proved_at=proved_at)
    person.save(update_fields=["phone", "phone_index", "phone_proved_at"])


@transaction.atomic
def set_mail(person_id: int, *, address: str | None) -> None:
    """An address that its owner confirmed; None takes it away."""
    Person.objects.filter(pk=person_id).update(mail=address)


@transaction.atomic
def register_organisation(*, uscc: str, name: str, legal: Person | None, now: datetime) -> Organisation:
    """The organisation with that USCC: found, or made."""
    number = rules.organisation_code(uscc)
    organisation, _ = Organisation.objects.get_or_create(uscc=number, defaults={"name": name, "created_at": now})
    if legal:
        Membership.objects.get_or_create(
            person=legal, organisation=organisation, kind="legal", defaults={"from_at": now}
        )
    return organisation


@transaction.atomic
def open_account(
    *, username: str, password: str | None, person: Person | None, now: datetime, demo: bool = False
) -> Account:
    """Without a password its owner signs in by other means."""
    account = Account(username=username, person=person, created_at=now, demo=demo)
    account.set_password(password)
    account.save()
    return account


@transaction.atomic
def open_for_colleague(
    *, username: str, password: str, name: str, id_number: str, by: Actor, now: datetime
) -> Account:  # fmt: skip
    """An account under the name that a colleague typed, with a password that its owner has to change. It is nobody's until
    its owner shows their face or their card (认领): whoever is registered already is not taken over by whoever types a number.

    Raises Refusal where the paper is on record, whether or not with an account.
    """
    if person_with(id_document("id_card", id_number)):
        raise Refusal(
            "colleague_on_record", "不能用这个证件号码开新的工作账号",
            "请本人用自己的账号任职；没有账号的，请本人注册或者带证件到窗口认领", "id_number",
        )  # fmt: skip
    person = register_person(name=name, id_number=id_number, now=now)
    account = Account(username=username, name=person.name, password_given=True, created_at=now)
    account.set_password(password)
    account.save()
    journal.record(ColleagueToProve(account=account.pk, person=str(person.public_id)), by=by, now=now)
    return account


@transaction.atomic
def appoint(
    *, account: Account, role: str, region: Region, body: Body | None = None, hall: Hall | None = None, now: datetime
) -> StaffPost:
    """Where the platform is set up: without proposal and approval (that is `staffing`), and a 首席代表 with an authorisation
    over every item, until it is revoked."""
    by = system("setup")
    made = posts.begin(account=account, role=role, region=region, body=body, hall=hall, from_at=now, by=by, now=now)
    if body and ROLES[role].authorised:
        posts.authorise(
            body=body, account=account, item_codes=None, acts=list(rules.AUTHORISED_ACTS), document="平台建立时的授权",
            from_at=now, until_at=None, by=by, now=now,
        )  # fmt: skip
    return made


@transaction.atomic
def make_token(*, account: Account, label: str, now: datetime, days: int = 30) -> str:
    """A new bearer token; only its digest stays."""
    token = secrets.token_urlsafe(32)
    ApiToken.objects.create(
        account=account, digest=digest_of(token), label=label, created_at=now, expires_at=now + timedelta(days=days)
    )
    return token
