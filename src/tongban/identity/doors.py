"""At the door of a page: who acts."""

from __future__ import annotations

from copy import copy

from django.http import HttpRequest

from tongban.identity.actors import Actor
from tongban.kernel.refusals import Forbidden, Unidentified


def actor(request: HttpRequest) -> Actor:
    """Who acts; Unidentified (→ the login page) when nobody is logged in."""
    found = whoever(request)
    if found.account_id is None:
        raise Unidentified("not_logged_in", "请先登录", "登录后继续，已填的内容不会丢")
    return found


def whoever(request: HttpRequest) -> Actor:
    """Who acts, or ANYONE: for pages that everybody may read."""
    lazy: Actor = request.actor  # type: ignore[attr-defined]
    assert lazy.who  # noqa: S101 - asked for something, the lazy one is worked out, and its copy is the actor itself
    return copy(lazy)


def staff(request: HttpRequest) -> Actor:
    """Who acts, holding at least one post; Forbidden otherwise."""
    found = actor(request)
    if not found.is_staff:
        raise Forbidden("staff_only", "这是工作人员的页面", "办事请从首页开始；工作人员请用岗位账号登录")
    return found
