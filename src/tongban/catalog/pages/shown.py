"""What a guide's page shows of its edition: rendered once for each set of answers, and kept in memory.

A published edition never changes, so this part of the page can't go stale; which edition is published is asked each
time. What depends on the viewer (slots, the frame around it) is put in between afterwards.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from tongban.catalog import plain, queries, rules, structured
from tongban.catalog.conditions import in_words
from tongban.catalog.content import Attachment, Content, Material
from tongban.catalog.content.labels import TYPES
from tongban.catalog.documents import Answered, guide_url
from tongban.catalog.lists import LISTS, Listed
from tongban.catalog.models import Edition
from tongban.design.context import CARE_COOKIE, care_type
from tongban.design.slots import slots_for

MOST_KEPT = 1024
"""Pages in memory, some 20 kB each."""
SLOTS = ("catalog.guide.start", "catalog.guide.side")
_MARK = secrets.token_hex(16)
"""Where something of the viewer's goes. Nobody outside the process knows it, so no edition can contain it."""
_MARKED = re.compile(f"{_MARK}:([a-z._]+);")
_TOKEN = "csrf_token"  # noqa: S105 - the name of a variable
ASK_AGAIN = {"Cache-Control": "private, no-cache"}
"""A browser may keep the page, and asks before it shows it again: an edition may have been published since."""
_EMPTY_SLOTS = {name: [f"{_MARK}:{name};"] for name in SLOTS}


@dataclass(frozen=True)
class Past:
    """Said above a version that is no longer in force."""

    words: str
    current: int | None
    current_url: str


@dataclass(frozen=True)
class Pieces:
    """A rendered part, cut where slots go: text, slot, text, …, text."""

    cut: tuple[str, ...]

    def __call__(self, slots: Mapping[str, Sequence[str]]) -> SafeString:
        """The whole, with the viewer's slots in their places."""
        parts = ["\n".join(slots.get(part, ())) if at % 2 else part for at, part in enumerate(self.cut)]
        return mark_safe("".join(parts))  # noqa: S308 - made of rendered templates

    @cached_property
    def digest(self) -> bytes:
        return blake2b("\0".join(self.cut).replace(_MARK, "").encode(), digest_size=12).digest()

    def tag(self, *others: str) -> str:
        """The `ETag` of the whole with these in between; the same in every process."""
        made = blake2b(self.digest + "\0".join(others).encode(), digest_size=12)
        return f'"{made.hexdigest()}"'


@dataclass(frozen=True)
class Shown:
    crumb: SafeString
    main: Pieces
    aside: Pieces


class _Kept:
    """Whole pages by what they depend on, the one longest unread given up first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.pages: OrderedDict[tuple[object, ...], Pieces] = OrderedDict()

    def get(self, *key: object) -> Pieces | None:
        found = self.pages.get(key)
        if found is not None:
            self.pages.move_to_end(key)
        return found

    def keep(self, page: Pieces, *key: object) -> Pieces:
        self.pages[key] = page
        while len(self.pages) > self.most:
            self.pages.popitem(last=False)
        return page


_anonymous = _Kept(MOST_KEPT)


def answers_in(query: QueryDict, content: Content) -> Answered:
    """The answers in an address that are answers; everything else there is nobody's business."""
    known = ((question.key, query.get(question.key, ""), question.options) for question in content.questions)
    return tuple((key, value) for key, value, options in known if value in {option.value for option in options})


@lru_cache(maxsize=MOST_KEPT)
def of(pk: int, answers: Answered) -> Shown:
    """The published edition for these answers."""
    return rendered(queries.edition_by_id(pk), answers)


def page(request: HttpRequest, edition: Edition, answers: Answered) -> HttpResponse:
    """The whole page, frame and all.

    For those who come without session and without messages the frame is the same for everyone, but for their token:
    it is kept too, as long as the address is the one our own links give for these answers. Their browser keeps the
    page as well and only asks whether it still holds (`ETag`); a token stays good as long as its cookie.
    """
    slots = slots_for(request, edition, *SLOTS)
    care = care_type(request.COOKIES.get(CARE_COOKIE, ""))
    known = settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
    path = f"{request.path}?{urlencode(answers)}" if answers else request.path
    if known or request.get_full_path() != path:
        return HttpResponse(_framed(request, edition, answers, slots), headers=ASK_AGAIN)
    whole = _anonymous.get(edition.pk, answers, care, path)
    if whole is None:
        html = _framed(request, edition, answers, _EMPTY_SLOTS, {_TOKEN: f"{_MARK}:{_TOKEN};"})
        whole = _anonymous.keep(_cut(html), edition.pk, answers, care, path)
    token = get_token(request)
    tag = whole.tag(*(text for name in SLOTS for text in slots[name]), request.META["CSRF_COOKIE"])
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={**ASK_AGAIN, "ETag": tag})
    return HttpResponse(whole({**slots, _TOKEN: [token]}), headers={**ASK_AGAIN, "ETag": tag})


def _framed(
    request: HttpRequest,
    edition: Edition,
    answers: Answered,
    slots: Mapping[str, Sequence[str]],
    more: Mapping[str, object] | None = None,
) -> str:
    parts = of(edition.pk, answers)
    made = {"crumb": parts.crumb, "main": parts.main(slots), "aside": parts.aside(slots)}
    return render_to_string("catalog/guide.html", {"edition": edition, "shown": made, **(more or {})}, request=request)


