"""质量台: scores of the bodies one answers for, the findings behind them as a worklist, and every rule explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import get_args
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.catalog import judging, quality, worklist
from tongban.catalog.models import Edition, Judgement
from tongban.catalog.quality import RULES, WEIGHTS, Weight
from tongban.catalog.quality.base import Group
from tongban.catalog.worklist import Asked
from tongban.design import charts
from tongban.design.parts import Cell, Choice, Table, Tone
from tongban.design.slots import slots_for
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, NotFound
from tongban.kernel.sheets import CSV_TYPE, csv_parts
from tongban.orgs.models import Body

PER_PAGE = 40
EVERY = "all"
MONTHS = 12
TONES: dict[Weight, Tone] = {"severe": "bad", "warn": "warn", "hint": "line"}
IN_A_CHART = 12


def keeper(request: HttpRequest) -> tuple[Actor, list[Body]]:
    """Who acts, and the bodies whose catalogue they may edit. Raises Forbidden when there is none."""
    by = doors.staff(request)
    bodies = worklist.bodies_of(by)
    if not bodies:
        raise Forbidden("not_empowered", "您的岗位不管理事项", "请联系事项管理员，或向管理员申请岗位")
    return by, bodies


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Scores by body, worst first, their course over a year, and what the rules found."""
    by, bodies = keeper(request)
    scores = worklist.scores(bodies)
    course = worklist.course(bodies, _month_ends(clock.today()))
    editions = sum(one.editions for one in scores)
    context = {
        "facts": [
            ("平均质量分", f"{sum(one.score * one.editions for one in scores) / editions:.1f}" if editions else "暂无数据"),
            ("已评定事项", editions, "项"),
            ("写了指南", sum(one.written for one in scores), "项"),
            ("严重问题", sum(one.severe for one in scores), "处"),
            ("警告", sum(one.warned for one in scores), "处"),
        ],
        "scores": _score_table(scores),
        "chart": _chart(scores),
        "course": charts.line(
            "质量分逐月", [f"{day:%Y-%m}" for day, _ in course],
            {"质量分": [None if mean is None else round(mean, 1) for _, mean in course]}, unit="分",
        ) if sum(mean is not None for _, mean in course) > 1 else None,
        "rules": _rule_table(bodies),
        "waiting": worklist.waiting(bodies),
        "judge": _judgeable(by, bodies),
    }  # fmt: skip
    return render(request, "catalog/quality.html", context)


def _judgeable(by: Actor, bodies: list[Body]) -> list[Choice]:
    every = [Choice(EVERY, "全部部门")] if by.posts_for("catalog.govern") else []
    return [*every, *(Choice(body.key, body.name) for body in bodies)]


def _month_ends(today: date) -> list[date]:
    """The last days of the months before, and today."""
    ends = [today]
    while len(ends) < MONTHS:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]


def _chart(scores: list[worklist.BodyScore]) -> charts.Bar | None:
    """What the guides that were written are worth, the lowest first."""
    points = sorted((one.guides, one.body.short) for one in scores if one.guides is not None)[:IN_A_CHART]
    if len(points) < 2:
        return None
    return charts.bar("各部门指南平均分，最低的在前", [(name, round(mean, 1)) for mean, name in points], unit="分")


def _score_table(scores: list[worklist.BodyScore]) -> Table:
    return Table(
        columns=("部门", "质量分", "事项", "有指南", "指南平均分", "严重", "警告", "提示"),
        numeric=("质量分", "事项", "有指南", "指南平均分", "严重", "警告", "提示"),
        rows=[
            [Cell(one.body.name, url=_list(body=one.body.key)), f"{one.score:.1f}", one.editions, one.written,
             "没有" if one.guides is None else f"{one.guides:.1f}",
             Cell(one.severe, url=_list(body=one.body.key, weight="severe")) if one.severe else 0, one.warned, one.hinted]
            for one in scores
        ],
        nothing="还没有评定过的事项",
    )  # fmt: skip


def _rule_table(bodies: list[Body]) -> Table:
    return Table(
        columns=("规则", "分量", "问题", "涉及事项"),
        numeric=("问题", "涉及事项"),
        rows=[
            [Cell(one.rule.name, url=_list(rule=one.rule.key)), Cell(WEIGHTS[one.rule.weight], tone=TONES[one.rule.weight]),
             one.findings, one.editions]
            for one in worklist.by_rule(bodies)
        ],
        nothing="没有发现问题",
    )  # fmt: skip


