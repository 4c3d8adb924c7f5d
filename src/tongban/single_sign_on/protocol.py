"""The protocol's requests and errors as plain values: OpenID Connect Core, authorization code flow with PKCE, nothing else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlencode, urlsplit, urlunsplit

from tongban.single_sign_on.rules import SCOPES, is_challenge

Parameters = Mapping[str, Sequence[str]]
LONGEST_STATE, LONGEST_NONCE, LONGEST_AGE = 2000, 255, 10**7


class OAuthError(Exception):
    """What a system is told, in the protocol's codes; the words are for its engineer."""

    def __init__(self, code: str, words: str, *, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.words, self.status = code, words, status


@dataclass(frozen=True)
class Wish:
    """认证请求: what a system wants of a person who comes from it. Client and redirect address were checked before."""

    scopes: tuple[str, ...]
    state: str
    nonce: str
    challenge: str
    prompts: frozenset[str]
    max_age: int | None

    @property
    def silent(self) -> bool:
        return "none" in self.prompts


@dataclass(frozen=True)
class Credentials:
    """How a system says who it is; a public one has no secret."""

    client_id: str
    secret: str = ""


def single(parameters: Parameters, name: str, *, longest: int = 2000) -> str:
    """The value of a parameter, "" where there is none. Raises OAuthError where it comes twice."""
    values = parameters.get(name) or [""]
    if len(values) > 1:
        raise OAuthError("invalid_request", f"{name} is given more than once")
    if len(values[0]) > longest or "\0" in values[0]:
        raise OAuthError("invalid_request", f"{name} is too long")
    return values[0]


def read_wish(parameters: Parameters, *, granted: Sequence[str]) -> Wish:
    """Raises OAuthError, which goes to the redirect address."""
    for name, code in (
        ("request", "request_not_supported"), ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ):  # fmt: skip
        if parameters.get(name):
            raise OAuthError(code, f"{name} is not supported")
    response_type = single(parameters, "response_type")
    if not response_type:
        raise OAuthError("invalid_request", "response_type is missing")
    if response_type != "code":
        raise OAuthError("unsupported_response_type", "the only response_type is code")
    if single(parameters, "response_mode") not in ("", "query"):
        raise OAuthError("invalid_request", "the only response_mode is query")
    challenge = single(parameters, "code_challenge")
    if not challenge or single(parameters, "code_challenge_method") != "S256" or not is_challenge(challenge):
        raise OAuthError("invalid_request", "PKCE is required: code_challenge with code_challenge_method=S256")
    prompts = frozenset(single(parameters, "prompt").split())
    if "none" in prompts and len(prompts) > 1:
        raise OAuthError("invalid_request", "prompt=none goes with no other prompt")
    return Wish(
        scopes=read_scopes(single(parameters, "scope"), granted=granted),
        state=single(parameters, "state", longest=LONGEST_STATE),
        nonce=single(parameters, "nonce", longest=LONGEST_NONCE),
        challenge=challenge,
        prompts=prompts,
        max_age=_seconds(single(parameters, "max_age")),
    )


def read_scopes(text: str, *, granted: Sequence[str]) -> tuple[str, ...]:
    """In our order. What nobody knows is passed over, as the standard says; what was not granted is an error."""
    asked = [key for key in SCOPES if key in text.split()]
    if "openid" not in asked:
        raise OAuthError("invalid_scope", "scope must contain openid")
    if more := [key for key in asked if key not in granted]:
        raise OAuthError("invalid_scope", f"not granted to this system: {' '.join(more)}")
    return tuple(asked)


def _seconds(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > LONGEST_AGE:
        raise OAuthError("invalid_request", "max_age is a number of seconds")
    return int(text)


def read_credentials(authorization: str, parameters: Parameters) -> Credentials:
    """By HTTP Basic or in the form, not both (RFC 6749, 2.3.1). Raises OAuthError."""
    client_id, secret = single(parameters, "client_id"), single(parameters, "client_secret")
    if authorization:
        scheme, _, said = authorization.partition(" ")
        try:
            name, colon, password = base64.b64decode(said, validate=True).decode("ascii").partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            name = colon = password = ""
        if scheme.lower() != "basic" or not colon:
            raise OAuthError(
                "invalid_client", "the Authorization header is not Basic client_id:client_secret", status=401
            )
        name, password = unquote_plus(name), unquote_plus(password)
        if secret or (client_id and client_id != name):
            raise OAuthError("invalid_request", "the system says twice who it is")
        client_id, secret = name, password
    if not client_id:
        raise OAuthError("invalid_client", "client_id is missing", status=401)
    return Credentials(client_id, secret)


def bearer(authorization: str) -> str:
    """The token of `Authorization: Bearer …`; "" where there is none. Never from the address, where it would be logged."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def answer_at(uri: str, answer: Mapping[str, str]) -> str:
    """The redirect address with what is answered added to its own query."""
    parts = urlsplit(uri)
    said = urlencode({name: value for name, value in answer.items() if value})
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, said]))))
