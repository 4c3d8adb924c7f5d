"""编号: public numbers from never-reset PostgreSQL sequences: gap-tolerant, no contention, with a check character."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import date

from django.conf import settings
from django.db import connection
from stdnum.iso7064 import mod_37_36

_HALF = 10_000


def next_in(sequence: str) -> int:
    """The next value of `number_<sequence>`; the sequence is made by a migration of the room that owns it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [f"number_{sequence}"])
        return int(cursor.fetchone()[0])


def public_number(region: str, on: date, serial: int) -> str:
    """Region 6 + date 8 + serial 8 + check character (ISO 7064 MOD 37,36), stored without separators."""
    body = f"{region[:6]}{on:%Y%m%d}{serial:08d}"
    return body + mod_37_36.calc_check_digit(body)


def is_public_number(number: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{22,}[0-9A-Z]", number)) and mod_37_36.is_valid(number)


def query_code(serial: int) -> str:
    """查询码: 8 digits, one for each serial below 10^8, in no order that anyone without the key could guess.

    A Feistel network over two halves of four digits: a permutation, so codes never collide.
    """
    left, right = divmod(serial % (_HALF * _HALF), _HALF)
    key = bytes.fromhex(settings.TONGBAN_SECRETS.blind_index)
    for turn in range(6):
        mixed = hmac.new(key, f"query code\0{turn}\0{right}".encode(), hashlib.sha256).digest()
        left, right = right, (left + int.from_bytes(mixed[:4], "big")) % _HALF
    return f"{left:04d}{right:04d}"
