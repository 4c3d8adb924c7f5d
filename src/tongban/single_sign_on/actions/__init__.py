"""The verbs, in the order life does them: a system is connected, a person agrees, is let in, and leaves."""

from tongban.single_sign_on.actions.connecting import (
    approve,
    ask,
    decline,
    make_secret,
    resume,
    suspend,
)
from tongban.single_sign_on.actions.consenting import agree, withdraw
from tongban.single_sign_on.actions.keys import rotate_key, signing_key
from tongban.single_sign_on.actions.leaving import end_logins, send_notice, session_ended, try_again
from tongban.single_sign_on.actions.letting_in import Issued, authenticate, let_in, redeem, refresh, revoke

__all__ = [
    "Issued", "agree", "approve", "ask", "authenticate", "decline", "end_logins", "let_in", "make_secret", "redeem",
    "refresh", "resume", "revoke", "rotate_key", "send_notice", "session_ended", "signing_key", "suspend", "try_again",
    "withdraw",
]  # fmt: skip
