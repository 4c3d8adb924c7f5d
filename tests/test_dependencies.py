"""Dependencies may be depended on: their licences are compatible with Apache-2.0."""

from __future__ import annotations

import pytest

from tools import dependencies


def test_every_licence_is_allowed() -> None:
    found = {name: dependencies.licence_of(name) for name in dependencies.running()}
    installed = {name: licence for name, licence in found.items() if licence is not None}

    assert {name: licence for name, licence in installed.items() if not dependencies.allowed(licence)} == {}
    assert len(installed) > 40, "most of them are installed here"


@pytest.mark.parametrize(
    ("licence", "well"),
    [
        ("AGPL-3.0-only", False),
        ("MIT", True),
        ("GPL-3.0 OR Apache-2.0", True),
        ("MIT AND GPL-2.0-only", False),
        ("", False),
    ],
)
def test_of_two_licences_one_may_be_chosen_and_both_together_bind(licence: str, well: bool) -> None:
    assert dependencies.allowed(licence) is well
