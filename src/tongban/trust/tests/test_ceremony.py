"""The key ceremony as rows: founded, issued, renewed, revoked, listed, and what stays of it in the journal."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, NotFound, Refusal
from tongban.trust import actions, certificates, chains, chores, queries, sm2, stamp_checking
from tongban.trust.certificates import Usage
from tongban.trust.errors import CryptoError
from tongban.trust.keys import Algorithm, read_public
from tongban.trust.models import Certificate, Key, RevocationList
from tongban.trust.revocation import Reason
from tongban.trust.rules import Role, State
from tongban.trust.sm3 import OID as SM3_OID
from tongban.trust.sm3 import digest

pytestmark = pytest.mark.django_db
BY = system("test")
OFFICE = "云江区政务服务管理办公室"
BODY = "云江区市场监督管理局"


def found(now: datetime, algorithm: Algorithm = Algorithm.SM2) -> Certificate:
    return actions.found_authority(algorithm=algorithm, organisation=OFFICE, by=BY, now=now)


def issue(
    now: datetime, role: Role = Role.SIGNER, *, holder: str = "body:1", algorithm: Algorithm = Algorithm.SM2
) -> list[Certificate]:
    return actions.issue(role, name=BODY, organisation=BODY, holder=holder, algorithm=algorithm, by=BY, now=now)


def judged(certificate: Certificate, *, at: datetime, usage: Usage = Usage.SIGN) -> list[str]:
    verdict = chains.judge(bytes(certificate.der), usage=usage, at=at, trusted=queries.trusted())
    return [fault.code for fault in verdict.faults]


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_body_gets_two_certificates_and_signs_with_one(moment: datetime, algorithm: Algorithm) -> None:
    found(moment, algorithm)

    sign, encrypt = issue(moment, algorithm=algorithm)
    signer = queries.signer(Role.SIGNER, holder="body:1", algorithm=algorithm, now=moment)
    signature = signer.sign(b"data")

    assert (sign.usage, encrypt.usage) == (Usage.SIGN, Usage.ENCRYPT)
    assert bytes(sign.key.public) != bytes(encrypt.key.public)
    assert signer.certificate == bytes(sign.der)
    assert read_public(certificates.public_of(signer.certificate)).verify(signature, b"data")
    assert judged(sign, at=moment) == []
    assert judged(encrypt, at=moment, usage=Usage.ENCRYPT) == []


def test_private_keys_lie_encrypted_in_the_table(moment: datetime) -> None:
    made = found(moment)

    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM trust_key")
        stored = [bytes(row[0]) for row in cursor.fetchall()]
    plain = base64.b64decode(str(made.key.private))

    assert sm2.PrivateKey.from_der(plain).public_der() == bytes(made.key.public)
    assert all(plain not in each and base64.b64encode(plain)[:30] not in each for each in stored)


def test_without_an_authority_nothing_is_issued(moment: datetime) -> None:
    with pytest.raises(NotFound) as refused:
        issue(moment)

    assert refused.value.code == "authority_missing"
    assert "tongban trust init" in refused.value.hint


def test_there_is_one_in_use_of_each(moment: datetime) -> None:
    found(moment)
    issue(moment)

    for again in (lambda: found(moment), lambda: issue(moment)):
        with pytest.raises(Conflict) as refused:
            again()
        assert refused.value.code == "certificate_exists"
    assert len(issue(moment, holder="body:2")) == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_found_one_authority(together: Callable[..., list[Any]], moment: datetime) -> None:
    results = together(lambda: found(moment), lambda: found(moment))

    assert len([one for one in results if isinstance(one, Certificate)]) == 1
    assert Certificate.objects.filter(role=Role.AUTHORITY, state=State.CURRENT).count() == 1


def test_after_renewal_the_new_one_signs_and_the_old_one_still_verifies(moment: datetime) -> None:
    found(moment)
    old, old_encrypt = issue(moment)
    before = queries.signer_of(old)
    signature = before.sign(b"old")
    later = moment + timedelta(days=1)

    new, new_encrypt = actions.renew(old.serial, by=BY, now=later)

    for one in (old, old_encrypt):
        one.refresh_from_db()
        one.key.refresh_from_db()
    assert (old.state, old.replaced_by, old_encrypt.replaced_by) == (State.REPLACED, new, new_encrypt)
    assert queries.signer(Role.SIGNER, holder="body:1", algorithm=Algorithm.SM2, now=later).certificate == bytes(
        new.der
    )
    assert read_public(bytes(old.key.public)).verify(signature, b"old")
    assert judged(old, at=later) == []
    with pytest.raises(CryptoError, match="destroyed"):
        queries.signer_of(old).sign(b"again")
    assert old.key.destroyed_at == later
    assert old_encrypt.key.private, "what was encrypted for the old one is still to be opened"
    with pytest.raises(Conflict):
        actions.renew(old.serial, by=BY, now=later)


def test_a_new_root_leaves_what_the_old_one_issued(moment: datetime) -> None:
    root = found(moment)
    sign, _ = issue(moment)

    (new,) = actions.renew(root.serial, by=BY, now=moment)
    other, _ = issue(moment, holder="body:2")

    assert other.issuer == new
    assert judged(sign, at=moment) == judged(other, at=moment) == []
    actions.revoke(sign.serial, reason=Reason.UNSPECIFIED, by=BY, now=moment)
    assert judged(sign, at=moment) == ["revoked"], "the old root still makes its lists"


def test_what_is_revoked_is_on_the_list_at_once_and_its_twin_too(moment: datetime) -> None:
    root = found(moment)
    sign, encrypt = issue(moment)
    later = moment + timedelta(hours=1)

    gone = actions.revoke(sign.serial, reason=Reason.KEY_COMPROMISE, by=BY, now=later)

    assert {one.serial for one in gone} == {sign.serial, encrypt.serial}
    assert judged(sign, at=later) == judged(encrypt, at=later, usage=Usage.ENCRYPT) == ["revoked"]
    assert judged(sign, at=moment + timedelta(minutes=1)) == []
    assert list(RevocationList.objects.filter(authority=root).order_by("number").values_list("number", flat=True)) == [
        1,
        2,
    ]
    sign.key.refresh_from_db()
    assert sign.key.private == ""
    with pytest.raises(NotFound):
        queries.signer(Role.SIGNER, holder="body:1", algorithm=Algorithm.SM2, now=later)
    for refused in (lambda: actions.revoke(sign.serial, reason=Reason.UNSPECIFIED, by=BY, now=later), lambda: actions.renew(sign.serial, by=BY, now=later)):  # fmt: skip
        with pytest.raises(Conflict) as told:
            refused()
        assert told.value.code == "certificate_revoked"
    assert len(issue(later)) == 2, "the holder gets others"


def test_a_revoked_root_is_trusted_no_more(moment: datetime) -> None:
    root = found(moment)
    sign, _ = issue(moment)

    actions.revoke(root.serial, reason=Reason.KEY_COMPROMISE, by=BY, now=moment)

    assert "no_anchor" in judged(sign, at=moment)


def test_lists_are_made_anew_before_they_end_and_not_earlier(moment: datetime) -> None:
    found(moment)
    found(moment, Algorithm.ECDSA)

    chores.lists(moment + timedelta(days=3))
    assert RevocationList.objects.count() == 2
    chores.lists(moment + timedelta(days=4))
    chores.lists(moment + timedelta(days=4, hours=6))
    assert RevocationList.objects.count() == 4
    assert queries.lists_over(now=moment + timedelta(days=8)) == []
    assert len(queries.lists_over(now=moment + timedelta(days=12))) == 2


def test_who_has_ended_signs_no_more(moment: datetime) -> None:
    found(moment)
    sign, _ = issue(moment)
    over = sign.not_after_at + timedelta(seconds=1)

    with pytest.raises(Conflict) as refused:
        queries.signer(Role.SIGNER, holder="body:1", algorithm=Algorithm.SM2, now=over)

    assert refused.value.code == "certificate_ended"
    assert sign.serial in refused.value.hint


def test_what_ends_within_90_days_is_told(moment: datetime) -> None:
    found(moment)
    sign, encrypt = issue(moment)
    end = sign.not_after_at

    assert list(queries.ending(now=end - timedelta(days=92))) == []
    assert set(queries.ending(now=end - timedelta(days=90))) == {sign, encrypt}
    assert set(queries.ending(now=end + timedelta(days=5))) == {sign, encrypt}


def test_the_own_time_stamps_are_believed(moment: datetime) -> None:
    found(moment)
    issue(moment, Role.STAMP, holder="")

    token = actions.stamp(digest(b"data"), digest_oid=SM3_OID, algorithm=Algorithm.SM2, now=moment)
    judgement = stamp_checking.judge(token, b"data", trusted=queries.trusted())

    assert (judgement.valid, judgement.at) == (True, moment)


def test_the_journal_says_who_did_what(moment: datetime) -> None:
    root = found(moment)
    sign, encrypt = issue(moment)
    new, _ = actions.renew(sign.serial, by=BY, now=moment)
    actions.revoke(new.serial, reason=Reason.CESSATION, by=BY, now=moment)

    told = list(
        JournalEntry.objects.filter(name__startswith="trust.").order_by("pk").values_list("name", "subject", "actor")
    )

    of_new = [name for name, subject, _ in told if subject == new.serial]
    assert of_new == ["trust.CertificateIssued", "trust.CertificateRevoked", "trust.KeyDestroyed"]
    assert [name for name, subject, _ in told if subject == sign.serial] == [
        "trust.CertificateIssued",
        "trust.KeyDestroyed",
    ]
    assert {actor for _, _, actor in told} == {"system:test"}
    issued = JournalEntry.objects.get(name="trust.CertificateIssued", subject=new.serial).facts
    assert (issued["replaces"], issued["issuer"], issued["holder"]) == (sign.serial, root.serial, "body:1")
    assert encrypt.serial != sign.serial


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"organisation": "长" * 65}, "organisation"), ({"days": 9000}, "days")],
)
def test_what_is_asked_wrongly_is_refused_with_its_field(moment: datetime, change: dict[str, Any], field: str) -> None:
    found(moment)
    asked: dict[str, Any] = {"name": BODY, "organisation": BODY, "algorithm": Algorithm.SM2, **change}

    with pytest.raises(Refusal) as refused:
        actions.issue(Role.SIGNER, **asked, by=BY, now=moment)

    assert refused.value.field == field
    assert Key.objects.count() == 1, "nothing was made"


def test_an_unknown_store_is_refused(moment: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        actions.found_authority(algorithm=Algorithm.ECDSA, organisation=OFFICE, by=BY, now=moment, store="pkcs11")

    assert refused.value.code == "key_store_unknown"
    assert "TONGBAN_PKCS11_MODULE" in refused.value.hint
