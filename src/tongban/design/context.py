"""What every page shows around its content. Reads the request and the settings, never the database."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from tongban.design import navigation
from tongban.design.navigation import Link, Menu

CARE_COOKIE = "type"
CARE_TYPES = ("large", "xlarge")


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
        return navigation.for_everyone(self.request)

    @property
    def staff_nav(self) -> list[Menu]:
        if not self.staff:
            return []
        posts = self.request.actor.posts  # type: ignore[attr-defined]
        return navigation.for_staff((act for post in posts for act in post.role.acts), self.request)

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
