from __future__ import annotations

import pytest

from tests.api.door import Door, door_of
from tests.people import Cast


@pytest.fixture
def liu(cast: Cast) -> Door:
    return door_of(cast.liu)


@pytest.fixture
def stranger(cast: Cast) -> Door:
    return door_of(cast.stranger)


@pytest.fixture
def reviewer(cast: Cast) -> Door:
    return door_of(cast.reviewer)


@pytest.fixture
def decider(cast: Cast) -> Door:
    return door_of(cast.decider)


@pytest.fixture
def head(cast: Cast) -> Door:
    return door_of(cast.head)


@pytest.fixture
def clerk(cast: Cast) -> Door:
    return door_of(cast.clerk)


@pytest.fixture
def clerk_two(cast: Cast) -> Door:
    return door_of(cast.clerk_two)


@pytest.fixture
def nobody() -> Door:
    return Door()
