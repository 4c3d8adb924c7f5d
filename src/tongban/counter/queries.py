"""Reads of the window: its recent cases and open drafts, a case by its number or code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongban.applications.actions import commitments
from tongban.applications.models import Application, ApplicationMaterial, BackEntry, Draft
from tongban.applications.queries import unknown
from tongban.applications.rules import Act, State, may_follow
from tongban.flow import queries as flow
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import normalise
from tongban.orgs.models import Hall

RECENT = 10


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


HANDED_OUT = (State.GRANTED, State.REFUSED, State.MADE)
"""States with a result that waits to be handed over."""


def steps_of(one: Application) -> list[tuple[str, str]]:
    """What the window can do next with that case, the most usual first: (name of the page, words)."""
    steps = []
    if one.status == State.RECORDED:
        steps.append(("counter:entry", "复核补录"))
    if one.status == State.CORRECTING:
        steps.append(("counter:supplement", "窗口补交材料"))
    if one.status in HANDED_OUT:
        steps.append(("counter:delivery", "窗口交付结果"))
    if papers_awaited(one):
        steps.append(("counter:supply", "窗口补交容缺材料"))
    return steps


def papers_awaited(one: Application) -> list[ApplicationMaterial]:
    """容缺: the papers that were let off and are not there yet, while they may still come."""
    if not may_follow(one.status, Act.SUPPLY):
        return []
    keys = [key for each in commitments.still_open(one, "provision", "later") for key in each.materials]
    if not keys:
        return []
    return list(ApplicationMaterial.objects.filter(application=one, key__in=keys, given=False).order_by("id"))


@dataclass(frozen=True)
class Awaiting:
    """A back entry that a second person has yet to compare; `after` continues the list behind it."""

    entry: BackEntry
    after: str


def entries_awaiting(by: Actor, *, today: date, limit: int, after: str = "") -> Sequence[Awaiting]:
    """Oldest first, by the tasks they are."""
    tasks = flow.tasks(by, today=today, limit=limit, after=after, act="application.back_enter")
    found = BackEntry.objects.select_related("application__person", "application__organisation").filter(
        application__number__in=[task.subject for task in tasks]
    )
    entries = {entry.application.number: entry for entry in found.order_by("pk")}
    return [Awaiting(entries[task.subject], task.after) for task in tasks if task.subject in entries]
