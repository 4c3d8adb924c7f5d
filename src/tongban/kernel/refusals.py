"""拒绝: an anticipated "no", with a reason a citizen understands. Doors turn it into a page or a problem+json."""

from __future__ import annotations


class Refusal(Exception):
    """Says what is wrong (`reason`), what to do next (`hint`), where (`field`), and `code` for machines."""

    status = 422

    def __init__(self, code: str, reason: str, hint: str = "", field: str = "") -> None:
        super().__init__(reason)
        self.code, self.reason, self.hint, self.field = code, reason, hint, field


class NotFound(Refusal):
    """No such thing, or none that this actor may know of."""

    status = 404


class Forbidden(Refusal):
    """The actor is known, and may not do this."""

    status = 403


class Unidentified(Refusal):
    """The actor is not known: log in, or send a token."""

    status = 401


class Conflict(Refusal):
    """The thing changed meanwhile, or is past this act."""

    status = 409


class Unavailable(Refusal):
    """Try again shortly; nothing was done."""

    status = 503


class Invalid(Refusal):
    """Several faults at once, each with its field."""

    def __init__(self, faults: list[Refusal]) -> None:
        first = faults[0]
        reason = first.reason if len(faults) == 1 else f"有 {len(faults)} 处需要修改：{first.reason}"
        super().__init__(first.code, reason, first.hint, first.field)
        self.faults = faults


def demand(holds: bool, code: str, reason: str, hint: str = "", field: str = "") -> None:
    """Raise a plain refusal (422) unless `holds`."""
    if not holds:
        raise Refusal(code, reason, hint, field)
