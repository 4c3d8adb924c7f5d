from datetime import datetime, timedelta

from tongban.files.actions import resuming
from tongban.kernel.chores import chore


@chore(every=timedelta(hours=1))
def forget_uploads(now: datetime) -> None:
    resuming.forget_expired(now=now)
