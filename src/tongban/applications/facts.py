"""事实: what a decision table asks about a case, each fact with where it comes from.

Trusted: the login identity, the register, licences in force in the library, and what the platform counts itself. What the
applicant typed is as good as its source only where it says the same as that source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from tongban.applications.models import Application, ApplicationMaterial
from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.content import FormField, Give
from tongban.catalog.deciding import UNKNOWN, Fact, Source
from tongban.identity import rules as identifiers
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Refusal
from tongban.licences.models import Licence
from tongban.licences.queries import held

IDENTITY = frozenset({"居民身份证", "身份证"})
"""A material fetched from these is the identity that the applicant logged in with."""
FROM_LIBRARY = ("licence.", "materials.")
"""Facts that rest on the library as it was then, not on the case alone."""


def gather(application: Application, names: Iterable[str]) -> dict[str, Fact]:
    """The facts of these names, as they are on the day of the submission."""
    asked = list(names)
    one = _Case(application, asked)
    return {name: one.fact(name) for name in asked}


class _Case:
    def __init__(self, application: Application, names: Sequence[str]) -> None:
        self.application = application
        self.names = names
        self.content = application.edition.document
        self.today = date_of(application.submitted_at)
        self.fields = {field.key: field for page in self.content.form if not page.repeat for field in page.fields}

    @cached_property
    def person(self) -> Person:
        return rows.get(Person, self.application.person_id)

    @cached_property
    def logged_in(self) -> bool:
        """The applicant handed it in themselves; at a window the same facts were typed by a clerk."""
        return self.application.submitted_by == f"person:{self.person.public_id}"

    @cached_property
    def licences(self) -> list[Licence]:
        """In force and held by the applicant, of the titles that facts, fields and materials name; newest first."""
        titles = {name.split(".")[1] for name in self.names if name.startswith("licence.")}
        titles |= {(f.prefill or "").split(".")[1] for f in self.fields.values() if _of_licence(f.prefill)}
        if "materials.trusted" in self.names:
            titles |= {material.fetched_from for material in self.content.materials if material.fetched_from}
        if not titles:
            return []
        return held(titles, person=self.person, organisation=self.application.organisation, today=self.today)

    def fact(self, name: str) -> Fact:
        head, _, rest = name.partition(".")
        match head:
            case "answer":
                return Fact(self.application.answers.get(rest))
            case "form":
                return self._of_form(*rest.split("."))
            case "licence":
                return self._of_licence(*rest.split("."))
            case "applicant":
                return Fact("organisation" if self.application.organisation_id else "person", "platform")
            case "person":
                return self._of_id(self.person.id_number, rest, self._identity)
            case "materials":
                return self._materials()
        return UNKNOWN

    @property
    def _identity(self) -> Source:
        return "login" if self.logged_in else "window"

    def _of_form(self, key: str, part: str = "") -> Fact:
        field = self.fields.get(key)
        stored = self.application.form.get(key) if field else None
        if field is None or stored is None:
            return UNKNOWN
        source = self._source(field, stored)
        if not part:
            return Fact(_text(field, stored), source)
        if field.kind == "date":
            return Fact(str(age_on(date.fromisoformat(str(stored)), self.today)), source)
        return self._of_id(str(stored), part, source)

    def _of_id(self, number: str, part: str, source: Source) -> Fact:
        try:
            born = identifiers.born_on(identifiers.id_number(number))
        except Refusal:
            return UNKNOWN
        return Fact(born.isoformat() if part == "born" else str(age_on(born, self.today)), source)

    def _source(self, field: FormField, stored: Any) -> Source:
        for value, source in self._said_of(field.prefill or ""):
            try:
                if forming.clean(field, value, today=self.today) == stored:
                    return source
            except Refusal:
                continue
        return "typed"

    def _said_of(self, prefill: str) -> list[tuple[str, Source]]:
        """What trusted sources say of it."""
        if _of_licence(prefill):
            _, title, printed = prefill.split(".")
            return [(value, "licence") for value in self._printed(title, printed)]
        organisation = self.application.organisation
        known: dict[str, tuple[str, Source]] = {
            "person.name": (self.person.name, self._identity),
            "person.id_number": (self.person.id_number, self._identity),
        }
        if organisation and self.logged_in:
            known["organisation.name"] = (organisation.name, "register")
            known["organisation.uscc"] = (organisation.uscc, "register")
        return [known[prefill]] if prefill in known else []

    def _printed(self, title: str, printed: str) -> list[str]:
        return [one.particulars[printed] for one in self.licences if one.title == title and printed in one.particulars]

    def _of_licence(self, title: str, printed: str = "") -> Fact:
        if printed:
            return Fact(next(iter(self._printed(title, printed)), None), "licence")
        return Fact("yes" if any(one.title == title for one in self.licences) else "no", "licence")

    def _materials(self) -> Fact:
        """Yes when everything the situation calls for is generated, or was found in the library; else which isn't."""
        given = {row.key: row for row in ApplicationMaterial.objects.filter(application=self.application)}
        titles = {one.title for one in self.licences} | (IDENTITY if self.logged_in else frozenset())
        for material in guide.materials_for(self.content, self.application.answers):
            row = given.get(material.key)
            if row is None or (not row.given and not material.required):
                continue
            found = row.give == Give.LIBRARY and material.fetched_from in titles
            if not (row.give == Give.GENERATED or found):
                why = "证照库里没有" if row.give == Give.LIBRARY else "不是由平台取得"
                return Fact("no", "platform", f"{material.name}{why}")
        return Fact("yes", "platform")


def _of_licence(prefill: str | None) -> bool:
    return (prefill or "").startswith("licence.")


def _text(field: FormField, stored: Any) -> str | tuple[str, ...]:
    """A stored value as the table compares it: money in 元, 是否 as yes and no."""
    match field.kind:
        case "money":
            return str(Decimal(stored) / 100)
        case "yes_no":
            return "yes" if stored else "no"
        case "multi_choice":
            return tuple(stored)
    return str(stored)


def age_on(born: date, day: date) -> int:
    """周岁 on that day: complete years; a year is complete on the birthday, for those of 29 February on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
