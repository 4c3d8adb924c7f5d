"""补录 at the window, and papers that follow."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import Cast, publish
from tongban.applications import actions as applications
from tongban.applications.models import Application, BackEntry, Commitment, Draft
from tongban.counter import rules
from tongban.counter.tests.test_window import FILLED, ZHOU_ID, at, window
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Invalid

__all__ = ["window"]

TRUE = {"received_on": "2026-02-27", "received_at": "15:20", "entry_reason": "停电，窗口手工收件"}
THEN = datetime(2026, 2, 27, 15, 20, tzinfo=SHANGHAI)


def begin(window: Client, cast: Cast) -> str:
    applicant = {"item": cast.guide.code, "id_number": ZHOU_ID, "name": "周德福", "phone": "", "uscc": "", "back": "1"}
    answer = window.post("/counter", applicant)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def entered(window: Client, cast: Cast) -> Application:
    answer = window.post(begin(window, cast), {**FILLED, **TRUE, "submit": "1"})
    assert answer.status_code == 302, answer.content.decode()
    return Application.objects.get(number=str(answer["Location"]).split("/")[2])


def test_a_paper_case_has_its_true_time_and_waits_for_a_second_person(cast: Cast, window: Client) -> None:
    case = entered(window, cast)

    assert (case.state, case.submitted_at) == ("recorded", THEN)
    assert BackEntry.objects.get(application=case).reason == "停电，窗口手工收件"
    own = window.get(f"/counter/{case.number}/entry").content.decode()
    assert "您录入的，要由另一位同事复核" in own
    assert window.post(f"/counter/{case.number}/entry/confirmation", {"compared": "true"}).status_code == 403


def test_another_clerk_compares_and_confirms_it(cast: Cast, window: Client) -> None:
    case, second = entered(window, cast), at(cast.clerk_two)
    page = f"/counter/{case.number}/entry"

    listed = second.get("/counter/entries").content.decode()
    facts = second.get(page).content.decode()
    unticked = second.post(f"{page}/confirmation", {"version": case.version})
    done = second.post(f"{page}/confirmation", {"version": case.version, "compared": "true"})

    assert case.number in listed
    assert all(words in facts for words in ("周德福", "周家面馆", "15:20", "停电，窗口手工收件", "经营场所布局图"))
    assert ZHOU_ID not in facts
    assert (unticked.status_code, done.status_code) == (422, 302)
    assert 'href="#id_compared"' in unticked.content.decode()
    case.refresh_from_db()
    assert (case.state, case.submitted_at) == ("submitted", THEN)
    assert case.number not in second.get("/counter/entries").content.decode()


def test_a_mistake_is_void_and_never_was_a_case(cast: Cast, window: Client) -> None:
    case, second = entered(window, cast), at(cast.clerk_two)

    second.post(f"/counter/{case.number}/entry/voiding", {"version": case.version})

    case.refresh_from_db()
    assert case.state == "void"
    assert "不是办件" in second.get(f"/counter/{case.number}/entry").content.decode()
    assert second.get(f"/counter/{case.number}/received").status_code == 302


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"received_on": "2026-03-03"}, "received_at"),
        ({"received_on": ""}, "received_on"),
        ({"received_at": "noon"}, "received_at"),
        ({"received_on": "2025-02-27"}, "received_at"),
        ({"entry_reason": ""}, "entry_reason"),
    ],
)
def test_a_wrong_time_is_said_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, window: Client, change: dict[str, str], field: str
) -> None:
    answer = window.post(begin(window, cast), {**FILLED, **TRUE, **change, "submit": "1"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in page and "周家面馆" in page
    assert not Application.objects.exists()


def test_what_was_typed_of_a_back_entry_is_kept_in_its_draft(cast: Cast, window: Client) -> None:
    page = begin(window, cast)
    window.post(page, {**FILLED, **TRUE, "save": "1"})

    assert "停电，窗口手工收件" in window.get(page).content.decode()
    assert page in window.get("/counter").content.decode()


def test_an_ordinary_intake_for_the_same_person_is_no_back_entry(cast: Cast, window: Client) -> None:
    begin(window, cast)
    applicant = {"item": cast.guide.code, "id_number": ZHOU_ID, "name": "", "phone": "", "uscc": "", "start": "1"}

    answer = window.post("/counter", applicant)

    assert "back-entry" not in str(answer["Location"])
    assert "back_entry" not in Draft.objects.get().content


def test_the_list_asks_as_often_for_many_as_for_one(cast: Cast) -> None:
    def queries(client: Client) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/counter/entries")
        return len(asked)

    def enter(key: str) -> None:
        applications.back_enter(
            cast.submission(), received_at=THEN, reason="停电，手工收件", key=key, by=cast.actor(cast.clerk, "counter"),
            now=cast.now,
        )  # fmt: skip

    second = at(cast.clerk_two)
    enter("key-0001")
    queries(second)
    one = queries(second)
    for nth in range(3):
        enter(f"key-more{nth}")

    assert queries(second) == one


def test_the_true_time_names_both_faults_at_once() -> None:
    with pytest.raises(Invalid) as told:
        rules.true_time("gestern", "")

    assert [fault.field for fault in told.value.faults] == ["received_on", "received_at"]
    assert rules.true_time("2026-02-27", "15:20") == THEN


def provisional(cast: Cast) -> Application:
    strict = publish(cast.body, now=cast.now, code="990131009001", name="容缺事项", follow="decision")
    return cast.accepted(edition=strict)


def test_papers_that_follow_are_taken_at_the_window_and_settle_the_promise(cast: Cast, window: Client) -> None:
    case = provisional(cast)
    page = f"/counter/{case.number}/supply"

    found = window.get("/counter/cases", {"number": case.number})
    asked = window.get(page).content.decode()
    nothing = window.post(page, {"version": case.version})
    brought = window.post(page, {"version": case.version, "material-layout": "1"})

    assert found["Location"] == page
    assert "经营场所布局图" in asked and "3月16日" in asked
    assert (nothing.status_code, brought.status_code) == (422, 302)
    assert Commitment.objects.get(application=case).state == "kept"
    assert window.get(page).status_code == 409


def test_a_delegated_window_is_told_what_follows_before_it_accepts(cast: Cast, window: Client) -> None:
    strict = publish(
        cast.body, now=cast.now, code="990131009001", name="容缺事项", follow="decision", accepted_by="window"
    )
    case = cast.submit(edition=strict)

    page = window.get(f"/counter/{case.number}/received").content.decode()

    assert "现在受理是容缺受理" in page and "当场容缺受理" in page


def test_a_result_that_was_made_is_handed_over(cast: Cast, window: Client) -> None:
    case = cast.granted()
    applications.make(case.number, note="", by=cast.actor(cast.decider), now=cast.now)

    page = window.get(f"/counter/{case.number}/delivery")

    assert page.status_code == 200
    assert "食品经营许可证" in page.content.decode()
