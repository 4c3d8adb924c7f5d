"""Who assigns which posts, and that nobody gives a post to themselves. Plain values, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.identity.actors import Post
from tongban.identity.roles import ROLES, Act
from tongban.identity.rules import stands_on
from tongban.kernel.refusals import Forbidden, Refusal

LONGEST_HOURS = 72
"""Longer than that is a post, not an elevation."""
CONFIRM_WITHIN = timedelta(days=30)
LONGEST_PERIOD = timedelta(days=5 * 366)
LONGEST_AUTHORISATION = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Place:
    """Where a role is to be held."""

    role: str
    body_id: int | None
    region_path: str
    hall_id: int | None = None


def covers(held: Post, place: Place) -> bool:
    """Whether who holds this post assigns that one: the head the posts of the body, the shift leader those at the windows
    of the hall, the region's own everything in the region."""
    role = ROLES[place.role]
    if "post.assign" not in held.role.acts:
        return False
    if held.role.scope == "body":
        return role.scope == "body" and held.body_id is not None and held.body_id == place.body_id
    if held.role.in_hall:
        at_windows = role.in_hall and role.scope == "region" and "post.assign" not in role.acts
        return at_windows and held.hall_id is not None and held.hall_id == place.hall_id
    return place.region_path.startswith(held.region_path)


def assigns(posts: Iterable[Post], place: Place) -> bool:
    """An elevation assigns nobody: it would make itself permanent."""
    return any(covers(post, place) for post in posts if not post.elevated)


def self_granted(account: int, *, by: int | None, asked_by: int | None = None) -> bool:
    """自己给自己: who gets it asks for it or agrees to it, or who asked also agrees."""
    return by is None or by in (account, asked_by)


def refuse_self_grant() -> Forbidden:
    return Forbidden(
        "self_granted", "不能给自己任职，也不能批准自己提出的任职；这次尝试已记入日志", "请由另一位有权的同事提出或批准"
    )


def check_period(from_on: date, last_on: date | None, *, today: date) -> list[Refusal]:
    """From today on; without a last day until it is ended."""
    if from_on < today:
        return [Refusal("post_past", "任职不能从过去开始", "请从今天或以后开始", "from_on")]
    if last_on and not from_on <= last_on <= from_on + LONGEST_PERIOD:
        return [Refusal("post_period", "止日不能早于起日，最长五年", "请核对日期", "last_on")]
    return []


def check_reason(text: str, *, field: str = "reason") -> str:
    reason = text.replace("\0", "").strip()
    if not 4 <= len(reason) <= 200:
        raise Refusal("staffing_reason", "请写明理由，4 至 200 个字", "别人批准、复核、年度确认时会看到", field)
    return reason


def check_hours(typed: str) -> int:
    hours = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    if not 1 <= hours <= LONGEST_HOURS:
        raise Refusal("elevation_hours", f"请填写 1 至 {LONGEST_HOURS} 小时", "更久的，请按任职办理", "hours")
    return hours


LIGHT: frozenset[Act] = frozenset({
    "application.intake", "application.precheck", "application.answer", "application.deliver", "notice.print",
})  # fmt: skip
"""All that an elevation may add before anybody agreed: helping out at the same windows, in the same body. Whatever decides,
accepts, sees more people or their numbers, resets, merges, oversees or assigns waits for somebody's agreement."""


def needs_approval(own: Iterable[Post], place: Place) -> bool:
    """临时授权 that must be agreed to first: one that adds to what somebody may do at that very place more than LIGHT acts.
    All else is declared, and looked at after."""
    there = [post for post in own if not post.elevated and (post.body_id, post.hall_id, post.region_path) == (
        place.body_id, place.hall_id, place.region_path)]  # fmt: skip
    held = frozenset(act for post in there for act in post.role.acts - post.role.authorised)
    return not ROLES[place.role].acts - held <= LIGHT


def colleague_of(own: Iterable[Post], place: Place) -> bool:
    """Elevation is for who works there already: in the body, at the hall's windows (and then nowhere else), or in the region."""
    return any(stands_on(post, place.role, place.body_id, place.region_path, place.hall_id) for post in own)
