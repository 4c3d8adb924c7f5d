"""Texts with named variables."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import wording
from tongban.kernel.wording import Slip

KNOWN = ("事项", "编号")


def test_a_slip_is_found_on_its_line() -> None:
    text = "您申请的“{事项}”\n由{谁}办理\n编号{编号"

    assert wording.slips(text, KNOWN) == [Slip(2, "unknown", "谁"), Slip(3, "brace")]


def test_the_writer_is_told_where_and_what_there_is() -> None:
    first, second = wording.faults("好\n{谁}{", KNOWN, what="正文", field="text")

    assert (first.code, first.reason) == ("template_variable_unknown", "正文第 2 行里没有“{谁}”这个变量")
    assert first.hint == "可以用：{事项}、{编号}"
    assert second.reason == "正文第 2 行里有一个花括号没有成对"


def test_a_text_of_one_line_is_named_without_a_line() -> None:
    (fault,) = wording.faults("{谁}", KNOWN, what="标题", field="title")

    assert fault.reason == "标题里没有“{谁}”这个变量"


def test_a_line_whose_variables_are_all_empty_is_left_out() -> None:
    text = "申请：{事项}\n\n另附：{编号}\n再见"

    assert wording.filled_lines(text, {"事项": "变更"}) == ["申请：变更", "再见"]


@given(st.text(alphabet="甲乙{}\n事项编号", max_size=60), st.text(alphabet="{}事项甲", max_size=10))
def test_a_text_without_slips_is_filled_and_a_value_is_never_filled_again(text: str, value: str) -> None:
    if wording.slips(text, KNOWN):
        return
    values = {"事项": value, "编号": "1"}

    filled = wording.fill(text, values)

    assert filled == text.replace("{事项}", "\0").replace("{编号}", "1").replace("\0", value)
    assert set(wording.variables_in(text)) <= set(KNOWN)
