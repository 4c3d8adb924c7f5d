from datetime import datetime, timedelta

from tongban.kernel.chores import chore
from tongban.privacy import actions


@chore(every=timedelta(hours=1))
def expire(now: datetime) -> None:
    """Files with everything that have lain long enough."""
    actions.let_go(now=now)
