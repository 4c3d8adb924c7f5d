"""企业: registered by its legal representative, who then says which 经办人 act for it, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from tongban.identity import assurance, names, rules
from tongban.identity.actions import register_person
from tongban.identity.actors import Actor
from tongban.identity.events import EnterpriseRegistered, HandlerAdded, HandlerEnded, LegalEnded
from tongban.identity.gateways import Away, Proof, Registered
from tongban.identity.id_types import id_document
from tongban.identity.levels import Level, check_level
from tongban.identity.models import Membership, Organisation, Person
from tongban.identity.queries import person_with
from tongban.kernel import journal
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal, Unavailable

LONGEST = timedelta(days=3 * 366)
"""授权委托 names its end."""


def register_enterprise(*, uscc: str, proof: Proof, by: Actor, now: datetime) -> Organisation:
    """Whom the register of enterprises (市场主体登记) names as its legal representative; who was so before no longer is."""
    person = assurance.own_person(by)
    check_level(by.assurance, Level.REAL_NAME, what="登记企业")
    number = rules.organisation_code(uscc)
    assurance.count_try(f"enterprise:{person.pk}", most=10, now=now)
    try:
        registered = proof.market.look_up(number)
    except Away as away:
        raise Unavailable("market_away", "市场主体登记系统暂时查不到", "请稍后再试，或带营业执照到窗口") from away
    mine = registered is not None and registered.legal_name == person.name
    if registered is None or not mine or registered.legal_paper != assurance.paper_of(person):
        raise Refusal(
            "not_legal", "登记信息里没有以您为法定代表人（经营者）的这家企业",
            "请核对代码；刚变更过的，一般次日更新。不是法定代表人的，请他登录后把您加为经办人", "uscc",
        )  # fmt: skip
    if not registered.open:
        raise Refusal("enterprise_closed", "这家企业已经注销或者吊销", "有疑问请到登记机关核实", "uscc")
    return _registered(number, registered.name, person, by=by, now=now)


@transaction.atomic
def _registered(uscc: str, name: str, person: Person, *, by: Actor, now: datetime) -> Organisation:
    made, _ = Organisation.objects.get_or_create(uscc=uscc, defaults={"name": name, "created_at": now})
    organisation = Organisation.objects.select_for_update().get(pk=made.pk)
    if organisation.name != name:
        organisation.name = name
        organisation.save(update_fields=["name"])
    before = list(
        Membership.objects.held_at(now).select_related("person").filter(organisation=organisation, kind="legal")
    )
    if any(one.person_id == person.pk for one in before):
        raise Conflict("enterprise_yours", "这家企业已经在您名下", "在下面直接管理经办人")
    for one in before:
        one.until_at, one.ended_by = now, by.who
        one.save(update_fields=["until_at", "ended_by"])
    Membership.objects.create(person=person, organisation=organisation, kind="legal", from_at=now, by=by.who)
    journal.record(
        EnterpriseRegistered(
            organisation=str(organisation.public_id), person=str(person.public_id),
            replaced=[str(one.person.public_id) for one in before],
        ),
        by=by, now=now,
    )  # fmt: skip
    return organisation


@dataclass(frozen=True)
class NewHandler:
    """Who shall act, as typed, and when for the first and the last time."""

    name: str
    id_type: str
    id_number: str
    phone: str
    from_on: date
    last_on: date
    id_issuer: str = ""


def add_handler(organisation: UUID, new: NewHandler, *, proof: Proof, by: Actor, now: datetime) -> Membership:
    """By the legal representative. Name, number and phone are checked together first, as in a registration: nobody learns
    here whom the platform knows, and nobody is written down under a wrong name."""
    found = led_by(by, organisation, now=now)
    must_still_lead(found, proof=proof, by=by, now=now)
    today = date_of(now)
    if new.from_on < today:
        raise Refusal("handler_past", "开始日期不能早于今天", "请从今天或以后开始", "from_on")
    if new.last_on < new.from_on:
        raise Refusal("handler_period", "最后一天不能早于第一天", "请核对日期", "last_on")
    if new.last_on - new.from_on >= LONGEST:
        raise Refusal("handler_long", "一次授权最长三年", "到期可以再加", "last_on")
    name, phone = names.name(new.name), rules.phone(new.phone)
    paper = id_document(new.id_type, new.id_number, issuer=new.id_issuer)
    if paper == assurance.paper_of(assurance.own_person(by)):
        raise Refusal("handler_oneself", "您是法定代表人，不用加自己", "法定代表人可以办企业的所有事", "id_number")
    assurance.must_belong_together(assurance.Belonging(name, paper, phone), proof=proof, now=now)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=found.pk)
        person = person_with(paper) or _person(name, new, phone, now=now)
        begins = max(now, _midnight(new.from_on))
        ends = _midnight(new.last_on + timedelta(days=1))
        meeting = Membership.objects.filter(organisation=found, person=person, kind="handler", from_at__lt=ends)
        if meeting.exclude(until_at__lte=begins).exists():
            raise Conflict("handler_already", "这个人这段时间已经是经办人", "要改期限的，请先结束原来的授权")
        made = Membership.objects.create(
            person=person, organisation=found, kind="handler", from_at=begins, until_at=ends, by=by.who
        )
        journal.record(
            HandlerAdded(
                organisation=str(found.public_id), person=str(person.public_id), from_on=new.from_on.isoformat(),
                until_on=(new.last_on + timedelta(days=1)).isoformat(),
            ),
            by=by, now=now,
        )  # fmt: skip
    return made


def _person(name: str, new: NewHandler, phone: str, *, now: datetime) -> Person:
    return register_person(
        name=name, id_type=new.id_type, id_number=new.id_number, id_issuer=new.id_issuer, phone=phone, now=now
    )


@transaction.atomic
def end_handler(membership: UUID, *, by: Actor, now: datetime) -> Membership:
    """By the legal representative, or by the handler; at once."""
    found = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "person")
    one = found.filter(public_id=membership, kind="handler").first()
    if one is None or (one.person_id != by.person_id and not _leads(by, one.organisation_id, now=now)):
        raise NotFound("handler_unknown", "没有这个经办人", "请从“我的企业”打开")
    if one.until_at and one.until_at <= now:
        raise Conflict("handler_over", "这个授权已经结束", "不用再结束")
    one.from_at, one.until_at, one.ended_by = min(one.from_at, now), now, by.who
    one.save(update_fields=["from_at", "until_at", "ended_by"])
    journal.record(
        HandlerEnded(organisation=str(one.organisation.public_id), person=str(one.person.public_id)), by=by, now=now
    )
    return one


def led_by(by: Actor, organisation: UUID, *, now: datetime) -> Organisation:
    """The enterprise, for its legal representative; for nobody else it exists."""
    found = Organisation.objects.filter(public_id=organisation).first()
    if found is None or not _leads(by, found.pk, now=now):
        raise NotFound("organisation_unknown", "您名下没有这家企业", "请从“我的企业”打开")
    return found


def must_still_lead(organisation: Organisation, *, proof: Proof, by: Actor, now: datetime) -> None:
    """Asked again before the enterprise's power is given away: who was its legal representative when it was registered here
    may have been replaced since. Whoever the register no longer names loses it at once. Raises Forbidden.

    Where the register can't be asked, or doesn't keep such organisations (事业单位、社会组织), what it said before stands.
    """
    person = assurance.own_person(by)
    try:
        registered = proof.market.look_up(organisation.uscc)
    except Away:
        return
    if registered is None or (registered.open and _is_named(registered, person)):
        return
    with transaction.atomic():
        held = Membership.objects.select_for_update().held_at(now).filter(
            organisation=organisation, person=person, kind="legal"
        )  # fmt: skip
        for one in held.order_by("pk"):
            one.from_at, one.until_at, one.ended_by = min(one.from_at, now), now, "system:market"
            one.save(update_fields=["from_at", "until_at", "ended_by"])
            journal.record(
                LegalEnded(organisation=str(organisation.public_id), person=str(person.public_id)), by=by, now=now
            )
    raise Forbidden(
        "not_legal_any_more", "市场主体登记里，您已经不是这家企业的法定代表人（经营者），或者企业已经注销、吊销",
        "请由现在的法定代表人登录登记企业后办理；登记有误的，请到登记机关更正",
    )  # fmt: skip


def _is_named(registered: Registered, person: Person) -> bool:
    if registered.legal_paper is None:
        return bool(registered.legal_name == person.name)
    legal = person_with(registered.legal_paper)
    return legal is not None and legal.pk == person.pk


def _leads(by: Actor, organisation: int, *, now: datetime) -> bool:
    if by.is_staff or by.person_id is None:
        return False
    mine = Membership.objects.held_at(now).filter(person_id=by.person_id, kind="legal", organisation_id=organisation)
    return mine.exists()


def memberships_of(by: Actor, *, now: datetime) -> list[Membership]:
    """For which enterprises one acts today, or will."""
    person = assurance.own_person(by)
    mine = Membership.objects.select_related("organisation").filter(person=person).exclude(until_at__lte=now)
    return list(mine.order_by("organisation__name", "pk")[:100])


def handlers_of(organisation: Organisation, *, now: datetime) -> list[Membership]:
    """Those who act or will act, then those of before."""
    found = Membership.objects.select_related("person").filter(organisation=organisation, kind="handler")
    return sorted(found.order_by("-pk")[:100], key=lambda one: (bool(one.until_at and one.until_at <= now), -one.pk))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
