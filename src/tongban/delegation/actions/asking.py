"""申请委托: either side writes it down; it is worth nothing until the principal has confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from tongban.delegation import queries, rules
from tongban.delegation.events import PowerAsked
from tongban.delegation.models import PowerOfAttorney
from tongban.identity import limits
from tongban.identity import rules as identifiers
from tongban.identity.actors import Actor
from tongban.identity.models import Membership, Organisation, Person
from tongban.identity.queries import person_with_card
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, Refusal

ASKS = 10
Side = Literal["principal", "agent"]


@dataclass(frozen=True)
class Other:
    """The other side as typed: a person by ID number and name, or an organisation by USCC and name."""

    name: str
    id_number: str = ""
    uscc: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `organisation`: the USCC of one's own organisation, where one asks for it."""

    side: Side
    kind: str
    other: Other
    acts: list[str]
    item_codes: list[str] = field(default_factory=list)
    from_on: date | None = None
    until_on: date | None = None
    organisation: str = ""
    relation: str = ""


def ask(wanted: Wanted, *, known: Sequence[Refusal] = (), by: Actor, now: datetime) -> PowerOfAttorney:
    """The request, which waits for the principal. Raises Invalid naming each field.

    Whoever types a number that nobody has, or a name that doesn't match, gets one and the same answer, few times. `known`: what the page found wrong already.
    """
    if by.is_staff or by.person_id is None:
        raise Forbidden("staff_do_not_delegate", "岗位账号不能办理委托", "请用个人账号登录")
    _check(wanted, known, today=date_of(now))
    if not limits.take(f"delegation:{by.account_id}", most=ASKS, now=now):
        raise Refusal("asked_too_often", "申请委托太频繁", "请 15 分钟后再试，或到窗口办理", "name")
    return _write(wanted, by=by, now=now)


@transaction.atomic
def _write(wanted: Wanted, *, by: Actor, now: datetime) -> PowerOfAttorney:
    assert by.person_id and wanted.from_on and wanted.until_on  # noqa: S101 - checked before
    me = Person.objects.get(pk=by.person_id)
    own = _own_organisation(wanted.organisation, by=by)
    person, firm = _found(wanted.other)
    principal, principal_firm = (me, own) if wanted.side == "principal" else (person, firm)
    agent, agent_firm = (me, own) if wanted.side == "agent" else (person, firm)
    rules.check_sides(wanted.kind, firm_is_principal=principal_firm is not None, firm_is_agent=agent_firm is not None)
    signer = signer_of(principal_firm, now=now) if principal_firm else principal
    if (principal_firm and principal_firm == agent_firm) or (agent_firm is None and signer == agent):
        raise Refusal("power_of_oneself", "委托人和代理人不能是同一个人", "请核对证件号码", "id_number")
    assert signer is not None  # noqa: S101 - a person, or who signs for the organisation
    _must_be_new(wanted.kind, signer, principal_firm, agent, agent_firm)
    made = PowerOfAttorney.objects.create(
        kind=wanted.kind, principal=signer, principal_organisation=principal_firm,
        agent=None if agent_firm else agent, agent_organisation=agent_firm, relation=wanted.relation.strip()[:20],
        item_codes=sorted(set(wanted.item_codes)), acts=rules.settled_acts(wanted.acts), from_on=wanted.from_on,
        until_on=wanted.until_on, asked_by=by.who, asked_at=now,
    )  # fmt: skip
    journal.record(PowerAsked(power=str(made.public_id), kind=made.kind, side=wanted.side), by=by, now=now)
    return made


def _check(wanted: Wanted, known: Sequence[Refusal], *, today: date) -> None:
    faults = list(known)
    if wanted.kind not in rules.ASKABLE:
        faults.append(Refusal("power_kind", "请选择是哪一种委托", "监护请带户口簿或者出生证明到窗口办理", "kind"))
    try:
        rules.check_terms(
            wanted.kind, item_codes=wanted.item_codes, acts=wanted.acts, from_on=wanted.from_on, until_on=wanted.until_on,
            today=today,
        )  # fmt: skip
    except Invalid as invalid:
        faults += [fault for fault in invalid.faults if fault.field != "kind"]
    if set(wanted.item_codes) - set(queries.items_to_choose()):
        faults.append(Refusal("power_items", "有的事项不能在本平台办理", "请从列出的事项里选", "items"))
    if not wanted.other.name.strip():
        faults.append(Refusal("name_missing", "请填写对方的姓名或者名称", "与证件上一致", "name"))
    typed = wanted.other
    if not typed.id_number.strip() and not typed.uscc.strip():
        faults.append(
            Refusal("other_missing", "请填写对方的证件号码", "个人填身份证号码，企业填统一社会信用代码", "id_number")
        )
    for value, check, name in (
        (typed.id_number, identifiers.id_number, "id_number"), (typed.uscc, identifiers.organisation_code, "uscc"),
    ):  # fmt: skip
        if value.strip():
            try:
                check(value, field=name)
            except Refusal as refusal:
                faults.append(refusal)
    if faults:
        raise Invalid(faults)


def _own_organisation(uscc: str, *, by: Actor) -> Organisation | None:
    if not uscc:
        return None
    found = Organisation.objects.filter(uscc=uscc, pk__in=by.organisation_ids).first()
    if found is None:
        raise Refusal(
            "organisation_not_yours", "您不是这个单位的法定代表人或者经办人", "请从列出的单位里选", "organisation"
        )
    return found


def _found(other: Other) -> tuple[Person | None, Organisation | None]:
    name = other.name.strip()
    if other.uscc.strip():
        firm = Organisation.objects.filter(uscc=identifiers.organisation_code(other.uscc)).first()
        if firm is None or firm.name != name:
            raise _not_found("uscc")
        return None, firm
    person = person_with_card(identifiers.id_number(other.id_number))
    if person is None or person.name != name:
        raise _not_found("id_number")
    return person, None


def _not_found(field: str) -> Refusal:
    return Refusal(
        "other_unknown",
        "没有查到这位对方，或者名称和号码对不上",
        "请核对；对方没有注册的，双方带身份证到窗口办理书面委托",
        field,
    )


def signer_of(firm: Organisation, *, now: datetime) -> Person:
    """Who signs for the organisation: its legal representative."""
    since = Membership.objects.select_related("person").filter(
        organisation=firm, kind="legal", from_at__lte=now, until_at=None
    )
    found = since.order_by("pk").first()
    if found is None:
        raise Refusal(
            "no_legal_representative",
            "这个单位还没有登记法定代表人，不能在线确认委托",
            "请带营业执照和书面委托到窗口办理",
            "uscc",
        )
    return found.person


def _must_be_new(
    kind: str,
    principal: Person,
    principal_firm: Organisation | None,
    agent: Person | None,
    agent_firm: Organisation | None,
) -> None:
    """One request of a kind between two waits at a time."""
    Person.objects.select_for_update().get(pk=principal.pk)
    same = PowerOfAttorney.objects.filter(
        state="asked", kind=kind, principal=principal, principal_organisation=principal_firm,
        agent=None if agent_firm else agent, agent_organisation=agent_firm,
    )  # fmt: skip
    if same.exists():
        raise Conflict("power_asked_already", "同样的委托已经在等委托人确认", "请在“我的委托”里查看")
