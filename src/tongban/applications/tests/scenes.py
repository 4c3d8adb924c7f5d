"""A real case in each situation that law.toml names, brought there by the verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.people import GUIDE, Cast, paper, publish
from tongban.applications import actions
from tongban.applications.actions import Gap
from tongban.applications.models import Application
from tongban.catalog.models import Edition
from tongban.files.actions import keep_upload
from tongban.identity.actors import Actor
from tongban.kernel import actors

OFF_PLATFORM = "重庆市消防救援总队"
"""A body that is asked by letter and answers on paper."""
ABOVE = "重庆市市场监督管理局"
WORDS = "材料齐全，符合规定"
GAPS = {"layout": Gap(points=("标明各功能区面积",))}

EDITIONS: Mapping[str, Mapping[str, Any]] = {
    "delegated": {"accepted_by": "window"},
    "wanting": {"follow": "decision"},
    "instant": {"review": "instant"},
    "two_steps": {"steps": [{"key": "visit", "name": "现场核查", "role": "reviewer"}, *GUIDE["steps"]]},
    "joint": {"joint": True, "statutory": None, "promised": None},
    "silent": {"silence": "granted", "silence_basis": "《城镇燃气管理条例》第十五条"},
    "above": {"decided_above": ABOVE},
    "pledged": {"verify_days": 20},
    "with_steps": {
        "steps": [
            {"key": "first", "name": "初审", "role": "reviewer"},
            {"key": "second", "name": "复审", "role": "reviewer"},
            {
                "key": "ask",
                "name": "征求意见",
                "role": "reviewer",
                "kind": "consultation",
                "beside": True,
                "asked": ["云江区民政局", OFF_PLATFORM],
            },
            {"key": "decide", "name": "决定", "role": "decider"},
        ]
    },
    "countersigned": {
        "steps": [
            {
                "key": "sign",
                "name": "会签",
                "role": "reviewer",
                "kind": "countersign",
                "mode": "majority",
                "asked": ["云江区民政局", OFF_PLATFORM],
            },
            {"key": "decide", "name": "决定", "role": "decider"},
        ]
    },
}
"""What an edition says beside the cast's guide, in which papers may follow after the decision."""


