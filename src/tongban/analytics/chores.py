"""What this room counts by itself."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.analytics import flow_counting
from tongban.kernel.chores import chore

log = logging.getLogger(__name__)


@chore(every=timedelta(minutes=5))
def flow_days(now: datetime) -> None:
    """流转统计: what the journal says since the last time."""
    if counted := flow_counting.catch_up(now=now):
        log.info("%s stretches of cases were counted", counted)
