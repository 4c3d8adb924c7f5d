"""文书模板: worded by the administrator for all, by a head for the own body. Versions stay; papers keep theirs."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from tongban.applications import document_rules as rules
from tongban.applications.document_kinds import Kind, Words
from tongban.applications.events import BodyMarked, DocumentWorded
from tongban.applications.models import BodyMark, DocumentTemplate
from tongban.identity.actors import Actor
from tongban.kernel import journal, rows
from tongban.kernel.refusals import Conflict, Forbidden, Refusal
from tongban.orgs.models import Body


def versions(kind: Kind, body: Body | None) -> list[DocumentTemplate]:
    """Of exactly this body's, or the general ones; the newest first."""
    return list(DocumentTemplate.objects.filter(kind=kind.key, body=body).order_by("-version"))


@transaction.atomic
def word(kind: Kind, words: Words, *, body: Body | None, seen: int, by: Actor, now: datetime) -> DocumentTemplate:
    """A new version, in force from now. `seen`: the version that the writer saw (0: none). The same words make none.

    Raises Invalid with every fault and its line, Conflict when someone else wrote meanwhile.
    """
    _must(by, body)
    kept = rules.check(words, kind)
    last = next(iter(versions(kind, body)), None)
    if (last.version if last else 0) != seen:
        raise _changed()
    if last and last.words == kept and not last.withdrawn:
        return last
    return _write(kind, body, last, kept, withdrawn=False, by=by, now=now)


@transaction.atomic
def put_back(kind: Kind, version: int, *, body: Body | None, seen: int, by: Actor, now: datetime) -> DocumentTemplate:
    """An earlier version's words again, as a new version; 0: the platform's own."""
    if version == 0:
        return word(kind, kind.words, body=body, seen=seen, by=by, now=now)
    found = DocumentTemplate.objects.filter(kind=kind.key, body=body, version=version).first()
    if found is None:
        raise Conflict("template_version_unknown", "没有这个版本", "请回到模板页面重新选择")
    return word(kind, found.words, body=body, seen=seen, by=by, now=now)


@transaction.atomic
def use_the_general(kind: Kind, *, body: Body | None, by: Actor, now: datetime) -> DocumentTemplate:
    """These texts end: of a body the general ones apply again, of the general ones the platform's own."""
    _must(by, body)
    last = next(iter(versions(kind, body)), None)
    if last is None or last.withdrawn:
        raise Conflict("template_not_own", "没有改过这个模板，不用恢复", "现在用的就是更通用的文字")
    return _write(kind, body, last, last.words, withdrawn=True, by=by, now=now)


@transaction.atomic
def mark_body(typed: str, *, body: Body, by: Actor, now: datetime) -> BodyMark:
    """机关代字, for the numbers from now on."""
    _must(by, body)
    mark = rules.check_mark(typed)
    if BodyMark.objects.filter(mark=mark).exclude(body=body).exists():
        raise Refusal("document_mark_taken", f"“{mark}”已是另一个机关的代字", "请换一个", "mark")
    try:
        with transaction.atomic():
            made, _ = BodyMark.objects.update_or_create(body=body, defaults={"mark": mark, "by": by.who, "at": now})
    except IntegrityError:
        raise Refusal("document_mark_taken", f"“{mark}”已是另一个机关的代字", "请换一个", "mark") from None
    journal.record(BodyMarked(body=body.key, mark=mark), by=by, now=now)
    return made


def _write(
    kind: Kind, body: Body | None, last: DocumentTemplate | None, words: Words, *, withdrawn: bool, by: Actor,
    now: datetime,
) -> DocumentTemplate:  # fmt: skip
    made = DocumentTemplate(
        kind=kind.key, body=body, version=last.version + 1 if last else 1, **words.as_dict(), withdrawn=withdrawn,
        by=by.who, at=now,
    )  # fmt: skip
    if not rows.insert_unless_there(made):
        raise _changed()
    event = DocumentWorded(
        kind=kind.key, body=body.key if body else "", version=made.version, withdrawn=withdrawn
    )  # fmt: skip
    journal.record(event, by=by, now=now)
    return made


def _must(by: Actor, body: Body | None) -> None:
    mine = any(
        post.body_id == body.pk if body and post.role.scope == "body" else not body and post.role.scope == "region"
        for post in by.posts_for("document.word")
    )
    if not mine:
        raise Forbidden(
            "template_not_yours", "您不能改这个模板", "通用模板由平台管理员编写，部门自己的由部门负责人编写"
        )


def _changed() -> Conflict:
    return Conflict("template_changed", "这个模板刚被别人改过", "请刷新后看过新的内容再改")
