"""Reads of the window: its recent cases and open drafts, a case by its number or code."""

from __future__ import annotations

from tongban.applications.models import Application, Draft
from tongban.applications.queries import unknown
from tongban.applications.rules import State
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import normalise
from tongban.orgs.models import Hall

RECENT = 10
TO_HAND_OVER = frozenset({State.GRANTED, State.MADE, State.REFUSED})
"""States of a case whose result waits to be handed over."""


def recent(by: Actor) -> list[Application]:
    """What this clerk took in, newest first."""
    mine = Application.objects.filter(submitted_by=by.who).select_related("person", "organisation")
    return list(mine.newest_first()[:RECENT])


def open_drafts(by: Actor) -> list[Draft]:
    """What this clerk began and did not submit, last touched first."""
    if by.account_id is None:
        return []
    mine = Draft.objects.filter(account_id=by.account_id, submitted_number="").order_by("-updated_at", "-pk")
    return list(mine.select_related("edition__item", "applicant", "organisation")[:RECENT])


def hall_of(by: Actor) -> Hall | None:
    """The hall where the clerk's window stands."""
    hall_id = next((post.hall_id for post in by.posts_for("application.intake") if post.hall_id), None)
    return Hall.objects.filter(pk=hall_id).first() if hall_id else None


def region_of(by: Actor) -> str:
    """The code of the region whose items this window may take in."""
    path = next((post.region_path for post in by.posts_for("application.intake")), "")
    return path.rstrip("/").rpartition("/")[2]


def case_by(typed: str, *, by: Actor) -> Application:
    """By the case's number or the 8-digit query code on the receipt. Raises NotFound outside the scope."""
    number = normalise(typed)
    if not number:
        raise Refusal("number_missing", "请输入办件编号或 8 位查询码", "在收件凭证上", "number")
    key = "query_code" if len(number) == 8 else "number"
    found = Application.objects.visible_to(by).filter(**{key: number}).first()
    if found is None:
        raise unknown()
    return found
