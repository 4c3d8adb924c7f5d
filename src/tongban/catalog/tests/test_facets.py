"""筛选: what an edition is listed under follows from what it says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog import facets
from tongban.catalog.content import Content
from tongban.catalog.facets import Filters


def content(**change: object) -> Content:
    return Content.model_validate(GUIDE | change)


def test_a_guide_is_listed_by_its_doors() -> None:
    said = content(received_by=["kiosk", "town"], by_post=True, reach="province", instant=True, promised={"amount": 0})

    assert set(facets.ways(said)) == {"online", "kiosk", "town", "post", "instant", "once", "here", "away"}


def test_an_entry_of_a_list_promises_no_door() -> None:
    assert facets.ways(Content(audience=("1",))) == []


def test_someone_in_a_town_is_served_by_the_town_and_by_the_district() -> None:
    district = facets.tags(content(), body="civil", region_path="500199/")
    town = facets.tags(content(), body="town", region_path="500199/500199101/")
    other = facets.tags(content(), body="other", region_path="500199/500199102/")

    served = set(facets.region_tags("500199/500199101/"))
    assert served & set(district) and served & set(town) and not served & set(other)
    assert all(set(facets.region_tags("500199/")) & set(tags) for tags in (district, town, other))


def test_filters_ask_for_what_editions_carry() -> None:
    said = facets.tags(content(themes=["生育收养"], life_events=["出生"]), body="civil", region_path="500199/")

    asked = Filters(audience="1", theme="生育收养", event="出生", body="civil", way="here")
    assert set(asked.tags) <= set(said)
    assert not set(Filters(event="养老").tags) <= set(said)
    assert not Filters() and asked


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["here", "guide_only"]))
def test_more_use_never_moves_an_item_back(used: int, more: int, connection: str) -> None:
    def place(times: int) -> int:
        return facets.place(connection=connection, region_path="500199/", used=times)

    assert 0 <= place(used + more) <= place(used)
    assert place(used) <= facets.place(connection=connection, region_path="500199/500199101/", used=used)
