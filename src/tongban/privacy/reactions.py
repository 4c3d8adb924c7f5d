from uuid import UUID

from tongban.kernel import clock
from tongban.kernel.reactions import Entry, on
from tongban.privacy import actions
from tongban.privacy.events import OwnDataAsked


@on(OwnDataAsked)
def make_the_file(event: OwnDataAsked, entry: Entry) -> None:
    actions.make(UUID(event.request), now=clock.now())
