"""A place that is offered: taken up or turned down; and taking an application back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications import actions
from applications.forms.places import WithdrawForm
from applications.queries.endorsements import endorsement_of
from applications.queries.places import cost_of, how_it_ended, open_or_last_offer, place_of
from applications.rules.places import last_day_of
from npqh_portal import clock
from npqh_portal.web.doors import person_of, refusals, signed_in
from npqh_portal.web.forms import PortalForm, sent

from .own import own_application


@signed_in
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is offered and until when, with the one button that takes it up; of an old offer, how it ended."""
    application, now = own_application(request, public_id), clock.now()
    offered = open_or_last_offer(application)
    if offered is None:
        return redirect("applications:form", public_id)
    question = PortalForm(sent(request))
    if question.is_valid():
        with refusals(question):
            actions.answer_offer(offered, accept=True, by=person_of(request))
            return redirect("applications:form", public_id)
    context = {
        "application": application,
        "form": question,
        "ended": how_it_ended(offered, now),
        "last_day": last_day_of(offered.expires_at),
        "cost": cost_of(application),
    }
    return render(request, "applications/offer.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    application = own_application(request, public_id)
    offered = open_or_last_offer(application)
    if offered is None or (request.method == "GET" and how_it_ended(offered, clock.now())):
        return redirect("applications:offer", public_id)
    question = WithdrawForm(sent(request))
    if question.is_valid():
        with refusals(question):
            actions.answer_offer(offered, accept=False, **question.cleaned_data, by=person_of(request))
            return redirect("applications:form", public_id)
    context = {
        "application": application, "form": question, "may_begin": application.intake.is_open_at(clock.now()),
    }  # fmt: skip
    return render(request, "applications/offer_decline.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    application, now = own_application(request, public_id), clock.now()
    place = place_of(application, now)
    question = WithdrawForm(sent(request))
    if question.is_valid():
        with refusals(question):
            actions.withdraw_application(application, **question.cleaned_data, by=person_of(request))
            return redirect("applications:form", public_id)
    if request.method == "GET" and not place.may_withdraw:
        return redirect("applications:form", public_id)
    context = {
        "application": application,
        "endorsement": endorsement_of(application),
        "place": place,
        "form": question,
        "may_begin": application.intake.is_open_at(now),
    }
    return render(request, "applications/withdraw.html", context)
