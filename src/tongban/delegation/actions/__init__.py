"""The verbs: ask, confirm, refuse, revoke, renounce; register a signed paper; end what has run out."""

from tongban.delegation.actions.asking import Other, Wanted, ask
from tongban.delegation.actions.confirming import confirm
from tongban.delegation.actions.ending import AtWindow, end_at_window, refuse, renounce, revoke, sweep
from tongban.delegation.actions.paper import OnPaper, register

__all__ = [
    "AtWindow",
    "OnPaper",
    "Other",
    "Wanted",
    "ask",
    "confirm",
    "end_at_window",
    "refuse",
    "register",
    "renounce",
    "revoke",
    "sweep",
]
