from datetime import datetime, timedelta

from tongban.authentication import actions, codes
from tongban.kernel.chores import chore


@chore(every=timedelta(hours=1))
def forget_codes(now: datetime) -> None:
    codes.forget_old(now=now)


@chore(every=timedelta(hours=1))
def expire_sessions(now: datetime) -> None:
    actions.expire(now=now)
