"""Materials by the API: versions, trust, results of checks, the mark of the original, the same gap again, reuse."""

from __future__ import annotations

import pytest

from tests.api.door import Door, door_of
from tests.api.test_walk import PDF, submission
from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import MaterialCheck

AREA, SINK = "标明各功能区面积", "标明洗手、清洗水池位置"


def submitted(cast: Cast, liu: Door, key: str = "materials-0001", **more: object) -> str:
    file = liu.upload(PDF, media_type="application/pdf")["id"]
    body = submission(cast) | {"materials": {"safety": "pledge", "layout": file}} | more
    made = liu.post("/applications", body, key=key)
    assert made.status == 201, made.body
    return f"/applications/{made['number']}"


def layout(door: Door, path: str) -> dict:  # type: ignore[type-arg]
    return next(one for one in door.get(f"{path}/materials").body if one["key"] == "layout")


def test_a_material_with_all_that_is_known_of_it(cast: Cast) -> None:
    liu, reviewer, head = door_of(cast.liu), door_of(cast.reviewer), door_of(cast.head)
    path = submitted(cast, liu)
    gaps = {"layout": {"points": [AREA], "note": "没有面积"}}
    told = reviewer.post(f"{path}/correction", {"gaps": gaps, "checks": {"layout": {SINK: "met"}}})
    assert told.status == 201
    file = liu.upload(PDF, media_type="application/pdf")["id"]
    assert liu.post(f"{path}/supplement", {"materials": {"layout": file}, "beside": ["layout"]}).status == 201

    inside, own = layout(reviewer, path), layout(liu, path)
    assert [(one["number"], one["why"], one["trust"], one["stands"]) for one in inside["versions"]] == [
        (1, "first", "D", True), (2, "supplemented", "D", True),
    ]  # fmt: skip
    assert {one["point"]: one["result"] for one in inside["versions"][0]["checks"]} == {AREA: "unmet", SINK: "met"}
    assert [one["checks"] for one in own["versions"]] == [[], []]

    again = reviewer.post(f"{path}/correction", {"gaps": gaps})
    assert (again.status, again["code"]) == (409, "asked_again")
    assert reviewer.post(f"{path}/correction/request", {"gaps": gaps, "reason": "补来的图还是没有面积"}).status == 201
    assert head.post(f"{path}/correction/refusal", {"reason": "现有材料足够判断"})["state"] == "submitted"
    assert reviewer.post(f"{path}/correction/request", {"gaps": gaps, "reason": "现场看过，仍然缺少"}).status == 201
    assert head.post(f"{path}/correction/approval", {"reason": "面积关系到许可条件"})["state"] == "correcting"


def test_the_mark_of_the_original_is_set_and_withdrawn(cast: Cast) -> None:
    liu, reviewer = door_of(cast.liu), door_of(cast.reviewer)
    path = submitted(cast, liu)
    mark = f"{path}/materials/layout/original"

    made = reviewer.post(mark, {"grounds": "当面与原件核对", "valid_until": "2027-01-01"})
    assert (made.status, made["version"], layout(liu, path)["trust"]) == (201, 1, "B")
    assert reviewer.post(mark, {"grounds": "当面与原件核对"}).status == 409
    undone = reviewer.post(f"{mark}/withdrawal", {"reason": "看的不是同一份"})
    assert (undone.status, layout(liu, path)["trust"]) == (201, "D")
    for wrong, status in (({"grounds": "当面与原件核对", "of_version": 9}, 404), ({"grounds": ""}, 422), ({}, 422)):
        assert reviewer.post(mark, wrong).status == status
    assert liu.post(mark, {"grounds": "我自己核对的"}).status == 403
    assert door_of(cast.stranger).post(mark, {"grounds": "当面与原件核对"}).status == 404


def test_a_material_of_an_earlier_case_serves_again(cast: Cast) -> None:
    liu = door_of(cast.liu)
    earlier = submitted(cast, liu).rpartition("/")[2]
    reused = {"layout": {"number": earlier, "key": "layout"}}

    path = submitted(cast, liu, "materials-0002", materials={"safety": "pledge"}, reused=reused)
    assert layout(liu, path)["reused_from"] == earlier
    assert layout(liu, path)["versions"][0]["file"] is None  # until it has its watermark
    actions.stamp(path.rpartition("/")[2], "layout", now=cast.now)
    shown = layout(liu, path)
    assert shown["versions"][0]["file"] and "仅用于办理" in shown["watermark"]

    same = submission(cast) | {"materials": {"safety": "pledge"}, "reused": reused}
    other = submission(cast) | {"materials": {"safety": "pledge"}}
    assert liu.post("/applications", same, key="materials-0002").status == 201
    assert liu.post("/applications", other, key="materials-0002").status == 422
    stranger = door_of(cast.stranger).post("/applications", same, key="materials-0003")
    assert stranger.status in (404, 422) and "以前交过的材料" in str(stranger.body)


@pytest.mark.parametrize(
    "checks", [{"layout": {"画得好看": "met"}}, {"marriage": {AREA: "met"}}, {"layout": {AREA: "fine"}}]
)
def test_a_result_that_cannot_be_is_refused(cast: Cast, checks: object) -> None:
    path = submitted(cast, door_of(cast.liu))

    assert door_of(cast.reviewer).post(f"{path}/acceptance", {"checks": checks}).status == 422
    assert not MaterialCheck.objects.exists()


def test_acceptance_keeps_what_was_found(cast: Cast) -> None:
    path = submitted(cast, door_of(cast.liu))

    assert (
        door_of(cast.reviewer).post(f"{path}/acceptance", {"checks": {"layout": {AREA: "met", SINK: "none"}}}).status
        == 201
    )
    assert sorted(MaterialCheck.objects.values_list("result", flat=True)) == ["met", "none"]
