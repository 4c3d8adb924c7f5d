"""What the editors' pages share: who edits, which edition, the way round its pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from tongban.catalog.content import Content
from tongban.catalog.content.labels import SECTIONS, Section
from tongban.catalog.models import Edition, Item
from tongban.files import actions as files
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Invalid, NotFound, Refusal
from tongban.kernel.typed import normalise
from tongban.orgs.models import Body


def editor(request: HttpRequest) -> Actor:
    """Who acts, holding a post that edits the catalogue. Raises Forbidden."""
    by = doors.staff(request)
    if not by.posts_for("catalog.edit"):
        raise Forbidden("not_empowered", "您的岗位不能编写事项", "请联系本部门的事项管理员")
    return by


def may_edit(by: Actor, edition: Edition) -> bool:
    return by.may("catalog.edit", body_id=edition.body_id, region_path=edition.region_path)


def may_govern(by: Actor) -> bool:
    return bool(by.posts_for("catalog.govern"))


def item_of(code: str) -> Item:
    found = Item.objects.select_related("parent__parent").filter(code=normalise(code)).first()
    if found is None:
        raise NotFound("item_unknown", "没有这个事项", "请从事项目录里找")
    return found


def edition_of(by: Actor, code: str, version: int) -> Edition:
    """The edition that this editor may read. Raises NotFound."""
    readable = Edition.objects.readable_by(by).select_related("item", "body__region")
    found = readable.filter(code__in=[code.replace("\0", ""), normalise(code)], version=version).first()
    if found is None:
        raise NotFound(
            "edition_unknown", "没有这一版实施清单，或者您无权查看", "草稿可能已经删除或发布，请从事项目录里找"
        )
    return found


def draft_of(by: Actor, code: str, version: int) -> Edition:
    """A draft that this editor may write. Raises NotFound, Forbidden."""
    found = edition_of(by, code, version)
    by.must("catalog.edit", body_id=found.body_id, region_path=found.region_path)
    return found


def bodies_of(by: Actor) -> list[Body]:
    """The bodies whose editions they write, by name."""
    bodies = Body.objects.select_related("region").order_by("name", "pk")
    posts = by.posts_for("catalog.edit")
    mine = [post.body_id for post in posts if post.role.scope == "body" and post.body_id is not None]
    paths = [post.region_path for post in posts if post.role.scope == "region"]
    if not paths:
        return list(bodies.filter(pk__in=mine))
    return [body for body in bodies if body.pk in mine or any(body.region.path.startswith(path) for path in paths)]


def url(name: str, edition: Edition, *more: object) -> str:
    return reverse(f"catalog:{name}", args=[edition.code, edition.version, *more])


def around(edition: Edition, here: str) -> dict[str, Any]:
    """The side of an edition's pages: its sections with how much stands in each."""
    content = edition.document
    return {
        "edition": edition,
        "is_draft": edition.state == "draft",
        "sections": [
            {"section": one, "url": url("desk_section", edition, one.key), "count": count(one, content),
             "here": one.key == here}
            for one in SECTIONS
        ],
        "here": here,
    }  # fmt: skip


def count(section: Section, content: Content) -> str:
    """How many rows its lists have; empty for a section without lists."""
    if section.key == "form":
        fields = sum(len(page.fields) for page in content.form)
        return f"{len(content.form)} 页 {fields} 项" if fields else "没有"
    if len(section.lists) != 1 or section.entries:
        return ""
    rows = getattr(content, section.lists[0].key)
    return str(len(rows)) if rows else "没有"


def faults_of(refusal: Refusal) -> list[Refusal]:
    return refusal.faults if isinstance(refusal, Invalid) else [refusal]


def keeper_of_files(request: HttpRequest, by: Actor, content: Content) -> Any:
    """Takes uploads in. A file that was there is kept; one that was never in this document is not let in."""
    known = {one.file for m in content.materials for one in m.attachments} | {
        one.file for one in content.result.samples
    }

    def keep(name: str, there: str) -> str:
        if upload := request.FILES.get(name):
            return str(files.keep_upload(upload.read(), by=by, now=clock.now()).public_id)
        return there if there in known else "generated"

    return keep


def who_is(who: str) -> str:
    """The display name of a staff account; a platform's own act reads 平台."""
    kind, _, number = who.partition(":")
    if kind != "staff" or not number.isdecimal():
        return "平台"
    account = Account.objects.select_related("person").filter(pk=int(number)).first()
    return account.display_name if account else "已离开的同事"
