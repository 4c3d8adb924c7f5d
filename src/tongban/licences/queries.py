"""Reads that several doors share: a licence for who may see it, and by its verification code for anyone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from tongban.accesses import actions as accesses
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import normalise
from tongban.licences.models import Licence

MOST_HELD = 20
"""Licences looked at for one applicant."""


def licence(public_id: UUID, *, by: Actor) -> Licence:
    found = Licence.objects.visible_to(by).select_related("body").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("licence_unknown", "没有这张证照，或者您无权查看", "可凭证照上的验证码公开查验")
    accesses.note(by, person_id=found.person_id, kind="licence", subject=found.number, body_id=found.body_id)
    return found


def by_code(code: str) -> Licence:
    found = Licence.objects.select_related("body").filter(code=normalise(code)).first()
    if found is None:
        raise NotFound("code_unknown", "没有查到这个验证码", "请对照证照上的二维码或验证码核对；查不到的证照请勿采信")
    return found


def held(titles: Collection[str], *, person: Person, organisation: Organisation | None, today: date) -> list[Licence]:
    """The licences of these titles in force that this applicant holds, newest first: 免提交 and prefilled fields."""
    whose = Q(organisation=organisation) if organisation else Q(person=person, organisation=None)
    valid = Licence.objects.filter(whose, title__in=list(titles), state="valid")
    return list(valid.exclude(valid_until__lt=today).order_by("-pk")[:MOST_HELD])
