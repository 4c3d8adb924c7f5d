"""一叠页: opened for one material, filled from a phone or from this computer, put in order, bound into one PDF."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction

from tongban.files import rules
from tongban.files.actions.keeping import keep, keep_upload, read
from tongban.files.binding import Leaf, bind
from tongban.files.models import Sheaf, SheafPage, StoredFile
from tongban.files.rules import State
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, NotFound, Refusal, demand

SIGNER = signing.Signer(salt="tongban.files.phone")
MOST_PAGES = 40


@transaction.atomic
def open_sheaf(*, subject: str, label: str, back: str, by: Actor, now: datetime) -> Sheaf:
    """The open sheaf of that subject, or a new one; either way with a new link, and the old link ends."""
    fresh = {"link": secrets.token_hex(16), "link_until": now + Sheaf.LINK_LASTS, "seen_at": None}
    found = Sheaf.objects.select_for_update().filter(subject=subject, taken_at=None).first()
    if found is not None and found.bound_at is None and found.made_by == by.who:
        Sheaf.objects.filter(pk=found.pk).update(**fresh)
        found.refresh_from_db()
        return found
    if found is not None:
        Sheaf.objects.filter(pk=found.pk).update(taken_at=now)  # another's, or one that nobody fetched
    return Sheaf.objects.create(
        subject=subject, label=label[:200], back=back[:200], made_by=by.who, created_at=now, **fresh
    )


def token_of(sheaf: Sheaf) -> str:
    return SIGNER.sign(sheaf.link)


@transaction.atomic
def by_link(token: str, *, now: datetime) -> tuple[Sheaf, Actor]:
    """What a phone opened, and for whom it acts. Raises NotFound, and Conflict for a link that expired or was used."""
    try:
        link = SIGNER.unsign(token)
    except signing.BadSignature:
        link = ""
    sheaf = Sheaf.objects.filter(link=link).first() if link else None
    if sheaf is None:
        raise NotFound("link_unknown", "这个链接不对，或者已经换了新的", "请在电脑上重新打开二维码，再扫一次")
    if sheaf.bound_at is not None:
        raise Conflict("link_used", "这份材料已经传好了", "回到电脑上就能看到；这个页面可以关掉了")
    if sheaf.link_until <= now or sheaf.taken_at is not None:
        raise Conflict(
            "link_expired", "链接已过期（10 分钟内有效）", "请在电脑上换一个新的二维码，再扫一次；已传的页还在"
        )
    if sheaf.seen_at is None:
        Sheaf.objects.filter(pk=sheaf.pk).update(seen_at=now)
    return sheaf, Actor(who=sheaf.made_by, channel="mobile")


def own_sheaf(public_id: UUID, *, by: Actor) -> Sheaf:
    """Raises NotFound for another's as for none."""
    found = Sheaf.objects.filter(public_id=public_id, made_by=by.who).first()
    if found is None:
        raise NotFound("sheaf_unknown", "没有这一叠页", "请回到材料页重新开始")
    return found


def add_page(sheaf: Sheaf, content: bytes, *, by: Actor, now: datetime) -> SheafPage:
    """One more picture, at the end. Raises Refusal: no picture, too many."""
    kind = rules.sniff(content)
    demand(
        kind in (rules.JPEG, rules.PNG), "page_kind", "这里只收照片（JPG、PNG）",
        "PDF 和其他文件请在材料页直接上传", "pages",
    )  # fmt: skip
    return place_page(sheaf, keep_upload(content, way="page", by=by, now=now), now=now)


@transaction.atomic
def place_page(sheaf: Sheaf, file: StoredFile, *, now: datetime) -> SheafPage:
    """A picture that was kept already; while pictures come, the link lasts. Raises Refusal."""
    _locked(sheaf)
    demand(file.way == "page", "page_kind", "这里只收照片（JPG、PNG）", "PDF 请在材料页直接上传", "pages")
    count = sheaf.pages.count()
    demand(count < MOST_PAGES, "too_many_pages", f"最多 {MOST_PAGES} 页", "请分成几份上传", "pages")
    last = sheaf.pages.order_by("-position").values_list("position", flat=True).first() or 0
    until = min(now + Sheaf.LINK_LASTS, (sheaf.seen_at or now) + Sheaf.LONGEST)
    Sheaf.objects.filter(pk=sheaf.pk, link_until__gt=now, link_until__lt=until).update(link_until=until)
    return SheafPage.objects.create(sheaf=sheaf, position=last + 1, file=file)


