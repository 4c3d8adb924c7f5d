"""What an edition (实施清单) says: one typed document, the same for page, counter, kiosk, API and PDF.

The document is stored whole with its edition, because a published edition never changes and is always read whole.
Field names follow GB/T 39046-2020 table 4 where it names them; unknown keys are refused, so a misspelt key in an
imported guide is an error with its place, not silence. New keys have defaults: older editions stay readable.
"""

from tongban.catalog.content.common import (
    Attachment,
    Clause,
    Condition,
    Key,
    Limit,
    Option,
    Part,
    Question,
    Unit,
    named,
)
from tongban.catalog.content.deciding import DecisionRule, RuleTest
from tongban.catalog.content.edition import (
    Answered,
    Basis,
    Content,
    Fee,
    Intermediary,
    Participant,
    Place,
    PublicService,
    Receiver,
    Result,
    SpecialProcedure,
    Step,
)
from tongban.catalog.content.forms import FieldKind, FormField, FormPage, Prefill, Repeat
from tongban.catalog.content.materials import Give, Material, Origin

__all__ = [
    "Answered",
    "Attachment",
    "Basis",
    "Clause",
    "Condition",
    "Content",
    "DecisionRule",
    "Fee",
    "FieldKind",
    "FormField",
    "FormPage",
    "Give",
    "Intermediary",
    "Key",
    "Limit",
    "Material",
    "Option",
    "Origin",
    "Part",
    "Participant",
    "Place",
    "Prefill",
    "PublicService",
    "Question",
    "Receiver",
    "Repeat",
    "Result",
    "RuleTest",
    "SpecialProcedure",
    "Step",
    "Unit",
    "named",
]
