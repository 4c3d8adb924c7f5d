"""Who looks at whose data is on record; the person reads it, and can ask."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import LIU_PHONE, Cast
from tongban.accesses import actions, queries, rules
from tongban.accesses.models import Access
from tongban.accounts.models import Claim, MigratedUser, Migration
from tongban.applications.models import Application
from tongban.identity import merging
from tongban.identity.actions import open_account, register_person
from tongban.identity.models import Account, Person
from tongban.identity.roles import ROLES
from tongban.kernel import clock
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


def looked_up(person: Person, by: Account) -> list[str]:
    found = Access.objects.filter(person_id=person.pk, account_id=by.pk)
    return list(found.order_by("pk").values_list("kind", flat=True))


def test_every_door_that_finds_somebody_by_number_is_on_record(cast: Cast) -> None:
    liu, wang = cast.liu.person, cast.stranger.person
    assert liu and wang
    clerk, admin = desk(cast.clerk), desk(cast.administrator)
    passport = {"name": "LIU XIAOYAN", "id_type": "passport", "id_number": "E12345678", "id_issuer": "CHN"}
    other = register_person(**passport, now=cast.now)

    clerk.post("/counter/powers", {"id_number": liu.id_number})
    assert looked_up(liu, cast.clerk) == ["person"]
    card = {"id_type": "id_card", "id_number": wang.id_number, "card": "on"}
    assert clerk.post("/desk/people/seen", {**card, "name": "王小强"}).status_code == 422
    assert clerk.post("/desk/people/seen", {**card, "name": "王强"}).status_code == 302
    assert looked_up(wang, cast.clerk) == ["person", "person"]

    both = {"kept_type": "id_card", "kept_number": liu.id_number, "other_type": "id_card", "other_number": "x"}
    assert admin.post("/desk/people/merging", both).status_code == 422
    assert looked_up(liu, cast.administrator) == ["person"]
    assert admin.get(f"/desk/people/merging/{liu.public_id}/{other.public_id}").status_code == 200
    assert (looked_up(liu, cast.administrator), looked_up(other, cast.administrator)) == (["person"] * 2, ["person"])

    claimant = open_account(username="claimant", password="x", person=None, now=cast.now)
    claim = Claim.objects.create(account=claimant, person=wang, phone="19911112222", at=cast.now)
    with clock.at(cast.now):
        clerk.post("/desk/people/seen", {**card, "name": "王强"})
        assert clerk.get(f"/desk/people/claims/{claim.public_id}").status_code == 200
    assert looked_up(wang, cast.clerk) == ["person"] * 4

    batch = Migration.objects.create(system="旧系统", source="x.csv", by="staff:1", at=cast.now)
    MigratedUser.objects.create(
        migration=batch, system="旧系统", user_index=b"1" * 16, line=1, state="waiting",
        facts={"user": "u1", "name": "刘晓燕", "phone": LIU_PHONE, "address": "", "paper": None},
    )  # fmt: skip
    page = admin.get(f"/desk/people/migration/{batch.public_id}")
    assert "就是刘晓燕" in page.content.decode()
    assert looked_up(liu, cast.administrator) == ["person"] * 3


def test_the_one_who_is_kept_reads_who_looked_at_both_and_parting_gives_it_back(cast: Cast) -> None:
    liu = cast.liu.person
    assert liu
    passport = {"name": liu.name, "id_type": "passport", "id_number": "E12345678", "id_issuer": "CHN"}
    other, by = register_person(**passport, now=cast.now), cast.actor(cast.administrator)
    clerk = cast.actor(cast.clerk)
    actions.note_all(clerk, people=[other.pk], kind="person", subject="", now=cast.now)

    made = merging.merge(liu.public_id, other.public_id, reason="护照与身份证人像一致", by=by, now=cast.now)

    assert [one.kind for one in Access.objects.filter(person_id=liu.pk)] == ["person"]
    merging.part(made.public_id, reason="其实不是同一个人", by=by, now=cast.now)
    assert [one.kind for one in Access.objects.filter(person_id=other.pk)] == ["person"]


def test_every_post_says_why_it_looks() -> None:
    assert set(rules.WHY) == set(ROLES)
    assert set(queries.PLACES) <= {key for key, role in ROLES.items() if role.scope == "region"}
