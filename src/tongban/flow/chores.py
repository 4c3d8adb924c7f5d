"""What happens to tasks by itself: those that nobody gets done come before the head; those of lost posts go back to the pool."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.flow import escalation, holding
from tongban.kernel.chores import chore

log = logging.getLogger(__name__)


@chore(every=timedelta(minutes=30))
def escalate(now: datetime) -> None:
    """督办."""
    if found := sum(1 for _ in escalation.escalate(now=now)):
        log.info("%s tasks came before the heads of their bodies", found)


@chore(every=timedelta(minutes=10))
def return_lost(now: datetime) -> None:
    """Whoever lost the post for a task holds it no longer."""
    for task in holding.return_lost(now=now):
        log.info("%s %s is back in the pool: its holder lost the post", task.subject, task.act)
