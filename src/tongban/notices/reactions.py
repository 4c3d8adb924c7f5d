from uuid import UUID

from tongban.channels.events import Undeliverable
from tongban.channels.rules import STATES
from tongban.kernel.reactions import Entry, on
from tongban.notices import actions
from tongban.notices.models import CHANNELS


@on(Undeliverable)
def take_another_way(event: Undeliverable, entry: Entry) -> None:
    because = f"{CHANNELS[event.channel]}{STATES[event.state]}"
    actions.take_another_way(event.channel, UUID(event.sending), because=because, now=entry.at)
