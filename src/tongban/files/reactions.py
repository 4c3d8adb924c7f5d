from uuid import UUID

from tongban.files import actions
from tongban.files.events import Received
from tongban.kernel import clock
from tongban.kernel.actors import system
from tongban.kernel.reactions import Entry, on


@on(Received)
def examine(event: Received, entry: Entry) -> None:
    actions.examine(UUID(event.file), by=system("worker"), now=clock.now())
