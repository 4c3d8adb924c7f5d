"""授权书 of a body to its 首席代表, by its head."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from tongban.identity import posts
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Authorisation
from tongban.identity.rules import AUTHORISED_ACTS
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.refusals import Invalid, NotFound, Refusal
from tongban.orgs.models import Body
from tongban.staffing import rules
from tongban.staffing.authorised import given_by, items_of, representatives


@transaction.atomic
def authorise(
    *, body: Body, account: Account | None, item_codes: Collection[str] | None, acts: Collection[str], document: str,
    from_on: date, last_on: date, by: Actor, now: datetime,
) -> Authorisation:  # fmt: skip
    """`item_codes` None: every item, those to come too. Raises Invalid, one fault a field."""
    by = by.must("mandate.grant", body_id=body.pk)
    faults = []
    if account is None or account not in representatives(body, now=now):
        faults.append(Refusal("authorised_whom", "请选择授权给哪位首席代表", "没有列出的，先提出任职", "account"))
    elif account.pk == by.account_id:
        faults.append(Refusal("authorised_oneself", "不能给自己出具授权书", "请另一位负责人出具", "account"))
    if item_codes is not None and (not item_codes or set(item_codes) - set(items_of(body))):
        faults.append(Refusal("authorised_items", "请选择授权哪些事项，或者选全部事项", "", "items"))
    if "decide" not in acts or set(acts) - set(AUTHORISED_ACTS):
        faults.append(Refusal("authorised_acts", "请勾选授权作出决定；即审即办是另加的", "", "acts"))
    if not document.strip():
        faults.append(Refusal("authorised_document", "请填写授权书的文号", "例如：云市监授〔2026〕3 号", "document"))
    if from_on < date_of(now) or not from_on <= last_on < from_on + rules.LONGEST_AUTHORISATION:
        faults.append(Refusal("authorised_period", "授权的起止日期不对", "从今天或以后开始，最长三年", "last_on"))
    if faults or account is None:
        raise Invalid(faults)
    return posts.authorise(
        body=body, account=account, item_codes=None if item_codes is None else list(item_codes), acts=list(acts),
        document=document.strip()[:100],
        from_at=now if from_on == date_of(now) else datetime.combine(from_on, time.min, SHANGHAI),
        until_at=datetime.combine(last_on + timedelta(days=1), time.min, SHANGHAI), by=by, now=now,
    )  # fmt: skip


@transaction.atomic
def revoke(authorisation: UUID, *, reason: str, by: Actor, now: datetime) -> Authorisation:
    found = given_by(by).filter(public_id=authorisation).first()
    if found is None:
        raise NotFound("authorisation_unknown", "没有这份授权书，或者您无权查看", "请刷新页面")
    return posts.revoke(found, reason=rules.check_reason(reason), by=by, now=now)
