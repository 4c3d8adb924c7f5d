"""看材料: the papers of a case beside one another, and their check points, without saving a file.

Every step here is a submit button of one form that carries what was typed on the case page, and brings it back there: so
ticks and notes survive each change of paper, without JavaScript and without being kept anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.applications import queries
from tongban.applications.models import Application, ApplicationMaterial
from tongban.applications.pages import common, desk_acts, desk_case
from tongban.applications.pages.desk_case import Paper
from tongban.design.parts import WAYS, Choice, Field
from tongban.files.doors import INLINE, send_file
from tongban.identity.actors import Actor
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import grouped

FORM = "form"
"""What the applicant typed, where a paper would stand."""
ZOOMS = (1, 2, 3)
TURNS = (0, 90, 180, 270)


@dataclass(frozen=True)
class View:
    """What stands where: `at` and `beside` are keys of materials, or `FORM`."""

    at: str
    beside: str
    zoom: int
    turn: int

    def url(self, **change: str | int) -> str:
        """As the address says it; the chooser's own value stands in the form."""
        said = {"at": self.at, "zoom": self.zoom, "turn": self.turn} | change
        return "?" + urlencode({name: value for name, value in said.items() if value})


@require_http_methods(["GET", "HEAD", "POST"])
def viewer(request: HttpRequest, number: str) -> HttpResponse:
    """POST shows with what was typed and does nothing."""
    by = common.staff(request)
    one = queries.case(number, by=by, reading="material")
    papers = desk_case.papers(request, one)
    view = _view(request, papers)
    place = next((at for at, paper in enumerate(papers) if paper.key == view.at), None)
    around = [paper.key for paper in papers]
    checking = bool(desk_acts.acts_of(one, by, asked=None, waiting=()) & {"accept", "correct"})
    current = papers[place] if place is not None else None
    context = {
        "case": one,
        "number": grouped(one.number),
        "view": view,
        "papers": [{"paper": paper, "here": paper.key == view.at, "url": view.url(at=paper.key, turn=0), "open": _open(paper)}
                   for paper in papers],
        "form_url": view.url(at=FORM, turn=0),
        "panes": [_pane(one, papers, key, view) for key in dict.fromkeys(filter(None, (view.at, view.beside)))],
        "current": current,
        "checking": checking,
        "previous_url": view.url(at=around[place - 1], turn=0) if place else "",
        "next_url": view.url(at=around[place + 1], turn=0) if place is not None and place + 1 < len(around) else "",
        "beside": _beside(papers, view),
        "beside_url": view.url(),
        "carried": _carried(request, current if checking else None),
        "version": one.version,
        "open_points": sum(_open(paper) for paper in papers) if checking else 0,
    }  # fmt: skip
    return render(request, "applications/viewer.html", context)


def _view(request: HttpRequest, papers: list[Paper]) -> View:
    """What can't be shown falls back to the first paper, whole and upright."""
    keys = {FORM, *(paper.key for paper in papers)}
    at, beside = request.GET.get("at", ""), request.POST.get("beside", request.GET.get("beside", ""))
    shown = next((paper.key for paper in papers if paper.url), papers[0].key if papers else FORM)
    return View(
        at=at if at in keys else shown,
        beside=beside if beside in keys else "",
        zoom=_one_of(request.GET.get("zoom", ""), ZOOMS),
        turn=_one_of(request.GET.get("turn", ""), TURNS),
    )


def _one_of(text: str, known: tuple[int, ...]) -> int:
    return next((one for one in known if str(one) == text), known[0])


def _open(paper: Paper) -> int:
    """How many check points are not met yet."""
    return sum(not point.ticked for point in paper.points) + paper.missing


@dataclass(frozen=True)
class Pane:
    """One paper as it is shown: a picture, a document in a frame, typed lines, or why there is nothing to see."""

    key: str
    name: str
    picture: str = ""
    frame: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    words: str = ""
    save: str = ""
    style: str = ""
    zooms: tuple[tuple[str, str, bool], ...] = ()
    turn_url: str = ""


def _pane(one: Application, papers: list[Paper], key: str, view: View) -> Pane:
    if key == FORM:
        lines = desk_case.form_lines(one)
        return Pane(FORM, "申请表", lines=tuple(lines), words="" if lines else "这个事项没有要填的内容。")
    paper = next(paper for paper in papers if paper.key == key)
    if paper.file is None:
        if paper.way == WAYS["generated"]:
            return Pane(key, paper.name, lines=tuple(desk_case.form_lines(one)), words="由系统按申请表生成，内容如下。")
        return Pane(key, paper.name, words=f"没有文件：{paper.way.label}。" if paper.given else "还没有交。")
    if not paper.url:
        return Pane(key, paper.name, words=f"{paper.file.mark}，暂时不能看。{paper.file.reason}")
    if paper.file.media_type not in INLINE:
        words = f"{paper.file.extension.upper()} 文件不能在网页上直接看，请下载后用相应的软件打开。"
        return Pane(key, paper.name, words=words, save=paper.url)
    there = reverse("applications:viewer_file", args=[one.number, key])
    if paper.file.media_type == "application/pdf":
        return Pane(key, paper.name, frame=there, save=paper.url)
    return Pane(
        key, paper.name, picture=there, style=f"zoom-{view.zoom} turn-{view.turn}",
        zooms=tuple((f"{zoom} 倍" if zoom > 1 else "适合宽度", view.url(zoom=zoom), zoom == view.zoom) for zoom in ZOOMS),
        turn_url=view.url(turn=(view.turn + 90) % 360),
    )  # fmt: skip


def _beside(papers: list[Paper], view: View) -> Field:
    choices = [Choice("", "不放"), *([Choice(FORM, "申请表")] if view.at != FORM else [])]
    choices += [Choice(paper.key, paper.name) for paper in papers if paper.key != view.at]
    return Field(
        name="beside", label="旁边放", kind="select", choices=choices, value=view.beside, required=False, quiet=True
    )


OURS = ("csrfmiddlewaretoken", "beside", "checking")


def _carried(request: HttpRequest, current: Paper | None) -> list[tuple[str, str]]:
    """All that was typed elsewhere; what this page asks itself stands in its own fields."""
    asked = {f"{what}.{current.key}" for what in ("met", "note", "missing")} if current else set()
    return [
        (name, value)
        for name in request.POST
        if name not in OURS and name not in asked
        for value in request.POST.getlist(name)
    ]


@require_safe
def viewer_file(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A picture or PDF as the viewer shows it; what can't be shown is only saved."""
    by: Actor = common.staff(request)
    one = queries.case(number, by=by, reading="material")
    found = ApplicationMaterial.objects.select_related("file").filter(application=one, key=key).first()
    if found is None or found.file is None:
        raise NotFound("file_unknown", "没有这个文件", "这份材料不是上传的文件")
    return send_file(found.file, name=found.key, framed=True)
