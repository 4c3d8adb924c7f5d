"""用以前交过的: a material of an earlier case of the same applicant serves this one, with a watermark of what it may be used for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from tongban.applications import material_rules as law
from tongban.applications import material_states
from tongban.applications.events import Reused as ReusedEvent
from tongban.applications.models import Application, ApplicationMaterial, MaterialReuse
from tongban.catalog.content import Give, Material
from tongban.design.words import date_cn
from tongban.files.actions import stamping
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel import journal, rows
from tongban.kernel.actors import system
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import NotFound, Refusal
from tongban.kernel.typed import grouped


@dataclass(frozen=True)
class Reused:
    """Which material of which earlier case."""

    number: str
    key: str

    @property
    def facts(self) -> list[str]:
        return [self.number, self.key]


class HandedIn(Protocol):
    """What `intake.Submission` says of it."""

    @property
    def reused(self) -> Mapping[str, Reused]: ...


def origins(
    reused: Mapping[str, Reused], needed: Iterable[Material], *, person: Person, organisation: Organisation | None
) -> dict[str, ApplicationMaterial]:
    """The earlier material for each key. Raises Refusal for what may not be used again."""
    if not reused:
        return {}
    by_key = {material.key: material for material in needed if material.give == Give.UPLOAD}
    if unknown := set(reused) - set(by_key):
        raise Refusal(
            "reuse_unknown", f"这些材料不能用以前交过的：{'、'.join(sorted(unknown))[:200]}", "请重新上传", "materials"
        )
    return {
        key: origin(one, key, by_key[key].name, person=person, organisation=organisation) for key, one in reused.items()
    }


def origin(
    one: Reused, key: str, name: str, *, person: Person, organisation: Organisation | None
) -> ApplicationMaterial:
    """Raises NotFound for none as for another's, Refusal for one that may not be used again."""
    found = (
        ApplicationMaterial.objects.select_related("application__edition", "file")
        .filter(application__number=one.number.replace("\0", ""), key=one.key.replace("\0", ""))
        .first()
    )
    own = found is not None and _is_of(found.application, person, organisation)
    if found is None or not own:
        raise NotFound(
            "reuse_not_found", "没有这份以前交过的材料，或者不是您的", "请重新上传，或者选自己以前办件里的材料"
        )
    if (
        reuse := MaterialReuse.objects.select_related("origin__application__edition", "origin__file")
        .filter(material=found)
        .first()
    ):
        found = reuse.origin  # what carries no watermark yet
    if found.file is None or found.came_from(at_counter=False) in law.WITHOUT_ORIGINAL:
        raise Refusal("reuse_nothing", "以前的这份材料没有文件可以再用", "请重新上传", "materials")
    same = found.name == name or found.key == key
    law.check_reusable(own=own, same_material=same, extension=found.file.extension, state=found.file.state)
    return found


def _is_of(case: Application, person: Person, organisation: Organisation | None) -> bool:
    if organisation:
        return case.organisation_id == organisation.pk
    return case.organisation_id is None and case.person_id == person.pk


def note(
    application: Application, given: Sequence[ApplicationMaterial], handed_in: HandedIn, *, by: Actor, now: datetime
) -> None:
    """What was taken from where, once the case has its number; the watermark follows (`stamp`)."""
    found = {row.key: row for row in given}
    for key, one in handed_in.reused.items():
        if key not in found:
            continue
        row = found[key]
        earlier = material_states.as_earlier(
            origin(one, key, row.name, person=application.person, organisation=application.organisation),
            today=date_of(now),
        )
        assert earlier  # noqa: S101 - checked with the rest of what was handed in
        seen = earlier.version.seen
        giver = seen.hall.name if seen and seen.hall else earlier.case.edition.body.name
        level = earlier.trust
        rows.insert(MaterialReuse(
            material=row, origin=earlier.material, origin_version=earlier.version.number, unmarked=earlier.file,
            trust=level, by=by.who, by_post=by.post, at=now,
            words=law.stamp_words(
                level, giver=giver, item=application.title, number=grouped(application.number),
                on=date_cn(date_of(now), year=True),
            ),
        ))  # fmt: skip
        journal.record(ReusedEvent(number=application.number, key=key, origin=earlier.case.number), by=by, now=now)


@transaction.atomic
def stamp(number: str, key: str, *, now: datetime) -> bool:
    """Put the watermark on, once. The unmarked file stays as it is. False when it was done before."""
    reuse = (
        MaterialReuse.objects.select_for_update(of=("self",))
        .select_related("material", "unmarked")
        .filter(material__application__number=number, material__key=key)
        .first()
    )
    if reuse is None or reuse.stamped_at is not None:
        return False
    marked = stamping.stamp(reuse.unmarked, words=reuse.words, by=system("watermark"), now=now)
    reuse.stamped_at = now
    reuse.save(update_fields=["stamped_at"])
    if reuse.material.version == 1:  # unless something else took its place meanwhile
        reuse.material.file = marked
        reuse.material.save(update_fields=["file"])
    return True
