"""What every answer has in common: strict CSP, a refusal as a page, 503 while the database is away."""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from tongban.kernel.refusals import Forbidden, NotFound, Refusal, Unavailable, Unidentified

Handler = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
RETRY_AFTER = "5"


class ContentSecurity:
    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.handler(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cookie" in response.headers.get("Vary", ""):  # made for one person
            response.headers.setdefault("Cache-Control", "private, no-cache")
        if request.headers.get("HX-Request") or response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request"]))
        return response


def problem(refusal: Refusal, *, faults: list[dict[str, str]] | None = None) -> JsonResponse:
    """RFC 9457."""
    body: dict[str, object] = {
        "type": f"/errors#{refusal.code}",
        "title": str(refusal),
        "status": refusal.status,
        "code": refusal.code,
    }
    if refusal.hint:
        body["detail"] = refusal.hint
    if refusal.field:
        body["field"] = refusal.field
    if faults:
        body["faults"] = faults
    answer = JsonResponse(
        body, status=refusal.status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
    if refusal.status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER
    if refusal.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


class DatabaseAway:
    """The database is gone or overloaded: 503 with Retry-After, and nothing was done."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.handler(request)
        except (OperationalError, InterfaceError):
            return away(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return away(request) if isinstance(error, OperationalError | InterfaceError) else None


def away(request: HttpRequest) -> HttpResponse:
    reason, hint = "系统暂时连不上数据库，您刚才的操作没有执行", "请稍等几秒再试一次；填写的内容请不要关闭页面"
    if request.path.startswith("/api/"):
        return problem(Unavailable("database_away", reason, hint))
    # No request context: the chrome of a page may ask the database.
    page = render_to_string("design/away.html", {"reason": reason, "hint": hint})
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER})


class Problems:
    """Under /api/ an error that the framework answered in its own way (405, 400, 500) becomes a problem too."""

    WORDS = {
        405: ("method_not_allowed", "这个地址不接受这种请求方法", "请对照 /api/v1/openapi.json"),
        500: ("failed", "系统出错了，我们已记录", "请稍后重试；若仍不行，请拨打 12345"),
    }

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.handler(request)
        if not request.path.startswith("/api/") or response.status_code < 400:
            return response
        if response.headers.get("Content-Type") == "application/problem+json":
            return response
        code, reason, hint = self.WORDS.get(
            response.status_code,
            ("request_malformed", "请求不能理解", "请求体应为 JSON，不大于 1 MB；附件不大于 20 MB"),
        )
        refusal = Refusal(code, reason, hint)
        refusal.status = response.status_code
        answer = problem(refusal)
        if "Allow" in response.headers:
            answer.headers["Allow"] = response.headers["Allow"]
        return answer


class Refusals:
    """A Refusal that a page did not answer itself becomes a page with the reason and the next step."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.handler(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal_page(request, error) if isinstance(error, Refusal) else None


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if isinstance(refusal, Unidentified):
        from django.contrib.auth.views import redirect_to_login

        return redirect_to_login(request.get_full_path())
    return render(request, "design/refusal.html", {"refusal": refusal}, status=refusal.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    refusal = NotFound("page_not_found", "没有这个页面", "请检查网址，或者从首页搜索您要办的事")
    if request.path.startswith("/api/"):
        return problem(refusal)
    return refusal_page(request, refusal)


def failed(request: HttpRequest) -> HttpResponse:
    page = render_to_string(
        "design/away.html", {"reason": "系统出错了，我们已记录", "hint": "请返回重试；若仍不行，请拨打 12345"}
    )
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    refusal = Forbidden(
        "form_expired", "页面停留太久，出于安全需要重新打开", "请返回上一页刷新后再提交；已存的草稿不会丢"
    )
    return refusal_page(request, refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself refuses: a wrong host, too many fields, a body that is too large."""
    refusal = Refusal("request_refused", "请求不符合要求，没有执行", "请从首页重新进入；文件请压缩后再传")
    if request.path.startswith("/api/"):
        return problem(refusal)
    page = render_to_string("design/away.html", {"reason": refusal.reason, "hint": refusal.hint})
    return HttpResponse(page, status=400)
