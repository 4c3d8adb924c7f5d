"""插槽: an upper room adds to a lower room's page, and the lower room never names it.

# licences/slots.py, imported when the site starts
@fill("applications.case.side", order=20)
def licence_panel(request: HttpRequest, case: Application) -> Fragment | None:
    found = licences_of(case)
    return Fragment("licences/case_panel.html", {"licences": found}) if found else None

# applications/pages/staff.py
render(request, "applications/case.html", {"case": case, "slots": slots_for(request, case, "applications.case.side")})

# applications/case.html
{% slot "applications.case.side" %}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Fragment:
    """A piece of a page: its template and what the template shows (asked for before, not by it)."""

    template: str
    context: Mapping[str, object] = field(default_factory=dict)


Filler = Callable[[HttpRequest, Any], Fragment | None]
F = TypeVar("F", bound=Filler)


@dataclass(frozen=True)
class _Filling:
    order: int
    key: str
    filler: Filler


_filled: dict[str, dict[str, _Filling]] = {}


def fill(name: str, *, order: int = 100) -> Callable[[F], F]:
    """Register what stands in the slot `room.page.place`; lower `order` first. Importing twice registers once."""

    def register(filler: F) -> F:
        key = f"{filler.__module__}.{filler.__qualname__}"
        _filled.setdefault(name, {})[key] = _Filling(order, key, filler)
        return filler

    return register


def render_slots(request: HttpRequest, name: str, subject: object) -> list[SafeString]:
    """The fragments for this subject, in order; a filler that returns None has nothing to add."""
    fillings = sorted(_filled.get(name, {}).values(), key=lambda each: (each.order, each.key))
    made = (filling.filler(request, subject) for filling in fillings)
    return [render_to_string(each.template, dict(each.context), request=request) for each in made if each]


def slots_for(request: HttpRequest, subject: object, *names: str) -> dict[str, list[SafeString]]:
    """Several slots about one subject, as `{% slot %}` finds them in the context under `slots`."""
    return {name: render_slots(request, name, subject) for name in names}
