"""自助终端: the guides on a standing screen, one question a screen, nothing to log in to, nothing left behind.

The answers travel in the address, so there is no session to lose; what a visitor did open is wiped at the end.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalog import documents, plain, queries, rules
from tongban.catalog.content import Content
from tongban.catalog.pages import shown
from tongban.catalog.popular import popular
from tongban.design.context import CARE_COOKIE

PER_SCREEN = 5
POPULAR = 4
COOKIE = "kiosk"
"""This browser is a terminal: only there an address alone may end a session."""
AUDIENCES = {"1": "个人办事", "2": "企业办事"}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return _screen(request, "catalog/kiosk/start.html", {"popular": popular()[:POPULAR]})


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """By initials of pinyin, a letter a touch; without any, what there is for people or for businesses."""
    typed = request.GET.get("q", "").replace("\0", "").strip()[:30]
    audience = request.GET.get("audience", "") if request.GET.get("audience") in AUDIENCES else ""
    after = request.GET.get("after", "").replace("\0", "")
    found = queries.find(typed=typed, audience=audience, limit=PER_SCREEN, after=after)
    kept = {"audience": audience} if audience else {}

    def to(**query: str) -> str:
        return f"{request.path}?{urlencode({**kept, **{k: v for k, v in query.items() if v}})}"

    context = {
        "typed": typed,
        "title": AUDIENCES.get(audience, "找事项"),
        "items": found,
        "next_url": to(q=typed, after=found[-1].after) if len(found) == PER_SCREEN else "",
        "first_url": to(q=typed) if after else "",
        "letters": [(letter, to(q=typed + letter)) for letter in string.ascii_lowercase],
        "back_url": to(q=typed[:-1]) if typed else "",
        "clear_url": to() if typed else "",
    }
    return _screen(request, "catalog/kiosk/find.html", context)


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The next open question; after the last, what to bring and where to go."""
    edition = queries.edition(code)
    content = edition.document
    answers = shown.answers_in(request.GET, content)
    given = dict(answers)
    asked = rules.asked(content, given)
    here = reverse("catalog:kiosk_guide", kwargs={"code": edition.code})
    position = next((at for at, question in enumerate(asked) if question.key not in given), None)
    before = [(question.key, given[question.key]) for question in asked[:position]]
    context: dict[str, object] = {
        "edition": edition,
        "content": content,
        "back_url": f"{here}?{urlencode(before[:-1])}" if before else "",
        "again_url": here if before else "",
    }
    if position is not None:
        question = asked[position]
        options = [(o.label, f"{here}?{urlencode([*before, (question.key, o.value)])}") for o in question.options]
        more = {"question": question, "options": options, "number": position + 1}
        return _screen(request, "catalog/kiosk/question.html", context | more)
    return _screen(request, "catalog/kiosk/materials.html", context | _bring(content, tuple(before)) | {
        "url": documents.guide_url(edition, tuple(before)),
        "notice_url": f"{reverse('catalog:notice', kwargs={'code': edition.code})}?{urlencode(before)}",
        "door": plain.door(content),
    })  # fmt: skip


def _bring(content: Content, answers: documents.Answered) -> dict[str, object]:
    needed = plain.needed(content, dict(answers))
    return {
        "needed": needed,
        "bring": [material for material in needed.rows if rules.needs_preparing(material)],
        "free": [material for material in needed.rows if not rules.needs_preparing(material)],
        "said": plain.answers_said(content, dict(answers)),
        "promised": rules.limit_words(content.promised) if content.promised else "",
        "fees": plain.fee_summary(content, dict(answers)) if needed.rows or content.promised else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest) -> HttpResponse:
    """Everything the visitor left in this browser is wiped; an address alone does so on a terminal only."""
    response = HttpResponseRedirect(reverse("catalog:kiosk"))
    response.status_code = 303
    if request.method == "POST" or COOKIE in request.COOKIES:
        logout(request)
        for name in (CARE_COOKIE, "messages", settings.CSRF_COOKIE_NAME):
            response.delete_cookie(name, samesite="Lax")
        response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response


def _screen(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    response = render(request, template, dict(context))
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(COOKIE, "1", httponly=True, samesite="Strict", secure=request.is_secure())
    return response
