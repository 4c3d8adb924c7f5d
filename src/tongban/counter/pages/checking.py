"""收件时核对: whether the original was seen, which check points are met, and what kind of paper it is and where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from tongban.applications.material_models import FORMS
from tongban.applications.models import Draft
from tongban.catalog.content import Material
from tongban.counter.pages.common import typed
from tongban.design.parts import Choice, Field


def said(request: HttpRequest, material: Material) -> dict[str, object]:
    """As it was typed; the draft keeps it."""
    key = material.key
    ticked = set(request.POST.getlist(f"point-{key}"))
    return {
        "original": bool(request.POST.get(f"original-{key}")),
        "valid_until": typed(request, f"until-{key}", 10),
        "form": form if (form := typed(request, f"form-of-{key}", 10)) in FORMS else "",
        "copies": typed(request, f"copies-{key}", 4),
        "kept_at": typed(request, f"place-{key}", 100),
        "points": [point for point in material.check_points if point in ticked],
    }


@dataclass(frozen=True)
class Panel:
    """Of one material that has come."""

    open: bool
    original: bool
    points: list[tuple[str, bool]]
    form: Field
    copies: Field
    place: Field
    until: Field


def panel(one: Draft, material: Material) -> Panel:
    kept: Mapping[str, Any] = one.content.get("taken", {}).get(material.key, {})
    key, ticked = material.key, kept.get("points", ())
    paper = one.content["materials"].get(key) == "paper"
    choices = (Choice("", "没有写明"), *(Choice(form, word) for form, word in FORMS.items()))
    return Panel(
        open=any(kept.values()) and paper,
        original=bool(kept.get("original")),
        points=[(point, point in ticked) for point in material.check_points],
        form=Field(name=f"form-of-{key}", label="收的是", kind="select", value=kept.get("form", ""), choices=choices, required=False),
        copies=Field(name=f"copies-{key}", label="份数", kind="number", value=kept.get("copies", ""), required=False),
        place=Field(name=f"place-{key}", label="存放在", value=kept.get("kept_at", ""), required=False, attrs={"maxlength": "100"}),
        until=Field(name=f"until-{key}", label="原件有效期至", kind="date", value=kept.get("valid_until", ""), required=False),
    )  # fmt: skip
