"""A letter is printed once; who and when stays."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.design.words import datetime_cn
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import journal, rows
from tongban.kernel.refusals import Conflict, NotFound
from tongban.notices.events import LetterPrinted
from tongban.notices.models import Delivery


@transaction.atomic
def print_letter(letter: UUID, *, by: Actor, now: datetime) -> Delivery:
    """Marks it printed, before the paper is made. Raises NotFound, Conflict when it was printed before."""
    mine = Delivery.objects.letters().within(by, "notice.print")
    one = mine.select_for_update(of=("self",)).select_related("message").filter(public_id=letter).first()
    if one is None:
        raise NotFound("letter_unknown", "没有这封信", "请回到待打印信函")
    if one.state == "printed":
        who = names_of([one.printed_by])[one.printed_by]
        when = datetime_cn(one.printed_at)
        raise Conflict("letter_printed", f"这封信已由{who}在{when}打印", "要再印一份，请在“已打印”里打开")
    one.state, one.printed_at, one.printed_by = "printed", now, by.who
    rows.update(one, "state", "printed_at", "printed_by")
    office = by.under("notice.print")
    journal.record(LetterPrinted(number=one.message.subject, letter=str(letter)), by=office, now=now)
    return one
