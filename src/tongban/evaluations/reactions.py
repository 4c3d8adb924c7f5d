"""Who complained is told that something was done."""

from __future__ import annotations

from tongban.applications.models import Application
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.kernel.reactions import Entry, on
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
        rows.get(Person, case.person_id), key=f"{case.number}/complaint/{entry.id}", subject=case.number,
        title="投诉有了处理结果", text=f"您对《{case.title}》办理的投诉已处理，处理情况见投诉页面，另一位工作人员会回访您。",
        link=f"/my/applications/{case.number}/complaint", now=entry.at,
    )  # fmt: skip
