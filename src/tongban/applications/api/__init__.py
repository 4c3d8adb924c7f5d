"""办件 as JSON: parse → one verb → response. One module for each part of the life of a case."""

from tongban.applications.api import (
    acceptance,
    afterwards,
    archive,
    back_entry,
    evidence,
    intake,
    materials,
    outcome,
    reading,
    review,
    steps,
    tasks,
)
from tongban.applications.api.shared import router

__all__ = [
    "acceptance",
    "afterwards",
    "archive",
    "back_entry",
    "evidence",
    "intake",
    "materials",
    "outcome",
    "reading",
    "review",
    "router",
    "steps",
    "tasks",
]
