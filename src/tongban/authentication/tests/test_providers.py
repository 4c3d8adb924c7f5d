"""What every provider does, on each of them; and what the real one refuses to believe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tongban.authentication.gateways import Away, IdentityProvider, Journey, Untrusted, Vouched
from tongban.authentication.gateways.fake import FakeProvider
from tongban.authentication.gateways.oidc import OidcProvider, chosen
from tongban.authentication.tests.provider import CLIENT, SECRET, Municipal, running
from tongban.kernel import clock
from tongban.kernel.config import Config, ConfigError
from tongban.kernel.destinations import Bounds

BACK = "http://127.0.0.1:8000/login/municipal/back"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=clock.SHANGHAI)
MEI = {"name": "龙梅", "id_number": "500199199501014061", "phone": "19900000199"}


@pytest.fixture(scope="module")
def municipal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Municipal]:
    with running({"mei": MEI}, tmp_path_factory.mktemp("municipal"), now=NOW) as one:
        yield one


@pytest.fixture
def real(municipal: Municipal) -> Iterator[OidcProvider]:
    municipal.break_as("none")
    yield OidcProvider(municipal.issuer, CLIENT, SECRET, "市统一身份认证", "real_name", patience=1.0)
    municipal.break_as("none")


@dataclass
class Side:
    provider: IdentityProvider
    agree: Callable[[str], str]
    """From the address to the code that comes back."""


@pytest.fixture(params=["real", "fake"])
def side(request: pytest.FixtureRequest) -> Side:
    if request.param == "real":
        real = request.getfixturevalue("real")
        municipal = request.getfixturevalue("municipal")
        return Side(real, lambda address: code_in(municipal.agree("mei", address)))
    fake = FakeProvider({"mei": Vouched("https://fake.example", "1", MEI["name"], "id_card", MEI["id_number"])})

    def agree(address: str) -> str:
        asked = parse_qs(urlsplit(address).query)
        return fake.agree("mei", challenge=asked["code_challenge"][0], back=asked["redirect_uri"][0])

    return Side(fake, agree)


def code_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


def test_the_code_that_came_back_stands_for_the_person(side: Side) -> None:
    journey = Journey()
    code = side.agree(side.provider.address(journey, back=BACK))

    found = side.provider.vouch(code, journey, back=BACK, now=NOW)

    assert (found.name, found.id_type, found.id_number) == (MEI["name"], "id_card", MEI["id_number"])
    assert found.subject not in ("", MEI["id_number"])


def test_a_code_works_once(side: Side) -> None:
    journey = Journey()
    code = side.agree(side.provider.address(journey, back=BACK))
    side.provider.vouch(code, journey, back=BACK, now=NOW)

    with pytest.raises(Untrusted):
        side.provider.vouch(code, journey, back=BACK, now=NOW)


def test_a_code_works_for_the_journey_it_was_made_for_alone(side: Side) -> None:
    code = side.agree(side.provider.address(Journey(), back=BACK))

    with pytest.raises(Untrusted):
        side.provider.vouch(code, Journey(), back=BACK, now=NOW)


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("wrong_nonce", "不是为这一次"),
        ("wrong_issuer", "不是统一认证签发"),
        ("wrong_audience", "不是发给本平台"),
        ("expired", "过期"),
        ("bad_signature", "核对不上"),
        ("stranger_key", "核对不上"),
        ("alg_none", "签名算法"),
        ("hmac", "签名算法"),
    ],
)
def test_a_token_that_is_not_what_it_should_be_is_not_believed(
    real: OidcProvider, municipal: Municipal, mode: str, says: str
) -> None:
    journey = Journey()
    code = code_in(municipal.agree("mei", real.address(journey, back=BACK)))
    municipal.break_as(mode)

    with pytest.raises(Untrusted, match=says):
        real.vouch(code, journey, back=BACK, now=NOW)


@pytest.mark.parametrize("mode", ["error", "slow"])
def test_a_provider_that_fails_is_away(real: OidcProvider, municipal: Municipal, mode: str) -> None:
    journey = Journey()
    code = code_in(municipal.agree("mei", real.address(journey, back=BACK)))
    municipal.break_as(mode)

    with pytest.raises(Away):
        real.vouch(code, journey, back=BACK, now=NOW)


def test_a_token_is_used_at_once(real: OidcProvider, municipal: Municipal) -> None:
    journey = Journey()
    code = code_in(municipal.agree("mei", real.address(journey, back=BACK)))

    with pytest.raises(Untrusted, match="过期"):
        real.vouch(code, journey, back=BACK, now=NOW + timedelta(minutes=20))


def test_a_provider_that_nobody_answers_for_is_away() -> None:
    gone = OidcProvider("http://127.0.0.1:1", CLIENT, SECRET, "市", "real_name")

    with pytest.raises(Away):
        gone.address(Journey(), back=BACK)


def test_a_provider_that_calls_itself_otherwise_is_not_believed(real: OidcProvider) -> None:
    other = OidcProvider(real.issuer + "/", CLIENT, SECRET, "市", "real_name")

    with pytest.raises(Untrusted):
        other.address(Journey(), back=BACK)


def test_outside_the_demo_nothing_goes_over_plain_http(real: OidcProvider) -> None:
    with pytest.raises(Away):
        OidcProvider(real.issuer, CLIENT, SECRET, "市", "real_name", within=Bounds()).address(Journey(), back=BACK)


def test_settings_that_can_not_work_are_named(tmp_path: Path) -> None:
    house = Config(data=tmp_path)
    assert chosen(house) is None

    for wrong in (replace(house, municipal_issuer="https://id.example.cn"),
                  replace(house, municipal_issuer="http://id.example.cn", municipal_client="us"),
                  replace(house, municipal_issuer="https://id.example.cn", municipal_client="us", municipal_level="x")):  # fmt: skip
        with pytest.raises(ConfigError, match="TONGBAN_MUNICIPAL"):
            chosen(wrong)
