"""授权书 as PDF, for the file of the body and of who holds it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from tongban.design.documents import compile_pdf
from tongban.design.words import date_cn
from tongban.identity.models import Authorisation
from tongban.identity.rules import AUTHORISED_ACTS
from tongban.kernel.clock import date_of
from tongban.staffing.authorised import items_of

FOLDER = Path(__file__).parent / "typst"


def authorisation_pdf(one: Authorisation) -> bytes:
    """What was given, item by item; a revoked one says so."""
    names = items_of(one.body)
    whom, first = one.account.display_name, date_cn(one.from_at, year=True)
    last = f"至{date_cn(one.until_at - timedelta(days=1), year=True)}" if one.until_at else "起，至书面撤销为止"
    which = "本机关的全部事项" if one.item_codes is None else f"下列 {len(one.item_codes)} 个事项"
    paragraphs = [
        f"兹授权首席代表{whom}，以本机关名义对{which}办理：{'；'.join(AUTHORISED_ACTS[act] for act in one.acts)}。",
        f"授权期限：{first}{last}。",
    ]
    closing = ["受授权人不得转授权；办理自己的申请或者有利害关系的申请，应当回避。"]
    if one.revoked_at:
        closing.append(
            f"本授权书已于{date_cn(one.revoked_at, year=True)}撤销：{one.revoked_why}。此前作出的决定不受影响。"
        )
    data = {
        "office": one.body.name, "whom": whom, "document": one.document, "on": date_of(one.given_at),
        "paragraphs": paragraphs, "rows": [[code, names.get(code, "")] for code in one.item_codes or ()],
        "closing": closing, "note": f"授权书编号 {one.public_id}", "demo": settings.TONGBAN.demo,
        "seal_note": "（印章）演示：没有真的盖章" if settings.TONGBAN.demo else "印章位置（没有加盖电子印章）",
    }  # fmt: skip
    return compile_pdf(FOLDER / "authorisation.typ", data, at=one.given_at)
