"""The whole life of a case by API: each step by the token of the one whose step it is."""

from __future__ import annotations

import pytest

from tests.api.door import Door
from tests.people import Cast, paper
from tongban.kernel import bookkeeper, jobs, journal
from tongban.notices.models import Message

pytestmark = pytest.mark.api

PDF = paper()


def submission(cast: Cast, **change: object) -> dict[str, object]:
    return {
        "item": cast.guide.code,
        "answers": {"kind": "catering"},
        "form": {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86"},
        "materials": {"safety": "pledge"},
        **change,
    }


def test_a_case_lives_from_the_guide_to_the_evaluation(
    cast: Cast, liu: Door, reviewer: Door, decider: Door, nobody: Door
) -> None:
    # the guide, and what exactly it asks for in this situation
    assert nobody.get("/items", q="开饭店")["items"][0]["code"] == cast.guide.code
    assert nobody.get(f"/items/{cast.guide.code}")["content"]["phone"] == "023-00000001"
    needed = nobody.get(f"/items/{cast.guide.code}/materials", answer="kind:catering")
    assert [one["key"] for one in needed["materials"]] == ["form", "licence", "safety", "layout"]
    assert nobody.get(f"/items/{cast.guide.code}/materials", answer="kind:retail")["to_prepare"] == 0

    # 收件
    made = liu.post("/applications", submission(cast), key="walk-0001")
    assert made.status == 201
    number, path = made["number"], f"/applications/{made['number']}"
    assert (made["state"], made["promised_on"], len(made["query_code"])) == ("submitted", None, 8)
    assert [task["number"] for task in reviewer.get("/tasks")["tasks"]] == [number]

    # 补正 once, with everything missing; 补交 with an upload
    gaps = {"gaps": {"layout": {"points": ["标明各功能区面积"], "note": "请补交平面图"}}, "version": 1}
    assert reviewer.post(f"{path}/correction", gaps)["state"] == "correcting"
    file = liu.upload(PDF, media_type="application/pdf")
    assert (file.status, file["media_type"], file["size"]) == (201, "application/pdf", len(PDF))
    assert liu.post(f"{path}/supplement", {"materials": {"layout": file["id"]}})["state"] == "submitted"

    # 受理: the clock starts
    accepted = reviewer.post(f"{path}/acceptance", {"version": 3})
    assert (accepted.status, accepted["promised_on"], accepted["statutory_on"]) == (201, "2026-03-09", "2026-03-30")
    sheet = next(one for one in liu.get(f"{path}/clock").body if one["kind"] == "promised")
    assert (sheet["amount"], sheet["due_on"], sheet["lamp"]) == (5, "2026-03-09", "ok")

    # 暂停 for a legal cause, 恢复
    suspended = reviewer.post(f"{path}/suspension", {"cause": "inspection", "reason": "现场检验，需要三天"})
    assert (suspended["state"], suspended["promised_on"]) == ("suspended", None)
    assert reviewer.delete(f"{path}/suspension")["promised_on"] == "2026-03-09"

    # 审查, 决定, and the licence with it
    assert reviewer.post(f"{path}/review", {"passes": True, "opinion": "材料齐全，符合规定"})["state"] == "reviewed"
    assert decider.post(f"{path}/decision", {"granted": True})["state"] == "granted"
    event = next(one for one in liu.get(f"{path}/timeline").body if one["what"] == "作出决定")
    assert (event["who"], event["says"]) == ("云江区市场监督管理局", "准予")

    # 送达, 评价
    assert liu.post(f"{path}/delivery")["state"] == "closed"
    assert liu.post(f"{path}/evaluation", {"level": 2, "aspects": {"speed": 1}, "comment": "很快"}).status == 201
    assert decider.get("/tasks")["tasks"] == []

    whole = liu.get(path)
    assert (whole["state_name"], whole["form"]["area"], whole["body"]) == ("已办结", 86, "云江区市场监督管理局")
    assert [(one["key"], one["given"]) for one in whole["materials"]] == [
        ("form", True), ("licence", True), ("safety", True), ("layout", True),
    ]  # fmt: skip
    assert [one["what"] for one in liu.get(f"{path}/timeline").body] == [
        "收件", "告知补正", "补交材料", "受理", "依法暂停计时", "恢复计时", "完成审查", "作出决定", "送达", "办结",
    ]  # fmt: skip

    while bookkeeper.link_waiting():
        jobs.run_waiting()
    assert Message.objects.filter(subject=number).count() == 6
    assert list(journal.verify(now=cast.now)) == []

    # counted: what that day brought, and the same by month
    assert nobody.get("/indicators")["period"] == "2026"
    day = {one["code"]: one for one in nobody.get("/indicators", day="2026-03-02")["indicators"]}
    assert (day["on_time"]["part"], day["on_time"]["whole"]) == (1, 1)
    assert nobody.get("/indicators", day="2999-01-01")["code"] == "day_out_of_range"


def test_the_licence_is_read_downloaded_and_verified_by_anyone(
    cast: Cast, liu: Door, reviewer: Door, decider: Door, nobody: Door, stranger: Door
) -> None:
    number = liu.post("/applications", submission(cast), key="walk-0002")["number"]
    reviewer.post(f"/applications/{number}/acceptance")
    reviewer.post(f"/applications/{number}/review", {"passes": True, "opinion": "材料齐全，符合规定"})
    decider.post(f"/applications/{number}/decision", {"granted": True})
    from tongban.licences.models import Licence

    public_id = Licence.objects.get(case_number=number).public_id

    licence = liu.get(f"/licences/{public_id}")
    pdf = liu.get(f"/licences/{public_id}.pdf")
    verified = nobody.get(f"/verify/{licence['verification_code'].lower()}")

    assert (licence["holder"], licence["status"], licence["valid_until"]) == ("刘晓燕", "有效", "2031-03-01")
    assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf"), pdf.body
    assert pdf.body.startswith(b"%PDF-")
    assert (verified["holder"], verified["number"]) == ("刘**", licence["number"])
    assert stranger.get(f"/licences/{public_id}").status == 404
    assert stranger.get(f"/licences/{public_id}.pdf").status == 404


def test_a_refusal_states_its_reason_and_a_withdrawn_case_ends(
    cast: Cast, liu: Door, reviewer: Door, decider: Door
) -> None:
    first, second = (liu.post("/applications", submission(cast), key=f"walk-000{n}")["number"] for n in (3, 4))
    reviewer.post(f"/applications/{first}/acceptance")
    reviewer.post(f"/applications/{first}/review", {"passes": False, "opinion": "场所不符合要求"})

    without = decider.post(f"/applications/{first}/decision", {"granted": False})
    refused = decider.post(f"/applications/{first}/decision", {"granted": False, "reason": "场所面积不足，不符合要求"})
    withdrawn = liu.post(f"/applications/{second}/withdrawal", {"reason": "改天再办"})
    rejected = reviewer.post(f"/applications/{second}/rejection", {"kind": "not_needed", "reason": "依法不需要办理"})

    assert (without.status, without["code"]) == (422, "reason_missing")
    assert (refused.status, refused["state"]) == (201, "refused")
    assert (withdrawn.status, withdrawn["state"]) == (201, "withdrawn")
    assert (rejected.status, rejected["code"]) == (409, "act_out_of_turn")
