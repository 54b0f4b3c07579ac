"""Whose pages these are."""

from django.http import HttpRequest, QueryDict

from cohorts import queries
from cohorts.models import Enrolment
from npqh_portal.people.models import User


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    return request.user


def enrolment_of(request: HttpRequest) -> Enrolment | None:
    return queries.current_enrolment_of(person_of(request))


def sent(request: HttpRequest) -> QueryDict | None:
    """What the form is bound to: nothing while it is only looked at."""
    return request.POST if request.method == "POST" else None
