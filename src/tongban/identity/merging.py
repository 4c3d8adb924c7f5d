"""合并: two registrations that are one person (a passport and an ID card; the same person brought over twice).

Whatever points at a person points at the one who is kept, in the same transaction: no list has to look for two. Which rows
moved is written down, so that it can be undone. See docs/adr/0012.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from tongban.identity import assurance
from tongban.identity.actors import Actor
from tongban.identity.events import PersonsMerged, PersonsParted
from tongban.identity.id_types import born_on
from tongban.identity.levels import Level
from tongban.identity.models import Account, Merging, Moved, Person, StaffPost, Verification
from tongban.kernel import journal
from tongban.kernel.pointing import Column, meant
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

SEEN_FOR = timedelta(minutes=30)
SEEN_LATELY = timedelta(days=7)
"""By a clerk, before an administrator merges two registrations under two names."""
STAY: Final = {"Account", "Verification", "FaceCheck", "Merging"}
"""Of this room: what says how each registration was proved stays with it; accounts are moved with care, below."""


@dataclass(frozen=True)
class Pair:
    """Two registrations, and how many rows would move from the one to the other."""

    kept: Person
    merged: Person
    moving: tuple[tuple[str, int], ...]


def look_at(kept: UUID, merged: UUID, *, by: Actor, now: datetime) -> Pair:
    """For who may merge the two; for a clerk who hasn't seen both cards neither exists."""
    if kept == merged:
        raise Refusal("merge_same", "这是同一个登记", "请查两个不同的证件", "other_number")
    found = {one.public_id: one for one in Person.objects.filter(public_id__in=[kept, merged], merged_into=None)}
    if len(found) < 2 or not (by.posts_for("platform.manage") or _saw_both(found[kept], found[merged], by=by, now=now)):
        raise NotFound("person_unknown", "没有这两个登记", "窗口要先当面核验两个证件，半小时内合并")
    counts = [
        (_called(model), model._base_manager.filter(**{column: found[merged].pk}).count())
        for model, column in _pointing()
    ]
    return Pair(found[kept], found[merged], tuple((name, count) for name, count in counts if count))


@transaction.atomic
def merge(kept: UUID, merged: UUID, *, reason: str, by: Actor, now: datetime) -> Merging:
    """By a clerk who saw both cards, or by an administrator; the reason and both names stay on record. Two ID cards are never
    one person; under two names it takes an administrator, and a clerk who saw both cards."""
    if not by.posts_for("person.merge"):
        raise Forbidden("not_empowered", "您的岗位不能合并登记", "由综窗人员或平台管理员合并")
    if len(reason.strip()) < 6:
        raise Refusal(
            "reason_missing", "请写明为什么是同一个人", "至少六个字，例如：护照与身份证人像、生日一致", "reason"
        )
    pair = look_at(kept, merged, by=by, now=now)
    locked = Person.objects.select_for_update(of=("self",)).filter(
        pk__in=[pair.kept.pk, pair.merged.pk], merged_into=None
    )
    if len(locked.order_by("pk")) < 2:
        raise Conflict("merged_meanwhile", "其中一个登记刚刚合并过", "请重新查")
    if by.person_id in (pair.kept.pk, pair.merged.pk):
        raise Forbidden("own_case", "不能合并自己的登记", "请另一位同事办理")
    _may_be_one(pair.kept, pair.merged, by=by, now=now)
    by = by.under("platform.manage" if by.posts_for("platform.manage") else "person.merge")
    moved, closed = _accounts(pair.kept, pair.merged, now=now)
    seen = _saw_both(pair.kept, pair.merged, by=by, now=now)
    made = Merging.objects.create(
        kept=pair.kept, merged=pair.merged, names=f"{pair.kept.name}、{pair.merged.name}", reason=reason.strip()[:500],
        cards_seen=seen, account_moved=moved, account_closed=closed, by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    for model, column in _pointing():
        if rows := _move(model, column, pair.merged.pk, pair.kept.pk):
            Moved.objects.create(merging=made, table=_table(model, column), rows=rows)
    Person.objects.filter(pk=pair.merged.pk).update(merged_into=pair.kept)
    if seen and pair.kept.assurance < Level.IN_PERSON:
        assurance.note(pair.kept, Level.IN_PERSON, how="card", by=by, now=now)
    facts = {"merging": str(made.public_id), "kept": str(kept), "merged": str(merged)}
    journal.record(PersonsMerged(**facts), by=by, now=now)
    return made


@transaction.atomic
def part(merging: UUID, *, reason: str, by: Actor, now: datetime) -> Merging:
    """The two were not one: what was moved goes back; what came since stays where it came. By an administrator."""
    if not by.posts_for("platform.manage"):
        raise Forbidden("not_empowered", "只有平台管理员能撤销合并", "请联系平台管理员")
    made = (
        Merging.objects.select_for_update(of=("self",))
        .select_related("kept", "merged")
        .filter(public_id=merging)
        .first()
    )
    if made is None:
        raise NotFound("merging_unknown", "没有这次合并", "请从合并记录里打开")
    if made.undone_at:
        raise Conflict("merging_undone", "这次合并已经撤销", "不用再撤销")
    if made.kept.merged_into_id:
        raise Conflict("merging_beneath", "合并以后，留下的登记又并入了别的登记", "请先撤销后来的那次合并")
    if len(reason.strip()) < 6:
        raise Refusal("reason_missing", "请写明为什么撤销", "至少六个字", f"reason-{merging}")
    Person.objects.filter(pk=made.merged_id).update(merged_into=None)
    for moved in made.moved.order_by("pk"):
        model, column = _of_table(moved.table)
        model._base_manager.filter(pk__in=moved.rows, **{column: made.kept_id}).update(**{column: made.merged_id})
    if made.account_moved_id:
        Account.objects.filter(pk=made.account_moved_id, person=made.kept_id).update(person=made.merged_id)
    if made.account_closed_id:
        Account.objects.filter(pk=made.account_closed_id, person=made.merged_id).update(is_active=True)
    made.undone_at, made.undone_by, made.undone_because = now, by.who, reason.strip()[:500]
    made.save(update_fields=["undone_at", "undone_by", "undone_because"])
    facts = {"merging": str(made.public_id), "kept": str(made.kept.public_id), "merged": str(made.merged.public_id)}
    journal.record(PersonsParted(**facts), by=by, now=now)
    return made


def lately() -> list[Merging]:
    return list(Merging.objects.select_related("kept", "merged").order_by("-pk")[:50])


def _may_be_one(kept: Person, merged: Person, *, by: Actor, now: datetime) -> None:
    """What the papers themselves rule out, whoever says otherwise; and who has to have looked. Raises Refusal."""
    papers = [assurance.paper_of(one) for one in Person.objects.filter(
        Q(pk__in=[kept.pk, merged.pk]) | Q(merged_into__in=[kept.pk, merged.pk])).order_by("pk")]  # fmt: skip
    if sum(paper.type == "id_card" for paper in papers) > 1:
        raise Conflict(
            "merge_two_id_cards", "两个不同的居民身份证号码是两个人，不能合并",
            "一个人只有一个公民身份号码；号码登记错了的，请联系平台管理员更正",
        )  # fmt: skip
    if len({born for paper in papers if (born := born_on(paper))}) > 1:
        raise Conflict("merge_born_apart", "两个证件号码里的出生日期不同，不是一个人", "请对照证件核对号码")
    if _plain(kept.name) == _plain(merged.name):
        return
    if not by.posts_for("platform.manage"):
        raise Forbidden(
            "merge_names_differ", "两个登记的姓名不同，窗口不能合并",
            "请当面核验两个证件，七天内由平台管理员核对后合并",
        )  # fmt: skip
    if not _seen_by_another(kept, merged, by=by, now=now):
        raise Conflict(
            "merge_unseen", "两个登记的姓名不同，要有综窗人员先当面核验两个证件，再由您合并",
            "请本人带两个证件到窗口核验，七天内有效",
        )  # fmt: skip


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "").casefold()


