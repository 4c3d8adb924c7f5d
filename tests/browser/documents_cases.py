"""Papers made by the verbs inside the instance: `python -m tests.browser.documents_cases` prints the case they are about."""

from __future__ import annotations

import json
import sys
from datetime import datetime


def make(now: datetime) -> dict[str, str]:
    """A case of 周德福 that waits, with its receipt printed, an address of service, and a letter by post on its way."""
    from tests.browser import cases
    from tests.people import paper
    from tongban.applications import document_rules, documents
    from tongban.applications.actions import serving
    from tongban.applications.models import Application
    from tongban.files.actions import keep_upload
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of

    case = Application.objects.select_related("body", "person", "organisation", "edition").get(
        number=cases.make(now, waiting=1)[0]  # type: ignore[index]
    )
    applicant, clerk = (
        actor_of(Account.objects.get(username=name), now=now, channel="web") for name in ("zhou_defu", "wang_min")
    )
    given = document_rules.Address("周德福", "云江区双榕镇上河村 3 组 12 号", "", "site")
    serving.confirm_address(case.number, given, by=applicant, now=now)
    receipt = documents.document_of(case, "receipt", now=now)
    documents.notice_pdf(case, "receipt", now=now)
    posted = serving.record_service(
        case.number, receipt.code, "post", {"tracking": "EMS1234567", "sent_to": given.address},
        file=keep_upload(paper("slip"), by=clerk, now=now), by=clerk, now=now,
    )  # fmt: skip
    from tongban.applications.actions import drafts

    draft = drafts.open_draft(case.edition, person=case.person, by=applicant, now=now)
    drafts.save_draft(draft.public_id, answers=cases.ANSWERS, form=cases.FORM, by=applicant, now=now)
    return {
        "draft": str(draft.public_id), "number": case.number, "code": receipt.code, "document": receipt.number, "service": str(posted.public_id),
    }  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps(make(clock.now())))
    sys.exit(0)
