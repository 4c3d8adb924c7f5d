"""Powers: default deny; a window's by region, a department's by body; an expired post has none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from tests.people import Cast
from tongban.identity import actions
from tongban.identity.actors import ANYONE, Actor, Post
from tongban.identity.models import Membership, StaffPost
from tongban.identity.queries import actor_of, actor_of_token
from tongban.identity.roles import ROLES, Act
from tongban.kernel.refusals import Forbidden, Unidentified
from tongban.orgs.models import Region

ACTS = get_args(Act)
BODY, OTHER_BODY = 7, 8


def holding(role: str, *, body: int | None = None, region: str = "500199/") -> Actor:
    return Actor(who="staff:1", account_id=1, posts=(Post(1, role, body, region),))


@pytest.mark.parametrize("actor", [ANYONE, Actor(who="person:1", account_id=1, person_id=1, organisation_ids=(3,))])
@pytest.mark.parametrize("act", ACTS)
def test_without_a_post_nobody_may_anything(actor: Actor, act: Act) -> None:
    assert not actor.may(act)
    assert not actor.may(act, body_id=BODY, region_path="500199/")
    with pytest.raises(Forbidden, match="没有办理这一步的权限"):
        actor.must(act, body_id=BODY, region_path="500199/")


WHO_MAY = {
    "window": "view intake precheck accept correct reject deliver back_enter see_original",
    "shift_leader": "view deliver",
    "helper": "view intake",
    "delivery_desk": "view deliver",
    "village_helper": "view intake deliver",
    "posted": "view precheck accept correct reject see_original answer deliver",
    "ratings_keeper": "",
    "reviewer": "view precheck accept correct reject suspend review verify answer respond see_original",
    "decider": "view precheck accept correct reject suspend review decide deliver verify answer respond archive see_original",
    "head": "view extend reopen urge archive correct_again",
    "government_head": "view extend_joint",
    "supervisor": "view",
    "catalog_editor": "",
    "catalog_keeper": "",
    "administrator": "",
}
"""By hand: what each role may do to a case in its scope."""


@pytest.mark.parametrize("role", list(WHO_MAY))
def test_a_role_may_do_what_its_description_says_and_nothing_else(role: str) -> None:
    actor = holding(role, body=BODY)

    may = {
        act for act in ACTS if act.startswith("application.") and actor.may(act, body_id=BODY, region_path="500199/")
    }

    assert may == {f"application.{act}" for act in WHO_MAY[role].split()}


def test_every_role_is_in_the_table() -> None:
    assert set(WHO_MAY) == set(ROLES)


def test_a_department_acts_in_its_own_body_only() -> None:
    reviewer = holding("reviewer", body=BODY)

    assert reviewer.may("application.review", body_id=BODY, region_path="510000/")
    assert not reviewer.may("application.review", body_id=OTHER_BODY, region_path="500199/")
    assert not reviewer.may("application.review", region_path="500199/")


def test_a_departments_post_without_a_body_has_no_power() -> None:
    assert not holding("reviewer", body=None).may("application.review")


@pytest.mark.parametrize(
    ("region", "may"),
    [
        ("500199/", True),
        ("500199/500199003/", True),
        ("500106/", False),
        ("50/", False),
        ("", False),
        ("5001990/", False),
    ],
)
def test_a_window_acts_in_its_region_and_below(region: str, may: bool) -> None:
    window = holding("window")

    assert window.may("application.intake", region_path=region) == may
    assert window.may("application.intake", body_id=OTHER_BODY, region_path=region) == may


def test_a_towns_window_does_not_act_for_the_district() -> None:
    assert not holding("window", region="500199/500199003/").may("application.intake", region_path="500199/")


def test_posts_add_up_and_do_not_mix() -> None:
    both = Actor(who="staff:1", posts=(Post(1, "reviewer", BODY, "500199/"), Post(2, "decider", OTHER_BODY, "500199/")))

    assert both.may("application.review", body_id=BODY)
    assert both.may("application.decide", body_id=OTHER_BODY)
    assert not both.may("application.decide", body_id=BODY)


def test_an_actor_is_made_from_the_account(cast: Cast) -> None:
    liu, clerk = cast.actor(cast.liu), cast.actor(cast.clerk, channel="counter")

    assert cast.liu.person
    assert liu.who == f"person:{cast.liu.person.public_id}"
    assert (liu.is_staff, liu.organisation_ids) == (False, (cast.shop.pk,))
    assert clerk.who == f"staff:{cast.clerk.pk}"
    assert (clerk.is_staff, clerk.channel, clerk.posts[0].hall_id) == (True, "counter", cast.hall.pk)
    assert clerk.post == str(clerk.posts[0].id)


def test_an_expired_post_has_no_power(cast: Cast) -> None:
    ends_at = cast.now + timedelta(hours=1)
    StaffPost.objects.filter(account=cast.decider).update(until_at=ends_at)

    before = actor_of(cast.decider, now=ends_at - timedelta(seconds=1), channel="web")
    after = actor_of(cast.decider, now=ends_at, channel="web")

    assert before.may("application.decide", body_id=cast.body.pk)
    assert not after.may("application.decide", body_id=cast.body.pk)
    assert not after.is_staff


def test_a_post_that_has_not_begun_has_no_power(cast: Cast) -> None:
    StaffPost.objects.filter(account=cast.decider).update(from_at=cast.now + timedelta(seconds=1))

    assert not cast.actor(cast.decider).is_staff


def test_who_left_an_organisation_does_not_act_for_it(cast: Cast) -> None:
    Membership.objects.update(until_at=cast.now)

    assert cast.actor(cast.liu).organisation_ids == ()


def test_who_holds_a_post_acts_as_staff_not_as_an_enterprise(cast: Cast) -> None:
    actions.appoint(account=cast.liu, role="window", region=cast.region, now=cast.now)

    actor = cast.actor(cast.liu)
    assert actor.who == f"staff:{cast.liu.pk}"
    assert actor.organisation_ids == ()


def test_a_post_is_bound_to_its_region_path(cast: Cast) -> None:
    town = Region.objects.create(
        code="500199003", name="石桥镇", level=5, parent=cast.region, path="500199/500199003/"
    )  # fmt: skip
    actions.appoint(account=cast.stranger, role="window", region=town, now=cast.now)

    actor = cast.actor(cast.stranger)
    assert actor.may("application.intake", region_path="500199/500199003/")
    assert not actor.may("application.intake", region_path="500199/")


def test_a_token_is_its_accounts_and_expires(cast: Cast) -> None:
    token = actions.make_token(account=cast.liu, label="test", now=cast.now, days=1)

    assert actor_of_token(token, now=cast.now).account_id == cast.liu.pk
    _unidentified(token, cast.now + timedelta(days=1))
    _unidentified(token[:-1], cast.now)
    _unidentified("", cast.now)


def test_a_token_of_a_closed_account_is_worth_nothing(cast: Cast) -> None:
    token = actions.make_token(account=cast.liu, label="test", now=cast.now)
    cast.liu.is_active = False
    cast.liu.save()

    _unidentified(token, cast.now)


def _unidentified(token: str, now: datetime) -> None:
    with pytest.raises(Unidentified) as refused:
        actor_of_token(token, now=now)
    assert refused.value.status == 401


def test_making_an_actor_takes_one_query(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        cast.actor(cast.clerk)
