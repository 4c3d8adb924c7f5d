"""Reads that several doors share: a licence for who may see it, and by its verification code for anyone."""

from __future__ import annotations

from uuid import UUID

from tongban.identity.actors import Actor
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import normalise
from tongban.licences.models import Licence


def licence(public_id: UUID, *, by: Actor) -> Licence:
    found = Licence.objects.visible_to(by).select_related("body").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("licence_unknown", "没有这张证照，或者您无权查看", "可凭证照上的验证码公开查验")
    return found


def by_code(code: str) -> Licence:
    found = Licence.objects.select_related("body").filter(code=normalise(code)).first()
    if found is None:
        raise NotFound("code_unknown", "没有查到这个验证码", "请对照证照上的二维码或验证码核对；查不到的证照请勿采信")
    return found
