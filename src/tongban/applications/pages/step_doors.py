"""What is done on a step's page: each act one POST to one verb, then the step or the case again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from tongban.applications import actions
from tongban.applications.models import Application
from tongban.applications.pages import common, desk_step, step_fields
from tongban.applications.pages.desk_doors import days, seen, text, whole
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Refusal

View = Callable[[HttpRequest, str, str], HttpResponse]
MOST_FILES = 12


def act(view: View) -> View:
    """An act is POSTed; who comes to its address otherwise is shown the step."""

    @wraps(view)
    def door(request: HttpRequest, number: str, key: str) -> HttpResponse:
        if request.method != "POST":
            return redirect("applications:step", number=number, key=key)
        return view(request, number, key)

    return door


def do(
    request: HttpRequest, number: str, key: str, done: str, verb: Callable[[Actor], Application],
    fields: Mapping[str, str] | None = None, *, to_case: bool = False,
) -> HttpResponse:  # fmt: skip
    by = common.staff(request)
    try:
        one = verb(by)
    except Refusal as refusal:
        if not (isinstance(refusal, Conflict) or refusal.status == 422):
            raise
        for fault in common.faults_of(refusal):
            fault.field = (fields or {}).get(fault.field, fault.field)
        return desk_step.page(request, number, key, refusal)
    messages.success(request, done)
    if to_case:
        return redirect("applications:desk_case", number=one.number)
    return redirect("applications:step", number=one.number, key=key)


def uploads(request: HttpRequest, name: str, *, by: Actor) -> list[StoredFile]:
    if request.META.get("tongban.upload_too_large"):
        raise Refusal("file_too_large", "文件太大，没有收到", "请分几次登记，或者压缩照片", name)
    sent = request.FILES.getlist(name)
    if len(sent) > MOST_FILES:
        raise Refusal("files_many", f"一次最多 {MOST_FILES} 个文件", "请分几次登记", name)
    kept = []
    for each in sent:
        try:
            kept.append(files.keep_upload(each.read(), by=by, now=clock.now()))
        except Refusal as refusal:
            refusal.field = name
            raise
    return kept


def _yes(request: HttpRequest, name: str) -> bool:
    if request.POST.get(name) not in ("yes", "no"):
        raise Refusal("choice_missing", "请选择结论", "", name)
    return request.POST.get(name) == "yes"


@act
def conclude(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "这个环节已办结",
        lambda by: actions.complete_step(
            number, key, passes=request.POST.get("passes", "yes") == "yes", opinion=text(request, "opinion"), by=by,
            now=clock.now(), seen=seen(request),
        ),
        to_case=True,
    )  # fmt: skip


@act
def send_back(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已退回，从这个环节重新办",
        lambda by: actions.return_step(
            number, key, reason=text(request, "return_reason"), by=by, now=clock.now(), seen=seen(request)
        ),
        {"reason": "return_reason"},
    )  # fmt: skip


@act
def consult(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已发出征求意见函",
        lambda by: actions.consult(
            number, key, body=text(request, "body"), question=text(request, "question"), days=days(request, "days"),
            by=by, now=clock.now(), seen=seen(request),
        ),
    )  # fmt: skip


@act
def go_without(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """The head no longer waits for an answer that was escalated."""
    return do(
        request, number, key, "已决定不再等待这个部门的答复",
        lambda by: actions.go_without(
            number, key, body=text(request, "waived_body"), reason=text(request, "waiver_reason"), by=by,
            now=clock.now(), seen=seen(request),
        ),
    )  # fmt: skip


@act
def enter_answer(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记纸质答复",
        lambda by: actions.enter_answer(
            number, key, body=text(request, "paper_body"), agrees=_yes(request, "agrees"),
            opinion=text(request, "paper_opinion"), by=by, now=clock.now(), seen=seen(request),
        ),
        {"body": "paper_body", "opinion": "paper_opinion"},
    )  # fmt: skip


@act
def inspect(request: HttpRequest, number: str, key: str) -> HttpResponse:
    def verb(by: Actor) -> Application:
        at = step_fields.moment(
            text(request, "inspected_on"), text(request, "inspected_time"), field="inspected_on", what="核查"
        )
        chosen = [int(one) for one in request.POST.getlist("inspectors") if one.isdecimal() and len(one) < 10]
        found = actions.Findings(
            place=text(request, "place"), inspected_at=at, colleagues=chosen, record=text(request, "record"),
            passes=_yes(request, "found"), present=text(request, "present"),
        )  # fmt: skip
        photos = uploads(request, "photos", by=by)
        return actions.inspect(number, key, found, photos=photos, by=by, now=clock.now(), seen=seen(request))

    return do(request, number, key, "已登记现场核查", verb, {"inspected_at": "inspected_on"})


@act
def name_expert(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记评审专家",
        lambda by: actions.name_expert(
            number, key, name=text(request, "name"), unit=text(request, "unit"), by=by, now=clock.now(),
            seen=seen(request),
        ),
    )  # fmt: skip


@act
def enter_opinion(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记专家意见",
        lambda by: actions.enter_opinion(
            number, key, _chosen(request, "expert", "请选择专家"), passes=_yes(request, "expert_passes"),
            opinion=text(request, "expert_opinion"), papers=uploads(request, "papers", by=by), by=by, now=clock.now(),
            seen=seen(request),
        ),
        {"opinion": "expert_opinion"},
    )  # fmt: skip


@act
def recuse_expert(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记专家回避",
        lambda by: actions.recuse_expert(
            number, key, _chosen(request, "recused", "请选择专家"), reason=text(request, "recusal_reason"), by=by,
            now=clock.now(), seen=seen(request),
        ),
        {"reason": "recusal_reason"},
    )  # fmt: skip


def _chosen(request: HttpRequest, name: str, missing: str) -> int:
    number = whole(request, name)
    if number is None:
        raise Refusal("choice_missing", missing, "", name)
    return number


@act
def publish_notice(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记公示",
        lambda by: actions.publish_notice(
            number, key, text=text(request, "notice_text"),
            from_on=step_fields.day(text(request, "from_on"), field="from_on"),
            until_on=step_fields.day(text(request, "until_on"), field="until_on"), by=by, now=clock.now(),
            seen=seen(request),
        ),
        {"text": "notice_text"},
    )  # fmt: skip


@act
def receive_objection(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记异议",
        lambda by: actions.receive_objection(
            number, key, who=text(request, "objector"), text=text(request, "objection_text"), by=by, now=clock.now(),
            seen=seen(request),
        ),
        {"who": "objector", "text": "objection_text"},
    )  # fmt: skip


@act
def answer_objection(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记处理情况",
        lambda by: actions.answer_objection(
            number, key, _chosen(request, "objection", "请选择哪件异议"), answer=text(request, "objection_answer"), by=by,
            now=clock.now(), seen=seen(request),
        ),
        {"answer": "objection_answer"},
    )  # fmt: skip


@act
def call_hearing(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记听证通知",
        lambda by: actions.call_hearing(
            number, key, place=text(request, "hearing_place"), chair=_chosen(request, "chair", "请选择主持人"),
            held_at=step_fields.moment(
                text(request, "held_on"), text(request, "held_time"), field="held_on", what="听证"
            ),
            by=by, now=clock.now(), seen=seen(request),
        ),
        {"place": "hearing_place", "held_at": "held_on"},
    )  # fmt: skip


@act
def record_hearing(request: HttpRequest, number: str, key: str) -> HttpResponse:
    return do(
        request, number, key, "已登记听证笔录",
        lambda by: actions.record_hearing(
            number, key, record=text(request, "hearing_record"), passes=_yes(request, "hearing_passes"),
            papers=uploads(request, "hearing_papers", by=by), by=by, now=clock.now(), seen=seen(request),
        ),
        {"record": "hearing_record"},
    )  # fmt: skip
