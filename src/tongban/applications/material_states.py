"""The materials of a case as they stand: versions, where each came from, how far it may be trusted, and what was found.

For a page or an answer about one case: four statements, whatever the number of materials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongban.applications import material_rules as law
from tongban.applications.material_rules import Result, Source, Trust, Why
from tongban.applications.models import (
    Application,
    ApplicationMaterial,
    MaterialCheck,
    MaterialReuse,
    MaterialVersion,
    OriginalSeen,
)
from tongban.catalog.content import Content, Origin
from tongban.files.models import StoredFile
from tongban.kernel.clock import date_of
from tongban.orgs.models import Hall


@dataclass(frozen=True)
class Version:
    """One version as it was given."""

    number: int
    why: Why
    source: Source
    give: str
    file: StoredFile | None
    by: str
    at: datetime
    copies: int | None = None
    form: str = ""
    kept_at: str = ""
    hall: Hall | None = None
    correction_id: int | None = None
    stands: bool = True
    """Part of the material now."""
    seen: OriginalSeen | None = None
    trust: Trust = Trust.D

    @property
    def paper(self) -> str:
        """What is said of paper: 原件，2 份，存放于…"""
        parts = [self.form, f"{self.copies} 份" if self.copies else "", f"存放于{self.kept_at}" if self.kept_at else ""]
        return "，".join(filter(None, parts))


@dataclass(frozen=True)
class State:
    """A material with all that is known of it."""

    row: ApplicationMaterial
    versions: tuple[Version, ...]
    checks: tuple[MaterialCheck, ...]
    """What stands: the last of each point, of any version."""
    originals: tuple[OriginalSeen, ...]
    """Also those withdrawn."""
    reuse: MaterialReuse | None

    @property
    def current(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def trust(self) -> Trust | None:
        """The least of what makes up the material now; None while nothing is given."""
        return max((one.trust for one in self.versions if one.stands), default=None)

    def found(self, version: int | None = None) -> dict[str, MaterialCheck]:
        """By point, of that version: without one, of the last."""
        version = self.row.version if version is None else version
        return {one.point: one for one in self.checks if one.version == version}

    @property
    def awaits_stamp(self) -> bool:
        return self.reuse is not None and self.reuse.stamped_at is None


def states_of(case: Application) -> list[State]:
    """In the order of the guide."""
    found = list(ApplicationMaterial.objects.select_related("file", "reuse").filter(application=case).order_by("id"))
    return _states(case, found)


def state_of(case: Application, key: str) -> State | None:
    found = ApplicationMaterial.objects.select_related("file", "reuse").filter(application=case, key=key)
    return next(iter(_states(case, list(found.order_by("id")))), None)


def _states(case: Application, found: Sequence[ApplicationMaterial]) -> list[State]:
    own = {"material__in": [row.pk for row in found]}
    versions, originals, checks = defaultdict(list), defaultdict(list), defaultdict(list)
    for version in MaterialVersion.objects.select_related("file", "hall").filter(**own).order_by("number"):
        versions[version.material_id].append(version)
    for original in OriginalSeen.objects.select_related("hall").filter(**own).order_by("id"):
        originals[original.material_id].append(original)
    for check in MaterialCheck.objects.filter(**own).order_by("id"):
        checks[check.material_id].append(check)
    made_by_applicant = self_made(case.edition.document)
    return [
        State(
            row,
            _versions(case, row, versions[row.pk], originals[row.pk], self_made=row.key in made_by_applicant),
            tuple(last_of_each(checks[row.pk])),
            tuple(originals[row.pk]),
            getattr(row, "reuse", None),
        )
        for row in found
    ]


def last_of_each(checks: Iterable[MaterialCheck]) -> list[MaterialCheck]:
    """Of checks in the order they were made, the last of each point of each version."""
    return list({(one.version, one.point): one for one in checks}.values())


def self_made(content: Content) -> frozenset[str]:
    """申请人自备."""
    return frozenset(material.key for material in content.materials if material.origin == Origin.APPLICANT)


def _versions(
    case: Application,
    row: ApplicationMaterial,
    written: Sequence[MaterialVersion],
    originals: Sequence[OriginalSeen],
    *,
    self_made: bool,
) -> tuple[Version, ...]:
    """Those that are written down; before there are any, the one that the material's own row is."""
    if not written and not row.given:
        return ()
    seen = {one.version: one for one in originals if one.withdrawn_at is None}
    reuse: MaterialReuse | None = getattr(row, "reuse", None)
    rows = [_written(one) for one in written] or [
        Version(1, Why.FIRST, row.came_from(at_counter=case.channel == "counter"), row.give, row.file,
                case.submitted_by, case.submitted_at)
    ]  # fmt: skip
    stands = law.in_force([one.why for one in rows])
    made = []
    for at, one in enumerate(rows):
        mark = seen.get(one.number)
        level = law.trust(one.source, self_made=self_made, seen=mark is not None)
        if one.source == Source.EARLIER and reuse and mark is None:
            level = Trust(reuse.trust)
        made.append(Version(**{**one.__dict__, "stands": at in stands, "seen": mark, "trust": level}))
    return tuple(made)


def _written(one: MaterialVersion) -> Version:
    return Version(
        one.number, Why(one.why), Source(one.source), one.give, one.file, one.by, one.at, one.copies,
        one.get_form_display(), one.kept_at, one.hall, one.correction_id,
    )  # fmt: skip


@dataclass(frozen=True)
class Earlier:
    """以前交过的: a material of an earlier case that may be used again, as it would be trusted."""

    material: ApplicationMaterial
    case: Application
    version: Version
    trust: Trust

    @property
    def file(self) -> StoredFile:
        assert self.version.file  # noqa: S101 - only such are offered
        return self.version.file


EARLIER_CASES = 100
"""How many of the applicant's last cases are looked through."""


def earlier_of(
    names: Collection[str], *, person_id: int, organisation_id: int | None, today: date
) -> Mapping[str, list[Earlier]]:
    """What the applicant gave before, by the material's name, the newest first: the person's own cases, or the
    organisation's. Only clean files of a kind that takes a watermark."""
    whose = {"organisation_id": organisation_id} if organisation_id else {"person_id": person_id, "organisation": None}
    last = list(Application.objects.filter(**whose).order_by("-pk")[:EARLIER_CASES].values_list("pk", flat=True))
    found = (
        ApplicationMaterial.objects.select_related("file", "reuse", "application__edition")
        .filter(application__in=last, name__in=names, given=True, file__state="clean")
        .filter(file__extension__in=law.REUSABLE_KINDS)
        .order_by("-application_id", "id")
    )
    offered: dict[str, list[Earlier]] = defaultdict(list)
    for row in found if last and names else ():
        if getattr(row, "reuse", None) is None and (one := as_earlier(row, today=today)):
            offered[row.name].append(one)
    return offered


def as_earlier(row: ApplicationMaterial, *, today: date) -> Earlier | None:
    """The version of it that stands, for another case; None where there is nothing to use again."""
    case = row.application
    (state,) = _states(case, [row])
    version = state.current
    if version is None or version.file is None or version.source in law.WITHOUT_ORIGINAL:
        return None
    seen = version.seen
    level = law.trust_of_reused(
        version.trust, seen_on=date_of(seen.at) if seen else None, valid_until=seen.valid_until if seen else None, today=today
    )  # fmt: skip
    return Earlier(row, case, version, level)


def found_wanting(states: Iterable[State]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By material: the points that were found not met, with what was noted."""
    return [
        (state.row.name, wrong)
        for state in states
        if (wrong := [(one.point, one.note) for one in state.found().values() if one.result == Result.UNMET])
    ]
