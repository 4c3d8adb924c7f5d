"""What lower rooms know about a case, placed on its page by the room that knows both: licence and messages."""

from __future__ import annotations

from django.http import HttpRequest

from tongban.applications.models import Application
from tongban.design.slots import Fragment, fill
from tongban.kernel import clock
from tongban.licences.models import Licence
from tongban.notices.models import Message


@fill("applications.case.side", order=10)
def licence_panel(request: HttpRequest, case: Application) -> Fragment | None:
    licence = Licence.objects.visible_to(request.actor).filter(case_number=case.number).first()  # type: ignore[attr-defined]
    if licence is None:
        return None
    context = {"licence": licence, "status": licence.status_on(clock.today())}
    return Fragment("applications/panel_licence.html", context)


@fill("applications.case.side", order=20)
def messages_panel(request: HttpRequest, case: Application) -> Fragment | None:
    told = list(Message.objects.visible_to(request.actor).filter(subject=case.number).order_by("-pk")[:5])  # type: ignore[attr-defined]
    return Fragment("applications/panel_messages.html", {"told": told}) if told else None


@fill("applications.desk.side", order=10)
def desk_licence_panel(request: HttpRequest, case: Application) -> Fragment | None:
    return licence_panel(request, case)
