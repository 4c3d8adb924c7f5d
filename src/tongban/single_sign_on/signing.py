"""Signed identities: RS256, the one algorithm every client library knows; which key, and what is accepted as ours."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.db.models import Q, QuerySet

from tongban.single_sign_on.models import SigningKey

ALGORITHM = "RS256"
Claims = dict[str, Any]


def issuer() -> str:
    return str(settings.TONGBAN.base_url).rstrip("/")


def published(*, now: datetime) -> list[dict[str, str]]:
    """The JWKS: the key that will sign, the one that signs, and those whose signatures may still be met."""
    return [key.public for key in standing(now=now)]


def standing(*, now: datetime) -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(Q(retired_at=None) | Q(verifies_until__gt=now)).order_by("-pk")


def sign(claims: Claims, *, key: SigningKey, kind: str = "JWT") -> str:
    return jwt.encode(claims, _opened(key.kid, key.private), ALGORITHM, headers={"kid": key.kid, "typ": kind})


def read_hint(text: str, *, now: datetime) -> Claims | None:
    """The claims of an id_token_hint that we signed, however old; None for anything else."""
    try:
        header = jwt.get_unverified_header(text)
    except jwt.PyJWTError:
        return None
    keys = {one["kid"]: one for one in published(now=now)}
    if header.get("alg") != ALGORITHM or header.get("typ") != "JWT" or header.get("kid") not in keys:
        return None
    try:
        return jwt.decode(
            text, jwt.PyJWK.from_json(json.dumps(keys[header["kid"]])), algorithms=[ALGORITHM], issuer=issuer(),
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "require": ["sub", "aud"]},
        )  # fmt: skip
    except jwt.PyJWTError:
        return None


@lru_cache(maxsize=8)
def _opened(kid: str, pem: str) -> RSAPrivateKey:
    """Parsing costs more than signing."""
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)  # noqa: S101 - nothing else was ever made
    return key
