from datetime import datetime, timedelta

from tongban.authentication import actions, codes
from tongban.identity.models import Attempt
from tongban.kernel.chores import chore


@chore(every=timedelta(hours=1))
def forget_codes(now: datetime) -> None:
    codes.forget_old(now=now)


@chore(every=timedelta(hours=1))
def forget_tries(now: datetime) -> None:
    """What no limit asks about any more: each is of a quarter of an hour, and names tried once are never tried again."""
    old = Attempt.objects.filter(at__lt=now - timedelta(days=1)).order_by("at").values_list("pk", flat=True)
    Attempt.objects.filter(pk__in=list(old[:20_000])).delete()


@chore(every=timedelta(hours=1))
def expire_sessions(now: datetime) -> None:
    actions.expire(now=now)
