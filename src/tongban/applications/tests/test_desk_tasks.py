"""The desk as a list of tasks: whose, filtered, saved, ticked, handed on, granted together."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import Cast, _staff, publish
from tongban.applications import actions
from tongban.applications.actions import bulk, tasks
from tongban.applications.models import Application, Decision
from tongban.applications.tests.test_desk import again, at
from tongban.flow import listing
from tongban.flow.models import SavedView, Task
from tongban.flow.wanted import Wanted
from tongban.identity.models import Absence, Account
from tongban.kernel import clock

ACCEPT, REVIEW, DECIDE = "application.accept", "application.review", "application.decide"


@pytest.fixture
def desk(cast: Cast) -> Client:
    return at(cast.reviewer)


@pytest.fixture
def second(cast: Cast) -> Account:
    return _staff("reviewer_two", "reviewer", cast.region, cast.body, None, cast.now)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def key(case: Application, act: str = REVIEW, step: str = "") -> str:
    return f"{case.number}/{act}/{step}"


def holder(case: Application, act: str = REVIEW) -> int | None:
    return Task.objects.open().get(subject=case.number, act=act).held_by_id


# Whose


def test_each_list_shows_what_its_name_says(cast: Cast, desk: Client, second: Account) -> None:
    mine, pool, theirs = (cast.accepted(key=f"key-whose{n}") for n in range(3))
    tasks.claim(mine.number, REVIEW, by=cast.actor(cast.reviewer), now=cast.now)
    tasks.claim(theirs.number, REVIEW, by=cast.actor(second), now=cast.now)
    done = cast.reviewed(key="key-whose-done")

    def which(whose: str) -> set[str]:
        page = shown(desk, f"/desk?whose={whose}")
        return {case.number for case in (mine, pool, theirs, done) if f"/desk/cases/{case.number}" in page}

    assert which("mine") == {mine.number}
    assert which("pool") == {pool.number}
    assert which("all") == {mine.number, pool.number, theirs.number}
    assert which("done") == {mine.number, pool.number, theirs.number, done.number}  # accepted by this reviewer too


def test_the_holder_and_how_it_was_looked_at_stand_in_the_line(cast: Cast, desk: Client, second: Account) -> None:
    case = cast.accepted()
    tasks.claim(case.number, REVIEW, by=cast.actor(second), now=cast.now)

    assert "未查看" in shown(desk, "/desk") and "reviewer_two" in shown(desk, "/desk")
    shown(desk, f"/desk/cases/{case.number}")
    assert "未查看" in shown(desk, "/desk?act=application.review")  # a colleague looked, not who holds it
    shown(at(second), f"/desk/cases/{case.number}")
    assert "已查看" in shown(desk, "/desk?act=application.review")


def test_looking_is_written_once(cast: Cast, desk: Client) -> None:
    case = cast.accepted()
    shown(desk, f"/desk/cases/{case.number}")
    first = Task.objects.get(subject=case.number, act=REVIEW).seen_at

    with clock.at(cast.now + timedelta(hours=2)):
        shown(desk, f"/desk/cases/{case.number}")

    assert Task.objects.get(subject=case.number, act=REVIEW).seen_at == first == cast.now


def test_a_case_that_waits_for_papers_is_seen_and_waiting(cast: Cast, desk: Client) -> None:
    case = cast.submit()
    actions.correct(case.number, {"layout": actions.Gap(note="请补交")}, by=cast.actor(cast.reviewer), now=cast.now)

    assert "已查看待补" in shown(desk, "/desk?whose=done")


def test_what_is_done_is_done(cast: Cast, desk: Client) -> None:
    cast.reviewed()

    assert "完成" in shown(desk, "/desk?whose=done") and "已查看待补" not in shown(desk, "/desk?whose=done")


def test_the_done_list_goes_on(cast: Cast, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.applications.pages.desk.PER_PAGE", 2)
    for n in range(3):
        cast.accepted(key=f"key-done-{n}")

    first = shown(desk, "/desk?whose=done")
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second_page = shown(desk, f"/desk{onward}")

    assert first.count("/desk/cases/") + second_page.count("/desk/cases/") == 3


# Filters


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=食品", {"food", "late"}), ("words=摊贩", {"stall"}), ("lamp=over", {"late"}), ("lamp=ok", {"food", "stall"}),
        ("lamp=paused", set()), ("seen=yes", {"food"}), ("seen=no", {"late", "stall"}),
        ("opened_until=2026-02-20", {"late"}), ("opened_from=2026-03-01", {"food", "stall"}),
        ("opened_from=2026-03-01&words=摊贩&lamp=ok&act=application.accept", {"stall"}), ("step=现场", set()),
        ("opened_from=nonsense&lamp=purple&seen=maybe&holder=x", {"food", "late", "stall"}),
    ],
)  # fmt: skip
def test_filters_narrow_the_list_together(cast: Cast, desk: Client, query: str, found: set[str]) -> None:
    stall = publish(cast.body, now=cast.now, code="990131001003", name="摊贩备案", questions=[], materials=[])
    cases = {
        "late": cast.submit(key="key-late1", now=cast.now - timedelta(days=20)),
        "food": cast.submit(key="key-food1"),
        "stall": cast.submit(key="key-stall", edition=stall, answers={}, materials={}),
    }
    shown(desk, f"/desk/cases/{cases['food'].number}")

    page = shown(desk, f"/desk?{query}")

    assert {name for name, case in cases.items() if f"/desk/cases/{case.number}" in page} == found


def test_a_step_is_found_by_its_name(cast: Cast, desk: Client) -> None:
    from tongban.applications.tests.scenes import EDITIONS

    steps = publish(cast.body, now=cast.now, code="990131001009", **EDITIONS["with_steps"])
    case = cast.accepted(key="key-steps", edition=steps)

    assert case.number in shown(desk, "/desk?step=初审")
    assert "没有符合筛选的待办" in shown(desk, "/desk?step=复审")


def test_a_number_is_found_with_spaces_and_of_what_is_not_mine_only_the_case(cast: Cast, desk: Client) -> None:
    case, done = cast.accepted(), cast.granted(key="key-granted")

    spaced = f"{case.number[:6]} {case.number[6:]}"
    assert f"/desk/cases/{case.number}" in shown(desk, f"/desk?number={spaced}")
    assert desk.get(f"/desk?number={done.number}")["Location"] == f"/desk/cases/{done.number}"
    foreign = at(cast.foreign_reviewer)
    assert case.number not in shown(foreign, f"/desk?number={case.number}").split("<main")[1].split("value=")[0]
    assert "没有这个编号的待办" in shown(foreign, f"/desk?number={case.number}")


def test_a_filtered_list_is_looked_through_piece_by_piece(
    cast: Cast, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "WINDOW", 3)
    for n in range(5):
        cast.submit(key=f"key-many-{n}", now=cast.now - timedelta(days=9 - n))
    stall = publish(cast.body, now=cast.now, code="990131001003", name="摊贩备案", questions=[], materials=[])
    case = cast.submit(key="key-stall", edition=stall, answers={}, materials={})

    first = shown(desk, "/desk?words=摊贩")
    onward = re.search(r'href="(\?words[^"]*after=[^"]*)"', first)

    assert "还没有找完" in first and onward
    assert case.number in shown(desk, "/desk" + onward.group(1).replace("&amp;", "&"))


def test_pieces_of_any_size_give_the_same_list(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(9):
        cast.submit(key=f"key-any-{n}", now=cast.now - timedelta(days=n % 4))
        cast.accepted(key=f"key-anr-{n}")
    by = cast.actor(cast.reviewer)

    def walk(window: int, limit: int) -> list[str]:
        monkeypatch.setattr(listing, "WINDOW", window)
        found, after = [], ""
        for _ in range(100):
            page = listing.find(Wanted(words="食品"), by=by, today=clock.today(), limit=limit, after=after)
            found += [line.after for line in page.lines]
            after = page.after
            if not after:
                return found
        raise AssertionError("the list has no end")

    whole = walk(1000, 100)
    assert len(whole) == 18 and whole == sorted(whole, key=lambda mark: (mark[:10], int(mark[11:])))
    for window, limit in ((1, 3), (2, 1), (3, 2), (5, 4), (18, 5), (30, 30)):
        assert walk(window, limit) == whole


def test_the_page_asks_no_more_however_many_tasks(
    cast: Cast, desk: Client, second: Account, django_assert_max_num_queries: Any
) -> None:
    for n in range(3):
        case = cast.accepted(key=f"key-count-{n}")
        tasks.claim(case.number, REVIEW, by=cast.actor(second if n else cast.reviewer), now=cast.now)
    desk.get("/desk")

    for address in ("/desk", "/desk?whose=mine", "/desk?whose=pool&words=食品", "/desk?whose=done"):
        with django_assert_max_num_queries(9):
            shown(desk, address)


# Saved


def test_a_list_is_saved_opened_first_renamed_and_removed(cast: Cast, desk: Client) -> None:
    desk.post("/desk/views", {"name": "超期未办", "query": "lamp=over&nonsense=1&after=x"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("超期未办", "lamp=over")
    assert "超期未办" in shown(desk, "/desk") and "超期未办" not in shown(at(cast.decider), "/desk")

    desk.post(f"/desk/views/{view.pk}/default", {"default": "yes"})
    assert desk.get("/desk")["Location"] == "/desk?lamp=over"
    desk.post(f"/desk/views/{view.pk}", {"name": "急件"})
    assert "急件" in shown(desk, "/desk?whose=all")
    desk.post(f"/desk/views/{view.pk}/default", {"default": "no"})
    assert desk.get("/desk").status_code == 200
    desk.post(f"/desk/views/{view.pk}/removal")
    assert not SavedView.objects.exists()


def test_one_view_is_the_default(cast: Cast, desk: Client) -> None:
    for name in ("一", "二"):
        desk.post("/desk/views", {"name": name, "query": f"words={name}"})
    for view in SavedView.objects.order_by("pk"):
        desk.post(f"/desk/views/{view.pk}/default", {"default": "yes"})

    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == ["二"]


def test_a_view_is_of_its_account_alone(cast: Cast, desk: Client) -> None:
    desk.post("/desk/views", {"name": "我的", "query": "whose=mine"})
    view = SavedView.objects.get()

    for door in ("", "/default", "/removal"):
        assert at(cast.decider).post(f"/desk/views/{view.pk}{door}", {"name": "偷"}).status_code == 404
    assert SavedView.objects.get().name == "我的"


@pytest.mark.parametrize("name", ["", "  ", "长" * 31])
def test_a_view_has_a_name(cast: Cast, desk: Client, name: str) -> None:
    assert desk.post("/desk/views", {"name": name, "query": ""}).status_code == 302
    assert not SavedView.objects.exists()


def test_no_two_views_of_one_name_and_no_endless_list(cast: Cast, desk: Client) -> None:
    for n in range(22):
        desk.post("/desk/views", {"name": f"筛选{n}", "query": f"words={n}"})
    assert SavedView.objects.count() == 20
    desk.post("/desk/views", {"name": "筛选0", "query": "words=new"})
    assert SavedView.objects.get(name="筛选0").query == "words=new"

    desk.post(f"/desk/views/{SavedView.objects.get(name='筛选1').pk}", {"name": "筛选2"})
    assert SavedView.objects.filter(name="筛选2").count() == 1


# Ticked


def test_several_are_claimed_at_once_each_with_its_outcome(cast: Cast, desk: Client, second: Account) -> None:
    mine, theirs = cast.accepted(key="key-mine0"), cast.accepted(key="key-their")
    tasks.claim(theirs.number, REVIEW, by=cast.actor(second), now=cast.now)

    answer = desk.post("/desk/tasks/claims", {"task": [key(mine), key(theirs)], "back": "whose=pool"})

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "已认领 1 件，1 件没有办成" in page and "reviewer_two已经认领了这个待办" in page
    assert (holder(mine), holder(theirs)) == (cast.reviewer.pk, second.pk)


def test_all_went_well_leads_back_to_the_list(cast: Cast, desk: Client) -> None:
    cases = [cast.accepted(key=f"key-back-{n}") for n in range(2)]

    answer = desk.post("/desk/tasks/claims", {"task": [key(one) for one in cases], "back": "whose=pool&lamp=ok"})

    assert answer["Location"] == "/desk?whose=pool&lamp=ok"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/my", "x\r\nSet-Cookie: a=b", "/desk\\@evil"]
)
def test_the_way_back_leads_nowhere_else(cast: Cast, desk: Client, back: str) -> None:
    case = cast.accepted()

    assert desk.post("/desk/tasks/claims", {"task": key(case), "back": back})["Location"].startswith("/desk")


@pytest.mark.parametrize("sent", [[], ["nonsense"], ["/"], ["\0/\0/"], [f"n{n}/{REVIEW}/" for n in range(51)]])
def test_nothing_or_too_much_ticked_says_so(cast: Cast, desk: Client, sent: list[str]) -> None:
    answer = desk.post("/desk/tasks/claims", {"task": sent}, follow=True)

    assert answer.status_code == 200 and (
        "还没有勾选" in answer.content.decode() or "一次最多" in answer.content.decode()
    )


def test_a_case_that_is_not_there_is_a_line_of_its_own(cast: Cast, desk: Client) -> None:
    answer = desk.post("/desk/tasks/claims", {"task": f"5001990000/{REVIEW}/"})

    assert answer.status_code == 409 and "没有办成" in answer.content.decode()


def test_what_is_handed_over_asks_to_whom_and_why(cast: Cast, desk: Client, second: Account) -> None:
    case = cast.accepted()
    tasks.claim(case.number, REVIEW, by=cast.actor(cast.reviewer), now=cast.now)
    form = {"task": key(case), "back": f"/desk/cases/{case.number}"}

    asked = desk.post("/desk/tasks/hand-overs", form).content.decode()
    assert "reviewer_two" in asked and "foreign" not in asked and f'value="{cast.reviewer.pk}"' not in asked
    unsaid = desk.post("/desk/tasks/hand-overs", {**form, "confirmed": "yes", "to": str(second.pk), "reason": " "})
    assert unsaid.status_code == 422 and "请写明转交的原因" in unsaid.content.decode()
    nobody = desk.post("/desk/tasks/hand-overs", {**form, "confirmed": "yes", "reason": "外出开会"})
    assert nobody.status_code == 422 and "外出开会" in nobody.content.decode()
    assert holder(case) == cast.reviewer.pk

    sent = {**form, "confirmed": "yes", "to": str(second.pk), "reason": "外出开会", "form": "f" * 32}
    done = desk.post("/desk/tasks/hand-overs", sent)

    assert done["Location"] == f"/desk/cases/{case.number}" and holder(case) == second.pk
    twice = desk.post("/desk/tasks/hand-overs", sent)
    assert twice.status_code == 200 and "已经办过，没有重复办理" in twice.content.decode()
    assert "外出开会" in shown(desk, f"/desk/cases/{case.number}")


def test_the_head_assigns_from_the_list_of_the_body(cast: Cast, second: Account) -> None:
    case, head = cast.accepted(), at(cast.head)

    assert case.number in shown(head, "/desk?whose=body")
    done = head.post("/desk/tasks/assignments", {"task": key(case), "confirmed": "yes", "to": str(second.pk)})

    assert done.status_code == 302 and holder(case) == second.pk
    assert case.number not in shown(at(cast.reviewer), "/desk?whose=body&holder=1")


def test_a_stranger_s_whole_body_is_what_their_posts_see(cast: Cast) -> None:
    """`whose=body` of who assigns nothing is their ordinary list."""
    case = cast.accepted()

    assert case.number not in shown(at(cast.foreign_reviewer), "/desk?whose=body")
    assert case.number not in shown(at(cast.foreign_reviewer), f"/desk?whose=body&holder={cast.reviewer.pk}")


def test_a_door_that_is_only_looked_at_shows_the_list(cast: Cast, desk: Client) -> None:
    for door in ("claims", "releases", "hand-overs", "assignments", "decisions"):
        assert desk.get(f"/desk/tasks/{door}")["Location"] == "/desk"


# Held: on the page of the case


def test_an_act_on_a_colleague_s_case_keeps_what_was_typed(cast: Cast, desk: Client, second: Account) -> None:
    case = cast.accepted()
    tasks.claim(case.number, REVIEW, by=cast.actor(second), now=cast.now)

    answer = desk.post(
        f"/desk/cases/{case.number}/review", {"passes": "yes", "opinion": "写了很久的意见", "version": case.version}
    )

    page = answer.content.decode()
    assert answer.status_code == 409 and "这一步由reviewer_two办理" in page and "写了很久的意见" in page
    assert again(case).state == "accepted"


def test_the_case_says_who_holds_it_and_offers_what_one_may(cast: Cast, desk: Client, second: Account) -> None:
    case = cast.accepted()
    assert "还没有人认领" in shown(desk, f"/desk/cases/{case.number}")

    desk.post("/desk/tasks/claims", {"task": key(case), "back": f"/desk/cases/{case.number}"})

    assert "由reviewer办理，您没有认领" in shown(at(second), f"/desk/cases/{case.number}")
    own, theirs = shown(desk, f"/desk/cases/{case.number}"), shown(at(second), f"/desk/cases/{case.number}")
    assert "退回待办池" in own and "转交…" in own
    assert "退回待办池" not in theirs and "指派…" not in theirs
    assert "指派…" in shown(at(cast.head), f"/desk/cases/{case.number}")


# Granted together


def grant(client: Client, cases: list[Application], **more: Any) -> Any:
    """What the preview sends on."""
    form = {f"version-{case.number}": str(again(case).version) for case in cases}
    sent = {
        "task": [key(case, DECIDE) for case in cases],
        "confirmed": "yes",
        "opinion": "符合条件，准予",
        "form": "a" * 32,
    }
    return client.post("/desk/tasks/decisions", {**sent, **form, **more})


def test_like_cases_are_granted_with_one_opinion(cast: Cast) -> None:
    cases, decider = [cast.reviewed(key=f"key-like-{n}") for n in range(3)], at(cast.decider)

    preview = decider.post("/desk/tasks/decisions", {"task": [key(case, DECIDE) for case in cases]}).content.decode()
    assert "将要准予的" in preview and "不会决定的" not in preview and "材料齐全，符合规定" in preview
    assert {again(case).state for case in cases} == {"reviewed"}
    answer = grant(decider, cases)

    assert answer.status_code == 302 and {again(case).state for case in cases} == {"granted"}
    assert set(Decision.objects.values_list("reason", "by")) == {("符合条件，准予", f"staff:{cast.decider.pk}")}
    twice = grant(decider, cases)
    assert "已经办过" in twice.content.decode() and Decision.objects.count() == 3


def test_what_would_not_be_granted_is_told_before_and_left_out(cast: Cast, second: Account) -> None:
    plain = cast.reviewed(key="key-plain")
    doubtful = actions.review(
        cast.accepted(key="key-doubt").number, passes=False, opinion="面积与图纸不符", by=cast.actor(cast.reviewer),
        now=cast.now,
    )  # fmt: skip
    waiting = cast.accepted(key="key-wait0")
    held = cast.reviewed(key="key-held0")
    another = _staff("decider_two", "decider", cast.region, cast.body, None, cast.now)
    tasks.claim(held.number, DECIDE, by=cast.actor(another), now=cast.now)
    stall = publish(cast.body, now=cast.now, code="990131001003", name="摊贩备案", questions=[], materials=[])
    other = cast.reviewed(key="key-other", edition=stall, answers={}, materials={})
    own = actions.review(
        cast.accepted(key="key-own00").number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.decider),
        now=cast.now,
    )  # fmt: skip
    cases, decider = [plain, doubtful, waiting, held, other, own], at(cast.decider)
    sent = [key(case, REVIEW if case is waiting else DECIDE) for case in cases]

    preview = decider.post("/desk/tasks/decisions", {"task": sent}).content.decode()

    will, will_not = preview.split("不会决定的")[0], preview.split("不会决定的", 1)[1]
    assert plain.number in will and all(case.number not in will for case in cases[1:])
    for words in ("审查意见里有不同意的", "不在待决定", "另一位同事办理", "不是同一事项"):
        assert words in will_not
    answer = grant(decider, cases)
    assert answer.status_code == 200 and "已准予 1 件，5 件没有办成" in answer.content.decode()
    assert [again(case).state for case in cases] == [
        "granted",
        "reviewed",
        "accepted",
        "reviewed",
        "reviewed",
        "reviewed",
    ]


def test_a_case_that_changed_since_it_was_shown_is_not_granted(cast: Cast) -> None:
    case, decider = cast.reviewed(), at(cast.decider)

    answer = grant(decider, [case], **{f"version-{case.number}": str(case.version - 1)})

    assert answer.status_code == 409 and again(case).state == "reviewed"


def test_without_an_opinion_nothing_is_granted(cast: Cast) -> None:
    case, decider = cast.reviewed(), at(cast.decider)

    answer = grant(decider, [case], opinion=" ")

    assert answer.status_code == 422 and again(case).state == "reviewed"


def test_nobody_grants_together_who_may_not_alone(cast: Cast) -> None:
    case = cast.reviewed()

    for account in (cast.reviewer, cast.foreign_reviewer, cast.supervisor, cast.head, cast.clerk):
        answer = grant(at(account), [case])
        assert answer.status_code == 409 and again(case).state == "reviewed"


def test_there_is_no_way_to_refuse_together() -> None:
    assert not [name for name in vars(bulk) if "refuse" in name]


# 谁在办什么, 请假


def test_the_head_sees_who_holds_what_due_when(cast: Cast, second: Account) -> None:
    late = cast.submit(key="key-late0", now=cast.now - timedelta(days=20))
    case, pool = cast.accepted(), cast.accepted(key="key-pool0")
    tasks.claim(late.number, ACCEPT, by=cast.actor(second), now=cast.now)
    tasks.claim(case.number, REVIEW, by=cast.actor(second), now=cast.now)

    page = shown(at(cast.head), "/desk/holders")

    rows = {one.account: one for one in listing.holders([cast.body.pk], today=clock.today(), now=cast.now)}
    assert (rows[second.pk].held, rows[second.pk].overdue) == (2, 1) and rows[second.pk].next_due
    assert (rows[None].held, rows[None].overdue) == (1, 0)
    assert (rows[cast.reviewer.pk].held, rows[cast.reviewer.pk].next_due) == (0, None)
    link = f"/desk?whose=body&amp;holder={second.pk}"
    assert link in page
    listed = shown(at(cast.head), link.replace("&amp;", "&"))
    assert late.number in listed and case.number in listed and pool.number not in listed


def test_counts_stop_at_a_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "BOUND", 2)
    for n in range(3):
        case = cast.accepted(key=f"key-bound{n}")
        tasks.claim(case.number, REVIEW, by=cast.actor(cast.reviewer), now=cast.now)
        cast.submit(key=f"key-poold{n}")

    rows = {one.account: one.held for one in listing.holders([cast.body.pk], today=clock.today(), now=cast.now)}

    assert rows[cast.reviewer.pk] == rows[None] == 2
    assert "1+" in shown(at(cast.head), "/desk/holders")


@pytest.mark.parametrize("who", ["reviewer", "decider", "clerk", "supervisor", "foreign_reviewer", "liu"])
def test_nobody_else_sees_who_holds_what(cast: Cast, who: str) -> None:
    assert at(getattr(cast, who)).get("/desk/holders").status_code == 403


def test_an_absence_is_declared_shown_and_ended(cast: Cast, desk: Client, second: Account) -> None:
    case = cast.accepted()
    tasks.claim(case.number, REVIEW, by=cast.actor(cast.reviewer), now=cast.now)
    form = {"substitute": str(second.pk), "from_on": "2026-03-02", "last_on": "2026-03-04", "reason": "休产假"}

    assert desk.post("/desk/absences", form).status_code == 302

    assert case.number in shown(at(second), "/desk?whose=mine")
    assert "reviewer（请假，reviewer_two代办）" in shown(at(second), "/desk?whose=mine")
    assert "休产假" in shown(desk, "/desk/absences") and "休产假" in shown(at(cast.head), "/desk/absences")
    assert "休产假" not in shown(at(cast.foreign_reviewer), "/desk/absences")
    one = Absence.objects.get()
    assert at(cast.foreign_reviewer).post(f"/desk/absences/{one.pk}/end").status_code == 404
    assert desk.post(f"/desk/absences/{one.pk}/end").status_code == 302
    assert case.number not in shown(at(second), "/desk?whose=mine")


@pytest.mark.parametrize(
    "wrong",
    [{"substitute": ""}, {"from_on": "x"}, {"last_on": ""}, {"last_on": "2026-02-01"}, {"last_on": "2036-03-01"},
     {"substitute": "1"}, {"substitute": "0"}],
)  # fmt: skip
def test_a_wrong_absence_says_where(cast: Cast, desk: Client, second: Account, wrong: dict[str, str]) -> None:
    form = {"substitute": str(second.pk), "from_on": "2026-03-02", "last_on": "2026-03-04", "reason": "外出学习三天"}

    answer = desk.post("/desk/absences", {**form, **wrong})

    assert answer.status_code in (404, 422) and not Absence.objects.exists()
    if answer.status_code == 422:
        assert "外出学习三天" in answer.content.decode()


def test_the_head_declares_for_a_colleague_and_others_do_not(cast: Cast, second: Account) -> None:
    form = {
        "account": str(second.pk),
        "substitute": str(cast.reviewer.pk),
        "from_on": "2026-03-02",
        "last_on": "2026-03-04",
    }

    assert at(cast.decider).post("/desk/absences", form).status_code == 403
    assert at(cast.head).post("/desk/absences", form).status_code == 302
    assert Absence.objects.get().account_id == second.pk
