"""What the pages of this room share: a power in words, and fields with what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest

from tongban.delegation import queries, rules
from tongban.delegation.models import PowerOfAttorney
from tongban.design.parts import Choice, Field, Tone
from tongban.design.words import date_cn
from tongban.identity.rules import mask_id
from tongban.kernel import clock
from tongban.kernel.refusals import Invalid, Refusal


@dataclass(frozen=True)
class Line:
    """One power in a list."""

    power: PowerOfAttorney
    kind: str
    state: str
    tone: Tone
    period: str
    acts: str


def line(one: PowerOfAttorney) -> Line:
    state, tone = state_of(one, clock.today())
    return Line(one, rules.KINDS[kind_of(one)], state, tone, period_of(one), acts_of(one))


def kind_of(one: PowerOfAttorney) -> rules.Kind:
    return next(kind for kind in rules.KINDS if kind == one.kind)


def state_of(one: PowerOfAttorney, today: date) -> tuple[str, Tone]:
    """In words, with a shape for who sees no colours."""
    if one.state == "ended":
        return f"■ {rules.HOWS[rules.how_ended(one)]}", "line"
    if one.until_on <= today:
        return "■ 已到期", "line"
    if one.state == "asked":
        return "▲ 等待委托人确认", "warn"
    return ("● 有效", "ok") if one.from_on <= today else ("▲ 未到生效日", "warn")


def period_of(one: PowerOfAttorney) -> str:
    return f"{date_cn(one.from_on, year=True)}至{date_cn(one.last_on, year=True)}"


def acts_of(one: PowerOfAttorney) -> str:
    return "、".join(word for act, word in rules.ACTS.items() if act in one.acts)


def items_of(one: PowerOfAttorney) -> str:
    return "；".join(queries.names_of(one.item_codes)) if one.item_codes else "本平台能办的全部事项"


def confirmed_words(one: PowerOfAttorney) -> str:
    if one.confirmed == "own" and one.confirmed_at:
        return f"委托人登录后本人确认，{date_cn(one.confirmed_at, year=True)}"
    if one.confirmed == "paper" and one.confirmed_at:
        seen = f"，查验{rules.PROOFS[proof]}" if (proof := _proof(one)) else ""
        return f"窗口核验双方身份证和签字的书面委托{seen}，{date_cn(one.confirmed_at, year=True)}"
    return "还没有确认"


def _proof(one: PowerOfAttorney) -> rules.Proof | None:
    return next((proof for proof in rules.PROOFS if proof == one.proof), None)


def contents(one: PowerOfAttorney) -> list[tuple[str, str]]:
    """《民法典》第一百六十五条: names, matters, extent and period, as the letter says them."""
    agent = mask_id(one.agent.id_number) if one.agent else one.agent_organisation.uscc if one.agent_organisation else ""
    firm = one.principal_organisation
    signer = f"（{firm.uscc}），法定代表人 {one.principal.name}" if firm else f"（{mask_id(one.principal.id_number)}）"
    return [
        ("委托人", f"{one.principal_name}{signer}"),
        (one.agent_word, f"{one.agent_name}（{agent}）"),
        *([("与委托人的关系", one.relation)] if one.relation else []),
        ("委托事项", items_of(one)),
        ("委托权限", acts_of(one)),
        ("委托期限", period_of(one)),
        ("怎么确认的", confirmed_words(one)),
    ]


def typed(request: HttpRequest, name: str, most: int = 200) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(typed(request, name, 10))
    except ValueError:
        return None


def until(request: HttpRequest) -> date | None:
    """The first day after the last one, which was typed."""
    last = day(request, "until")
    return last + timedelta(days=1) if last and last < date.max else None


def faults_of(refusal: Refusal | None) -> Sequence[Refusal]:
    if refusal is None:
        return []
    return refusal.faults if isinstance(refusal, Invalid) else [refusal]


def said(fault: Refusal) -> str:
    return "，".join(filter(None, [fault.reason, fault.hint]))


def terms_fields(request: HttpRequest) -> list[Field]:
    """Matters, extent and period: the same on line and from a paper."""
    today, sent = clock.today(), request.POST
    chosen = sent.getlist("items") if request.method == "POST" else request.GET.getlist("item")
    return [
        Field(name="scope", label="委托办哪些事项", kind="choice", value=sent.get("scope", "some" if chosen else ""),
              choices=[Choice("all", "全部事项"), Choice("some", "只办下面选的事项")]),
        Field(name="items", label="选事项", kind="checks", required=False, long=True, value=chosen,
              choices=[Choice(code, name) for code, name in queries.items_to_choose().items()]),
        Field(name="acts", label="委托办哪些手续", kind="checks", value=sent.getlist("acts"), long=True,
              choices=[Choice(act, word) for act, word in rules.ACTS.items()],
              help="能替您办手续的，也能看到这些事项的办理进度。撤回申请只能您本人办"),
        Field(name="from", label="从哪天起", kind="date", value=sent.get("from", today.isoformat())),
        Field(name="until", label="到哪天止（含）", kind="date", help=f"最长 {rules.LONGEST_YEARS} 年，随时可以撤销",
              value=sent.get("until", (today + timedelta(days=364)).isoformat())),
    ]  # fmt: skip


def chosen_items(request: HttpRequest) -> list[str]:
    """Raises Refusal when some are to be chosen and none is, or nothing was said."""
    scope, items = typed(request, "scope", 4), [code[:50] for code in request.POST.getlist("items")]
    if scope == "all":
        return []
    if not items:
        raise Refusal(
            "power_items", "请选择委托办哪些事项", "或者选“全部事项”", "items" if scope == "some" else "scope"
        )
    return items


def with_errors(fields: Sequence[Field], refusal: Refusal | None) -> dict[str, Field]:
    wrong = {fault.field: said(fault) for fault in faults_of(refusal)}
    return {one.name: Field.of(one, error=wrong.get(one.name, "")) for one in fields}
