from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Submitted(Event, name="applications.Submitted", subject="number"):
    """收件: the submission has a number; the five days of art. 32 run."""

    number: str
    edition: int
    body: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class Corrected(Event, name="applications.Corrected", subject="number"):
    """补正告知: all gaps told, once."""

    number: str
    materials: int
    answer_by: str
    again: bool = False
    """Something of it was told before; the head gave the reason."""


@dataclass(frozen=True, kw_only=True)
class Supplemented(Event, name="applications.Supplemented", subject="number"):
    """补正: the applicant supplied what was asked for."""

    number: str


@dataclass(frozen=True, kw_only=True)
class Rejected(Event, name="applications.Rejected", subject="number"):
    """不予受理."""

    number: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class IntakeConfirmed(Event, name="applications.IntakeConfirmed", subject="number"):
    """申请人确认 of what a clerk filed for them: `way` is code or signature."""

    number: str
    way: str


@dataclass(frozen=True, kw_only=True)
class Accepted(Event, name="applications.Accepted", subject="number"):
    """受理: the clocks run."""

    number: str
    promised_on: str | None
    statutory_on: str | None
    deemed: bool = False
    """视为受理."""
    provisional: bool = False
    """容缺受理."""


@dataclass(frozen=True, kw_only=True)
class Suspended(Event, name="applications.Suspended", subject="number"):
    number: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class Resumed(Event, name="applications.Resumed", subject="number"):
    number: str
    promised_on: str | None
    statutory_on: str | None


@dataclass(frozen=True, kw_only=True)
class Reviewed(Event, name="applications.Reviewed", subject="number"):
    number: str
    step: str
    passes: bool
    last: bool = True
    """Whether the review is complete with it."""


@dataclass(frozen=True, kw_only=True)
class Evaluated(Event, name="applications.Evaluated", subject="number"):
    """秒批: the edition's decision table was run; `manual` leaves the case to people."""

    number: str
    outcome: str
    rule: str


@dataclass(frozen=True, kw_only=True)
class Decided(Event, name="applications.Decided", subject="number"):
    """决定: granted or refused; a licence, if any, was issued in the same transaction."""

    number: str
    granted: bool
    licence: str | None = None
    deemed: bool = False
    """视为准予."""
    by_rule: bool = False
    """秒批."""
    above: bool = False
    """Decided above, after a 转报."""
    mandate: int | None = None
    """即审即办: the mandate by which the window decided."""


@dataclass(frozen=True, kw_only=True)
class Delivered(Event, name="applications.Delivered", subject="number"):
    number: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event, name="applications.Withdrawn", subject="number"):
    number: str


@dataclass(frozen=True, kw_only=True)
class BackEntered(Event, name="applications.BackEntered", subject="number"):
    """补录: a paper case was entered; a second person has yet to confirm it."""

    number: str
    edition: int
    body: int
    received_at: str


@dataclass(frozen=True, kw_only=True)
class EntryConfirmed(Event, name="applications.EntryConfirmed", subject="number"):
    number: str
    received_at: str


@dataclass(frozen=True, kw_only=True)
class EntryVoided(Event, name="applications.EntryVoided", subject="number"):
    number: str


@dataclass(frozen=True, kw_only=True)
class Prechecked(Event, name="applications.Prechecked", subject="number"):
    number: str


@dataclass(frozen=True, kw_only=True)
class Lapsed(Event, name="applications.Lapsed", subject="number"):
    """补正不来."""

    number: str
    answer_by: str


@dataclass(frozen=True, kw_only=True)
class Committed(Event, name="applications.Committed", subject="number"):
    """承诺: signed at the acceptance or decision that rests on it."""

    number: str
    kind: str
    due_on: str | None


@dataclass(frozen=True, kw_only=True)
class CommitmentSettled(Event, name="applications.CommitmentSettled", subject="number"):
    number: str
    kind: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CauseEnded(Event, name="applications.CauseEnded", subject="number"):
    """One of several legal causes ended; the clocks stand still on."""

    number: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class HearingAsked(Event, name="applications.HearingAsked", subject="number"):
    number: str
    hold_by: str


@dataclass(frozen=True, kw_only=True)
class ExtensionAsked(Event, name="applications.ExtensionAsked", subject="number"):
    number: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Extended(Event, name="applications.Extended", subject="number"):
    number: str
    days: int
    promised_on: str | None
    statutory_on: str | None


@dataclass(frozen=True, kw_only=True)
class ExtensionDeclined(Event, name="applications.ExtensionDeclined", subject="number"):
    number: str


@dataclass(frozen=True, kw_only=True)
class Forwarded(Event, name="applications.Forwarded", subject="number"):
    """转报."""

    number: str
    to_body: str


@dataclass(frozen=True, kw_only=True)
class Terminated(Event, name="applications.Terminated", subject="number"):
    number: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class Made(Event, name="applications.Made", subject="number"):
    """制证."""

    number: str


@dataclass(frozen=True, kw_only=True)
class Closed(Event, name="applications.Closed", subject="number"):
    """办结: delivered, and nothing that was promised is open."""

    number: str


@dataclass(frozen=True, kw_only=True)
class Amended(Event, name="applications.Amended", subject="number"):
    number: str


@dataclass(frozen=True, kw_only=True)
class Revoked(Event, name="applications.Revoked", subject="number"):
    number: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class Reopened(Event, name="applications.Reopened", subject="number"):
    number: str
    ground: str
    round: int
    promised_on: str | None
    statutory_on: str | None


@dataclass(frozen=True, kw_only=True)
class Messaged(Event, name="applications.Messaged", subject="number"):
    """留言: one side wrote to the other."""

    number: str
    from_staff: bool


