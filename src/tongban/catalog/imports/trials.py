"""试导入: a file is tried before it is taken. What would happen is told line by line; then it is done, or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from tongban.catalog.actions.powers import governs
from tongban.catalog.imports.files import import_file
from tongban.catalog.models import Trial
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, Refusal, demand
from tongban.kernel.tables import MOST_BYTES, Report

KEPT_FOR = timedelta(days=1)
MOST_MESSAGES = 20_000


@transaction.atomic
def try_import(data: bytes, name: str, *, by: Actor, now: datetime) -> Trial:
    """Read the file, change nothing, and keep what importing it would do. Raises Refusal, Forbidden."""
    governs(by)
    demand(bool(data), "file_empty", "文件是空的", "请选择要导入的文件", "file")
    demand(len(data) <= MOST_BYTES, "file_too_large", f"文件超过 {MOST_BYTES >> 20} MB", "请分成几个文件导入", "file")
    Trial.objects.filter(at__lt=now - KEPT_FOR).delete()
    with _as_file(data, name) as path:
        report = import_file(path, now=now, by=by, dry_run=True)
    return Trial.objects.create(
        name=Path(name).name[:200], data=data, by=by.who, at=now, read=report.read, changed=report.changed,
        unchanged=report.unchanged, report=_lines(report), notes=report.notes[:200],
    )  # fmt: skip


@transaction.atomic
def take(trial: Trial, *, good_rows: bool, by: Actor, now: datetime) -> Report:
    """Do it: the whole file, or (`good_rows`) the rows that can be used. Raises Conflict, Refusal, Forbidden."""
    governs(by)
    locked = Trial.objects.select_for_update().get(pk=trial.pk)
    if locked.done_at:
        raise Conflict("trial_done", "这个文件已经导入过了", "要再导入一次，请重新上传")
    with _as_file(bytes(locked.data), locked.name) as path:
        report = import_file(path, now=now, by=by, good_rows=good_rows)
    if not report.taken:
        raise Refusal(
            "rows_rejected", f"有 {len(report.rejected)} 处不能用，整个文件没有导入，数据没有变化",
            "请修改文件后重新上传，或选择“只导入没有问题的行”",
        )  # fmt: skip
    locked.done_at, locked.changed, locked.unchanged = now, report.changed, report.unchanged
    locked.report, locked.data = _lines(report), b""
    locked.save(update_fields=["done_at", "changed", "unchanged", "report", "data"])
    return report


@contextmanager
def _as_file(data: bytes, name: str) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name.replace("\0", "")).name or "file")
        path.write_bytes(data)
        yield path


def _lines(report: Report) -> list[list[str | int]]:
    """By sheet and line, what is rejected first where a line has both."""
    told = [("rejected", *one) for one in report.rejected] + [("warned", *one) for one in report.warned]
    told.sort(key=lambda one: (one[2].partition("：")[0] if one[2].startswith("工作表") else "", one[1]))
    return [list(one) for one in told[:MOST_MESSAGES]]
