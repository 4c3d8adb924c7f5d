"""无手机可办: how much of the catalogue somebody without a phone can do, and for every other item what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.analytics import phoneless, rules
from tongban.analytics.phoneless import Line, Overview
from tongban.analytics.rules import Reading, Tally
from tongban.catalog.no_phone import GUIDE_RULES, RULES, WALK_RULES
from tongban.design.parts import Cell, Choice, Table
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel.refusals import NotFound
from tongban.orgs.models import Body

PER_PAGE = 30
EVERY = "all"
OUTCOMES = {"blocked": "办不成的", "passed": "能办成的"}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`?body=`, `?rule=`, `?outcome=`, `?after=`."""
    bodies = list(Body.objects.order_by("name"))
    chosen = _chosen(request, bodies)
    body = next((one for one in bodies if one.key == chosen.get("body")), None)
    passed, rule, after = chosen.get("outcome") == "passed", chosen.get("rule", ""), request.GET.get("after", "")
    read = phoneless.overview(body)
    found = phoneless.lines(passed=passed, body=body, rule=rule, after=after, limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    context = {
        "read": read,
        "reading": _reading(read),
        "one": rules.indicator("no_phone"),
        "body": body,
        "rules": _rules(body, chosen) if read.walked else None,
        "bodies": None if body else _bodies(),
        "items": _items(shown, doors.whoever(request), passed=passed),
        "passed": passed,
        "chosen_rule": RULES.get(rule),
        "choices": _choices(bodies, chosen),
        "guide_rules": GUIDE_RULES,
        "walk_rules": WALK_RULES,
        "indicator_url": reverse("analytics:indicator", kwargs={"code": "no_phone"}),
        "next_url": _here(**chosen, after=str(shown[-1].edition)) if len(found) > PER_PAGE else "",
        "first_url": _here(**chosen) if after else "",
    }
    return render(request, "analytics/no_phone.html", context)


def _chosen(request: HttpRequest, bodies: Sequence[Body]) -> dict[str, str]:
    """What was chosen, without what means everything. Raises NotFound for what there isn't."""
    known = {"body": {one.key for one in bodies}, "rule": set(RULES), "outcome": {"passed"}}
    given = {name: request.GET.get(name, "") for name in known}
    chosen = {name: value for name, value in given.items() if value not in ("", EVERY, "blocked")}
    if wrong := [name for name, value in chosen.items() if value not in known[name]]:
        names = {"body": "部门", "rule": "原因", "outcome": "结果"}
        raise NotFound("choice_unknown", f"没有这个{names[wrong[0]]}", "请从列出的选项中选")
    return chosen


def _here(**chosen: str) -> str:
    asked = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse('analytics:no_phone')}?{asked}"


def _reading(read: Overview) -> Reading:
    return Reading(indicator=rules.indicator("no_phone"), tally=Tally.of(read.passed, read.walked))


def _rules(body: Body | None, chosen: dict[str, str]) -> Table:
    """What blocks, the most frequent first; each leads to its items."""
    kept = {name: value for name, value in chosen.items() if name == "body"}
    rows = [
        [Cell(rule.name, url=_here(**kept, rule=rule.key) + "#items"), rule.why, items]
        for rule, items in phoneless.by_rule(body)
    ]
    return Table(columns=["卡在哪里", "为什么要改", "事项"], numeric=["事项"], rows=rows, nothing="没有卡住的事项")


def _bodies() -> Table:
    rows = [
        [Cell(name, url=_here(body=key)), Reading(
            indicator=rules.indicator("no_phone"), tally=Tally.of(passed, walked)
        ).said, passed, walked]
        for key, name, passed, walked in phoneless.by_body()
    ]  # fmt: skip
    columns = ["部门", "无手机可办率", "能办", "走过"]
    return Table(columns=columns, numeric=columns[1:], rows=rows, nothing="还没有走过的事项")


def _items(shown: Sequence[Line], by: Actor, *, passed: bool) -> list[dict[str, object]]:
    return [
        {
            "line": line,
            "guide_url": reverse("catalog:guide", kwargs={"code": line.code}),
            "desk_url": _desk(line, by),
            "how": f"真走了 {line.situations} 种情形" if line.really else "核对了指南",
        }
        for line in shown
    ]


def _desk(line: Line, by: Actor) -> str:
    """Where it is mended, for who may."""
    if not by.may("catalog.edit", body_id=line.body_id, region_path=line.region_path):
        return ""
    return reverse("catalog:desk_edition", kwargs={"code": line.code, "version": line.version})


def _choices(bodies: Sequence[Body], chosen: dict[str, str]) -> list[dict[str, object]]:
    every = Choice(EVERY, "全部")
    return [
        {"name": "outcome", "label": "结果", "value": chosen.get("outcome", "blocked"),
         "choices": [Choice(key, name) for key, name in OUTCOMES.items()]},
        {"name": "body", "label": "部门", "value": chosen.get("body", EVERY),
         "choices": [every, *(Choice(one.key, one.name) for one in bodies)]},
        {"name": "rule", "label": "卡在哪里", "value": chosen.get("rule", EVERY),
         "choices": [every, *(Choice(one.key, one.name) for one in RULES.values())]},
    ]  # fmt: skip