def _list(**chosen: str) -> str:
    return reverse("catalog:quality_findings") + "?" + urlencode({key: value for key, value in chosen.items() if value})


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """The worklist: `?body=`, `?rule=`, `?weight=`, `?after=`."""
    _, bodies = keeper(request)
    asked, chosen = worklist.asked(request.GET.dict(), bodies)
    after = request.GET.get("after", "").replace("\0", "")
    found = worklist.lines(asked, limit=PER_PAGE + 1, after=after)
    shown = found[:PER_PAGE]
    context = {
        "groups": [
            {"edition": edition, "name": rows[0].name, "body": rows[0].body, "rows": rows, "url": edition_url(edition)}
            for edition, rows in ((key, list(group)) for key, group in groupby(shown, key=lambda one: one.edition))
        ],
        "rule": RULES.get(asked.rule),
        "choices": _choices(bodies, chosen),
        "csv_url": f"{reverse('catalog:quality_csv')}?{urlencode(chosen)}",
        "export_url": f"{reverse('exports:export', args=['quality'])}?{urlencode(chosen)}",
        "next_url": f"?{urlencode({**chosen, 'after': shown[-1].after})}" if len(found) > PER_PAGE else "",
        "first_url": f"?{urlencode(chosen)}" if after else "",
        "count": len(shown),
    }
    return render(request, "catalog/quality_findings.html", context)


def _choices(bodies: list[Body], chosen: dict[str, str]) -> list[dict[str, object]]:
    every = Choice(EVERY, "全部")
    return [
        {"name": "body", "label": "部门", "value": chosen.get("body", EVERY),
         "choices": [every, *(Choice(body.key, body.name) for body in bodies)]},
        {"name": "weight", "label": "分量", "value": chosen.get("weight", EVERY),
         "choices": [every, *(Choice(key, name) for key, name in WEIGHTS.items())]},
        {"name": "rule", "label": "规则", "value": chosen.get("rule", EVERY),
         "choices": [every, *(Choice(one.key, one.name) for one in RULES.values())]},
    ]  # fmt: skip


@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The worklist as CSV, with everything that was chosen, a page of rows at a time."""
    _, bodies = keeper(request)
    asked, _ = worklist.asked(request.GET.dict(), bodies)
    response = StreamingHttpResponse(csv_parts(_HEAD, _rows(asked)), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="quality.csv"'
    return response


_HEAD = ("部门", "实施编码", "事项", "分量", "规则", "位置", "问题", "怎么改")


def _rows(asked: Asked) -> Iterator[Sequence[str]]:
    for one in worklist.all_lines(asked):
        weight, rule = WEIGHTS[one.rule.weight], one.rule.name
        yield one.body, one.code, one.name, weight, rule, one.place_words, one.says, one.mend


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with its reason and source, and how the score is made."""
    keeper(request)
    groups = [{"name": name, "rules": [one for one in RULES.values() if one.group == name]} for name in get_args(Group)]
    context = {
        "groups": groups, "costs": quality.COSTS, "counted": quality.COUNTED,
        "full": quality.FULL, "unwritten": quality.UNWRITTEN_AT_MOST, "version": quality.VERSION, "count": len(RULES),
    }  # fmt: skip
    return render(request, "catalog/quality_rules.html", context)


@require_safe
def edition(request: HttpRequest, edition: int) -> HttpResponse:
    """One edition as the engine sees it now: a draft while it is written, or what is published."""
    one = edition_for(request, edition)
    judgement = Judgement.objects.filter(pk=one.pk).first()
    context = {
        "edition": one,
        "judgement": judgement,
        "slots": slots_for(request, one, "catalog.edition.side"),
    }
    return render(request, "catalog/quality_edition.html", context)


def edition_for(request: HttpRequest, pk: int) -> Edition:
    """The edition, for those who may edit it. Raises NotFound: to others it does not exist."""
    by, _ = keeper(request)
    one = Edition.objects.select_related("item", "body__region").filter(pk=pk).first()
    if one is None or not by.may("catalog.edit", body_id=one.body_id, region_path=one.region_path):
        raise NotFound("edition_unknown", "没有这一版实施清单", "请从事项列表进入")
    return one


def edition_url(pk: int) -> str:
    return reverse("catalog:quality_edition", kwargs={"edition": pk})


@require_POST
def judge(request: HttpRequest) -> HttpResponse:
    """Judge again: one body, or (for keepers) everything."""
    by, bodies = keeper(request)
    key = request.POST.get("body", "")
    body = next((one for one in bodies if one.key == key), None)
    if key != EVERY and body is None:
        raise NotFound("body_unknown", "没有这个部门", "请从列表中选择")
    done = judging.judge_again(body=body, by=by, now=clock.now())
    messages.success(request, f"已按现行规则重新评定 {done} 个事项")
    return redirect("catalog:quality")
