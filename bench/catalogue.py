"""The catalogue at scale: importing 10,000 items, publishing 1,000 editions, exporting them; in a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ITEMS = 10_000
EDITIONS = 1_000
KINDS = ("许可", "备案", "登记", "核准", "变更", "延续", "注销", "补证", "年审", "查询")
THINGS = (
    "食品经营",
    "道路运输",
    "户外广告",
    "民办学校",
    "医疗机构",
    "社会团体",
    "建设用地",
    "危险化学品",
    "种子生产",
    "劳务派遣",
)


def measured() -> dict[str, float]:
    """Seconds by name, from a process with a fresh embedded instance: {import_10000_s, publish_1000_s, …}."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "TONGBAN_DATA": folder, "TONGBAN_MODE": "demo"}
        environ.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "bench.catalogue"], env=environ, capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    from tongban.site.cli import database

    with database.reachable():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(json.dumps(_measure()))
    return 0


def _measure() -> dict[str, float]:
    from tongban.catalog import exports
    from tongban.catalog.bulk_edits import actions
    from tongban.catalog.imports import import_catalogue, import_items
    from tongban.catalog.models import Edition
    from tongban.kernel.actors import system
    from tongban.site.demo.load import load

    now, by = datetime(2026, 3, 2, tzinfo=UTC), system("bench")
    load(now=now)
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        items, book = Path(folder) / "items.csv", Path(folder) / "catalogue.xlsx"
        items.write_text(_items(), "utf-8")
        found["import_10000_s"] = _timed(lambda: import_items(items, now=now))
        chosen = list(Edition.objects.published().order_by("pk").values_list("pk", flat=True)[:EDITIONS])
        changes = [{"what": "phone", "new": "023-67891234"}]
        edit = actions.plan(title="电话升位", editions=chosen, changes=changes, by=by, now=now)
        found["draft_1000_s"] = _timed(lambda: actions.make_drafts(edit, by=by, now=now))
        found["publish_1000_s"] = _timed(lambda: actions.publish(edit, by=by, now=now))
        with book.open("wb") as out:
            found["export_11000_s"] = _timed(lambda: exports.catalogue(out))
        found["import_workbook_s"] = _timed(lambda: import_catalogue(book, now=now))
    return found


def _items() -> str:
    lines = ["code,name,type,body,main_item,audience"]
    for n in range(ITEMS):
        name = f"{THINGS[n % 10]}{KINDS[n // 10 % 10]}（第 {n // 100 + 1} 类）"
        lines.append(
            f"97{'01' if n % 3 else '20'}{10 + n // 1000:02d}{n % 1000:03d}001,{name},{'01' if n % 3 else '20'},market,,1;2"
        )
    return "\n".join(lines)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 2)


if __name__ == "__main__":
    sys.exit(main())
