"""常用筛选: lists that an account keeps under a name; one of them may be what its desk opens with."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl

from django.db import transaction

from tongban.flow import wanted
from tongban.flow.models import SavedView
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel.refusals import Conflict, NotFound, Refusal

MOST = 20


def of(by: Actor) -> list[SavedView]:
    """By name; few."""
    return list(SavedView.objects.filter(account=by.account_id).order_by("name", "pk"))


@transaction.atomic
def save(name: str, query: str, *, by: Actor, now: datetime) -> SavedView:
    """Keep a list under a name; under one that is there it takes its place."""
    name = _name(name)
    _locked(by)
    query = wanted.read(dict(parse_qsl(query))).query()
    if SavedView.objects.filter(account=by.account_id).exclude(name=name).count() >= MOST:
        raise Conflict("views_many", f"常用筛选最多 {MOST} 个", "请先删去不用的")
    found, _ = SavedView.objects.update_or_create(
        account_id=by.account_id or 0, name=name, defaults={"query": query, "at": now}
    )
    return found


@transaction.atomic
def rename(view: int, name: str, *, by: Actor) -> SavedView:
    name = _name(name)
    found = _own(view, by=by)
    if SavedView.objects.filter(account=by.account_id, name=name).exclude(pk=found.pk).exists():
        raise Refusal("view_name_taken", "已经有一个同名的常用筛选", "请换一个名称", "name")
    found.name = name
    found.save(update_fields=["name"])
    return found


@transaction.atomic
def make_default(view: int, *, by: Actor, default: bool = True) -> SavedView:
    """The desk opens with it; with `default` False with everything, as before."""
    found = _own(view, by=by)
    SavedView.objects.filter(account=by.account_id, is_default=True).update(is_default=False)
    found.is_default = default
    found.save(update_fields=["is_default"])
    return found


@transaction.atomic
def remove(view: int, *, by: Actor) -> SavedView:
    found = _own(view, by=by)
    SavedView.objects.filter(pk=found.pk).delete()
    return found


def _own(view: int, *, by: Actor) -> SavedView:
    _locked(by)
    found = SavedView.objects.filter(pk=view, account=by.account_id).first()
    if found is None:
        raise NotFound("view_unknown", "没有这个常用筛选", "可能已经删去，请刷新页面")
    return found


def _locked(by: Actor) -> None:
    """What an account does to its views comes one after another."""
    Account.objects.select_for_update(of=("self",)).get(pk=by.account_id or 0)


def _name(name: str) -> str:
    name = name.replace("\0", "").strip()
    if not name:
        raise Refusal("view_name", "请给常用筛选起个名称", "例如：我的超期件", "name")
    if len(name) > 30:
        raise Refusal("view_name_long", "名称最多 30 个字", "请写得短一些", "name")
    return name
