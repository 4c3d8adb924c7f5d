"""迁移: a paper that is the same is the same person; what is only alike somebody decides; a file twice changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.people import LIU_PHONE, Cast, check_digit
from tongban.accounts import migrating
from tongban.accounts.migrating_models import MigratedUser, Migration
from tongban.accounts.migrating_rules import User, outcome, read_user
from tongban.accounts.tests.doors import visitor
from tongban.identity.id_types import id_document
from tongban.identity.levels import Level
from tongban.identity.models import Person, PersonQuerySet
from tongban.kernel.models import ImportRun, JournalEntry
from tongban.kernel.refusals import Conflict, Refusal
from tongban.kernel.tables import Report

NEW = "44052419900101001" + check_digit("44052419900101001")
OTHER = "44052419900101002" + check_digit("44052419900101002")
HEAD = "用户编号,姓名,证件种类,证件号码,手机号,密码\n"


def brought(cast: Cast, folder: Path, *lines: str, dry_run: bool = False) -> Report:
    path = folder / "users.csv"
    path.write_text(HEAD + "\n".join(lines), "utf-8")
    report, _ = migrating.import_users(
        path, system="区民政局低保系统", by=cast.actor(cast.administrator), now=cast.now, dry_run=dry_run
    )
    return report


def liu(cast: Cast) -> str:
    assert cast.liu.person
    return str(cast.liu.person.id_number)


def test_the_same_paper_and_name_is_the_same_person_and_an_unknown_one_is_new(cast: Cast, tmp_path: Path) -> None:
    report = brought(
        cast, tmp_path, f"u1,刘晓燕,居民身份证,{liu(cast)},{LIU_PHONE},secret-hash", f"u2,李四,,{NEW},19900000066,secret-hash",
        f"u3,李四,身份证,{NEW},,",
    )  # fmt: skip

    assert (report.changed, report.rejected) == (3, []) and migrating.NO_PASSWORDS in report.notes
    by_line = {one.line: (one.state, one.person) for one in MigratedUser.objects.all()}
    person = Person.objects.with_id("id_card", NEW).get()
    assert by_line == {2: ("matched", cast.liu.person), 3: ("created", person), 4: ("matched", person)}
    assert person.assurance == Level.REGISTERED and not hasattr(person, "account")
    assert "secret" not in str(list(MigratedUser.objects.values_list("facts", flat=True)))
    assert JournalEntry.objects.get(name="accounts.UsersMigrated").facts["taken"] == 3


def test_bringing_a_file_again_changes_nothing_and_takes_what_was_mended(cast: Cast, tmp_path: Path) -> None:
    first = brought(cast, tmp_path, f"u1,刘晓燕,,{liu(cast)},,", f"u2,李四,,{NEW[:-1]},,")
    assert (first.changed, len(first.rejected)) == (1, 1)

    again = brought(cast, tmp_path, f"u1,刘晓燕,,{liu(cast)},,", f"u2,李四,,{NEW},,")

    assert (again.changed, again.unchanged, again.rejected) == (1, 1, [])
    assert Person.objects.with_id("id_card", NEW).count() == 1


def test_lines_that_cannot_be_used_are_told_by_number_without_what_they_say(cast: Cast, tmp_path: Path) -> None:
    report = brought(
        cast, tmp_path, "u1,刘晓燕,,123,,", "u2,李四,,,,", "u3,李四,,,19900000066,", "u4,李\u202e四,,,19900000066,",
        f"u5,李四,驾驶证,{NEW},,", f",李四,,{NEW},,", f"u7,李四,,{NEW},,", f"u7,王五,,{OTHER},,",
    )  # fmt: skip

    assert [line for line, _ in report.rejected] == [2, 3, 5, 6, 7, 9, 4]
    said = str(ImportRun.objects.latest("pk").report)
    assert not any(word in said for word in ("李四", "刘晓燕", NEW, "19900000066"))
    assert Migration.objects.get().rejected == [list(one) for one in report.rejected]


def test_a_dry_run_keeps_nothing(cast: Cast, tmp_path: Path) -> None:
    assert brought(cast, tmp_path, f"u2,李四,,{NEW},,", dry_run=True).changed == 1
    assert not Migration.objects.exists() and not Person.objects.with_id("id_card", NEW).exists()


def test_hundreds_of_lines_cost_few_queries_to_read(cast: Cast, tmp_path: Path) -> None:
    def cost(many: int) -> int:
        lines = [f"x{many}-{each},刘晓燕,,{liu(cast)},," for each in range(many)]
        with CaptureQueriesContext(connection) as asked:
            brought(cast, tmp_path, *lines)
        return len(asked)

    assert cost(40) == cost(4)


def test_somebody_alike_waits_until_an_administrator_decides(cast: Cast, tmp_path: Path) -> None:
    brought(
        cast, tmp_path, f"u1,刘晓燕,,,{LIU_PHONE},", f"u2,刘小燕,,{liu(cast)},,", f"u3,刘晓燕,,{NEW},{LIU_PHONE},",
        f"u4,刘晓燕,,{OTHER},{LIU_PHONE},",
    )  # fmt: skip
    waiting = list(MigratedUser.objects.order_by("line"))
    assert {one.state for one in waiting} == {"waiting"}
    assert migrating.candidates_of(waiting) == {one.pk: [cast.liu.person] for one in waiting}
    by, person = cast.actor(cast.administrator), cast.liu.person
    assert person

    assert migrating.accept(waiting[0].public_id, person.public_id, by=by, now=cast.now).person == person
    with pytest.raises(Refusal, match="另一个名字"):
        migrating.register_new(waiting[1].public_id, by=by, now=cast.now)
    assert migrating.refuse(waiting[1].public_id, reason="号码是别人的", by=by, now=cast.now).state == "refused"
    assert migrating.register_new(waiting[2].public_id, by=by, now=cast.now).person != person
    with pytest.raises(Refusal, match="候选人里没有"):
        migrating.accept(waiting[3].public_id, cast.stranger.person.public_id, by=by, now=cast.now)
    for again in waiting[:3]:
        with pytest.raises(Refusal, match="已经处理过"):
            migrating.accept(again.public_id, person.public_id, by=by, now=cast.now)
    with pytest.raises(Refusal, match="只有平台管理员"):
        migrating.refuse(waiting[3].public_id, reason="不要了", by=cast.actor(cast.clerk), now=cast.now)


def test_who_registered_the_same_paper_a_moment_ago_is_told_and_not_a_fault(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the writing somebody else wrote it: the database says so, and nothing is decided."""
    brought(cast, tmp_path, f"u1,李四,,{liu(cast)},{LIU_PHONE},x")
    waiting = MigratedUser.objects.get(state="waiting")
    monkeypatch.setattr(PersonQuerySet, "with_paper", lambda self, paper: self.none())

    with pytest.raises(Conflict, match="刚刚有人用这个证件登记过"):
        migrating.register_new(waiting.public_id, by=cast.actor(cast.administrator), now=cast.now)

    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_the_pages_take_a_file_and_the_decisions(cast: Cast) -> None:
    admin = visitor(cast.administrator)
    file = SimpleUploadedFile("users.csv", f"{HEAD}u1,刘晓燕,,,{LIU_PHONE},\nu2,李四,,12,,\n".encode())
    assert admin.post("/desk/people/migration", {"system": "低保系统"}).status_code == 422

    batch = admin.post("/desk/people/migration", {"system": "低保系统", "file": file})["Location"]

    page = admin.get(batch).content.decode()
    assert "就是刘晓燕" in page and "应为 18 位" in page and liu(cast) not in page and LIU_PHONE not in page
    one = MigratedUser.objects.get()
    decision = f"/desk/people/migration/users/{one.public_id}/decision"
    assert admin.post(decision).status_code == 422
    assert admin.post(decision, {f"choice-{one.public_id}": "accept:nobody"}).status_code == 404
    assert cast.liu.person
    chosen = {f"choice-{one.public_id}": f"accept:{cast.liu.person.public_id}"}
    assert admin.post(decision, chosen)["Location"] == batch
    assert admin.post(decision, chosen).status_code == 409
    assert visitor(cast.clerk).get(batch).status_code == 403


PAPER = id_document("id_card", NEW)


@given(
    st.sampled_from(["李四", "王五"]), st.booleans(), st.none() | st.sampled_from(["李四", "王五"]),
    st.lists(st.sampled_from(["李四", "王五"])),
)  # fmt: skip
def test_nobody_is_matched_without_their_paper_and_name(
    name: str, has_paper: bool, with_paper: str | None, candidates: list[str]
) -> None:
    user = User("u", name, PAPER if has_paper else None, "19900000066")
    became = outcome(user, with_paper=with_paper if has_paper else None, candidates=candidates)

    assert (became == "matched") == (has_paper and with_paper == name)
    assert became != "created" or (has_paper and with_paper is None and name not in candidates)


@given(st.dictionaries(st.sampled_from(["user", "name", "id_type", "id_number", "phone"]), st.text(max_size=20)))
def test_any_line_is_a_user_or_a_refusal(cells: dict[str, str]) -> None:
    try:
        user = read_user(cells)
    except Refusal:
        return
    assert user.user and user.name and (user.paper or user.phone)
