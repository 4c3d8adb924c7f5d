"""The verbs of the window: begin for the person who stands there, and hand the result over to who it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from tongban.accesses import actions as accesses
from tongban.applications import actions as applications
from tongban.applications import queries
from tongban.applications.models import Application, Draft
from tongban.catalog import queries as catalog
from tongban.catalog.models import Edition
from tongban.delegation import queries as delegation
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.rules import may_act, must_be_delegable
from tongban.identity import actions as identity
from tongban.identity import assurance, id_types, names
from tongban.identity import rules as identifiers
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.identity.queries import person_with, person_with_card
from tongban.kernel.clock import date_of
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Invalid, Refusal
from tongban.kernel.typed import normalise


@dataclass(frozen=True)
class Applicant:
    """Who stands at the window, as typed: a person, or an enterprise's handler with its USCC."""

    id_number: str
    id_type: str = "id_card"
    id_issuer: str = ""
    name: str = ""
    phone: str = ""
    uscc: str = ""
    organisation: str = ""
    agent_id: str = ""
    """Of who stands there instead, under a power of attorney."""


def acting_for(by: Actor, person: Person) -> Actor:
    """The clerk, at the counter, on behalf of that person."""
    return replace(by, channel="counter", on_behalf_of=f"person:{person.public_id}")


@transaction.atomic
def start(code: str, applicant: Applicant, *, back: bool = False, by: Actor, now: datetime) -> Draft:
    """Find or register who applies, and open the draft; `back`: for the 补录 of a paper case.

    Raises Invalid naming each field that is wrong.
    """
    faults: list[Refusal] = []
    edition = _edition(code, applicant, faults, by=by)
    person = _person(applicant, faults, by=by, now=now)
    organisation = _organisation(applicant, faults, now=now)
    power = _power(applicant, edition, person, organisation, faults, now=now)
    if faults or edition is None or person is None:
        raise Invalid(faults)
    if power and power.principal_organisation_id:
        person = power.principal
    clerk = acting_for(by, person)
    draft = applications.open_draft(edition, person=person, organisation=organisation, power=power, by=clerk, now=now)
    if back == ("back_entry" in draft.content):
        return draft
    empty = {"on": "", "at": "", "reason": ""} if back else {}
    return applications.save_draft(draft.public_id, back_entry=empty, by=clerk, now=now)


@transaction.atomic
def take_in(draft: Draft, *, by: Actor, now: datetime) -> Application:
    """收件: what the person confirmed is filed, and with it that a clerk who may do so saw the card of who stands here. Raises
    Refusal."""
    assert draft.applicant  # noqa: S101 - the window opens drafts with one
    clerk = acting_for(by, draft.applicant)
    case = applications.submit_draft(draft.public_id, by=clerk, now=now)
    if draft.power is None and by.posts_for("person.see"):
        assurance.seen_by_clerk(draft.applicant, by=clerk.under("person.see"), now=now)
    return case


def _edition(code: str, applicant: Applicant, faults: list[Refusal], *, by: Actor) -> Edition | None:
    """The guide, if this window may take it in for this kind of applicant."""
    try:
        if not code:
            raise Refusal("item_missing", "请选择要办的事项", "没有列出的，换个说法再查", "item")
        edition = catalog.edition(code, reader=lambda: by)
        if edition.document.connection != "here":
            raise Refusal("item_not_here", "这个事项暂不能在本平台收件", "请按办事指南上的方式办理", "item")
        if not by.may("application.intake", region_path=edition.region_path):
            raise Refusal("item_elsewhere", "这个事项不归您的窗口收件", "请引导到办事指南写明的窗口", "item")
        if not edition.for_people and not applicant.uscc.strip():
            raise Refusal("applicant_kind", "这个事项只接受企业或组织申请", "请填写统一社会信用代码", "uscc")
        if not edition.for_enterprises and applicant.uscc.strip():
            raise Refusal("applicant_kind", "这个事项只接受个人申请", "请清空统一社会信用代码", "uscc")
    except Refusal as refusal:
        refusal.field = refusal.field or "item"
        faults.append(refusal)
        return None
    return edition


