"""Again and again: look at the journal, send what waits, ask about what was not answered, compare the counts."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.kernel.chores import chore
from tongban.kernel.clock import date_of
from tongban.reporting import actions
from tongban.reporting.actions.comparing import recent
from tongban.reporting.gateways import Away, Refused, Unanswered
from tongban.reporting.models import ReportTarget

log = logging.getLogger(__name__)


@chore(every=timedelta(seconds=30))
def report(now: datetime) -> None:
    for target in ReportTarget.objects.filter(active=True).order_by("pk"):
        actions.turn(target, now=now)


@chore(every=timedelta(hours=6))
def reconcile(now: datetime) -> None:
    for target in ReportTarget.objects.filter(active=True).order_by("pk"):
        first, last = recent(date_of(now))
        try:
            actions.compare(target, first=first, last=last, now=now)
        except (Away, Unanswered, Refused) as trouble:
            log.warning("%s could not be compared: %s", target.key, trouble)
