"""Files whose time is over: the rows that nothing refers to any more, and their bytes."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from tongban.files.models import Sheaf, SheafPage, StoredFile, Upload
from tongban.files.store import quarantine, store
from tongban.kernel.pointing import pointing

OWN = (Sheaf, SheafPage, Upload)


@transaction.atomic
def remove(ids: Collection[int]) -> int:
    """Those of these that no room refers to; bytes that no other row names go once that is certain. Returns how many."""
    found = [file for file in StoredFile.objects.filter(pk__in=ids) if not _needed(file)]
    for file in found:
        sheaves = Sheaf.objects.filter(Q(file=file) | Q(pages__file=file)).values_list("pk", flat=True)
        pages = set(SheafPage.objects.filter(sheaf__in=sheaves).values_list("file_id", flat=True)) - {file.pk}
        Sheaf.objects.filter(pk__in=list(sheaves)).delete()
        Upload.objects.filter(file=file).delete()
        name, shas = str(file.public_id), [sha for sha in (file.sha256, file.original) if sha]
        file.delete()
        transaction.on_commit(lambda name=name, shas=shas: _drop(name, shas))  # type: ignore[misc]
        if pages:
            remove(pages)
    return len(found)


def _needed(file: StoredFile) -> bool:
    return any(
        model._base_manager.filter(**{column: file.pk}).exists()
        for model, column in pointing(StoredFile)
        if model not in OWN
    )


def _drop(name: str, shas: list[str]) -> None:
    quarantine().drop(name)
    for sha in shas:
        if sha and not StoredFile.objects.filter(Q(sha256=sha) | Q(original=sha)).exists():
            store().delete(sha)
