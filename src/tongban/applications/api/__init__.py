"""办件 as JSON: parse → one verb → response. One module for each part of the life of a case."""

from tongban.applications.api import (
    acceptance,
    afterwards,
    back_entry,
    intake,
    materials,
    outcome,
    reading,
    review,
    steps,
)
from tongban.applications.api.shared import router

__all__ = [
    "acceptance",
    "afterwards",
    "back_entry",
    "intake",
    "materials",
    "outcome",
    "reading",
    "review",
    "router",
    "steps",
]
