"""Who gets past each kind of door, without a page behind it."""

from collections.abc import Iterable, Iterator
from importlib import import_module

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver
from pytest_django import Settings

from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web import doors
from tests.factories import a_person


def inside(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


def knock(view: doors.View, who: User | AnonymousUser) -> HttpResponse:
    request = RequestFactory().get("/lead/?page=2")
    request.user = who
    response = view(request)
    assert isinstance(response, HttpResponse)
    return response


def test_a_public_page_opens_to_anybody() -> None:
    assert knock(doors.public(inside), AnonymousUser()).content == b"inside"


def test_signed_out_one_is_sent_to_sign_in_and_back() -> None:
    response = knock(doors.signed_in(inside), AnonymousUser())
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/lead/%3Fpage%3D2")


@pytest.mark.django_db
def test_a_role_opens_its_own_door_only() -> None:
    lead_only = doors.for_role(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)(inside)
    assert knock(lead_only, a_person(Role.ADMINISTRATOR)).content == b"inside"
    with pytest.raises(PermissionDenied):
        knock(lead_only, a_person(Role.PARTICIPANT))
    with pytest.raises(PermissionDenied):
        knock(lead_only, a_person())
    assert knock(lead_only, AnonymousUser()).status_code == 302


@pytest.mark.django_db
def test_somebody_barred_from_signing_in_holds_no_role() -> None:
    barred = a_person(Role.PROGRAMME_LEAD, is_active=False)
    with pytest.raises(PermissionDenied):
        knock(doors.for_role(Role.PROGRAMME_LEAD)(inside), barred)


def test_a_demo_page_is_not_there_without_the_demo(settings: Settings) -> None:
    page = doors.demo_only(inside)
    settings.DEMO = True
    assert knock(page, AnonymousUser()).content == b"inside"
    settings.DEMO = False
    with pytest.raises(Http404):
        knock(page, AnonymousUser())


def test_every_door_declares_its_rule() -> None:
    assert doors.rule_for(doors.public(inside), "x") == doors.PUBLIC
    assert doors.rule_for(doors.signed_in(inside), "x") == doors.SIGNED_IN
    rule = doors.rule_for(doors.for_role(Role.FACILITATOR)(inside), "x")
    assert rule == doors.AccessRule(doors.Kind.ROLE, (Role.FACILITATOR,))


def test_a_page_without_a_rule_is_named() -> None:
    with pytest.raises(doors.NoAccessRule, match="home:forgotten"):
        doors.rule_for(inside, "home:forgotten")


def test_every_page_of_allauth_is_in_the_table_and_nothing_else_is() -> None:
    named = {page.name for page in _pages_under(import_module("allauth.urls").urlpatterns)}
    assert named - {None} == set(doors.THIRD_PARTY_RULES)


def _pages_under(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _pages_under(pattern.url_patterns)
        else:
            yield pattern


class Full(RuleViolation):
    pass


def test_a_refusal_becomes_an_error_of_the_form() -> None:
    form = forms.Form({})
    assert form.is_valid()
    with doors.refusals(form):
        raise Full("The cohort is full.")
    assert form.non_field_errors() == ["The cohort is full."]


def test_a_refusal_becomes_a_note_on_the_next_page() -> None:
    request = RequestFactory().post("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # as the middleware does
    with doors.refusals(request):
        raise Full("The cohort is full.")
    assert [(note.level_tag, note.message) for note in get_messages(request)] == [("error", "The cohort is full.")]


def test_nothing_wider_is_caught() -> None:
    with pytest.raises(ValueError, match="a mistake of ours"), doors.refusals(forms.Form({})):
        raise ValueError("a mistake of ours")
