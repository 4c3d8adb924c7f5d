"""The verbs: propose and agree, elevate, end, authorise, confirm once a year."""

from tongban.staffing.actions.authorising import authorise, revoke
from tongban.staffing.actions.proposing import (
    approve,
    elevate,
    end_post,
    look_at,
    propose,
    refuse,
    register_colleague,
)
from tongban.staffing.actions.reviewing import check, open_review

__all__ = [
    "approve", "authorise", "check", "elevate", "end_post", "look_at", "open_review", "propose", "refuse",
    "register_colleague", "revoke",
]  # fmt: skip
