"""公开清单 written again: when what a list means has changed, every edition's column `lists` follows."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from tongban.catalog import lists
from tongban.catalog.lists import Listed, lists_of
from tongban.catalog.models import DerivedBy, Edition

WHAT = "lists"
BATCH = 500
VERSION = hashlib.sha256(Path(lists.__file__).read_bytes()).hexdigest()[:12]
"""The lists' own text decides: whoever changes one has the column written again."""


def is_current() -> bool:
    """Whether these lists wrote the column of every edition. An empty catalogue has nothing to write."""
    return DerivedBy.objects.filter(what=WHAT, version=VERSION).exists() or not Edition.objects.exists()


def refresh(*, now: datetime, everything: bool = False) -> int:
    """Write again what other lists wrote; returns how many editions changed. A batch is a transaction, and the mark is
    set last: who is interrupted begins again and changes nothing twice."""
    if not everything and DerivedBy.objects.filter(what=WHAT, version=VERSION).exists():
        return 0
    changed = last = 0
    while batch := list(Edition.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        changed += _write(batch)
        last = batch[-1].pk
    DerivedBy.objects.update_or_create(what=WHAT, defaults={"version": VERSION, "at": now})
    return changed


@transaction.atomic
def _write(batch: list[Edition]) -> int:
    differing = []
    for edition in batch:
        right = lists_of(Listed(edition.name, edition.type_code, edition.document))
        if edition.lists != right:
            edition.lists = right
            differing.append(edition)
    Edition.objects.bulk_update(differing, ["lists"])
    return len(differing)
