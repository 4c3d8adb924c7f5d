"""诉求单 as a table: who complained is in none of its columns."""

from __future__ import annotations

from tongban.exports.lists import Column, Listed, declare, newest_first
from tongban.tickets.models import Ticket

declare(Listed(
    key="tickets", name="诉求单", page="/desk/tickets", may=lambda by: bool(by.posts_for("ticket.handle")),
    rows=lambda asked: newest_first(Ticket.objects.visible_to(asked.by).exclude(state="visited").select_related("body")),
    columns=(
        Column("number", "诉求单编号", lambda row: row.number),
        Column("kind", "来源", lambda row: row.get_kind_display()),
        Column("title", "内容", lambda row: row.title),
        Column("body", "被反映部门", lambda row: row.body.name),
        Column("state", "状态", lambda row: row.get_state_display()),
        Column("opened_at", "收到时间", lambda row: row.opened_at),
        Column("due_on", "整改期限", lambda row: row.due_on),
        Column("rectified_at", "整改时间", lambda row: row.rectified_at),
        Column("in_time", "是否按时整改", lambda row: row.rectified_in_time),
    ),
))  # fmt: skip
