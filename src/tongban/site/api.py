"""The API, assembled from the rooms' routers; every error is problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer

from tongban.analytics.api import router as analytics
from tongban.applications.api import router as applications
from tongban.catalog.api import router as catalog
from tongban.evaluations.api import router as evaluations
from tongban.files.api import router as files
from tongban.flow.api import router as flow
from tongban.identity.queries import actor_of_token
from tongban.kernel import clock
from tongban.kernel.refusals import Invalid, Refusal, Unidentified
from tongban.kernel.typed import unstorable
from tongban.licences.api import router as licences
from tongban.reporting.api import router as reporting
from tongban.site.middleware import away, problem


class Bearer(HttpBearer):
    """`Authorization: Bearer …`; sets `request.actor`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        request.actor = actor_of_token(token, now=clock.now())  # type: ignore[attr-defined]
        return request.actor  # type: ignore[attr-defined]


class StorableJson(Parser):
    """JSON without NUL and halves of characters: no column, no log and no index can hold them."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = super().parse_body(request)
        if unstorable(body):
            raise Refusal("characters", "请求含有不能处理的字符（NUL 或残缺的字符）", "请去掉后重试")
        return body


class ReadableJson(JSONRenderer):
    """Chinese as it is read: half the bytes of its escapes."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="通办 API",
    version="1",
    description="一体化政务服务平台：事项、办件、待办、证照。错误均为 application/problem+json。",
    auth=Bearer(),
    parser=StorableJson(),
    renderer=ReadableJson(),
    urls_namespace="api",
    docs_url=None,
)
for router in (catalog, files, applications, flow, licences, reporting, evaluations, analytics):
    api.add_router("", router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    faults = None
    if isinstance(refusal, Invalid):
        faults = [{"code": f.code, "reason": f.reason, "hint": f.hint, "field": f.field} for f in refusal.faults]
    return problem(refusal, faults=faults)


@api.exception_handler(AuthenticationError)
def unidentified(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(Unidentified("token_missing", "请带上访问令牌", "Authorization: Bearer <令牌>"))


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Wrong types and missing keys, as pydantic found them, each with its place."""
    faults = [_fault(one) for one in error.errors]
    refusal = Refusal("request_malformed", f"请求格式不对：{faults[0]['reason']}", "", faults[0]["field"])
    return problem(refusal, faults=faults)


def _fault(error: dict[str, Any]) -> dict[str, str]:
    place: Sequence[Any] = error.get("loc", ())
    return {
        "code": str(error.get("type", "")),
        "reason": str(error.get("msg", "")),
        "field": ".".join(map(str, place[1:])),
    }


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Refusal):  # ninja wraps what the parser raises
        return refused(request, error.__cause__)
    refusal = Refusal("request_malformed", f"请求不能理解：{error}", "请求体应为 JSON")
    refusal.status = error.status_code
    return problem(refusal)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    return away(request)
