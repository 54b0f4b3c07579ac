"""Whose pages these are."""

from django.http import HttpRequest

from cohorts import queries
from cohorts.models import Enrolment
from npqh_portal.web.doors import person_of


def enrolment_of(request: HttpRequest) -> Enrolment | None:
    return queries.current_enrolment_of(person_of(request))
