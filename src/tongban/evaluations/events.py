from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Rated(Event, name="evaluations.Rated", subject="number"):
    """评价. The rater stays private: the journal's actor is not shown to the rated."""

    number: str
    level: int
