"""An export holds what its page shows, for the same eyes; it is on record before it leaves and after, also when cut off."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client

from tests.people import Cast
from tongban.exports import actions, rules
from tongban.exports.lists import LISTS, list_named
from tongban.exports.models import Export
from tongban.identity.models import Account
from tongban.kernel.models import JournalEntry

WHO = ["number", "applicant", "id_number", "phone"]


def at(account: Account) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def taken(account: Account, path: str = "/desk/exports/cases", **form: Any) -> bytes:
    response = at(account).post(path, {"columns": ["number", "state"], "format": "csv", **form})
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def table(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))


def test_a_csv_holds_the_rows_of_the_page_with_the_chosen_columns(cast: Cast) -> None:
    one, other = cast.submit(key="export-one"), cast.accepted(key="export-two")

    assert table(taken(cast.reviewer)) == [["办件编号", "状态"], [other.number, "审查中"], [one.number, "已收件"]]
    assert table(taken(cast.reviewer, "/desk/exports/cases?state=accepted"))[1:] == [[other.number, "审查中"]]
    assert table(taken(cast.foreign_reviewer))[1:] == []


def test_a_workbook_reads_back_as_the_same_rows(cast: Cast) -> None:
    one = cast.submit(key="export-one")

    book = openpyxl.load_workbook(io.BytesIO(taken(cast.reviewer, format="xlsx")))

    assert [[cell.value for cell in row] for row in book.active] == [["办件编号", "状态"], [one.number, "已收件"]]


def test_personal_data_leave_masked(cast: Cast) -> None:
    cast.submit(key="export-one")

    person = cast.liu.person
    assert person

    _, row = table(taken(cast.reviewer, columns=WHO))

    assert row[1:] == ["刘**", f"500***********{person.id_number[-4:]}", "199****0001"]


def test_whole_personal_data_need_the_power_and_a_reason_and_both_are_on_record(cast: Cast) -> None:
    cast.submit(key="export-one")
    reason = {"unmasked": "on", "reason": "开展食品安全专项核查"}
    person = cast.liu.person
    assert person

    assert at(cast.reviewer).post("/desk/exports/cases", {"columns": WHO, "format": "csv", **reason}).status_code == 403
    refused = at(cast.head).post("/desk/exports/cases", {"columns": WHO, "format": "csv", "unmasked": "on"})
    assert refused.status_code == 422
    assert "请写明为什么" in refused.content.decode()
    assert not Export.objects.exists()

    _, row = table(taken(cast.head, columns=WHO, **reason))
    assert row[1:] == [person.name, person.id_number, person.phone]
    one = Export.objects.get()
    assert (one.unmasked, one.reason, one.by) == (True, "开展食品安全专项核查", cast.actor(cast.head).who)
    assert JournalEntry.objects.get(name="exports.Began").facts["unmasked"] is True


def test_an_export_is_on_record_with_its_rows_and_the_hash_of_its_bytes(cast: Cast) -> None:
    cast.submit(key="export-one")

    file = taken(cast.reviewer, "/desk/exports/cases?state=submitted&unknown=1")

    one = Export.objects.get()
    assert (one.list_key, one.filters, one.columns) == ("cases", {"state": "submitted"}, ["number", "state"])
    assert (one.rows, one.whole, one.more) == (1, True, False)
    assert one.sha256 == hashlib.sha256(file).hexdigest()
    began, ended = JournalEntry.objects.filter(name__startswith="exports.").order_by("id")
    assert began.facts["filters"] == ["state"]
    assert (ended.name, ended.subject, ended.facts["sha256"]) == ("exports.Finished", str(one.public_id), one.sha256)


def test_an_export_that_is_cut_off_is_on_record_as_far_as_it_came(cast: Cast) -> None:
    cast.submit(key="export-one")
    by = cast.actor(cast.reviewer)
    one = actions.begin(list_named("cases"), filters={}, columns=["number"], format="csv", by=by, now=cast.now)
    assert (one.ended_at, one.whole) == (None, False)

    parts = actions.bytes_of(one, list_named("cases"), by=by)
    sent = next(parts)
    parts.close()  # type: ignore[attr-defined]

    one.refresh_from_db()
    assert (one.whole, one.sha256) == (False, hashlib.sha256(sent).hexdigest())
    assert JournalEntry.objects.get(name="exports.Finished").facts["whole"] is False


def test_an_export_ends_at_the_limit_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        cast.submit(key=f"export-{number}")
    monkeypatch.setattr(rules, "MOST_ROWS", 2)

    rows = table(taken(cast.reviewer))

    assert len(rows) == 4
    assert "只导出了前" in rows[-1][0]
    assert Export.objects.get().more is True


def test_a_cell_that_begins_like_a_formula_is_guarded(cast: Cast) -> None:
    one = cast.submit(key="export-one")
    type(one).objects.filter(pk=one.pk).update(title='=HYPERLINK("http://x")')

    assert table(taken(cast.reviewer, columns=["title"]))[1] == ['\'=HYPERLINK("http://x")']


def test_without_a_column_or_a_format_nothing_is_exported_and_what_was_chosen_stays(cast: Cast) -> None:
    page = at(cast.reviewer).post("/desk/exports/cases", {"format": "csv"})
    assert page.status_code == 422
    assert "请至少选择一列" in page.content.decode()
    assert at(cast.reviewer).post("/desk/exports/cases", {"columns": "number", "format": "pdf"}).status_code == 422
    assert not Export.objects.exists()


def test_each_reads_their_own_exports_and_the_overseers_those_of_the_region(cast: Cast) -> None:
    taken(cast.reviewer)
    taken(cast.foreign_reviewer)

    def seen(account: Account) -> int:
        return at(account).get("/desk/exports").content.decode().count("SHA-256")

    assert [seen(who) for who in (cast.reviewer, cast.foreign_reviewer, cast.decider)] == [1, 1, 0]
    assert seen(cast.supervisor) == seen(cast.administrator) == 2


@pytest.mark.parametrize(
    ("key", "who"),
    [("tasks", "reviewer"), ("tickets", "reviewer"), ("letters", "clerk"), ("failures", "supervisor"),
     ("credit", "head"), ("quality", "editor"), ("indicators", "supervisor")],
)  # fmt: skip
def test_every_list_can_be_taken_away_by_who_sees_it_and_not_by_who_does_not(cast: Cast, key: str, who: str) -> None:
    cast.submit(key="export-one")
    account = getattr(cast, who)
    page = at(account).get(f"/desk/exports/{key}")
    assert page.status_code == 200
    columns = [column.key for column in LISTS[key].columns]

    rows = table(taken(account, f"/desk/exports/{key}", columns=columns))

    assert len(rows[0]) == len(columns)
    if key in ("tasks", "indicators"):
        assert len(rows) > 1
    assert at(cast.liu).get(f"/desk/exports/{key}").status_code == 403
