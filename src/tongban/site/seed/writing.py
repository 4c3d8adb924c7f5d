"""Batches of clones by COPY, with their links in the chain of the journal. Each batch is one transaction.

The bookkeeper's lock is held for some batches at a time, so that nothing comes between their links. Where there are many,
two threads write, each on a connection of its own, and commit in order: what an interruption takes is the end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, transaction

from tongban.kernel import bookkeeper, chain, journal
from tongban.kernel.models import JournalLink
from tongban.site.seed.cloning import Batch
from tongban.site.seed.prototypes import tables
from tongban.site.seed.templates import columns_of

UNDER_ONE_LOCK = 3.0
"""Seconds: so long the entries of others wait for their links."""
WRITERS = 2


def write(batches: Iterator[Batch], *, threads: bool, written: Callable[[Batch], None]) -> None:
    """Write them all, and tell of each when it is safe."""
    pool = ThreadPoolExecutor(WRITERS) if threads else None
    try:
        while first := next(batches, None):
            with _keeping_books() as chain:
                _write_some(chain, first, _for_a_while(batches), pool, written)
    finally:
        if pool:
            pool.shutdown()


def _write_some(
    chain: _Chain,
    first: Batch,
    rest: Iterator[Batch],
    pool: ThreadPoolExecutor | None,
    written: Callable[[Batch], None],
) -> None:
    waiting: deque[tuple[Batch, Future[None]]] = deque()
    batch: Batch | None = first
    while batch:
        links = chain.links(batch)
        if pool is None:
            write_batch(batch, links)
            written(batch)
        else:
            waiting.append((batch, pool.submit(_write_in_thread, batch, links, waiting[-1][1] if waiting else None)))
            if len(waiting) > WRITERS:
                _await(waiting, written)
        batch = next(rest, None)
    while waiting:
        _await(waiting, written)


def _for_a_while(batches: Iterator[Batch]) -> Iterator[Batch]:
    until = time.monotonic() + UNDER_ONE_LOCK
    while time.monotonic() < until and (batch := next(batches, None)):
        yield batch


def _await(waiting: deque[tuple[Batch, Future[None]]], written: Callable[[Batch], None]) -> None:
    batch, done = waiting.popleft()
    done.result()
    written(batch)


def _write_in_thread(batch: Batch, links: str, before: Future[None] | None) -> None:
    try:
        write_batch(batch, links, before)
    finally:
        connection.close()


def write_batch(batch: Batch, links: str, before: Future[None] | None = None) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        for table in tables():
            if table in batch.texts:
                _copy(table, columns_of(table), "".join(batch.texts[table]))
        _copy("kernel_journallink", ["position", "entry_id", "hash"], links)
        if before:
            before.result()  # in order, and not at all if it failed


def _copy(table: str, columns: list[str], text: str) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        copy.write(text)


@contextmanager
def _keeping_books() -> Iterator[_Chain]:
    """The bookkeeper's work is ours: what waits is linked first."""
    while bookkeeper.link_waiting():
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [bookkeeper.LEADER_LOCK])
    try:
        yield _Chain()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [bookkeeper.LEADER_LOCK])


class _Chain:
    """The end of the journal's chain, while the lock is held."""

    def __init__(self) -> None:
        last = JournalLink.objects.order_by("-position").first()
        self.position, self.hash = (last.position, bytes(last.hash)) if last else (0, journal.GENESIS)

    def links(self, batch: Batch) -> str:
        """For COPY."""
        lines = []
        for entry, content in batch.entries:
            self.position, self.hash = self.position + 1, chain.chained(content, self.hash)
            lines.append(f"{self.position}\t{entry}\t\\\\x{self.hash.hex()}\n")
        return "".join(lines)
