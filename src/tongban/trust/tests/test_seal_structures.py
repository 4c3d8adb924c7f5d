"""SESeal and SES_Signature of GB/T 38540-2020: the same after writing and reading, and no changed byte passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.trust import chains
from tongban.trust import seal_structures as ses
from tongban.trust.certificates import Usage
from tongban.trust.errors import CryptoError
from tongban.trust.keys import Algorithm
from tongban.trust.tests.making import NOW, YEAR, flipped, house, sampled

OURS = house(Algorithm.SM2)
MAKER = OURS.issue(Usage.SIGN)
PLACE = "/Doc_0/Signs/Sign_0/Signature.xml"
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


def wanted(**change: object) -> ses.SealWanted:
    plain: dict[str, object] = {
        "id": "50019900000001", "name": "云江区市场监督管理局", "kind": 1, "picture": b"\x89PNG picture", "width": 40,
        "height": 40, "signers": (OURS.signer.certificate,), "created_at": NOW, "from_at": NOW, "until_at": NOW + YEAR,
    }  # fmt: skip
    return ses.SealWanted(**{**plain, **change})  # type: ignore[arg-type]


SEAL = ses.make_seal(wanted(), maker=MAKER)


@settings(max_examples=40)
@given(
    id=PLAIN, name=st.text(min_size=1, max_size=40), kind=st.integers(1, 9), picture=st.binary(max_size=300),
    width=st.integers(1, 200), height=st.integers(1, 200), signers=st.lists(st.binary(min_size=1, max_size=50), max_size=3),
    created_at=MOMENTS, from_at=MOMENTS, until_at=MOMENTS,
)  # fmt: skip
def test_a_seal_is_the_same_after_writing_and_reading(**change: object) -> None:
    asked = wanted(**change)

    der = ses.make_seal(asked, maker=MAKER)
    seal = ses.read_seal(der)

    assert seal.dump(force=True) == der, "every field says what it said, in the one way of DER"
    info = seal["info"].native
    said = info["property"]
    assert (info["header"]["id"], info["header"]["version"], info["id"]) == ("ES", 4, asked.id)
    assert (said["type"], said["name"], said["list_type"], said["signers"]) == (
        asked.kind,
        asked.name,
        1,
        asked.signers,
    )
    assert (said["created_at"], said["from_at"], said["until_at"]) == (asked.created_at, asked.from_at, asked.until_at)
    assert info["picture"] == {"type": "PNG", "data": asked.picture, "width": asked.width, "height": asked.height}
    assert ses.is_made_by_its_maker(seal)


@settings(max_examples=40)
@given(data=st.binary(max_size=300), place=PLAIN, at=MOMENTS, stamp=st.none() | st.binary(min_size=1, max_size=60))
def test_a_use_of_a_seal_is_the_same_after_writing_and_reading(
    data: bytes, place: str, at: datetime, stamp: bytes | None
) -> None:
    der = ses.apply_seal(SEAL, data, place=place, at=at, signer=OURS.signer, stamp=stamp)
    signature = ses.read_signature(der)

    assert signature.dump(force=True) == der
    content = signature["content"]
    assert content["seal"].dump() == SEAL
    assert (content["at"].native, content["place"].native, signature["stamp"].native) == (at, place, stamp)
    assert ses.is_signed_by_its_signer(signature)
    assert ses.is_of(signature, data)
    assert not ses.is_of(signature, data + b"x")


def believed(der: bytes, data: bytes = b"data") -> bool:
    try:
        found = ses.read_signature(der)
    except CryptoError:
        return False
    return (
        ses.is_signed_by_its_signer(found)
        and ses.is_of(found, data)
        and ses.may_use(found)
        and ses.is_made_by_its_maker(found["content"]["seal"])
    )


USE = ses.apply_seal(SEAL, b"data", place=PLACE, at=NOW, signer=OURS.signer)


def test_no_changed_byte_of_a_use_is_believed() -> None:
    assert believed(USE)

    assert [at for at in sampled(len(USE), 400) if believed(flipped(USE, at))] == []


def test_every_signed_part_of_a_use_counts() -> None:
    """One byte in each: picture, name, the list of signers, moment, digest, place."""
    parts = {
        "picture": b"\x89PNG picture", "name": "云江区市场监督管理局".encode(), "place": PLACE.encode(), "moment": b"20260302013000Z",
        "maker": MAKER.certificate, "signer": OURS.signer.certificate,
    }  # fmt: skip

    for name, part in parts.items():
        assert part in USE, name
        assert not believed(flipped(USE, USE.rindex(part) + len(part) // 2)), name


def test_a_changed_seal_is_not_its_makers() -> None:
    """The maker's certificate is not in what the maker signs: its chain tells when it was changed."""
    for at in sampled(len(SEAL), 300):
        try:
            seal = ses.read_seal(flipped(SEAL, at))
        except CryptoError:
            continue
        maker = chains.judge(seal["maker"].native, usage=Usage.SIGN, at=NOW, trusted=OURS.trusted())
        assert not (ses.is_made_by_its_maker(seal) and maker.valid), at


def test_who_is_not_in_the_list_may_not_use_the_seal() -> None:
    other = OURS.issue(Usage.SIGN)

    signature = ses.read_signature(ses.apply_seal(SEAL, b"data", place=PLACE, at=NOW, signer=other))

    assert ses.is_signed_by_its_signer(signature)
    assert not ses.may_use(signature)


def test_a_seal_swapped_after_signing_is_seen() -> None:
    other = ses.make_seal(wanted(name="云江区卫生健康委员会"), maker=MAKER)
    swapped = ses.read_signature(USE)
    swapped["content"]["seal"] = ses.read_seal(other)

    assert not ses.is_signed_by_its_signer(ses.read_signature(swapped.dump(force=True)))


def test_a_signature_by_the_wrong_algorithm_is_none() -> None:
    signature = ses.read_signature(USE)
    signature["algorithm"] = Algorithm.ECDSA.signature_oid

    assert not ses.is_signed_by_its_signer(signature)


@pytest.mark.parametrize("der", [b"", b"\x30\x00", SEAL + b"\0", SEAL[:-1], USE])
def test_what_is_no_seal_is_refused(der: bytes) -> None:
    with pytest.raises(CryptoError):
        ses.read_seal(der)


def test_another_version_is_refused() -> None:
    seal = ses.read_seal(SEAL)
    seal["info"]["header"]["version"] = 2

    with pytest.raises(CryptoError, match="version 2"):
        ses.read_seal(seal.dump(force=True))


def test_moments_are_written_to_the_second_in_utc() -> None:
    at = NOW + timedelta(microseconds=500)

    assert (
        ses.read_signature(ses.apply_seal(SEAL, b"", place=PLACE, at=at, signer=OURS.signer))["content"]["at"].native
        == NOW
    )
