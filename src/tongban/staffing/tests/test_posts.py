"""任职 from the proposal to its end: one proposes, another agrees, nobody gives themselves anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import Cast
from tongban.identity.models import StaffPost
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal
from tongban.staffing import actions, queries
from tongban.staffing.actions.proposing import Wanted
from tongban.staffing.models import PostCheck, Proposal


def proposed(cast: Cast, role: str = "reviewer") -> Proposal:
    return actions.propose(
        cast.stranger, Wanted(role, cast.region, body=cast.body), from_on=cast.now.date(), last_on=None,
        reason="接替调离的同事", by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip


def named(name: str) -> int:
    return JournalEntry.objects.filter(name=name).count()


def test_what_the_head_proposes_the_administrator_agrees_to(cast: Cast) -> None:
    one = proposed(cast)
    assert not cast.actor(cast.stranger).is_staff

    post = actions.approve(one.public_id, by=cast.actor(cast.administrator), now=cast.now)

    assert cast.actor(cast.stranger).may("application.review", body_id=cast.body.pk)
    assert (post.asked_by, post.approved_by) == (f"staff:{cast.head.pk}", f"staff:{cast.administrator.pk}")
    with pytest.raises(Conflict):
        actions.approve(one.public_id, by=cast.actor(cast.administrator), now=cast.now)


def test_who_proposed_does_not_agree_and_the_attempt_is_on_record(cast: Cast) -> None:
    one = proposed(cast)

    with pytest.raises(Forbidden, match="不能给自己任职"):
        actions.approve(one.public_id, by=cast.actor(cast.head), now=cast.now)

    assert named("staffing.SelfGrantRefused") == 1
    assert not cast.actor(cast.stranger).is_staff


@pytest.mark.parametrize("role", ["decider", "head"])
def test_nobody_proposes_themselves(cast: Cast, role: str) -> None:
    with pytest.raises(Forbidden, match="不能给自己任职"):
        actions.propose(
            cast.head, Wanted(role, cast.region, body=cast.body), from_on=cast.now.date(), last_on=None,
            reason="人手不够", by=cast.actor(cast.head), now=cast.now,
        )  # fmt: skip
    assert named("staffing.SelfGrantRefused") == 1


def test_a_self_granted_role_through_the_page_is_refused_and_on_record(cast: Cast) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.administrator)
    form = {"account": cast.administrator.username, "role": "government_head", "place": f"region-{cast.region.code}",
            "from_on": clock.today().isoformat(), "reason": "人手不够，先顶一下"}  # fmt: skip

    answer = client.post("/desk/staff/proposals", form)

    assert answer.status_code == 403 and named("staffing.SelfGrantRefused") == 1
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("who", "role", "place", "may"),
    [
        ("head", "reviewer", "body", True),
        ("head", "reviewer", "other", False),
        ("head", "window", "hall", False),
        ("administrator", "window", "hall", True),
        ("administrator", "supervisor", "region", True),
        ("administrator", "head", "other", True),
        ("shift_leader", "window", "hall", True),
        ("shift_leader", "delivery_desk", "hall", True),
        ("shift_leader", "shift_leader", "hall", False),
        ("shift_leader", "reviewer", "body", False),
        ("reviewer", "reviewer", "body", False),
    ],
)
def test_each_assigns_the_posts_of_their_own_place(cast: Cast, who: str, role: str, place: str, may: bool) -> None:
    if who == "shift_leader":
        from tests.people import _staff

        account = _staff("leader", "shift_leader", cast.region, None, cast.hall, cast.now)
    else:
        account = getattr(cast, who)
    wanted = {
        "body": Wanted(role, cast.region, body=cast.body), "other": Wanted(role, cast.region, body=cast.other_body),
        "hall": Wanted(role, cast.region, hall=cast.hall), "region": Wanted(role, cast.region),
    }[place]  # fmt: skip

    def propose() -> Proposal:
        return actions.propose(
            cast.stranger, wanted, from_on=cast.now.date(), last_on=None, reason="接替调离的同事",
            by=cast.actor(account), now=cast.now,
        )  # fmt: skip

    if may:
        assert propose().state == "waiting"
    else:
        with pytest.raises(Forbidden, match="不归您安排"):
            propose()


def test_a_proposal_that_is_wrong_says_so_all_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.propose(
            cast.stranger, Wanted("reviewer", cast.region, body=cast.body), from_on=cast.now.date() - timedelta(days=1),
            last_on=None, reason="", by=cast.actor(cast.head), now=cast.now,
        )  # fmt: skip
    assert [fault.field for fault in refused.value.faults] == ["from_on", "reason"]


def test_the_head_ends_a_post_of_the_body_and_no_other(cast: Cast) -> None:
    own = StaffPost.objects.get(account=cast.reviewer)
    foreign = StaffPost.objects.get(account=cast.foreign_reviewer)

    actions.end_post(own.pk, reason="调离本单位", by=cast.actor(cast.head), now=cast.now)

    assert StaffPost.objects.get(pk=own.pk).ended_by == f"staff:{cast.head.pk}"
    with pytest.raises(NotFound):
        actions.end_post(foreign.pk, reason="调离本单位", by=cast.actor(cast.head), now=cast.now)


def test_a_light_elevation_begins_at_once_and_is_looked_at_afterwards(cast: Cast) -> None:
    wanted = Wanted("reviewer", cast.region, body=cast.body)
    one = actions.elevate(wanted, hours="4", reason="两位同事同时请假", by=cast.actor(cast.decider), now=cast.now)
    assert one.state == "declared" and one.post

    with pytest.raises(Forbidden):
        actions.look_at(one.public_id, fine=True, why="", by=cast.actor(cast.decider), now=cast.now)
    assert [post.account for post in queries.elevations(cast.actor(cast.head), now=cast.now)] == [cast.decider]
    actions.look_at(
        one.public_id, fine=False, why="不需要审查岗位", by=cast.actor(cast.head), now=cast.now + timedelta(hours=1)
    )

    assert not StaffPost.objects.held_at(cast.now + timedelta(hours=2)).filter(pk=one.post.pk).exists()


def test_a_weighty_elevation_waits_for_agreement_and_then_runs_its_hours(cast: Cast) -> None:
    wanted = Wanted("decider", cast.region, body=cast.body)
    one = actions.elevate(wanted, hours="4", reason="首席代表住院", by=cast.actor(cast.reviewer), now=cast.now)
    assert one.state == "waiting" and not one.post

    later = cast.now + timedelta(hours=5)
    post = actions.approve(one.public_id, by=cast.actor(cast.head), now=later)

    assert post.elevated and post.until_at == later + timedelta(hours=4)
    cast.now = later
    by = cast.actor(cast.reviewer)
    assert by.may("application.decide", body_id=cast.body.pk)
    assert not by.may(
        "application.decide", body_id=cast.body.pk, item=cast.guide.item.code
    )  # no 授权书: decides nothing


def test_elevation_reaches_nowhere_one_does_not_work(cast: Cast) -> None:
    with pytest.raises(Forbidden, match="自己所在"):
        actions.elevate(
            Wanted("reviewer", cast.region, body=cast.other_body), hours="4", reason="想看看别的部门",
            by=cast.actor(cast.reviewer), now=cast.now,
        )  # fmt: skip


@pytest.mark.parametrize("hours", ["0", "73", "", "四", "-1", "1e1", "9999999999"])
def test_an_elevation_lasts_some_hours(cast: Cast, hours: str) -> None:
    with pytest.raises(Refusal, match="小时"):
        actions.elevate(
            Wanted("reviewer", cast.region, body=cast.body), hours=hours, reason="两位同事同时请假",
            by=cast.actor(cast.decider), now=cast.now,
        )  # fmt: skip


def test_once_a_year_each_post_is_confirmed_by_another_or_ended(cast: Cast) -> None:
    review = actions.open_review(by=cast.actor(cast.administrator), now=cast.now)
    head = cast.actor(cast.head)
    reviewer, own = (StaffPost.objects.get(account=one) for one in (cast.reviewer, cast.head))
    with pytest.raises(Conflict, match="另一位"):
        actions.check(review, own.pk, kept=True, why="", by=head, now=cast.now)

    actions.check(review, reviewer.pk, kept=True, why="", by=head, now=cast.now)
    decider = StaffPost.objects.get(account=cast.decider)
    actions.check(review, decider.pk, kept=False, why="已经退休", by=head, now=cast.now + timedelta(hours=1))

    later = cast.now + timedelta(days=31)
    waiting = {post.account for post in queries.to_check(review, cast.actor(cast.administrator), now=later)}
    assert cast.head in waiting and not waiting & {cast.reviewer, cast.decider}
    assert list(PostCheck.objects.order_by("pk").values_list("kept", flat=True)) == [True, False]
    with pytest.raises(Conflict):
        actions.open_review(by=cast.actor(cast.administrator), now=cast.now)


def test_the_list_is_of_one_s_own_place_and_found_by_name(cast: Cast) -> None:
    mine, _ = queries.people(cast.actor(cast.head), now=cast.now)
    found, _ = queries.people(cast.actor(cast.administrator), typed="foreign", now=cast.now)

    assert {one.account for one in mine} == {cast.reviewer, cast.decider, cast.head, cast.editor}
    assert [one.account for one in found] == [cast.foreign_reviewer]
