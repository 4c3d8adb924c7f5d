"""常用意见: written for oneself, or by those who answer for the body for all of it; and taken out of use."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.applications import opinion_rules
from tongban.applications.events import OpinionRetired, OpinionWorded
from tongban.applications.models import Opinion
from tongban.identity.actors import Actor
from tongban.identity.roles import Act
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, Forbidden, NotFound
from tongban.orgs.models import Body

WRITERS: tuple[Act, ...] = (
    "application.accept", "application.review", "application.decide", "application.extend", "application.extend_joint"
)  # fmt: skip
FOR_ALL: tuple[Act, ...] = ("application.decide", "application.extend")
"""Who words for the whole body: who decides in its name, and its head."""


def must_write(by: Actor) -> None:
    if not any(by.posts_for(act) for act in WRITERS):
        raise Forbidden("no_opinions", "您的岗位不办件，用不到常用意见", "需要的，请向管理员申请岗位")


def body_of(by: Actor) -> int | None:
    """The body for which one may word; None: only for oneself."""
    posts = [post for act in FOR_ALL for post in by.posts_for(act)]
    return next((post.body_id for post in posts if post.role.scope == "body" and post.body_id is not None), None)


@transaction.atomic
def word_opinion(
    public_id: UUID | None, *, act: str, title: str, text: str, for_all: bool, by: Actor, now: datetime
) -> Opinion:
    """A new one, or other words for one of mine. Raises Invalid with every fault, Conflict for a title that is there."""
    must_write(by)
    title, text = opinion_rules.check(act, title, text)
    one = _mine(public_id, by=by) if public_id else _begun(for_all, by)
    one.act, one.title, one.text, one.by, one.at = act, title, text, by.who, now
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise Conflict(
            "opinion_title_taken", f"“{title}”已经有了", "换一个名称，或者改原来的那一条", "title"
        ) from error
    body = Body.objects.get(pk=one.body_id).key if one.body_id else ""
    journal.record(OpinionWorded(opinion=str(one.public_id), act=act, body=body), by=by, now=now)
    return one


@transaction.atomic
def retire_opinion(public_id: UUID, *, by: Actor, now: datetime) -> Opinion:
    must_write(by)
    one = _mine(public_id, by=by)
    one.retired_at = now
    one.save(update_fields=["retired_at"])
    journal.record(OpinionRetired(opinion=str(one.public_id)), by=by, now=now)
    return one


def _begun(for_all: bool, by: Actor) -> Opinion:
    if not for_all:
        return Opinion(account_id=by.account_id)
    body = body_of(by)
    if body is None:
        raise Forbidden(
            "opinion_for_all", "您的岗位不能给全部门写常用意见", "部门的由首席代表和部门负责人写，自己用的不用选这一项"
        )
    return Opinion(body_id=body)


def _mine(public_id: UUID, *, by: Actor) -> Opinion:
    """To be changed by this actor. Raises NotFound."""
    found = Opinion.objects.visible_to(by).in_use().select_for_update().filter(public_id=public_id).first()
    if found is None or (found.body_id is not None and found.body_id != body_of(by)):
        raise NotFound("opinion_unknown", "没有这条常用意见，或者不归您改", "请刷新页面")
    return found
