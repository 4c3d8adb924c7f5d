"""At the desk before the acceptance: 预审, 受理 and 容缺受理, 一次性告知补正, 不予受理."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.applications import actions, rules
from tongban.applications.models import Application
from tongban.applications.pages import desk_case
from tongban.applications.pages.desk_doors import act, days, do, seen, text
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Invalid, Refusal


@act
def precheck(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已登记预审",
        lambda by: actions.precheck(
            number, note=text(request, "precheck_note"), found=desk_case.found_points(request, number), by=by, now=clock.now(), seen=seen(request)
        ),
    )  # fmt: skip


@act
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """From the page with the check points, a point left unticked stands in the way."""

    def verb(by: Actor) -> Application:
        if unmet := desk_case.unmet_points(request, number):
            raise Invalid(
                [
                    Refusal("points_open", f"“{name}”还有 {len(points)} 个审查要点没有勾选", "", f"point-{key}")
                    for key, (name, points) in unmet.items()
                ]
            )
        found = desk_case.found_points(request, number)
        return actions.accept(number, found=found, by=by, now=clock.now(), seen=seen(request))

    return do(request, number, "已受理", verb)


@act
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Everything wrong becomes the one notice: unticked points, `unmet.<key>`, `missing.<key>` and `note.<key>`."""

    def verb(by: Actor) -> Application:
        found = desk_case.found_points(request, number)
        return actions.correct(
            number,
            gaps_of(request, number),
            found=found,
            days=within(request),
            by=by,
            now=clock.now(),
            seen=seen(request),
        )

    return do(request, number, "已告知补正", verb, {"days": "correction_days"})


def within(request: HttpRequest) -> int:
    """The days of the notice."""
    return days(request, "correction_days") if "correction_days" in request.POST else rules.CORRECTION_DAYS


def gaps_of(request: HttpRequest, number: str) -> dict[str, actions.Gap]:
    unticked = {key: points for key, (_, points) in desk_case.unmet_points(request, number).items()}
    named = [name.partition(".")[2] for name in request.POST if name.startswith(("unmet.", "missing.", "note."))]
    gaps = {}
    for key in dict.fromkeys([*unticked, *filter(None, named)]):
        said = [point.replace("\0", "") for point in request.POST.getlist(f"unmet.{key}")]
        points = unticked.get(key) or said
        note = text(request, f"note.{key}").strip()
        if points or note or request.POST.get(f"missing.{key}"):
            gaps[key] = actions.Gap(points=points, note=note or ("" if points else "请补交这份材料"))
    return gaps


@act
def reject(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已作出不予受理",
        lambda by: actions.reject(
            number, kind=text(request, "kind"), reason=text(request, "rejection_reason"),
            right_body=text(request, "right_body"), by=by, now=clock.now(), seen=seen(request),
        ),
        {"reason": "rejection_reason"},
    )  # fmt: skip
