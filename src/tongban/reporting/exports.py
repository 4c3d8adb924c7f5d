"""上报表导出: one table, or all of a format, as CSV, case by case, in bounded memory. Rows with gaps stand in a file of their own."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Protocol

from tongban.reporting import rules
from tongban.reporting.reading import Reader, numbers
from tongban.reporting.tables import FORMATS, TABLES, Format, Row

GAPS = "gaps"


class Writer(Protocol):
    """`csv.writer`."""

    def writerow(self, row: Iterable[str], /) -> object: ...

    def writerows(self, rows: Iterable[Iterable[str]], /) -> object: ...


@dataclass
class Exported:
    """What was written: cases, rows by table, and what is missing in the rows that were left out."""

    cases: int
    rows: dict[str, int]
    gaps: int


def export_table(table: str, out: IO[str], *, first: date, last: date, now: datetime) -> Exported:
    """The rows of one table for the cases taken in from a day to another."""
    return _export([table], {table: csv.writer(out)}, first=first, last=last, now=now)


def export_format(form: Format, folder: Path, *, first: date, last: date, now: datetime) -> Exported:
    """A file a table, `<table>.csv`, and `gaps.csv`, in a folder that only its owner can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [table.name for table in FORMATS[form]]
    with ExitStack() as files:
        opened = {
            name: files.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            for name in (*names, GAPS)
        }
        return _export(
            names, {name: csv.writer(file) for name, file in opened.items()}, first=first, last=last, now=now
        )


def _export(names: Sequence[str], writers: Mapping[str, Writer], *, first: date, last: date, now: datetime) -> Exported:
    stamp, codes, reader = rules.Stamp(now, uuid.uuid4().hex), rules.Codes(), Reader()
    done = Exported(0, dict.fromkeys(names, 0), 0)
    gaps = writers.get(GAPS)
    for name in names:
        writers[name].writerow(TABLES[name].names)
    if gaps:
        gaps.writerow(("table", "case", "field", "code", "says"))
    for chunk in numbers(from_on=first, until_on=last):
        rows: dict[str, list[Row]] = {name: [] for name in names}
        for number, told in reader.told(chunk):
            done.cases += 1
            for name in names:
                table = TABLES[name]
                for row in rules.MAKERS[name](told, stamp, codes):
                    if table.holds(row, forms=False):
                        rows[name].append(row)
                        continue
                    done.gaps += 1
                    if gaps:
                        gaps.writerows((name, number, one.field, one.code, one.says) for one in table.faults(row))
        for name, found in rows.items():
            writers[name].writerows(found)
            done.rows[name] += len(found)
    return done
