"""即审即办 by mandate: whether a window may accept or decide this case in the body's name; if not, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from tongban.applications.models import Application, Mandate
from tongban.design.words import date_cn
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Forbidden

ACTS: dict[str, str] = {"accept": "受理", "decide": "作出决定"}
Act = Literal["accept", "decide"]
NEXT_STEP = "没有授权的，材料交由主管部门办理；需要授权的，请主管部门负责人出具授权书"


def mandate_for(application: Application, act: Act, *, by: Actor, now: datetime) -> Mandate | None:
    """The mandate in force that empowers this clerk; None where there is none."""
    if application.edition.document.review != "instant":
        return None
    code = application.edition.item.code
    return next(
        (one for one in _of(application, by) if act in one.acts and code in one.item_codes and in_force(one, now)), None
    )


def demand(application: Application, act: Act, *, by: Actor, now: datetime) -> Mandate:
    """Raises Forbidden naming what is missing: the kind of item, the mandate, the item in it, the act, or the period."""
    if found := mandate_for(application, act, by=by, now=now):
        return found
    raise Forbidden("mandate_missing", _missing(application, act, _of(application, by), now), NEXT_STEP)


def _of(application: Application, by: Actor) -> list[Mandate]:
    return list(Mandate.objects.filter(body_id=application.body_id).of_window(by).order_by("-pk"))


def _missing(application: Application, act: Act, given: Sequence[Mandate], now: datetime) -> str:
    body, title, what = application.body.short, application.title, ACTS[act]
    if application.edition.document.review != "instant":
        return f"“{title}”受理和审查分开，窗口不能{what}"
    if not given:
        return f"{body}没有给您的窗口出具授权书，窗口不能{what}"
    naming = [one for one in given if application.edition.item.code in one.item_codes]
    if not naming:
        return f"{body}给您的窗口的授权书里没有“{title}”"
    empowering = [one for one in naming if act in one.acts]
    if not empowering:
        allowed = "、".join(ACTS[one] for one in naming[0].acts)
        return f"授权书（{naming[0].document}）只授权窗口{allowed}“{title}”，没有授权{what}"
    last = empowering[0]
    if last.revoked_at:
        return f"授权书（{last.document}）已于{date_cn(last.revoked_at, year=True)}撤销"
    if now < last.from_at:
        return f"授权书（{last.document}）{date_cn(last.from_at, year=True)}才生效"
    return f"授权书（{last.document}）已于{date_cn(last.until_at, year=True)}到期"


def in_force(one: Mandate, now: datetime) -> bool:
    return one.revoked_at is None and one.from_at <= now < one.until_at


def is_window(by: Actor) -> bool:
    return bool(by.window_posts)
