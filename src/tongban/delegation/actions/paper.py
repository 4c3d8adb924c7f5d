"""书面委托: signed on paper and checked at a window or a village point. The clerk sees both ID cards (of a child the proof
of guardianship), scans the letter and answers for it with their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from tongban.accesses import actions as accesses
from tongban.delegation import queries, rules
from tongban.delegation.actions.ending import must_be_at_a_window, must_be_nobody_s_own
from tongban.delegation.events import PowerBegan
from tongban.delegation.models import PowerOfAttorney
from tongban.files.models import StoredFile
from tongban.identity import actions as identity
from tongban.identity import rules as identifiers
from tongban.identity.actors import Actor
from tongban.identity.models import Membership, Organisation, Person
from tongban.identity.queries import person_with_card
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Invalid, Refusal

Found = tuple[str, str, Person | None] | None
"""The number, the name, and who is registered with it; None where something typed is wrong."""


@dataclass(frozen=True)
class OnPaper:
    """What the clerk types from the letter. The child of a guardian is the principal."""

    kind: str
    principal_id: str
    principal_name: str
    agent_id: str
    agent_name: str
    acts: list[str]
    item_codes: list[str] = field(default_factory=list)
    from_on: date | None = None
    until_on: date | None = None
    relation: str = ""
    proof: str = ""
    cards_seen: bool = False
    paper: StoredFile | None = None
    principal_uscc: str = ""
    agent_phone: str = ""


@transaction.atomic
def register(given: OnPaper, *, known: Sequence[Refusal] = (), by: Actor, now: datetime) -> PowerOfAttorney:
    """In force at once. Raises Invalid naming each field that is wrong; `known`: what the page found wrong already."""
    must_be_at_a_window(by)
    today, faults = date_of(now), list(known)
    given = _of_a_guardian(given, faults, today=today) if given.kind == "guardian" else given
    _check(given, faults, today=today)
    firm = _firm(given, faults)
    people = [
        _person(given.principal_id, given.principal_name, "principal", faults),
        _person(given.agent_id, given.agent_name, "agent", faults),
    ]
    if _are_one(*people):
        faults.append(Refusal("power_of_oneself", "委托人和代理人不能是同一个人", "请核对证件号码", "agent_id"))
    if firm and people[0] and not _signs_for(firm, people[0][2], now=now):
        faults.append(
            Refusal(
                "not_the_legal_representative",
                "委托人不是这个单位现在登记的法定代表人，不能替单位委托",
                "请核对；刚变更过或者没有登记过的，请法定代表人先登录登记企业",
                "principal_id",
            )
        )
    if faults:
        raise Invalid(faults)
    principal, agent = (identity.register_person(name=name, id_number=number, phone=phone, now=now) for number, name, phone in (
        (*_given(people[0]), ""), (*_given(people[1]), given.agent_phone.strip()),
    ))  # fmt: skip
    assert given.from_on and given.until_on  # noqa: S101 - checked before
    made = PowerOfAttorney(
        kind=given.kind, principal=principal, principal_organisation=firm, agent=agent, relation=given.relation.strip()[:20],
        item_codes=sorted(set(given.item_codes)), acts=rules.settled_acts(given.acts), from_on=given.from_on,
        until_on=given.until_on, state="in_force", asked_by=by.who, asked_at=now, confirmed="paper", confirmed_by=by.who,
        confirmed_at=now, paper=given.paper, proof=given.proof if given.kind == "guardian" else "",
    )  # fmt: skip
    must_be_nobody_s_own(made, by=by, now=now)
    made.save(force_insert=True)
    accesses.note_all(by, people=[principal.pk, agent.pk], kind="person", subject="", now=now)
    clerk = replace(by.under("person.see"), on_behalf_of=f"person:{principal.public_id}")
    journal.record(PowerBegan(power=str(made.public_id), kind=made.kind, confirmed="paper"), by=clerk, now=now)
    return made


def _of_a_guardian(given: OnPaper, faults: list[Refusal], *, today: date) -> OnPaper:
    """《民法典》第二十三条、第二十七条: all items and acts, until the child's eighteenth birthday by the ID number."""
    if given.proof not in rules.PROOFS:
        faults.append(
            Refusal("guardian_proof", "请选择看的是哪一种监护证明", "户口簿、出生医学证明，或者指定监护的文书", "proof")
        )
    until: date | None = None
    try:
        until = rules.guarded_until(identifiers.born_on(identifiers.id_number(given.principal_id)), today=today)
        rules.check_guardian(identifiers.born_on(identifiers.id_number(given.agent_id)), today=today)
    except Refusal as refusal:
        if refusal.field in ("principal_id", "agent_id"):
            faults.append(refusal)
    return replace(
        given, item_codes=[], acts=list(rules.ACTS), from_on=today, until_on=until or rules.years_after(today, 1)
    )


