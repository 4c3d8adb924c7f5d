"""Take a list away: on record before the first byte leaves, and again when the last one has, or the connection is cut."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from tongban.accesses import actions as accesses
from tongban.accesses.actions import PIECE
from tongban.exports import rules
from tongban.exports.events import Began, Finished
from tongban.exports.lists import Asked, Listed
from tongban.exports.models import Export
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.clock import now as moment
from tongban.kernel.refusals import Forbidden
from tongban.kernel.sheets import Cell, csv_parts, xlsx_parts

log = logging.getLogger(__name__)


@transaction.atomic
def begin(
    listed: Listed[Any], *, filters: Mapping[str, str], columns: Collection[str], format: str, unmasked: bool = False,
    reason: str = "", by: Actor, now: datetime,
) -> Export:  # fmt: skip
    """开始导出. Raises Refusal without a column, Forbidden for who may not see the list, or not unmasked."""
    if not listed.may(by):
        raise Forbidden("list_not_yours", "您的岗位不能看这份清单", "需要的，请向管理员申请岗位")
    kept = rules.check_columns(columns, [column.key for column in listed.columns])
    private = any(column.mask for column in listed.columns if column.key in kept)
    unmasked = unmasked and private
    made = Export.objects.create(
        list_key=listed.key, by=by.who, by_post=by.post, region_path=_region_of(by), filters=listed.known(filters),
        columns=list(kept), format=rules.check_format(format), unmasked=unmasked,
        reason=rules.check_unmasking(reason, may=bool(by.posts_for("export.unmask"))) if unmasked else "",
        began_at=now,
    )  # fmt: skip
    said = Began(
        export=str(made.public_id), list_key=made.list_key, filters=sorted(made.filters), columns=made.columns,
        format=made.format, unmasked=unmasked,
    )  # fmt: skip
    journal.record(said, by=by, now=now)
    return made


def _region_of(by: Actor) -> str:
    return next((post.region_path for post in by.posts if str(post.id) == by.post), "")


def bytes_of(one: Export, listed: Listed[Any], *, by: Actor) -> Iterator[bytes]:
    """The file, made while it is sent. However it ends, the end is on record."""
    sent = _Sent()
    read = _Rows(one, listed, by, sent)
    try:
        for part in _parts(one, listed, read):
            sent.digest.update(part)
            yield part
        sent.whole = True
    finally:
        try:
            read.write_down()
            finish(
                one,
                rows=sent.rows,
                sha256=sent.digest.hexdigest(),
                whole=sent.whole,
                more=sent.more,
                by=by,
                now=moment(),
            )
        except DatabaseError:  # the beginning is on record, and that it has no end
            log.exception("export %s could not be completed", one.public_id)


@transaction.atomic
def finish(one: Export, *, rows: int, sha256: str, whole: bool, more: bool = False, by: Actor, now: datetime) -> Export:
    """导出结束: to the end, or as far as the connection lasted."""
    one.ended_at, one.rows, one.sha256, one.whole, one.more = now, rows, sha256, whole, more
    one.save(update_fields=["ended_at", "rows", "sha256", "whole", "more"])
    journal.record(Finished(export=str(one.public_id), rows=rows, sha256=sha256, whole=whole), by=by, now=now)
    return one


@dataclass
class _Sent:
    digest: Any = field(default_factory=hashlib.sha256)
    rows: int = 0
    whole: bool = False
    more: bool = False


@dataclass
class _Rows:
    """The chosen cells of each row, counted; up to what one export may hold."""

    one: Export
    listed: Listed[Any]
    by: Actor
    sent: _Sent
    people: set[int] = field(default_factory=set)
    told: set[int] = field(default_factory=set)

    def __iter__(self) -> Iterator[list[Cell]]:
        columns = [column for column in self.listed.columns if column.key in self.one.columns]
        private = any(column.mask for column in columns)
        asked = Asked(self.by, self.one.filters, frozenset(self.one.columns), self.one.began_at)
        for row in self.listed.rows(asked):
            if self.sent.rows == rules.MOST_ROWS:
                self.sent.more = True
                yield [rules.too_many()]
                return
            self.sent.rows += 1
            if private and self.listed.person:
                self._note(self.listed.person(row))
            masked = not (self.one.unmasked and self._may_see(row))
            yield [column.cell(row, masked=masked) for column in columns]

    def _note(self, person_id: int | None) -> None:
        """Who is in it can read who took it: written a few hundred at a time, before they leave."""
        if person_id is not None:
            self.people.add(person_id)
        if len(self.people) >= PIECE:
            self.write_down()

    def write_down(self) -> None:
        accesses.note_all(
            self.by, people=self.people - self.told, kind="export", subject=str(self.one.public_id),
            reason=self.one.reason, now=self.one.began_at,
        )  # fmt: skip
        self.told |= self.people
        self.people = set()

    def _may_see(self, row: object) -> bool:
        if self.listed.place is None:
            return False
        body, region = self.listed.place(row)
        return self.by.may("export.unmask", body_id=body, region_path=region)


def _parts(one: Export, listed: Listed[Any], rows: _Rows) -> Iterator[bytes]:
    head = listed.titles(tuple(one.columns))
    if one.format == "xlsx":
        yield from xlsx_parts(listed.name, head, rows)
        return
    for text in csv_parts(head, rows):
        yield text.encode()
