"""待打印信函 and 送达失败 as tables: the same rows as their pages. No number and no address leaves here."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.exports.lists import Asked, Column, Listed, declare, newest_first
from tongban.identity.rules import mask_name
from tongban.notices.models import CHANNELS, Delivery
from tongban.notices.queries import told


def _letters(asked: Asked) -> Iterator[Delivery]:
    state = "printed" if asked.filters.get("printed") == "1" else "to_print"
    mine = Delivery.objects.letters().within(asked.by, "notice.print").filter(state=state)
    return newest_first(mine.select_related("message", "person", "body"))


declare(Listed(
    key="letters", name="待打印信函", page="/desk/notices/letters", may=lambda by: bool(by.posts_for("notice.print")),
    filters=("printed",), rows=_letters,
    said=lambda asked: [("只看", "已打印的")] if asked.filters.get("printed") == "1" else [],
    place=lambda row: (row.body_id, row.region_path), person=lambda row: row.person_id,
    columns=(
        Column("title", "信函", lambda row: row.message.title),
        Column("number", "办件编号", lambda row: row.message.subject),
        Column("name", "收信人", lambda row: row.person.name, mask_name),
        Column("body", "部门", lambda row: row.body.short if row.body else ""),
        Column("told_at", "形成时间", lambda row: row.message.at),
        Column("because", "为什么寄信", lambda row: row.because),
        Column("printed_at", "打印时间", lambda row: row.printed_at),
    ),
))  # fmt: skip


def _failures(asked: Asked) -> Iterator[Delivery]:
    found = Delivery.objects.failed().within(asked.by, "supervision.view")
    return newest_first(found.select_related("message", "sms", "mail", "body"))


declare(Listed(
    key="failures", name="送达失败", page="/desk/notices/failures", may=lambda by: bool(by.posts_for("supervision.view")),
    rows=_failures,
    columns=(
        Column("title", "消息", lambda row: row.message.title),
        Column("number", "办件编号", lambda row: row.message.subject),
        Column("body", "部门", lambda row: row.body.short if row.body else ""),
        Column("channel", "渠道", lambda row: CHANNELS[row.channel]),
        Column("state", "结果", lambda row: told(row).state),
        Column("why", "原因", lambda row: told(row).why),
        Column("failed_at", "放弃时间", lambda row: row.failed_at),
    ),
))  # fmt: skip
