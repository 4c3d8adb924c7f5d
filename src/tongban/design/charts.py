"""图表: values → positions, drawn as SVG by `templates/design/charts`. Bars and lines start at 0.

Every chart says in words what it shows (`desc`) and carries its data as a table. Colours are classes of the stylesheet,
so a wall screen only changes tokens. All measures are in the units of the view box, `WIDTH` wide.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongban.design import words

WIDTH = 360


@dataclass(frozen=True, kw_only=True)
class Chart:
    title: str
    desc: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    width: str = str(WIDTH)
    height: str = "0"

    @property
    def template(self) -> str:
        return f"design/charts/{type(self).__name__.lower()}.html"


@dataclass(frozen=True)
class Mark:
    """A bar, a cell or a label: where, how large, what it says, which class."""

    x: str
    y: str
    text: str = ""
    width: str = ""
    height: str = ""
    style: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar(Chart):
    bars: Sequence[Mark]
    labels: Sequence[Mark]
    values: Sequence[Mark]


@dataclass(frozen=True)
class Curve:
    name: str
    style: str
    paths: Sequence[str]
    dots: Sequence[Mark]
    """Lone points, which no path would show."""


@dataclass(frozen=True, kw_only=True)
class Line(Chart):
    curves: Sequence[Curve]
    ticks: Sequence[Mark]
    labels: Sequence[Mark]
    left: str
    right: str
    floor: str


@dataclass(frozen=True, kw_only=True)
class Ring(Chart):
    dash: str
    centre: str
    label: str
    bad: bool


@dataclass(frozen=True, kw_only=True)
class Sparkline(Chart):
    path: str
    end: Mark | None


@dataclass(frozen=True, kw_only=True)
class Heat(Chart):
    cells: Sequence[Mark]
    labels: Sequence[Mark]
    heads: Sequence[Mark]


def bar(title: str, points: Sequence[tuple[str, float]], *, unit: str = "", places: int | None = None) -> Bar:
    """Lying bars, each with its label above and its value at the end. Raises ValueError for a negative value."""
    if any(value < 0 for _, value in points):
        raise ValueError("bars start at 0 and can't show negative values")
    row, room = 38, WIDTH - 90
    top = max((value for _, value in points), default=0) or 1
    widths = [room * value / top for _, value in points]
    texts = [_with_unit(value, unit, places) for _, value in points]
    return Bar(
        title=title,
        desc=_extremes(points, unit, places),
        columns=("名称", unit or "数值"),
        rows=[(label, words.number(value, places)) for label, value in points],
        height=_n(row * len(points)),
        bars=[Mark("0", _n(row * i + 17), width=_n(width), height="14", style="c1") for i, width in enumerate(widths)],
        labels=[Mark("0", _n(row * i + 12), label) for i, (label, _) in enumerate(points)],
        values=[Mark(_n(width + 6), _n(row * i + 28.5), texts[i]) for i, width in enumerate(widths)],
    )


def line(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    unit: str = "",
    places: int | None = None,
) -> Line:
    """Up to four curves over the same labels; None leaves a gap. Raises ValueError when lengths or number don't fit."""
    if len(series) > 4 or any(len(values) != len(labels) for values in series.values()):
        raise ValueError("a line chart has up to four curves, each with one value (or None) per label")
    left, top, floor = 44.0, 12.0, 168.0
    known = [value for values in series.values() for value in values if value is not None]
    if any(value < 0 for value in known):
        raise ValueError("lines start at 0 and can't show negative values")
    steps = _ticks(max(known, default=0))
    right = WIDTH - 12.0

    def at(i: int, value: float) -> tuple[float, float]:
        across = (right - left) * (i / (len(labels) - 1) if len(labels) > 1 else 0.5)
        return left + across, floor - (floor - top) * value / steps[-1]

    curves = []
    for turn, (name, values) in enumerate(series.items()):
        runs = _runs([at(i, value) if value is not None else None for i, value in enumerate(values)])
        curves.append(
            Curve(
                name,
                f"l{turn + 1}",
                [_path(run) for run in runs if len(run) > 1],
                [Mark(_n(run[0][0]), _n(run[0][1]), style=f"c{turn + 1}") for run in runs if len(run) == 1],
            )
        )
    shown = _spread(len(labels), 6)
    return Line(
        title=title,
        desc="；".join(
            f"{name}：{_extremes([(a, b) for a, b in zip(labels, values, strict=True) if b is not None], unit, places)}"
            for name, values in series.items()
        ),
        columns=("时间", *(f"{name}{f'（{unit}）' if unit else ''}" for name in series)),
        rows=[
            (
                label,
                *(words.number(values[i], places) if values[i] is not None else "无数据" for values in series.values()),
            )
            for i, label in enumerate(labels)
        ],
        height="192",
        curves=curves,
        ticks=[Mark(_n(left - 6), _n(at(0, tick)[1]), words.number(tick)) for tick in steps],
        labels=[Mark(_n(at(i, 0)[0]), "186", labels[i], style=_anchor(i, len(labels))) for i in shown],
        left=_n(left),
        right=_n(right),
        floor=_n(floor),
    )


