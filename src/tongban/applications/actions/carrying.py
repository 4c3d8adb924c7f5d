"""带到新版: a draft whose guide was replaced goes on under the new one; nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.applications.actions.drafts import locked_draft
from tongban.applications.models import Draft
from tongban.catalog import carrying
from tongban.catalog import queries as catalog
from tongban.catalog.content import Content, Give, Material
from tongban.identity.actors import Actor
from tongban.kernel.clock import date_of


@transaction.atomic
def carry_over(public_id: UUID, *, by: Actor, now: datetime) -> Draft:
    """Move the draft to the published edition; the same draft when it is there already, or when there is none.

    What could not be moved stays in the draft (`content["carried"]`) to be shown until it is handed in.
    """
    draft = locked_draft(public_id, by=by)
    successor = catalog.successor(draft.edition) if not draft.submitted_number else None
    if successor is None:
        return draft
    old, new, content = draft.edition.document, successor.document, draft.content
    moved = carrying.carry_over(old, new, content["answers"], content["form"], today=date_of(now))
    materials, lost = _materials(old, new, content["materials"])
    before = content.get("carried", {})
    dropped = [[one.label, one.text, one.why] for one in moved.dropped] + lost
    draft.content = {
        **content,
        "answers": moved.answers,
        "form": moved.form,
        "materials": materials,
        "carried": {
            "version": successor.version,
            "dropped": [*before.get("dropped", []), *dropped],
            "asked_anew": list(moved.asked_anew),
        },
    }
    draft.edition = successor
    draft.updated_at = now
    draft.save(update_fields=["content", "edition", "updated_at"])
    return draft


def _materials(old: Content, new: Content, given: Mapping[str, str]) -> tuple[dict[str, Any], list[list[str]]]:
    """Files and pledges by key, or by name under a new key. A pledge whose words changed must be made again."""
    were = {material.key: material for material in old.materials}
    kept: dict[str, Any] = {}
    lost: list[list[str]] = []
    for key, how in given.items():
        was = were.get(key)
        into = next((m for m in new.materials if m.key == key), None) or next(
            (m for m in new.materials if was and m.name == was.name and m.key not in were), None
        )
        why = _why_not(was, into)
        if into and not why:
            kept[into.key] = how
        elif was:
            lost.append([was.name, {"pledge": "已承诺", "paper": "已收纸质"}.get(how, "已上传的文件"), why])
    return kept, lost


def _why_not(was: Material | None, into: Material | None) -> str:
    if was is None or into is None:
        return "这份材料不再需要"
    if was.give != into.give:
        return "这份材料的提交方式变了，请按新要求提交"
    if was.give == Give.PLEDGE and was.pledge_text != into.pledge_text:
        return "承诺的内容变了，请重新阅读"
    return ""
