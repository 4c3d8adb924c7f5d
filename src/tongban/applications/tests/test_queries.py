"""What happened, in public words; and the look-up that an old person can do by phone."""

from __future__ import annotations

import pytest

from tests.people import Cast, publish
from tongban.applications import actions, queries
from tongban.applications.actions import Gap
from tongban.kernel.refusals import NotFound, Refusal
from tongban.kernel.typed import grouped


def tail(cast: Cast) -> str:
    assert cast.liu.person
    return str(cast.liu.person.id_number)[-4:]


def test_the_timeline_tells_what_happened_where(cast: Cast) -> None:
    case = actions.deliver(cast.granted().number, by=cast.actor(cast.liu), now=cast.now)

    told = [(moment.what, moment.who) for moment in queries.timeline(case)]
    assert told == [
        ("收件", "申请人"), ("受理", "云江区市场监督管理局"), ("签署承诺", "申请人"), ("完成审查", "云江区市场监督管理局"),
        ("作出决定", "云江区市场监督管理局"), ("送达", "申请人"),
    ]  # fmt: skip
    says = [moment.says for moment in queries.timeline(case)]
    assert "3" in says[1] and "9" in says[1] and "前办结" in says[1]
    assert "容缺后补" in says[2] and "16" in says[2]  # ten working days from 2 March
    assert says[4:] == ["准予", "在线领取"]


def test_the_timeline_names_no_official(cast: Cast) -> None:
    case = actions.correct(
        cast.submit().number,
        {"layout": Gap(note="请补尺寸")},
        by=cast.actor(cast.clerk, channel="counter"),
        now=cast.now,
    )

    text = repr(queries.timeline(case))
    assert "综合窗口" in text
    assert "staff:" not in text and "clerk" not in text


def test_a_refusal_is_told_without_its_reason(cast: Cast) -> None:
    case = actions.decide(
        cast.reviewed().number, granted=False, reason="经营场所不符合规定", by=cast.actor(cast.decider), now=cast.now
    )

    assert queries.timeline(case)[-1].says == "不予，理由见决定书"


def test_a_case_is_looked_up_by_number_or_code_however_typed(cast: Cast) -> None:
    case = cast.submit()
    code = case.query_code

    for typed in (
        case.number, case.number.lower(), grouped(case.number), code, f"{code[:4]} {code[4:]}", f"{code[:4]}-{code[4:]}",
        "".join(chr(ord(digit) + 0xFEE0) for digit in code),
    ):  # fmt: skip
        assert queries.look_up(typed, tail(cast)) == case
    assert queries.look_up(code, f" {tail(cast)} ") == case


def test_an_enterprises_case_is_looked_up_by_its_code(cast: Cast) -> None:
    case = cast.submit(organisation=cast.shop)

    assert queries.look_up(case.query_code, cast.shop.uscc[-4:].lower()) == case
    with pytest.raises(Refusal):
        queries.look_up(case.query_code, tail(cast))


@pytest.mark.parametrize(
    ("typed", "ending", "code"),
    [
        ("", "1234", "number_missing"),
        (" - ", "1234", "number_missing"),
        ("{code}", "", "tail_form"),
        ("{code}", "123", "tail_form"),
        ("{code}", "12345", "tail_form"),
        ("{code}", "0000", "look_up_failed"),
        ("{number}", "0000", "look_up_failed"),
        ("00000000", "{tail}", "look_up_failed"),
        ("x" * 400, "{tail}", "look_up_failed"),
        ("\0", "{tail}", "number_missing"),
        ("{code}", "\0\0\0\0", "tail_form"),
    ],
)
def test_a_look_up_that_does_not_match_says_nothing_about_the_case(
    cast: Cast, typed: str, ending: str, code: str
) -> None:
    case = cast.submit()
    known = {"code": case.query_code, "number": case.number, "tail": tail(cast)}

    with pytest.raises(Refusal) as refused:
        queries.look_up(typed.format(**known), ending.format(**known))
    assert refused.value.code == code
    assert case.title not in str(refused.value)


def test_a_wrong_tail_and_a_wrong_number_are_answered_alike(cast: Cast) -> None:
    case = cast.submit()
    answers = []
    for typed, ending in ((case.query_code, "0000"), ("00000000", tail(cast))):
        with pytest.raises(Refusal) as refused:
            queries.look_up(typed, ending)
        answers.append((str(refused.value), refused.value.hint, refused.value.status))

    assert answers[0] == answers[1]


def test_a_case_is_read_by_who_may_see_it(cast: Cast) -> None:
    case = cast.submit()

    assert queries.case(f" {grouped(case.number)} ", by=cast.actor(cast.liu)) == case
    with pytest.raises(NotFound):
        queries.case(case.number, by=cast.actor(cast.stranger))


def test_staff_read_a_form_with_its_identifiers_masked(cast: Cast) -> None:
    fields = [
        {"key": "owner", "label": "身份证号码", "kind": "id_number"},
        {"key": "phone", "label": "电话", "kind": "phone"},
        {"key": "shop", "label": "字号"},
    ]
    guide = publish(
        cast.body, now=cast.now, code="990131001077", name="带号码的事项", form=[{"title": "表", "fields": fields}]
    )
    assert cast.liu.person
    number = cast.liu.person.id_number
    form = {"owner": number, "phone": "19900000001", "shop": "老灶火锅店"}
    case = cast.submit(key="masked-form", edition=guide, form=form)

    assert queries.form_for(case, by=cast.actor(cast.liu)) == form
    seen = queries.form_for(case, by=cast.actor(cast.reviewer))
    assert (seen["owner"], seen["phone"], seen["shop"]) == (
        f"{number[:3]}***********{number[-4:]}",
        "199****0001",
        "老灶火锅店",
    )
