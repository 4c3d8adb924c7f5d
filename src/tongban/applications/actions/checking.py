"""核对: what was found of each check point of each version; and what of it a window had taken in (收件质量)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from tongban.applications import material_rules as law
from tongban.applications.material_rules import Result, Source
from tongban.applications.models import (
    Application,
    ApplicationMaterial,
    IntakeFinding,
    MaterialCheck,
    MaterialVersion,
    WindowIntake,
)
from tongban.identity.actors import Actor
from tongban.kernel import rows
from tongban.kernel.refusals import Conflict, Refusal

Found = Mapping[str, Mapping[str, Result]]
"""By material, then by check point."""


def check_known(
    application: Application, given: Mapping[str, ApplicationMaterial], points: Mapping[str, Collection[str]]
) -> None:
    """Materials of the case, and check points of its guide. Raises Refusal."""
    if unknown := set(points) - set(given):
        raise Refusal("material_unknown", f"这个办件没有材料：{'、'.join(sorted(unknown))[:200]}", "请刷新页面", "gaps")
    known = {material.key: material.check_points for material in application.edition.document.materials}
    for key, asked in points.items():
        law.check_points([one for one in asked if one], known.get(key, ()), name=given[key].name)


def keep(
    given: Mapping[str, ApplicationMaterial], found: Found, notes: Mapping[str, str], *, by: Actor, now: datetime
) -> None:
    """One row for each point. `notes`: by material; a note stands at the first point that is not met."""
    made = []
    for key, results in found.items():
        note = notes.get(key, "")
        for point, result in results.items():
            wrong = result == Result.UNMET
            made.append(MaterialCheck(
                material=given[key], version=given[key].version, point=point, result=result, note=note if wrong else "",
                at_window=window_only(by), by=by.who, by_post=by.post, at=now,
            ))  # fmt: skip
            note = "" if wrong else note
    rows.insert_all(made)


def must_be_met(found: Found, given: Mapping[str, ApplicationMaterial]) -> None:
    """What was found wanting is told, not accepted."""
    wrong = [given[key].name for key, results in found.items() if Result.UNMET in results.values()]
    if wrong:
        raise Conflict(
            "points_unmet", f"还有审查要点不符合：{'、'.join(wrong)}", "不符合的写入补正告知；符合以后再受理"
        )


def window_only(by: Actor) -> bool:
    """A window, not the department."""
    posts = by.posts_for("application.correct")
    return bool(posts) and all(post.role.scope == "region" for post in posts)


def note_intake(
    application: Application, given: Mapping[str, ApplicationMaterial], gaps: Mapping[str, Sequence[str]], *,
    by: Actor, now: datetime,
) -> None:  # fmt: skip
    """收件质量: what the department finds wanting of what a window had taken in. What a window finds itself is its work."""
    if window_only(by):
        return
    intake = WindowIntake.objects.filter(application=application).first()
    if intake and intake.returned_at is None:
        intake.returned_at = now
        intake.save(update_fields=["returned_at"])
    wanting = [given[key] for key in gaps]
    taken = {
        one.material_id: one
        for one in MaterialVersion.objects.filter(material__in=wanting, source=Source.WINDOW).order_by("number")
    }
    ticked = set(
        MaterialCheck.objects.filter(material__in=wanting, at_window=True, result=Result.MET)
        .order_by("id")
        .values_list("material_id", "version", "point")
    )
    made = []
    for row in wanting:
        version = taken.get(row.pk)
        if version and version.number == row.version:
            clerk, hall = version.by, version.hall_id
        elif intake and (not row.given or (row.version == 1 and row.source == Source.WINDOW)):
            clerk, hall = intake.clerk, intake.hall_id
        else:
            continue
        made += [
            IntakeFinding(
                application=application, material=row, version=row.version, point=point,
                ticked=(row.pk, row.version, point) in ticked, item_id=application.edition.item_id, hall_id=hall,
                region_path=application.region_path, clerk=clerk, at=now,
            )
            for point in law.points_of(gaps[row.key])
        ]  # fmt: skip
    rows.insert_all(made)
