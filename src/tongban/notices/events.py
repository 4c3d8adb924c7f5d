from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TemplateChanged(Event, name="notices.TemplateChanged", subject="kind"):
    """`body` is the key of the body whose own it is; empty for the general one."""

    kind: str
    body: str
    version: int


@dataclass(frozen=True, kw_only=True)
class LetterPrinted(Event, name="notices.LetterPrinted", subject="number"):
    """Name and address were shown to who printed it."""

    number: str
    letter: str
