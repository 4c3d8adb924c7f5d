"""Each quality rule with a document it finds fault with and one it leaves alone; the engine over any document."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog import quality, situations
from tongban.catalog.content import Content
from tongban.catalog.quality import Context, Finding
from tongban.kernel.refusals import Invalid

TODAY = date(2026, 3, 9)
LICENSING = Context(TODAY, "01")
WRITTEN: dict[str, Any] = {"audience": ["1", "2"], "conditions": ["年满十八周岁"]}
YES_NO = [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}]
ASKED = {"key": "own", "text": "房子是自己的吗？", "options": YES_NO}


def paper(key: str = "lease", **more: Any) -> dict[str, Any]:
    return {"key": key, "name": "房屋租赁合同", "give": "upload", "requirement": "上传全部页", **more}


def papers(**more: Any) -> dict[str, Any]:
    return {"materials": [paper(**more)]}


def form(label: str, **more: Any) -> dict[str, Any]:
    return {"form": [{"title": "申请人", "fields": [{"key": "one", "label": label, **more}]}]}


STEP = {"key": "review", "name": "审查", "role": "reviewer", "standard": "材料齐全"}
OTHER_STEP = {"key": "decide", "name": "决定", "role": "decider", "standard": "符合条件"}
PLACE = {"name": "政务中心", "address": "政通路 99 号", "hours": "9:00—17:00"}
SITUATION: dict[str, Any] = {
    "questions": [ASKED],
    "materials": [paper(), paper("deed", name="房产证", when={"own": ["yes"]})],
}

PLEDGED: dict[str, Any] = {"licence_pledge": True, "verify_days": 20, "conditions": ["经营场所固定"]}


def table(*tests: tuple[str, str, str]) -> dict[str, Any]:
    conditions = [{"fact": fact, "op": op, "values": [value]} for fact, op, value in tests]
    rule = {"key": "one", "name": "年满 80 周岁", "outcome": "granted", "conditions": conditions}
    return {"decision_table": [rule], "decided_by_rule": True, **SITUATION}


HERE = {"connection": "here", "steps": [STEP], **form("姓名")}
OLD = ("person.age", "at_least", "80")

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # rule: (found at fault, left alone)
    "promised_too_long": (
        {"statutory": {"amount": 20}, "promised": {"amount": 1, "unit": "month"}},
        {"statutory": {"amount": 20}, "promised": {"amount": 20}},
    ),
    "instant_limit": ({"instant": True, "promised": {"amount": 1}}, {"instant": True, "promised": {"amount": 0}}),
    "zero_limit": ({"promised": {"amount": 0}}, {"promised": {"amount": 1}}),
    "instant_review": ({"instant": True}, {"instant": True, "review": "instant"}),
    "promised_missing": ({}, {"promised": {"amount": 3}}),
    "statutory_basis": (
        {"statutory": {"amount": 20}},
        {"statutory": {"amount": 20, "basis": "《行政许可法》第四十二条"}},
    ),
    "statutory_missing": ({}, {"statutory": {"amount": 20}}),
    "statutory_differs": (
        {"statutory": {"amount": 10, "basis": "《中华人民共和国律师法》第六条"}},
        {"statutory": {"amount": 20, "unit": "day", "basis": "《律师法》第六条，区司法局审查时限"}},
    ),
    "steps_few": ({"steps": [STEP]}, {"steps": [STEP, OTHER_STEP]}),
    "step_limits": (
        {"promised": {"amount": 2}, "steps": [STEP | {"limit": {"amount": 3}}]},
        {"promised": {"amount": 2}, "steps": [STEP | {"limit": {"amount": 2}}]},
    ),
    "step_asks_nobody": (
        {"steps": [STEP | {"kind": "consultation"}]},
        {"steps": [STEP | {"kind": "consultation", "asked": ["云江区民政局"]}]},
    ),
    "countersign_of_one": (
        {"steps": [STEP | {"kind": "countersign", "asked": ["云江区民政局"]}]},
        {"steps": [STEP | {"kind": "countersign", "asked": ["云江区民政局", "云江区城市管理局"]}]},
    ),
    "step_asks_twice": (
        {"steps": [STEP | {"kind": "consultation", "asked": ["云江区民政局", "云江区民政局"]}]},
        {"steps": [STEP | {"kind": "consultation", "asked": ["云江区民政局"]}]},
    ),
    "deciding_step_kind": (
        {"steps": [STEP, OTHER_STEP | {"kind": "notice"}]},
        {"steps": [STEP | {"kind": "notice"}, OTHER_STEP]},
    ),
    "step_standard": ({"steps": [STEP | {"standard": " "}]}, {"steps": [STEP]}),
    "online_visits": ({"online": True, "visits": 1}, {"online": True}),
    "online_paper": (
        {"online": True, **papers(give="window")},
        {"online": True, "by_post": True, **papers(give="window")},
    ),
    "visit_reason": ({"visits": 1}, {"visits": 1, "visit_reason": "本人当面签名"}),
    "visit_reason_needless": ({"visit_reason": "本人当面签名"}, {"visit_reason": "无"}),
    "no_way": ({"handling_forms": ["1"]}, {"handling_forms": ["1", "4"]}),
    "online_forms": ({"online": True, "handling_forms": ["1"]}, {"online": True, "handling_forms": ["1", "2"]}),
    "visits_many": ({"visits": 2}, {"visits": 1}),
    "online_url_missing": (
        {"connection": "deep_link"},
        {"connection": "deep_link", "online_url": "https://example.gov.cn/"},
    ),
    "places_missing": ({"visits": 1}, {"visits": 1, "places": [PLACE]}),
    "place_hours": ({"places": [PLACE | {"hours": "正常上班时间"}]}, {"places": [PLACE]}),
    "phones": ({"phone": "12345678"}, {"phone": "023-12345678", "complaint_phone": "12345"}),
    "audience_themes": ({"audience": ["1"], "themes": ["投资审批"]}, {"audience": ["2"], "themes": ["投资审批"]}),
    "themes_missing": ({}, {"themes": ["准营准办"]}),
    "faq_missing": ({}, {"faq": [{"question": "要多久？", "answer": "两天。"}]}),
    "fee_basis": (
        {"fees": [{"name": "工本费", "amount_fen": 1000, "basis": " "}]},
        {"fees": [{"name": "工本费", "amount_fen": 1000, "basis": "发改价格〔2004〕2831号"}]},
    ),
    "fee_payment": (
        {"online": True, "fees": [{"name": "工本费", "amount_fen": 1000, "basis": "文号"}]},
        {"online": True, "pay_online": True, "fees": [{"name": "工本费", "amount_fen": 1000, "basis": "文号"}]},
    ),
    "payment_without_fee": ({"pay_online": True}, {}),
    "fee_amount": (
        {"fees": [{"name": "工本费", "amount_fen": 0, "basis": "文号"}]},
        {"fees": [{"name": "工本费", "amount_fen": 0, "basis": "文号", "reduction": "小微企业免收"}]},
    ),
    "result_kind": (
        {"result": {"name": "食品经营许可证", "kind": "document"}},
        {"result": {"name": "认定工伤决定书", "kind": "document"}},
    ),
    "result_sample": (
        {"result": {"name": "决定书"}},
        {"result": {"name": "决定书", "samples": [{"name": "样本", "kind": "sample", "file": "generated"}]}},
    ),
    "basis_missing": ({}, {"basis": ["《律师法》第六条"]}),
    "basis_expired": (
        {"basis": [{"law": "《某办法》", "valid_until": "2026-03-08"}]},
        {"basis": [{"law": "《某办法》", "valid_until": "2026-03-09"}]},
    ),
    "basis_article": ({"basis": ["《律师法》"]}, {"basis": ["《律师法》第六条"]}),
    "conditions_missing": ({"conditions": [], "promised": {"amount": 1}}, {}),
    "guide_unwritten": ({"conditions": []}, {}),
    "material_vague": (papers(name="其他相关材料"), papers(name="其他组织登记证书")),
    "shareable": (papers(fetched_from="电子证照库"), papers(fetched_from="电子证照库", give="library")),
    "supplied_elsewhere": (papers(name="营业执照", origin="government"), papers(name="营业执照", required=False)),
    "issued_by_government": (papers(origin="government"), papers(origin="applicant")),
    "material_twice": (
        {"materials": [paper(), paper("second", give="window")]},
        {
            "questions": [ASKED],
            "materials": [paper(when={"own": ["yes"]}), paper("second", when={"own": ["no"]})],
        },
    ),
    "check_points": (papers(), papers(check_points=["双方签字"])),
    "requirement_missing": (papers(requirement=" "), papers()),
    "pledge_text": (papers(give="pledge"), papers(give="pledge", pledge_text="本人承诺属实")),
    "blank_form": (
        papers(name="授权委托书"),
        papers(name="授权委托书", attachments=[{"name": "空表", "kind": "blank", "file": "f1"}]),
    ),
    "filled_example": (
        papers(name="授权委托书"),
        papers(name="授权委托书", attachments=[{"name": "样例", "kind": "example", "file": "f1"}]),
    ),
    "paper_upload": (papers(form="paper"), papers(form="both")),
    "optional_follow": (papers(may_follow=True, required=False), papers(may_follow=True)),
    "known_already": (form("手机号码", kind="phone"), form("手机号码", kind="phone", prefill="person.phone")),
    "long_page": (
        {"form": [{"title": "页", "fields": [{"key": f"f{n}", "label": f"字段{n}"} for n in range(10)]}]},
        {"form": [{"title": "页", "fields": [{"key": f"f{n}", "label": f"字段{n}"} for n in range(9)]}]},
    ),
    "question_never_asked": (
        {"questions": [ASKED | {"key": "early", "when": {"own": ["yes"]}}, ASKED], **papers(when={"own": ["yes"]})},
        SITUATION,
    ),
    "never_needed": (
        {
            "questions": [ASKED, ASKED | {"key": "rented", "when": {"own": ["no"]}}],
            "materials": [paper(when={"own": ["yes"], "rented": ["yes"]})],
        },
        SITUATION,
    ),
    "question_idle": ({"questions": [ASKED], **papers()}, SITUATION),
    "options_alike": (
        SITUATION | {"questions": [ASKED | {"options": [*YES_NO, {"value": "half", "label": "按揭"}]}]},
        SITUATION,
    ),
    "situation_bare": ({"questions": [ASKED], **papers(when={"own": ["yes"]})}, SITUATION),
    "situations_many": (
        {"questions": [ASKED | {"key": f"q{n}"} for n in range(13)]},
        {"questions": [ASKED | {"key": f"q{n}"} for n in range(4)]},
    ),
    "vague_wording": (
        papers(requirement="身份证、户口簿等材料，视情况补充"),
        papers(requirement="企业、事业单位和其他组织都要盖章"),
    ),
    "long_sentence": (papers(requirement="很" * 71), papers(requirement="很" * 60 + "。" + "长" * 60)),
    "pledge_excluded": (
        PLEDGED | {"basis": ["《药品管理法》第四十一条"]},
        PLEDGED | {"basis": ["《公司法》第二十九条"]},
    ),
    "pledge_incomplete": (PLEDGED | {"verify_days": 0}, PLEDGED),
    "one_licence_more": (papers() | {"one_licence": True}, papers(name="营业执照原件") | {"one_licence": True}),
    "table_missing": (HERE | {"decided_by_rule": True}, HERE | table(OLD) | {"accepted_by": "system"}),
    "table_idle": (table(OLD) | {"decided_by_rule": False}, table(OLD)),
    "table_contradicts": (table(OLD, ("person.age", "at_most", "79")), table(OLD, ("person.age", "at_most", "99"))),
    "table_typed": (table(("answer.own", "is", "yes")), table(OLD)),
    "long_text": (papers(requirement="一句话。" * 101), papers(requirement="一句话。" * 100)),
}


def judged(change: dict[str, Any], context: Context = LICENSING) -> list[Finding]:
    return quality.judge(Content.model_validate(WRITTEN | change), context)


def found_by(rule: str, change: dict[str, Any]) -> list[Finding]:
    supplied = Context(TODAY, "01", supplied=frozenset({"营业执照"}))
    return [one for one in judged(change, supplied) if one.rule == rule]


def test_every_rule_has_its_two_cases() -> None:
    assert set(CASES) == set(quality.RULES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_what_is_wrong_and_says_how_to_mend_it(rule: str) -> None:
    found = found_by(rule, CASES[rule][0])

    assert found
    assert all(one.weight == quality.RULES[rule].weight and one.says and one.mend and one.place for one in found)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_leaves_alone_what_is_right(rule: str) -> None:
    assert found_by(rule, CASES[rule][1]) == []


@pytest.mark.parametrize(
    "text",
    [
        "其他材料",
        "身份证、户口簿等材料",
        "视情况提供",
        "按有关规定办理",
        "提交相关材料",
        "必要时到现场核查",
        "法律、行政法规规定的其他条件",
        "特殊情况除外",
    ],
)
def test_clauses_without_bounds_are_vague(text: str) -> None:
    assert found_by("vague_wording", {"conditions": [text]})


@pytest.mark.parametrize(
    "text",
    [
        "其他组织的负责人签字",
        "与其他家庭成员同住",
        "身份证、户口簿",
        "材料清单见上",
        "有关联关系的企业",
        "其他股东放弃优先购买权的声明",
        "对申请材料实质内容的真实性负责",
    ],
)
def test_clear_clauses_are_left_alone(text: str) -> None:
    assert not found_by("vague_wording", {"conditions": [text]})


def test_a_list_entry_is_told_one_thing_and_scores_no_more_than_thirty() -> None:
    entry = Content(audience=("1", "2"))
    findings = quality.judge(entry, LICENSING)

    assert {one.rule for one in findings} == {"guide_unwritten", "themes_missing"}
    assert quality.score(findings, written=quality.is_written(entry)) == 30


def finding(rule: str, weight: str) -> Finding:
    return Finding(rule, weight, "place", "says", "mend")  # type: ignore[arg-type]


def test_the_score_is_the_published_formula() -> None:
    findings = [finding("a", "severe"), *[finding("b", "warn")] * 5, finding("c", "hint"), finding("d", "hint")]

    assert quality.score(findings) == 100 - 20 - 3 * 4 - 1 - 1
    assert quality.score([]) == 100
    assert quality.score([finding(f"r{n}", "severe") for n in range(9)]) == 0


def test_severe_findings_stand_in_the_way_of_publication_with_their_place() -> None:
    with pytest.raises(Invalid) as refused:
        quality.check_publishable(
            Content.model_validate(GUIDE | {"visits": 1, "materials": [paper(name="其他材料")]}), today=TODAY
        )

    assert [(one.code, one.field) for one in refused.value.faults] == [
        ("online_visits", "visits"),
        ("material_vague", "materials.lease.name"),
    ]


def test_warnings_and_hints_do_not_stand_in_the_way() -> None:
    quality.check_publishable(Content.model_validate(GUIDE), today=TODAY, type_code="01")
    quality.check_publishable(Content(audience=("1",)), today=TODAY, type_code="01")


def test_places_are_said_as_editors_find_them() -> None:
    content = Content.model_validate(GUIDE | {"faq": [{"question": "多久？", "answer": "两天"}]})

    assert quality.place_words(content, "materials.layout.requirement") == "材料“经营场所布局图” · 办理说明"
    assert (
        quality.place_words(content, "materials.layout.check_points.1") == "材料“经营场所布局图” · 受理标准 · 第 2 条"
    )
    assert quality.place_words(content, "faq.0.answer") == "常见问题 第 1 项 · 回答"
    assert quality.place_words(content, "form.shop.help") == "申请表“字号名称” · 说明"
    assert quality.place_words(content, "promised") == "承诺时限"


def test_laws_are_matched_by_name_and_article() -> None:
    named = quality.limits.named_article
    assert named("《中华人民共和国律师法》第六条，区司法局审查时限") == ("律师法", ["第六条"])
    assert named("按规定") == ("", [])
    assert (30, "working_day") in quality.limits.law_limits()["不动产登记暂行条例", "第二十条"]


WORDS = st.text(alphabet="其他材料等视情况相关按有关规定。；0a（）第条", max_size=90)
LIMITS = st.none() | st.builds(
    lambda amount, unit, basis: {"amount": amount, "unit": unit, "basis": basis},
    st.integers(0, 999),
    st.sampled_from(["working_day", "day", "month"]),
    WORDS,
)


@st.composite
def documents(draw: st.DrawFn) -> Content:
    keys = [f"q{n}" for n in range(draw(st.integers(0, 3)))]
    when = (
        st.dictionaries(
            st.sampled_from(keys), st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=2), max_size=2
        )
        if keys
        else st.just({})
    )
    give = st.sampled_from(["generated", "library", "pledge", "upload", "window"])
    return Content.model_validate(
        {
            "audience": draw(st.lists(st.sampled_from("123456"), min_size=1, max_size=3)),
            "themes": draw(st.lists(st.sampled_from(["准营准办", "投资审批", "婚姻登记", "x"]), max_size=2)),
            "connection": draw(st.sampled_from(["guide_only", "deep_link", "flows_back"])),
            "instant": draw(st.booleans()),
            "online": draw(st.booleans()),
            "visits": draw(st.integers(0, 9)),
            "visit_reason": draw(WORDS),
            "pay_online": draw(st.booleans()),
            "by_post": draw(st.booleans()),
            "handling_forms": draw(st.lists(st.sampled_from("12349"), max_size=3)),
            "statutory": draw(LIMITS),
            "promised": draw(LIMITS),
            "phone": draw(WORDS),
            "complaint_phone": draw(WORDS),
            "conditions": draw(st.lists(WORDS, max_size=2)),
            "basis": [
                {"law": draw(WORDS), "valid_until": draw(st.none() | st.dates().map(str))}
                for _ in range(draw(st.integers(0, 2)))
            ],
            "questions": [{"key": key, "text": draw(WORDS), "options": YES_NO, "when": draw(when)} for key in keys],
            "materials": [
                {
                    "key": f"m{n}",
                    "name": draw(WORDS | st.just("同名")),
                    "give": draw(give),
                    "required": draw(st.booleans()),
                    "origin": draw(st.sampled_from(["applicant", "government", "other"])),
                    "requirement": draw(WORDS),
                    "check_points": draw(st.lists(WORDS, max_size=2)),
                    "when": draw(when),
                }
                for n in range(draw(st.integers(0, 4)))
            ],
            "steps": [{**STEP, "limit": draw(LIMITS), "standard": draw(WORDS)}] * draw(st.integers(0, 1)),
            "fees": [{"name": "费", "amount_fen": draw(st.integers(0, 10)), "basis": draw(WORDS), "when": draw(when)}]
            * draw(st.integers(0, 1)),
            "places": [{"name": draw(WORDS), "address": draw(WORDS), "hours": draw(WORDS)}] * draw(st.integers(0, 1)),
            "result": {"name": draw(WORDS), "kind": draw(st.sampled_from(["licence", "document", "none"]))},
        }
    )


@settings(deadline=None)
@given(documents(), st.sampled_from(["", "01", "20"]))
def test_the_engine_judges_any_document(content: Content, type_code: str) -> None:
    findings = quality.judge(content, Context(TODAY, type_code, supplied=frozenset({"同名"})))

    assert findings == quality.judge(content, Context(TODAY, type_code, supplied=frozenset({"同名"})))
    assert 0 <= quality.score(findings) <= 100
    assert all(len(one.says) <= 400 and len(one.mend) <= 400 and len(one.place) <= 120 for one in findings)
    assert all(quality.place_words(content, one.place) for one in findings)


def test_a_document_with_many_situations_is_judged_up_to_a_bound() -> None:
    wide = Content.model_validate(WRITTEN | {"questions": [ASKED | {"key": f"q{n}"} for n in range(40)]})

    assert not situations.survey(wide).complete
    assert "situations_many" in {one.rule for one in quality.judge(wide, LICENSING)}


def test_limits_of_steps_side_by_side_are_not_added_up_and_a_hearing_is_not_counted() -> None:
    steps = [
        STEP | {"limit": {"amount": 2}},
        STEP
        | {"key": "ask", "kind": "consultation", "asked": ["云江区民政局"], "beside": True, "limit": {"amount": 3}},
        STEP | {"key": "hear", "kind": "hearing", "limit": {"amount": 20}},
    ]

    assert not found_by("step_limits", {"promised": {"amount": 3}, "steps": steps})
    assert found_by("step_limits", {"promised": {"amount": 2}, "steps": steps})
