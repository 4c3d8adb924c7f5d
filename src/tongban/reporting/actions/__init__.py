"""What can be done: targets and systems entered, the journal looked at, batches sent, refusals repaired, counts compared."""

from tongban.reporting.actions.comparing import compare
from tongban.reporting.actions.looking import gather, look
from tongban.reporting.actions.repairing import retry
from tongban.reporting.actions.returning import claim, claim_waiting, deliver, system_of, take
from tongban.reporting.actions.sending import acknowledge, send_due
from tongban.reporting.actions.targets import set_system, set_target
from tongban.reporting.actions.turning import turn

__all__ = [
    "acknowledge", "claim", "claim_waiting", "compare", "deliver", "gather", "look", "retry", "send_due", "set_system",
    "set_target", "system_of", "take", "turn",
]  # fmt: skip
