"""Signing in otherwise than by a password of one's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.instance import MOMENT, Instance

pytestmark = pytest.mark.browser
covers = pytest.mark.covers


@pytest.fixture
def city(instance: Instance) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tongban.site.demo.municipal", "--port", str(instance.municipal_port), "--now", MOMENT],
        stdout=subprocess.PIPE, text=True, env=instance.environ,
    )  # fmt: skip
    try:
        assert process.stdout and process.stdout.readline().startswith("http")
        yield
    finally:
        process.terminate()
        process.wait(10)


@covers("authentication:municipal", "authentication:municipal_back")
def test_a_citizen_comes_in_by_the_city(visit: Visit, city: None) -> None:
    page = visit()
    page.goto("/login?next=/my/licences")
    page.get_by_role("link", name="市统一身份认证").click()
    page.get_by_role("link", name="刘晓燕").click()

    page.wait_for_url("**/my/licences")
    expect(page.get_by_role("link", name="刘晓燕")).to_be_visible()
