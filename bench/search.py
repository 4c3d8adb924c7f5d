"""Search over 100,000 distinct item names: fill a database, ask as people do, and time the statements.

`python -m bench.search` with DATABASE_URL and the demo loaded prints one line of JSON; `--explain WORDS` prints the plans.
The names are put together from the words of the demo's own names, frequent words more often; the mix is fragments, whole
names, pinyin and initials, sentences, and a fifth of them misspelt.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.instance import Instance

ITEMS = 100_000
QUERIES = 600
STEP = 2000
ACTS = ("许可", "审批", "备案", "登记", "核发", "认定", "年检", "补贴申领", "信息查询", "资格审核")
KINDS = ("", "新办", "变更", "延续", "补办", "注销", "换发")
SENTENCES = ("我想办{}", "{}怎么办理", "{}丢了怎么补", "在哪里可以申请{}", "办{}要带什么材料")


def measure(instance: Instance) -> dict[str, float]:
    """`search_db_p95_ms` and what else was measured, from a process of its own with the instance's database."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.search"], env=instance.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    from tongban.catalog import searching

    fill()
    if arguments[:1] == ["--explain"]:
        explain(" ".join(arguments[1:]))
        return 0
    asked = list(mix(QUERIES))
    for typed in asked[:60]:
        searching.search(typed)
    print(json.dumps(timed(asked, searching.search, searching.suggest), ensure_ascii=False))
    return 0


def timed(asked: list[str], search: Callable[[str], Any], suggest: Callable[[str], Any]) -> dict[str, float]:
    """Milliseconds in the database (all statements of one search), and of the whole search."""
    from django.db import connection

    in_database, whole, suggested = [], [], []
    spent = [0.0]

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[0] += time.perf_counter() - began

    slowest: list[tuple[float, str]] = []
    with connection.execute_wrapper(watch):
        for typed in asked:
            spent[0], began = 0.0, time.perf_counter()
            search(typed)
            whole.append(time.perf_counter() - began)
            in_database.append(spent[0])
            slowest.append((spent[0], typed))
        for typed in asked:
            spent[0] = 0.0
            suggest(typed[:4])
            suggested.append(spent[0])
    for took, typed in sorted(slowest)[-8:]:
        print(f"  {took * 1000:6.1f} ms  {typed}", file=sys.stderr)
    return {
        "search_db_p50_ms": _at(in_database, 0.5), "search_db_p95_ms": _at(in_database, 0.95),
        "search_whole_p95_ms": _at(whole, 0.95), "suggest_db_p95_ms": _at(suggested, 0.95), "items": float(ITEMS),
    }  # fmt: skip


def _at(values: list[float], share: float) -> float:
    return round(sorted(values)[min(int(len(values) * share), len(values) - 1)] * 1000, 2)


def names(count: int, *, seed: int = 7) -> Iterator[str]:
    """Distinct plausible names of items."""
    import rjieba

    from tongban.catalog.everyday import GENERIC
    from tongban.catalog.models import Item

    rng = random.Random(seed)
    found = [
        word
        for name in Item.objects.order_by("code").filter(code__startswith="99").values_list("name", flat=True)
        for word in rjieba.cut(name, False)
        if len(word) > 1 and word not in GENERIC
    ]
    seen: set[str] = set()
    while len(seen) < count:
        words = rng.sample(found, rng.choice((1, 2, 2, 3)))
        kind = rng.choice(KINDS)
        name = "".join(dict.fromkeys(words)) + rng.choice(ACTS) + (f"（{kind}）" if kind else "")
        if name not in seen and len(name) < 60:
            seen.add(name)
            yield name


def fill() -> None:
    """Items, editions and entries up to `ITEMS`; nothing when they are there."""
    from django.db import connection, transaction

    from tongban.catalog import indexing
    from tongban.catalog.actions.drafting import unsaved
    from tongban.catalog.content import Content
    from tongban.catalog.models import Edition, Item
    from tongban.kernel import clock
    from tongban.orgs.models import Body

    there = Item.objects.filter(code__startswith="88").count()
    if there >= ITEMS:
        return
    now, rng = clock.now(), random.Random(7)
    bodies = list(Body.objects.select_related("region").order_by("key"))
    content = Content(audience=("1", "2"))
    stored = content.model_dump(mode="json")
    digest = hashlib.sha256(b"bench").hexdigest()
    made = list(names(ITEMS))
    for start in range(there, ITEMS, STEP):
        with transaction.atomic():
            items = Item.objects.bulk_create(
                Item(code=f"88{start + at:010d}", name=name, type_code="01")
                for at, name in enumerate(made[start : start + STEP])
            )
            editions = []
            for item in items:
                body = rng.choice(bodies)
                edition = unsaved(item, body, content, stored, code=f"bench-{item.code}", sha256=digest)
                edition.version, edition.state, edition.published_at = 1, "published", now
                editions.append(edition)
            indexing.index(Edition.objects.bulk_create(editions), now=now)
        print(f"\r{start + STEP} items", end="", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE catalog_searchentry, catalog_searchword, catalog_edition")


def mix(count: int, *, seed: int = 11) -> Iterator[str]:
    """What people type."""
    from tongban.catalog.models import Item
    from tongban.catalog.words import syllables

    rng = random.Random(seed)
    found = list(Item.objects.filter(code__startswith="88").order_by("code").values_list("name", flat=True))
    for _ in range(count):
        name = rng.choice(found).split("（")[0]
        start = rng.randrange(max(len(name) - 4, 1))
        piece = name[start : start + rng.choice((2, 3, 4, 5))]
        kind = rng.random()
        if kind < 0.35:
            typed = piece
        elif kind < 0.5:
            typed = name
        elif kind < 0.6:
            typed = "".join(syllables(name[:3]))
        elif kind < 0.68:
            typed = "".join(one[0] for one in syllables(name[:5]))
        elif kind < 0.8:
            typed = rng.choice(SENTENCES).format(piece)
        else:
            typed = _misspelt(name[:8], rng)
        yield typed


def _misspelt(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    wrong = rng.choice("正令等里只以第支之志")
    return rng.choice((text[:at] + text[at + 1 :], text[:at] + wrong + text[at + 1 :], text[:at] + wrong + text[at:]))


def explain(typed: str) -> None:
    """The plan of each statement of one search, with its times."""
    from django.db import connection

    from tongban.catalog import searching

    statements: list[tuple[str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        searching.search(typed)
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql, params)
            print("\n".join(line for (line,) in cursor.fetchall()), end="\n\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
