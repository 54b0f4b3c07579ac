"""The register of interest, for anybody."""

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from applications.actions import leave_register, register_interest
from applications.forms.interest import InterestForm
from applications.models import Interest
from applications.queries.interest import programmes_to_wait_for, prospects
from applications.rules.interest import consent_words
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.web.doors import public, refusals
from npqh_portal.web.forms import PortalForm

TOO_OFTEN = "That was too often from where you are. Wait a minute, then send it again: what you typed is still here."


@public
@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: HttpRequest, code: str) -> HttpResponse:
    now = clock.now()
    programme = get_object_or_404(programmes_to_wait_for(now), code=code)
    person = request.user if isinstance(request.user, User) else None
    words = consent_words(programme.name, settings.PROVIDER_NAME)
    known = {"full_name": person.full_name, "email": person.email} if person else {}
    form = InterestForm(request.POST if request.method == "POST" else None, initial=known, consent_words=words)
    if form.is_valid() and _is_not_too_often(request, form):
        answers = {name: form.cleaned_data[name] for name in ("full_name", "email", "school_name")}
        with refusals(form):
            register_interest(programme, **answers, consent_words=words, by=person)
            return redirect("applications:interest_thanks", programme.code)
    context = {"programme": programme, "prospects": prospects(programme, now), "form": form}
    context |= {"kept_days": settings.INTEREST_KEPT_DAYS}
    return render(request, "applications/interest.html", context)


def _is_not_too_often(request: HttpRequest, form: InterestForm) -> bool:
    """Counted as tries at signing in are. Else somebody could have us write to thousands."""
    if ratelimit.consume(request, action="register_interest"):
        return True
    form.add_error(None, TOO_OFTEN)
    return False


@public
@require_safe
def interest_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """The same whether the address was on the register before: nobody learns of anybody that they are."""
    programme = get_object_or_404(programmes_to_wait_for(clock.now()), code=code)
    return render(request, "applications/interest_thanks.html", {"programme": programme})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def leave_interest(request: HttpRequest, public_id: str) -> HttpResponse:
    """From the link in one's own letter. Asks first, for mail filters follow links."""
    interest = get_object_or_404(Interest.objects.select_related("programme"), public_id=public_id)
    question = PortalForm(request.POST if request.method == "POST" else None)
    if question.is_valid():
        with refusals(question):
            leave_register(interest, by=None)
            return redirect("applications:leave_interest", public_id)
    return render(request, "applications/interest_leave.html", {"interest": interest, "form": question})
