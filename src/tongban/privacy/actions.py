"""Ask for the file with everything, make it, take it, let it go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.db import transaction

from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.actors import system
from tongban.kernel.crypto import Unreadable
from tongban.kernel.refusals import Conflict, Forbidden, NotFound
from tongban.privacy import packing, rules, vault
from tongban.privacy.events import OwnDataAsked, OwnDataMade, OwnDataTaken
from tongban.privacy.models import OwnData


def own(by: Actor) -> int:
    """Whose data. Raises Forbidden for an account without a person."""
    if by.person_id is None:
        raise Forbidden("no_person", "这个账号没有登记个人", "请用个人账号登录")
    return by.person_id


@transaction.atomic
def ask(*, by: Actor, now: datetime) -> OwnData:
    """《个人信息保护法》第四十五条. Raises Conflict while one is coming, or soon after the last."""
    person = own(by)
    last = OwnData.objects.filter(person=person).order_by("-pk").first()
    rules.check_asking(last.asked_at if last else None, waiting=last is not None and last.state == "asked", now=now)
    made = OwnData.objects.create(person_id=person, account_id=by.account_id or 0, asked_at=now)
    journal.record(OwnDataAsked(request=str(made.public_id)), by=by, now=now)
    return made


def make(request: UUID, *, now: datetime) -> OwnData:
    """By the worker, once."""
    one = OwnData.objects.get(public_id=request)
    if one.state != "asked":
        return one
    with TemporaryFile() as file:
        packing.pack(one.person_id, file, now=now)
        one.size = file.tell()
        one.sha256 = _digest(file)
        file.seek(0)
        vault.put(str(one.public_id), file)
    one.state, one.made_at, one.expires_at = "made", now, now + rules.LIES
    with transaction.atomic():
        one.save()
        journal.record(
            OwnDataMade(request=str(one.public_id), sha256=one.sha256, size=one.size), by=system("privacy"), now=now
        )
    return one


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


@transaction.atomic
def take(request: UUID, *, by: Actor, now: datetime) -> Iterator[bytes]:
    """The file, for its person only. Raises NotFound, Conflict while it isn't there."""
    one = OwnData.objects.select_for_update().filter(public_id=request, person=own(by)).first()
    if one is None:
        raise NotFound("own_data_unknown", "没有这份文件", "请从“我的数据”打开")
    if one.state != "made" or (one.expires_at and now >= one.expires_at):
        raise Conflict("own_data_not_there", "这份文件还没有整理好，或者已过期删除", "请在“我的数据”查看，可以重新申请")
    found = vault.pieces(str(one.public_id))
    try:
        first = next(found)
    except (OSError, Unreadable) as error:
        raise Conflict("own_data_not_there", "这份文件已经打不开了", "请重新申请一份") from error
    one.taken_at = now
    one.save(update_fields=["taken_at"])
    journal.record(OwnDataTaken(request=str(one.public_id)), by=by, now=now)
    return _with(first, found)


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def let_go(*, now: datetime) -> int:
    """Delete what has lain long enough."""
    found = list(OwnData.objects.filter(state="made", expires_at__lte=now).order_by("expires_at")[:500])
    for one in found:
        vault.drop(str(one.public_id))
        OwnData.objects.filter(pk=one.pk, state="made").update(state="gone")
    return len(found)
