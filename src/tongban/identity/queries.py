"""From a login or a token to the Actor, in one query: it runs before every request that matters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from tongban.identity.actors import Actor, Grant, Post
from tongban.identity.id_types import IdDocument
from tongban.identity.models import Account, Person
from tongban.kernel.actors import Channel
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Unidentified

_ACTOR = """
SELECT a.id, p.id, p.public_id,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(s.id, s.role, s.body_id, s.region_path, s.hall_id, s.elevated)
                             ORDER BY s.elevated, s.id), '[]')
     FROM identity_staffpost s
    WHERE s.account_id = a.id AND s.from_at <= %(now)s AND (s.until_at IS NULL OR s.until_at > %(now)s)),
  (SELECT coalesce(jsonb_agg(m.organisation_id ORDER BY m.id), '[]')
     FROM identity_membership m
    WHERE m.person_id = p.id AND m.from_at <= %(now)s AND (m.until_at IS NULL OR m.until_at > %(now)s)),
  (SELECT coalesce(jsonb_agg(DISTINCT b.account_id), '[]')
     FROM identity_absence b
    WHERE b.substitute_id = a.id AND b.ended_at IS NULL AND b.from_on <= %(today)s AND b.until_on > %(today)s),
  (SELECT coalesce(jsonb_agg(jsonb_build_array(g.body_id, g.acts, g.item_codes) ORDER BY g.id), '[]')
     FROM identity_authorisation g
    WHERE g.account_id = a.id AND g.revoked_at IS NULL
      AND g.from_at <= %(now)s AND (g.until_at IS NULL OR g.until_at > %(now)s)),
  coalesce(greatest(p.assurance, (SELECT max(v.level)
     FROM identity_verification v
    WHERE v.person_id = p.id AND v.expires_at > %(now)s)), 0)
FROM identity_account a LEFT JOIN identity_person p ON p.id = a.person_id
"""


def actor_of(account: Account, *, now: datetime, channel: Channel) -> Actor:
    """The actor an account is at this moment: its person, organisations and posts."""
    row = _fetch(_ACTOR + "WHERE a.id = %(account)s", {"account": account.pk, "now": now, "today": date_of(now)})
    return _actor(row, channel)


def actor_of_token(token: str, *, now: datetime) -> Actor:
    """Raises Unidentified."""
    where = """JOIN identity_apitoken t ON t.account_id = a.id
               WHERE t.digest = %(digest)s AND t.expires_at > %(now)s AND a.is_active"""
    row = _fetch(_ACTOR + where, {"digest": digest_of(token), "now": now, "today": date_of(now)})
    if row is None:
        raise Unidentified("token_unknown", "访问令牌无效或已过期", "请重新获取令牌")
    return _actor(row, "api")


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _fetch(sql: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def _actor(row: Any, channel: Channel) -> Actor:
    """Staff act as staff: a post holder's own organisations stay at home."""
    account_id, person_id, public_id, held, organisations, absent, given, assurance = row
    grants = grants_by_body(_json(given))
    posts = tuple(
        Post(pk, role, body, path, hall, elevated, grants.get(body, ()))
        for pk, role, body, path, hall, elevated in _json(held)
    )
    citizen = f"person:{public_id}" if person_id else f"account:{account_id}"
    return Actor(
        who=f"staff:{account_id}" if posts else citizen,
        post=str(posts[0].id) if posts else "",
        channel=channel,
        account_id=account_id,
        person_id=person_id,
        organisation_ids=() if posts else tuple(_json(organisations)),
        posts=posts,
        assurance=assurance,
        stands_in_for=tuple(_json(absent)),
    )


def grants_by_body(rows: Iterable[tuple[int, list[str], list[str] | None]]) -> dict[int | None, tuple[Grant, ...]]:
    """授权书 in force as body, acts, items."""
    found: dict[int | None, tuple[Grant, ...]] = {}
    for body, acts, items in rows:
        grant = Grant(frozenset(acts), None if items is None else frozenset(items))
        found[body] = (*found.get(body, ()), grant)
    return found


def _json(value: Any) -> Any:
    """Django hands jsonb over as text on raw cursors."""
    return json.loads(value) if isinstance(value, str) else value


def person_with(paper: IdDocument) -> Person | None:
    """Who has that paper; of several rows that were found to be one person (合并), the one that stands for all."""
    found = Person.objects.with_paper(paper).select_related("merged_into").first()
    return (found.merged_into or found) if found else None


def person_with_card(number: str) -> Person | None:
    """By the number of an ID card, as stored; of a registration that was merged into another, that one."""
    return person_with(IdDocument("id_card", number))


def names_of(who: Iterable[str]) -> dict[str, str]:
    """For colleagues: actors by name; the platform itself as 系统, everyone else as 申请人."""
    wanted = set(who)
    ids = {int(each.removeprefix("staff:")) for each in wanted if each.startswith("staff:")}
    accounts = Account.objects.select_related("person").filter(pk__in=ids).order_by("pk") if ids else []
    names = {f"staff:{account.pk}": account.display_name for account in accounts}
    return {each: names.get(each, "系统" if each.startswith("system:") else "申请人") for each in wanted}
