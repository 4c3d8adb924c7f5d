"""After something was mended: what had been refused for one reason is reported again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.refusals import NotFound
from tongban.reporting.actions.looking import renew
from tongban.reporting.events import Retried
from tongban.reporting.models import ReportRow, ReportTarget

AT_ONCE = 10_000


@transaction.atomic
def retry(key: str, *, table: str, field: str, code: str, by: Actor, now: datetime) -> int:
    """Those refused for this reason, each as its next version; how many."""
    target = ReportTarget.objects.select_for_update().filter(key=key).first()
    if target is None:
        raise NotFound("target_unknown", "没有这个目标平台", "请从上报页面进入")
    refused = ReportRow.objects.filter(target=target, state="refused", table=table, field=field, code=code)
    found = list(refused.order_by("pk").values_list("subject", "on")[:AT_ONCE])
    made = renew(target, found, now=now)
    if made:
        journal.record(Retried(target=key, rows=made), by=by, now=now)
    return made
