"""An item that is not public: nowhere for the public, there for who edits it and for the window that takes it in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.people import Cast, publish
from tongban.analytics import queries as numbers
from tongban.applications import actions as applications
from tongban.catalog import indexing, listed, listing, queries, searching
from tongban.catalog.actions import items
from tongban.catalog.actions.items import Elements
from tongban.catalog.listing import Wanted
from tongban.catalog.models import Edition, Item, SearchEntry
from tongban.counter import actions as counter
from tongban.identity.actions import make_token
from tongban.identity.models import Account
from tongban.kernel.refusals import NotFound

NAME = "涉密场所测绘审批"


@pytest.fixture
def hidden(cast: Cast) -> Edition:
    edition = publish(cast.body, now=cast.now, code="990131007007", name=NAME)
    hide(cast, edition)
    return edition


def hide(cast: Cast, edition: Edition, *, is_public: bool = False) -> None:
    """By the verb of the item's keeper."""
    item = Item.objects.get(pk=edition.item_id)
    elements = Elements(name=item.name, type_code=item.type_code, is_public=is_public)
    items.revise(item, elements, by=cast.actor(cast.keeper), now=cast.now)


def client_of(account: Account | None) -> Client:
    client = Client(headers={"host": "localhost"})
    if account:
        client.force_login(account)
    return client


def places(edition: Edition) -> list[str]:
    code = edition.code
    return [
        f"/items/{code}", f"/items/{edition.item.code}", f"/items/{code}/history", f"/items/{code}/versions/1",
        f"/items/{code}/versions/1/changes", f"/items/{code}/notice.pdf?kind=retail", f"/items/{code}/form.pdf",
        f"/items/{code}/card.pdf", f"/kiosk/items/{code}", f"/api/v1/items/{code}", f"/api/v1/items/{code}/materials?answer=kind:retail",
        f"/api/v1/items/{code}/form-schema", f"/api/v1/items/{code}/differences?before=1&after=1",
    ]  # fmt: skip


def test_the_public_finds_none_of_its_pages(cast: Cast, hidden: Edition) -> None:
    for client in (client_of(None), client_of(cast.liu), client_of(cast.foreign_reviewer)):
        assert {place: client.get(place).status_code for place in places(hidden)} == dict.fromkeys(places(hidden), 404)


def test_the_places_exist_for_an_item_that_is_public(cast: Cast, hidden: Edition) -> None:
    """What the test above asks for is really there."""
    hide(cast, hidden, is_public=True)

    answers = {place: client_of(None).get(place).status_code for place in places(hidden)}
    assert answers == dict.fromkeys(places(hidden), 200)


def test_the_answer_is_that_of_a_code_nobody_ever_used(cast: Cast, hidden: Edition) -> None:
    with pytest.raises(NotFound) as known:
        queries.edition(hidden.code)
    with pytest.raises(NotFound) as unknown:
        queries.edition("990199999999")

    assert (known.value.code, known.value.reason) == (unknown.value.code, unknown.value.reason)


def test_a_withdrawn_one_is_not_betrayed_either(cast: Cast, hidden: Edition) -> None:
    from tongban.catalog.bulk import withdraw_all
    from tongban.kernel.actors import system

    withdraw_all([Edition.objects.get(pk=hidden.pk)], by=system("tests"), now=cast.now)

    with pytest.raises(NotFound) as found:
        queries.edition(hidden.code)
    assert found.value.code == "item_unknown"
    assert client_of(None).get(f"/items/{hidden.code}/versions/1").status_code == 404


def test_no_list_no_search_no_suggestion_and_no_sitemap_names_it(cast: Cast, hidden: Edition, client: Client) -> None:
    assert searching.search(NAME).found == [] and searching.suggest("涉密场所") == []
    pages = ["/", "/items?q=涉密", "/items", "/lists/power", "/lists/power?body=market", "/kiosk", "/kiosk/find?q=smcs"]
    pages += ["/api/v1/items", "/api/v1/lists/power", "/api/v1/items?q=涉密", "/api/v1/items/suggestions?q=涉密"]
    assert [page for page in pages if NAME in client.get(page).content.decode()] == []
    assert [line.name for line in listed.all_lines("power")] == [cast.guide.name]
    assert listed.counts().total[""] == 1
    blocks = [code for block in listed.sitemap_blocks() for code, _ in listed.sitemap_block(block)]
    assert blocks == [cast.guide.code]