def _check(given: OnPaper, faults: list[Refusal], *, today: date) -> None:
    try:
        if given.kind != "guardian":
            rules.check_terms(
                given.kind, item_codes=given.item_codes, acts=given.acts, from_on=given.from_on, until_on=given.until_on,
                today=today,
            )  # fmt: skip
            rules.check_sides(given.kind, firm_is_principal=bool(given.principal_uscc.strip()), firm_is_agent=False)
    except Refusal as refusal:
        faults += refusal.faults if isinstance(refusal, Invalid) else [refusal]
    if set(given.item_codes) - set(queries.items_to_choose()):
        faults.append(Refusal("power_items", "有的事项不能在本平台办理", "请从列出的事项里选", "items"))
    if not given.cards_seen:
        faults.append(Refusal("cards_unseen", "请核对双方身份证原件，再勾选", "人证不一致的不能办", "cards"))
    if given.paper is None and not any(fault.field == "paper" for fault in faults):
        faults.append(Refusal("power_paper", "请扫描上传签好字的委托书或者监护证明", "PDF 或者照片", "paper"))


def _firm(given: OnPaper, faults: list[Refusal]) -> Organisation | None:
    if not given.principal_uscc.strip():
        return None
    try:
        number = identifiers.organisation_code(given.principal_uscc, field="principal_uscc")
    except Refusal as refusal:
        faults.append(refusal)
        return None
    found = Organisation.objects.filter(uscc=number).first()
    if found is None:
        faults.append(
            Refusal("organisation_unknown", "这个单位还没有登记", "请先给它收一次件，或核对信用代码", "principal_uscc")
        )
    return found


def _signs_for(firm: Organisation, person: Person | None, *, now: datetime) -> bool:
    """《民法典》第六十一条: the legal representative acts in the organisation's name; nobody else gives its power away."""
    if person is None:
        return False
    return Membership.objects.held_at(now).filter(kind="legal", organisation=firm, person=person).exists()


def _person(number: str, name: str, side: str, faults: list[Refusal]) -> Found:
    try:
        typed = identifiers.id_number(number, field=f"{side}_id")
    except Refusal as refusal:
        faults.append(refusal)
        return None
    found, said = person_with_card(typed), name.strip()[:60]
    if found and said and said != found.name:
        faults.append(
            Refusal("name_differs", "姓名与这个身份证号码登记的姓名不一致", "请对照身份证核对", f"{side}_name")
        )
    if found is None and not said:
        faults.append(Refusal("name_missing", "请填写姓名", "与身份证上一致", f"{side}_name"))
    return typed, found.name if found else said, found


def _are_one(principal: Found, agent: Found) -> bool:
    """One number, or two papers of one person."""
    if principal is None or agent is None:
        return False
    return principal[0] == agent[0] or (principal[2] is not None and principal[2] == agent[2])


def _given(person: Found) -> tuple[str, str]:
    assert person is not None  # noqa: S101 - faults were raised
    return person[0], person[1]
