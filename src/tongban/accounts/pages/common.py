"""What the pages of this room share: what was typed, and how a refusal finds its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.design.parts import Choice, Fault, Field
from tongban.identity.gateways import Proof
from tongban.identity.gateways.fake import Fake
from tongban.identity.id_types import ID_TYPES
from tongban.kernel.refusals import Invalid, Refusal


def typed(request: HttpRequest, name: str, most: int = 200) -> str:
    return request.POST.get(name, "").replace("\0", "")[:most]


def address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def onward(request: HttpRequest) -> str:
    """Where `next` leads, when that is a page of ours."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else ""


def filled(request: HttpRequest, fields: Sequence[Field], refusal: Refusal | None) -> Mapping[str, Field]:
    """The fields by name, with what was typed and with the words of what is wrong."""
    errors = {each.field: words(each) for each in faults_of(refusal)}
    return {
        one.name: Field.of(
            one, value=one.value if one.kind == "password" else typed(request, one.name) or one.value,
            error=errors.get(one.name, ""),
        )
        for one in fields
    }  # fmt: skip


def faults_of(refusal: Refusal | None) -> Sequence[Refusal]:
    if refusal is None:
        return []
    return refusal.faults if isinstance(refusal, Invalid) else [refusal]


def summary(refusal: Refusal | None, fields: Mapping[str, Field]) -> Sequence[Fault]:
    """For the error summary: linked to its field where there is one."""
    return [Fault(each.field if each.field in fields else "", words(each)) for each in faults_of(refusal)]


def words(refusal: Refusal) -> str:
    return "，".join(filter(None, [refusal.reason, refusal.hint]))


def fake(proof: Proof) -> bool:
    """Whether the pages must say that nothing is really checked."""
    return isinstance(proof.faces, Fake)


def paper_fields(*, value: str = "id_card") -> list[Field]:
    """Which paper, and its number."""
    return [
        Field(name="id_type", label="证件种类", kind="select", value=value, choices=[Choice(*one) for one in ID_TYPES.items()]),
        Field(name="id_number", label="证件号码", kind="id_number", help="照证件填写，可以带空格"),
        Field(name="id_issuer", label="护照国家码", required=False, help="只有护照要填：资料页上的字母，例如 CHN",
              attrs={"maxlength": "3", "autocomplete": "off"}),
    ]  # fmt: skip


def phone_fields(*, value: str = "") -> list[Field]:
    return [
        Field(name="phone", label="手机号", kind="phone", value=value, help="要能收短信"),
        Field(name="code", label="短信验证码", kind="code", help="6 位数字，5 分钟内有效", attrs={"maxlength": "12"}),
    ]
