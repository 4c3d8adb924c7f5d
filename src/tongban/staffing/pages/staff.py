"""人员岗位: who holds what, what waits for agreement, and new colleagues."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.design.parts import Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Account, StaffPost
from tongban.identity.roles import ROLES
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal
from tongban.staffing import actions, queries
from tongban.staffing.models import Proposal
from tongban.staffing.pages import common


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """By name; what runs for some hours stands above in red."""
    return _list(request, common.assigner(request))


def _list(request: HttpRequest, by: Actor, refusal: Refusal | None = None) -> HttpResponse:
    now = clock.now()
    typed = request.GET.get("q", "").replace("\0", "").strip()[:40]
    body = request.GET.get("body", "").replace("\0", "")[:40]
    found, more = queries.people(by, typed=typed, body=body, now=now)
    context = {
        "rows": [
            {"account": one.account, "away": one.substitute, "posts": [_post(post) for post in one.posts]}
            for one in found
        ],
        "more": more,
        "typed": typed,
        "body": body,
        "search": Field(name="q", label="姓名或登录名", kind="search", value=typed, quiet=True, required=False),
        "proposals": [_proposal(one, by) for one in queries.open_proposals(by)],
        "elevations": [_post(post) for post in queries.elevations(by, now=now)],
        "errors": common.shown(common.faults_of(refusal)),
    }
    return render(request, "staffing/staff.html", context, status=refusal.status if refusal else 200)


def _post(post: StaffPost) -> dict[str, object]:
    now = clock.now()
    return {
        "post": post,
        "role": ROLES[post.role].name,
        "where": common.where(post),
        "last_day": post.until_at - timedelta(days=1) if post.until_at and not post.elevated else None,
        "begun": post.from_at <= now,
    }


def _proposal(one: Proposal, by: Actor) -> dict[str, object]:
    return {
        "proposal": one,
        "role": ROLES[one.role].name,
        "where": one.body.name if one.body else one.hall.name if one.hall else one.region.name,
        "last_day": one.until_at - timedelta(days=1) if one.until_at else None,
        "mine": by.account_id in (one.asked_by_id, one.account_id),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    by = common.assigner(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            one = _proposed(request, by)
            messages.success(
                request, f"已提出：{one.account.display_name}任{ROLES[one.role].name}，等另一位有权的同事批准"
            )
            return redirect("staffing:staff")
        except Refusal as found:
            if found.status not in (409, 422):
                raise
            refusal = found
    faults = common.faults_of(refusal)
    roles = common.roles_for(by)
    fields = [
        Field(name="account", label="同事的登录名", value=request.GET.get("account", "").replace("\0", "")[:60],
              help="在人员列表里；还没有账号的，先登记新同事"),
        Field(name="role", label="任什么岗位", kind="select", choices=[Choice("", "请选择"), *roles]),
        Field(name="place", label="在哪里", kind="select", choices=[Choice("", "请选择"), *common.places_of(by).choices],
              help="部门的岗位选部门，窗口的岗位选大厅，其他的选区域"),
        Field(name="from_on", label="从哪天起", kind="date", value=clock.today().isoformat()),
        Field(name="last_on", label="到哪天止（含）", kind="date", required=False, help="不填的，到另行结束为止；每年确认一次"),
        Field(name="reason", label="理由", kind="long_text", rows=2, help="例如：接替调离的同事"),
    ]  # fmt: skip
    context = {"fields": common.again(request, fields, faults), "errors": common.shown(faults), "roles": roles}
    return render(request, "staffing/propose.html", context, status=refusal.status if refusal else 200)


def _proposed(request: HttpRequest, by: Actor) -> Proposal:
    wanted = common.Places.wanted(common.text(request, "role"), common.text(request, "place"))
    username = common.text(request, "account").lower()
    account = Account.objects.select_related("person").filter(username=username).first()
    if account is None:
        raise Refusal("colleague_unknown", "没有这位同事", "请核对登录名；还没有账号的，先登记新同事", "account")
    from_on = common.day(request, "from_on")
    assert from_on  # noqa: S101 - `day` refuses an empty one
    return actions.propose(
        account, wanted, from_on=from_on, last_on=common.day(request, "last_on", needed=False),
        reason=common.text(request, "reason"), by=by, now=clock.now(),
    )  # fmt: skip


DECISIONS = ("approve", "refuse", "fine", "object")


@require_POST
def decide(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """批准, 不批准; 复核认可, 不认可."""
    by, now = common.assigner(request), clock.now()
    chosen, why = common.text(request, "decision"), common.text(request, "why", 200)
    try:
        if chosen not in DECISIONS:
            raise Refusal("decision_missing", "请选择批准还是不批准", "")
        if chosen == "approve":
            post = actions.approve(proposal, by=by, now=now)
            needs = bool(ROLES[post.role].authorised)
            messages.success(request, "已批准" + ("；没有授权书以前，首席代表还不能作出决定" if needs else ""))
        elif chosen == "refuse":
            actions.refuse(proposal, why=why, by=by, now=now)
            messages.success(request, "已记下：没有批准")
        else:
            actions.look_at(proposal, fine=chosen == "fine", why=why, by=by, now=now)
            messages.success(request, "已复核" if chosen == "fine" else "已复核：不认可，临时授权立即结束")
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _list(request, by, refusal)
    return redirect("staffing:staff")


@require_POST
def end(request: HttpRequest, post: int) -> HttpResponse:
    by = doors.staff(request)
    try:
        ended = actions.end_post(post, reason=common.text(request, "reason", 200), by=by, now=clock.now())
        messages.success(
            request, f"已结束：{ended.account.display_name}的{ROLES[ended.role].name}，从现在起没有这个岗位的权限"
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        messages.error(request, refusal.reason)
    return redirect("staffing:mine" if request.POST.get("back") == "mine" else "staffing:staff")


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """新同事: an account without power. Its first password is on this answer and nowhere else."""
    by = common.assigner(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made, password = actions.register_colleague(
                username=common.text(request, "username"), name=common.text(request, "name"),
                id_number=common.text(request, "id_number"), by=by, now=clock.now(),
            )  # fmt: skip
            response = render(request, "staffing/registered.html", {"account": made, "password": password}, status=201)
            response.headers["Cache-Control"] = "private, no-store"
            return response
        except Refusal as found:
            if found.status != 422:
                raise
            refusal = found
    faults = common.faults_of(refusal)
    fields = [
        Field(name="username", label="登录名", help="小写字母、数字、下划线，例如 wang_min"),
        Field(name="name", label="姓名", attrs={"autocomplete": "off"}),
        Field(name="id_number", label="身份证号码", kind="id_number"),
    ]
    context = {"fields": list(common.again(request, fields, faults).values()), "errors": common.shown(faults)}
    return render(request, "staffing/account.html", context, status=refusal.status if refusal else 200)
