"""The law of a case's materials: how far each may be trusted, what may be asked for again, what may be reused. Pure.

Trust levels A to D: 国务院办公厅电子政务办公室公函（108 号文）.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from tongban.kernel.refusals import Conflict, Forbidden, Refusal


class Source(StrEnum):
    """来源: how a version of a material came."""

    UPLOAD = "upload"
    WINDOW = "window"
    LIBRARY = "library"
    GENERATED = "generated"
    PLEDGE = "pledge"
    EARLIER = "earlier"

    @property
    def label(self) -> str:
        return SOURCES[self]


SOURCES: Mapping[Source, str] = {
    Source.UPLOAD: "申请人上传",
    Source.WINDOW: "窗口收取",
    Source.LIBRARY: "证照库",
    Source.GENERATED: "系统生成",
    Source.PLEDGE: "告知承诺",
    Source.EARLIER: "以往办件",
}


def source_of(give: str, *, at_window: bool) -> Source:
    """By how the material was given (`catalog.Give`, or `paper`), and whether a window took it in."""
    if give in (Source.LIBRARY, Source.GENERATED, Source.PLEDGE):
        return Source(give)
    return Source.WINDOW if at_window or give in ("paper", "window") else Source.UPLOAD


class Trust(StrEnum):
    """可信等级 (108 号文)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def label(self) -> str:
        return TRUSTS[self][0]

    @property
    def tone(self) -> str:
        return TRUSTS[self][1]

    @property
    def words(self) -> str:
        return TRUSTS[self][2]


TRUSTS: Mapping[Trust, tuple[str, str, str]] = {
    Trust.A: ("机构签发", "ok", "由签发机构提供，可以直接使用"),
    Trust.B: ("原件已核", "ok", "经工作人员与原件核对无误，以后办事可以再用"),
    Trust.C: ("原件待核", "warn", "您上传的，还没有与原件核对；需要时请带原件来核"),
    Trust.D: ("本人负责", "", "由您自己制作或者填写，真实性由您负责"),
}
"""A short word beside the letter, its tone, and what it means for the applicant."""

WITHOUT_ORIGINAL = (Source.LIBRARY, Source.GENERATED, Source.PLEDGE)
"""Of these nobody can bring an original to compare with."""


def trust(source: Source, *, self_made: bool, seen: bool) -> Trust:
    """`self_made`: the guide says that the applicant makes it (申请人自备). `seen`: the original was seen, and the mark stands."""
    if source == Source.LIBRARY:
        return Trust.A
    if source in (Source.GENERATED, Source.PLEDGE):
        return Trust.D
    if seen:
        return Trust.B
    return Trust.D if self_made else Trust.C


SEEN_LASTS = timedelta(days=365)
"""How long a comparison with the original serves other cases: no rule sets it; an original that ends earlier ends it."""


def reusable_until(seen_on: date, valid_until: date | None) -> date:
    """The last day on which what was seen may serve another case as seen."""
    last = seen_on + SEEN_LASTS
    return min(last, valid_until) if valid_until else last


def trust_of_reused(was: Trust, *, seen_on: date | None, valid_until: date | None, today: date) -> Trust:
    """B keeps B while it is valid, and is C again afterwards; C stays C, D stays D. A is fetched anew, never reused."""
    if was == Trust.B and (seen_on is None or today > reusable_until(seen_on, valid_until)):
        return Trust.C
    return was


def stamp_words(level: Trust, *, giver: str, item: str, number: str, on: str) -> str:
    """水印: the words of 108 号文 for its level, what it may be used for, and when it was made."""
    head = {
        Trust.A: f"此件由{giver}提供",
        Trust.B: f"此件经{giver}与原件核对无误",
        Trust.C: "此件由申请人提供，未经与原件核对",
        Trust.D: "此件由申请人自行制作并对真实性负责",
    }[level]
    return f"{head}，仅用于办理“{item}”（办件编号 {number}），他用无效。{on}"


class Why(StrEnum):
    """Why a version came."""

    FIRST = "first"
    REPLACED = "replaced"
    SUPPLEMENTED = "supplemented"

    @property
    def label(self) -> str:
        return {"first": "首次提交", "replaced": "替换", "supplemented": "补充"}[self.value]


