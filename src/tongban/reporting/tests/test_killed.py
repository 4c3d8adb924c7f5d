"""kill -9 between sending and the receipt, of a real process on a committed database: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.people import Cast
from tests.server import database
from tongban.applications.tests.scenes import Stage
from tongban.kernel import bookkeeper
from tongban.kernel.actors import system
from tongban.reporting import actions
from tongban.reporting.tests.other_side import SECRET, OtherSide, other_side


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_is_killed_before_its_receipt_is_followed_by_one_that_asks(cast: Cast, tmp_path: Path) -> None:
    cast.body.uscc = "11500199MB0000001X"
    cast.body.save(update_fields=["uscc"])
    stage = Stage(cast)
    with other_side(tmp_path) as there:
        target = actions.set_target(
            "city", name="市级平台", url=there.url, form="national", secret=SECRET, by=system("tests"), now=cast.now
        )
        numbers = sorted(stage.decided() for _ in range(3))
        while bookkeeper.link_waiting():
            pass
        there.misbehave(delay=30)
        sender = subprocess.Popen(
            [sys.executable, "-m", "tongban.site.cli", "report", "run"],
            env=os.environ | {"DATABASE_URL": database(os.environ["DATABASE_URL"], str(connection.settings_dict["NAME"]))},
        )  # fmt: skip
        try:
            arrived(there, sender)
        finally:
            sender.send_signal(signal.SIGKILL)
            ended = sender.wait()
        assert ended == -signal.SIGKILL
        there.misbehave(delay=0)
        assert set(target.rows.values_list("state", flat=True)) == {"sent"}

        assert actions.turn(target, now=datetime.now(UTC) + timedelta(minutes=2)) == 1

        assert sorted(there.arrivals()) == [(number, 1) for number in numbers]
        assert set(target.rows.values_list("state", flat=True)) == {"acknowledged"}


def arrived(there: OtherSide, sender: subprocess.Popen[bytes]) -> None:
    """The batch was taken; its receipt is on its way."""
    for _ in range(600):
        if there.arrivals():
            return
        assert sender.poll() is None, "the sender ended too early"
        time.sleep(0.1)
    raise AssertionError("nothing arrived")
