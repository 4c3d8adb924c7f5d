"""The browser lane: in each process one instance, one Chromium, a fixed clock; a test leaves a trace and pictures when it fails."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.instance import Instance, running
from tests.browser.visitors import Visitors

RESULTS = Path(__file__).parents[2] / "test-results"
SHELL = "chromium-headless-shell"
"""The same engine without windows: less work for the machine."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with _opened(playwright, SHELL, *BROWSERS) as one:
        yield one


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """With what the shell leaves out: its viewer of PDFs."""
    with _opened(playwright, *BROWSERS) as one:
        yield one


@pytest.fixture
def remembering_browser(playwright: Playwright) -> Iterator[Browser]:
    """As people have it: it keeps whole pages in memory for Back and Forward, which Playwright turns off."""
    with _opened(playwright, *BROWSERS, without=["--disable-back-forward-cache"]) as one:
        yield one


@contextmanager
def _opened(playwright: Playwright, *names: str, without: list[str] | None = None) -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.fail(f"The browser lane needs one of {', '.join(names)}; on Debian: apt-get install chromium")
    opened = playwright.chromium.launch(executable_path=executable, args=FLAGS, ignore_default_args=without)
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


@pytest.fixture
def visit_whole(
    whole_browser: Browser, visitors: Visitors, instance: Instance, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """`visit`, in the whole browser."""
    whole = Visitors(whole_browser, instance.url, faults=visitors.faults)
    yield whole.visit
    whole.leave(_name(request.node) if _failed(request.node) else "", RESULTS)


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
