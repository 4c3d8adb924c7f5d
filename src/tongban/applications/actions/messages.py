"""留言: the applicant and who handles the case write to each other, beside the procedure. Moves no date and no state."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tongban.applications import rules
from tongban.applications.actions import common
from tongban.applications.events import Messaged
from tongban.applications.models import Application, CaseMessage
from tongban.files.models import StoredFile
from tongban.flow import actions as flow
from tongban.flow import queries as flowing
from tongban.flow import rules as clocks
from tongban.flow.models import BESIDE
from tongban.identity.actors import Actor
from tongban.kernel import calendar, journal
from tongban.kernel.refusals import Refusal


@transaction.atomic
def write_message(number: str, *, text: str, file: StoredFile | None = None, by: Actor, now: datetime) -> CaseMessage:
    """The other side is told; one from the applicant awaits an answer within two working days."""
    application = common.locked(number, by=by)
    from_staff, by = _from_staff(application, by=by, now=now)
    rules.check_may_write(application.status, closed_at=application.closed_at, now=now)
    text = rules.check_message(text)
    written = CaseMessage.objects.filter(application=application, from_staff=from_staff)
    today = written.filter(at__gt=now - timedelta(days=1)).count()
    rules.check_message_number(today=today, ever=written.count())
    if file and file.uploaded_by != by.who:
        raise Refusal("file_unknown", "有文件不存在，或不是您上传的", "请重新上传", "file")
    message = CaseMessage.objects.create(
        application=application, from_staff=from_staff, text=text, file=file, by=by.who, by_post=by.post, at=now
    )
    if from_staff:
        flow.close_tasks(application.number, BESIDE, by=by, now=now)
    elif not flowing.is_awaited(application.number, act=BESIDE):
        days = calendar.current()
        due_on = clocks.due_on(clocks.starts_on(now, days), clocks.Limit(rules.ANSWER_DAYS), days)
        common.await_act(application, "application.answer", due_on=due_on, near_on=due_on, now=now)
    journal.record(Messaged(number=application.number, from_staff=from_staff), by=by, now=now)
    return message


def _from_staff(application: Application, *, by: Actor, now: datetime) -> tuple[bool, Actor]:
    """The applicant writes as such; of the staff those who answer, in that office. Raises Forbidden."""
    if not by.is_staff:
        common.for_the_applicant(application, "follow", by=by, now=now)
        return False, by
    return True, common.must(application, "application.answer", by=by, now=now)


@transaction.atomic
def read_messages(number: str, *, by: Actor, now: datetime) -> int:
    """The page was opened by a side: what the other wrote is read. Who only looks on leaves it as it is."""
    application = Application.objects.visible_to(by).filter(number=number).first()
    if application is None:
        return 0
    own = not by.is_staff and common.is_the_applicant(application, by=by)
    answers = by.may("application.answer", body_id=application.body_id, region_path=application.region_path)
    if not own and not answers:
        return 0
    unread = CaseMessage.objects.filter(application=application, from_staff=own, read_at=None)
    return unread.update(read_at=now)
