"""Self-evaluation in the leadership behaviours: at the start, the plans after it, and the review at the end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cohorts.actions import behaviours as actions
from cohorts.errors import EvaluationUnfinished
from cohorts.forms.behaviours import EvaluationForm, PlansForm, ReviewForm
from cohorts.models import Enrolment, SelfEvaluation
from cohorts.queries import behaviours as queries
from cohorts.queries import latest_membership_of
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of, refusals
from npqh_portal.web.forms import sent

from .own import enrolment_of


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def behaviours(request: HttpRequest) -> HttpResponse:
    """The evaluation while it is a draft; once it is sent, what it was, and the plans to work on."""
    enrolment, evaluation = _asked(request)
    if enrolment.state in LIVE_ENROLMENT and not evaluation.is_sent:
        return _evaluate(request, enrolment, evaluation)
    form = PlansForm(sent(request), evaluation=evaluation) if enrolment.state in LIVE_ENROLMENT else None
    if form and form.is_valid():
        with refusals(form):
            said = {"plans": form.plans(), "revision": form.cleaned_data["revision"]}
            actions.save_plans(enrolment, **said, by=person_of(request))
            messages.success(request, "Saved: your plans.")
            return redirect("cohorts:behaviours")
    context = _as_it_stands(enrolment, form)
    context |= {"enrolment": enrolment, "review_is_open": context["evaluation"].review_is_open(clock.today())}
    return render(request, "cohorts/behaviours.html", context)


def _evaluate(request: HttpRequest, enrolment: Enrolment, evaluation: queries.Evaluation) -> HttpResponse:
    """Whatever button is pressed, what was typed and chosen is kept first."""
    form = EvaluationForm(sent(request), evaluation=evaluation)
    if form.is_valid():
        with refusals(form):
            saved = actions.save_evaluation(
                enrolment, judged=form.judged(), revision=form.cleaned_data["revision"], by=person_of(request)
            )
            form.goes_on_from(saved.revision)
            if "send" not in request.POST:
                messages.success(request, "Saved. Nobody else reads it until you send it.")
                return redirect("cohorts:behaviours")
            if _is_sent(request, form, saved, send=actions.send_evaluation):
                may_record = enrolment.state == EnrolmentState.ACTIVE and not evaluation.is_course_over(clock.today())
                more = " You can record what you do in the course now." if may_record else ""
                messages.success(request, f"Sent: your evaluation.{more}")
                return redirect("cohorts:behaviours")
    return render(request, "cohorts/behaviours_evaluate.html", _as_it_stands(enrolment, form))


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def behaviours_review(request: HttpRequest) -> HttpResponse:
    """At the end: where they stand now beside where they began, what helped, and what is next."""
    enrolment, evaluation = _asked(request)
    if not evaluation.review_is_open(clock.today()) or enrolment.state not in LIVE_ENROLMENT:
        return redirect("cohorts:behaviours")
    form = ReviewForm(sent(request), evaluation=evaluation)
    if form.is_valid():
        with refusals(form):
            saved = actions.save_review(
                enrolment, reviewed=form.reviewed(), revision=form.cleaned_data["revision"], by=person_of(request)
            )
            form.goes_on_from(saved.revision)
            if "send" not in request.POST:
                messages.success(request, "Saved: your review so far.")
                return redirect("cohorts:behaviours_review")
            if _is_sent(request, form, saved, send=actions.finish_review):
                messages.success(request, "Saved: your review. It stands beside your start now.")
                return redirect("cohorts:behaviours")
    return render(request, "cohorts/behaviours_review.html", _as_it_stands(enrolment, form))


def _is_sent(
    request: HttpRequest, form: EvaluationForm | ReviewForm, saved: SelfEvaluation, *, send: Callable[..., Any]
) -> bool:
    """Where something is missing, the form says what."""
    try:
        send(saved, by=person_of(request))
    except EvaluationUnfinished as refusal:
        form.say_missing(refusal)
        return False
    return True


def _as_it_stands(enrolment: Enrolment, form: EvaluationForm | PlansForm | ReviewForm | None) -> dict[str, Any]:
    """Read anew: another tab may have saved meanwhile."""
    evaluation = queries.evaluation_of(enrolment, latest_membership_of(enrolment))
    revision = evaluation.stands.revision if evaluation.stands else 0
    return {
        "evaluation": evaluation,
        "form": form,
        "is_overtaken": form.overtaken_by(revision) if form else False,
        "is_over": evaluation.is_course_over(clock.today()),
    }


def _asked(request: HttpRequest) -> tuple[Enrolment, queries.Evaluation]:
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over:
        raise Http404
    evaluation = queries.evaluation_of(enrolment, latest_membership_of(enrolment))
    if not evaluation.lines:
        raise Http404
    return enrolment, evaluation
