"""Who complained is told that something was done."""

from __future__ import annotations

from tongban.applications.models import Application
from tongban.evaluations.kinds import RECTIFIED
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.kernel.reactions import Entry, on
from tongban.kernel.typed import grouped
from tongban.notices import actions as notices
from tongban.tickets.events import Rectified
from tongban.tickets.models import Ticket


@on(Rectified)
def tell_who_complained(event: Rectified, entry: Entry) -> None:
    """Not who rated: the ticket of a rating is answered by a return visit."""
    ticket = Ticket.objects.get(number=event.ticket)
    if ticket.kind != "complaint":
        return
    case = Application.objects.get(number=ticket.subject)
    notices.tell(
        rows.get(Person, case.person_id), RECTIFIED, key=f"{case.number}/complaint/{entry.id}", subject=case.number,
        values={"事项": case.title, "编号": grouped(case.number)}, link=f"/my/applications/{case.number}/complaint",
        body_id=case.body_id, region_path=case.region_path, now=entry.at,
    )  # fmt: skip