def _seen_by_another(one: Person, other: Person, *, by: Actor, now: datetime) -> bool:
    """The same clerk, who isn't the one who merges."""
    rows = Verification.objects.filter(person__in=[one, other], how="card", at__gt=now - SEEN_LATELY)
    saw: dict[str, set[int]] = {}
    for who, person in rows.exclude(by=by.who).values_list("by", "person_id"):
        saw.setdefault(who, set()).add(person)
    return any(len(people) == 2 for people in saw.values())


def _accounts(kept: Person, merged: Person, *, now: datetime) -> tuple[Account | None, Account | None]:
    """One account to a person: the other's is moved where there is none, and closed where there is one."""
    there = {
        one.person_id: one for one in Account.objects.select_for_update(of=("self",)).filter(person__in=[kept, merged])
    }
    old = there.get(merged.pk)
    if old is None:
        return None, None
    if StaffPost.objects.held_at(now).filter(account=old).exists():
        raise Conflict("merge_staff", "并入的登记有岗位账号", "请把有岗位的那个留下，或先结束岗位")
    if kept.pk in there:
        Account.objects.filter(pk=old.pk).update(is_active=False)
        return None, old
    Account.objects.filter(pk=old.pk).update(person=kept)
    return old, None


def _saw_both(one: Person, other: Person, *, by: Actor, now: datetime) -> bool:
    rows = Verification.objects.filter(person__in=[one, other], how="card", by=by.who, at__gt=now - SEEN_FOR)
    return len(set(rows.values_list("person_id", flat=True))) == 2


def _pointing() -> Iterator[Column]:
    """Every column of every room that means a person, but for what stays with each registration."""
    for model, column in meant(Person):
        if not (model._meta.app_label == "identity" and model.__name__ in STAY):
            yield model, column


def _move(model: type[models.Model], column: str, from_: int, to: int) -> list[int]:
    """The keys of what was moved; a row that the kept one has already (the wish how to be told) stays where it is."""
    rows = model._base_manager.filter(**{column: from_}).order_by("pk")
    keys = list(rows.select_for_update().values_list("pk", flat=True))
    try:
        with transaction.atomic():
            rows.update(**{column: to})
            return keys
    except IntegrityError:
        return [key for key in keys if _moves(model, column, key, to)]


def _moves(model: type[models.Model], column: str, key: int, to: int) -> bool:
    try:
        with transaction.atomic():
            return bool(model._base_manager.filter(pk=key).update(**{column: to}))
    except IntegrityError:
        return False


def _table(model: type[models.Model], column: str) -> str:
    return f"{model._meta.label_lower}.{column}"


def _of_table(table: str) -> tuple[type[models.Model], str]:
    return next((model, column) for model, column in _pointing() if _table(model, column) == table)


def _called(model: type[models.Model]) -> str:
    """What people call such rows: the first words of the docstring (“办件：…”), else the name."""
    first = (model.__doc__ or "").split("\n")[0]
    return first.split(":")[0].split("：")[0].split(".")[0].split(",")[0][:20] or model.__name__