def rendered(edition: Edition, answers: Answered, past: Past | None = None, *, preview: str = "") -> Shown:
    """`preview`: the address of an editor's preview, whose questions lead back to it and not to the public page."""
    context = _context(edition, answers, past) | {
        "preview": preview,
        "here": preview or reverse("catalog:guide", kwargs={"code": edition.code}),
    }
    return Shown(
        crumb=render_to_string("catalog/guide/crumb.html", context),
        main=_cut(render_to_string("catalog/guide/main.html", context)),
        aside=_cut(render_to_string("catalog/guide/side.html", context)),
    )


def _cut(html: str) -> Pieces:
    return Pieces(tuple(_MARKED.split(html)))


def _context(edition: Edition, answers: Answered, past: Past | None) -> dict[str, object]:
    content, given = edition.document, dict(answers)
    about = about_of(edition)
    needed = plain.needed(content, given)
    others = () if needed.complete and not past else tuple(m for m in content.materials if m.when)
    listed = Listed(name=edition.name, type_code=edition.type_code, content=content)
    return {
        "edition": edition,
        "content": content,
        "past": past,
        "version_name": f"第 {edition.version} 版",
        "structured": "" if past else _structured(edition, about),
        "tags": _tags(edition, content),
        "worked_out": listed.worked_out,
        "promised": rules.limit_words(content.promised or content.statutory),
        "statutory": rules.limit_words(content.statutory),
        "fee_summary": plain.fee_summary(content, given),
        "door": plain.door(content),
        "questions": [{"question": q, "answer": given.get(q.key, "")} for q in rules.asked(content, given)],
        "needed": needed,
        "rows": [_row(edition, m) for m in (needed.rows if not past else content.materials) if m not in others],
        "others": [_row(edition, material, condition=True) for material in others],
        "steps": [{"step": step, "lines": plain.step_lines(step)} for step in content.steps],
        "special": [plain.special_words(one) for one in content.special_procedures],
        "handling": plain.how_it_is_handled(content),
        "fees": [
            {"fee": fee, "words": plain.fee_words(fee), "when": in_words(content, fee.when)}
            for fee in (plain.fees_for(content, given) if not past else content.fees)
        ],
        "result": plain.result_lines(content.result),
        "samples": _files(edition, content.result.samples),
        "intermediaries": [
            {
                "name": one.name,
                "basis": one.basis,
                "note": one.note,
                "limit": rules.limit_words(one.limit) if one.limit else "",
                "pays": "费用由政府承担" if one.who_pays == "government" else "费用由申请人承担",
            }
            for one in content.intermediaries
        ],
        "basis": plain.basis_of(content, edition.item.basis),
        "about": plain.what_it_is(content, about),
        "lists": [LISTS[key] for key in edition.lists if key in LISTS],
        "query": f"?{urlencode(answers)}" if answers else "",
        "slots": _EMPTY_SLOTS,
    }


def about_of(edition: Edition) -> plain.About:
    return plain.About(
        name=edition.name,
        type_code=edition.type_code,
        body=edition.body.name,
        code=edition.code,
        item_code=edition.item.code,
        external_code=edition.external_code,
        exercise=edition.item.exercise,
    )


def _tags(edition: Edition, content: Content) -> list[tuple[str, str]]:
    """(words, tone), most telling first."""
    given = [
        (TYPES.get(edition.type_code, ""), ""),
        ("全程网办" if content.online else "", "ok"),
        ("即办件" if content.instant else "", "ok"),
        ("秒批" if content.decided_by_rule else "", "ok"),
        ("一证一照" if content.one_licence else "", "ok"),
        (plain.REACHES.get(content.reach, ""), "ok"),
        ("告知承诺" if content.pledge else "", "line"),
        ("仅提供指南" if content.connection == "guide_only" else "", "line"),
        ("演示指南" if content.demo else "", "line"),
    ]
    return [(words, tone) for words, tone in given if words]


def _row(edition: Edition, material: Material, *, condition: bool = False) -> dict[str, object]:
    return {
        "material": material,
        "lines": plain.material_lines(material),
        "when": in_words(edition.document, material.when) if condition else "",
        "files": _files(edition, material.attachments),
    }


def _files(edition: Edition, attachments: Sequence[Attachment]) -> list[dict[str, str]]:
    """Those kept as files, each with where it is taken from; what is `generated` has a page of its own."""
    return [
        {
            "name": one.name,
            "kind": plain.PAPERS[one.kind],
            "url": reverse(
                "catalog:guide_file", kwargs={"code": edition.code, "number": edition.version, "file": one.file}
            ),
        }
        for one in attachments
        if one.file != "generated"
    ]


def _structured(edition: Edition, about: plain.About) -> SafeString:
    data = structured.service(
        edition.document, about, url=guide_url(edition), region=edition.body.region.name or settings.TONGBAN.office
    )
    return mark_safe(f'<script type="application/ld+json">{structured.script_safe(data)}</script>\n')  # noqa: S308
