"""Reads around 授权书: what a body could authorise, whom, and what it gave."""

from __future__ import annotations

from datetime import datetime

from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Authorisation, StaffPost
from tongban.identity.post_models import AuthorisationQuerySet
from tongban.identity.roles import ROLES
from tongban.kernel.refusals import Forbidden
from tongban.orgs.models import Body

AUTHORISED_ROLES = [key for key, role in ROLES.items() if role.authorised]


def items_of(body: Body) -> dict[str, str]:
    """基本编码 → name of what the body decides here."""
    found = Edition.objects.published().filter(body=body, connection="here")
    return dict(found.order_by("item__code").values_list("item__code", "name")[:500])


def representatives(body: Body, *, now: datetime) -> list[Account]:
    """Who holds the post of 首席代表 in the body."""
    held = StaffPost.objects.held_at(now).filter(role__in=AUTHORISED_ROLES, body=body)
    return list(Account.objects.filter(pk__in=held.values("account")).select_related("person").order_by("pk")[:200])


def given_by(by: Actor) -> AuthorisationQuerySet:
    """Those of the bodies for which the actor may give them."""
    bodies = [post.body_id for post in by.posts_for("mandate.grant") if post.body_id is not None]
    return Authorisation.objects.filter(body_id__in=bodies)


def own_body(by: Actor) -> Body:
    """Whose power the head gives."""
    body_id = next((post.body_id for post in by.posts_for("mandate.grant") if post.body_id is not None), None)
    if body_id is None:
        raise Forbidden("not_the_head", "只有部门负责人能出具、撤销授权书", "请联系部门负责人")
    return Body.objects.select_related("region").get(pk=body_id)
