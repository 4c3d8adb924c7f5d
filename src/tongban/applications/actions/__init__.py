"""The verbs of a case, in the order life does them: drafts (and carrying them to a new edition), intake and back entry,
acceptance, commitments, review, steps with what they ask and record, extension, outcome, afterwards; and what passed deadlines do by themselves."""

from tongban.applications.actions.acceptance import accept, deem_accepted, lapse, precheck, reject
from tongban.applications.actions.afterwards import amend, reopen, revoke
from tongban.applications.actions.announcing import answer_objection, object_to, publish_notice, receive_objection
from tongban.applications.actions.archiving import archive, archive_for_the_keeper, archive_opened
from tongban.applications.actions.asking import consult, enter_answer, go_without, keep_silent, respond, sweep_silence
from tongban.applications.actions.back_entry import back_enter, confirm_entry, void_entry
from tongban.applications.actions.carrying import carry_over
from tongban.applications.actions.commitments import supply, verify, withdraw_pledge
from tongban.applications.actions.correcting import Gap, ask_again, correct, correct_again, decline_again
from tongban.applications.actions.deadlines import break_late, recount, sweep
from tongban.applications.actions.drafts import (
    back_enter_draft,
    discard_draft,
    open_draft,
    reuse_in_draft,
    save_draft,
    submit_draft,
    take_bound,
)
from tongban.applications.actions.evidence import (
    Findings,
    call_hearing,
    chairs,
    colleagues,
    enter_opinion,
    inspect,
    name_expert,
    record_hearing,
    recuse_expert,
)
from tongban.applications.actions.extension import ask_extension, decline_extension, extend
from tongban.applications.actions.intake import Submission, submit, supplement, withdraw
from tongban.applications.actions.mandates import grant_mandate, revoke_mandate
from tongban.applications.actions.messages import read_messages, write_message
from tongban.applications.actions.originals import see_original, withdraw_original
from tongban.applications.actions.outcome import decide, deem_granted, deliver, forward, make, terminate
from tongban.applications.actions.reusing import Reused, stamp
from tongban.applications.actions.review import ask_hearing, resume, review, suspend
from tongban.applications.actions.steps import complete_step, return_step
from tongban.applications.actions.versions import Taken

__all__ = [
    "Findings", "Gap", "Reused", "Submission", "Taken", "accept", "amend", "answer_objection", "archive",
    "archive_for_the_keeper", "archive_opened", "ask_again", "ask_extension", "ask_hearing", "back_enter",
    "back_enter_draft", "break_late", "call_hearing", "carry_over", "chairs", "colleagues", "complete_step",
    "confirm_entry", "consult", "correct", "correct_again", "decide", "decline_again", "decline_extension",
    "deem_accepted", "deem_granted", "deliver", "discard_draft", "enter_answer", "enter_opinion", "extend",
    "forward", "go_without", "grant_mandate", "inspect", "keep_silent", "lapse", "make", "name_expert", "object_to",
    "open_draft", "precheck", "publish_notice", "read_messages", "receive_objection", "record_hearing", "recount",
    "recuse_expert", "reject", "reopen", "respond", "resume", "return_step", "reuse_in_draft", "review", "revoke",
    "revoke_mandate", "save_draft", "see_original", "stamp", "submit", "submit_draft", "supplement", "supply",
    "suspend", "sweep", "sweep_silence", "take_bound", "terminate", "verify", "void_entry", "withdraw",
    "withdraw_original", "withdraw_pledge", "write_message",
]  # fmt: skip
