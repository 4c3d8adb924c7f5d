"""One door for files: a list of items, or a workbook with our sheets, told apart by what is in it."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

from tongban.catalog.guides import BY
from tongban.catalog.imports.catalogue import import_catalogue
from tongban.catalog.imports.items import import_items
from tongban.catalog.workbook.items import ITEMS
from tongban.catalog.workbook.shape import document
from tongban.kernel.actors import Actor
from tongban.kernel.tables import Progress, Report, read_bytes, silent


def import_file(
    path: Path,
    *,
    region: str = "",
    now: datetime,
    by: Actor = BY,
    dry_run: bool = False,
    good_rows: bool = False,
    progress: Progress = silent,
) -> Report:
    """A CSV or XLSX list of items, or a workbook as the export writes it. Raises Refusal as those do."""
    if is_workbook(read_bytes(path)):
        return import_catalogue(path, now=now, by=by, dry_run=dry_run, good_rows=good_rows, progress=progress)
    return import_items(
        path, region=region, now=now, by=by, dry_run=dry_run, good_rows=good_rows, progress=progress
    )  # fmt: skip


def is_workbook(data: bytes) -> bool:
    """A ZIP of CSVs, or an XLSX that names one of our two first sheets."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "[Content_Types].xml" not in archive.namelist():
                return True
            named = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, EOFError):
        return False
    return any(f'name="{sheet}"' in named for sheet in (ITEMS, document().name))