@dataclass(frozen=True, kw_only=True)
class MandateGranted(Event, name="applications.MandateGranted", subject="mandate"):
    """授权书: a window may accept or decide named items of the body."""

    mandate: str
    body: int
    items: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(Event, name="applications.MandateRevoked", subject="mandate"):
    mandate: str
    body: int


@dataclass(frozen=True, kw_only=True)
class StepReturned(Event, name="applications.StepReturned", subject="number"):
    """退回: an earlier step, and what came after it, are done again."""

    number: str
    to: str
    to_name: str


@dataclass(frozen=True, kw_only=True)
class Asked(Event, name="applications.Asked", subject="number"):
    """会签, 征求意见: bodies were asked."""

    number: str
    step: str
    kind: str
    bodies: tuple[str, ...]
    due_on: str | None


@dataclass(frozen=True, kw_only=True)
class Answered(Event, name="applications.Answered", subject="number"):
    number: str
    step: str
    kind: str
    body: str
    agrees: bool
    late: bool


@dataclass(frozen=True, kw_only=True)
class KeptSilent(Event, name="applications.KeptSilent", subject="number"):
    """A body that was asked said nothing in time, and the silence rule of the edition had its effect."""

    number: str
    step: str
    body: str
    effect: str


@dataclass(frozen=True, kw_only=True)
class Inspected(Event, name="applications.Inspected", subject="number"):
    """现场核查."""

    number: str
    step: str
    passes: bool
    inspectors: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExpertNamed(Event, name="applications.ExpertNamed", subject="number"):
    number: str
    step: str
    expert: int


@dataclass(frozen=True, kw_only=True)
class ExpertRecused(Event, name="applications.ExpertRecused", subject="number"):
    """专家回避."""

    number: str
    step: str
    expert: int


@dataclass(frozen=True, kw_only=True)
class ExpertAnswered(Event, name="applications.ExpertAnswered", subject="number"):
    number: str
    step: str
    expert: int
    passes: bool


@dataclass(frozen=True, kw_only=True)
class NoticePublished(Event, name="applications.NoticePublished", subject="number"):
    """公示."""

    number: str
    step: str
    from_on: str
    until_on: str


@dataclass(frozen=True, kw_only=True)
class ObjectionReceived(Event, name="applications.ObjectionReceived", subject="number"):
    number: str
    step: str


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(Event, name="applications.ObjectionAnswered", subject="number"):
    number: str
    step: str


@dataclass(frozen=True, kw_only=True)
class HearingCalled(Event, name="applications.HearingCalled", subject="number"):
    """听证通知, told seven days ahead; where, says the paper."""

    number: str
    step: str
    held_at: str


@dataclass(frozen=True, kw_only=True)
class HearingRecorded(Event, name="applications.HearingRecorded", subject="number"):
    """听证笔录."""

    number: str
    step: str
    passes: bool


@dataclass(frozen=True, kw_only=True)
class Archived(Event, name="applications.Archived", subject="number"):
    """归档: the case file was written out; `lost` of its files could not be given."""

    number: str
    sha256: str
    files: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class AnswerWaived(Event, name="applications.AnswerWaived", subject="number"):
    """不再等待: the head goes on without an answer that was escalated and never came."""

    number: str
    step: str
    body: str


@dataclass(frozen=True, kw_only=True)
class CorrectionAsked(Event, name="applications.CorrectionAsked", subject="number"):
    """再次要求补正: the same gap a second time awaits the head's reason."""

    number: str
    points: int


@dataclass(frozen=True, kw_only=True)
class CorrectionDeclined(Event, name="applications.CorrectionDeclined", subject="number"):
    """The head doesn't let it be asked for again."""

    number: str


@dataclass(frozen=True, kw_only=True)
class OriginalChecked(Event, name="applications.OriginalChecked", subject="number"):
    """原件已核; `withdrawn`: the mark was taken back."""

    number: str
    key: str
    version: int
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class Reused(Event, name="applications.Reused", subject="number"):
    """以前交过的: a material of an earlier case of the applicant serves this one; its watermark follows."""

    number: str
    key: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class DocumentWorded(Event, name="applications.DocumentWorded", subject="kind"):
    """文书模板: a new version of the texts, for a body (its key) or for all (empty); or back to what is more general."""

    kind: str
    body: str
    version: int
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class BodyMarked(Event, name="applications.BodyMarked", subject="body"):
    """机关代字."""

    body: str
    mark: str


@dataclass(frozen=True, kw_only=True)
class AddressConfirmed(Event, name="applications.AddressConfirmed", subject="number"):
    """送达地址确认; where, says the row."""

    number: str
    electronic: bool
    on_paper: bool


@dataclass(frozen=True, kw_only=True)
class ServiceRecorded(Event, name="applications.ServiceRecorded", subject="number"):
    """送达回证: one paper, one way, and what came of it: sent, served or failed."""

    number: str
    document: str
    way: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Unmasked(Event, name="applications.Unmasked", subject="number"):
    """查看完整号码: of the applicant (`phone`, `id_number`) or in the form; the reason lies with the access."""

    number: str
    what: str


@dataclass(frozen=True, kw_only=True)
class OpinionWorded(Event, name="applications.OpinionWorded", subject="opinion"):
    """常用意见: written or changed; `body` is empty for one's own."""

    opinion: str
    act: str
    body: str


@dataclass(frozen=True, kw_only=True)
class OpinionRetired(Event, name="applications.OpinionRetired", subject="opinion"):
    """常用意见: no longer offered."""

    opinion: str
