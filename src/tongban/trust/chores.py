"""Lists of what was revoked end after a week: the next one is made before."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.kernel.actors import system
from tongban.kernel.chores import chore
from tongban.trust import actions

log = logging.getLogger(__name__)


@chore(every=timedelta(hours=6))
def lists(now: datetime) -> None:
    if made := actions.make_lists_that_end(by=system("worker"), now=now):
        log.info("%s revocation lists were made", len(made))
