"""记数: searches that found nothing and guides that were opened, counted in memory and written now and then.

A page view writes nothing: each web process keeps its counts and a thread of its own writes them every few seconds.
What is lost when a process is killed are a few counts, nothing anyone was promised.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import Counter
from datetime import date, datetime, timedelta

from django.db import Error, close_old_connections, connection, transaction

from tongban.catalog import indexing, words
from tongban.catalog.models import Missed, Opened
from tongban.kernel import clock

log = logging.getLogger(__name__)

PAUSE = 5.0
PLACES_EVERY = 3600.0
KEPT = timedelta(days=90)
MOST_A_DAY = 1000
"""Different words kept of one day; further ones are not kept, those that are there go on counting."""
MOST_IN_MEMORY = 2000
LONGEST = 20

_lock = threading.Lock()
_missed: Counter[str] = Counter()
_opened: Counter[int] = Counter()
_NUMBERS = re.compile("[一二三四五六七八九零〇幺两]{5,}")


def missed(typed: str) -> None:
    """A search found nothing."""
    if said := without_persons(typed):
        with _lock:
            if said in _missed or len(_missed) < MOST_IN_MEMORY:
                _missed[said] += 1


def opened(item_id: int) -> None:
    """A guide of the item was opened."""
    with _lock:
        _opened[item_id] += 1


def without_persons(typed: str) -> str:
    """What may be kept of words typed: characters and letters, no digits, no addresses; empty when too little or a story.

    A name alone can't be told from a word; it is seen by catalogue staff only, and forgotten after ninety days.
    """
    if "@" in typed or len(typed) > words.MOST_TYPED:
        return ""
    runs = [run for run in words.RUNS.findall(words.tidy(typed)) if not re.search("[0-9]", run)]
    said = "".join(runs)
    return "" if _NUMBERS.search(said) or not 2 <= len(said) <= LONGEST else said


def flush(*, now: datetime) -> int:
    """Write what was counted; returns how many rows. Kept in memory again when the database is away."""
    with _lock:
        nothing, guides = dict(_missed), dict(_opened)
        _missed.clear()
        _opened.clear()
    if not nothing and not guides:
        return 0
    try:
        with transaction.atomic():
            return _write(nothing, guides, clock.date_of(now))
    except Error:
        with _lock:
            _missed.update(nothing)
            _opened.update(guides)
        raise


_MISSED = """
INSERT INTO catalog_missed (words, "on", times) SELECT words, %(on)s, times
FROM unnest(%(words)s::text[], %(times)s::int[]) AS given (words, times)
WHERE words IN (SELECT words FROM catalog_missed WHERE "on" = %(on)s)
   OR (SELECT count(*) FROM catalog_missed WHERE "on" = %(on)s) < %(most)s
ORDER BY words
ON CONFLICT ("on", words) DO UPDATE SET times = catalog_missed.times + excluded.times
"""
_OPENED = """
INSERT INTO catalog_opened (item_id, "on", times) SELECT i.id, %(on)s, given.times
FROM unnest(%(items)s::bigint[], %(times)s::int[]) AS given (item, times) JOIN catalog_item i ON i.id = given.item
ORDER BY i.id
ON CONFLICT ("on", item_id) DO UPDATE SET times = catalog_opened.times + excluded.times
"""


def _write(nothing: dict[str, int], guides: dict[int, int], on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, {"on": on, "words": list(nothing), "times": list(nothing.values()), "most": MOST_A_DAY})
        written = int(cursor.rowcount)
        cursor.execute(_OPENED, {"on": on, "items": list(guides), "times": list(guides.values())})
        written += int(cursor.rowcount)
    Missed.objects.filter(on__lt=on - KEPT).delete()
    Opened.objects.filter(on__lt=on - KEPT).delete()
    return written


def keep_writing() -> None:
    """Start the thread that writes, once in each web process."""
    threading.Thread(target=_run, name="tally", daemon=True).start()


def _run() -> None:
    places_at = time.monotonic() + PLACES_EVERY
    while True:
        time.sleep(PAUSE)
        try:
            close_old_connections()
            flush(now=clock.now())
            if time.monotonic() > places_at:
                indexing.place_again(now=clock.now())
                places_at = time.monotonic() + PLACES_EVERY
        except Error as error:
            log.warning("counts are kept in memory, the database is away (%s)", error.__class__.__name__)
        except Exception:
            log.exception("counts were not written; the thread goes on")
