"""The texts in force: as the platform brings them, as the administrator words them, or a body's own. Versions stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.identity.actors import Actor
from tongban.kernel import journal, rows
from tongban.kernel.refusals import Conflict, Forbidden
from tongban.notices import queries, rules
from tongban.notices.events import TemplateChanged
from tongban.notices.kinds import KINDS, Kind, Words
from tongban.notices.models import Template
from tongban.orgs.models import Body


def current(kind: Kind, body_id: int | None, *, now: datetime) -> Template:
    """The body's own, else the general one; brought up to this release's words while nobody changed them."""
    own, general = queries.latest_two(kind, body_id)
    if own and not own.withdrawn:
        return own
    if general is None or (general.builtin and general.words != kind.words):
        _insert(kind, None, general, kind.words, builtin=True, by="system:notices", now=now)
        general = queries.latest(kind, None)
        assert general  # noqa: S101 - ours, or that of who was faster
    return general


def all_current(body_id: int | None, *, now: datetime) -> dict[str, Template]:
    """Those in force of every kind, by its key."""
    known = queries.latest_of_all(body_id)
    found = {}
    for key, kind in KINDS.items():
        own, general = known.get((key, True)), known.get((key, False))
        if own and not own.withdrawn:
            found[key] = own
        elif general and not (general.builtin and general.words != kind.words):
            found[key] = general
        else:
            found[key] = current(kind, body_id, now=now)
    return found


@transaction.atomic
def word(kind: Kind, words: Words, *, body: Body | None, seen: int, by: Actor, now: datetime) -> Template:
    """A new version, for `body` or for all. `seen`: the version that the writer saw (0: none). The same words make none.

    Raises Invalid with every fault of the texts, Conflict when someone else wrote meanwhile.
    """
    _must(by, body)
    kept = rules.check(words, kind)
    last = queries.latest(kind, body.pk if body else None)
    if (last.version if last else 0) != seen:
        raise _changed()
    if last and last.words == kept and not last.withdrawn:
        return last
    return _written(kind, body, last, kept, by=by, now=now)


@transaction.atomic
def use_the_general(kind: Kind, *, body: Body, by: Actor, now: datetime) -> Template:
    """The body's own text ends; its versions stay."""
    _must(by, body)
    last = queries.latest(kind, body.pk)
    if last is None or last.withdrawn:
        raise Conflict("template_not_own", "本部门没有自己的模板，用的就是通用模板", "不用再恢复")
    return _written(kind, body, last, last.words, by=by, now=now, withdrawn=True)


def _written(
    kind: Kind, body: Body | None, last: Template | None, words: Words, *, by: Actor, now: datetime,
    withdrawn: bool = False,
) -> Template:  # fmt: skip
    made = _insert(kind, body, last, words, builtin=False, by=by.who, now=now, withdrawn=withdrawn)
    if made is None:
        raise _changed()
    journal.record(TemplateChanged(kind=kind.key, body=body.key if body else "", version=made.version), by=by, now=now)
    return made


def _insert(
    kind: Kind, body: Body | None, last: Template | None, words: Words, *, builtin: bool, by: str, now: datetime,
    withdrawn: bool = False,
) -> Template | None:  # fmt: skip
    made = Template(
        kind=kind.key, body=body, version=last.version + 1 if last else 1, **words.as_dict(), builtin=builtin,
        withdrawn=withdrawn, by=by, at=now,
    )  # fmt: skip
    return made if rows.insert_unless_there(made) else None


def _must(by: Actor, body: Body | None) -> None:
    mine = any(
        post.body_id == body.pk if body and post.role.scope == "body" else not body and post.role.scope == "region"
        for post in by.posts_for("notice.word")
    )
    if not mine:
        raise Forbidden(
            "template_not_yours", "您不能改这个模板", "通用模板由平台管理员编写，部门自己的由部门负责人编写"
        )


def _changed() -> Conflict:
    return Conflict("template_changed", "这个模板刚被别人改过", "请刷新后看过新的内容再改")
