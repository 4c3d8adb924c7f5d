"""组件 as template tags, available in every template without `{% load %}`.

Each takes plain values or the dataclasses of `design.parts` (or mappings with the same names) and asks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tongban.design import charts, parts, qr, words

register = template.Library()
HERE = "design/components/"


# 表单


@register.inclusion_tag(HERE + "field.html")
def field(thing: object = None, **changes: Any) -> dict[str, object]:
    """`{% field form.phone kind="phone" source="登录信息" %}`, or by name: `{% field name="q" label="找什么" %}`."""
    return {"field": parts.Field.of(thing, **changes)}


@register.inclusion_tag(HERE + "questions.html")
def questions(asked: Sequence[object], answers: Mapping[str, str] | None = None) -> dict[str, object]:
    """Situation questions as numbered fieldsets; `answers` are those given so far, by key."""
    made = [parts.Field.of(each) for each in asked]
    answers = answers or {}
    return {"fields": [parts.Field.of(each, value=answers.get(each.name, each.value)) for each in made]}


@register.inclusion_tag(HERE + "error_summary.html")
def error_summary(errors: object, title: str = "请修改以下内容", focus: bool = True) -> dict[str, object]:
    """Every fault with a link to its field; nothing when there is none. See `parts.faults_of` for what it takes."""
    return {"faults": parts.faults_of(errors), "title": title, "focus": focus}


@register.inclusion_tag(HERE + "key_button.html")
def key_button(
    label: str,
    key: str = "",
    *,
    main: bool = False,
    stop: bool = False,
    because: str = "",
    url: str = "",
    type: str = "submit",
    **attrs: str,
) -> dict[str, object]:
    """A button with its visible key. With `because` it is disabled and the reason stands beside it."""
    style = "button" + (" button-main" if main else "") + (" button-stop" if stop else "")
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value not in (None, False, "")}
    return {
        "label": label,
        "key": key,
        "style": style,
        "because": because,
        "url": url,
        "type": type,
        "attributes": flatatt(given),
    }


# 办件


@register.inclusion_tag(HERE + "track.html")
def track(steps: Sequence[object], label: str = "办理进度") -> dict[str, object]:
    return {"steps": [parts.as_part(parts.Step, step) for step in steps], "label": label}


@register.simple_tag
def lamp(state: str, text: str = "") -> SafeString:
    """时限灯: ok, near, over, paused, done or none; the word is the state's unless given."""
    return format_html('<span class="lamp lamp-{}">{}</span>', state, text or parts.LAMPS.get(str(state), ""))


@register.simple_tag
def tag(text: object, tone: str = "") -> SafeString:
    """标签: tone is empty, ok, warn, bad or line."""
    return format_html('<span class="tag{}">{}</span>', f" tag-{tone}" if tone else "", text)


@register.simple_tag
def way(give: str) -> SafeString:
    """怎么给: generated, library, share, pledge, upload, post, window."""
    known = parts.WAYS.get(str(give), parts.Way(str(give)))
    return tag(known.label, known.tone)


@register.inclusion_tag(HERE + "materials.html")
def materials(rows: Sequence[object], caption: str = "", target: str = "materials") -> dict[str, object]:
    """The sentence (how many, how many you need not bring) and the list."""
    made = [parts.as_part(parts.Material, row) for row in rows]
    return {
        "rows": made,
        "caption": caption,
        "target": target,
        "count": len(made),
        "free": sum(row.free for row in made),
        "own": sum(not row.free for row in made),
    }


@register.inclusion_tag(HERE + "material.html")
def material(row: object) -> dict[str, object]:
    """One row of a hand-written `table.table.table-fold`."""
    return {"row": parts.as_part(parts.Material, row)}


@register.inclusion_tag(HERE + "answers.html")
def summary_list(rows: Sequence[object]) -> dict[str, object]:
    """核对: label, answer, 改."""
    return {"rows": [parts.as_part(parts.Answer, row) for row in rows]}


@register.simple_block_tag
def confirmation(
    content: str, title: str, *, number: str = "", shown: str = "", query_code: str = "", promised: object = ""
) -> str:
    """办成了: the number to keep, by when, and (the content) what happens next. `shown` is the number in groups."""
    return render_to_string(
        HERE + "confirmation.html",
        {
            "content": content,
            "title": title,
            "number": number,
            "shown": shown or number,
            "query_code": query_code,
            "promised": promised,
        },
    )


# 版面


@register.simple_block_tag
def panel(content: str, title: str = "", *, id: str = "", link: str = "", url: str = "", aside: object = "") -> str:
    """A titled section. `link` and `url` stand right of the title, or `aside` as plain words."""
    return render_to_string(
        HERE + "panel.html",
        {"content": content, "title": title, "id": id, "link": link, "url": url, "aside": aside},
    )


@register.simple_block_tag
def notice(content: str, tone: str = "", title: str = "") -> str:
    """提示: tone is empty, ok, warn or bad."""
    return render_to_string(HERE + "notice.html", {"content": content, "tone": tone, "title": title})


