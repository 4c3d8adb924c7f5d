from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskClaimed(Event, name="flow.TaskClaimed", subject="number"):
    """认领: out of the pool, to who took it."""

    number: str
    act: str
    step: str
    account: int


@dataclass(frozen=True, kw_only=True)
class TaskReleased(Event, name="flow.TaskReleased", subject="number"):
    """退回待办池: by its holder, or because the holder lost the post for it."""

    number: str
    act: str
    step: str
    account: int
    post_lost: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskHandedOver(Event, name="flow.TaskHandedOver", subject="number"):
    """转交: by its holder, to a colleague; the reason stands in the row."""

    number: str
    act: str
    step: str
    from_account: int
    to_account: int


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(Event, name="flow.TaskAssigned", subject="number"):
    """指派: by the head of the body."""

    number: str
    act: str
    step: str
    from_account: int | None
    to_account: int


@dataclass(frozen=True, kw_only=True)
class TaskDoneForAbsent(Event, name="flow.TaskDoneForAbsent", subject="number"):
    """代办: the substitute acts, in their own name, on a task of who is away."""

    number: str
    act: str
    step: str
    account: int
    substitute: int


@dataclass(frozen=True, kw_only=True)
class TaskEscalated(Event, name="flow.TaskEscalated", subject="number"):
    """督办: overdue, or near its day and untouched; it lies before the head of the body."""

    number: str
    act: str
    step: str
    body: int
    due_on: str
    overdue: bool
