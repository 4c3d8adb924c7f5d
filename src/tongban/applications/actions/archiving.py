"""归档: a case that has ended is written out whole for the electronic archive; who took it is in the journal."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.db import transaction

from tongban.applications import queries, rules
from tongban.applications.archive import contents, form, packing
from tongban.applications.events import Archived
from tongban.applications.models import Application
from tongban.identity import actors
from tongban.kernel import journal, signing
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Conflict


def archive(number: str, into: Path, *, by: actors.Actor, now: datetime) -> form.Index:
    """Write the case file to `into`, a new file of mode 0600. Raises NotFound, Forbidden, Conflict for a case that runs.

    The file is whole before the journal knows of it; an export whose entry failed leaves no file behind.
    """
    case = queries.case(number, by=by)
    by = by.must("application.archive", body_id=case.body_id, region_path=case.region_path)
    return _archived(case, into, by=by, now=now)


def archive_for_the_keeper(number: str, into: Path, *, now: datetime) -> form.Index:
    """From the command line of the machine itself, for whoever keeps the electronic archive."""
    case = queries.by_number(number)
    if case is None:
        raise queries.unknown()
    return _archived(case, into, by=system("archive"), now=now)


def _archived(case: Application, into: Path, *, by: Actor, now: datetime) -> form.Index:
    must_have_ended(case)
    index = write(case, into, by=by, now=now)
    try:
        with transaction.atomic():
            journal.record(
                Archived(
                    number=case.number, sha256=packing.sha256_of(into), files=len(index.entries), lost=len(index.lost)
                ),
                by=by, now=now,
            )  # fmt: skip
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return index


def archive_opened(number: str, *, by: actors.Actor, now: datetime) -> tuple[IO[bytes], form.Index]:
    """The same for a door: open for reading, and gone from the disk once it is closed."""
    with TemporaryDirectory(prefix="tongban-archive-") as folder:
        path = Path(folder) / "case.zip"
        index = archive(number, path, by=by, now=now)
        return path.open("rb"), index


def must_have_ended(case: Application) -> None:
    if case.status not in rules.FINAL:
        raise Conflict(
            "archive_not_ended", f"办件还在“{case.status.label}”，办结以后才能归档", "请先把办件办完，再导出案卷"
        )


def write(case: Application, into: Path, *, by: Actor, now: datetime) -> form.Index:
    """Gather, index, sum up, sign, write. Nothing is left of a file that could not be finished."""
    found, index = contents.gather(case, by=by, now=now)
    key = contents.key()
    frame = {form.README: contents.readme(index), form.INDEX: index.write(), form.KEY: signing.public_pem(key)}
    hashes = {one.path: one.sha256 for one in index.entries}
    hashes |= {name: hashlib.sha256(content).hexdigest() for name, content in frame.items()}
    frame[form.SUMS] = form.sums(hashes)
    frame[form.SIGNATURE] = key.sign(frame[form.SUMS])
    sources = found.sources
    with packing.only_for_us(into) as out:
        try:
            packing.write(out, form.in_order([*sources, *frame]), lambda name: frame.get(name) or sources[name]())
        except BaseException:
            into.unlink(missing_ok=True)
            raise
    return index
