"""What is known is offered with its source: the login, the register, a licence, the case before."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.people import GUIDE, Cast
from tongban.applications import actions, prefill
from tongban.catalog import actions as catalog
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.catalog.sheets import Hint
from tongban.kernel.actors import system

STAFF = {
    "title": "人员", "key": "staff", "repeat": {"row": "人员"},
    "fields": [{"key": "who", "label": "姓名", "earlier": True}, {"key": "age", "label": "年龄", "kind": "number"}],
}  # fmt: skip


def guide(cast: Cast, **fields: dict[str, Any]) -> Edition:
    """The guide with its fields changed by key, and a page of staff."""
    form = deepcopy(GUIDE["form"])
    for field in form[0]["fields"]:
        field |= fields.get(field["key"], {})
    content = Content.model_validate(GUIDE | {"form": [*form, STAFF]})
    made = catalog.draft(item=cast.guide.item, body=cast.body, content=content, by=system("tests"), now=cast.now)
    catalog.publish(made, by=system("tests"), now=cast.now)
    return made


def known(cast: Cast, edition: Edition, **change: Any) -> dict[str, Hint]:
    assert cast.liu.person
    given: dict[str, Any] = {"organisation": None, "logged_in": True} | change
    return prefill.hints(edition, person=cast.liu.person, today=cast.now.date(), **given)


def test_the_login_says_who_applies(cast: Cast) -> None:
    assert known(cast, cast.guide)["form.name"] == Hint("刘晓燕", "登录信息")
    assert known(cast, cast.guide, logged_in=False)["form.name"].source == "实名登记"


def test_an_earlier_case_fills_what_the_edition_allows(cast: Cast) -> None:
    edition = guide(cast, area={"earlier": True})
    form = {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86", "staff": [{"who": "陈小禾", "age": "30"}]}
    case = cast.submit(edition=edition, form=form)
    found = known(cast, edition)

    day = f"{case.submitted_at.year}年"
    assert found["form.area"].value == "86"
    assert found["form.area"].source.startswith(f"上次办件（{day}")
    assert found["form.staff.0.who"].value == "陈小禾"
    assert "form.shop" not in found and "form.staff.0.age" not in found
    assert prefill.rows_known(edition.document, found) == {"staff": [{}]}


def test_another_ones_case_says_nothing(cast: Cast) -> None:
    edition = guide(cast, area={"earlier": True})
    cast.submit(edition=edition, form={"name": "刘晓燕", "shop": "老灶", "area": "86"})
    assert cast.stranger.person

    found = prefill.hints(
        edition, person=cast.stranger.person, organisation=None, today=cast.now.date(), logged_in=True
    )
    assert "form.area" not in found


def test_a_value_that_no_longer_passes_is_not_offered(cast: Cast) -> None:
    edition = guide(cast, area={"earlier": True})
    cast.submit(edition=edition, form={"name": "刘晓燕", "shop": "老灶", "area": "86"})

    assert "form.area" not in known(cast, guide(cast, area={"earlier": True, "maximum": 50}))


def test_a_fact_of_a_licence_in_force_is_offered(cast: Cast) -> None:
    case = cast.granted()
    edition = guide(cast, shop={"prefill": "licence.食品经营许可证.字号名称"})

    assert known(cast, edition)["form.shop"] == Hint("老灶火锅店", "《食品经营许可证》")
    assert case.number
    assert "form.shop" not in known(cast, edition, organisation=cast.shop)


def test_what_is_only_known_is_not_handed_in(cast: Cast) -> None:
    assert cast.liu.person
    by = cast.actor(cast.liu)
    draft = actions.open_draft(cast.guide, person=cast.liu.person, by=by, now=cast.now)

    assert draft.content["form"] == {}
