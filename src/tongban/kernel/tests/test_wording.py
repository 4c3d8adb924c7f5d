from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.wording import filled, listed, unknown, unpaired

PLAIN = st.text(st.characters(exclude_characters="{}", exclude_categories=("Cs",)), max_size=10)
NAMES = st.sampled_from(["事项", "姓名", "日期"])


@given(st.lists(st.tuples(PLAIN, NAMES), max_size=5), PLAIN, st.dictionaries(NAMES, PLAIN))
def test_every_variable_gets_its_value_and_the_rest_stays(
    parts: list[tuple[str, str]], end: str, values: dict[str, str]
) -> None:
    text = "".join(f"{plain}{{{name}}}" for plain, name in parts) + end

    assert filled(text, values) == "".join(plain + values.get(name, "") for plain, name in parts) + end
    assert unknown(text, values) == list(dict.fromkeys(name for _, name in parts if name not in values))
    assert not unpaired(text)


@given(PLAIN, PLAIN)
def test_a_lone_brace_is_found(before: str, after: str) -> None:
    assert unpaired(f"{before}{{{after}")
    assert unpaired(f"{before}}}{after}")


def test_variables_are_listed_as_they_are_written() -> None:
    assert listed(["事项", "姓名"]) == "{事项}、{姓名}"
