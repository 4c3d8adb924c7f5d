"""自动带出: what the platform already knows for the fields of a form, each with its source, for every door.

In this order: the login or the register, a licence of the library, the applicant's last case of the same item.
The applicant confirms or changes it; nothing is handed in that no page has shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from tongban.applications.models import Application
from tongban.catalog import forming
from tongban.catalog.content import Content, FormField
from tongban.catalog.models import Edition
from tongban.catalog.sheets import Hint
from tongban.design.words import date_cn
from tongban.identity.models import Organisation, Person
from tongban.kernel.refusals import Refusal
from tongban.licences.queries import held


def hints(
    edition: Edition,
    *,
    person: Person,
    organisation: Organisation | None,
    today: date,
    logged_in: bool,
    reach: Collection[str] = ("register", "earlier", "library"),
) -> dict[str, Hint]:
    """What is known, by where the field is (`form.shop`, `form.members.0.name`). At most one query for each source.

    `reach`: of whom somebody fills it in for, as far as their power goes (`acting.knows`).
    `logged_in`: the person sits at the page themselves; at a window the same facts are those of the register.
    """
    content = edition.document
    made: dict[str, Hint] = {}
    if "earlier" in reach and any(field.earlier for page in content.form for field in page.fields):
        made |= _earlier(edition, person, organisation, today)
    known = _register(person, organisation, logged_in=logged_in) if "register" in reach else {}
    if "library" in reach:
        known |= _library(content, person, organisation, today)
    for page in content.form:
        for field in page.fields:
            if not page.repeat and (hint := known.get(field.prefill or "")) and _fits(field, hint.value, today):
                made[f"form.{field.key}"] = hint
    return made


def rows_known(content: Content, found: Mapping[str, Hint]) -> dict[str, list[dict[str, Any]]]:
    """The rows that hints speak of, empty: so many are drawn, and their hints fill them."""
    made: dict[str, list[dict[str, Any]]] = {}
    for page in content.form:
        if page.repeat:
            head = f"form.{page.key}."
            numbers = [int(where.removeprefix(head).partition(".")[0]) for where in found if where.startswith(head)]
            if numbers:
                made[page.key or ""] = [{} for _ in range(max(numbers) + 1)]
    return made


def _register(person: Person, organisation: Organisation | None, *, logged_in: bool) -> dict[str, Hint]:
    source = "登录信息" if logged_in else "实名登记"
    known = {
        "person.name": Hint(person.name, source),
        "person.id_number": Hint(person.id_number, source),
        "person.phone": Hint(person.phone, source),
        "person.address": Hint(person.address, source),
    }
    if organisation:
        known["organisation.name"] = Hint(organisation.name, "企业登记信息")
        known["organisation.uscc"] = Hint(organisation.uscc, "企业登记信息")
    return {key: hint for key, hint in known.items() if hint.value}


def _library(content: Content, person: Person, organisation: Organisation | None, today: date) -> dict[str, Hint]:
    """Facts printed on licences that are in force, by `licence.<title>.<fact>`."""
    wanted = {f.prefill for page in content.form for f in page.fields if (f.prefill or "").startswith("licence.")}
    titles = {prefill.split(".")[1] for prefill in wanted if prefill}
    if not titles:
        return {}
    found: dict[str, Hint] = {}
    for licence in held(titles, person=person, organisation=organisation, today=today):
        for fact, value in licence.particulars.items():
            found.setdefault(f"licence.{licence.title}.{fact}", Hint(value, f"《{licence.title}》"))
    return found


def _earlier(edition: Edition, person: Person, organisation: Organisation | None, today: date) -> dict[str, Hint]:
    """What the applicant wrote last time, for fields that were there under the same key and kind."""
    mine = Application.objects.filter(person=person, organisation=organisation, edition__item=edition.item_id)
    last = mine.select_related("edition").order_by("-pk").first()
    if last is None:
        return {}
    source = f"上次办件（{date_cn(last.submitted_at, year=True)}）"
    before = {field.key: field.kind for page in last.edition.document.form for field in page.fields}
    return {
        where: Hint(value, source)
        for where, field, value in _written(edition.document, last.form)
        if before.get(field.key) == field.kind and _fits(field, value, today)
    }


def _written(content: Content, form: Mapping[str, Any]) -> Iterator[tuple[str, FormField, Any]]:
    """(where, field, value as typed) of stored values whose field may be taken from an earlier case."""
    for page in content.form:
        rows = forming.rows_of(form.get(page.key or "")) if page.repeat else [form]
        for number, row in enumerate(rows):
            head = f"form.{page.key}.{number}" if page.repeat else "form"
            for field in page.fields:
                if field.earlier and field.key in row and not isinstance(row[field.key], dict):
                    yield f"{head}.{field.key}", field, forming.typed(field, row[field.key])


def _fits(field: FormField, value: Any, today: date) -> bool:
    """What doesn't pass the form's own check isn't offered."""
    try:
        return forming.clean(field, value, today=today) is not None
    except Refusal:
        return False
