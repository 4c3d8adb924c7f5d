"""What can be done: targets and systems entered, the journal looked at, batches sent, refusals repaired, counts compared."""

from tongban.reporting.actions.comparing import compare
from tongban.reporting.actions.handing import destination, fetch, hand_over
from tongban.reporting.actions.ledger import Typed, accepted, note, typed_twice
from tongban.reporting.actions.looking import gather, look
from tongban.reporting.actions.repairing import retry
from tongban.reporting.actions.returning import claim, claim_waiting, deliver, system_of, take
from tongban.reporting.actions.sending import acknowledge, send_due
from tongban.reporting.actions.targets import set_system, set_target
from tongban.reporting.actions.turning import turn

__all__ = [
    "Typed", "accepted", "acknowledge", "claim", "claim_waiting", "compare", "deliver", "destination", "fetch", "gather",
    "hand_over", "look", "note", "retry", "send_due", "set_system", "set_target", "system_of", "take", "turn",
    "typed_twice",
]  # fmt: skip
