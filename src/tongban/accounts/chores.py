"""What is forgotten by itself: people who left, and what was settled long ago."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.accounts import forgetting
from tongban.kernel.chores import chore

log = logging.getLogger(__name__)


@chore(every=timedelta(hours=12))
def people_left(now: datetime) -> None:
    """注销 a month ago, and nothing to be kept."""
    if gone := forgetting.forget_left(now=now):
        log.info("%s people who had closed their accounts are forgotten", gone)


@chore(every=timedelta(hours=12))
def settled(now: datetime) -> None:
    """Claims and migrated users settled a year ago."""
    if emptied := forgetting.empty_settled(now=now):
        log.info("%s claims and migrated users were emptied", emptied)
