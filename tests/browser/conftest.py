"""The browser lane: in each process one instance, one Chromium, a fixed clock; a test leaves a trace and pictures when it fails."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.instance import Instance, running
from tests.browser.visitors import Visitors

RESULTS = Path(__file__).parents[2] / "test-results"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
Visit = Callable[..., Page]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "covers(*names): the pages, by the names of their routes, that a test opens")


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    with running(Path(os.environ["TONGBAN_DATA"]) / "browser", RESULTS) as one:
        yield one


@pytest.fixture(scope="session")
def waiting_cases(instance: Instance) -> Iterator[str]:
    return iter(json.loads(instance.run("tests.browser.cases", "60")))


@pytest.fixture
def waiting(waiting_cases: Iterator[str]) -> str:
    """The number of a case of 周德福's that waits to be accepted, for this test alone."""
    return next(waiting_cases)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.fail(f"The browser lane needs one of {', '.join(BROWSERS)}; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def visitors(browser: Browser, instance: Instance) -> Visitors:
    return Visitors(browser, instance.url)


@pytest.fixture
def visit(visitors: Visitors, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """`visit("liu_xiaoyan")` opens a page in a context of its own."""
    yield visitors.visit
    visitors.leave(_name(request.node) if _failed(request.node) else "", RESULTS)


FAILED = pytest.StashKey[bool]()


def _failed(item: pytest.Item) -> bool:
    return item.stash.get(FAILED, False)


def _name(item: pytest.Item) -> str:
    return re.sub(r"[^\w.-]+", "-", item.name)[:80]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Console errors, CSP violations and broken answers fail the test they happened in."""
    visitors: Visitors | None = getattr(item, "funcargs", {}).get("visitors")
    try:
        yield
        if visitors:
            visitors.check()
    except BaseException:
        if visitors:
            item.stash[FAILED] = True
            RESULTS.mkdir(exist_ok=True)
            visitors.picture(_name(item), RESULTS)
        raise
