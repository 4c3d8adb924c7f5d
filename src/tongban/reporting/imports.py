"""导入回流办件: a file of cases that another system handled, line by line; lines that can't be used are told, the others taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tongban.kernel.actors import system as named
from tongban.kernel.imports import one_run
from tongban.kernel.refusals import NotFound, Refusal
from tongban.kernel.tables import Column, Progress, Report, read, read_bytes, silent
from tongban.reporting.actions.returning import take
from tongban.reporting.models import VerticalSystem
from tongban.reporting.returning import LABELS

REQUIRED = ("number", "item", "name", "id_number", "state", "applied_at")
COLUMNS = tuple(Column(name, (label,), required=name in REQUIRED) for name, label in LABELS.items())
Line = tuple[int, Mapping[str, str], Sequence[Mapping[str, str]]]


def import_returned(
    path: Path, *, system: str, now: datetime, dry_run: bool = False, progress: Progress = silent
) -> Report:
    """CSV and XLSX with the columns of `returning.LABELS`, by either name; JSON as the API takes it."""
    found = VerticalSystem.objects.filter(key=system, active=True).first()
    if found is None:
        raise NotFound("system_unknown", f"没有登记过的系统“{system}”", "先运行 tongban vertical-system")
    with one_run("returned", now=now, dry_run=dry_run) as report:
        lines = _json(path, report) if path.suffix.lower() == ".json" else _table(path, report)
        unclaimed = 0
        for done, (line, cells, told) in enumerate(lines, start=1):
            answer = take(cells, told, line, system=found, by=named("import"), now=now)
            if answer.outcome == "refused":
                for reason in answer.reasons:
                    report.reject(line, reason)
            elif answer.outcome == "same":
                report.unchanged += 1
            else:
                report.changed += 1
            if not answer.claimed:
                unclaimed += 1
                report.warn(line, "事项编码不认识，已收下，放在未认领清单里")
            progress("回流办件", done, len(lines))
        if unclaimed:
            report.notes.append(f"其中 {unclaimed} 件的事项不认识，等待认领")
    return report


def _table(path: Path, report: Report) -> list[Line]:
    table = read(path, COLUMNS)
    report.take(table)
    return [(row.line, row.cells, ()) for row in table.rows]


def _json(path: Path, report: Report) -> list[Line]:
    data = read_bytes(path)
    try:
        cases = json.loads(data)["cases"]
        lines: list[Line] = [
            (at, {name: _text(value) for name, value in one.items()}, _told(one)) for at, one in enumerate(cases, 1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(
            "json_broken", f"{path.name} 不是回流办件的 JSON", '应写成 {"cases": [{"number": …}]}', "file"
        ) from error
    report.source, report.sha256, report.read = path.name, hashlib.sha256(data).hexdigest(), len(lines)
    return lines


def _told(one: Mapping[str, object]) -> list[Mapping[str, str]]:
    progress = one.get("progress") or []
    if not isinstance(progress, list):
        raise TypeError("progress")
    return [{name: _text(value) for name, value in each.items()} for each in progress]


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, list | dict) else str(value)
