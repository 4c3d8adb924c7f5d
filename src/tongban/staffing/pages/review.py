"""年度确认: what is still to be said, what was said, and what nobody said in time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.identity.roles import ROLES
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, NotFound, Refusal
from tongban.staffing import actions, queries
from tongban.staffing.pages import common


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """`POST` opens this year's."""
    by, now = common.assigner(request), clock.now()
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = actions.open_review(by=by, now=now)
            messages.success(request, f"{made.year} 年的确认已经发起")
            return redirect("staffing:review")
        except Conflict as found:
            refusal = found
    one = queries.review_for(by)
    waiting = queries.to_check(one, by, now=now) if one else []
    context = {
        "review": one,
        "errors": common.shown(common.faults_of(refusal)),
        "late": bool(one and waiting and clock.today() > one.due_on),
        "rows": [{"post": post, "role": ROLES[post.role].name, "where": common.where(post),
                  "mine": post.account_id == by.account_id} for post in waiting],
        "done": [{"check": each, "role": ROLES[each.post.role].name} for each in (queries.checked(one, by) if one else [])],
        "opens": bool(by.posts_for("platform.manage")) and (one is None or one.year < clock.today().year),
    }  # fmt: skip
    return render(request, "staffing/review.html", context, status=refusal.status if refusal else 200)


@require_POST
def check(request: HttpRequest, post: int) -> HttpResponse:
    by = common.assigner(request)
    one = queries.review_for(by)
    if one is None:
        raise NotFound("review_unknown", "今年的确认还没有发起", "由平台管理员发起")
    kept = request.POST.get("outcome") == "kept"
    try:
        said = actions.check(one, post, kept=kept, why=common.text(request, "why", 200), by=by, now=clock.now())
        name = said.post.account.display_name
        messages.success(request, f"已确认：{name}继续任职" if kept else f"已结束：{name}的岗位，从现在起没有权限")
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        messages.error(request, f"{refusal.reason}。{refusal.hint}")
    return redirect("staffing:review")
