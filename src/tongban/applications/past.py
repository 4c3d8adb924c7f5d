"""Past cases of an item, read in batches for the replay of its guide."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch

from tongban.applications.models import Application, Correction
from tongban.applications.replay import PastCase
from tongban.catalog.models import Edition
from tongban.identity.actors import Actor

BATCH = 500
MOST = 10_000


def cases_of(edition: Edition, *, at_most: int = MOST) -> Iterator[PastCase]:
    """The newest cases of the same item at the same body, under whichever version, newest first; never more than 10,000.

    A batch is read, decrypted and forgotten before the next one.
    """
    versions = Edition.objects.filter(item=edition.item_id, body=edition.body_id).in_bulk()
    left, before = min(at_most, MOST), 2**62
    found = Application.objects.filter(edition__in=list(versions)).only("number", "edition", "particulars")
    notices = Prefetch("corrections", Correction.objects.only("application", "gaps"))
    while left > 0:
        batch = list(found.filter(pk__lt=before).order_by("-pk").prefetch_related(notices)[: min(BATCH, left)])
        for case in batch:
            yield PastCase(
                number=case.number,
                content=versions[case.edition_id].document,
                answers=case.answers,
                form=case.form,
                corrections=tuple(frozenset(gap["key"] for gap in notice.gaps) for notice in case.corrections.all()),
            )
        if len(batch) < BATCH:
            return
        left -= len(batch)
        before = batch[-1].pk


def seen_by(by: Actor, numbers: tuple[str, ...]) -> list[str]:
    """Of these case numbers, those that the actor may see."""
    return list(Application.objects.visible_to(by).filter(number__in=numbers).order_by("number").values_list("number", flat=True))  # fmt: skip
