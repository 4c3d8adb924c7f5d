"""The letters that other bodies sent mine: what they ask, what I need to see to answer, and the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongban.applications import actions, queries
from tongban.applications.actions.common import not_one_s_own
from tongban.applications.models import Application, ApplicationMaterial, StepAnswer
from tongban.applications.pages import common
from tongban.applications.pages.desk_doors import seen, text
from tongban.applications.pages.desk_step import letter_of
from tongban.applications.rules import Act, may_follow
from tongban.catalog import forming
from tongban.design.parts import Choice, Field
from tongban.files.doors import send_file
from tongban.flow import plan
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, NotFound, Refusal
from tongban.kernel.typed import grouped, normalise


@require_safe
def asked(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


def respond(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One answer; by whoever else comes to this address the letters are shown."""
    if request.method != "POST":
        return redirect("applications:asked", number=number)
    by = common.staff(request)
    try:
        chosen = request.POST.get("agrees")
        if chosen not in ("yes", "no"):
            raise Refusal("choice_missing", "请选择同意还是不同意", "", "agrees")
        answer = actions.respond(
            number, key, agrees=chosen == "yes", opinion=text(request, "opinion"), by=by, now=clock.now(),
            seen=seen(request),
        )  # fmt: skip
    except Refusal as refusal:
        if not (isinstance(refusal, Conflict) or refusal.status == 422):
            raise
        return _page(request, number, key, refusal)
    messages.success(request, "已答复" + ("，因超过期限，按逾期答复留存" if answer.late else ""))
    return redirect("applications:asked", number=number)


@require_safe
def asked_material(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A material of the case, for who was asked about it."""
    one, _ = _letters(number, common.staff(request))
    found = (
        ApplicationMaterial.objects.select_related("file").filter(application=one, key=key.replace("\0", "")).first()
    )
    if found is None or found.file is None:
        raise NotFound("file_unknown", "没有这个文件", "这份材料不是上传的文件")
    return send_file(found.file, name=found.key)


def _letters(number: str, by: Actor) -> tuple[Application, list[StepAnswer]]:
    """The case and what the actor's body was asked about it. Raises NotFound where it was asked nothing."""
    found = StepAnswer.objects.visible_to(by).filter(step__application__number=normalise(number), step__returned=False)
    letters = list(found.select_related("step").order_by("pk"))
    if not letters:
        raise NotFound("not_asked", "没有向您的部门征求这个办件的意见", "请从工作台的待办打开")
    one = queries.by_number(normalise(number))
    assert one is not None  # noqa: S101 - its step is there
    not_one_s_own(one, by=by)
    queries.note(by, one)
    return one, letters


def _page(request: HttpRequest, number: str, key: str = "", refusal: Refusal | None = None) -> HttpResponse:
    by = common.staff(request)
    one, letters = _letters(number, by)
    open_still = may_follow(one.status, Act.RESPOND)
    first = next((letter.pk for letter in letters if letter.at is None), None)  # one form at a time
    names = names_of(letter.by for letter in letters if letter.by)
    context = {
        "case": one,
        "number": grouped(one.number),
        "state": one.status.label,
        "rows": [
            {
                "key": letter.step.key,
                "name": letter.step.name,
                "kind": plan.KINDS[letter.step.kind],  # type: ignore[index]
                "letter": letter_of(letter, names.get(letter.by, "")),
                "silence": plan.SILENCES[letter.silence] if letter.silence else "",  # type: ignore[index]
                "answering": open_still and letter.pk == first,
                "fields": _fields(request, refusal if letter.step.key == key else None),
            }
            for letter in letters
        ],
        "applicant": one.organisation.name if one.organisation else one.person.name,
        "form": [
            (line.label, line.text) for line in forming.lines(one.edition.document, one.answers, one.form, masked=True)
        ],
        "papers": list(one.materials.select_related("file").order_by("id")),
        "closed": "" if open_still else f"办件现在是“{one.status.label}”，不再接收答复",
        "errors": common.faults_of(refusal) if refusal else [],
        "hint": refusal.hint if refusal else "",
    }
    return render(request, "applications/asked.html", context, status=refusal.status if refusal else 200)


def _fields(request: HttpRequest, refusal: Refusal | None) -> dict[str, Field]:
    sent = request.POST if refusal else {}
    wrong = {fault.field: fault.reason for fault in common.faults_of(refusal)} if refusal else {}
    made = [
        Field(name="agrees", label="意见", kind="choice", choices=[Choice("yes", "同意"), Choice("no", "不同意")]),
        Field(name="opinion", label="具体意见", kind="long_text", rows=4, help="不同意的，写明理由和依据"),
    ]
    return {
        one.name: Field.of(one, value=sent.get(one.name, ""), error=wrong.get(one.name, "")) for one in made
    }  # fmt: skip
