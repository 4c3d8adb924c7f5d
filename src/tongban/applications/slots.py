"""What lower rooms know about a case, placed on its page by the room that knows both: licence and messages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from tongban.applications import usual
from tongban.applications.models import Application, CaseMessage
from tongban.catalog.models import Edition
from tongban.design.slots import Fragment, fill
from tongban.identity import doors
from tongban.kernel import clock
from tongban.licences.models import Licence
from tongban.notices.models import Message


@fill("applications.case.side", order=10)
def licence_panel(request: HttpRequest, case: Application) -> Fragment | None:
    licence = Licence.objects.visible_to(doors.whoever(request)).filter(case_number=case.number).order_by("-pk").first()
    if licence is None:
        return None
    context = {"licence": licence, "status": licence.status_on(clock.today())}
    return Fragment("applications/panel_licence.html", context)


@fill("applications.case.side", order=20)
def messages_panel(request: HttpRequest, case: Application) -> Fragment | None:
    told = list(Message.objects.visible_to(doors.whoever(request)).filter(subject=case.number).order_by("-pk")[:5])
    return Fragment("applications/panel_messages.html", {"told": told}) if told else None


@fill("applications.desk.side", order=10)
def desk_licence_panel(request: HttpRequest, case: Application) -> Fragment | None:
    return licence_panel(request, case)


@fill("applications.desk.side", order=20)
def desk_messages_link(request: HttpRequest, case: Application) -> Fragment | None:
    """留言 with the applicant, and how many nobody has read."""
    unread = CaseMessage.objects.filter(application=case, from_staff=False, read_at=None).count()
    return Fragment("applications/panel_desk_messages.html", {"case": case, "unread": unread})


@fill("catalog.guide.side", order=10)
def usual_time(request: HttpRequest, edition: Edition) -> Fragment | None:
    """How long it really takes, where enough cases say so."""
    found = usual.usual_time(edition.item_id, edition.body_id)
    return Fragment("applications/panel_usual.html", {"usual": found}) if found else None


@fill("catalog.guide.start", order=10)
def start_button(request: HttpRequest, edition: Edition) -> Fragment | None:
    """From the guide to the application, with the answers already given."""
    content = edition.document
    if content.connection != "here":
        return None
    answers = {q.key: request.GET[q.key] for q in content.questions if request.GET.get(q.key)}
    url = reverse("applications:begin", kwargs={"code": edition.code})
    return Fragment("applications/start.html", {"url": f"{url}?{urlencode(answers)}" if answers else url})


@fill("catalog.edition.side", order=30)
def replay_link(request: HttpRequest, edition: Edition) -> Fragment | None:
    """From the editor's page to the replay of this version."""
    return Fragment("applications/replay_link.html", {"edition": edition}) if edition.pk else None
