"""导航: where the pages lead; for staff by what their posts may. Reads the request, never the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest

EXTRA = ("/indicators",)
NAV = (
    ("首页", "/"),
    ("个人办事", "/items?audience=1"),
    ("企业办事", "/items?audience=2"),
    ("办件进度", "/progress"),
    ("我的办件", "/my"),
    ("运行公示", "/indicators"),
)
AT_HAND = (
    ("工作台", "/desk", ""),
    ("综合窗口", "/counter", "application.intake"),
    ("办件清单", "/desk/cases", "application.view"),
    ("诉求单", "/desk/tickets", "ticket.handle"),
)
"""Never folded. With the powers that a link is for, of which one is enough; without any it is for all staff."""
FOLDED = (
    ("事项", (
        ("事项管理", "/desk/catalog", "catalog.edit"),
        ("指南质量", "/desk/catalog/quality", "catalog.edit"),
        ("检索补词", "/desk/catalog/searches", "catalog.edit"),
        ("目录交换", "/desk/catalog/exchange", "catalog.edit"),
    )),
    ("文书通知", (
        ("待打印信函", "/desk/notices/letters", "notice.print"),
        ("送达失败", "/desk/notices/failures", "supervision.view"),
        ("通知模板", "/desk/notices/templates", "notice.word"),
        ("文书模板", "/desk/documents/templates", "document.word"),
        ("常用意见", "/desk/opinions", "application.review"),
    )),
    ("办事人", (
        ("当面核验", "/desk/people/seen", "person.see"),
        ("登记合并", "/desk/people/merging", "person.merge"),
        ("用户迁移", "/desk/people/migration", "platform.manage"),
        ("重置登录", "/desk/password-resets", "account.reset"),
        ("信用记录", "/desk/credit", "credit.repair"),
    )),
    ("岗位授权", (
        ("我能办什么", "/desk/my-powers", ""),
        ("授权书", "/desk/authorisations", "mandate.grant"),
        ("人员岗位", "/desk/staff", "post.assign"),
        ("岗位空缺", "/desk/vacant", "supervision.view"),
        ("工作证卡", "/desk/cards", "platform.manage"),
    )),
    ("监督统计", (
        ("流转统计", "/desk/flow", "flow.view"),
        ("收件质量", "/desk/intake-quality", "application.intake supervision.view"),
        ("导出记录", "/desk/exports", ""),
    )),
    ("数据对接", (
        ("上报回流", "/desk/reporting", "supervision.view platform.manage"),
        ("回流认领", "/desk/returned", "catalog.govern"),
        ("二次录入", "/desk/double-entry", "application.accept supervision.view"),
        ("系统接入", "/desk/sso/clients", "system.connect platform.manage"),
    )),
    ("平台", (
        ("平台运行", "/desk/operations", "platform.manage"),
        ("异常登录", "/desk/anomalies", "platform.manage"),
        ("保管期限", "/desk/retention", "data.hold platform.manage"),
    )),
)  # fmt: skip
"""Folded under one word each, for whoever has more links than stand side by side."""
SIDE_BY_SIDE = 7
BELOW = (
    ("/desk/powers", "/desk/my-powers"),
    ("/desk/mandates", "/desk/authorisations"),
    ("/desk/catalog/bulk", "/desk/catalog/exchange"),
    ("/desk/catalog/codes", "/desk/catalog/exchange"),
    ("/desk/catalog/aliases", "/desk/catalog/searches"),
    ("/desk/sso/askings", "/desk/sso/clients"),
)
"""Pages that stand under another link than their address says."""


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: str = ""
    """The value of aria-current: `page`, `true` (somewhere below it) or empty."""
    extra: bool = False
    """Left out in care mode."""


@dataclass(frozen=True)
class Menu:
    """Links under one word; without a word they stand side by side."""

    label: str
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


def for_everyone(request: HttpRequest) -> list[Link]:
    return list(_links(NAV, request))


def for_staff(acts: Iterable[str], request: HttpRequest) -> list[Menu]:
    """What a post's holder is led to: few links side by side, many folded by what they are about."""
    having = set(acts)

    def mine(entries: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
        return [(label, url) for label, url, powers in entries if not powers or having & set(powers.split())]

    groups = [("", mine(AT_HAND))] + [(label, mine(entries)) for label, entries in FOLDED]
    every = [entry for _, entries in groups for entry in entries]
    marked = {link.url: link for link in _links(every, request)}
    if len(every) <= SIDE_BY_SIDE:
        groups = [("", every)]
    return [
        Menu(label if len(entries) > 1 else "", tuple(marked[url] for _, url in entries))
        for label, entries in groups
        if entries
    ]


def _links(entries: Sequence[tuple[str, str]], request: HttpRequest) -> Iterator[Link]:
    places = [urlsplit(url).path for _, url in entries]
    stands = next((place for head, place in BELOW if request.path.startswith(head)), request.path)
    nearest = max((each for each in places if f"{stands}/".startswith(f"{each}/")), key=len, default="")
    for label, url in entries:
        wanted = urlsplit(url)
        asked = all(request.GET.get(key) == value for key, value in parse_qsl(wanted.query))
        here = request.path == wanted.path
        below = wanted.path != "/" and wanted.path == nearest
        current = "page" if here and asked else "true" if below and not wanted.query else ""
        yield Link(label, url, current, extra=url in EXTRA)
