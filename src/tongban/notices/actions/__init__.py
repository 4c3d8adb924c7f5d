"""The verbs: tell, hand over, take another way; word; print; choose how to be reached."""

from tongban.notices.actions.letters import print_letter
from tongban.notices.actions.reaching import ask_mail, confirm_mail, give_up_mail, prefer, try_phone_again
from tongban.notices.actions.telling import hand_over_due, mark_read, take_another_way, tell
from tongban.notices.actions.wording import all_current, current, use_the_general, word

__all__ = [
    "all_current",
    "ask_mail",
    "confirm_mail",
    "current",
    "give_up_mail",
    "hand_over_due",
    "mark_read",
    "prefer",
    "print_letter",
    "take_another_way",
    "tell",
    "try_phone_again",
    "use_the_general",
    "word",
]
