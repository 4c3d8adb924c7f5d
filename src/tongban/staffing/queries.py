"""谁在哪里, 谁可以办, 我能办什么, and what waits for an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from tongban.identity import absences
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Authorisation, StaffPost
from tongban.identity.roles import ROLES, Act, Role
from tongban.kernel.clock import date_of
from tongban.orgs.models import Body
from tongban.staffing.models import PostCheck, Proposal, YearlyReview, assigned_by

MOST = 200
"""People on one page; more are found by name."""
SEARCHED = 2000


@dataclass
class Colleague:
    account: Account
    posts: list[StaffPost] = field(default_factory=list)
    substitute: Account | None = None
    """Away today: who stands in."""


def people(by: Actor, *, typed: str = "", body: str = "", now: datetime) -> tuple[list[Colleague], bool]:
    """Who holds, or will hold, a post that the actor assigns; whether there are more. Names are encrypted: they are
    compared here."""
    coming = StaffPost.objects.filter(Q(until_at=None) | Q(until_at__gt=now), assigned_by(by))
    if body:
        coming = coming.filter(body__key=body)
    rows = coming.select_related("account__person", "body", "hall", "region").order_by("account__username", "pk")
    found: dict[int, Colleague] = {}
    more = False
    for post in rows[:SEARCHED]:
        one = found.get(post.account_id)
        if one is None:
            if typed and typed not in post.account.display_name and typed.lower() not in post.account.username:
                continue
            if len(found) == MOST:
                more = True
                break
            one = found[post.account_id] = Colleague(post.account)
        one.posts.append(post)
    for account, substitute in absences.substitutes_on(date_of(now), found).items():
        found[account].substitute = substitute
    return list(found.values()), more


def open_proposals(by: Actor) -> list[Proposal]:
    """Those that wait for somebody's agreement, or to be looked at."""
    rows = Proposal.objects.visible_to(by).open().order_by("pk")
    return list(rows.select_related("account__person", "asked_by__person", "body", "hall", "region", "post")[:MOST])


def elevations(by: Actor, *, now: datetime) -> list[StaffPost]:
    """临时授权 that run now."""
    rows = StaffPost.objects.held_at(now).filter(assigned_by(by), elevated=True).order_by("until_at", "pk")
    return list(rows.select_related("account__person", "body", "hall", "region")[:MOST])


# 年度确认


def review_for(by: Actor) -> YearlyReview | None:
    """The latest that reaches the actor's posts."""
    paths = {post.region_path for post in by.posts_for("post.assign")}
    above = {"/".join(path.split("/")[:end]) + "/" for path in paths for end in range(1, path.count("/") + 1)}
    return YearlyReview.objects.filter(region_path__in=above).order_by("-year", "-pk").first()


def to_check(review: YearlyReview, by: Actor, *, now: datetime) -> list[StaffPost]:
    """Posts that were held when the review began and have not been spoken of."""
    held = StaffPost.objects.held_at(now).filter(
        assigned_by(by), elevated=False, from_at__lte=review.opened_at, region_path__startswith=review.region_path
    )
    said = PostCheck.objects.filter(review=review).values("post")
    rows = held.exclude(pk__in=said).order_by("body__name", "account__username", "pk")
    return list(rows.select_related("account__person", "body", "hall", "region")[: MOST * 2])


def checked(review: YearlyReview, by: Actor) -> list[PostCheck]:
    """The evidence, newest first."""
    posts = StaffPost.objects.filter(assigned_by(by))
    rows = PostCheck.objects.filter(review=review, post__in=posts).order_by("-pk")
    return list(rows.select_related("post__account__person", "post__body", "post__region", "by__person")[:MOST])


# 谁可以办这件事，为什么


@dataclass(frozen=True)
class Asked:
    """What upper rooms are told of the question, so that they add what they know."""

    act: Act
    body: Body
    item: str = ""


@dataclass(frozen=True)
class May:
    """One person with one reason."""

    account: Account
    post: StaffPost
    role: Role
    authorisations: Sequence[Authorisation] = ()
    """By which the person decides the item."""
    lacks: bool = False
    """The post alone is not enough here: no 授权书 names the item."""
    substitute: Account | None = None
    """Away today: who stands in."""


def who_may(act: Act, *, body: Body, item: str = "", now: datetime) -> list[May]:
    """Everybody whose post empowers the act over cases of that body, with what it rests on."""
    able = {key: role for key, role in ROLES.items() if act in role.acts}
    bodily = [key for key, role in able.items() if role.scope == "body"]
    regional = [key for key, role in able.items() if role.scope == "region"]
    path = body.region.path
    above = ["/".join(path.split("/")[:end]) + "/" for end in range(1, path.count("/") + 1)]
    where = Q(role__in=bodily, body=body) | Q(role__in=regional, region_path__in=above)
    rows = StaffPost.objects.held_at(now).filter(where, account__is_active=True).order_by("role", "pk")
    held = list(rows.select_related("account__person", "body", "hall", "region")[:MOST])
    given = _authorisations(body, {post.account_id for post in held}, item, now=now)
    away = absences.substitutes_on(date_of(now), {post.account_id for post in held})
    found = []
    for post in held:
        needs = act in able[post.role].authorised
        own = given[post.account_id] if needs else []
        found.append(
            May(post.account, post, able[post.role], own, needs and not own, away.get(post.account_id))
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.lacks, one.post.elevated, one.post.pk))


def _authorisations(
    body: Body, accounts: Iterable[int], item: str, *, now: datetime
) -> defaultdict[int, list[Authorisation]]:
    found: defaultdict[int, list[Authorisation]] = defaultdict(list)
    rows = Authorisation.objects.in_force(now).filter(body=body, account_id__in=list(accounts)).order_by("pk")
    for one in rows:
        if not item or one.item_codes is None or item in one.item_codes:
            found[one.account_id].append(one)
    return found


# 我能办什么


def my_posts(by: Actor, *, now: datetime) -> list[StaffPost]:
    rows = StaffPost.objects.filter(Q(until_at=None) | Q(until_at__gt=now), account_id=by.account_id or 0)
    return list(rows.select_related("body", "hall", "region").order_by("elevated", "pk"))


def my_authorisations(by: Actor, *, now: datetime) -> list[Authorisation]:
    rows = Authorisation.objects.in_force(now).filter(account_id=by.account_id or 0)
    return list(rows.select_related("body").order_by("pk"))


def stood_in_for(by: Actor) -> list[Account]:
    return list(Account.objects.filter(pk__in=by.stands_in_for).select_related("person").order_by("pk"))
