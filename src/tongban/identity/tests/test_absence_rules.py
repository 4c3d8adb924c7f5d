"""Who could stand in for whom, and for how long one may be away."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.identity import rules
from tongban.identity.actors import Post
from tongban.identity.roles import ROLES
from tongban.kernel.refusals import Refusal

TODAY = date(2026, 3, 2)
of_a_body = [key for key, role in ROLES.items() if role.scope == "body"]
posts = st.lists(
    st.builds(Post, st.integers(1, 99), st.sampled_from(of_a_body), st.integers(1, 2), st.just("500199/")), max_size=3
)


@given(posts)
def test_who_holds_the_same_posts_lacks_nothing(held: list[Post]) -> None:
    assert rules.lacking(held, held) == []


@given(posts, posts, posts)
def test_one_post_more_never_makes_a_substitute_lack_something(
    held: list[Post], other: list[Post], more: list[Post]
) -> None:
    assert set(rules.lacking(held, other + more)) <= set(rules.lacking(held, other))


@given(posts, posts)
def test_who_lacks_nothing_may_do_every_act_on_the_same_cases(held: list[Post], other: list[Post]) -> None:
    if not rules.lacking(held, other):
        for post in held:
            allowed = {act for one in other if one.body_id == post.body_id for act in one.role.acts}
            assert {act for act in post.role.acts if act.startswith("application.")} <= allowed


def test_a_decider_covers_a_reviewer_and_not_the_other_way_round() -> None:
    reviewer, decider, abroad = (
        Post(n, role, body, "500199/")
        for n, (role, body) in enumerate([("reviewer", 1), ("decider", 1), ("decider", 2)])
    )

    assert rules.lacking([reviewer], [decider]) == []
    assert rules.lacking([decider], [reviewer]) == ["decider"]
    assert rules.lacking([reviewer], [abroad]) == ["reviewer"]


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_an_absence_is_ahead_and_not_endless(first: int, last: int) -> None:
    from_on, last_on = TODAY + timedelta(days=first), TODAY + timedelta(days=last)

    try:
        rules.check_absence(from_on, last_on, today=TODAY)
    except Refusal as refusal:
        assert refusal.field == "last_on" and refusal.reason
    else:
        assert from_on <= last_on >= TODAY and last_on - from_on < timedelta(days=366)


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-3, -1), (0, 366)])
def test_what_is_no_absence_is_refused(first: int, last: int) -> None:
    with pytest.raises(Refusal):
        rules.check_absence(TODAY + timedelta(days=first), TODAY + timedelta(days=last), today=TODAY)
