"""What the platform does to cases by itself: deadlines that pass, and dates after a new calendar."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tongban.applications import actions, usual
from tongban.applications.actions import drafts, forgetting
from tongban.kernel.chores import chore

log = logging.getLogger(__name__)


@chore(every=timedelta(minutes=10))
def deadlines(now: datetime) -> None:
    """视为受理, 补正不来, 视为准予, papers that did not follow."""
    for ended in actions.sweep(now=now):
        log.info("%s: the %s deadline passed", ended.number, ended.kind)


@chore(every=timedelta(minutes=10))
def silence(now: datetime) -> None:
    """征求意见 that nobody answered in time: no objection, or on to the head of the body that was asked."""
    for answer in actions.sweep_silence(now=now):
        log.info("%s said nothing in time: %s", answer.body_name, answer.silence)


@chore(every=timedelta(minutes=1))
def dates(now: datetime) -> None:
    """A calendar was imported or changed by a late notice: every running date follows."""
    if moved := sum(1 for _ in actions.recount(now=now)):
        log.info("the dates of %s cases moved with the calendar", moved)


@chore(every=timedelta(hours=12))
def usual_times(now: datetime) -> None:
    """多久办结, as guides and cases show it."""
    log.info("usual times of %s items are known", usual.count_anew(now=now))


@chore(every=timedelta(hours=1))
def old_drafts(now: datetime) -> None:
    """Drafts that nobody went on with for thirty days."""
    if gone := drafts.expire_drafts(now=now):
        log.info("%s drafts were too old", gone)


@chore(every=timedelta(hours=6))
def retention(now: datetime) -> None:
    """到期匿名化: cases whose time is over and that nothing keeps."""
    for gone in forgetting.sweep(now=now):
        log.info("%s: anonymised, kept %s years after %s", gone.number, gone.years, gone.closed_on)