def why_given(*, given_before: bool, beside: bool) -> Why:
    """The next version: the first; else it takes the place of what was there, or lies `beside` it."""
    if not given_before:
        return Why.FIRST
    return Why.SUPPLEMENTED if beside else Why.REPLACED


def in_force(whys: Sequence[Why]) -> range:
    """Which of the versions, in order, make up the material now: the last that replaced, and what was put beside it since."""
    last = max((at for at, why in enumerate(whys) if why != Why.SUPPLEMENTED), default=0)
    return range(last, len(whys))


class Result(StrEnum):
    """What the check of one point found."""

    MET = "met"
    UNMET = "unmet"
    NONE = "none"

    @property
    def label(self) -> str:
        return {"met": "符合", "unmet": "不符合", "none": "不适用"}[self.value]


WHOLE = ""
"""The material as a whole: a gap that no check point names."""


def points_of(points: Iterable[str]) -> frozenset[str]:
    """What a gap is about: its check points, or the whole material."""
    return frozenset(points) or frozenset({WHOLE})


def check_told(
    gaps: Mapping[str, Iterable[str]], told: Sequence[Mapping[str, Iterable[str]]], changed: Collection[str]
) -> frozenset[tuple[str, str]]:
    """《行政许可法》第三十二条: all gaps are told once. Which of these (material, point) were told already in this round.

    `told`: the gaps of its earlier notices. `changed`: materials of which something new was given since: what is wrong with
    that could not be told before. Raises Conflict for any other gap that no earlier notice named.
    """
    asked = {(key, point) for key, points in gaps.items() for point in points_of(points)}
    known = {(key, point) for notice in told for key, points in notice.items() for point in points_of(points)}
    late = {key for key, _ in asked - known if key not in changed}
    if told and late:
        raise Conflict(
            "told_once",
            f"上次补正告知没有提到的材料，不能再要求补正（{len(late)} 份）",
            "需要补正的内容应当一次性告知；只有申请人换过、补过的材料，才可以提出新的问题",
        )
    return frozenset(asked & known)


def check_not_again(again: Collection[tuple[str, str]], names: Mapping[str, str]) -> None:
    """The same gap a second time: only with a reason that the head of the body gives."""
    if again:
        listed = "；".join(f"{names.get(key, key)}{f'：{point}' if point else ''}" for key, point in sorted(again))
        raise Conflict(
            "asked_again",
            f"这些上次已经告知过，再次要求补正要由部门负责人说明理由：{listed}",
            "请在“再次要求补正”里写明情况，报部门负责人批准后发出",
        )


def check_points(asked: Iterable[str], known: Collection[str], *, name: str) -> None:
    """Only the check points of the guide."""
    if unknown := [point for point in asked if point not in known]:
        raise Refusal(
            "point_unknown", f"“{name}”没有这个审查要点：{'；'.join(unknown)[:200]}",
            "请以办事指南列出的审查要点为准；别的问题写在补正说明里", "gaps",
        )  # fmt: skip


def check_has_original(source: Source, *, given: bool) -> None:
    if not given:
        raise Conflict("material_not_given", "这份材料还没有交，不能标记原件已核", "收到材料以后再核对")
    if source in WITHOUT_ORIGINAL:
        raise Conflict(
            "no_original", f"这份材料来自{source.label}，没有原件可以核对", "只有上传的、窗口收取的材料要核对原件"
        )


REUSABLE_KINDS = ("pdf", "jpg", "png")
"""What a watermark can be put on."""


def check_reusable(*, own: bool, same_material: bool, extension: str, state: str) -> None:
    """Only one's own, of the same material, clean, and of a kind that takes a watermark."""
    if not own or not same_material:
        raise Forbidden(
            "not_yours_to_reuse", "只能用同一申请人以前交过的同一种材料", "请重新上传，或者选自己以前办件里的材料"
        )
    if state != "clean":
        raise Conflict("file_unsafe_to_reuse", "以前的这份文件没有通过安全检查，不能再用", "请重新上传一份")
    if extension not in REUSABLE_KINDS:
        raise Refusal(
            "reuse_kind", "这种格式的文件加不了水印，不能直接再用", "请重新上传一份 PDF 或者图片", "materials"
        )


def share(part: int, whole: int) -> int:
    """Per cent, rounded; 0 of nothing."""
    return round(100 * part / whole) if whole else 0
