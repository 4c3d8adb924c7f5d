"""授权书: given and revoked by the head of the body, in writing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from tongban.applications import mandated
from tongban.applications.events import MandateGranted, MandateRevoked
from tongban.applications.models import Mandate
from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.identity.models import Account, StaffPost
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, Invalid, NotFound, Refusal
from tongban.orgs.models import Body, Hall

LONGEST = timedelta(days=3 * 366)
"""A mandate is looked at again after three years."""


def instant_items(body: Body) -> dict[str, str]:
    """基本编码 → name of the body's items that may be decided at a window: 即审即办 in the edition in force."""
    found = Edition.objects.published().filter(body=body, connection="here", content__review="instant")
    return dict(found.order_by("item__code").values_list("item__code", "name")[:500])


def windows_of(body: Body, *, now: datetime) -> tuple[list[Hall], list[Account]]:
    """The halls of the body's region, and the clerks who hold a window's post in it."""
    halls = Hall.objects.filter(region__path__startswith=body.region.path).order_by("pk")[:100]
    posts = StaffPost.objects.held_at(now).filter(role="window", region_path__startswith=body.region.path)
    clerks = Account.objects.filter(pk__in=posts.values("account")).select_related("person").order_by("pk")[:200]
    return list(halls), list(clerks)


@transaction.atomic
def grant_mandate(
    *, body: Body, hall: Hall | None = None, account: Account | None = None, item_codes: Collection[str],
    acts: Collection[str], document: str, from_at: datetime, until_at: datetime, by: Actor, now: datetime,
) -> Mandate:  # fmt: skip
    """Raises Invalid, one fault a field."""
    by = by.must("mandate.grant", body_id=body.pk)
    known, faults = instant_items(body), []
    halls, clerks = windows_of(body, now=now)
    if (hall is None) == (account is None) or (hall or account) not in [*halls, *clerks]:
        faults.append(Refusal("mandate_window", "请选择授权给哪个窗口或者哪位窗口人员", "只能是本区域的", "window"))
    if not item_codes or set(item_codes) - set(known):
        hint = "只有即审即办的事项可以授权窗口；受理和审查分开的不行"
        faults.append(Refusal("mandate_items", "请选择授权哪些事项", hint, "items"))
    if not acts or set(acts) - set(mandated.ACTS):
        faults.append(Refusal("mandate_acts", "请选择授权受理、作出决定，或者两样都授权", "", "acts"))
    if not document.strip():
        faults.append(Refusal("mandate_document", "请填写授权书的文号", "例如：云江人社授〔2026〕3 号", "document"))
    if not from_at < until_at <= from_at + LONGEST or until_at <= now:
        hint = "止日晚于起日和今天，最长三年"
        faults.append(Refusal("mandate_period", "授权的起止日期不对", hint, "until"))
    if faults:
        raise Invalid(faults)
    made = Mandate.objects.create(
        body=body, hall=hall, account=account, item_codes=sorted(item_codes), acts=sorted(acts),
        document=document.strip()[:100], from_at=from_at, until_at=until_at, granted_by=by.who, granted_at=now,
    )  # fmt: skip
    journal.record(
        MandateGranted(mandate=str(made.pk), body=body.pk, items=tuple(made.item_codes), acts=tuple(made.acts)),
        by=by,
        now=now,
    )
    return made


@transaction.atomic
def revoke_mandate(pk: int, *, by: Actor, now: datetime) -> Mandate:
    """From this moment on; what was decided under it stands."""
    one = Mandate.objects.visible_to(by).select_for_update().filter(pk=pk).first()
    if one is None:
        raise NotFound("mandate_unknown", "没有这份授权书，或者您无权查看", "请刷新页面")
    if one.revoked_at:
        raise Conflict("mandate_revoked", "这份授权书已经撤销", "请刷新页面")
    one.revoked_at, one.revoked_by = now, by.who
    one.save(update_fields=["revoked_at", "revoked_by"])
    journal.record(MandateRevoked(mandate=str(one.pk), body=one.body_id), by=by, now=now)
    return one
