"""移交: an applicant goes on in another system and takes along what they agreed to; the system fetches it once, by token."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal, demand
from tongban.reporting.actions.returning import system_of
from tongban.reporting.events import Fetched, HandedOver
from tongban.reporting.handing import FIELDS, LASTS, check_url, host_of, with_token
from tongban.reporting.models import Handover, VerticalSystem


@dataclass(frozen=True)
class Destination:
    """Where an item is handled, if it is a system we may hand over to; and what goes along."""

    system: VerticalSystem
    url: str

    @property
    def passes(self) -> list[str]:
        return [name for name in FIELDS if name in self.system.passes]


def destination(edition: Edition) -> Destination | None:
    """Only of an item that leads to another system, whose host somebody has entered."""
    if edition.connection != "deep_link":
        return None
    url = edition.document.online_url
    host = host_of(url)
    if not host:
        return None
    for system in VerticalSystem.objects.filter(active=True, hosts__contains=[host]).order_by("pk")[:1]:
        try:
            return Destination(system, check_url(url, hosts=system.hosts, demo=settings.TONGBAN.demo))
        except Refusal:
            return None
    return None


def answered(edition: Edition, given: Mapping[str, str]) -> dict[str, str]:
    """Answers to the guide's questions, in words; what is no answer is left out."""
    found = {}
    for question in edition.document.questions:
        for option in question.options:
            if given.get(question.key) == option.value:
                found[question.text] = option.label
    return found


@transaction.atomic
def hand_over(
    edition: Edition, *, answers: Mapping[str, str], agrees: bool, uscc: str = "", by: Actor, now: datetime
) -> tuple[Handover, str]:
    """The hand-over, and the address with its token, good for five minutes and one fetch. The token is kept nowhere."""
    if by.person_id is None or by.is_staff:
        raise Forbidden("no_person", "请用个人账号办理", "岗位账号不能为自己移交")
    found = destination(edition)
    if found is None:
        raise NotFound("no_destination", "这个事项没有可以移交的系统", "请按办事指南上的方式办理")
    demand(agrees, "consent_missing", "请先同意移交这些信息", "不同意也可以直接去对方网站办理，自己填写", "agrees")
    organisation = None
    if uscc:
        organisation = Organisation.objects.filter(uscc=uscc, pk__in=by.organisation_ids).first()
        demand(organisation is not None, "organisation_unknown", "您名下没有这个企业", "请重新选择", "uscc")
    token = secrets.token_urlsafe(32)
    made = Handover.objects.create(
        system=found.system, edition=edition, person_id=by.person_id, organisation=organisation,
        answers=answered(edition, answers), passes=found.passes, digest=_digest(token), consented_at=now,
        expires_at=now + LASTS,
    )  # fmt: skip
    event = HandedOver(handover=str(made.public_id), system=found.system.key, code=edition.code)
    journal.record(event, by=by, now=now)
    return made, with_token(found.url, token)


@transaction.atomic
def fetch(token: str, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What was agreed, to the system it was agreed for, once. Another system, or a wrong token, finds nothing."""
    system = system_of(by)
    rows = Handover.objects.select_for_update(of=("self",)).filter(digest=_digest(token), system=system)
    one = rows.select_related("edition", "person", "organisation").first()
    if one is None:
        raise NotFound("handover_unknown", "没有这个移交", "请核对令牌，并使用对应系统的账号")
    if one.fetched_at is not None:
        raise Conflict("handover_fetched", "这个移交已经取走", "令牌只能用一次；请申请人从办事指南重新进入")
    if now >= one.expires_at:
        raise Conflict("handover_expired", "这个移交已经过期", "令牌五分钟内有效；请申请人从办事指南重新进入")
    one.fetched_at = now
    one.save(update_fields=["fetched_at"])
    journal.record(Fetched(handover=str(one.public_id), system=system.key), by=by, now=now)
    return {"handover": str(one.public_id), "item": one.edition.code, "applicant": _told(one, one.passes)}


def _told(one: Handover, passes: Sequence[str]) -> dict[str, Any]:
    person: Person = one.person
    whole: dict[str, Any] = {
        "name": one.organisation.name if one.organisation else person.name,
        "id_number": one.organisation.uscc if one.organisation else person.id_number,
        "phone": person.phone,
        "address": person.address,
        "answers": one.answers,
    }
    return {name: whole[name] for name in FIELDS if name in passes}


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
