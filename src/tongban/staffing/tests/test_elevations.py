"""临时授权: what may begin before anybody agreed, what it may not reach, and that it ends with the post beneath it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.people import Cast, _staff
from tongban.identity import posts
from tongban.identity.actors import Post
from tongban.identity.models import Account, Authorisation, StaffPost
from tongban.identity.roles import ROLES
from tongban.kernel.refusals import Conflict, Forbidden
from tongban.staffing import actions, rules
from tongban.staffing.actions.proposing import Wanted
from tongban.staffing.models import Proposal

HALL, BODY, REGION = {"hall_id": 7}, {"body_id": 3}, dict[str, int]()
ADDS_TOO_MUCH = [
    ("helper", HALL, "window", HALL), ("delivery_desk", HALL, "window", HALL), ("shift_leader", HALL, "window", HALL),
    ("administrator", REGION, "window", HALL), ("administrator", REGION, "village_helper", REGION),
    ("catalog_editor", BODY, "reviewer", BODY), ("posted", BODY, "reviewer", BODY), ("reviewer", BODY, "decider", BODY),
    ("reviewer", BODY, "head", BODY), ("supervisor", REGION, "delivery_desk", HALL),
    ("ratings_keeper", REGION, "village_helper", REGION), ("ratings_keeper", REGION, "supervisor", REGION),
]  # fmt: skip


def held(role: str, where: dict[str, int], *, elevated: bool = False) -> Post:
    return Post(1, role, where.get("body_id"), "500199/", where.get("hall_id"), elevated)


def place(role: str, where: dict[str, int]) -> rules.Place:
    return rules.Place(role, where.get("body_id"), "500199/", where.get("hall_id"))


@pytest.mark.parametrize(("own", "at", "role", "where"), ADDS_TOO_MUCH)
def test_what_adds_more_than_a_helping_hand_waits_for_somebody_s_agreement(
    own: str, at: dict[str, int], role: str, where: dict[str, int]
) -> None:
    assert rules.needs_approval([held(own, at)], place(role, where))


@pytest.mark.parametrize(
    ("own", "role", "where"),
    [("helper", "delivery_desk", HALL), ("delivery_desk", "helper", HALL), ("decider", "reviewer", BODY)],
)
def test_a_helping_hand_at_the_same_place_begins_at_once(own: str, role: str, where: dict[str, int]) -> None:
    assert not rules.needs_approval([held(own, where)], place(role, where))
    assert rules.needs_approval([held(own, where, elevated=True)], place(role, where))


def test_every_role_at_every_place_adds_light_acts_alone_or_needs_approval() -> None:
    for own in ROLES:
        for role in ROLES:
            where = BODY if ROLES[role].scope == "body" else HALL
            if not rules.needs_approval([held(own, where)], place(role, where)):
                assert ROLES[role].acts - (ROLES[own].acts - ROLES[own].authorised) <= rules.LIGHT


@pytest.mark.parametrize("role", ["village_helper", "supervisor", "window"])
def test_a_hall_s_post_elevates_in_its_hall_alone(role: str) -> None:
    own = [held("helper", HALL)]

    assert not rules.colleague_of(own, place(role, REGION))
    assert not rules.colleague_of(own, place(role, {"hall_id": 8}))
    assert rules.colleague_of(own, place(role, HALL))


def helper(cast: Cast) -> Account:
    return _staff("mei", "helper", cast.region, None, cast.hall, cast.now)


def elevated(cast: Cast, account: Account, role: str = "delivery_desk") -> Proposal:
    wanted = Wanted(role, cast.region, hall=cast.hall) if ROLES[role].scope == "region" else Wanted(
        role, cast.region, body=cast.body)  # fmt: skip
    return actions.elevate(wanted, hours="4", reason="出件的同事去医院了", by=cast.actor(account), now=cast.now)


def test_a_helper_does_not_make_themselves_the_window(cast: Cast) -> None:
    mei = helper(cast)

    assert elevated(cast, mei, "window").state == "waiting"
    assert not cast.actor(mei).posts_for("account.reset")
    with pytest.raises(Forbidden, match="自己所在"):
        actions.elevate(
            Wanted("village_helper", cast.region), hours="4", reason="下乡代办一天", by=cast.actor(mei), now=cast.now
        )


def test_the_next_elevation_waits_until_the_last_was_looked_at(cast: Cast) -> None:
    mei = helper(cast)
    first = elevated(cast, mei)
    assert first.state == "declared"
    cast.now += timedelta(hours=5)

    with pytest.raises(Conflict, match="还没有人复核"):
        elevated(cast, mei)
    actions.look_at(first.public_id, fine=True, why="", by=cast.actor(cast.administrator), now=cast.now)

    assert elevated(cast, mei).state == "declared"


def test_an_elevation_ends_with_the_post_beneath_it(cast: Cast) -> None:
    mei = helper(cast)
    elevated(cast, mei)
    base = StaffPost.objects.get(account=mei, elevated=False)
    assert cast.actor(mei).posts_for("application.deliver")
    cast.now += timedelta(minutes=1)

    actions.end_post(base.pk, reason="调离本单位", by=cast.actor(cast.administrator), now=cast.now)

    assert not cast.actor(mei).is_staff
    assert StaffPost.objects.get(account=mei, elevated=True).ended_why == "原来的岗位已经结束"


def test_an_elevation_never_outlasts_the_post_beneath_it(cast: Cast) -> None:
    mei = helper(cast)
    leaves = cast.now + timedelta(hours=1)
    StaffPost.objects.filter(account=mei).update(until_at=leaves)

    assert elevated(cast, mei).post
    assert StaffPost.objects.get(account=mei, elevated=True).until_at == leaves


def test_another_post_at_the_same_place_keeps_the_elevation(cast: Cast) -> None:
    mei = helper(cast)
    second = posts.begin(
        account=mei, role="shift_leader", region=cast.region, hall=cast.hall, from_at=cast.now,
        by=cast.actor(cast.administrator), now=cast.now,
    )  # fmt: skip
    elevated(cast, mei)

    posts.end(second.pk, reason="轮换", by=cast.actor(cast.administrator), now=cast.now + timedelta(minutes=1))

    assert StaffPost.objects.held_at(cast.now + timedelta(minutes=2)).filter(account=mei, elevated=True).exists()


def test_an_authorisation_ends_with_its_holder_s_post_and_does_not_come_back(cast: Cast) -> None:
    post = StaffPost.objects.get(account=cast.decider)
    by, item = cast.actor(cast.head), cast.guide.item.code
    assert cast.actor(cast.decider).may("application.decide", body_id=cast.body.pk, item=item)

    actions.end_post(post.pk, reason="调离本单位", by=by, now=cast.now)
    assert Authorisation.objects.get(account=cast.decider).revoked_why == "岗位已经结束"
    cast.now += timedelta(days=30)
    posts.begin(
        account=cast.decider, role="decider", region=cast.region, body=cast.body, from_at=cast.now, by=by, now=cast.now
    )

    assert not cast.actor(cast.decider).may("application.decide", body_id=cast.body.pk, item=item)


def test_a_post_that_ran_out_by_itself_does_not_lend_its_authorisation_to_the_next(cast: Cast) -> None:
    StaffPost.objects.filter(account=cast.decider).update(until_at=cast.now + timedelta(days=1))
    cast.now += timedelta(days=30)
    posts.begin(
        account=cast.decider, role="decider", region=cast.region, body=cast.body, from_at=cast.now,
        by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip

    assert not cast.actor(cast.decider).may("application.decide", body_id=cast.body.pk, item=cast.guide.item.code)


def test_the_same_proposal_waits_once_whoever_writes_it(cast: Cast) -> None:
    one = elevated(cast, helper(cast), "window")
    one.pk, one.public_id = None, type(one.public_id)(int=1)
    with pytest.raises(IntegrityError, match="proposal_waits_once"), transaction.atomic():
        one.save(force_insert=True)
