"""Powers that have run out end by themselves: their period, a child's eighteenth birthday, a request without an answer."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.delegation import actions, forgetting
from tongban.kernel.chores import chore

log = logging.getLogger(__name__)


@chore(every=timedelta(minutes=10))
def periods(now: datetime) -> None:
    if ended := actions.sweep(now=now):
        log.info("%s powers of attorney have ended by themselves", ended)


@chore(every=timedelta(hours=12))
def long_ended(now: datetime) -> None:
    """Powers that ended years ago and under which no case is kept."""
    if gone := forgetting.let_go(now=now):
        log.info("%s powers of attorney that ended years ago are gone", gone)