@transaction.atomic
def move_page(sheaf: Sheaf, page: int, *, up: bool) -> None:
    """Change places with the page before or behind; the first and the last stay where they are."""
    _locked(sheaf)
    pages = list(sheaf.pages.order_by("position"))
    at = next((at for at, each in enumerate(pages) if each.pk == page), None)
    to = at + (-1 if up else 1) if at is not None else -1
    if at is None or not 0 <= to < len(pages):
        return
    one, other = pages[at], pages[to]
    one.position, other.position = other.position, one.position
    one.save(update_fields=["position"])
    other.save(update_fields=["position"])


@transaction.atomic
def turn_page(sheaf: Sheaf, page: int) -> None:
    """A quarter clockwise."""
    _locked(sheaf)
    one = sheaf.pages.filter(pk=page).first()
    if one is not None:
        one.turns = (one.turns + 1) % 4
        one.save(update_fields=["turns"])


@transaction.atomic
def remove_page(sheaf: Sheaf, page: int) -> None:
    _locked(sheaf)
    sheaf.pages.filter(pk=page).delete()


@transaction.atomic
def bind_sheaf(sheaf: Sheaf, *, by: Actor, now: datetime) -> StoredFile:
    """完成: one PDF of all pages; the link ends. Again gives the same. Raises Refusal naming what stands in the way."""
    sheaf = Sheaf.objects.select_for_update().get(pk=sheaf.pk)
    if sheaf.file is not None:
        return sheaf.file
    pages = list(sheaf.pages.select_related("file").order_by("position"))
    demand(bool(pages), "no_pages", "还没有照片", "请先拍照，或者选择照片", "pages")
    check_pages(pages)
    content = bind([Leaf(read(page.file), page.turns) for page in pages])
    rules.check_size(len(content), limit_mb=settings.TONGBAN.upload_limit_mb)
    sheaf.file = keep(content, kind=rules.PDF, pages=len(pages), by=by, now=now)
    if all(page.file.scan == "clean" for page in pages):
        sheaf.file.scan = "clean"  # it holds nothing but what was scanned
        sheaf.file.save(update_fields=["scan"])
    sheaf.bound_at = now
    sheaf.save(update_fields=["file", "bound_at"])
    return sheaf.file


def check_pages(pages: Sequence[SheafPage]) -> None:
    """Raises Refusal while a page is being examined, and for one that did not pass."""
    for number, page in enumerate(pages, 1):
        if page.file.state == State.QUARANTINED:
            raise Refusal("page_quarantined", f"第 {number} 页还在检查", "通常只要几秒钟，请稍后再按“完成”", "pages")
        if not page.file.is_clean:
            raise Refusal(
                "page_unsafe", f"第 {number} 页没有通过检查：{page.file.reason}", "请删除这一页，重新拍", "pages"
            )


def take_bound(subjects: Sequence[str], *, now: datetime) -> dict[str, StoredFile]:
    """For the room that asked: what was bound since it last looked, by subject. Each is given once, in the caller's
    transaction."""
    found = list(
        Sheaf.objects.select_for_update(of=("self",)).select_related("file")
        .filter(subject__in=subjects, taken_at=None, bound_at__isnull=False).order_by("pk")
    )  # fmt: skip
    Sheaf.objects.filter(pk__in=[sheaf.pk for sheaf in found]).update(taken_at=now)
    return {sheaf.subject: sheaf.file for sheaf in found if sheaf.file}


def any_bound(subjects: Sequence[str]) -> bool:
    return Sheaf.objects.filter(subject__in=subjects, taken_at=None, bound_at__isnull=False).exists()


def open_sheaves(subjects: Sequence[str], *, by: Actor) -> dict[str, Sheaf]:
    """Those of this actor that wait for pages, or were bound this moment and wait to be taken, by subject."""
    found = Sheaf.objects.filter(subject__in=subjects, taken_at=None, made_by=by.who)
    return {sheaf.subject: sheaf for sheaf in found}


def _locked(sheaf: Sheaf) -> None:
    """Raises Conflict when it was bound meanwhile."""
    if Sheaf.objects.select_for_update().get(pk=sheaf.pk).bound_at is not None:
        raise Conflict("sheaf_bound", "已经合成好了，不能再改页", "需要改的，请在材料页删除后重新开始")
