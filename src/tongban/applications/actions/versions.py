"""版本: what is given later is a row beside what was there; and what a window says of the paper it took in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongban.applications import material_rules as law
from tongban.applications.models import (
    Application,
    ApplicationMaterial,
    Correction,
    MaterialCheck,
    MaterialVersion,
    OriginalSeen,
    WindowIntake,
)
from tongban.catalog.content import Give
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.kernel import rows
from tongban.kernel.refusals import Refusal

MOST_COPIES = 99


@dataclass(frozen=True)
class Taken:
    """What a window says of one material that it takes in."""

    original: bool = False
    """The original was seen and compared."""
    valid_until: date | None = None
    """The last day of the original itself."""
    form: str = ""
    """Of `material_models.FORMS`, for paper."""
    copies: int | None = None
    kept_at: str = ""
    points: Collection[str] = ()
    """Check points that the window found met."""


@dataclass(frozen=True)
class Coming:
    """A file or paper on its way to its material."""

    row: ApplicationMaterial
    give: str
    file: StoredFile | None
    source: law.Source
    beside: bool = False
    taken: Taken | None = None


def add(
    application: Application, coming: Sequence[Coming], *, correction: Correction | None, by: Actor, now: datetime
) -> None:
    """Each becomes the next version of its material, and the material is as it says now."""
    known = MaterialVersion.objects.filter(material__in=[one.row for one in coming]).order_by("number")
    last = dict(known.values_list("material_id", "number"))
    hall = hall_of(application, by=by)
    made: list[MaterialVersion] = []
    for one in coming:
        row = one.row
        if row.given and row.pk not in last:
            made.append(first_version(application, row))
        number = last.get(row.pk, int(row.given)) + 1
        why = law.why_given(given_before=row.given, beside=one.beside)
        made.append(_version(one, number, why, correction, hall, by=by, now=now))
        row.file, row.give, row.given, row.version, row.source = one.file, one.give, True, number, one.source
        row.checked = None
    rows.insert_all(made)
    for one in coming:
        one.row.save(update_fields=["file", "given", "give", "checked", "version", "source"])
    taken = {one.row.key: one.taken for one in coming if one.taken}
    say_of(application, [one.row for one in coming], taken, versions=False, by=by, now=now)


def first_version(application: Application, row: ApplicationMaterial) -> MaterialVersion:
    """What the material's own row says, written down."""
    source = row.came_from(at_counter=application.channel == "counter")
    return MaterialVersion(
        material=row, number=1, why=law.Why.FIRST, file=row.file, give=row.give, source=source,
        by=application.submitted_by, at=application.submitted_at,
    )  # fmt: skip


def _version(
    one: Coming, number: int, why: law.Why, correction: Correction | None, hall: int | None, *, by: Actor, now: datetime
) -> MaterialVersion:
    taken = one.taken or Taken()
    return MaterialVersion(
        material=one.row, number=number, why=why, file=one.file, give=one.give, source=one.source,
        correction=correction, copies=taken.copies, form=taken.form, kept_at=taken.kept_at, hall_id=hall,
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip


def hall_of(application: Application, *, by: Actor) -> int | None:
    """The hall whose window acts."""
    posts = by.posts_for("application.intake")
    return next((post.hall_id for post in posts if application.region_path.startswith(post.region_path)), None)


def take_in(application: Application, *, by: Actor) -> None:
    """窗口收件: which window it was, with the case itself."""
    rows.insert(WindowIntake(
        application=application, item_id=application.edition.item_id, hall_id=hall_of(application, by=by),
        region_path=application.region_path, clerk=by.who, at=application.submitted_at,
    ))  # fmt: skip


def say_of(
    application: Application, given: Sequence[ApplicationMaterial], taken: Mapping[str, Taken], *,
    versions: bool = True, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """What the window says of what it took in. `versions`: of first versions, for which no row is there yet."""
    hall = hall_of(application, by=by)
    found, seen, checks = list[MaterialVersion](), list[OriginalSeen](), list[MaterialCheck]()
    points = {material.key: material.check_points for material in application.edition.document.materials}
    for row in given:
        one = taken.get(row.key)
        if one is None or not row.given:
            continue
        law.check_points(one.points, points.get(row.key, ()), name=row.name)
        if versions and (one.form or one.copies or one.kept_at):
            first = first_version(application, row)
            first.copies, first.form, first.kept_at, first.hall_id = one.copies, one.form, one.kept_at, hall
            first.by_post = by.post
            found.append(first)
        if one.original and row.came_from(at_counter=True) not in law.WITHOUT_ORIGINAL:
            seen.append(OriginalSeen(
                material=row, version=row.version, grounds="收件时与原件核对", hall_id=hall, valid_until=one.valid_until,
                by=by.who, by_post=by.post, at=now,
            ))  # fmt: skip
        checks += [
            MaterialCheck(
                material=row, version=row.version, point=point, result=law.Result.MET, at_window=True,
                by=by.who, by_post=by.post, at=now,
            )
            for point in dict.fromkeys(one.points)
        ]  # fmt: skip
    for each in (found, seen, checks):
        rows.insert_all(each)


def check_taken(taken: Mapping[str, Taken]) -> list[Refusal]:
    """What is wrong with what was typed about the paper."""
    faults = []
    for key, one in taken.items():
        if one.copies is not None and not 1 <= one.copies <= MOST_COPIES:
            faults.append(Refusal("copies", f"份数应为 1 至 {MOST_COPIES}", "没有数的可以不填", f"materials.{key}"))
        if len(one.kept_at) > 100 or "\0" in one.kept_at:
            faults.append(Refusal("kept_at", "存放位置最多 100 个字", "例如：大厅档案柜 3 号盒", f"materials.{key}"))
    return faults


def how_given(
    how: str, files: Mapping[str, StoredFile], *, by: Actor
) -> tuple[str, StoredFile | None, law.Source] | None:
    """An uploaded file, or paper at a window: (give, file, source); None for nothing."""
    if how in files:
        return Give.UPLOAD, files[how], law.source_of(Give.UPLOAD, at_window=by.is_staff)
    if how == "paper" and by.is_staff:
        return "paper", None, law.Source.WINDOW
    return None
