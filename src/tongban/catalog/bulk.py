"""发布 many editions at once: what `draft` and `publish` do for each, with the rows inserted in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import Max

from tongban.catalog import indexing, levels, quality
from tongban.catalog.actions.drafting import content_hash, edition_code, unsaved
from tongban.catalog.content import Content
from tongban.catalog.events import Published, Withdrawn
from tongban.catalog.models import Edition, Item, SearchEntry
from tongban.kernel.actors import Actor
from tongban.kernel.clock import date_of
from tongban.kernel.imports import record_all
from tongban.kernel.refusals import Conflict
from tongban.kernel.tables import Progress, silent
from tongban.orgs.models import Body

BATCH = 500
Outcome = Literal["new", "changed", "same", "withdrawn"]


@dataclass(frozen=True)
class Wanted:
    """What should be in force: one body's content for one item."""

    item: Item
    body: Body
    content: Content
    external_code: str = ""
    again: bool = False
    """Whether it comes back into force if it was withdrawn."""
    note: str = ""
    """What the new version changes."""
    code: str = ""
    """The edition's code, where a file gives it; an edition that there was keeps its own."""


@transaction.atomic
def publish_all(wanted: Sequence[Wanted], *, by: Actor, now: datetime, progress: Progress = silent) -> list[Outcome]:
    """Bring each into force as a new version, unless it is in force as it stands; one event an edition.

    An edition that was withdrawn stays so unless `again` is said: someone decided that.
    Raises Invalid, and then nothing is published.
    """
    items = [one.item.pk for one in wanted]
    last = _last_editions(items)
    highest = dict(Edition.objects.filter(item__in=items).values_list("code").annotate(Max("version")))
    written: dict[int, Written] = {}
    outcomes: list[Outcome] = []
    fresh: list[Edition] = []
    replaced: list[Edition] = []
    for one in wanted:
        before = last.get((one.item.pk, one.body.pk))
        edition = _edition(one, _written(one.content, written, now), before, now)
        outcomes.append(_outcome(before, edition, again=one.again))
        if outcomes[-1] in ("new", "changed"):
            edition.version = highest.get(edition.code, 0) + 1
            fresh.append(edition)
            if before and before.state == "published":
                replaced.append(before)
    withdraw_all(replaced, by=by, now=now)
    for start in range(0, len(fresh), BATCH):
        made = Edition.objects.bulk_create(fresh[start : start + BATCH])
        indexing.index(made, now=now)
        record_all([Published(code=one.code, edition=one.pk, version=one.version) for one in made], by=by, now=now)
        progress("发布", start + len(made), len(fresh))
    return outcomes


@transaction.atomic
def publish_drafts(drafts: Sequence[Edition], *, by: Actor, now: datetime, progress: Progress = silent) -> None:
    """What `publish` does, for many drafts at once, each with its item and body; the editions before them are withdrawn.

    Raises Conflict or Invalid, and then nothing is published.
    """
    items = {one.pk: one for one in Item.objects.filter(pk__in={draft.item_id for draft in drafts})}
    for one in drafts:
        if one.state != "draft" or items[one.item_id].state != "active":
            raise Conflict("edition_not_draft", f"{one.name}已经不是草稿，或事项已取消", "请刷新页面")
        levels.check_basis(one.document, items[one.item_id].basis)
        quality.check_publishable(one.document, today=date_of(now), type_code=one.type_code)
    codes = [one.code for one in drafts]
    withdraw_all(
        list(Edition.objects.published().filter(code__in=codes).select_for_update().defer("content").order_by("pk")),
        by=by, now=now,
    )  # fmt: skip
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        Edition.objects.filter(pk__in=[one.pk for one in batch]).update(state="published", published_at=now)
        for one in batch:
            one.state, one.published_at = "published", now
        indexing.index(batch, now=now)
        record_all([Published(code=one.code, edition=one.pk, version=one.version) for one in batch], by=by, now=now)
        progress("发布", start + len(batch), len(drafts))


@transaction.atomic
def withdraw_all(editions: Sequence[Edition], *, by: Actor, now: datetime) -> None:
    """What `withdraw` does, for many at once."""
    for start in range(0, len(editions), BATCH):
        batch = editions[start : start + BATCH]
        keys = [edition.pk for edition in batch]
        Edition.objects.filter(pk__in=keys).update(state="withdrawn", withdrawn_at=now)
        SearchEntry.objects.filter(pk__in=keys).delete()
        record_all([Withdrawn(code=one.code, edition=one.pk) for one in batch], by=by, now=now)


def _last_editions(items: Iterable[int]) -> dict[tuple[int, int], Edition]:
    """The edition in force, or else the last one withdrawn, by item and body."""
    found = Edition.objects.filter(item__in=items).exclude(state="draft").defer("content")
    rows = found.select_for_update(of=("self",)).order_by("version")
    by_state: dict[tuple[int, int], Edition] = {}
    for edition in rows:
        key = (edition.item_id, edition.body_id)
        if edition.state == "published" or key not in by_state or by_state[key].state != "published":
            by_state[key] = edition
    return by_state


def _outcome(before: Edition | None, after: Edition, *, again: bool) -> Outcome:
    if before is None:
        return "new"
    if before.state == "withdrawn":
        return "changed" if again else "withdrawn"
    facts = ("sha256", "name", "type_code", "external_code", "region_path")
    return "same" if all(getattr(before, fact) == getattr(after, fact) for fact in facts) else "changed"


Written = tuple[dict[str, Any], str]
"""A content as it is stored, and its hash."""


def _written(content: Content, known: dict[int, Written], now: datetime) -> Written:
    """Many items of a list share one content: it is checked and written once. Raises Invalid.

    Severe findings only, as for a single publication: what a list says of an item is little, and never blocked.
    """
    if id(content) not in known:
        quality.check_publishable(content, today=date_of(now))
        stored = content.model_dump(mode="json")
        known[id(content)] = stored, content_hash(stored)
    return known[id(content)]


def _edition(one: Wanted, written: Written, before: Edition | None, now: datetime) -> Edition:
    """As `draft` makes it, already in force. An edition keeps its code, even when its body's USCC was mended since."""
    stored, sha256 = written
    code = before.code if before else one.code or edition_code(one.item, one.body)
    external_code = one.external_code or (before.external_code if before else "")
    edition = unsaved(one.item, one.body, one.content, stored, code=code, external_code=external_code, sha256=sha256)
    edition.state, edition.published_at, edition.note = "published", now, one.note
    return edition
