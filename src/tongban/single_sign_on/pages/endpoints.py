"""What systems ask by themselves: no cookie, no page, answers in JSON as the standards write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.identity.levels import Level
from tongban.kernel import clock
from tongban.single_sign_on import actions, protocol, queries, signing
from tongban.single_sign_on.models import Client
from tongban.single_sign_on.protocol import OAuthError, single
from tongban.single_sign_on.rules import SCOPES

View = Callable[[HttpRequest], HttpResponse]
KEPT = 300
"""Seconds that a system may keep the keys: less than the time between the publication of a key and its first use."""


def in_json(view: View) -> View:
    """Errors in the protocol's form; nothing is kept on the way."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            given = view(request)
        except OAuthError as error:
            given = JsonResponse({"error": error.code, "error_description": error.words}, status=error.status)
            if error.status == 401:
                given.headers["WWW-Authenticate"] = 'Basic realm="sso"'
        given.headers.setdefault("Cache-Control", "no-store")
        given.headers.setdefault("Pragma", "no-cache")
        return given

    return answer


@csrf_exempt
@require_POST
@in_json
def token(request: HttpRequest) -> HttpResponse:
    client, form = _client(request)
    now = clock.now()
    match single(form, "grant_type"):
        case "authorization_code":
            issued = actions.redeem(
                client, code=single(form, "code"), redirect_uri=single(form, "redirect_uri"),
                verifier=single(form, "code_verifier"), now=now,
            )  # fmt: skip
        case "refresh_token":
            issued = actions.refresh(client, token=single(form, "refresh_token"), scope=single(form, "scope"), now=now)
        case _:
            raise OAuthError("unsupported_grant_type", "authorization_code or refresh_token")
    return JsonResponse({
        "access_token": issued.access, "token_type": "Bearer", "expires_in": issued.lasts,
        "refresh_token": issued.refresh, "id_token": issued.identity, "scope": " ".join(issued.scopes),
    })  # fmt: skip


def _client(request: HttpRequest) -> tuple[Client, dict[str, Any]]:
    """Who speaks, and what it sent in its form."""
    form = dict(request.POST.lists())
    given = protocol.read_credentials(request.headers.get("Authorization", ""), form)
    return actions.authenticate(given, now=clock.now()), form


@csrf_exempt
@require_POST
@in_json
def revocation(request: HttpRequest) -> HttpResponse:
    client, form = _client(request)
    actions.revoke(client, token=single(form, "token"), now=clock.now())
    return HttpResponse(status=200)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    given = protocol.bearer(request.headers.get("Authorization", ""))
    found = queries.bearer_of(given, now=now) if given else None
    if found is None:
        said = 'Bearer error="invalid_token"' if given else "Bearer"
        return JsonResponse({"error": "invalid_token"}, status=401, headers={"WWW-Authenticate": said})
    claims = queries.claims_of(found.client, found.account, found.scopes, now=now)
    return JsonResponse(claims, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-store"})


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    actions.signing_key(now=now)
    answer = JsonResponse({"keys": signing.published(now=now)})
    answer.headers["Cache-Control"] = f"public, max-age={KEPT}"
    return answer


@require_safe
def discovery(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Discovery 1.0: what there is, and nothing that there isn't."""
    here = signing.issuer()
    at = {name: here + reverse(f"single_sign_on:{name}") for name in (
        "authorize", "token", "userinfo", "revocation", "leave", "jwks",
    )}  # fmt: skip
    said = {
        "issuer": here, "authorization_endpoint": at["authorize"], "token_endpoint": at["token"],
        "userinfo_endpoint": at["userinfo"], "revocation_endpoint": at["revocation"],
        "end_session_endpoint": at["leave"], "jwks_uri": at["jwks"],
        "response_types_supported": ["code"], "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"], "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [signing.ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "acr_values_supported": [level.key for level in Level],
        "scopes_supported": list(SCOPES), "prompt_values_supported": ["none", "login", "consent"],
        "claims_supported": [
            "sub", "auth_time", "amr", "acr", "sid", "name", "locale", "phone_number", "id_type", "id_number", "organisations",
            "posts",
        ],
        "ui_locales_supported": ["zh-CN"], "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True, "backchannel_logout_session_supported": True,
        "claims_parameter_supported": False, "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }  # fmt: skip
    return JsonResponse(said, headers={"Cache-Control": f"public, max-age={KEPT}"})
