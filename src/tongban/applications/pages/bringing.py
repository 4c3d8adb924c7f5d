"""What an applicant brings to a case that is there already (补正, 补交): files, kept from one look at the page to the next,
and pages from a phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.http import HttpRequest

from tongban.applications.models import Application
from tongban.applications.pages import common
from tongban.files import doors, links
from tongban.files.actions import sheaves
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@dataclass
class Brought:
    """By material: what came, what a phone is to send, what is wrong. `asks` when only a code for a phone was asked for."""

    files: dict[str, StoredFile] = field(default_factory=dict)
    invitations: dict[str, links.Invitation] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)
    asks: bool = False

    @property
    def ids(self) -> dict[str, str]:
        return {key: str(file.public_id) for key, file in self.files.items()}


def brought(request: HttpRequest, one: Application, names: Mapping[str, str]) -> Brought:
    """For these materials (key → name). A file that is refused leaves the others kept."""
    by, found = common.actor(request), Brought()
    if request.method == "POST":
        _take(request, found, names, by=by)
        asked = request.POST.get("phone", "")
        if asked in names:
            found.asks = True
            sheaves.open_sheaf(
                subject=_subject(one, asked), label=names[asked], back=request.path, by=by, now=clock.now()
            )
    subjects = {_subject(one, key): key for key in names}
    for subject, sheaf in sheaves.open_sheaves(list(subjects), by=by).items():
        key = subjects[subject]
        if sheaf.file is not None:
            found.files.setdefault(key, sheaf.file)
        else:
            found.invitations[key] = links.invitation(sheaf, now=clock.now())
    return found


def refused(found: Brought, refusal: Refusal) -> None:
    for fault in common.faults_of(refusal):
        found.faults.append(fault)
        found.errors[fault.field.removeprefix("materials.")] = fault.reason


def handed_in(one: Application, names: Mapping[str, str]) -> None:
    """What phones sent has reached the case: their sheaves end."""
    with transaction.atomic():
        sheaves.take_bound([_subject(one, key) for key in names], now=clock.now())


def _take(request: HttpRequest, found: Brought, names: Mapping[str, str], *, by: Actor) -> None:
    if no := doors.too_large(request, "materials"):
        found.faults.append(no)
    for key in names:
        if not doors.came(request, f"file.{key}"):
            continue
        try:
            if file := doors.brought(request, f"file.{key}", by=by, now=clock.now()):
                found.files[key] = file
        except Refusal as refusal:
            refusal.field = f"materials.{key}"
            refused(found, refusal)


def _subject(one: Application, key: str) -> str:
    return f"case/{one.number}/{key}"
