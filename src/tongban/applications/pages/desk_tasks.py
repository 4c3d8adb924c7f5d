"""认领, 退回, 转交, 指派 and 一并准予: for one task or for several that are ticked; each with its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.applications.actions import bulk, tasks
from tongban.applications.actions.bulk import Key, Outcome
from tongban.applications.awaited import TASKS
from tongban.applications.pages import common
from tongban.applications.pages.desk_doors import text, whole
from tongban.applications.queries import unknown
from tongban.design.parts import Choice, Field
from tongban.flow import colleagues
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.kernel.typed import grouped

View = Callable[[HttpRequest, Actor, list[Key]], HttpResponse]


def on_ticked(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """POSTed with the tasks that are ticked; who comes otherwise is shown the list."""

    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        by = common.staff(request)
        if request.method != "POST":
            return redirect("applications:desk")
        try:
            keys = bulk.keys_of(request.POST.getlist("task"))
        except Refusal as refusal:
            messages.error(request, f"{refusal.reason}。{refusal.hint}")
            return redirect(_back(request))
        return view(request, by, keys)

    return door


@on_ticked
def claims(request: HttpRequest, by: Actor, keys: list[Key]) -> HttpResponse:
    """认领."""
    now = clock.now()
    done = bulk.each(
        keys, lambda key: tasks.claim(key.number, key.act, step=key.step, by=by, now=now), kind="claim", by=by, now=now
    )
    return _told(request, "已认领", done)


@on_ticked
def releases(request: HttpRequest, by: Actor, keys: list[Key]) -> HttpResponse:
    """退回待办池."""
    now = clock.now()
    done = bulk.each(
        keys,
        lambda key: tasks.release(key.number, key.act, step=key.step, by=by, now=now),
        kind="release",
        by=by,
        now=now,
    )
    return _told(request, "已退回待办池", done)


@on_ticked
def hand_overs(request: HttpRequest, by: Actor, keys: list[Key]) -> HttpResponse:
    """转交: asked to whom and why, then done."""
    return _moved(request, by, keys, title="转交", told="已转交", why=True, verb=tasks.hand_over)


@on_ticked
def assignments(request: HttpRequest, by: Actor, keys: list[Key]) -> HttpResponse:
    """指派: asked to whom, then done."""
    return _moved(request, by, keys, title="指派", told="已指派", why=False, verb=tasks.assign)


def _moved(
    request: HttpRequest, by: Actor, keys: list[Key], *, title: str, told: str, why: bool, verb: Callable[..., object]
) -> HttpResponse:
    now, refusal = clock.now(), None
    mine = tasks.known([(key.number, key.act) for key in keys], by=by)
    keys = [key for key in keys if (key.number, key.act) in mine]
    if not keys:
        raise unknown()
    if request.POST.get("confirmed"):
        to, reason = whole(request, "to"), text(request, "reason")
        try:
            _check(to, reason, why=why)
        except Refusal as found:
            refusal = found
        else:
            done = bulk.each(
                keys,
                lambda key: verb(key.number, key.act, step=key.step, to=to, reason=reason, by=by, now=now),
                kind=title, form=text(request, "form"), by=by, now=now,
            )  # fmt: skip
            return _told(request, told, done)
    people = colleagues.able([(key.number, key.act, key.step) for key in keys], now=now, today=clock.today())
    wrong = {refusal.field: refusal.reason} if refusal else {}
    fields = [
        Field(
            name="to", label=f"{title}给", kind="select", value=request.POST.get("to", ""), error=wrong.get("to", ""),
            choices=[Choice(str(one.account), one.words) for one in people if one.account != by.account_id or not why],
            help="只列出能办勾选的全部待办的同事",
        ),
        Field(
            name="reason", label=f"{title}的原因", kind="long_text", rows=2, required=why, value=text(request, "reason"),
            error=wrong.get("reason", ""), help="写在经手记录里，同事看得到，申请人看不到",
        ),
    ]  # fmt: skip
    return _ask(request, keys, title=title, fields=fields, refusal=refusal)


def _check(to: int | None, reason: str, *, why: bool) -> None:
    """What would be refused for every one of them alike."""
    if to is None:
        raise Refusal("colleague_missing", "请选择交给哪位同事", "", "to")
    if why:
        colleagues.check_handover_reason(reason)


def _ask(
    request: HttpRequest, keys: Sequence[Key], *, title: str, fields: Sequence[Field], refusal: Refusal | None
) -> HttpResponse:
    context = {
        "title": title,
        "rows": [{"key": str(key), "number": grouped(key.number), "act": TASKS.get(key.act, key.act)} for key in keys],
        "fields": fields,
        "form": text(request, "form") or uuid4().hex,
        "back": _back(request),
        "errors": common.faults_of(refusal) if refusal else [],
    }
    return render(request, "applications/desk_move.html", context, status=refusal.status if refusal else 200)


@on_ticked
def decisions(request: HttpRequest, by: Actor, keys: list[Key]) -> HttpResponse:
    """一并准予: first what would be granted and what not, and why; then, with one opinion, one after another."""
    now, refusal = clock.now(), None
    if request.POST.get("confirmed"):
        shown = [Key(key.number, key.act, key.step, whole(request, f"version-{key.number}")) for key in keys]
        try:
            done = list(
                bulk.grant_alike(shown, opinion=text(request, "opinion"), form=text(request, "form"), by=by, now=now)
            )
            return _told(request, "已准予", done)
        except Refusal as found:
            refusal = found
    found_ones = bulk.candidates(keys, by=by, now=now)
    context = {
        "granted": [_shown(one) for one in found_ones if not one.against],
        "left_out": [_shown(one) for one in found_ones if one.against],
        "field": Field(
            name="opinion", label="决定的意见", kind="long_text", rows=3, value=text(request, "opinion"),
            error=refusal.reason if refusal else "", help="每一件都记同样的意见；要不予的，请打开办件逐件办理",
        ),
        "form": text(request, "form") or uuid4().hex,
        "back": _back(request),
        "errors": common.faults_of(refusal) if refusal else [],
    }  # fmt: skip
    return render(request, "applications/desk_grant.html", context, status=refusal.status if refusal else 200)


def _shown(one: bulk.Candidate) -> dict[str, object]:
    return {"one": one, "key": str(one.key), "number": grouped(one.key.number)}


def _told(request: HttpRequest, told: str, done: Sequence[Outcome]) -> HttpResponse:
    """One that went well, or all: a word, back where one came from. Else line by line."""
    if all(one.done and not one.reason for one in done):
        which = grouped(done[0].key.number) if len(done) == 1 else f"{len(done)} 件"
        messages.success(request, f"{told}：{which}")
        return redirect(_back(request))
    context = {
        "told": told,
        "rows": [
            {"outcome": one, "number": grouped(one.key.number), "act": TASKS.get(one.key.act, one.key.act)}
            for one in done
        ],
        "done": sum(one.done for one in done),
        "refused": sum(not one.done for one in done),
        "back": _back(request),
    }
    status = 200 if any(one.done for one in done) else 409
    return render(request, "applications/desk_results.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """The list as it was, or the case: only ever a page of this desk."""
    back = request.POST.get("back", "").replace("\0", "")
    if back.startswith("/desk") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return f"/desk?{back}" if back and not back.startswith("/") and "\n" not in back and "\r" not in back else "/desk"
