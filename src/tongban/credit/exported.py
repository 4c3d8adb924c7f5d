"""信用记录 as a table: the same rows as the page of the head of the body that made them."""

from __future__ import annotations

from tongban.credit.models import Record
from tongban.exports.lists import Column, Listed, declare, newest_first
from tongban.identity.rules import mask_name

declare(Listed(
    key="credit", name="信用记录", page="/desk/credit", may=lambda by: bool(by.posts_for("credit.repair")),
    rows=lambda asked: newest_first(Record.objects.visible_to(asked.by).select_related("person", "organisation", "body")),
    place=lambda row: (row.body_id, ""), person=lambda row: row.person_id,
    columns=(
        Column("organisation", "单位", lambda row: row.organisation.name if row.organisation else ""),
        Column("person", "个人", lambda row: row.person.name if row.person else "", mask_name),
        Column("kind", "事由", lambda row: row.get_kind_display()),
        Column("number", "办件编号", lambda row: row.case_number),
        Column("title", "事项", lambda row: row.title),
        Column("from_at", "记入时间", lambda row: row.from_at),
        Column("repaired_at", "修复时间", lambda row: row.repaired_at),
    ),
))  # fmt: skip
