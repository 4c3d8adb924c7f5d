"""幂等: a creating request with a key is done once; its repeats get the same reference.

The row is the first statement of the verb's transaction: a concurrent repeat waits for it, then sees it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import connection

from tongban.kernel.refusals import Refusal

_CLAIM = """
INSERT INTO kernel_idempotencykey (actor, route, key, request_hash, reference, at)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""


def request_hash(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def claim(*, actor: str, route: str, key: str, request: bytes, reference: str, now: datetime) -> str | None:
    """None: the key is new and now points at `reference`. Otherwise the reference the first request left.

    Raises Refusal `idempotency_mismatch` when the same key came with another request.
    """
    if not 8 <= len(key) <= 100:
        raise Refusal(
            "idempotency_key", "Idempotency-Key 应为 8 至 100 个字符", "每次新的提交用一个新的随机值，例如 UUID"
        )
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, (actor, route, key, request, reference, now))
        if cursor.fetchone():
            return None
        cursor.execute(
            "SELECT request_hash, reference FROM kernel_idempotencykey WHERE actor = %s AND route = %s AND key = %s",
            (actor, route, key),
        )
        found_hash, found_reference = cursor.fetchone()
    if bytes(found_hash) != request:
        raise Refusal(
            "idempotency_mismatch",
            "这个 Idempotency-Key 已用于另一份内容不同的请求",
            "重试同一请求请保持内容不变；新的请求请换一个新的值",
        )
    return str(found_reference)


def forget(*, before: datetime, at_most: int = 1000) -> int:
    """Drop keys nobody will send again, a few at a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM kernel_idempotencykey WHERE id IN (
                 SELECT id FROM kernel_idempotencykey WHERE at < %s ORDER BY at LIMIT %s)""",
            [before, at_most],
        )
        return int(cursor.rowcount)
