"""The endorser's pages, which a link from our email opens without an account; and the applicant's page about them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from applications import actions
from applications.errors import EndorserIsApplicant
from applications.forms.answers import EndorsementForm
from applications.forms.endorsements import AnswerForm
from applications.models import Endorsement
from applications.queries import endorsements as queries
from applications.rules.endorsements import Link, may_send_again
from applications.states import UNDECIDED, EndorsementState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.web.doors import person_of, public, refusals, signed_in
from npqh_portal.web.forms import sent

from .own import own_application


@public
@require_http_methods(["GET", "POST"])
def endorse(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the link opens: the request, or a page that says why it no longer does."""
    key = request.GET.get("key", "")
    found = queries.endorsement_opened_by(public_id, key)
    if found is None:
        return _page(request, "applications/endorse_unknown.html", {}, status=404)
    if _is_applicant(request, found[0]):
        return _page(request, "applications/endorse_own.html", {"endorsement": found[0]}, status=403)
    form = AnswerForm(sent(request))
    if form.is_valid():
        with refusals(form):
            answered = actions.answer_endorsement(found[0], link=found[1], **form.answers, by=_signed_in(request))
            messages.success(request, _thanks(answered))
        if not form.errors:
            return redirect(request.get_full_path())
        # What kept it from being recorded may have changed where the link leads.
        found = queries.endorsement_opened_by(public_id, key) or found
    endorsement, link = found
    leads_to = queries.where_it_leads(endorsement, link)
    context: dict[str, Any] = {"endorsement": endorsement, "application": endorsement.application}
    if leads_to is Link.OPEN:
        return _page(request, "applications/endorse.html", context | {"form": form})
    closed = {"link": leads_to, "may_ask": may_send_again(endorsement.sent_at, clock.now()), "typed": form}
    return _page(request, "applications/endorse_closed.html", context | closed)


@public
@require_POST
def endorse_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a new link to the address to which this one went."""
    found = queries.endorsement_opened_by(public_id, request.GET.get("key", ""))
    if found is None:
        return _page(request, "applications/endorse_unknown.html", {}, status=404)
    endorsement, _ = found
    with refusals(request):
        actions.send_link_again(endorsement, by=_signed_in(request))
        messages.success(request, "A new link is on its way to the address to which we sent this one.")
    return redirect(f"{reverse('applications:endorse', args=[public_id])}?{request.GET.urlencode()}")


@signed_in
@require_http_methods(["GET", "POST"])
def endorser(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whom we asked for the applicant, and asking somebody else."""
    application = own_application(request, public_id)
    endorsement = queries.endorsement_of(application)
    may_change = application.state in UNDECIDED and (
        endorsement is None or endorsement.state == EndorsementState.WAITING
    )
    form = EndorsementForm(sent(request), application=application, today=clock.today())
    if form.is_valid():
        named = {name.removeprefix("endorser_"): value for name, value in form.answers.items()}
        with refusals(form, under={EndorserIsApplicant: "endorser_email"}):
            asked = actions.change_endorser(application, **named, by=person_of(request))
            messages.success(request, f"We have asked {asked.name} at {asked.email}.")
            return redirect("applications:endorser", public_id)
    if request.method == "GET" and (endorsement is None or application.state not in UNDECIDED):
        return redirect("applications:form", public_id)
    context = {"application": application, "endorsement": endorsement, "form": form, "may_change": may_change}
    return render(request, "applications/endorser.html", context | {"now": clock.now()})


@signed_in
@require_POST
def endorser_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the link once more to whom the applicant named."""
    application = own_application(request, public_id)
    if endorsement := queries.endorsement_of(application):
        with refusals(request):
            actions.send_link_again(endorsement, by=person_of(request))
            messages.success(request, f"We have written to {endorsement.name} once more, with a new link.")
    return redirect("applications:endorser", public_id)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Kept by no cache: whoever comes to this browser next must not find it."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _is_applicant(request: HttpRequest, endorsement: Endorsement) -> bool:
    return request.user.pk == endorsement.application.person_id


def _thanks(answered: Endorsement) -> str:
    applicant = answered.application.full_name
    done = "endorsed" if answered.state == EndorsementState.AGREED else "not endorsed"
    return f"Thank you. You have {done} {applicant}’s application. A receipt is on its way to your email."