def ring(title: str, part: float, whole: float, *, label: str = "", unit: str = "", bad: bool = False) -> Ring:
    """A share of a whole, with the per cent in the middle; `bad` for shares that should be small."""
    share = part / whole if whole else 0.0
    round_trip = 2 * math.pi * 52
    said = words.percent(share) if whole else "无数据"
    return Ring(
        title=title,
        desc=f"{said}，{words.number(part)}／{words.number(whole)}{unit}",
        columns=("项", unit or "数值"),
        rows=[(label or title, words.number(part)), ("总数", words.number(whole)), ("占比", said)],
        width="130",
        height="130",
        dash=f"{_n(round_trip * min(max(share, 0), 1))} {_n(round_trip)}",
        centre=said,
        label=label,
        bad=bad,
    )


def sparkline(title: str, values: Sequence[float]) -> Sparkline:
    top = max(values, default=0) or 1
    step = 92 / max(len(values) - 1, 1)
    points = [(2 + step * i, 21 - 18 * value / top) for i, value in enumerate(values)]
    last = f"，最近 {words.number(values[-1])}" if values else "，无数据"
    return Sparkline(
        title=title + last,
        desc="",
        width="96",
        height="24",
        path=_path(points) if len(points) > 1 else "",
        end=Mark(_n(points[-1][0]), _n(points[-1][1])) if points else None,
    )


def heat(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[float]], *, unit: str = "") -> Heat:
    """热力条: one strip of squares per row, five levels from 0 to the highest value."""
    top = max((value for values in rows.values() for value in values), default=0) or 1
    left, tall = 62.0, 24
    wide = (WIDTH - left) / max(len(columns), 1)
    cells = [
        Mark(
            _n(left + wide * x),
            _n(20 + tall * y),
            f"{name} {columns[x]}：{_with_unit(value, unit)}",
            _n(wide - 2),
            _n(tall - 2),
            f"h{math.ceil(4 * value / top) if value > 0 else 0}",
        )
        for y, (name, values) in enumerate(rows.items())
        for x, value in enumerate(values)
    ]
    flat = [(f"{name} {columns[x]}", value) for name, values in rows.items() for x, value in enumerate(values)]
    return Heat(
        title=title,
        desc=_extremes(flat, unit),
        columns=("", *columns),
        rows=[(name, *(words.number(value) for value in values)) for name, values in rows.items()],
        height=_n(20 + tall * len(rows)),
        cells=cells,
        labels=[Mark("0", _n(20 + tall * y + 16), name) for y, name in enumerate(rows)],
        heads=[Mark(_n(left + wide * x + wide / 2 - 1), "13", columns[x]) for x in _spread(len(columns), 8)],
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _with_unit(value: float, unit: str, places: int | None = None) -> str:
    return f"{words.number(value, places)}{'' if unit in ('', '%') else ' '}{unit}"


def _extremes(points: Sequence[tuple[str, float]], unit: str, places: int | None = None) -> str:
    if not points:
        return "没有数据"
    high, low = max(points, key=lambda each: each[1]), min(points, key=lambda each: each[1])
    said = f"最高 {high[0]} {_with_unit(high[1], unit, places)}"
    return said if len(points) == 1 else f"{said}，最低 {low[0]} {_with_unit(low[1], unit, places)}"


def _ticks(top: float) -> list[float]:
    """0 and up to five round steps that reach `top`."""
    if top <= 0:
        return [0, 1]
    scale = 10 ** math.floor(math.log10(top / 4))
    step = next(scale * nice for nice in (1, 2, 2.5, 5, 10) if scale * nice * 5 >= top)
    count = max(math.ceil(top / step - 1e-9), 1)
    return [
        int(value) if float(value).is_integer() else round(value, 10) for value in (step * i for i in range(count + 1))
    ]


def _spread(count: int, most: int) -> list[int]:
    """Up to `most` indexes, first and last among them, evenly apart."""
    if count <= most:
        return list(range(count))
    return sorted({round(i * (count - 1) / (most - 1)) for i in range(most)})


def _anchor(i: int, count: int) -> str:
    return "start" if i == 0 and count > 1 else "end" if i == count - 1 and count > 1 else "middle"


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]
