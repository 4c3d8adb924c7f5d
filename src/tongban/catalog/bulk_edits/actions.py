"""The verbs of a bulk edit: plan it, make the drafts, publish them all, undo.

Undone before publication, the drafts are dropped; afterwards what was in force comes back as a new version.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from pydantic import ValidationError

from tongban.catalog import levels, quality
from tongban.catalog.actions.drafting import content_hash, unsaved
from tongban.catalog.actions.powers import empowered
from tongban.catalog.bulk import Wanted, publish_all, publish_drafts
from tongban.catalog.bulk_edits.changes import Change, apply_all, changes_of
from tongban.catalog.content import Content
from tongban.catalog.content.faults import read
from tongban.catalog.events import BulkChanged, DraftDiscarded, Drafted
from tongban.catalog.models import BulkEdit, BulkEditLine, Edition
from tongban.identity.roles import Act
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.clock import date_of
from tongban.kernel.imports import record_all
from tongban.kernel.refusals import Conflict, Refusal, demand

MOST = 2000
BATCH = 500
NOTHING = "没有要改的地方"


@transaction.atomic
def plan(*, title: str, editions: Sequence[int], changes: object, by: Actor, now: datetime) -> BulkEdit:
    """A preview to look at, nothing more: for each published edition (its pk) whether the changes fit it, or why not.

    `changes` as `changes_of` reads them. Raises Refusal, Forbidden when an edition isn't theirs to edit.
    """
    typed = _typed(changes)
    demand(bool(typed), "changes_missing", "请至少填写一项改动", "", "changes")
    demand(bool(editions), "editions_missing", "没有选中任何实施清单", "请换一个条件，或列出编码", "codes")
    demand(
        len(editions) <= MOST,
        "editions_many",
        f"一次最多改 {MOST} 份，选中了 {len(editions)} 份",
        "请缩小范围",
        "codes",
    )
    demand(
        0 < len(title) <= 100,
        "title_missing",
        "请写明这次修改的缘由，最多 100 个字",
        "它会作为每份清单的版本说明公开",
        "title",
    )
    edit = BulkEdit.objects.create(
        title=title, changes=[one.model_dump(mode="json") for one in typed], state="planned", by=by.who, at=now,
        changed_at=now,
    )  # fmt: skip
    found = list(
        Edition.objects.published().filter(pk__in=editions).select_related("item", "body__region").order_by("pk")
    )
    _empowered(by, "catalog.edit", found)
    open_drafts = set(
        Edition.objects.filter(state="draft", code__in=[one.code for one in found]).values_list("code", flat=True)
    )
    lines = [
        BulkEditLine(edit=edit, edition=one, refused=_obstacle(one, typed, open_drafts, now)[:400]) for one in found
    ]
    BulkEditLine.objects.bulk_create(lines, batch_size=BATCH)
    _record(edit, "planned", sum(not one.refused for one in lines), by=by, now=now)
    return edit


def changed(edition: Edition, changes: Sequence[Change]) -> Content:
    """What the edition would say. Raises Invalid."""
    return read(apply_all(list(changes), edition.document.model_dump(mode="json")))


@transaction.atomic
def make_drafts(edit: BulkEdit, *, by: Actor, now: datetime) -> int:
    """A draft for each edition that the changes fit and that is still in force; how many."""
    locked = _locked(edit, "planned")
    lines = list(_lines(locked).select_related("edition__item", "edition__body__region"))
    _empowered(by, "catalog.edit", [line.edition for line in lines])
    changes = _typed(locked.changes)
    codes = [line.edition.code for line in lines]
    open_drafts = set(Edition.objects.filter(state="draft", code__in=codes).values_list("code", flat=True))
    highest = dict(Edition.objects.filter(code__in=codes).values_list("code").annotate(Max("version")))
    drafts: list[tuple[BulkEditLine, Edition]] = []
    for line in lines:
        line.refused = _obstacle(line.edition, changes, open_drafts, now)[:400]
        if not line.refused:
            drafts.append((line, _draft(locked, line.edition, changes, highest, by, now)))
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        for (line, _), made in zip(batch, Edition.objects.bulk_create([one for _, one in batch]), strict=True):
            line.draft = made
    BulkEditLine.objects.bulk_update(lines, ["draft", "refused"], batch_size=BATCH)
    record_all([Drafted(code=one.code, edition=one.pk, version=one.version) for _, one in drafts], by=by, now=now)
    _turn(locked, "drafted", len(drafts), by=by, now=now)
    return len(drafts)


@transaction.atomic
def publish(edit: BulkEdit, *, by: Actor, now: datetime) -> int:
    """All its drafts at once, or none. Raises Conflict, Invalid, Forbidden."""
    locked = _locked(edit, "drafted")
    drafts = _drafts(locked)
    demand(bool(drafts), "drafts_gone", "没有草稿可以发布", "草稿可能已经删除，请重新做一次批量修改")
    _empowered(by, "catalog.publish", drafts)
    _not_overtaken(drafts)
    publish_drafts(drafts, by=by, now=now)
    _turn(locked, "published", len(drafts), by=by, now=now)
    return len(drafts)


@transaction.atomic
def undo(edit: BulkEdit, *, by: Actor, now: datetime) -> int:
    """Before publication the drafts are dropped; those that somebody went on editing stay. How many were dropped."""
    locked = _locked(edit, "planned", "drafted")
    drafts = _drafts(locked)
    _empowered(by, "catalog.edit", drafts)
    dropped = [one for one in drafts if one.revision == 1]
    record_all([DraftDiscarded(code=one.code, edition=one.pk, version=one.version) for one in dropped], by=by, now=now)
    Edition.objects.filter(pk__in=[one.pk for one in dropped]).delete()
    _turn(locked, "undone", len(dropped), by=by, now=now)
    return len(dropped)


@transaction.atomic
def restore(edit: BulkEdit, *, by: Actor, now: datetime) -> tuple[int, int]:
    """After publication what was in force before comes back as a new version, where nobody published since.

    How many came back, and how many are left because a newer version is in force.
    """
    locked = _locked(edit, "published")
    lines = list(_lines(locked).exclude(draft=None).select_related("draft", "edition__item", "edition__body__region"))
    _empowered(by, "catalog.publish", [line.edition for line in lines])
    ours = [line.edition for line in lines if line.draft and line.draft.state == "published"]
    wanted = [
        Wanted(one.item, one.body, one.document, external_code=one.external_code, note=f"撤销：{locked.title}"[:500])
        for one in ours
    ]
    publish_all(wanted, by=by, now=now)
    _turn(locked, "restored", len(ours), by=by, now=now)
    return len(ours), len(lines) - len(ours)


def _typed(changes: object) -> list[Change]:
    try:
        return changes_of(changes)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refusal("change_wrong", f"改动没有填对：{first['msg']}", "请检查各项", "changes") from error


def _obstacle(edition: Edition, changes: Sequence[Change], open_drafts: set[str], now: datetime) -> str:
    """Why the edition is left out; empty when it isn't."""
    if edition.state != "published":
        return "这一版已经不在公布"
    if edition.code in open_drafts:
        return "已经有一份草稿在改，请先发布或删除那份草稿"
    try:
        content = changed(edition, changes)
        if content == edition.document:
            return NOTHING
        levels.check_basis(content, edition.item.basis)
        quality.check_publishable(content, today=date_of(now), type_code=edition.type_code)
    except Refusal as refusal:
        return refusal.reason
    return ""


