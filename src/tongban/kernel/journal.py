"""日志: `record` inserts one journal row and one outbox row inside the verb's transaction, and nothing else.

The chain is made afterwards by the bookkeeper; `verify` finds any edit, gap, removal, insertion or unlinked entry.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from tongban.kernel.actors import Actor
from tongban.kernel.chain import canonical, chained
from tongban.kernel.clock import date_of
from tongban.kernel.events import Event
from tongban.kernel.models import JournalEntry, JournalLink, Outbox
from tongban.kernel.together import batch

GENESIS = bytes(32)
UNLINKED_AFTER = timedelta(seconds=10)

_ENTRY = """
INSERT INTO kernel_journalentry (at, name, version, subject, actor, on_behalf_of, post, channel, facts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb) RETURNING id
"""
_OUTBOX = "INSERT INTO kernel_outbox (entry_id) SELECT id FROM {} RETURNING entry_id"
_RECORD = f"WITH entry AS ({_ENTRY}) {_OUTBOX.format('entry')}"


def record(event: Event, *, by: Actor, now: datetime) -> int | None:
    """Write what happened; returns the entry's id, unless it goes out `together` with more.

    Must run inside the verb's transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{event.NAME} recorded outside its verb's transaction")
    facts = json.dumps(event.facts(), ensure_ascii=False)
    row = (now, event.NAME, event.VERSION, event.subject(), by.who, by.on_behalf_of, by.post, by.channel, facts)
    if gathered := batch():
        gathered.write(_OUTBOX.format(gathered.append(_ENTRY, row)), ())
        return None
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, row)
        found = cursor.fetchone()
    return int(found[0])


def said(entry: JournalEntry) -> tuple[object, ...]:
    """All that an entry says, in the order in which it is hashed."""
    return (
        entry.pk, entry.at.isoformat(), entry.name, entry.version, entry.subject,
        entry.actor, entry.on_behalf_of, entry.post, entry.channel, entry.facts,
    )  # fmt: skip


def digest(entry: JournalEntry, previous: bytes) -> bytes:
    """The hash of an entry on top of the chain before it."""
    return chained(canonical(*said(entry)), previous)


@dataclass(frozen=True)
class Excerpt:
    """One entry of a subject with its place in the chain: enough to recount its hash elsewhere."""

    position: int
    said: tuple[object, ...]
    previous: bytes
    hash: bytes


def excerpt(subject: str) -> list[Excerpt] | None:
    """Everything the journal says of a subject, in order; None while an entry waits for the bookkeeper."""
    entries = list(JournalEntry.objects.filter(subject=subject).order_by("id"))
    links = {link.entry_id: link for link in JournalLink.objects.filter(entry_id__in=[one.pk for one in entries])}
    if len(links) < len(entries):
        return None
    before = JournalLink.objects.filter(position__in=[link.position - 1 for link in links.values()])
    hashes = {link.position: bytes(link.hash) for link in before}
    found = [
        Excerpt(link.position, said(one), hashes.get(link.position - 1, GENESIS), bytes(link.hash))
        for one in entries
        for link in [links[one.pk]]
    ]
    return sorted(found, key=lambda one: one.position)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the journal: `position` in the chain, or the entry's id where it has none."""

    kind: str
    place: str
    says: str


def verify(*, now: datetime) -> Iterator[Fault]:
    """Walk the whole chain and compare it with the signed heads kept outside the database."""
    previous, position = GENESIS, 0
    heads = {head.position: head for head in read_heads()}
    for link, entry in _chain():
        position += 1
        while position < link.position:
            yield Fault("missing", f"position {position}", "链条在此缺一节")
            position += 1
        if entry is None:
            yield Fault("removed", f"position {link.position}", f"条目 {link.entry_id} 已被删除")
            previous = bytes(link.hash)
            continue
        if digest(entry, previous) != bytes(link.hash):
            yield Fault("edited", f"position {link.position}", f"条目 {entry.pk}（{entry.name}）或其之前的链条被改动")
        previous = bytes(link.hash)
        if (head := heads.pop(position, None)) and not head.matches(previous):
            yield Fault("head", f"position {position}", f"与 {head.on} 封存的链头不符")
    for head in heads.values():
        yield Fault("head", f"position {head.position}", f"{head.on} 封存的链头之后的条目不见了")
    late = JournalEntry.objects.extra(
        where=[
            "NOT EXISTS (SELECT 1 FROM kernel_journallink l WHERE l.entry_id = kernel_journalentry.id)",
            "(at < %s OR NOT EXISTS (SELECT 1 FROM kernel_outbox o WHERE o.entry_id = kernel_journalentry.id))",
        ],
        params=[now - UNLINKED_AFTER],
    )
    for entry in late.order_by("id").iterator():
        waiting = Outbox.objects.filter(pk=entry.pk).exists()
        says = "超过 10 秒未入链，记账员可能停了" if waiting else "不经发件箱插入的条目"
        yield Fault("unlinked", f"entry {entry.pk}", says)


def _chain() -> Iterator[tuple[JournalLink, JournalEntry | None]]:
    """Links with their entries, in order, a page at a time."""
    after = 0
    while links := list(JournalLink.objects.filter(position__gt=after).order_by("position")[:5000]):
        entries = JournalEntry.objects.in_bulk([link.entry_id for link in links])
        for link in links:
            yield link, entries.get(link.entry_id)
        after = links[-1].position


@dataclass(frozen=True)
class Head:
    """链头: the position and hash of the chain at the end of a day, signed, kept outside the database."""

    on: str
    position: int
    hash: str
    signature: str

    def matches(self, found: bytes) -> bool:
        return self.hash == found.hex() and hmac.compare_digest(
            self.signature, _sign(self.on, self.position, self.hash)
        )


def seal_head(*, now: datetime) -> Head | None:
    """Write today's signed head into the data folder (idempotent per day; None while the chain is empty)."""
    last = JournalLink.objects.order_by("-position").first()
    if last is None:
        return None
    on = date_of(now).isoformat()
    head = Head(on, last.position, bytes(last.hash).hex(), _sign(on, last.position, bytes(last.hash).hex()))
    path = _heads_folder() / f"{on}.json"
    if path.exists():
        return Head(**json.loads(path.read_text("utf-8")))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{uuid4().hex}.tmp")  # two bookkeepers may seal at once
    fresh.write_text(json.dumps(head.__dict__), "utf-8")
    fresh.rename(path)
    return head


def read_heads() -> list[Head]:
    return [Head(**json.loads(path.read_text("utf-8"))) for path in sorted(_heads_folder().glob("*.json"))]


def _heads_folder() -> Path:
    folder: Path = settings.TONGBAN.data / "journal-heads"
    return folder


def _sign(on: str, position: int, digest_hex: str) -> str:
    key = bytes.fromhex(settings.TONGBAN_SECRETS.journal_head)
    return hmac.new(key, f"{on}\0{position}\0{digest_hex}".encode(), hashlib.sha256).hexdigest()
