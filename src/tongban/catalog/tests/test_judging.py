"""Stored judgements: made by publication, replaced by the next one, made again when rules change; who may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import people
from tests.people import Cast
from tongban.catalog import actions, bulk, judging, quality, reactions, worklist
from tongban.catalog.content import Content
from tongban.catalog.events import Published
from tongban.catalog.models import Edition, Finding, Item, Judgement
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.reactions import Entry
from tongban.kernel.refusals import Forbidden, Invalid

pytestmark = pytest.mark.django_db
BAD = {"visits": 1, "online": False, "phone": "88888888"}


def listed(cast: Cast, count: int) -> list[Edition]:
    """Items of a list, published at once."""
    items = Item.objects.bulk_create(
        Item(code=f"9901310020{n:02d}", name=f"列表事项{n}", type_code="01") for n in range(count)
    )
    entry = Content(audience=("1", "2"))
    bulk.publish_all([bulk.Wanted(item, cast.other_body, entry) for item in items], by=system("t"), now=cast.now)
    return list(Edition.objects.filter(item__in=items).order_by("pk"))


def react(edition: Edition, cast: Cast) -> None:
    event = Published(code=edition.code, edition=edition.pk, version=edition.version)
    reactions.judge_the_edition(event, Entry(1, cast.now, system("t")))


def test_a_published_edition_is_judged_with_its_findings(cast: Cast) -> None:
    edition = people.publish(cast.body, now=cast.now, code="990131001002", name="食品摊贩备案", **BAD)
    react(edition, cast)

    judgement = Judgement.objects.get(pk=edition.pk)
    findings = list(Finding.objects.filter(edition=edition).order_by("pk"))
    assert {"visit_reason", "phones", "places_missing"} <= {one.rule for one in findings}
    assert (judgement.severe, judgement.warned, judgement.hinted) == tuple(
        sum(one.weight == weight for one in findings) for weight in ("severe", "warn", "hint")
    )
    expected = quality.judge(edition.document, quality.Context(cast.now.date(), "01", worklist.names_supplied()))
    assert judgement.score == quality.score(expected)


def test_a_reaction_that_runs_twice_leaves_one_set_of_findings(cast: Cast) -> None:
    edition = people.publish(cast.body, now=cast.now, code="990131001002", name="食品摊贩备案", **BAD)
    react(edition, cast)
    once = Finding.objects.filter(edition=edition).count()
    react(edition, cast)
    judging.judge([edition.pk], now=cast.now)

    assert Finding.objects.filter(edition=edition).count() == once


def test_the_first_reaction_of_a_list_judges_for_the_others(cast: Cast) -> None:
    editions = listed(cast, 30)
    react(editions[3], cast)

    assert Judgement.objects.filter(edition__in=editions).count() == 30
    with CaptureQueriesContext(
        connection,
    ) as queries:
        react(editions[4], cast)
    assert len(queries) == 1


def test_what_a_list_says_is_published_and_scores_at_most_thirty(cast: Cast) -> None:
    judging.judge([edition.pk for edition in listed(cast, 2)], now=cast.now)

    assert {one.score for one in Judgement.objects.filter(body=cast.other_body)} == {30}


def test_judging_many_takes_a_bounded_number_of_statements(cast: Cast) -> None:
    editions = listed(cast, 40)
    with CaptureQueriesContext(connection) as queries:
        judging.judge([edition.pk for edition in editions], now=cast.now)

    assert len(queries) < 10


def test_other_rules_mean_judging_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(cast, 3)
    assert judging.judge_all(now=cast.now) == 4  # and the cast's own guide
    assert judging.judge_all(now=cast.now) == 0
    assert judging.judge_all(now=cast.now, everything=True) == 4

    monkeypatch.setattr(quality, "VERSION", "other")
    assert worklist.waiting([cast.other_body])
    assert judging.judge_all(now=cast.now) == 4
    assert not worklist.waiting([cast.other_body])


def test_a_withdrawn_edition_keeps_its_score_and_loses_its_findings(cast: Cast) -> None:
    judging.judge([cast.guide.pk], now=cast.now)
    actions.withdraw(cast.guide, by=system("t"), now=cast.now)
    reactions.forget_its_findings(replace_event(cast.guide), Entry(2, cast.now, system("t")))

    assert Judgement.objects.filter(pk=cast.guide.pk).exists()
    assert not Finding.objects.filter(edition=cast.guide).exists()
    assert worklist.lines(worklist.Asked([cast.body]), limit=10) == []


def replace_event(edition: Edition):
    from tongban.catalog.events import Withdrawn

    return Withdrawn(code=edition.code, edition=edition.pk)


def test_a_severe_finding_stands_in_the_way_of_publication(cast: Cast) -> None:
    item = Item.objects.create(code="990131001003", name="含糊事项", type_code="01")
    vague = {"materials": [{"key": "other", "name": "其他材料", "give": "upload"}]}
    edition = actions.draft(
        item=item, body=cast.body, content=Content.model_validate(people.GUIDE | vague), by=system("t"), now=cast.now
    )
    with pytest.raises(Invalid) as refused:
        actions.publish(edition, by=system("t"), now=cast.now)

    assert [(one.code, one.field) for one in refused.value.faults] == [("material_vague", "materials.other.name")]
    assert Edition.objects.get(pk=edition.pk).state == "draft"


def test_an_expired_legal_basis_stands_in_the_way(cast: Cast) -> None:
    yesterday = cast.now.date() - timedelta(days=1)
    basis = {"basis": [{"law": "《某办法》", "valid_until": yesterday.isoformat()}]}
    with pytest.raises(Invalid) as refused:
        people.publish(cast.body, now=cast.now, code="990131001004", name="旧事项", **basis)

    assert refused.value.faults[0].code == "basis_expired"


def test_judging_again_needs_the_power_over_the_body(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        judging.judge_again(body=cast.other_body, by=cast.actor(cast.editor), now=cast.now)
    with pytest.raises(Forbidden):
        judging.judge_again(by=cast.actor(cast.editor), now=cast.now)
    with pytest.raises(Forbidden):
        judging.judge_again(body=cast.body, by=cast.actor(cast.reviewer), now=cast.now)

    assert judging.judge_again(body=cast.body, by=cast.actor(cast.editor), now=cast.now) == 1
    listed(cast, 2)
    assert judging.judge_again(by=cast.actor(cast.keeper), now=cast.now) == 3
    said = JournalEntry.objects.filter(name="catalog.Judged").order_by("pk").values_list("facts__scope", flat=True)
    assert list(said) == [cast.body.key, "all"]


def test_the_worklist_pages_through_every_finding_once(cast: Cast) -> None:
    listed(cast, 7)
    judging.judge_all(now=cast.now)
    asked = worklist.Asked([cast.body, cast.other_body])
    seen: list[str] = []
    after = ""
    while found := worklist.lines(asked, limit=4, after=after):
        seen += [one.after for one in found]
        after = found[-1].after

    assert len(seen) == len(set(seen)) == Finding.objects.count()
    only = worklist.lines(replace(asked, weight="warn", rule="guide_unwritten"), limit=50)
    assert len(only) == 7
    assert {one.rule.key for one in only} == {"guide_unwritten"}


def test_scores_are_the_mean_of_what_is_published(cast: Cast) -> None:
    listed(cast, 2)
    judging.judge_all(now=cast.now)

    lowest, highest = worklist.scores()
    assert (lowest.body, lowest.score, lowest.editions, lowest.written) == (cast.other_body, 30.0, 2, 0)
    assert highest.body == cast.body
    assert highest.written == 1
    assert [one.rule.key for one in worklist.by_rule([cast.other_body])] == ["guide_unwritten", "themes_missing"]
    before, after = worklist.course([cast.other_body], [date(2026, 1, 1), cast.now.date()])
    assert (before[1], after[1]) == (None, 30.0)


def test_editors_see_their_body_and_keepers_their_region(cast: Cast) -> None:
    assert worklist.bodies_of(cast.actor(cast.editor)) == [cast.body]
    assert set(worklist.bodies_of(cast.actor(cast.keeper))) == {cast.body, cast.other_body}
    assert worklist.bodies_of(cast.actor(cast.reviewer)) == []
