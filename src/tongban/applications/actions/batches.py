"""成批申报: an agent files the same item for several principals. Each is its own draft and its own submission, with the draft
as its key: what fails tells why and touches no other, and nothing that was done is done twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.applications.actions.drafts import open_draft, submit_draft
from tongban.applications.models import Draft
from tongban.catalog.models import Edition
from tongban.delegation.models import PowerOfAttorney
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Refusal

MOST = 20


@dataclass(frozen=True)
class Filed:
    """What became of one: its number, or why not."""

    draft: UUID
    whose: str
    number: str = ""
    before: bool = False
    """It had been handed in already."""
    reason: str = ""
    hint: str = ""


def open_drafts(edition: Edition, chosen: Collection[PowerOfAttorney], *, by: Actor, now: datetime) -> list[Draft]:
    """A draft for each principal, or the one that is open. Raises Refusal for none, or too many."""
    _check_number(len(chosen), "power")
    return [
        open_draft(
            edition, person=one.principal, organisation=one.principal_organisation, power=one, by=by, now=now
        )
        for one in chosen
    ]  # fmt: skip


def submit_all(chosen: Sequence[Draft], *, by: Actor, now: datetime) -> list[Filed]:
    """One after another, each in its own transaction."""
    _check_number(len(chosen), "draft")
    return [_submit(one, by=by, now=now) for one in chosen]


def _submit(one: Draft, *, by: Actor, now: datetime) -> Filed:
    whose = one.organisation.name if one.organisation else one.applicant.name if one.applicant else ""
    before = bool(one.submitted_number)
    try:
        with transaction.atomic():
            case = submit_draft(one.public_id, by=by, now=now)
    except Refusal as refusal:
        return Filed(one.public_id, whose, reason=refusal.reason, hint=refusal.hint)
    return Filed(one.public_id, whose, number=case.number, before=before)


def _check_number(number: int, field: str) -> None:
    if not number:
        raise Refusal("nothing_ticked", "还没有勾选", "请先在列表里勾选", field)
    if number > MOST:
        raise Refusal("ticked_many", f"一次最多办 {MOST} 件", "请分几次办", field)
