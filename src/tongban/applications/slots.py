"""What lower rooms know about a case, placed on its page by the room that knows both: licence and messages."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from tongban.applications import acting, usual
from tongban.applications.actions.common import is_the_applicant
from tongban.applications.awaited import ASKED, TASKS, holders_named, key_of, tasks_of
from tongban.applications.evaluated import recalled
from tongban.applications.models import Application, CaseMessage, Mandate, RuleEvaluation
from tongban.applications.queries import signed_pledge
from tongban.applications.rules import Act, may_follow
from tongban.catalog import deciding
from tongban.catalog.content.deciding import OUTCOMES, Known, facts_of, known
from tongban.catalog.models import Edition
from tongban.design.slots import Fragment, fill
from tongban.flow import holding
from tongban.identity import absences, doors
from tongban.kernel import clock
from tongban.licences.models import Licence
from tongban.notices import queries as notices
from tongban.notices.models import Message
from tongban.orgs.models import Body
from tongban.staffing.queries import Asked

MOST_TOLD = 12


@fill("applications.case.side", order=10)
def licence_panel(request: HttpRequest, case: Application) -> Fragment | None:
    licence = Licence.objects.visible_to(doors.whoever(request)).filter(case_number=case.number).order_by("-pk").first()
    url = f"/my/licences/{licence.public_id}.pdf" if licence else ""
    if licence is None:
        licence, url = _fetched(request, case)
    if licence is None:
        return None
    context = {"licence": licence, "status": licence.status_on(clock.today()), "url": url}
    return Fragment("applications/panel_licence.html", context)


def _fetched(request: HttpRequest, case: Application) -> tuple[Licence | None, str]:
    """For the agent whose power lets them receive the result."""
    by = doors.whoever(request)
    if by.person_id is None or not acting.is_agent_of(case, by=by):
        return None, ""
    if not acting.may(case, "receive", by=by, today=clock.today()):
        return None, ""
    return acting.licence_of(case), reverse("applications:fetched_licence", args=[case.number])


@fill("applications.case.side", order=20)
def messages_panel(request: HttpRequest, case: Application) -> Fragment | None:
    told = list(Message.objects.visible_to(doors.whoever(request)).filter(subject=case.number).order_by("-pk")[:5])
    return Fragment("applications/panel_messages.html", {"told": told}) if told else None


@fill("applications.case.side", order=25)
def delivered_panel(request: HttpRequest, case: Application) -> Fragment | None:
    """送达状态, for colleagues: what the applicant was told, and whether it arrived."""
    return _delivered(case, boxed=True) if doors.whoever(request).is_staff else None


@fill("applications.desk.side", order=25)
def desk_delivered_panel(request: HttpRequest, case: Application) -> Fragment | None:
    return _delivered(case, boxed=False)


def _delivered(case: Application, *, boxed: bool) -> Fragment | None:
    told = notices.told_of(case.number, most=MOST_TOLD)
    return Fragment("applications/panel_delivered.html", {"told": told, "boxed": boxed}) if told else None


@fill("applications.desk.side", order=5)
def holding_panel(request: HttpRequest, case: Application) -> Fragment | None:
    """谁在办: each open task of the case with who holds it, and what this official may do about that. The first look of who
    may act is kept (未查看 → 已查看)."""
    by, today = doors.whoever(request), clock.today()
    lines = [line for line in tasks_of(case, today=today) if line.act not in ASKED]
    if not lines:
        return None
    if request.method == "GET":
        lines = holding.see(lines, by=by, now=clock.now())
    bodies = absences.assigning_bodies(by, now=clock.now())
    moves = holding.moves_of(case.number) if any(line.held_at or line.escalated_at for line in lines) else []
    seen_by = {line.seen_by for line in lines} - {by.account_id}
    names = holders_named(
        [*(line.held_by for line in lines), *(one.to_account_id for one in moves), *seen_by], today=today
    )
    context = {
        "case": case,
        "rows": [
            {
                "line": line,
                "key": key_of(line),
                "act": TASKS.get(line.act, line.act),
                "holder": names.get(line.held_by or 0, ""),
                "seen_by": "您" if line.seen_by == by.account_id else names.get(line.seen_by or 0, ""),
                "mine": line.held_by in (by.account_id, *by.stands_in_for),
                "claimable": line.held_by is None and holding.able_line(line, by=by),
                "assignable": line.body_id in bodies,
            }
            for line in lines
        ],
        "moves": [(one, names.get(one.to_account_id or 0, "")) for one in moves],
    }
    return Fragment("applications/panel_holding.html", context)


@fill("applications.desk.side", order=10)
def desk_licence_panel(request: HttpRequest, case: Application) -> Fragment | None:
    return licence_panel(request, case)


@fill("applications.desk.side", order=20)
def desk_messages_link(request: HttpRequest, case: Application) -> Fragment | None:
    """留言 with the applicant, and how many nobody has read."""
    unread = CaseMessage.objects.filter(application=case, from_staff=False, read_at=None).count()
    return Fragment("applications/panel_desk_messages.html", {"case": case, "unread": unread})


@fill("catalog.guide.side", order=10)
def usual_time(request: HttpRequest, edition: Edition) -> Fragment | None:
    """How long it really takes, where enough cases say so."""
    found = usual.usual_time(edition.item_id, edition.body_id)
    return Fragment("applications/panel_usual.html", {"usual": found}) if found else None


@fill("applications.case.side", order=5)
def refused_by_rule(request: HttpRequest, case: Application) -> Fragment | None:
    """A refusal by the decision table, to the applicant in plain words."""
    evaluation = _evaluation(case)
    if evaluation is None or evaluation.outcome != "refused":
        return None
    held = next(line for line in evaluation.explained["lines"] if line[3])
    decided = next(rule for rule in case.edition.document.decision_table if rule.key == held[0])
    used = {test.fact for test in decided.conditions}
    return Fragment(
        "applications/panel_refused_by_rule.html", {"rule": held[1], "facts": _told(case, evaluation, used)}
    )


@fill("applications.case.side", order=6)
def pledge_panel(request: HttpRequest, case: Application) -> Fragment | None:
    """The pledge that was signed, whole; and its withdrawal, until the decision."""
    if not case.edition.document.licence_pledge or (signed := signed_pledge(case)) is None:
        return None
    own = is_the_applicant(case, by=doors.whoever(request))
    may_withdraw = own and signed.state == "open" and may_follow(case.status, Act.WITHDRAW)
    return Fragment("applications/panel_pledge.html", {"case": case, "pledge": signed, "may_withdraw": may_withdraw})


@fill("applications.desk.side", order=5)
def evaluation_panel(request: HttpRequest, case: Application) -> Fragment | None:
    """How the decision table went, rule by rule."""
    evaluation = _evaluation(case)
    if evaluation is None:
        return None
    lines = [
        {"name": name, "outcome": OUTCOMES[outcome], "held": held, "why": why}
        for _, name, outcome, held, why in evaluation.explained["lines"]
    ]
    context = {
        "evaluation": evaluation, "lines": lines, "against": evaluation.explained["against"],
        "facts": _told(case, evaluation),
    }  # fmt: skip
    return Fragment("applications/panel_evaluation.html", context)


def _evaluation(case: Application) -> RuleEvaluation | None:
    if not case.edition.document.decision_table:
        return None
    return RuleEvaluation.objects.filter(application=case).order_by("-pk").first()


def _told(
    case: Application, evaluation: RuleEvaluation, only: Collection[str] | None = None
) -> list[dict[str, object]]:
    """The facts that were asked for (or `only` some), private values hidden, each with its source."""
    content = case.edition.document
    fixed = facts_of(content.questions, content.form)
    told = []
    for name, fact in recalled(evaluation).items():
        if only is not None and name not in only:
            continue
        about = known(name, fixed) or Known(name, name, "text")
        told.append({"label": about.label, "shown": deciding.shown(fact, about), "trusted": fact.trusted})
    return told


@fill("catalog.guide.start", order=10)
def start_button(request: HttpRequest, edition: Edition) -> Fragment | None:
    """From the guide to the application, with the answers already given."""
    content = edition.document
    if content.connection != "here":
        return None
    answers = {q.key: request.GET[q.key] for q in content.questions if request.GET.get(q.key)}
    url = reverse("applications:begin", kwargs={"code": edition.code})
    return Fragment("applications/start.html", {"url": f"{url}?{urlencode(answers)}" if answers else url})


@fill("catalog.edition.side", order=30)
def replay_link(request: HttpRequest, edition: Edition) -> Fragment | None:
    """From the editor's page to the replay of this version."""
    return Fragment("applications/replay_link.html", {"edition": edition}) if edition.pk else None


@fill("staffing.authorisations", order=10)
def mandates_link(request: HttpRequest, body: Body) -> Fragment | None:
    """Beside the 授权书 for 首席代表: how many there are for windows, and where."""
    given = Mandate.objects.in_force(clock.now()).filter(body=body).count()
    return Fragment("applications/mandates_link.html", {"given": given})


@fill("staffing.powers", order=10)
def mandates_of_windows(request: HttpRequest, asked: Asked) -> Fragment | None:
    """谁可以办: the windows to which the body gave the act."""
    act = {"application.accept": "accept", "application.decide": "decide"}.get(asked.act, "")
    given = Mandate.objects.in_force(clock.now()).filter(body=asked.body).select_related("hall", "account__person")
    found = [
        one
        for one in given.order_by("pk")[:100]
        if act in one.acts and (not asked.item or asked.item in one.item_codes)
    ]
    return Fragment("applications/mandates_in_force.html", {"found": found}) if act and found else None
