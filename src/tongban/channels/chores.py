"""What was not taken the first time, and what suppliers report later."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.channels import actions
from tongban.kernel.chores import chore

log = logging.getLogger(__name__)


@chore(every=timedelta(seconds=30))
def try_again(now: datetime) -> None:
    if tried := actions.try_again(now=now):
        log.info("%s messages were tried again", tried)


@chore(every=timedelta(minutes=1))
def receipts(now: datetime) -> None:
    if noted := actions.note_receipts(now=now):
        log.info("%s receipts were noted", noted)
