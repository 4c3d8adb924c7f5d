"""Which cases exist for an actor: the list that the database gives and the answer for one case are the same."""

from __future__ import annotations

from itertools import product

import pytest

from tests.people import Cast
from tongban.applications.models import Application
from tongban.applications.scope import Scope
from tongban.kernel import rows


@pytest.fixture
def cases(cast: Cast) -> list[Application]:
    """One row each for every combination of body, region, person and organisation there is."""
    first = cast.submit()
    other = Application.objects.get(pk=first.pk).person.pk
    made = []
    for at, (region, organisation) in enumerate(product(("500199/", "500199/500199100/", "510000/"), (None, 1))):
        case = rows.get(Application, first.pk)
        case.pk, case.number, case.query_code = None, f"scope-{at}", f"9000000{at}"
        case.region_path, case.person_id = region, other
        case.organisation_id = cast_organisation(cast) if organisation else None
        made.append(rows.insert(case))
    return [first, *made]


def cast_organisation(cast: Cast) -> int:
    from tongban.identity.models import Organisation

    found = Organisation.objects.order_by("pk").first()
    assert found
    return int(found.pk)


def test_one_and_all_agree(cast: Cast, cases: list[Application]) -> None:
    bodies = [frozenset[int](), frozenset({cases[0].body_id}), frozenset({0})]
    regions: list[tuple[str, ...]] = [(), ("500199/",), ("500199/500199100/", "51"), ("5001%",)]
    people = [None, cases[0].person_id, 0]
    organisations = [frozenset[int](), frozenset({cast_organisation(cast)}), frozenset({0})]
    told_apart = set()

    for body, region, person, organisation in product(bodies, regions, people, organisations):
        scope = Scope(bodies=body, regions=region, person=person, organisations=organisation)
        listed = frozenset(Application.objects.filter(scope.condition()).values_list("number", flat=True))
        assert listed == {case.number for case in cases if scope.admits(case)}
        told_apart.add(listed)

    assert len(told_apart) > 8


def test_nothing_exists_for_who_has_no_scope(cases: list[Application]) -> None:
    assert not Application.objects.filter(Scope().condition()).exists()
    assert not any(Scope().admits(case) for case in cases)
