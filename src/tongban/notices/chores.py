"""What waited for the morning, or for company."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.kernel.chores import chore
from tongban.notices import actions

log = logging.getLogger(__name__)


@chore(every=timedelta(minutes=1))
def hand_over(now: datetime) -> None:
    if queued := actions.hand_over_due(now=now):
        log.info("%s SMS and mails of what waited are queued", queued)
