"""What this room does when another announces something."""

from __future__ import annotations

from uuid import UUID

from tongban.authentication.events import SignedOut
from tongban.kernel import clock
from tongban.kernel.reactions import Entry, on
from tongban.single_sign_on import actions
from tongban.single_sign_on.events import LogoutQueued


@on(SignedOut)
def leave_the_systems_too(event: SignedOut, entry: Entry) -> None:
    actions.session_ended(UUID(event.session), now=entry.at)


@on(LogoutQueued)
def tell_the_system(event: LogoutQueued, entry: Entry) -> None:
    actions.send_notice(UUID(event.notice), now=clock.now())
