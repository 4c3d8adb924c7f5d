"""Templates: checked with names, filled without secrets; which way a message takes; several as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import check_digit
from tongban.channels.rules import sms_parts
from tongban.kernel.refusals import Invalid
from tongban.notices import rules
from tongban.notices.kinds import KINDS, Kind, Words
from tongban.notices.rules import Reach

KIND = Kind(
    "tests", "试验", {"事项": "食品经营许可新办", "答复期限": "3月9日"}, Words("标题", "《{事项}》", "短信", "信函")
)
MUST = Kind("tests_must", "试验", KIND.variables, KIND.words, must=True)
ID = "50019919880312452" + check_digit("50019919880312452")


def faults(**change: str) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as caught:
        rules.check(Words(**{**KIND.words.as_dict(), **change}), KIND)
    return [(fault.code, fault.reason, fault.field) for fault in caught.value.faults]


def test_a_variable_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(Invalid) as caught:
        rules.check(Words("好", "《{事项}》由{经办人}办理"), KIND)
    (fault,) = caught.value.faults

    assert (fault.code, fault.field) == ("template_variable_unknown", "text")
    assert fault.reason == "站内消息里没有“{经办人}”这个变量"
    assert fault.hint == "可以用：{事项}、{答复期限}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, "template_empty"),
        ({"text": "  "}, "template_empty"),
        ({"sms": "好" * 251}, "template_too_long"),
        ({"sms": "两\n行"}, "template_lines"),
        ({"letter": "写到{事项一半"}, "template_brace"),
        ({"letter": "写到事项}一半"}, "template_brace"),
        ({"text": "{}"}, "template_variable_unknown"),
        ({"text": "{事项.__class__}"}, "template_variable_unknown"),
        ({"letter": f"身份证号码 {ID}"}, "template_id_number"),
    ],
)
def test_what_a_template_must_not_be_is_said_at_its_text(change: dict[str, str], code: str) -> None:
    assert [(one, field) for one, _, field in faults(**change)] == [(code, next(iter(change)))]


def test_all_faults_are_told_at_once() -> None:
    assert {field for _, _, field in faults(title="", text="{甲}", sms="{乙}")} == {"title", "text", "sms"}


def test_values_are_put_in_once_and_never_read_as_a_template() -> None:
    filled = rules.fill(KIND.words, {"事项": "{答复期限}", "答复期限": "3月9日"})

    assert filled.text == "《{答复期限}》"


def test_a_full_id_number_never_leaves_and_a_case_number_does() -> None:
    case = "5001992026030200000001X"
    filled = rules.fill(Words("{事项}", "{事项}"), {"事项": f"{ID}，{case}，500199198803124520"})

    assert ID not in filled.text and f"500***********{ID[-4:]}" in filled.text
    assert case in filled.text


@given(st.text(alphabet="{}事项答复期限 \n", max_size=60))
def test_a_template_that_is_kept_can_be_filled_without_a_brace_left(text: str) -> None:
    try:
        kept = rules.check(Words("好", text), KIND)
    except Invalid:
        return
    assert not set("{}") & set(rules.fill(kept, KIND.variables).text)


@pytest.mark.parametrize(
    ("reach", "kind", "ways"),
    [
        (Reach(sms=True, mail=True), KIND, ["sms"]),
        (Reach(sms=True, mail=True, wish="mail"), KIND, ["mail"]),
        (Reach(sms=True, mail=True, wish="both"), KIND, ["sms", "mail"]),
        (Reach(sms=True, mail=False, wish="mail"), KIND, ["sms"]),
        (Reach(sms=False, mail=True), KIND, ["mail"]),
        (Reach(sms=False, mail=False), KIND, ["letter"]),
        (Reach(sms=True, mail=True, wish="site"), KIND, []),
        (Reach(sms=True, mail=True, wish="site"), MUST, ["sms"]),
        (Reach(sms=False, mail=False, wish="site"), MUST, ["letter"]),
    ],
)
def test_the_way_a_message_takes(reach: Reach, kind: Kind, ways: list[str]) -> None:
    assert rules.ways(reach, kind, kind.words) == ways


def test_without_words_for_outside_it_stays_inside() -> None:
    assert rules.ways(Reach(sms=True, mail=True), KIND, Words("好", "好")) == []
    assert rules.ways(Reach(sms=False, mail=False), KIND, Words("好", "好", "短信")) == []


def test_after_a_failure_another_way_and_in_the_end_paper() -> None:
    assert rules.next_way(Reach(sms=False, mail=True), ["sms"], has_letter=True) == "mail"
    assert rules.next_way(Reach(sms=True, mail=True), ["mail"], has_letter=True) == "sms"
    assert rules.next_way(Reach(sms=True, mail=False), ["sms"], has_letter=True) == "letter"
    assert rules.next_way(Reach(sms=True, mail=False), ["sms", "letter"], has_letter=True) is None


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=60)), min_size=1, max_size=12)
)
def test_several_go_as_one_sms_that_stays_short(told: list[tuple[str, str]]) -> None:
    texts, titles = [text for text, _ in told], [title for _, title in told]
    sms = rules.digest_sms(texts, titles)

    assert sms == texts[0] if len(told) == 1 else len(sms) <= rules.DIGEST_LONGEST
    assert len(told) == 1 or f"您有{len(told)}条" in sms


def test_a_short_digest_says_everything() -> None:
    assert rules.digest_sms(["已容缺受理。", "请补交。"], ["甲", "乙"]) == "您有2条办事消息：1.已容缺受理。 2.请补交。"


@pytest.mark.parametrize("key", sorted(KINDS))
def test_the_words_that_the_platform_brings_pass_their_own_check(key: str) -> None:
    kind = KINDS[key]
    kept = rules.check(kind.words, kind)
    filled = rules.fill(kept, kind.variables)

    assert kept == kind.words
    assert sms_parts(f"【通办】{filled.sms}") == 1
    about_a_case = "编号" in kind.variables
    assert not about_a_case or not kind.words.letter or "编号" in kind.words.letter
