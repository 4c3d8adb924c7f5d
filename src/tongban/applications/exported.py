"""Lists of this room that staff take away: the cases, and what awaits someone."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.applications import case_list
from tongban.applications.case_list import CHANNELS, CaseLine
from tongban.applications.procedure import State
from tongban.exports.lists import Asked, Column, Listed, declare
from tongban.flow import queries as flow
from tongban.flow.queries import TaskLine
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.identity.rules import mask_id, mask_name, mask_phone
from tongban.kernel.clock import date_of

_PRIVATE = {"applicant", "id_number", "phone"}
_TITLES = {
    "number": "办件编号", "item": "事项", "state": "状态", "body": "部门", "channel": "收件渠道", "from": "收件从",
    "until": "收件到", "closed_from": "办结从", "closed_until": "办结到", "overdue": "只看", "handler": "经办人",
}  # fmt: skip


def _sees_cases(by: Actor) -> bool:
    return bool(by.posts_for("application.view"))


def _cases(asked: Asked) -> Iterator[CaseLine]:
    return case_list.every(
        asked.by, case_list.wanted(asked.filters), today=date_of(asked.now),
        people=bool(asked.columns & _PRIVATE), handlers="handlers" in asked.columns,
    )  # fmt: skip


def _said(asked: Asked) -> list[tuple[str, str]]:
    return [(_TITLES[name], _word(name, value)) for name, value in asked.filters.items() if name in _TITLES]


def _word(name: str, value: str) -> str:
    match name:
        case "state" if value in set(State):
            return State(value).label
        case "channel":
            return CHANNELS.get(value, value)
        case "overdue":
            return "超过承诺时限、还没有决定的"
        case "handler":
            return names_of([f"staff:{value}"])[f"staff:{value}"] if value.isdecimal() and len(value) < 18 else value
    return value


CASES: Listed[CaseLine] = Listed(
    key="cases", name="办件清单", page="/desk/cases", may=_sees_cases, filters=case_list.FILTERS, rows=_cases, said=_said,
    place=lambda row: (row.body_id, row.region_path), person=lambda row: row.person.id if row.person else None,
    columns=(
        Column("number", "办件编号", lambda row: row.number),
        Column("title", "事项", lambda row: row.title),
        Column("code", "实施编码", lambda row: row.code, chosen=False),
        Column("body", "部门", lambda row: row.body),
        Column("state", "状态", lambda row: row.state.label),
        Column("channel", "收件渠道", lambda row: CHANNELS.get(row.channel, row.channel)),
        Column("submitted_at", "收件时间", lambda row: row.submitted_at),
        Column("promised_on", "承诺办结日", lambda row: row.promised_on),
        Column("statutory_on", "法定办结日", lambda row: row.statutory_on, chosen=False),
        Column("closed_at", "办结时间", lambda row: row.closed_at),
        Column("overdue", "是否超期未决定", lambda row: row.overdue),
        Column("visits", "到现场次数", lambda row: row.visits, chosen=False),
        Column("handlers", "经办人", lambda row: "、".join(row.handlers), chosen=False),
        Column("organisation", "申请单位", lambda row: row.organisation, chosen=False),
        Column("applicant", "申请人或经办人", lambda row: row.person.name if row.person else "", mask_name, chosen=False),
        Column("id_number", "证件号码", lambda row: row.person.id_number if row.person else "", mask_id, chosen=False),
        Column("phone", "联系电话", lambda row: row.person.phone if row.person else "", mask_phone, chosen=False),
    ),
)  # fmt: skip
declare(CASES)


ACTS: dict[str, str] = {
    "application.accept": "受理", "application.review": "审查", "application.decide": "决定",
    "application.deliver": "送达", "application.extend": "批准延期", "application.extend_joint": "批准延期（联合办理）",
    "application.suspend": "举行听证", "application.verify": "核查承诺", "application.reopen": "定是否撤销",
    "application.back_enter": "复核补录", "application.answer": "答复", "application.respond": "答复别的部门",
    "application.urge": "督办答复",
}  # fmt: skip
"""What a task waits for, as statistics and tables call it."""


def _tasks(asked: Asked) -> Iterator[TaskLine]:
    """Of one kind, if there is such a kind: as on the page."""
    after, act = "", asked.filters.get("act", "")
    act = act if act in ACTS else ""
    while found := flow.tasks(asked.by, today=date_of(asked.now), limit=100, after=after, act=act):
        yield from found
        after = found[-1].after


_LAMPS = {"over": "超期", "near": "临期", "ok": "正常", "paused": "暂停计时", "none": "不设期限"}

declare(Listed(
    key="tasks", name="待办", page="/desk", may=_sees_cases, filters=("act",), rows=_tasks,
    said=lambda asked: [("要办", ACTS[act])] if (act := asked.filters.get("act")) in ACTS else [],
    columns=(
        Column("due_on", "办理截止", lambda row: row.due_on),
        Column("lamp", "时限灯", lambda row: _LAMPS.get(row.lamp, row.lamp)),
        Column("title", "事项", lambda row: row.title),
        Column("number", "办件编号", lambda row: row.subject),
        Column("act", "要办", lambda row: ACTS.get(row.act, row.act)),
        Column("opened_at", "到我这里", lambda row: row.opened_at),
    ),
))  # fmt: skip
