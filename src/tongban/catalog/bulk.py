"""发布 many editions at once: what `draft` and `publish` do for each, with the rows inserted in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Max

from tongban.catalog import rules
from tongban.catalog.actions import _index, content_hash, edition_code, withdraw
from tongban.catalog.content import Content
from tongban.catalog.events import Published
from tongban.catalog.models import Edition, Item
from tongban.kernel import journal
from tongban.kernel.actors import Actor
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


@transaction.atomic
def publish_all(wanted: Sequence[Wanted], *, by: Actor, now: datetime, progress: Progress = silent) -> list[Outcome]:
    """Bring each into force as a new version, unless it is in force as it stands; one event an edition.

    An edition that was withdrawn stays so unless `again` is said: someone decided that.
    Raises Invalid, and then nothing is published.
    """
    items = [one.item.pk for one in wanted]
    last = _last_editions(items)
    highest = dict(Edition.objects.filter(item__in=items).values_list("code").annotate(Max("version")))
    outcomes: list[Outcome] = []
    fresh: list[Edition] = []
    for one in wanted:
        before = last.get((one.item.pk, one.body.pk))
        edition = _edition(one, before, now)
        outcomes.append(_outcome(before, edition, again=one.again))
        if outcomes[-1] in ("new", "changed"):
            rules.check_publishable(one.content)
            edition.version = highest.get(edition.code, 0) + 1
            fresh.append(edition)
            if before and before.state == "published":
                withdraw(before, by=by, now=now)
    for start in range(0, len(fresh), BATCH):
        for edition in Edition.objects.bulk_create(fresh[start : start + BATCH]):
            _index(edition)
            journal.record(Published(code=edition.code, edition=edition.pk, version=edition.version), by=by, now=now)
        progress("发布", min(start + BATCH, len(fresh)), len(fresh))
    return outcomes


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


def _edition(one: Wanted, before: Edition | None, now: datetime) -> Edition:
    """As `draft` makes it, already in force. An edition keeps its code, even when its body's USCC was mended since."""
    content, stored = one.content, one.content.model_dump(mode="json", exclude_defaults=True)
    return Edition(
        item=one.item,
        body=one.body,
        region_path=one.body.region.path,
        code=before.code if before else edition_code(one.item, one.body),
        external_code=one.external_code or (before.external_code if before else ""),
        state="published",
        published_at=now,
        content=stored,
        sha256=content_hash(stored),
        name=one.item.name,
        type_code=one.item.type_code,
        connection=content.connection,
        online=content.online,
        instant=content.instant,
        visits=content.visits,
        for_people="1" in content.audience,
        for_enterprises=bool(set(content.audience) - {"1", "5"}),
        statutory_days=rules.roughly_working_days(content.statutory) if content.statutory else None,
        promised_days=rules.roughly_working_days(content.promised) if content.promised else None,
        materials=sum(material.required for material in content.materials),
        baseline_materials=content.baseline_materials,
    )
