"""The records behind a number: the same conditions as in `counting`, a page at a time, newest first."""

# ruff: noqa: S608 - the statements are put together from the words of this file; what a reader sends is a parameter

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongban.analytics import counting, rules
from tongban.analytics.rules import Period
from tongban.kernel import clock
from tongban.kernel.crypto import blind_index
from tongban.orgs.models import Body


@dataclass(frozen=True)
class Row:
    """One record behind a number. `url` leads to it where it is public; `after` continues the list behind it."""

    label: str
    about: str
    body: str
    on: date | None
    part: str
    whole: str
    after: int
    url: str = ""


def heads(code: str) -> list[str]:
    """The columns of the rows behind a number; an empty word: the rows have no such column."""
    shape = _LISTS[code]
    return [shape.label, shape.about, "部门", shape.day, shape.part, shape.whole]


def rows(
    code: str, period: Period, *, now: datetime, body: Body | None = None, after: str = "", limit: int = 20
) -> list[Row]:
    """The records the number is made of, newest first: case numbers and facts, nothing about a person."""
    wanted, shape = rules.indicator(code), _LISTS[code]
    first, until = counting.span_of(period, now=now)
    if wanted.today_only and not first <= now < until:
        return []
    values = {
        "from": first, "until": until, "as_of": min(until, now), "today": clock.date_of(now),
        "base": counting.BASE, "ordinals": counting.ordinals(), "body": body.pk if body else None,
        "after": int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None, "limit": limit,
    }  # fmt: skip
    return [shape.row(found) for found in counting.run(shape.sql, values)]


@dataclass(frozen=True)
class _List:
    """How the rows of one indicator are read: id, label, about, body, day, part, whole."""

    sql: str
    label: str
    about: str
    day: str
    part: str
    whole: str = ""
    private: bool = False
    """Who rated stays unknown: a code name for the number, and no day."""

    def row(self, found: Sequence[object]) -> Row:
        pk, label, about, body, at, part, whole = found
        on = clock.date_of(at) if isinstance(at, datetime) else at if isinstance(at, date) else None
        if self.private:
            return Row(_code_name(str(label)), str(about), str(body), None, _word(part), _word(whole), int(str(pk)))
        url = f"/items/{label}" if self.label == EDITION else ""
        return Row(str(label), str(about), str(body), on, _word(part), _word(whole), int(str(pk)), url)


def _word(found: object) -> str:
    if isinstance(found, bool):
        return "是" if found else "否"
    return "" if found is None else str(found)


def _code_name(number: str) -> str:
    """The same for the same case, and nobody can tell which case it is."""
    return blind_index(number, purpose="indicator_row").hex()[:12]


_BODY = "(%(body)s::bigint IS NULL OR {0}.body_id = %(body)s)"
EDITION = "实施编码"


def _title(case: str, title: str) -> str:
    """What a case is about, unless its item is not public."""
    return (
        "coalesce((SELECT '不公开的事项' FROM applications_application x JOIN catalog_edition y ON y.id = x.edition_id "
        f"JOIN catalog_item i ON i.id = y.item_id WHERE x.id = {case} AND NOT i.is_public), {title})"
    )


def _timed(kind: str, part: str, whole: str) -> str:
    """Closed cases with one of their clocks; the page is cut out before the days are looked up."""
    behind = _behind("a", "applications_application", "closed_at")
    cut = "ORDER BY a.closed_at DESC, a.id DESC LIMIT %(limit)s"
    where = f"AND c.kind = '{kind}' AND {_BODY.format('a')} {behind} {cut}"
    return (
        counting.clocks_sql(where)
        + f"SELECT t.case_id, t.number, {_title('t.case_id', 't.title')}, b.short, t.closed_at, {part}, {whole} FROM timed t "
        "JOIN orgs_body b ON b.id = t.body_id ORDER BY t.closed_at DESC, t.case_id DESC"
    )


def _behind(alias: str, table: str, column: str) -> str:
    return (
        f"AND (%(after)s::bigint IS NULL OR ({alias}.{column}, {alias}.id) < "
        f"(SELECT k.{column}, k.id FROM {table} k WHERE k.id = %(after)s))"
    )


def _listed(table: str, alias: str, column: str, columns: str, where: str, joins: str = "") -> str:
    """Rows of one table in the span, by day, newest first, behind `after`."""
    return (
        f"SELECT {alias}.id, {columns} FROM {table} {alias} JOIN orgs_body b ON b.id = {alias}.body_id {joins} "
        f"WHERE {alias}.{column} >= %(from)s AND {alias}.{column} < %(until)s AND {_BODY.format(alias)} AND {where} "
        f"{_behind(alias, table, column)} ORDER BY {alias}.{column} DESC, {alias}.id DESC LIMIT %(limit)s"
    )


def _cases(part: str, which: str = counting.ENDED, joins: str = "") -> str:
    columns = f"a.number, {_title('a.id', 'a.title')}, b.short, a.closed_at, {part}, NULL"
    return _listed("applications_application", "a", "closed_at", columns, which, joins)


