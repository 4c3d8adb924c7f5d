"""Notices that were not taken the first time; tokens that nobody needs any more."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.kernel.chores import chore
from tongban.single_sign_on import actions
from tongban.single_sign_on.models import Token

log = logging.getLogger(__name__)
KEPT = timedelta(days=1)
"""Beyond its end, so that the second use of a refresh token is noticed as such."""


@chore(every=timedelta(seconds=10))
def try_again(now: datetime) -> None:
    if tried := actions.try_again(now=now):
        log.info("%s logout notices were tried again", tried)


@chore(every=timedelta(hours=1))
def forget_old_tokens(now: datetime) -> None:
    old = Token.objects.filter(until_at__lt=now - KEPT).order_by("until_at").values("pk")[:20_000]
    Token.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
