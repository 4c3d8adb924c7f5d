"""What every page shows around its content. Reads the request and the settings, never the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http import HttpRequest

CARE_COOKIE = "type"
CARE_TYPES = ("large", "xlarge")

EXTRA = ("/indicators",)
NAV = (
    ("首页", "/"),
    ("个人办事", "/items?audience=1"),
    ("企业办事", "/items?audience=2"),
    ("办件进度", "/progress"),
    ("我的办件", "/my"),
    ("运行公示", "/indicators"),
)
STAFF_NAV = (
    ("工作台", "/desk", ""),
    ("综合窗口", "/counter", "application.intake"),
    ("办件清单", "/desk/cases", "application.view"),
    ("流转统计", "/desk/flow", "flow.view"),
    ("收件质量", "/desk/intake-quality", "application.intake supervision.view"),
    ("岗位空缺", "/desk/vacant", "supervision.view"),
    ("诉求单", "/desk/tickets", "ticket.handle"),
    ("当面核验", "/desk/people/seen", "person.see"),
    ("登记合并", "/desk/people/merging", "person.merge"),
    ("用户迁移", "/desk/people/migration", "platform.manage"),
    ("重置登录", "/desk/password-resets", "account.reset"),
    ("待打印信函", "/desk/notices/letters", "notice.print"),
    ("送达失败", "/desk/notices/failures", "supervision.view"),
    ("通知模板", "/desk/notices/templates", "notice.word"),
    ("文书模板", "/desk/documents/templates", "document.word"),
    ("授权书", "/desk/authorisations", "mandate.grant"),
    ("人员岗位", "/desk/staff", "post.assign"),
    ("我能办什么", "/desk/my-powers", ""),
    ("信用记录", "/desk/credit", "credit.repair"),
    ("系统接入", "/desk/sso/clients", "system.connect platform.manage"),
    ("常用意见", "/desk/opinions", "application.review"),
    ("事项管理", "/desk/catalog", "catalog.edit"),
    ("指南质量", "/desk/catalog/quality", "catalog.edit"),
    ("检索补词", "/desk/catalog/searches", "catalog.edit"),
    ("目录交换", "/desk/catalog/exchange", "catalog.edit"),
    ("导出记录", "/desk/exports", ""),
    ("保管期限", "/desk/retention", "data.hold platform.manage"),
    ("上报回流", "/desk/reporting", "supervision.view platform.manage"),
    ("回流认领", "/desk/returned", "catalog.govern"),
    ("二次录入", "/desk/double-entry", "application.accept supervision.view"),
    ("工作证卡", "/desk/cards", "platform.manage"),
    ("异常登录", "/desk/anomalies", "platform.manage"),
    ("平台运行", "/desk/operations", "platform.manage"),
)
"""With the powers that a link is for, of which one is enough; without any it is for all staff."""
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
class CareChoice:
    """One button of the care switch: the type it asks for."""

    value: str
    label: str


@dataclass(frozen=True)
class Chrome:
    """页面外框. The account and the staff links are asked for only when a template shows them."""

    request: HttpRequest
    site_name: str
    office: str
    demo: bool
    care: str

    @property
    def path(self) -> str:
        return self.request.get_full_path()

    @property
    def signed_in(self) -> bool:
        return bool(getattr(getattr(self.request, "user", None), "is_authenticated", False))

    @property
    def account(self) -> str:
        user = getattr(self.request, "user", None)
        return str(getattr(user, "display_name", "") or user or "")

    @property
    def staff(self) -> bool:
        return bool(getattr(getattr(self.request, "actor", None), "is_staff", False))

    @property
    def nav(self) -> list[Link]:
        return list(_links(NAV, self.request))

    @property
    def staff_nav(self) -> list[Link]:
        if not self.staff:
            return []
        acts = {act for post in self.request.actor.posts for act in post.role.acts}  # type: ignore[attr-defined]
        mine = tuple((label, url) for label, url, powers in STAFF_NAV if not powers or acts & set(powers.split()))
        return list(_links(mine, self.request))

    @property
    def care_choices(self) -> list[CareChoice]:
        return care_choices(self.care)


def chrome(request: HttpRequest) -> dict[str, object]:
    house = settings.TONGBAN
    return {
        "chrome": Chrome(
            request=request,
            site_name=house.site_name,
            office=house.office,
            demo=house.demo,
            care=care_type(request.COOKIES.get(CARE_COOKIE, "")),
        )
    }


def care_type(value: str) -> str:
    return value if value in CARE_TYPES else ""


def care_choices(care: str) -> list[CareChoice]:
    """The buttons that lead away from the present type."""
    if not care:
        return [CareChoice("large", "关怀版（大字）")]
    other = CareChoice("xlarge", "字再大些") if care == "large" else CareChoice("large", "字小一些")
    return [CareChoice("", "返回标准版"), other]


def _links(entries: tuple[tuple[str, str], ...], request: HttpRequest) -> Iterator[Link]:
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
