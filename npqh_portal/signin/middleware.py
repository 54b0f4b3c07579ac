"""Whoever sees other people's records signs in with a second factor."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from npqh_portal.people.access import has_role
from npqh_portal.people.roles import ABOVE_PARTICIPANT
from npqh_portal.web.doors import Kind, NoAccessRule, rule_for

# One's own account: where a second factor is set up, and the way out.
_ALWAYS_OPEN = ("account_", "mfa_")


class SecondFactorMiddleware:
    """Lead whoever holds a role above participant to setting up a second factor, until they have one.

    Asks only at doors that need somebody signed in, so that a public page still touches neither session nor
    person. allauth itself asks for the factor at sign-in, once there is one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not settings.REQUIRE_SECOND_FACTOR or not _is_guarded(request, view):
            return None
        if not has_role(request.user, *ABOVE_PARTICIPANT) or _has_second_factor(request):
            return None
        messages.warning(
            request,
            "Your role opens other people’s records, so set up a second factor first: a passkey, or an "
            "authenticator app. It takes about two minutes.",
        )
        return redirect("mfa_index")


def _is_guarded(request: HttpRequest, view: Callable[..., Any]) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name.startswith(_ALWAYS_OPEN):
        return False
    try:
        return rule_for(view, name).kind in {Kind.SIGNED_IN, Kind.ROLE}
    except NoAccessRule:
        return True


def _has_second_factor(request: HttpRequest) -> bool:
    factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=request.user.pk, type__in=factors).exists())
