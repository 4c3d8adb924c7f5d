"""The file with everything: a ZIP with a page to read (index.html), the same as data.json, and the papers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.template.loader import render_to_string

from tongban.kernel.personal import Fact, kept, written
from tongban.kernel.refusals import Refusal
from tongban.privacy.rules import MOST_BYTES


@dataclass
class Section:
    """What one room keeps, as it is read."""

    name: str
    why: str
    rows: list[list[tuple[str, str]]] = field(default_factory=list)


def pack(person_id: int, into: IO[bytes], *, now: datetime) -> None:
    sections, data = [], []
    with ZipFile(into, "w", ZIP_DEFLATED) as archive:
        missing, room = [], MOST_BYTES
        for one in kept():
            rows = [_row(row) for row in one.rows(person_id)]
            sections.append(Section(one.name, one.why, [list(row.items()) for row in rows]))
            data.append({"key": one.key, "name": one.name, "why": one.why, "rows": rows})
            for paper in one.papers(person_id):
                try:
                    content = paper.read()
                except (Refusal, OSError):
                    missing.append((paper.name, "文件打不开，请到窗口查询"))
                    continue
                if len(content) > room:
                    missing.append((paper.name, "文件太大，请在办件页面单独下载"))
                    continue
                room -= len(content)
                archive.writestr(paper.name, content)
        context = {
            "sections": sections, "missing": missing, "now": now, "site": settings.TONGBAN.site_name,
            "office": settings.TONGBAN.office,
        }  # fmt: skip
        archive.writestr("index.html", render_to_string("privacy/own_data_file.html", context))
        told = {"made_at": now.isoformat(), "site": settings.TONGBAN.site_name, "sections": data, "missing": missing}
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))


def _row(row: Mapping[str, Fact]) -> dict[str, str]:
    return {label: text for label, value in row.items() if (text := written(value))}