def test_it_is_named_everywhere_again_once_it_is_public(cast: Cast, hidden: Edition) -> None:
    assert listed.counts().total[""] == 1

    hide(cast, hidden, is_public=True)

    assert [found.name for found in searching.search(NAME).found] == [NAME]
    assert listed.counts().total[""] == 2
    assert queries.edition(hidden.code).pk == hidden.pk


def test_nobody_applies_for_it_on_line(cast: Cast, hidden: Edition) -> None:
    token = make_token(account=cast.liu, label="tests", now=cast.now)
    body: dict[str, Any] = {"item": hidden.code, "answers": {"kind": "retail"}, "form": {}, "materials": {}}

    page = client_of(cast.liu).post(f"/items/{hidden.code}/application")
    api = client_of(None).post(
        "/api/v1/applications", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "hidden-1"},
    )  # fmt: skip

    assert (page.status_code, api.status_code) == (404, 404)


def test_its_editors_and_the_window_read_it(cast: Cast, hidden: Edition) -> None:
    for account in (cast.editor, cast.keeper, cast.clerk):
        assert client_of(account).get(f"/items/{hidden.code}").status_code == 200
        assert client_of(account).get(f"/items/{hidden.code}/history").status_code == 200
    desk = client_of(cast.editor).get(f"/desk/catalog/editions/{hidden.code}/1")
    assert desk.status_code == 200 and NAME in desk.content.decode()


def test_its_editors_find_it_in_their_lists(cast: Cast, hidden: Edition) -> None:
    by = cast.actor(cast.editor)

    assert [row.pk for row in listing.editions(Wanted(typed="涉密场所"), by=by).rows] == [hidden.pk]
    assert [row.code for row in listing.items(Wanted(state="items", typed="涉密场所")).rows] == ["990131007007"]


def test_the_window_takes_it_in(cast: Cast, hidden: Edition) -> None:
    assert cast.liu.person
    applicant = counter.Applicant(id_number=cast.liu.person.id_number)

    draft = counter.start(hidden.code, applicant, by=cast.actor(cast.clerk, "counter"), now=cast.now)

    assert draft.edition_id == hidden.pk


def test_making_the_index_again_leaves_it_out(cast: Cast, hidden: Edition) -> None:
    assert indexing.refresh(now=cast.now, everything=True) == 1
    assert indexing.refresh(now=cast.now) == 0
    assert not SearchEntry.objects.filter(pk=hidden.pk).exists()


def test_a_new_version_of_it_stays_hidden(cast: Cast, hidden: Edition) -> None:
    publish(cast.body, now=cast.now, code="990131007007", name=NAME, phone="023-00000009")

    assert searching.search(NAME).found == []


def test_public_numbers_leave_it_out_and_its_cases_have_no_name(cast: Cast, hidden: Edition) -> None:
    case = cast.submit(
        edition=Edition.objects.get(pk=hidden.pk), by=cast.clerk, materials={"safety": "pledge", "layout": "paper"}
    )
    applications.reject(
        case.number, kind="not_needed", reason="依法不需要办理", by=cast.actor(cast.reviewer), now=cast.now
    )
    year = numbers.span("", now=cast.now)

    editions = client_of(None).get("/indicators/instant.csv").content.decode()

    assert cast.guide.code in editions and hidden.code not in editions
    assert numbers.value("instant", year, now=cast.now).tally.whole == 1
    assert [row.about for row in numbers.rows("rated", year, now=cast.now)] == ["不公开的事项"]


def test_the_name_of_an_open_item_stands_in_the_public_rows(cast: Cast) -> None:
    applications.reject(
        cast.submit().number, kind="not_needed", reason="依法不需要办理", by=cast.actor(cast.reviewer), now=cast.now
    )

    year = numbers.span("", now=cast.now)

    assert [row.about for row in numbers.rows("rated", year, now=cast.now)] == [cast.guide.name]
