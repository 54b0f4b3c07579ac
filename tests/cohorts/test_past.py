"""Runs from before this portal: how they are written down, found and counted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cohorts.access import enrolments_visible_to
from cohorts.actions import take_over_run
from cohorts.models import Enrolment, PastImport, PastRun
from cohorts.queries import past_participants, people_completed
from cohorts.states import PastImportState
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import ProgrammeVersion
from tests.factories import a_cohort, a_partner, a_person, a_version, an_enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def a_run(person: User | None = None, version: ProgrammeVersion | None = None, **fields: Any) -> Enrolment:
    source = PastImport.objects.create(file_name="past.csv", sha256=64 * "0", state=PastImportState.DONE)
    return take_over_run(
        person or a_person(),
        version=version or a_version(effective_from=date(2017, 9, 1)),
        source=source,
        by=None,
        **({"passed": True} | fields),
    )


@pytest.mark.parametrize(
    ("fields", "began_at"),
    [
        ({}, datetime(2017, 8, 31, 23, 0, tzinfo=UTC)),
        ({"completed_on": date(2019, 7, 12)}, datetime(2019, 7, 11, 23, 0, tzinfo=UTC)),
        ({"started_on": date(2018, 1, 15), "completed_on": date(2019, 7, 12)}, datetime(2018, 1, 15, tzinfo=UTC)),
    ],
)
def test_a_run_is_dated_to_its_beginning_as_far_as_it_is_known(fields: dict[str, Any], began_at: datetime) -> None:
    assert a_run(**fields).enrolled_at == began_at


def test_a_role_that_is_held_is_not_granted_twice() -> None:
    person = a_person(Role.PARTICIPANT)
    a_run(person)
    a_run(person)
    assert person.role_grants.count() == 1


def test_who_did_not_pass_took_it_all_the_same() -> None:
    """S45: of those here, whoever left on the way has not."""
    passed = a_run()
    a_run(version=passed.version, passed=False)
    an_enrolment(a_cohort(passed.version), state="withdrawn")
    assert past_participants(passed.version.programme) == 2
    assert people_completed() == 1


def test_it_has_no_place_no_items_and_no_application() -> None:
    enrolment = a_run()
    assert enrolment.application is None
    assert (enrolment.memberships.count(), enrolment.personal_items.count()) == (0, 0)
    assert Enrolment.objects.get(pk=enrolment.pk).is_taken_over
    assert not an_enrolment(a_cohort(a_version())).is_taken_over


def test_it_does_not_end_before_it_starts() -> None:
    with pytest.raises(IntegrityError, match="a_past_run_ends_after_it_starts"), transaction.atomic():
        a_run(started_on=date(2019, 7, 12), completed_on=date(2018, 1, 15))
    assert (Enrolment.objects.count(), PastRun.objects.count()) == (0, 0)


def test_a_list_is_kept_only_while_it_waits() -> None:
    for fields in ({"state": "waiting"}, {"state": "done", "stored_name": "imports/x.csv"}):
        with pytest.raises(IntegrityError, match="a_list_is_kept_only_while_it_waits"), transaction.atomic():
            PastImport.objects.create(file_name="past.csv", sha256=64 * "0", **fields)


def test_the_provider_sees_them_a_partner_does_not_and_everybody_their_own() -> None:
    enrolment = a_run()
    lead, partners = a_person(Role.PROGRAMME_LEAD), a_person(Role.PROGRAMME_LEAD, organisation=a_partner())
    seen = {user: enrolments_visible_to(user).filter(pk=enrolment.pk).exists() for user in (lead, partners)}
    assert seen == {lead: True, partners: False}
    assert list(enrolments_visible_to(enrolment.person)) == [enrolment]


def test_enrolments_are_filtered_by_where_and_when_and_what(client: Client) -> None:
    client.force_login(a_person(Role.ADMINISTRATOR))
    before = a_run(a_person(full_name="Ottoline Wrexcombe"), started_on=date(2018, 1, 15), cohort_name="Spring 2018")
    here = an_enrolment(a_cohort(a_version()), person=a_person(full_name="Ffion Marchbanks"))

    def listed(**query: Any) -> set[int]:
        response = client.get(reverse("admin:cohorts_enrolment_changelist"), query)
        return {row.pk for row in response.context["cl"].result_list}

    assert listed() == {before.pk, here.pk}
    assert listed(origin="before") == {before.pk}
    assert listed(origin="here") == {here.pk}
    assert listed(year="2018") == {before.pk}
    assert listed(year="1900") == set()
    assert listed(year="soon") == set()
    assert listed(version__programme__id__exact=before.version.programme_id) == {before.pk}
    page = client.get(reverse("admin:cohorts_enrolment_changelist")).content.decode()
    assert "Spring 2018, before this portal" in page


def test_the_record_shows_what_the_list_said_and_no_engagement(client: Client) -> None:
    client.force_login(a_person(Role.ADMINISTRATOR))
    page = client.get(reverse("admin:cohorts_enrolment_change", args=[a_run(cohort_name="Spring 2018").pk]))
    shown = page.content.decode()
    assert "Spring 2018" in shown
    assert "Not recorded: it took place before this portal." in shown
    assert "Ledger" not in shown


@pytest.mark.parametrize(("of_partner", "told"), [(False, True), (True, False)])
def test_the_lead_of_the_provider_reads_how_many_have_completed(client: Client, of_partner: bool, told: bool) -> None:
    a_run()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner() if of_partner else None))
    page = " ".join(client.get(reverse("home:lead")).content.decode().split())
    assert ("1 person has completed a programme</a> with us, here or before this portal." in page) is told
