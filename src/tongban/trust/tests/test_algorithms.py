"""SM2, SM3 and SM4 against the examples of the standards, against other implementations, and against changed bytes."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from asn1crypto import core, keys
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.config import ConfigError
from tongban.trust import openssl, sm2, sm3, sm4
from tongban.trust.errors import CryptoError
from tongban.trust.keys import Algorithm

D = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
X = bytes.fromhex("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020")
Y = bytes.fromhex("CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13")
"""The key of GB/T 32918.5-2017, annexes A and C."""


class Signature(core.Sequence):
    _fields = [("r", core.Integer), ("s", core.Integer)]


class Ciphertext(core.Sequence):
    _fields = [("x", core.Integer), ("y", core.Integer), ("c3", core.OctetString), ("c2", core.OctetString)]


def algorithm() -> dict[str, object]:
    assert Algorithm.SM2, "`keys` makes the curve known to asn1crypto"
    return {"algorithm": "ec", "parameters": keys.ECDomainParameters(name="named", value=sm2.CURVE_OID)}


def public_example() -> sm2.PublicKey:
    info = keys.PublicKeyInfo({"algorithm": algorithm(), "public_key": keys.ECPointBitString(b"\x04" + X + Y)})
    return sm2.PublicKey.from_der(info.dump())


def private_example() -> sm2.PrivateKey:
    inner = keys.ECPrivateKey({
        "version": 1, "private_key": int.from_bytes(D, "big"), "public_key": keys.ECPointBitString(b"\x04" + X + Y),
    })  # fmt: skip
    info = keys.PrivateKeyInfo({"version": 0, "private_key_algorithm": algorithm(), "private_key": inner})
    return sm2.PrivateKey.from_der(info.dump())


R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


def test_sm2_accepts_the_signature_of_the_standard_and_no_other() -> None:
    """GB/T 32918.5-2017, A.2."""
    signature = Signature({"r": R, "s": S}).dump()

    assert public_example().verify(signature, b"message digest")
    assert not public_example().verify(signature, b"message digesT")
    assert not public_example().verify(Signature({"r": R, "s": S + 1}).dump(), b"message digest")
    assert not public_example().verify(signature, b"message digest", identity=b"ALICE123@YAHOO.COM")


def test_sm2_decrypts_the_example_of_the_standard() -> None:
    """GB/T 32918.5-2017, C.2."""
    given_text = Ciphertext({
        "x": 0x04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73,
        "y": 0xE858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0,
        "c3": bytes.fromhex("59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"),
        "c2": bytes.fromhex("21886CA989CA9C7D58087307CA93092D651EFA"),
    })  # fmt: skip

    assert private_example().decrypt(given_text.dump()) == b"encryption standard"


def test_the_private_key_of_the_standard_has_the_public_key_of_the_standard() -> None:
    assert private_example().public_der() == public_example().public_der()


def test_sm3_gives_the_digests_of_the_standard() -> None:
    """GB/T 32905-2016, annex A."""
    assert sm3.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3.digest(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert sm3.digest_of([b"a", b"", b"bc"]) == sm3.digest(b"abc")


def test_sm4_gives_the_blocks_of_the_standard() -> None:
    """GB/T 32907-2016, annex A, once; the second example repeats it a million times."""
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")

    one_block = ECB()  # noqa: S305 - one block, as the standard prints it
    assert Cipher(SM4(block), one_block).encryptor().update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_sm4_gcm_gives_the_example_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = b"".join(bytes([each]) * 8 for each in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))

    sealed = sm4.seal_with(plain, key=key, nonce=nonce, bound=bound)

    assert sealed[12:-16].hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert sealed[-16:].hex() == "83de3541e4c2b58177e065a9bf7b62ec"
    assert sm4.unseal(sealed, key=key, bound=bound) == plain


@given(plain=st.binary(max_size=200), bound=st.binary(max_size=20), at=st.integers(0), flip=st.integers(1, 255))
def test_sm4_opens_what_it_sealed_and_nothing_changed(plain: bytes, bound: bytes, at: int, flip: int) -> None:
    key = sm4.new_key()
    sealed = sm4.seal(plain, key=key, bound=bound)

    assert sm4.unseal(sealed, key=key, bound=bound) == plain
    for wrong, bound_wrong in ((changed(sealed, at, flip), bound), (sealed, bound + b"x"), (sealed[:20], bound)):
        with pytest.raises(CryptoError):
            sm4.unseal(wrong, key=key, bound=bound_wrong)


def changed(data: bytes, at: int, flip: int) -> bytes:
    place = at % len(data)
    return data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]


KEY, FOREIGN = sm2.PrivateKey.generate(), sm2.PrivateKey.generate()


@given(data=st.binary(min_size=1, max_size=300), at=st.integers(0), flip=st.integers(1, 255))
def test_sm2_verifies_what_it_signed_and_no_changed_byte_and_no_foreign_key(data: bytes, at: int, flip: int) -> None:
    signature = KEY.sign(data)

    assert KEY.verify(signature, data)
    assert not KEY.verify(changed(signature, at, flip), data)
    assert not KEY.verify(signature, changed(data, at, flip))
    assert not FOREIGN.verify(signature, data)
    assert not KEY.verify(signature + b"\0", data)


def test_every_byte_of_a_signature_counts() -> None:
    signature = KEY.sign("准予许可".encode())

    refused = [not KEY.verify(changed(signature, at, 1), "准予许可".encode()) for at in range(len(signature))]

    assert refused == [True] * len(signature)


@given(plain=st.binary(min_size=1, max_size=100), at=st.integers(0), flip=st.integers(1, 255))
def test_sm2_decrypts_what_it_encrypted_and_nothing_changed(plain: bytes, at: int, flip: int) -> None:
    sealed = sm2.PublicKey.from_der(KEY.public_der()).encrypt(plain)

    assert KEY.decrypt(sealed) == plain
    for key, text in ((FOREIGN, sealed), (KEY, changed(sealed, at, flip))):
        with pytest.raises(CryptoError):
            key.decrypt(text)


def test_a_key_is_the_same_after_it_was_written_and_read() -> None:
    again = sm2.PrivateKey.from_der(KEY.private_der())

    assert again.public_der() == KEY.public_der()
    assert sm2.PublicKey.from_der(KEY.public_der()).verify(again.sign(b"x"), b"x")


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"nothing", KEY.public_der()[:-1]])
def test_what_is_no_key_is_refused_in_the_words_of_openssl(der: bytes) -> None:
    with pytest.raises(CryptoError, match=r"reading an SM2 public key: .*error:"):
        sm2.PublicKey.from_der(der)


def test_a_key_of_another_curve_is_no_sm2_key() -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    other = generate_private_key(SECP256R1()).public_key()

    with pytest.raises(CryptoError, match="not one of SM2"):
        sm2.PublicKey.from_der(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def test_threads_may_share_a_key() -> None:
    wrong: list[object] = []

    def work(name: bytes) -> None:
        for count in range(100):
            data = name + b"%d" % count
            if not KEY.verify(KEY.sign(data), data) or FOREIGN.verify(KEY.sign(data), data):
                wrong.append(data)

    threads = [threading.Thread(target=work, args=(b"thread %d " % each,)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_libcrypto_without_sm2_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigError, match=r"install OpenSSL 3\.0"):
        openssl.checked(SimpleNamespace())


def test_the_openssl_program_verifies_our_signature_and_we_verify_its(tmp_path: Path) -> None:
    pem = "-----BEGIN PUBLIC KEY-----\n%s-----END PUBLIC KEY-----\n"
    import base64

    (tmp_path / "public.pem").write_text(pem % base64.encodebytes(KEY.public_der()).decode())
    (tmp_path / "private.der").write_bytes(KEY.private_der())
    (tmp_path / "data").write_bytes("办理结果".encode())
    (tmp_path / "signature").write_bytes(KEY.sign("办理结果".encode()))
    distid = ["-sigopt", "distid:1234567812345678"]

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, check=False)

    verified = run("dgst", "-sm3", "-verify", "public.pem", "-signature", "signature", *distid, "data")
    signed = run("dgst", "-sm3", "-sign", "private.der", "-keyform", "DER", *distid, "-out", "theirs", "data")

    assert verified.stdout == b"Verified OK\n", verified.stderr
    assert signed.returncode == 0, signed.stderr
    assert KEY.verify((tmp_path / "theirs").read_bytes(), "办理结果".encode())


def test_an_independent_implementation_agrees() -> None:
    """Tongsuo (铜锁), by its own Python package with its own library."""
    serialization = pytest.importorskip("tongsuopy.crypto.serialization")
    from tongsuopy.crypto import hashes
    from tongsuopy.crypto.asymciphers import ec

    theirs = serialization.load_der_public_key(KEY.public_der())
    private = serialization.load_der_private_key(KEY.private_der(), None)

    theirs.verify(KEY.sign("准予许可".encode()), "准予许可".encode(), ec.ECDSA(hashes.SM3()))
    assert KEY.verify(private.sign(b"theirs", ec.ECDSA(hashes.SM3())), b"theirs")
    hashing = hashes.Hash(hashes.SM3())
    hashing.update(b"whatever")
    assert hashing.finalize() == sm3.digest(b"whatever")
