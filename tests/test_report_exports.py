"""The tables as files: one table or all, by day, with what is missing in a file of its own; and the commands that write them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.people import Cast
from tongban.applications.tests.scenes import Stage
from tongban.kernel import bookkeeper
from tongban.reporting import exports
from tongban.reporting.models import ReportTarget
from tongban.reporting.tables import FORMATS
from tongban.reporting.tests.other_side import SECRET, OtherSide, other_side
from tongban.site import cli

UTF8 = "utf-8"


@pytest.fixture
def stage(cast: Cast) -> Stage:
    cast.body.uscc = "11500199MB0000001X"
    cast.body.save(update_fields=["uscc"])
    return Stage(cast)


@pytest.fixture(autouse=True)
def database_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands run in the test's own database."""
    from contextlib import nullcontext

    monkeypatch.setattr("tongban.site.cli.database.reachable", nullcontext)


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding=UTF8, newline="") as file:
        return list(csv.DictReader(file))


def test_all_tables_of_a_format_with_every_case_once(stage: Stage, tmp_path: Path) -> None:
    decided, open_ = stage.decided(), stage.accepted()
    stage.submitted()
    today = stage.now.date()

    done = exports.export_format("national", tmp_path / "march", first=today, last=today, now=stage.now)

    folder = tmp_path / "march"
    assert done.cases == 3 and done.gaps == 0
    assert sorted(row["project_no"] for row in rows_in(folder / "up_pro_accept.csv")) == sorted([decided, open_])
    assert [row["project_no"] for row in rows_in(folder / "up_pro_result.csv")] == [decided]
    assert {path.stem for path in folder.iterdir()} == {table.name for table in FORMATS["national"]} | {"gaps"}
    assert folder.stat().st_mode & 0o077 == 0


def test_a_row_with_a_gap_is_left_out_and_told_by_the_name_of_the_field(stage: Stage, tmp_path: Path) -> None:
    number = stage.decided()
    stage.cast.body.uscc = None
    stage.cast.body.save(update_fields=["uscc"])
    today = stage.now.date()

    done = exports.export_format("national", tmp_path, first=today, last=today, now=stage.now)

    assert (done.gaps, rows_in(tmp_path / "up_pro_accept.csv")) == (1, [])
    assert [(row["case"], row["field"], row["code"]) for row in rows_in(tmp_path / "gaps.csv")] == [
        (number, "org_code", "missing")
    ]


def test_more_cases_than_a_chunk(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.reporting.reading.CHUNK", 2)
    numbers = [stage.submitted() for _ in range(5)]
    today = stage.now.date()

    exports.export_format("gbt39046", tmp_path, first=today, last=today, now=stage.now)

    assert [row["case_number"] for row in rows_in(tmp_path / "gb_application.csv")] == sorted(numbers)


def test_the_export_command(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number, day = stage.decided(), stage.now.date().isoformat()
    path = tmp_path / "results.csv"

    days = ["--from", day, "--to", day]
    assert cli.main(["report", "export", str(path), "--table", "up_pro_result", *days]) == 0
    assert [row["project_no"] for row in rows_in(path)] == [number]
    assert path.stat().st_mode & 0o077 == 0
    assert "办件结果 1 行" in capsys.readouterr().out
    assert cli.main(["report", "export", str(path), "--table", "up_pro_rumour", *days]) == 1
    assert "没有 up_pro_rumour 这张表" in capsys.readouterr().err


@pytest.fixture
def there(tmp_path: Path) -> Iterator[OtherSide]:
    with other_side(tmp_path) as one:
        yield one


def test_the_commands_that_report_and_compare(
    stage: Stage, there: OtherSide, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    while bookkeeper.link_waiting():
        pass
    assert cli.main(["report", "run"]) == 1
    assert "没有登记目标平台" in capsys.readouterr().err
    enter = ["report", "target", "city", "--name", "市级平台", "--url", there.url, "--format", "national"]
    assert cli.main([*enter, "--secret-file", str(tmp_path / "secret.txt")]) == 0
    assert str(ReportTarget.objects.get().secret) == SECRET
    number = stage.decided()
    while bookkeeper.link_waiting():
        pass

    assert cli.main(["report", "run"]) == 0
    assert cli.main(["report", "verify"]) == 0
    assert there.arrivals() == [(number, 1)]

    there.misbehave(lose_cases=1)
    lost = stage.decided()
    while bookkeeper.link_waiting():
        pass
    assert cli.main(["report", "run"]) == 0
    assert cli.main(["report", "verify", "--target", "city"]) == 1
    assert lost in capsys.readouterr().out
    there.process.kill()
    assert cli.main(["report", "verify"]) == 1
    assert "对方没有回答" in capsys.readouterr().err


def test_the_commands_of_vertical_systems(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cast.liu.person
    assert cli.main(["vertical-system", "tax", "--name", "电子税务局", "--account", "tax_system", "--we-report"]) == 0
    path = tmp_path / "returned.csv"
    path.write_text(
        "number,item,name,id_number,state,applied_at\n"
        f"T-1,{cast.guide.code},刘晓燕,{cast.liu.person.id_number},accepted,2026-02-25\nT-2,,刘晓燕,1,accepted,2026-02-25\n",
        UTF8,
    )

    assert cli.main(["import-returned", str(path), "--system", "tax"]) == 1
    told = capsys.readouterr().out
    assert "新增或变更 1" in told and "事项编码：必填" in told
    assert cast.liu.person.id_number not in told
    assert cli.main(["token", "tax_system"]) == 0


def test_days_before_and_after_are_left_out(stage: Stage, tmp_path: Path) -> None:
    stage.submitted()
    day = stage.now.date() + timedelta(days=1)

    assert exports.export_format("gbt39046", tmp_path, first=day, last=day, now=stage.now).cases == 0
