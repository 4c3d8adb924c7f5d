"""任职和授权书 as the Actor feels them: from the next request on, by item, for a period."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import Cast
from tongban.identity import posts, rules
from tongban.identity.models import Authorisation, StaffPost
from tongban.kernel import clock
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden

BY = system("tests")


def test_a_post_that_ended_is_gone_at_the_next_request_of_an_open_session(cast: Cast) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.reviewer)
    before = client.get("/desk/cases").status_code

    posts.end(StaffPost.objects.get(account=cast.reviewer).pk, reason="调离", by=BY, now=cast.now)

    with clock.at(cast.now + timedelta(seconds=1)):
        after = client.get("/desk/cases").status_code
    assert (before, after) == (200, 403)


def test_what_begins_and_ends_is_in_the_journal(cast: Cast) -> None:
    post = StaffPost.objects.get(account=cast.reviewer)

    posts.end(post.pk, reason="调离", by=BY, now=cast.now + timedelta(hours=1))

    names = JournalEntry.objects.filter(subject=str(cast.reviewer.pk), name__startswith="identity.").order_by("pk")
    assert list(names.values_list("name", flat=True)) == ["identity.Appointed", "identity.PostEnded"]
    with pytest.raises(Conflict):
        posts.end(post.pk, reason="再来一次", by=BY, now=cast.now + timedelta(hours=2))


def test_a_post_that_was_to_come_never_empowers_when_it_is_ended_before(cast: Cast) -> None:
    begins = cast.now + timedelta(days=3)
    post = posts.begin(
        account=cast.stranger, role="reviewer", region=cast.region, body=cast.body, from_at=begins, by=BY, now=cast.now
    )

    posts.end(post.pk, reason="不来了", by=BY, now=cast.now)

    assert not StaffPost.objects.held_at(begins + timedelta(seconds=1)).filter(pk=post.pk).exists()


def test_an_elevation_ends_by_itself_and_says_that_it_is_one(cast: Cast) -> None:
    ends = cast.now + timedelta(hours=2)
    posts.begin(
        account=cast.reviewer, role="decider", region=cast.region, body=cast.body, from_at=cast.now, until_at=ends,
        elevated=True, reason="首席代表住院", by=BY, now=cast.now,
    )  # fmt: skip

    during = cast.actor(cast.reviewer)
    cast.now = ends
    after = cast.actor(cast.reviewer)

    assert [post.elevated for post in during.posts] == [False, True]
    assert during.post == str(during.posts[0].id)
    assert during.may("application.decide", body_id=cast.body.pk)
    assert not after.may("application.decide", body_id=cast.body.pk)


def test_a_chief_representative_decides_what_the_authorisation_names(cast: Cast) -> None:
    Authorisation.objects.all().delete()
    where = {"body_id": cast.body.pk, "region_path": cast.region.path}

    assert not cast.actor(cast.decider).may("application.decide", item="990131001001", **where)
    assert cast.actor(cast.decider).may("application.review", item="990131001001", **where)
    given = posts.authorise(
        body=cast.body, account=cast.decider, item_codes=["990131001001"], acts=["decide"], document="云市监授 1 号",
        from_at=cast.now, until_at=cast.now + timedelta(days=1), by=BY, now=cast.now,
    )  # fmt: skip
    by = cast.actor(cast.decider)
    assert by.may("application.decide", item="990131001001", **where)
    assert not by.may_alone("990131001001", **where)
    with pytest.raises(Forbidden, match="没有授权您决定这个事项"):
        by.must("application.decide", item="990131001002", **where)

    posts.revoke(given, reason="调整分工", by=BY, now=cast.now)
    assert not cast.actor(cast.decider).may("application.decide", item="990131001001", **where)


def test_an_authorisation_that_ran_out_is_worth_nothing(cast: Cast) -> None:
    ends = cast.now + timedelta(days=1)
    Authorisation.objects.update(until_at=ends)
    where = {"body_id": cast.body.pk, "region_path": cast.region.path, "item": "990131001001"}

    before = cast.actor(cast.decider).may("application.decide", **where)
    cast.now = ends
    assert (before, cast.actor(cast.decider).may("application.decide", **where)) == (True, False)


def test_the_authorisation_of_one_body_says_nothing_of_another(cast: Cast) -> None:
    posts.begin(
        account=cast.decider, role="decider", region=cast.region, body=cast.other_body, from_at=cast.now, by=BY,
        now=cast.now,
    )  # fmt: skip

    by = cast.actor(cast.decider)

    assert by.may("application.decide", body_id=cast.body.pk, item="990131001001")
    assert not by.may("application.decide", body_id=cast.other_body.pk, item="990131001001")
    assert set(rules.AUTHORISED_ACTS) == by.posts[0].grants[0].acts