def _tickets(part: str, where: str) -> str:
    columns = f"t.number, '差评', b.short, t.opened_at, {part}, NULL"
    return _listed("tickets_ticket", "t", "opened_at", columns, f"t.kind = 'bad_rating' AND {where}")


def _editions(part: str, whole: str = "NULL", where: str = "true") -> str:
    """By id: a list of what is in force has no better order."""
    return (
        f"SELECT e.id, e.code, e.name, b.short, e.published_at, {part}, {whole} FROM catalog_edition e "
        "JOIN catalog_item i ON i.id = e.item_id AND i.is_public "
        f"JOIN orgs_body b ON b.id = e.body_id WHERE {counting.IN_FORCE} AND {counting.SERVICES} AND {where} "
        f"AND {_BODY.format('e')} AND (%(after)s::bigint IS NULL OR e.id < %(after)s) ORDER BY e.id DESC LIMIT %(limit)s"
    )


_OVERDUE = (
    f"SELECT c.id, a.number, {_title('a.id', 'a.title')}, b.short, c.due_on, c.amount, NULL FROM flow_clock c "
    "JOIN applications_application a ON a.number = c.subject JOIN orgs_body b ON b.id = a.body_id "
    f"WHERE {counting.OVERDUE} AND {_BODY.format('a')} AND (%(after)s::bigint IS NULL OR (c.due_on, c.id) > "
    "(SELECT k.due_on, k.id FROM flow_clock k WHERE k.id = %(after)s)) ORDER BY c.due_on, c.id LIMIT %(limit)s"
)
_PHONELESS = (
    f"SELECT e.id, e.code, e.name, b.short, w.ran_at, w.passed, w.blocked->0->>2 FROM {counting.WALKED} "
    f"JOIN orgs_body b ON b.id = w.body_id WHERE {_BODY.format('w')} "
    "AND (%(after)s::bigint IS NULL OR e.id < %(after)s) ORDER BY w.edition_id DESC LIMIT %(limit)s"
)
_RATED = "LEFT JOIN evaluations_rating r ON r.number = a.number"
_CASE = ("办件编号", "事项", "办结日期")
_ITEM = (EDITION, "事项", "公布日期")

_LISTS: dict[str, _List] = {
    "time_cut": _List(_timed("statutory", "t.actual", "t.legal"), *_CASE, "实际工作日", "法定工作日"),
    "on_time": _List(_timed("promised", "t.stopped_on <= t.due_on", "t.due_on"), *_CASE, "是否按时", "承诺到期日"),
    "overdue": _List(_OVERDUE, "办件编号", "事项", "承诺到期日", "承诺期限"),
    "visits": _List(_cases("a.visits"), *_CASE, "到窗口次数"),
    "online_cases": _List(_cases("a.channel IN ('web', 'mobile', 'api')"), *_CASE, "是否网上提交"),
    "rated": _List(
        _cases("r.id IS NOT NULL", counting.ANSWERED, _RATED), "代号", "事项", "", "是否评价", private=True
    ),
    "good": _List(
        _listed("evaluations_rating", "r", "at", "r.number, '评价', b.short, r.at, r.level <= 3, NULL", "true"),
        "代号", "", "", "是否好评", private=True,
    ),
    "rectified": _List(
        _tickets("coalesce(t.rectified_in_time, false)", "(t.rectified_at IS NOT NULL OR t.due_on < %(today)s)"),
        "诉求单编号", "", "收到日期", "是否按时整改",
    ),
    "visited": _List(
        _tickets("t.visited_at IS NOT NULL", "t.rectified_at IS NOT NULL"), "诉求单编号", "", "收到日期", "是否回访"
    ),
    "promised_cut": _List(
        _editions("e.promised_days", "e.statutory_days", counting.LIMITED), *_ITEM, "承诺工作日", "法定工作日"
    ),
    "no_phone": _List(_PHONELESS, EDITION, "事项", "走的日期", "没有手机能否办", "卡在哪里"),
    "instant": _List(_editions("e.instant"), *_ITEM, "是否即办件"),
    "material_cut": _List(
        _editions("e.materials", "e.baseline_materials", "e.baseline_materials IS NOT NULL"),
        *_ITEM, "现在份数", "精简前份数",
    ),
    "pledge": _List(_editions("true", where=counting.PLEDGED), *_ITEM, "可以承诺"),
    "zero_material": _List(
        _editions("true", where=f"{counting.CONNECTED} AND NOT {counting.OWN_MATERIAL}"), *_ITEM, "不用备材料"
    ),
    "online_licence": _List(_editions("e.online", where="e.type_code = '01'"), *_ITEM, "是否全程网办"),
    "online_all": _List(_editions("e.online"), *_ITEM, "是否全程网办"),
    "online_rate": _List(_editions(counting.CONNECTED), *_ITEM, "网上能否申请"),
    "once": _List(_editions("e.visits", where=f"{counting.CONNECTED} AND e.visits <= 1"), *_ITEM, "到现场次数"),
    "no_visit": _List(_editions("e.visits", where=f"{counting.CONNECTED} AND e.visits = 0"), *_ITEM, "到现场次数"),
}  # fmt: skip
