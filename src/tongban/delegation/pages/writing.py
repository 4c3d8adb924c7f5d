"""Write a power down: the principal gives it, or the agent asks for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.delegation import actions, rules
from tongban.delegation.actions import Other, Wanted
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.pages import common
from tongban.design.parts import Choice, Field
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    by = doors.actor(request)
    if by.is_staff:
        raise Forbidden("staff_do_not_delegate", "岗位账号不能办理委托", "请用个人账号登录；书面委托在窗口核验")
    gives = (request.POST or request.GET).get("side", "principal") != "agent"
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = _asked(request, gives, by)
        except Refusal as found:
            if found.status not in (409, 422):
                raise
            refusal = found
        else:
            messages.success(request, "写好了，请看一遍再确认" if gives else "已发给对方，等对方登录确认")
            return redirect("delegation:one", power=made.public_id)
    context = {
        "gives": gives,
        "fields": common.with_errors(_fields(request, gives, by), refusal),
        "errors": [(fault.field, common.said(fault)) for fault in common.faults_of(refusal)],
    }
    return render(request, "delegation/write.html", context, status=refusal.status if refusal else 200)


def _asked(request: HttpRequest, gives: bool, by: Actor) -> PowerOfAttorney:
    known, items = list[Refusal](), list[str]()
    try:
        items = common.chosen_items(request)
    except Refusal as refusal:
        known.append(refusal)
    wanted = Wanted(
        side="principal" if gives else "agent", kind=common.typed(request, "kind"),
        other=Other(common.typed(request, "name", 100), common.typed(request, "id_number", 24), common.typed(request, "uscc", 24)),
        acts=[act for act in request.POST.getlist("acts") if act], item_codes=items, from_on=common.day(request, "from"),
        until_on=common.until(request), organisation=common.typed(request, "organisation", 18),
        relation=common.typed(request, "relation", 20),
    )  # fmt: skip
    return actions.ask(wanted, known=known, by=by, now=clock.now())


def _fields(request: HttpRequest, gives: bool, by: Actor) -> list[Field]:
    sent = request.POST
    firms = (
        Organisation.objects.filter(pk__in=by.organisation_ids).order_by("name", "pk") if by.organisation_ids else []
    )
    whose = [Choice("", "我本人"), *(Choice(firm.uscc, firm.name) for firm in firms)]
    other = "代理人" if gives else "委托人"
    helps = {
        "attorney": "请信得过的人替办",
        "family": "家里人替老人、行动不便的人办",
        "filing": "代理机构替个人、企业申报" if not gives else "请代理机构申报",
    }
    fields = [
        Field(name="kind", label="哪一种委托", kind="choice", value=sent.get("kind", ""), long=True,
              choices=[Choice(kind, rules.KINDS[kind], helps[kind]) for kind in rules.ASKABLE]),
        Field(name="name", label=f"{other}姓名或者单位名称", value=sent.get("name", ""), attrs={"maxlength": "100", "autocomplete": "off"}),
        Field(name="id_number", label=f"{other}身份证号码", kind="id_number", value=sent.get("id_number", ""), required=False,
              help="对方是个人的填"),
        Field(name="uscc", label=f"{other}统一社会信用代码", kind="uscc", value=sent.get("uscc", ""), required=False,
              help="对方是单位的填"),
        Field(name="relation", label="与委托人的关系", value=sent.get("relation", ""), required=False,
              help="例如：女儿、邻居、会计", attrs={"maxlength": "20"}),
        *common.terms_fields(request),
    ]  # fmt: skip
    if len(whose) > 1:
        label = "谁委托" if gives else "谁来代办"
        fields.append(
            Field(
                name="organisation",
                label=label,
                kind="select",
                choices=whose,
                value=sent.get("organisation", ""),
                required=False,
                quiet=True,
            )
        )
    return fields
