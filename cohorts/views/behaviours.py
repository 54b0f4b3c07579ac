"""Self-evaluation in the leadership behaviours: at the start, the plans after it, and the review at the end."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cohorts.actions import behaviours as actions
from cohorts.errors import EvaluationUnfinished
from cohorts.forms.behaviours import EvaluationForm, PlansForm, ReviewForm
from cohorts.models import Enrolment
from cohorts.queries import behaviours as queries
from cohorts.queries import latest_membership_of
from cohorts.states import LIVE_ENROLMENT
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
    evaluation = queries.evaluation_of(enrolment, latest_membership_of(enrolment))
    revision = evaluation.stands.revision if evaluation.stands else 0
    context = {
        "enrolment": enrolment,
        "evaluation": evaluation,
        "form": form,
        "is_overtaken": form.overtaken_by(revision) if form else False,
        "review_is_open": evaluation.review_is_open(clock.today()),
    }
    return render(request, "cohorts/behaviours.html", context)


def _evaluate(request: HttpRequest, enrolment: Enrolment, evaluation: queries.Evaluation) -> HttpResponse:
    """Whatever button is pressed, what was typed and chosen is kept first."""
    form = EvaluationForm(sent(request), evaluation=evaluation)
    if form.is_valid():
        person = person_of(request)
        with refusals(form):
            saved = actions.save_evaluation(
                enrolment, judged=form.judged(), revision=form.cleaned_data["revision"], by=person
            )
            form.goes_on_from(saved.revision)
            if "send" not in request.POST:
                messages.success(request, "Saved. Nobody else reads it until you send it.")
                return redirect("cohorts:behaviours")
            try:
                actions.send_evaluation(saved, by=person)
            except EvaluationUnfinished as refusal:
                form.say_missing(refusal)
            else:
                messages.success(request, "Sent: your evaluation. You can record what you do in the course now.")
                return redirect("cohorts:behaviours")
    evaluation = queries.evaluation_of(enrolment, latest_membership_of(enrolment))
    context = {
        "evaluation": evaluation,
        "form": form,
        "is_overtaken": form.overtaken_by(evaluation.stands.revision if evaluation.stands else 0),
    }
    return render(request, "cohorts/behaviours_evaluate.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def behaviours_review(request: HttpRequest) -> HttpResponse:
    """At the end: where they stand now beside where they began, what helped, and what is next."""
    enrolment, evaluation = _asked(request)
    if not evaluation.review_is_open(clock.today()) or enrolment.state not in LIVE_ENROLMENT:
        return redirect("cohorts:behaviours")
    form = ReviewForm(sent(request), evaluation=evaluation)
    if form.is_valid():
        person = person_of(request)
        with refusals(form):
            saved = actions.save_review(
                enrolment, reviewed=form.reviewed(), revision=form.cleaned_data["revision"], by=person
            )
            form.goes_on_from(saved.revision)
            if "send" not in request.POST:
                messages.success(request, "Saved: your review so far.")
                return redirect("cohorts:behaviours_review")
            try:
                actions.finish_review(saved, by=person)
            except EvaluationUnfinished as refusal:
                form.say_missing(refusal)
            else:
                messages.success(request, "Saved: your review. It stands beside your start now.")
                return redirect("cohorts:behaviours")
    evaluation = queries.evaluation_of(enrolment, latest_membership_of(enrolment))
    context = {
        "evaluation": evaluation,
        "form": form,
        "is_overtaken": form.overtaken_by(evaluation.stands.revision if evaluation.stands else 0),
    }
    return render(request, "cohorts/behaviours_review.html", context)


def _asked(request: HttpRequest) -> tuple[Enrolment, queries.Evaluation]:
    enrolment = enrolment_of(request)
    if enrolment is None or enrolment.is_taken_over:
        raise Http404
    evaluation = queries.evaluation_of(enrolment, latest_membership_of(enrolment))
    if not evaluation.lines:
        raise Http404
    return enrolment, evaluation
