"""起草: an edition begins as a draft, a new version that is not yet public."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tongban.catalog import coding, rules
from tongban.catalog.content import Content
from tongban.catalog.lists import Listed, lists_of
from tongban.catalog.models import Edition, Item
from tongban.kernel.actors import Actor
from tongban.orgs.models import Body


def edition_code(item: Item, body: Body) -> str:
    """实施编码, as the instance's coding scheme makes it."""
    holder = coding.Holder(body.key, body.uscc, body.region.level)
    return coding.scheme(settings.TONGBAN.coding).implementing(item.code, holder)


@transaction.atomic
def draft(
    *, item: Item, body: Body, content: Content, external_code: str = "", code: str = "", by: Actor, now: datetime
) -> Edition:
    """A new version, not yet public. `code`: that of the versions before it, which an edition keeps."""
    stored = content.model_dump(mode="json")  # whole: a default that changes later must not change what was published
    code = code or edition_code(item, body)
    last = Edition.objects.filter(code=code).order_by("-version").values_list("version", flat=True).first()
    edition = unsaved(item, body, content, stored, code=code, external_code=external_code)
    edition.version, edition.state = (last or 0) + 1, "draft"
    edition.edited_by, edition.edited_at = by.who, now
    edition.save(force_insert=True)
    return edition


def unsaved(
    item: Item, body: Body, content: Content, stored: object, *, code: str, external_code: str = "", sha256: str = ""
) -> Edition:
    """The row for a content, with what lists, search and indicators need taken out of it; version and state are open."""
    return Edition(
        item=item,
        body=body,
        region_path=body.region.path,
        code=code,
        external_code=external_code,
        content=stored,
        sha256=sha256 or content_hash(stored),
        name=item.name,
        type_code=item.type_code,
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
        lists=lists_of(Listed(name=item.name, type_code=item.type_code, content=content)),
    )


def content_hash(stored: object) -> str:
    return hashlib.sha256(json.dumps(stored, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