@register.inclusion_tag(HERE + "facts.html")
def facts(rows: Sequence[object]) -> dict[str, object]:
    """Large facts in a row. Each a `parts.Fact`, a mapping, or (label, value[, unit])."""
    return {"rows": [_fact(row) for row in rows]}


@register.inclusion_tag(HERE + "pairs.html")
def pairs(rows: Sequence[object]) -> dict[str, object]:
    """Dense label–value pairs, for desks."""
    return {"rows": [_fact(row) for row in rows]}


@register.inclusion_tag(HERE + "table.html")
def table(thing: object) -> dict[str, object]:
    made = parts.as_part(parts.Table, thing)
    rows = [
        [_Column(column, _cell(value), column in made.numeric) for column, value in zip(made.columns, row, strict=True)]
        for row in made.rows
    ]
    heads = [(column, column in made.numeric) for column in made.columns]
    return {"table": made, "heads": heads, "rows": rows}


@register.inclusion_tag(HERE + "pager.html")
def pager(next_url: str = "", first_url: str = "", label: str = "") -> dict[str, object]:
    """Keyset pages: 下一页, and 回到开头 when not on the first."""
    return {"next_url": next_url, "first_url": first_url, "label": label}


@register.inclusion_tag(HERE + "nothing.html")
def nothing(text: str, hint: str = "", link: str = "", url: str = "") -> dict[str, object]:
    """The empty state: what isn't there, why, and what to do."""
    return {"text": text, "hint": hint, "link": link, "url": url}


@register.inclusion_tag(HERE + "crumb.html")
def crumb(*trail: str) -> dict[str, object]:
    """`{% crumb "我的办件" "/my" "填申请表" %}`: label, url, …, and last where we are. 首页 comes first by itself."""
    return {"links": list(zip(trail[:-1:2], trail[1:-1:2], strict=True)), "here": trail[-1] if trail else ""}


@register.inclusion_tag(HERE + "flash.html", takes_context=True)
def flash(context: Context) -> dict[str, object]:
    """What the last act left to say (django.contrib.messages)."""
    return {"said": list(context.get("messages") or ())}


@register.inclusion_tag(HERE + "care_switch.html", takes_context=True)
def care_switch(context: Context) -> dict[str, object]:
    chrome = context["chrome"]
    return {"choices": chrome.care_choices, "back": chrome.path}


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str) -> SafeString:
    """What upper rooms filled in: the view put `slots_for(...)` into the context as `slots`."""
    filled: Mapping[str, Sequence[str]] = context.get("slots") or {}
    return format_html_join("\n", "{}", ((mark_safe(each),) for each in filled.get(name, ())))  # noqa: S308


@register.simple_tag(name="qr")
def qr_tag(text: str, label: str = "二维码") -> SafeString:
    return qr.qr_svg(str(text), label=label)


@register.simple_tag
def chart(drawn: charts.Chart) -> str:
    """A chart from `design.charts`, with its data as a table beneath."""
    return render_to_string("design/charts/figure.html", {"chart": drawn})


@register.simple_tag
def sparkline(values: Sequence[float], label: str) -> str:
    """A line as high as the words around it; `label` says what it shows."""
    drawn = charts.sparkline(label, values)
    return render_to_string(drawn.template, {"chart": drawn})


# 文字


@register.simple_tag(name="number")
def number_tag(value: float | Decimal | None, places: int | None = None) -> str:
    return words.number(value, places)


@register.simple_tag(name="date_cn")
def date_tag(value: date | None, year: bool = False) -> SafeString | str:
    return _time(value, words.date_cn(value, year=year))


@register.simple_tag(name="datetime_cn")
def datetime_tag(value: datetime | None, year: bool = False) -> SafeString | str:
    return _time(value, words.datetime_cn(value, year=year))


@register.filter(name="number")
def number_filter(value: float | Decimal | None, places: int | None = None) -> str:
    return words.number(value, places)


@register.filter
def percent(value: float | Decimal | None, places: int = 1) -> str:
    return words.percent(value, places)


@register.filter(name="date_cn")
def date_filter(value: date | None, how: str = "") -> str:
    return words.date_cn(value or None, year=how == "year")


@register.filter(name="datetime_cn")
def datetime_filter(value: datetime | None, how: str = "") -> str:
    return words.datetime_cn(value or None, year=how == "year")


@register.filter
def weekday_cn(value: date | None) -> str:
    return words.weekday_cn(value or None)


@register.filter
def fen(value: int | None) -> str:
    return words.fen(value)


class _Column:
    """A cell with its column, for the folded table."""

    def __init__(self, label: str, cell: parts.Cell, right: bool) -> None:
        self.label, self.cell, self.right = label, cell, right


def _cell(value: object) -> parts.Cell:
    return value if isinstance(value, parts.Cell) else parts.Cell(value)


def _fact(row: object) -> parts.Fact:
    if isinstance(row, tuple | list):
        return parts.Fact(**dict(zip(("label", "value", "unit", "note"), row, strict=False)))
    return parts.as_part(parts.Fact, row)


def _time(value: date | None, text: str) -> SafeString | str:
    if not value:
        return ""
    moment = words.local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    return format_html('<time datetime="{}">{}</time>', moment, text)
