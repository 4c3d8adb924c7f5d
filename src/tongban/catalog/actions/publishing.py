"""发布: a draft is put in force once, is found from then on, and is withdrawn one day."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from tongban.catalog import rules, words
from tongban.catalog.events import Published, Withdrawn
from tongban.catalog.models import Edition
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict


@transaction.atomic
def publish(edition: Edition, *, by: Actor, now: datetime) -> None:
    """Put a draft in force; the version before it is withdrawn. Raises Invalid or Conflict."""
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    if locked.state != "draft":
        raise Conflict("edition_not_draft", "这一版已经发布过，不能再次发布", "请刷新页面查看当前版本")
    rules.check_publishable(locked.document)
    for old in Edition.objects.select_for_update().filter(code=locked.code, state="published"):
        withdraw(old, by=by, now=now)
    locked.state, locked.published_at = "published", now
    locked.save(update_fields=["state", "published_at"])
    edition.state, edition.published_at = locked.state, locked.published_at
    index(locked)
    journal.record(Published(code=locked.code, edition=locked.pk, version=locked.version), by=by, now=now)


@transaction.atomic
def withdraw(edition: Edition, *, by: Actor, now: datetime) -> None:
    """No longer offered. Cases submitted under it keep it. Raises Conflict."""
    if Edition.objects.select_for_update().values_list("state", flat=True).get(pk=edition.pk) != "published":
        raise Conflict("edition_not_published", "这一版没有在公布，不用下线", "请刷新页面查看当前版本")
    edition.state, edition.withdrawn_at = "withdrawn", now
    edition.save(update_fields=["state", "withdrawn_at"])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_searchentry WHERE edition_id = %s", [edition.pk])
    journal.record(Withdrawn(code=edition.code, edition=edition.pk), by=by, now=now)


_INDEX = """
INSERT INTO catalog_searchentry (edition_id, name, words, rank, vector) VALUES (%s, %s, %s, %s,
  setweight(array_to_tsvector(%s::text[]), 'A') || setweight(array_to_tsvector(%s::text[]), 'B')
  || setweight(array_to_tsvector(%s::text[]), 'C') || setweight(array_to_tsvector(%s::text[]), 'D'))
ON CONFLICT (edition_id) DO UPDATE SET name = excluded.name, words = excluded.words,
  rank = excluded.rank, vector = excluded.vector
"""


def index(edition: Edition) -> None:
    """Name, aliases, body and sounds, by weight."""
    content = edition.document
    aliases = " ".join((*content.aliases, edition.item.main_name))
    about = " ".join((edition.body.name, edition.body.short, *content.themes, *content.life_events, content.subtitle))
    plain = f"{edition.name} {aliases}".lower()
    row = (edition.pk, edition.name, plain, 2 if content.connection == "here" else 0)
    vectors = (
        words.index_words(edition.name),
        words.index_words(aliases),
        words.index_words(about),
        words.index_sounds(edition.name) + [s for alias in content.aliases for s in words.index_sounds(alias)],
    )
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, (*row, *(_weighable(vector) for vector in vectors)))


def _weighable(vector: list[str]) -> list[str]:
    return [word for word in vector if word]
