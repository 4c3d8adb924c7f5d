"""The verbs of this room: what came of walking the catalogue without a phone is kept, and announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.analytics.events import CatalogueWalked
from tongban.analytics.models import PhonelessWalk
from tongban.catalog import no_phone
from tongban.catalog.models import Edition
from tongban.catalog.no_phone import Blocked
from tongban.kernel import journal
from tongban.kernel.actors import Actor


@dataclass(frozen=True)
class Walked:
    """One edition: walked by the verbs (`really`) in so many situations, or read; and what blocks."""

    edition: Edition
    really: bool
    situations: int
    blocked: tuple[Blocked, ...]

    @property
    def passed(self) -> bool:
        return not self.blocked


@transaction.atomic
def keep_walks(walks: Sequence[Walked], *, now: datetime) -> None:
    """In place of what earlier walks of the same editions found."""
    rows = [
        PhonelessWalk(
            edition=one.edition, body_id=one.edition.body_id, really=one.really, situations=one.situations,
            passed=one.passed, rules=list(dict.fromkeys(each.rule for each in one.blocked)),
            blocked=[[each.rule, each.where, each.says, each.mend] for each in one.blocked],
            version=no_phone.VERSION, ran_at=now,
        )
        for one in walks
    ]  # fmt: skip
    PhonelessWalk.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["edition"],
        update_fields=["body", "really", "situations", "passed", "rules", "blocked", "version", "ran_at"],
    )  # fmt: skip


@transaction.atomic
def finish_walk(*, walked: int, passed: int, everything: bool, by: Actor, now: datetime) -> None:
    """What is no longer published is forgotten; the run is on record, so that the indicator is counted again."""
    PhonelessWalk.objects.exclude(edition__state="published").delete()
    scope = "all" if everything else "new"
    journal.record(CatalogueWalked(scope=scope, walked=walked, passed=passed), by=by, now=now)
