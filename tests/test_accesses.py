"""Who looks at whose data is on record; the person reads it, and can ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import LIU_PHONE, Cast
from tongban.accesses import actions, queries
from tongban.accesses.models import Access
from tongban.applications.models import Application
from tongban.identity.models import Account
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Refusal


def desk(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def kinds(cast: Cast) -> list[tuple[str, str, int]]:
    assert cast.liu.person
    found = Access.objects.filter(person_id=cast.liu.person_id).order_by("pk")
    return [(one.kind, one.subject, one.account_id) for one in found]


@pytest.fixture
def case(cast: Cast) -> Application:
    return cast.submit()


def test_a_colleague_who_opens_a_case_is_on_record(cast: Cast, case: Application) -> None:
    assert desk(cast.reviewer).get(f"/desk/cases/{case.number}").status_code == 200

    assert kinds(cast) == [("case", case.number, cast.reviewer.pk)]
    (look,) = queries.looks(cast.liu.person_id or 0, limit=5)
    assert (look.body, look.role, look.why) == ("云江区市场监督管理局", "后台审批人员", "审查申请")
    assert look.name.endswith("*")


def test_a_reading_costs_one_statement(cast: Cast, case: Application) -> None:
    client = desk(cast.reviewer)
    client.get(f"/desk/cases/{case.number}")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/desk/cases/{case.number}")

    assert [q["sql"][:30] for q in asked.captured_queries if "accesses_access" in q["sql"]] == [
        'INSERT INTO "accesses_access" '
    ]


def test_ones_own_case_leaves_no_record(cast: Cast, case: Application) -> None:
    desk(cast.liu).get(f"/my/applications/{case.number}")

    assert kinds(cast) == []


def test_what_was_not_found_or_not_shown_leaves_no_record(cast: Cast, case: Application) -> None:
    desk(cast.foreign_reviewer).get(f"/desk/cases/{case.number}")
    desk(cast.reviewer).get(f"/desk/cases/{case.number}/materials/none")
    desk(cast.reviewer).get(f"/my/applications/{case.number}/materials/none")

    assert kinds(cast) == []


def test_a_paper_says_more_than_the_case(cast: Cast, case: Application) -> None:
    assert desk(cast.reviewer).get(f"/my/applications/{case.number}/documents/receipt.pdf").status_code == 200

    assert [kind for kind, _, _ in kinds(cast)] == ["paper"]


def test_when_it_cannot_be_written_nothing_is_shown(
    cast: Cast, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: actions.Gathered, *, now: Any) -> int:
        raise OperationalError("gone")

    monkeypatch.setattr(actions.Gathered, "write", away)

    answer = desk(cast.reviewer).get(f"/desk/cases/{case.number}")

    assert answer.status_code == 503
    assert "刘" not in answer.content.decode()


def test_the_api_is_on_record_too(cast: Cast, case: Application) -> None:
    from tongban.identity.actions import make_token

    token = make_token(account=cast.reviewer, label="t", now=cast.now)
    Client().get(f"/api/v1/applications/{case.number}", headers={"Authorization": f"Bearer {token}"})

    (one,) = Access.objects.all()
    assert (one.kind, one.channel) == ("case", "api")


def test_who_is_in_an_export_with_private_columns_can_read_that(cast: Cast, case: Application) -> None:
    client = desk(cast.head)
    client.post("/desk/exports/cases", {"columns": "number", "format": "csv"}).getvalue()
    assert kinds(cast) == []

    sent = {"columns": ["number", "applicant"], "format": "csv", "unmasked": "on", "reason": "开展专项核查"}
    assert "刘" in client.post("/desk/exports/cases", sent).getvalue().decode()

    (look,) = queries.looks(cast.liu.person_id or 0, limit=5)
    assert (look.what, look.why) == ("导出清单，里面有您的信息", "开展专项核查")


def test_the_person_reads_who_looked_and_asks_why(cast: Cast, case: Application) -> None:
    desk(cast.reviewer).get(f"/desk/cases/{case.number}")
    client = desk(cast.liu)

    page = client.get("/my/accesses").content.decode()
    assert "云江区市场监督管理局" in page
    assert "审查申请" in page
    one = Access.objects.get()
    url = f"/my/accesses/{one.public_id}/doubt"
    assert client.get(url).status_code == 200
    assert client.post(url, {"words": "不"}).status_code == 422
    assert client.post(url, {"words": "我没有申请这个事项"}).status_code == 302
    client.post(url, {"words": "再问一次，应当还是同一张"})

    from tongban.tickets.models import Ticket

    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.words) == (case.number, "我没有申请这个事项")
    assert "您已提出疑问" in client.get(url).content.decode()
    assert desk(cast.stranger).get(url).status_code == 404


def test_who_looked_cannot_answer_for_it(cast: Cast, case: Application) -> None:
    from tongban.tickets import actions as tickets
    from tongban.tickets import doubts

    desk(cast.reviewer).get(f"/desk/cases/{case.number}")
    ticket = doubts.doubt(
        Access.objects.get().public_id, words="为什么要看我的数据", by=cast.actor(cast.liu), now=cast.now
    )

    with pytest.raises(Refusal, match="不能由您处理"):
        tickets.rectify(ticket.number, measures="查明了原因", by=cast.actor(cast.reviewer), now=cast.now)
    tickets.rectify(ticket.number, measures="查明了原因", by=cast.actor(cast.decider), now=cast.now)


def test_a_page_holds_a_piece_and_goes_on(cast: Cast) -> None:
    people = [cast.liu.person_id] * 1
    for at in range(35):
        actions.note_all(cast.actor(cast.reviewer), people=people, kind="export", subject=f"{at}", now=cast.now)
    client = desk(cast.liu)

    first = client.get("/my/accesses")
    assert len(first.context["rows"]) == 30
    assert len(client.get("/my/accesses" + first.context["next_url"]).context["rows"]) == 5
    assert client.get("/my/accesses?after=x").status_code == 200


def test_a_whole_number_is_shown_once_for_a_reason_that_its_owner_reads(cast: Cast, case: Application) -> None:
    client, url = desk(cast.reviewer), f"/desk/cases/{case.number}/numbers"
    masked = client.get(f"/desk/cases/{case.number}").content.decode()
    assert "199****0001" in masked
    assert LIU_PHONE not in masked

    refused = client.post(url, {"what": "phone", "reason": "看"})
    assert (refused.status_code, LIU_PHONE in refused.content.decode()) == (422, False)
    shown = client.post(url, {"what": "phone", "reason": "电话通知补交布局图"})

    assert LIU_PHONE in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert LIU_PHONE not in client.get(url).content.decode()
    looks = queries.looks(cast.liu.person_id or 0, limit=9)
    assert [(one.what, one.why) for one in looks if one.typed] == [("查看完整号码：联系电话", "电话通知补交布局图")]
    (entry,) = JournalEntry.objects.filter(name="applications.Unmasked")
    assert entry.facts == {"number": case.number, "what": "phone"}


def test_numbers_are_not_shown_whole_by_the_dozen(cast: Cast, case: Application) -> None:
    from tongban.applications.actions.unmasking import MOST, unmask

    by = cast.actor(cast.reviewer)
    for _ in range(MOST):
        unmask(case.number, what="id_number", reason="核对身份证件", by=by, now=cast.now)
    with pytest.raises(Refusal, match="15 分钟"):
        unmask(case.number, what="id_number", reason="核对身份证件", by=by, now=cast.now)


def test_desk_pages_show_no_number_whole(cast: Cast, case: Application) -> None:
    """Each page of the desk about one case, by who may open it."""
    assert cast.liu.person
    for account, place in [
        (cast.reviewer, f"/desk/cases/{case.number}"), (cast.reviewer, f"/desk/cases/{case.number}/viewer"),
        (cast.reviewer, f"/desk/cases/{case.number}/services"), (cast.reviewer, f"/desk/cases/{case.number}/messages"),
        (cast.clerk, f"/counter/{case.number}/received"), (cast.clerk, f"/counter/{case.number}/supplement"),
        (cast.clerk, "/counter"), (cast.reviewer, "/desk"), (cast.reviewer, "/desk/cases"),
    ]:  # fmt: skip
        page = desk(account).get(place, follow=True).content.decode()
        assert cast.liu.person.id_number not in page, place
        assert LIU_PHONE not in page, place
