"""Intakes to edit, each kept to one's organisations."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.forms.intakes import IntakeForm
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState
from tests.factories import a_partner, a_person, a_provider, a_version, an_application, an_intake
from tests.programmes.pages import seen_on

pytestmark = pytest.mark.django_db

INTAKES = "admin:programmes_intake_changelist"


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def visitor(lead: User) -> Client:
    client = Client()
    client.force_login(lead)
    return client


def the_fields(intake: Intake, **changed: Any) -> dict[str, Any]:
    """What the rendered form sends."""
    opens, closes = (moment.astimezone(clock.LONDON) for moment in (intake.opens_at, intake.closes_at))
    return {
        "version": intake.version_id,
        "provider": intake.provider_id,
        "name": intake.name,
        "opens_at_0": f"{opens:%d/%m/%Y}",
        "opens_at_1": f"{opens:%H:%M}",
        "closes_at_0": f"{closes:%d/%m/%Y}",
        "closes_at_1": f"{closes:%H:%M}",
        "grace_minutes": intake.grace_minutes,
        "starts_on": f"{intake.starts_on:%d/%m/%Y}",
        "start_term": intake.start_term,
        "capacity": intake.capacity,
        "cohort_funding": intake.cohort_funding,
        "funded_capacity": "" if intake.funded_capacity is None else intake.funded_capacity,
        "offer_days": intake.offer_days,
        "contact_name": intake.contact_name,
        "contact_email": intake.contact_email,
    } | changed


def test_an_intake_changed_meanwhile_is_not_overwritten(visitor: Client) -> None:
    intake = an_intake(a_version(), capacity=24)
    address = reverse("admin:programmes_intake_change", args=[intake.pk])
    opened = the_fields(intake, seen=seen_on(visitor, address))
    first, second = opened | {"capacity": 44}, opened | {"name": "Spring"}
    assert visitor.post(address, first).status_code == 302
    refused = visitor.post(address, second)
    assert "since you opened this page. Nothing of yours is saved" in refused.content.decode()
    assert 'value="Spring"' in refused.content.decode()
    intake.refresh_from_db()
    assert (intake.name, intake.capacity) == ("February 2027", 44)


def test_an_intake_is_edited_and_the_change_is_recorded(visitor: Client, lead: User) -> None:
    intake = an_intake(a_version())
    address = reverse("admin:programmes_intake_change", args=[intake.pk])
    assert visitor.post(address, the_fields(intake, capacity=30, seen=seen_on(visitor, address))).status_code == 302
    intake.refresh_from_db()
    assert intake.capacity == 30
    assert Entry.objects.get(verb="intake.changed").actor_id == lead.pk


def test_an_intake_without_places_is_refused(visitor: Client) -> None:
    intake = an_intake(a_version(), capacity=24)
    page = visitor.post(reverse("admin:programmes_intake_change", args=[intake.pk]), the_fields(intake, capacity=0))
    assert "An intake has at least one place." in page.content.decode()
    intake.refresh_from_db()
    assert intake.capacity == 24


def test_who_an_intake_is_for_does_not_change(visitor: Client) -> None:
    intake, other = an_intake(a_version()), a_version()
    visitor.post(
        reverse("admin:programmes_intake_change", args=[intake.pk]),
        the_fields(intake, version=other.pk, provider=a_partner().pk),
    )
    before = (intake.version_id, intake.provider_id)
    intake.refresh_from_db()
    assert (intake.version_id, intake.provider_id) == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"closes_at_0": "01/01/2020"}, "An intake closes after it opens. Choose a later moment."),
        ({"starts_on": "01/01/2020"}, "The programme starts after applications close. Choose a later day."),
    ],
)
def test_an_intake_in_the_wrong_order_is_refused(visitor: Client, changed: dict[str, str], sentence: str) -> None:
    intake = an_intake(a_version())
    page = visitor.post(reverse("admin:programmes_intake_change", args=[intake.pk]), the_fields(intake, **changed))
    assert sentence in page.content.decode()


def test_an_intake_is_made_for_a_published_version_only(visitor: Client) -> None:
    published, draft = a_version(), a_version(state=VersionState.DRAFT)
    offered = visitor.get(reverse("admin:programmes_intake_add")).context["adminform"].form.fields["version"].queryset
    assert published in offered
    assert draft not in offered
    now = clock.now()
    intake = Intake(
        version=published, name="Spring", provider=a_provider(), opens_at=now, closes_at=now + timedelta(days=2),
        starts_on=clock.today() + timedelta(days=9), capacity=9, contact_name="Tobias Farrant",
        contact_email="npqh@larkfell.example",
    )  # fmt: skip
    visitor.post(reverse("admin:programmes_intake_add"), the_fields(intake))
    assert Intake.objects.get().name == "Spring"


def test_a_partner_lead_sees_the_partner_intakes_only() -> None:
    partner = a_partner()
    theirs, others = an_intake(a_version(), delivery_partner=partner), an_intake(a_version())
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    assert list(client.get(reverse(INTAKES)).context["cl"].queryset) == [theirs]
    assert client.get(reverse("admin:programmes_intake_change", args=[others.pk])).status_code == 404


def saved(visitor: Client, intake: Intake, **changed: Any) -> str:
    """What the page says after saving; empty where nothing was refused."""
    address = reverse("admin:programmes_intake_change", args=[intake.pk])
    answer = visitor.post(address, the_fields(intake, **changed, seen=seen_on(visitor, address)))
    intake.refresh_from_db()
    return "" if answer.status_code == 302 else answer.content.decode()


def holding(intake: Intake, count: int, *, funded: bool) -> None:
    for _ in range(count):
        an_application(
            a_person(), intake, state=ApplicationState.ACCEPTED, eligible_for_funding=True, funded_place=funded
        )


def test_term_funding_grace_and_days_of_offers_are_kept(visitor: Client) -> None:
    intake = an_intake(a_version(), capacity=30)
    assert not saved(visitor, intake, start_term="spring", funded_capacity=20, grace_minutes=1440, offer_days=14)
    assert (intake.start_term, intake.cohort_funding, intake.funded_capacity) == ("spring", "capped", 20)
    assert (intake.grace_minutes, intake.offer_days) == (1440, 14)


def test_places_stay_as_many_as_are_taken(visitor: Client) -> None:
    intake = an_intake(a_version(), capacity=3, funded_capacity=2)
    holding(intake, 2, funded=True)
    assert "2 places are taken or offered already. Enter 2 or more." in saved(
        visitor, intake, capacity=1, funded_capacity=1
    )
    assert "2 funded places are taken already. Enter 2 or more." in saved(visitor, intake, funded_capacity=1)
    assert "Take each away first, on the page of its application" in saved(
        visitor, intake, cohort_funding="full", funded_capacity=""
    )
    assert (intake.capacity, intake.funded_capacity, intake.cohort_funding) == (3, 2, "capped")
    assert not saved(visitor, intake, capacity=2, funded_capacity=2)
    assert (intake.capacity, intake.places_taken, intake.funded_places_taken) == (2, 2, 2)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"funded_capacity": 25}, "There are 24 places in all. Enter 24 or fewer."),
        ({"cohort_funding": "zero", "funded_capacity": 5}, "Only where funded places go up to a number."),
        ({"grace_minutes": 1441}, "A day is the most: 1,440 minutes."),
        ({"offer_days": 0}, "An offer is held for 1 to 60 days."),
        ({"offer_days": 61}, "An offer is held for 1 to 60 days."),
        ({"contact_email": "a@localhost"}, "Enter an email address, like name@school.example"),
        ({"funded_capacity": -1}, "Funded places must be 0 or more"),
    ],
)
def test_figures_that_do_not_fit_are_refused(visitor: Client, changed: dict[str, Any], sentence: str) -> None:
    intake = an_intake(a_version(), capacity=24)
    assert sentence in saved(visitor, intake, **changed)
    assert (intake.funded_capacity, intake.cohort_funding, intake.offer_days) == (None, "capped", 7)


def test_places_taken_while_the_form_is_saved_stay_counted() -> None:
    intake = an_intake(a_version(), capacity=3)
    holding(intake, 1, funded=True)  # after the row was read
    with transaction.atomic():
        fields = {name: value for name, value in model_to_dict(intake).items() if value is not None}
        seen = IntakeForm(instance=intake).initial["seen"]
        form = IntakeForm(fields | {"capacity": 4, "seen": seen}, instance=intake)
        assert form.errors == {}
        form.save()
    intake.refresh_from_db()
    assert (intake.capacity, intake.places_taken, intake.funded_places_taken) == (4, 1, 1)


def test_the_list_says_how_many_places_are_taken_and_funded(visitor: Client) -> None:
    capped = an_intake(a_version(), capacity=30, funded_capacity=20)
    holding(capped, 2, funded=True)
    holding(capped, 1, funded=False)
    an_intake(a_version(), cohort_funding="zero", capacity=9)
    an_intake(a_version(), cohort_funding="full", capacity=8)
    table = visitor.get(reverse(INTAKES)).context["cl"]
    assert "3 of 30" in visitor.get(reverse("admin:programmes_intake_change", args=[capped.pk])).content.decode()
    shown = {(table.model_admin.taken(intake), table.model_admin.funded(intake)) for intake in table.result_list}
    assert shown == {("3 of 30", "2 of 20"), ("0 of 9", "None"), ("0 of 8", "All eligible")}


def test_a_new_intake_is_begun_from_another_without_its_dates(visitor: Client) -> None:
    intake = an_intake(a_version(), capacity=17, funded_capacity=11, offer_days=5, closed_words="In summer.")
    page = visitor.get(reverse("admin:programmes_intake_change", args=[intake.pk])).content.decode()
    address = f"{reverse('admin:programmes_intake_add')}?copy={intake.pk}"
    assert f'href="{address}"' in page
    form = visitor.get(address).context["adminform"].form
    begun = {name: form[name].value() for name in ("version", "capacity", "funded_capacity", "offer_days", "name")}
    assert begun == {
        "version": intake.version_id, "capacity": 17, "funded_capacity": 11, "offer_days": 5, "name": None,
    }  # fmt: skip
    assert form["opens_at"].value() is None
    assert form["closed_words"].value() == "In summer."


def test_an_intake_of_no_such_number_is_copied_from_nowhere(visitor: Client) -> None:
    for number in ("0", "x", "9" * 30):
        assert visitor.get(f"{reverse('admin:programmes_intake_add')}?copy={number}").status_code == 200


def test_a_partner_lead_is_not_offered_to_copy(lead: User) -> None:
    partner = a_partner()
    intake = an_intake(a_version(), delivery_partner=partner)
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    page = client.get(reverse("admin:programmes_intake_change", args=[intake.pk])).content.decode()
    assert "Copy to a new intake" not in page


def test_a_name_that_another_intake_bears_is_refused_beside_the_field(visitor: Client) -> None:
    version = a_version()
    an_intake(version, name="Autumn 2027")
    intake = an_intake(version, name="Spring 2028")
    address = reverse("admin:programmes_intake_change", args=[intake.pk])
    page = visitor.post(address, the_fields(intake, name="Autumn 2027", seen=seen_on(visitor, address)))
    assert page.context["adminform"].form.errors == {
        "name": ["There is an intake of this name already. Choose another name."]
    }
    address = reverse("admin:programmes_intake_add")
    page = visitor.post(address, the_fields(intake, seen=seen_on(visitor, address)))
    assert "name" in page.context["adminform"].form.errors or "__all__" in page.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"capacity": "-1"}, "Places must be 0 or more"),
        ({"capacity": "99999"}, "Places must be 32767 or fewer"),
        ({"capacity": "many"}, "Enter a whole number in figures"),
        ({"grace_minutes": ""}, "Enter how many minutes, or 0 for none"),
        ({"opens_at_0": "", "opens_at_1": ""}, "Enter the day and the time at which applications open"),
        ({"opens_at_0": "31/02/2027"}, "Enter a day that there is, like 28/03/2027"),
        ({"opens_at_1": "25:00"}, "Enter a time of day, like 09:00"),
        ({"starts_on": "31/02/2027"}, "Enter a day that there is, like 28/03/2027"),
        ({"name": "N" * 100}, "Name must be 80 characters or fewer"),
        (
            {"opens_at_0": "28/03/2027", "opens_at_1": "01:30"},
            "1.30am does not come on 28 March 2027: the clocks go forward that night. "
            "Enter a time before 1am, or 2am or later",
        ),
        (
            {"closes_at_0": "31/10/2027", "closes_at_1": "01:00"},
            "1am comes twice on 31 October 2027: the clocks go back that night. "
            "Enter a time before 1am, or 2am or later",
        ),
    ],
)
def test_bad_values_are_refused_in_our_own_words(visitor: Client, changed: dict[str, str], sentence: str) -> None:
    intake = an_intake(a_version())
    page = visitor.post(reverse("admin:programmes_intake_change", args=[intake.pk]), the_fields(intake, **changed))
    said = page.content.decode()
    assert said.count(f"{sentence}</li>") == 1
    assert "maxlength" not in said


@pytest.mark.parametrize("at", ["00:59", "02:00"])
def test_the_hours_beside_a_change_of_the_clocks_are_taken(visitor: Client, at: str) -> None:
    intake = an_intake(a_version())
    address = reverse("admin:programmes_intake_change", args=[intake.pk])
    changed = {"opens_at_0": "28/03/2026", "opens_at_1": at, "seen": seen_on(visitor, address)}
    assert visitor.post(address, the_fields(intake, **changed)).status_code == 302
