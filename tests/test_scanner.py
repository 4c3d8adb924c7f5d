"""体检 knows whether the virus scanner answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tongban.files.tests.daemon import daemon
from tongban.site import doctor


@pytest.mark.django_db
def test_the_doctor_says_how_the_scanner_is(settings: Any) -> None:
    with daemon() as address:
        settings.TONGBAN = replace(settings.TONGBAN, clamav=address)
        assert doctor._scanner().says.startswith("ClamAV 1.4.2")
    assert not doctor._scanner().well, "it has gone"

    settings.TONGBAN = replace(settings.TONGBAN, clamav="")
    assert (doctor._scanner().well, "未扫描" in doctor._scanner().says) == (True, True)
