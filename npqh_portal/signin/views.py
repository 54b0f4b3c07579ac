"""Signing in to the demonstration with one click. Everything else is allauth's."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from npqh_portal.web.doors import demo_only

from .queries import demo_people


@demo_only
@require_POST
def demo(request: HttpRequest, public_id: str) -> HttpResponse:
    person = next((person for person, _ in demo_people() if person.public_id == public_id), None)
    if person is None:
        raise Http404
    logout(request)
    get_adapter().login(request, person)
    return redirect(settings.LOGIN_REDIRECT_URL)