class Stage:
    """The cast, the editions, and cases on them. Each scene is a fresh case."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.now = cast, cast.now
        self.liu, self.clerk = cast.actor(cast.liu), cast.actor(cast.clerk, channel="counter")
        self.clerk_two = cast.actor(cast.clerk_two, channel="counter")
        self.reviewer, self.decider, self.head = (
            cast.actor(who) for who in (cast.reviewer, cast.decider, cast.head)
        )  # fmt: skip
        self.foreign_reviewer = cast.actor(cast.foreign_reviewer)
        self.government_head = cast.actor(cast.government_head)
        self._editions: dict[str, Edition] = {"": cast.guide}
        self._cases = 0

    def edition(self, kind: str) -> Edition:
        if kind not in self._editions:
            code = f"9901310020{len(self._editions):02}"
            change = EDITIONS[kind]
            self._editions[kind] = publish(self.cast.body, now=self.now, code=code, name=kind, **change)
        return self._editions[kind]

    def file(self, by: Actor | None = None) -> str:
        return str(keep_upload(paper(), by=by or self.liu, now=self.now).public_id)

    def submitted(self, kind: str = "", *, complete: bool = False) -> str:
        self._cases += 1
        given = {"safety": "pledge", **({"layout": self.file()} if complete else {})}
        key = f"scene-{self._cases:04}"
        return self.cast.submit(key=key, edition=self.edition(kind), materials=given).number

    def accepted(self, kind: str = "", *, complete: bool = False, by: Actor | None = None) -> str:
        return actions.accept(
            self.submitted(kind, complete=complete), by=by or self.reviewer, now=self.now
        ).number  # fmt: skip

    def reviewed(self, kind: str = "", *, by: Actor | None = None, **how: Any) -> str:
        number = self.accepted(kind, **how)
        return actions.review(number, passes=True, opinion=WORDS, by=by or self.reviewer, now=self.now).number

    def decided(self, kind: str = "", *, granted: bool = True, **how: Any) -> str:
        return actions.decide(
            self.reviewed(kind, **how), granted=granted, reason="经营场所不符合规定", by=self.decider, now=self.now
        ).number  # fmt: skip

    def delivered(self, **how: Any) -> str:
        return actions.deliver(self.decided(**how), by=self.liu, now=self.now).number

    def recorded(self) -> str:
        self._cases += 1
        return actions.back_enter(
            self.cast.submission(), received_at=self.now - timedelta(days=3), reason="系统停机时收的纸质材料",
            key=f"scene-{self._cases:04}", by=self.clerk, now=self.now,
        ).number  # fmt: skip

    def correcting(self) -> str:
        return actions.correct(self.submitted(), GAPS, by=self.reviewer, now=self.now).number

    def supplemented(self) -> str:
        return actions.supplement(
            self.correcting(), materials={"layout": self.file()}, by=self.liu, now=self.now
        ).number  # fmt: skip

    def original_seen(self) -> str:
        number = self.supplemented()
        actions.see_original(number, "layout", grounds="当面与原件核对", by=self.reviewer, now=self.now)
        return number

    def asked_again(self) -> str:
        return actions.ask_again(
            self.supplemented(), GAPS, reason="补来的图还是没有面积", by=self.reviewer, now=self.now
        ).number  # fmt: skip

    def suspended(self, *causes: str) -> str:
        number = self.accepted()
        for cause in causes:
            actions.suspend(number, cause=cause, reason="需要委托检测机构", by=self.reviewer, now=self.now)
        return number

    def asked(self, number: str) -> str:
        return actions.ask_extension(
            number, days=5, reason="需要补充现场核查", by=self.reviewer, now=self.now
        ).number  # fmt: skip

    def extended(self) -> str:
        return actions.extend(self.asked(self.accepted()), by=self.head, now=self.now).number

    def unheard(self, number: str) -> str:
        return actions.ask_hearing(number, reason="对核查结果有意见", by=self.liu, now=self.now).number

    def stepped(self, *, suspended: bool = False, concluded: bool = False) -> str:
        """The first step is done; another body is asked, beside the second."""
        number = actions.complete_step(
            self.accepted("with_steps"), "first", passes=True, opinion=WORDS, by=self.reviewer, now=self.now
        ).number  # fmt: skip
        if suspended:
            actions.suspend(number, cause="test", reason="需要委托检测机构", by=self.reviewer, now=self.now)
        if concluded:
            self.answer(number, "ask", agrees=True)
            for key in ("ask", "second"):
                actions.complete_step(number, key, passes=True, opinion=WORDS, by=self.reviewer, now=self.now)
        return number

    def answer(self, number: str, key: str, *, agrees: bool) -> None:
        """Both bodies answer: one here, one on paper."""
        how: dict[str, Any] = {"agrees": agrees, "opinion": "疏散通道宽度需要再核对", "now": self.now}
        actions.respond(number, key, by=self.cast.actor(self.cast.foreign_reviewer), **how)
        actions.enter_answer(number, key, body=OFF_PLATFORM, by=self.reviewer, **how)

    def not_countersigned(self) -> str:
        number = self.accepted("countersigned")
        self.answer(number, "sign", agrees=False)
        return actions.complete_step(
            number, "sign", passes=True, opinion=WORDS, by=self.reviewer, now=self.now
        ).number  # fmt: skip

    def forwarded(self) -> str:
        return actions.forward(self.reviewed("above"), opinion=WORDS, by=self.decider, now=self.now).number

    def revoked(self) -> str:
        return actions.revoke(
            self.delivered(), ground="procedure", reason="违反了法定程序", by=self.head, now=self.now
        ).number  # fmt: skip

    def terminated(self) -> str:
        return actions.terminate(
            self.accepted(), ground="applicant_gone", reason="申请人已经死亡", by=self.decider, now=self.now
        ).number  # fmt: skip

    def rejected(self) -> str:
        return actions.reject(
            self.submitted(), kind="not_needed", reason="这件事不需要许可", by=self.reviewer, now=self.now
        ).number  # fmt: skip

    def lapsed(self) -> str:
        number = self.correcting()
        assert actions.lapse(number, by=actors.system("deadlines"), now=self.now + timedelta(days=60))
        return number

    def prechecked(self, kind: str = "") -> str:
        return actions.precheck(self.submitted(kind), by=self.reviewer, now=self.now).number


SCENES: Mapping[str, Callable[[Stage], str]] = {
    "recorded": Stage.recorded,
    "void": lambda on: actions.void_entry(on.recorded(), by=on.clerk_two, now=on.now).number,
    "submitted": Stage.submitted,
    "submitted_supplemented": Stage.supplemented,
    "submitted_original_seen": Stage.original_seen,
    "submitted_asked_again": Stage.asked_again,
    "submitted_delegated": lambda on: on.submitted("delegated"),
    "submitted_wanting": lambda on: on.submitted("wanting"),
    "prechecked": Stage.prechecked,
    "prechecked_wanting": lambda on: on.prechecked("wanting"),
    "correcting": Stage.correcting,
    "lapsed": Stage.lapsed,
    "rejected": Stage.rejected,
    "accepted": Stage.accepted,
    "accepted_two_steps": lambda on: on.accepted("two_steps"),
    "accepted_with_steps": Stage.stepped,
    "suspended_with_steps": lambda on: on.stepped(suspended=True),
    "reviewed_with_steps": lambda on: on.stepped(concluded=True),
    "reviewed_not_countersigned": Stage.not_countersigned,
    "accepted_complete": lambda on: on.accepted(complete=True),
    "accepted_wanting": lambda on: on.accepted("wanting"),
    "accepted_instant": lambda on: on.accepted("instant", by=on.decider),
    "accepted_asked": lambda on: on.asked(on.accepted()),
    "accepted_asked_joint": lambda on: on.asked(on.accepted("joint")),
    "accepted_extended": Stage.extended,
    "accepted_heard": lambda on: on.unheard(on.accepted()),
    "accepted_silent": lambda on: on.accepted("silent"),
    "suspended": lambda on: on.suspended("test"),
    "suspended_twice": lambda on: on.suspended("test", "appraisal"),
    "reviewed": Stage.reviewed,
    "reviewed_asked": lambda on: on.asked(on.reviewed()),
    "reviewed_by_the_decider": lambda on: on.reviewed(by=on.decider),
    "reviewed_accepted_by_the_decider": lambda on: (
        actions.review(on.accepted(by=on.decider), passes=True, opinion=WORDS, by=on.reviewer, now=on.now).number
    ),
    "reviewed_unheard": lambda on: on.unheard(on.reviewed()),
    "reviewed_above": lambda on: on.reviewed("above"),
    "reviewed_silent": lambda on: on.reviewed("silent"),
    "forwarded": Stage.forwarded,
    "granted": Stage.decided,
    "granted_complete": lambda on: on.decided(complete=True),
    "made": lambda on: actions.make(on.decided(), by=on.clerk, now=on.now).number,
    "refused": lambda on: on.decided(granted=False),
    "delivered": Stage.delivered,
    "closed": lambda on: on.delivered(complete=True),
    "closed_refused": lambda on: on.delivered(granted=False),
    "terminated": Stage.terminated,
    "revoked": Stage.revoked,
    "withdrawn": lambda on: actions.withdraw(on.accepted(), by=on.liu, now=on.now).number,
}


def case(number: str) -> Application:
    return Application.objects.get(number=number)
