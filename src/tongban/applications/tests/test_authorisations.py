"""授权书 at work: a 首席代表 decides what it names, while it lasts; 受审分离 holds whatever else was given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from django.test import Client

from tests import people
from tests.people import Cast
from tongban.applications import actions as applications
from tongban.identity import absences
from tongban.identity import actions as identity
from tongban.identity.act_names import ACT_NAMES
from tongban.identity.models import Authorisation
from tongban.identity.roles import ROLES, Act
from tongban.kernel.refusals import Conflict, Forbidden, Invalid
from tongban.staffing import actions, queries
from tongban.staffing.actions.proposing import Wanted


def give(cast: Cast, items: list[str] | None, *, acts: tuple[str, ...] = ("decide",), days: int = 10) -> Authorisation:
    today = cast.now.date()
    return actions.authorise(
        body=cast.body, account=cast.decider, item_codes=items, acts=acts, document="云市监授〔2026〕1 号", from_on=today,
        last_on=today + timedelta(days=days), by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip


def test_without_an_authorisation_the_chief_representative_decides_nothing(cast: Cast) -> None:
    Authorisation.objects.all().delete()
    number = cast.reviewed().number

    with pytest.raises(Forbidden, match="没有授权您决定这个事项"):
        applications.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    give(cast, [cast.guide.item.code])
    assert applications.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now).decision.granted


def test_revoked_or_run_out_it_is_refused(cast: Cast) -> None:
    Authorisation.objects.all().delete()
    number = cast.reviewed().number
    one = give(cast, None, days=3)

    actions.revoke(one.public_id, reason="调整分工", by=cast.actor(cast.head), now=cast.now)
    with pytest.raises(Forbidden, match="没有授权您"):
        applications.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    give(cast, None, days=3)
    cast.now += timedelta(days=4)
    with pytest.raises(Forbidden, match="没有授权您"):
        applications.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now)


def test_the_desk_offers_no_decision_that_is_not_authorised(cast: Cast) -> None:
    number = cast.reviewed().number
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.decider)
    before = client.get(f"/desk/cases/{number}").content.decode()

    Authorisation.objects.all().delete()

    after = client.get(f"/desk/cases/{number}").content.decode()
    assert 'value="grant"' in before or "准予" in before
    assert before != after


@pytest.mark.parametrize(("acts", "alone"), [(("decide",), False), (("decide", "instant"), True)])
def test_who_accepted_decides_only_where_the_authorisation_says_so(
    cast: Cast, acts: tuple[str, ...], alone: bool
) -> None:
    Authorisation.objects.all().delete()
    instant = people.publish(cast.body, now=cast.now, code="990131009901", name="执照补领", review="instant")
    give(cast, None, acts=acts)
    number = cast.submit(edition=instant).number
    applications.accept(number, by=cast.actor(cast.decider), now=cast.now)

    if alone:
        assert applications.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now).decision
    else:
        with pytest.raises(Conflict, match="没有授权您即审即办"):
            applications.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now)


def test_a_substitute_does_not_get_round_the_separation(cast: Cast) -> None:
    """Who reviewed stands in for the decider, and holds a decider's post and authorisation: they still don't decide."""
    identity.appoint(account=cast.reviewer, role="decider", region=cast.region, body=cast.body, now=cast.now)
    number = cast.reviewed().number
    absences.declare(
        account=cast.decider.pk, substitute=cast.reviewer.pk, from_on=cast.now.date(), last_on=cast.now.date(),
        by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip

    with pytest.raises(Conflict) as refused:
        applications.decide(number, granted=True, by=cast.actor(cast.reviewer), now=cast.now)

    assert refused.value.code == "same_person_accepts_and_decides"


def test_a_substitute_needs_an_authorisation_of_their_own(cast: Cast) -> None:
    identity.appoint(account=cast.editor, role="decider", region=cast.region, body=cast.body, now=cast.now)
    Authorisation.objects.filter(account=cast.editor).delete()
    number = cast.reviewed().number
    absences.declare(
        account=cast.decider.pk, substitute=cast.editor.pk, from_on=cast.now.date(), last_on=cast.now.date(),
        by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip

    with pytest.raises(Forbidden, match="没有授权您"):
        applications.decide(number, granted=True, by=cast.actor(cast.editor), now=cast.now)


def test_an_elevation_does_not_get_round_the_separation(cast: Cast) -> None:
    number = cast.reviewed().number
    one = actions.elevate(
        Wanted("decider", cast.region, body=cast.body), hours="4", reason="首席代表住院", by=cast.actor(cast.reviewer),
        now=cast.now,
    )  # fmt: skip
    actions.approve(one.public_id, by=cast.actor(cast.head), now=cast.now)
    Authorisation.objects.create(
        body=cast.body, account=cast.reviewer, item_codes=None, acts=["decide", "instant"], document="1",
        from_at=cast.now, given_by="staff:1", given_at=cast.now,
    )  # fmt: skip

    with pytest.raises(Conflict) as refused:
        applications.decide(number, granted=True, by=cast.actor(cast.reviewer), now=cast.now)

    assert refused.value.code == "same_person_accepts_and_decides"


def test_an_authorisation_that_is_wrong_says_so_all_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.authorise(
            body=cast.body, account=cast.reviewer, item_codes=["990000000000"], acts=["instant"], document=" ",
            from_on=date(2020, 1, 1), last_on=date(2020, 1, 2), by=cast.actor(cast.head), now=cast.now,
        )  # fmt: skip
    assert [each.field for each in refused.value.faults] == ["account", "items", "acts", "document", "last_on"]
    with pytest.raises(Forbidden):
        give_as_stranger(cast)


def give_as_stranger(cast: Cast) -> None:
    actions.authorise(
        body=cast.other_body, account=cast.decider, item_codes=None, acts=["decide"], document="1",
        from_on=cast.now.date(), last_on=cast.now.date(), by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip


def test_the_paper_prints_for_its_holder_and_the_head_and_nobody_else(cast: Cast) -> None:
    one = give(cast, [cast.guide.item.code])
    url = f"/desk/authorisations/{one.public_id}.pdf"
    answers = {}
    for who in (cast.head, cast.decider, cast.reviewer):
        client = Client(headers={"host": "localhost"})
        client.force_login(who)
        answers[who.username] = client.get(url)

    assert [answers[who].status_code for who in ("head", "decider", "reviewer")] == [200, 200, 404]
    assert answers["head"].content.startswith(b"%PDF")


def test_who_may_is_answered_with_the_reason(cast: Cast) -> None:
    Authorisation.objects.all().delete()
    identity.appoint(account=cast.editor, role="decider", region=cast.region, body=cast.body, now=cast.now)
    Authorisation.objects.all().delete()
    one = give(cast, [cast.guide.item.code])
    absences.declare(
        account=cast.reviewer.pk, substitute=cast.decider.pk, from_on=cast.now.date(), last_on=cast.now.date(),
        by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip

    deciding = queries.who_may("application.decide", body=cast.body, item=cast.guide.item.code, now=cast.now)
    reviewing = queries.who_may("application.review", body=cast.body, now=cast.now)

    assert [(each.account, list(each.authorisations), each.lacks) for each in deciding] == [
        (cast.decider, [one], False),
        (cast.editor, [], True),
    ]
    away = {each.account: each.substitute for each in reviewing}
    assert away[cast.reviewer] == cast.decider
    assert {each.account for each in queries.who_may("application.intake", body=cast.body, now=cast.now)} == {
        cast.clerk,
        cast.clerk_two,
    }


def test_what_the_answer_names_is_what_the_guard_allows(cast: Cast) -> None:
    """谁可以办 and `may` are two ways to one truth, for every act and every colleague."""
    colleagues = [one for one in vars(cast).values() if isinstance(one, type(cast.clerk))]
    where = {"body_id": cast.body.pk, "region_path": cast.region.path, "item": cast.guide.item.code}
    for act in get_args(Act):
        named = {
            each.account.pk
            for each in queries.who_may(act, body=cast.body, item=cast.guide.item.code, now=cast.now)
            if not each.lacks
        }
        assert named == {one.pk for one in colleagues if cast.actor(one).may(act, **where)}, act


def test_every_act_has_a_name_that_people_read() -> None:
    assert set(ACT_NAMES) >= set(get_args(Act)) >= {act for role in ROLES.values() for act in role.acts}
    assert len(set(ACT_NAMES.values())) == len(ACT_NAMES)


def test_the_page_says_who_may_by_post_by_authorisation_and_by_the_mandate_of_a_window(cast: Cast) -> None:
    instant = people.publish(cast.body, now=cast.now, code="990131009902", name="执照补领", review="instant")
    applications.grant_mandate(
        body=cast.body, hall=cast.hall, item_codes=[instant.item.code], acts=["decide"], document="云市监窗 7 号",
        from_at=cast.now, until_at=cast.now + timedelta(days=1), by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.reviewer)

    page = client.get(f"/desk/powers?act=application.decide&body=market&item={instant.item.code}").content.decode()
    other = client.get(f"/desk/powers?act=application.decide&body=market&item={cast.guide.item.code}").content.decode()
    odd = client.get("/desk/powers?act=nothing&body=%00&item=x")

    assert "平台建立时的授权" in page and "云市监窗 7 号" in page
    assert "云市监窗 7 号" not in other
    assert odd.status_code == 200


def test_a_helper_of_the_hall_uses_no_mandate(cast: Cast) -> None:
    """帮办: takes in, and is no window: what the body gave to the hall's windows is not theirs."""
    instant = people.publish(cast.body, now=cast.now, code="990131009903", name="执照补领", review="instant")
    applications.grant_mandate(
        body=cast.body, hall=cast.hall, item_codes=[instant.item.code], acts=["accept", "decide"], document="1",
        from_at=cast.now, until_at=cast.now + timedelta(days=1), by=cast.actor(cast.head), now=cast.now,
    )  # fmt: skip
    helper = people._staff("helper", "helper", cast.region, None, cast.hall, cast.now)
    number = cast.submit(edition=instant, by=cast.clerk).number

    with pytest.raises(Forbidden):
        applications.accept(number, by=cast.actor(helper), now=cast.now)
    applications.accept(number, by=cast.actor(cast.clerk), now=cast.now)
    with pytest.raises(Forbidden):
        applications.decide(number, granted=True, by=cast.actor(helper), now=cast.now)
    assert applications.decide(number, granted=True, by=cast.actor(cast.clerk), now=cast.now).decision
