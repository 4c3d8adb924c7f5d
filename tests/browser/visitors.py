"""Who visits: browser contexts by person, with everything watched that a page must not do."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from weakref import WeakSet

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tongban.site.demo.logins import DEMO_PASSWORD

Size = dict[str, int]
DESK: Size = {"width": 1366, "height": 768}
PHONE: Size = {"width": 375, "height": 812}
Care = Literal["", "large", "xlarge"]
ASSETS = ("stylesheet", "script", "image", "font")
AXE = Axe()
STATUS_LINE = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")
"""Chromium says so of every refusal page too; what an asset or a fault of the server means is told by the response."""
LEFT_BEHIND = re.compile(r"^htmx:(sendAbort|afterRequest), ")
"""htmx says so of a request that was on its way when the page was left; one that failed says sendError or responseError."""
_silent: WeakSet[BrowserContext] = WeakSet()
"""Contexts without JavaScript."""


@dataclass
class Visitors:
    """Opens pages for people, remembers their logins, and keeps what went wrong on any of their pages."""

    browser: Browser
    url: str
    states: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)
    kept: dict[tuple[str, str], Page] = field(default_factory=dict)
    seen: list[Page] = field(default_factory=list)

    def visit(
        self, username: str = "", *, javascript: bool = True, size: Size = DESK, care: Care = "", trace: bool = True
    ) -> Page:
        """A page of a new context, signed in when a name is given."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport=size,  # type: ignore[arg-type]
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=javascript,
            storage_state=self.state_of(username) if username else None,
        )
        context.set_default_timeout(10_000)
        if not javascript:
            _silent.add(context)
        if care:
            context.add_cookies([{"name": "type", "value": care, "url": self.url}])
        if trace:
            context.tracing.start(snapshots=bool(os.environ.get("TONGBAN_SNAPSHOTS")))
            self.contexts.append(context)
        page = context.new_page()
        self._watch(page)
        return page

    def same(self, username: str, care: Care) -> Page:
        """The page kept for that person and type size: for tests that only look."""
        if (username, care) not in self.kept:
            self.kept[username, care] = self.visit(username, care=care, trace=False)
        self.seen = [self.kept[username, care]]
        return self.kept[username, care]

    def state_of(self, username: str) -> Any:
        """Logged in once, through the page; afterwards its cookies are enough."""
        if username not in self.states:
            context = self.browser.new_context(base_url=self.url)
            page = context.new_page()
            log_in(page, username)
            self.states[username] = context.storage_state()
            context.close()
        return self.states[username]

    def check(self) -> None:
        """Fails when any page did what it must not."""
        found = list(dict.fromkeys(self.faults))
        self.faults.clear()
        assert not found, "\n".join(found)

    def leave(self, failed_as: str, results: Path) -> None:
        """Close the contexts of one test; after a failure keep a trace and a picture of each page."""
        for number, context in enumerate(self.contexts):
            if failed_as:
                context.tracing.stop(path=results / f"{failed_as}-{number}.zip")
            else:
                context.tracing.stop()
            context.close()
        self.contexts.clear()
        self.faults.clear()

    def picture(self, name: str, results: Path) -> None:
        """What the pages of this test show now."""
        open_pages = [page for context in self.contexts for page in context.pages]
        for number, page in enumerate(open_pages or self.seen):
            page.screenshot(path=results / f"{name}-{number}.png", full_page=True)

    def _watch(self, page: Page) -> None:
        def told(message: Any) -> None:
            expected = STATUS_LINE.match(message.text) or LEFT_BEHIND.match(message.text)
            if message.type == "error" and not expected:
                self.faults.append(f"{page.url}: console: {message.text}")

        def answered(response: Response) -> None:
            asset = response.request.resource_type in ASSETS
            if response.status >= 500 or (asset and response.status >= 400):
                self.faults.append(f"{response.url}: answered {response.status}")

        page.on("console", told)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("response", answered)


def log_in(page: Page, username: str, password: str = DEMO_PASSWORD) -> None:
    """Through the login page; stays there when it isn't open yet."""
    if "/login" not in page.url:
        page.goto("/login")
    page.get_by_label("账号", exact=True).fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


def looks_right(page: Page) -> None:
    """What holds for every page: a title, one h1, nothing wider than the window."""
    expect(page, f"{page.url} has no title").to_have_title(re.compile(r"\S"))  # a page still on its way has none yet
    headings = page.locator("h1").all_inner_texts()
    assert len(headings) == 1, f"{page.url} has {len(headings)} h1: {headings}"
    assert "�" not in page.content() and "{{" not in page.content(), f"{page.url} shows unfinished text"
    fits(page)


def is_for_everyone(page: Page, address: str, *, care: Care, name: str) -> None:
    """Opens, looks right wide and narrow, and axe finds nothing; a picture of each, when TONGBAN_PICTURES names a folder."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    answer = page.goto(address)
    assert answer and answer.status == 200
    if not care:  # the same elements, only larger
        is_accessible(page, contrast=not address.startswith("/desk"))  # whose colours stand on /design/desk
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks_right(page)
        if folder := os.environ.get("TONGBAN_PICTURES"):
            file = re.sub(r"\W+", "-", f"{name}{care}-{size['width']}").strip("-")
            page.screenshot(path=Path(folder, f"{file}.png"), full_page=True)


def fits(page: Page) -> None:
    """No horizontal scrolling; names what sticks out."""
    found = page.evaluate(
        """() => {
          const width = innerWidth;
          if (document.scrollingElement.scrollWidth <= width) return "";
          const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1);
          return `${document.scrollingElement.scrollWidth} > ${width}: ` + wide.slice(0, 6).map(
            e => e.tagName.toLowerCase() + "." + e.className + " " + (e.textContent || "").trim().slice(0, 30)).join(" | ");
        }"""
    )
    assert not found, f"{page.url} scrolls sideways: {found}"


def is_accessible(page: Page, *, contrast: bool = True) -> None:
    """axe finds nothing at all. Contrast is most of its time. Not for a page without JavaScript: axe would never end there."""
    assert page.context not in _silent, "axe needs JavaScript; look at this page in a context that has it"
    results = AXE.run(
        page,
        options={
            "resultTypes": ["violations"],
            "preload": False,
            "rules": {"color-contrast": {"enabled": contrast}},
        },
    )
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['target']} {node['html'][:200]}" for node in violation["nodes"][:6])
        for violation in results.response["violations"]
    ]
    assert not lines, f"{page.url} {page.viewport_size}\n" + "\n".join(lines)
