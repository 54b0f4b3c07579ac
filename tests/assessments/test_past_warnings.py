"""Whoever took the programme before this portal, as staff read it where they decide on an application."""

import pytest
from django.urls import reverse

from npqh_portal.people.models import PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import site
from tests.applications.places import applied
from tests.applications.reader import Reader
from tests.factories import a_person, a_version, an_intake

from .past import a_legacy_version, taken_over

pytestmark = pytest.mark.django_db

SAYS = "took this programme before the portal"


def test_it_is_said_where_one_decides_and_where_funding_is_marked() -> None:
    version = a_legacy_version()
    taken_over("Ines Caldbeck,ines@school.example,Cohort 3,,")
    person = User.objects.get(email="ines@school.example")
    application = applied(an_intake(version), person=person, full_name="Ines Caldbeck")
    reader = Reader(a_person(Role.PROGRAMME_LEAD))
    for act in ("decide", "mark_funding"):
        said = reader.open(reverse(f"admin:applications_application_{act}", args=[application.pk])).text
        assert f"Ines Caldbeck {SAYS}" in said
        assert "Whether DfE funded it is not known" in said


def test_it_is_found_under_another_account_of_theirs_and_on_no_other_programme() -> None:
    version = a_legacy_version()
    taken_over("Ines Caldbeck,ines@school.example,Cohort 3,,")
    person = a_person()
    application = applied(an_intake(version), person=person)
    assert site.warnings_of(application) == []
    PersonAlias.objects.create(old_person=User.objects.get(email="ines@school.example"), kept_person=person)
    assert len(site.warnings_of(application)) == 1
    assert site.warnings_of(applied(an_intake(a_version()), person=person)) == []


def test_it_stands_beside_its_row_where_one_decides_on_several() -> None:
    version = a_legacy_version()
    taken_over("Ines Caldbeck,ines@school.example,Cohort 3,,")
    intake, person = an_intake(version), a_person()
    PersonAlias.objects.create(old_person=User.objects.get(email="ines@school.example"), kept_person=person)
    known, other = applied(intake, person=person, full_name="Ines Caldbeck"), applied(intake)
    assert [len(said) for said in site.warnings_of_each([known, other]).values()] == [1, 0]
    address = reverse("admin:applications_application_decide_many")
    reader = Reader(a_person(Role.PROGRAMME_LEAD)).open(f"{address}?rows={known.pk}.{other.pk}")
    said = reader.send(verdict="accepted", preview="1").text
    assert said.count(SAYS) == 1
    assert f"Before you decide. A list of past participants says that Ines Caldbeck {SAYS}" in said
