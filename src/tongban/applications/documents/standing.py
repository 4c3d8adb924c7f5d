"""Whether a paper still stands: what anyone who holds it may know."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.applications.models import Amendment, CaseDocument, Revocation
from tongban.applications.rules import State
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import normalise

OF_A_ROUND = ("decision", "decision_deemed", "refusal", "rejection", "lapse", "termination", "revocation", "reopening")
"""Forms whose paper falls when the case is handled again."""


@dataclass(frozen=True)
class Standing:
    word: str
    tone: str
    """As a tag's."""
    says: str

    @property
    def good(self) -> bool:
        return self.tone in ("ok", "warn")


VALID = Standing("● 有效", "ok", "这份文书由上列机关通过本平台作出，现在有效。")
AMENDED = Standing("▲ 有效，已更正", "warn", "这份文书有文字更正，与更正通知书一并使用。")
REPLACED = Standing("■ 已被替代", "bad", "后来又作出了同一种文书，以后来的为准。")
REOPENED = Standing("■ 不再有效", "bad", "办件已经依法重新办理，此前作出的这份文书不再有效。")
REVOKED = Standing("■ 已撤销", "bad", "这份决定已经依法撤销，不能再使用。")
VOID = Standing("■ 已作废", "bad", "补录没有通过复核，这份文书作废。")


def by_code(code: str, *, number: str = "") -> CaseDocument:
    """Raises NotFound; also where the number that is printed beside the code is another."""
    documents = CaseDocument.objects.select_related("application", "body")
    found = documents.filter(code=normalise(code)[:16]).first()
    if found is None or (number and _plain(number) != _plain(found.number)):
        raise NotFound(
            "document_code_unknown",
            "没有查到这份文书",
            "请对照文书上的编号和二维码旁边的验证码核对；查不到的文书请勿采信",
        )
    return found


def _plain(number: str) -> str:
    """The digits and characters, however the brackets and spaces were typed."""
    return "".join(one for one in normalise(number) if one.isalnum())


def standing_of(document: CaseDocument) -> Standing:
    case = document.application
    if case.status == State.VOID:
        return VOID
    revoked = Revocation.objects.filter(application=case, round=document.round)
    if document.form in ("decision", "decision_deemed") and revoked.exists():
        return REVOKED
    if document.form in OF_A_ROUND and document.round < case.round:
        return REOPENED
    same = CaseDocument.objects.filter(application=case, kind=document.kind, round=document.round)
    if same.filter(of_at__gt=document.of_at).exists():
        return REPLACED
    amended = Amendment.objects.filter(application=case, at__gt=document.of_at)
    if document.form != "amendment" and not document.inside and amended.exists():
        return AMENDED
    return VALID
