"""限次: how much one account hands in within a day, of one item and in all. Windows have no limit: somebody came."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from tongban.applications.models import Application
from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Refusal

DAY = timedelta(hours=24)
FOR_OTHERS = 10
"""An enterprise's handler and an agent file for many: so many times as much."""


class Often(Refusal):
    """Later again."""

    status = 429


def check(edition: Edition, *, for_others: bool, by: Actor, now: datetime) -> None:
    """Raise Refusal past a limit of the Config; nought there is no limit."""
    config, factor = settings.TONGBAN, FOR_OTHERS if for_others else 1
    in_all, of_item = config.cases_a_day * factor, config.cases_of_item_a_day * factor
    if by.is_staff or not (in_all or of_item):
        return
    earlier = Application.objects.filter(submitted_by=by.who).order_by("-id")
    items = [
        item
        for at, item in earlier.values_list("submitted_at", "edition__item_id")[: max(in_all, of_item)]
        if at > now - DAY
    ]
    if of_item and items.count(edition.item_id) >= of_item:
        raise Often("submitted_often", f"同一事项 24 小时内最多提交 {of_item} 件，请明天再提交", INSTEAD)
    if in_all and len(items) >= in_all:
        raise Often("submitted_often", f"24 小时内最多提交 {in_all} 件，请明天再提交", INSTEAD)


INSTEAD = "填写的内容已经保存，不会丢失；急着办，可以到窗口，或拨打 12345"
