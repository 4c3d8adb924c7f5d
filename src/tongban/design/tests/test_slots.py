import pytest
from django.test import RequestFactory

from tongban.design import slots
from tongban.design.slots import Fragment, fill, render_slots, slots_for


@pytest.fixture(autouse=True)
def _own_slots(monkeypatch):
    monkeypatch.setattr(slots, "_filled", {})


def test_fragments_come_in_order_and_none_adds_nothing():
    @fill("cases.case.side", order=20)
    def second(request, case):
        return Fragment("design/components/nothing.html", {"text": f"二 {case}", "hint": "", "url": "", "link": ""})

    @fill("cases.case.side", order=10)
    def first(request, case):
        return Fragment("design/components/nothing.html", {"text": f"一 {case}", "hint": "", "url": "", "link": ""})

    @fill("cases.case.side", order=5)
    def silent(request, case):
        return None

    made = render_slots(RequestFactory().get("/"), "cases.case.side", "甲")

    assert [("一 甲" in made[0]), ("二 甲" in made[1]), len(made)] == [True, True, 2]


def test_importing_twice_fills_once():
    def panel(request, case):
        return Fragment("design/components/nothing.html", {"text": "x", "hint": "", "url": "", "link": ""})

    fill("cases.case.side")(panel)
    fill("cases.case.side")(panel)

    assert len(render_slots(RequestFactory().get("/"), "cases.case.side", None)) == 1


def test_an_empty_slot_is_an_empty_list():
    assert slots_for(RequestFactory().get("/"), None, "cases.case.side", "cases.case.foot") == {
        "cases.case.side": [],
        "cases.case.foot": [],
    }