def _person(applicant: Applicant, faults: list[Refusal], *, by: Actor, now: datetime) -> Person | None:
    """The person on record, or a new one. Registered only when nothing of theirs is wrong."""
    wrong = len(faults)
    paper, name = None, ""
    found: Person | None = None
    try:
        paper = id_types.id_document(applicant.id_type, applicant.id_number, issuer=applicant.id_issuer)
        found = person_with(paper)
        accesses.note(by, person_id=found.pk if found else None, kind="person", subject="")
    except Refusal as refusal:
        faults.append(refusal)
    try:
        name = names.name(applicant.name) if applicant.name.strip() else ""
    except Refusal as refusal:
        faults.append(refusal)
    if applicant.phone.strip():
        try:
            identifiers.phone(applicant.phone, field="phone")
        except Refusal as refusal:
            faults.append(refusal)
    if found and name and name != found.name:
        faults.append(
            Refusal(
                "name_differs",
                f"姓名与这个{found.id_type_name}号码登记的姓名不一致",
                "请对照证件核对姓名和号码",
                "name",
            )
        )
    if paper and found is None and not applicant.name.strip():
        faults.append(Refusal("name_missing", "这位申请人第一次来，请填写姓名", "与证件上一致", "name"))
    if len(faults) > wrong:
        return None
    return found or identity.register_person(
        name=name, id_number=applicant.id_number, id_type=applicant.id_type, id_issuer=applicant.id_issuer,
        phone=applicant.phone.strip(), now=now,
    )  # fmt: skip


def _organisation(applicant: Applicant, faults: list[Refusal], *, now: datetime) -> Organisation | None:
    """The enterprise on record, or a new one. Handling a case here gives no say over the enterprise on line."""
    if not applicant.uscc.strip():
        return None
    try:
        number = identifiers.organisation_code(applicant.uscc, field="uscc")
    except Refusal as refusal:
        faults.append(refusal)
        return None
    found = Organisation.objects.filter(uscc=number).first()
    name = applicant.organisation.strip()[:200]
    if found is None and not name:
        faults.append(Refusal("organisation_missing", "请填写企业名称", "与营业执照上一致", "organisation"))
        return None
    if found and name and name != found.name:
        faults.append(
            Refusal("organisation_differs", "企业名称与登记的名称不一致", f"登记的名称是：{found.name}", "organisation")
        )
    if faults:
        return None
    return found or identity.register_organisation(uscc=number, name=name, legal=None, now=now)


def _power(
    applicant: Applicant, edition: Edition | None, person: Person | None, organisation: Organisation | None,
    faults: list[Refusal], *, now: datetime,
) -> PowerOfAttorney | None:  # fmt: skip
    """代办: the agent who stands there shows their card, and the power lets them submit this item."""
    if not applicant.agent_id.strip() or faults or edition is None or person is None:
        return None
    try:
        number = identifiers.id_number(applicant.agent_id, field="agent_id")
    except Refusal as refusal:
        faults.append(refusal)
        return None
    agent, today = person_with_card(number), date_of(now)
    held = delegation.between(person, organisation, agent, today=today) if agent else []
    found = next((one for one in held if may_act(one, edition.item.code, "submit", today)), None)
    try:
        if found is None:
            raise Refusal("no_power", "申请人没有委托这个人提交这个事项", "有书面委托的，先在“委托核验”里登记")
        must_be_delegable(found.kind, edition.document.personal_basis)
    except Refusal as refusal:
        refusal.field = "agent_id"
        faults.append(refusal)
        return None
    return found


@transaction.atomic
def hand_over(number: str, *, tail: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """出件: the one who takes the result shows the ID card of the applicant (or of the enterprise's handler)."""
    one = queries.case(number, by=by)
    typed = normalise(tail)
    if len(typed) != 4:
        raise Refusal("tail_form", "请输入领取人身份证号码的后四位", "对照领取人出示的身份证", "tail")
    if not _may_take(one, blind_index(typed, purpose="id_tail"), now=now):
        raise Refusal(
            "tail_differs", "身份证后四位与申请人登记的不一致，不能交付",
            "请再核对一次身份证；不是本人来领的，要有包括领取结果的委托", "tail",
        )  # fmt: skip
    return applications.deliver(number, by=acting_for(by, one.person), now=now, seen=seen)


def _may_take(one: Application, tail: bytes, *, now: datetime) -> bool:
    """The applicant, or an agent whose power lets them receive the result."""
    if tail == bytes(one.person.id_tail_index):
        return True
    takers = delegation.takers(one.person, one.organisation, item=one.edition.item.code, today=date_of(now))
    return any(tail == bytes(taker.id_tail_index) for taker in takers)
