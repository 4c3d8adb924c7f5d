import re

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from tongban.design import charts


def drawn(chart):
    return engines["django"].from_string("{% chart c %}").render({"c": chart})


def test_bars_start_at_zero_and_keep_their_proportion():
    made = charts.bar("办结", [("甲", 100), ("乙", 50), ("丙", 0)], unit="件")

    assert [bar.x for bar in made.bars] == ["0", "0", "0"]
    assert [float(bar.width) for bar in made.bars] == [270, 135, 0]
    assert made.desc == "最高 甲 100 件，最低 丙 0 件"


def test_a_negative_bar_is_refused():
    with pytest.raises(ValueError, match="start at 0"):
        charts.bar("x", [("甲", -1)])


@pytest.mark.parametrize(
    "chart",
    [
        charts.bar("甲", []),
        charts.bar("甲", [("一", 0)]),
        charts.line("甲", [], {}),
        charts.line("甲", ["1月"], {"a": [3]}),
        charts.line("甲", ["1月", "2月", "3月"], {"a": [None, 2, None], "b": [1, 2, 3]}),
        charts.ring("甲", 0, 0),
        charts.ring("甲", 3, 2),
        charts.heat("甲", [], {}),
        charts.heat("甲", ["9时", "10时"], {"周一": [0, 3]}),
    ],
)
def test_every_chart_has_a_name_a_description_and_its_data_and_no_inline_style(chart):
    page = drawn(chart)

    assert 'role="img"' in page and "<desc>" in page and "<table" in page
    assert "style=" not in page and "nan" not in page


def test_a_gap_in_a_line_is_not_bridged():
    made = charts.line("甲", ["1", "2", "3", "4"], {"a": [1, None, 2, 3]})

    assert len(made.curves[0].paths) == 1 and len(made.curves[0].dots) == 1
    assert made.rows[1] == ("2", "无数据")


@given(st.floats(min_value=0.0001, max_value=1e12))
def test_ticks_begin_at_zero_reach_the_top_and_are_few(top):
    ticks = charts._ticks(top)

    assert ticks[0] == 0 and ticks[-1] >= top * (1 - 1e-6) and len(ticks) <= 6


def test_the_heat_of_the_highest_is_the_deepest():
    made = charts.heat("甲", ["9时", "10时", "11时"], {"周一": [0, 1, 40]})

    assert [cell.style for cell in made.cells] == ["h0", "h1", "h4"]


def test_a_sparkline_says_its_last_value():
    assert charts.sparkline("差评", [3, 9]).title == "差评，最近 9"
    assert charts.sparkline("差评", []).title == "差评，无数据"


def test_positions_are_numbers():
    for number in re.findall(r' (?:x|y|width|height)="([^"]*)"', drawn(charts.bar("甲", [("一", 1 / 3)]))):
        float(number)
