"""What a reader of the flow asks for, as the address says it; the same for pages and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.analytics import flow_queries
from tongban.analytics.flow_queries import Flow, Line, Row, Span
from tongban.catalog.models import Item
from tongban.identity.actors import Actor
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Forbidden, NotFound
from tongban.orgs.models import Body

NUMBERS = ("period", "body", "item")


@dataclass(frozen=True)
class FlowAsked:
    by: Actor
    now: datetime
    span: Span
    all_bodies: list[Body]
    body: Body | None
    item: Item | None

    @property
    def bodies(self) -> list[Body]:
        return [self.body] if self.body else self.all_bodies

    def flow(self) -> Flow:
        return flow_queries.flow(self.bodies, self.span, item=self.item.pk if self.item else None, now=self.now)

    def rows(self, step: str) -> Iterator[Row]:
        item = self.item.pk if self.item else None
        return flow_queries.rows(self.by, self.bodies, self.span, step, item=item)

    @property
    def query(self) -> dict[str, str]:
        given = {
            "period": self.span.key, "body": self.body.key if self.body else "", "item": self.item.code if self.item else ""
        }  # fmt: skip
        return {name: value for name, value in given.items() if value}

    @property
    def said(self) -> list[tuple[str, str]]:
        whose = self.body.name if self.body else "、".join(one.name for one in self.all_bodies[:3])
        more = f"等 {len(self.all_bodies)} 个部门" if not self.body and len(self.all_bodies) > 3 else ""
        return [
            ("统计期", f"{self.span.label}（{self.span.first} 至 {self.span.last}）"), ("部门", whose + more),
            *([("事项", self.item.name)] if self.item else []),
        ]  # fmt: skip


def asked(by: Actor, given: Mapping[str, str], *, now: datetime) -> FlowAsked:
    """Raises Forbidden without the power, NotFound for a body outside of it, an item or a period that there isn't."""
    bodies = flow_queries.bodies_of(by)
    if not bodies:
        raise Forbidden("flow_not_yours", "流转统计由部门负责人和督查员查看", "需要的，请向管理员申请岗位")
    key, code = given.get("body", ""), given.get("item", "").replace("\0", "")
    body = next((one for one in bodies if one.key == key), None)
    if key and body is None:
        raise NotFound("body_unknown", "没有这个部门", "请从流转统计页选择")
    item = flow_queries.item_named(code)
    if code and item is None:
        raise NotFound("item_unknown", "没有这个事项", "请从流转统计页选择")
    return FlowAsked(by, now, flow_queries.span(given.get("period", ""), today=date_of(now)), bodies, body, item)


@dataclass(frozen=True)
class Numbers:
    """One line of the table that is taken away."""

    what: str
    line: Line


def numbers(one: FlowAsked) -> Iterator[Numbers]:
    found = one.flow()
    for what, lines in (("环节", found.steps), ("事项", found.items), ("岗位", found.posts)):
        yield from (Numbers(what, line) for line in lines)
