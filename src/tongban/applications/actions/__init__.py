"""The verbs of a case, in the order life does them: drafts (and carrying them to a new edition), intake, acceptance, review, outcome."""

from tongban.applications.actions.acceptance import Gap, accept, correct, reject
from tongban.applications.actions.carrying import carry_over
from tongban.applications.actions.drafts import discard_draft, open_draft, save_draft, submit_draft
from tongban.applications.actions.intake import Submission, submit, supplement, withdraw
from tongban.applications.actions.outcome import decide, deliver
from tongban.applications.actions.review import resume, review, suspend

__all__ = [
    "Gap", "Submission", "accept", "carry_over", "correct", "decide", "deliver", "discard_draft", "open_draft", "reject",
    "resume", "review", "save_draft", "submit", "submit_draft", "supplement", "suspend", "withdraw",
]  # fmt: skip
