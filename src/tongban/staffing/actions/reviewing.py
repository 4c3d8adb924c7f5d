"""年度确认: once a year every post is confirmed or ended, by who assigns it and does not hold it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.identity import posts
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Forbidden, NotFound
from tongban.orgs.models import Region
from tongban.staffing import rules
from tongban.staffing.actions.proposing import place_of
from tongban.staffing.events import PostChecked, ReviewOpened
from tongban.staffing.models import PostCheck, YearlyReview


@transaction.atomic
def open_review(*, by: Actor, now: datetime) -> YearlyReview:
    """This year's, for the region of the administrator."""
    path = next((post.region_path for post in by.posts_for("platform.manage") if not post.elevated), None)
    if path is None:
        raise Forbidden("review_not_yours", "年度确认由平台管理员发起", "请联系平台管理员")
    region, today = Region.objects.get(path=path), date_of(now)
    made, fresh = YearlyReview.objects.get_or_create(
        year=today.year, region=region,
        defaults={"region_path": path, "opened_by_id": by.account_id or 0, "opened_at": now,
                  "due_on": today + rules.CONFIRM_WITHIN},
    )  # fmt: skip
    if not fresh:
        raise Conflict("review_open", "今年的确认已经发起", "在列表里逐个确认")
    journal.record(ReviewOpened(year=made.year, due_on=made.due_on.isoformat()), by=by, now=now)
    return made


@transaction.atomic
def check(review: YearlyReview, post: int, *, kept: bool, why: str, by: Actor, now: datetime) -> PostCheck:
    found = StaffPost.objects.held_at(now).select_for_update().filter(pk=post).first()
    if found is None or not rules.assigns(by.posts, place_of(found)):
        raise NotFound("post_unknown", "没有这个岗位，或者不归您管理", "请刷新页面")
    if found.account_id == by.account_id:
        raise Conflict("check_own", "自己的岗位由另一位有权的同事确认", "请上一级或平台管理员确认")
    if PostCheck.objects.filter(review=review, post=found).exists():
        raise Conflict("check_done", "这个岗位今年已经确认", "请刷新页面")
    why = why.strip()[:200] if kept else rules.check_reason(why, field="why")
    made = PostCheck.objects.create(review=review, post=found, kept=kept, why=why, by_id=by.account_id or 0, at=now)
    if not kept:
        posts.end(found.pk, reason=f"{review.year} 年确认：{why}", by=by, now=now)
    journal.record(PostChecked(year=review.year, account=found.account_id, post=found.pk, kept=kept), by=by, now=now)
    return made
