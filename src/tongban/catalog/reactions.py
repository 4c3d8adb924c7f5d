"""What the catalogue does about its own announcements, a moment later and outside the verb."""

from __future__ import annotations

from tongban.catalog import judging
from tongban.catalog.events import Published, Withdrawn
from tongban.kernel.reactions import Entry, on


@on(Published)
def judge_the_edition(event: Published, entry: Entry) -> None:
    """Every published edition is judged by the quality engine."""
    if not judging.is_judged(event.edition):
        judging.judge_waiting(first=event.edition, now=entry.at)


@on(Withdrawn)
def forget_its_findings(event: Withdrawn, entry: Entry) -> None:
    judging.forget_findings(event.edition)