def _draft(
    edit: BulkEdit, before: Edition, changes: Sequence[Change], highest: dict[str, int], by: Actor, now: datetime
) -> Edition:
    content = changed(before, changes)
    stored = content.model_dump(mode="json")
    made = unsaved(
        before.item, before.body, content, stored, code=before.code, external_code=before.external_code,
        sha256=content_hash(stored),
    )  # fmt: skip
    made.version, made.state, made.note = highest[before.code] + 1, "draft", edit.title
    made.edited_by, made.edited_at = by.who, now
    return made


def _lines(edit: BulkEdit) -> QuerySet[BulkEditLine]:
    return edit.lines.filter(refused="").order_by("pk")


def _drafts(edit: BulkEdit) -> list[Edition]:
    """Still drafts, locked, with item and body."""
    found = Edition.objects.filter(pk__in=edit.lines.exclude(draft=None).values("draft"), state="draft")
    return list(found.select_for_update(of=("self",)).select_related("item", "body__region").order_by("pk"))


def _not_overtaken(drafts: Sequence[Edition]) -> None:
    latest = dict(
        Edition.objects.filter(code__in=[one.code for one in drafts])
        .exclude(state="draft")
        .values_list("code")
        .annotate(Max("version"))
    )
    late = [one.name for one in drafts if latest.get(one.code, 0) > one.version]
    if late:
        raise Conflict(
            "draft_overtaken", f"起草以后，{'、'.join(late[:5])}等 {len(late)} 份又发布了新版，没有发布",
            "请撤销这次批量修改，重新做一次",
        )  # fmt: skip


def _empowered(by: Actor, act: Act, editions: Sequence[Edition]) -> None:
    """Raises Forbidden. Once for each body."""
    for body_id, region_path in {(one.body_id, one.region_path) for one in editions}:
        empowered(by, act, body_id=body_id, region_path=region_path)


def _locked(edit: BulkEdit, *states: str) -> BulkEdit:
    found = BulkEdit.objects.select_for_update().get(pk=edit.pk)
    if found.state not in states:
        raise Conflict("bulk_edit_state", f"这次批量修改{found.get_state_display()}，不能再做这一步", "请刷新页面")
    return found


def _turn(edit: BulkEdit, state: str, editions: int, *, by: Actor, now: datetime) -> None:
    edit.state, edit.changed_at = state, now
    edit.save(update_fields=["state", "changed_at"])
    _record(edit, state, editions, by=by, now=now)


def _record(edit: BulkEdit, what: str, editions: int, *, by: Actor, now: datetime) -> None:
    journal.record(BulkChanged(edit=edit.pk, what=what, editions=editions), by=by, now=now)
