from datetime import datetime, timedelta

from tongban.files.actions import resuming, tidying
from tongban.kernel.chores import chore


@chore(every=timedelta(hours=1))
def forget_uploads(now: datetime) -> None:
    resuming.forget_expired(now=now)


@chore(every=timedelta(hours=1))
def tidy_quarantine(now: datetime) -> None:
    tidying.tidy(now=now)
