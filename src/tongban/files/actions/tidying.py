"""What the quarantine need not keep: what came of files that are clean, and pieces that belong to nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from tongban.files.models import StoredFile, Upload
from tongban.files.rules import State
from tongban.files.store import quarantine

SETTLED = timedelta(hours=1)
"""What came is kept a while longer than the clean copy needs: a worker whose commit failed reads it again."""
BATCH = 500


def tidy(*, now: datetime) -> int:
    """Returns how many were dropped. What waits, was refused or is infected stays."""
    names, dropped = quarantine().older_than(now - SETTLED), 0
    while batch := list(islice(names, BATCH)):
        kept = StoredFile.objects.filter(public_id__in=batch).exclude(state=State.CLEAN)
        coming = Upload.objects.filter(public_id__in=batch, file=None)
        stays = {str(each) for rows in (kept, coming) for each in rows.values_list("public_id", flat=True)}
        for name in set(batch) - stays:
            quarantine().drop(name)
            dropped += 1
    return dropped
