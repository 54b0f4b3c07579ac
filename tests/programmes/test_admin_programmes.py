"""Programmes to look at, suspensions of funding to edit, versions to copy and retire, intakes by their state."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import FundingSuspension, Intake, Programme, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_partner, a_person, a_version, an_intake
from tests.programmes.pages import seen_on

pytestmark = pytest.mark.django_db

ADD = "admin:programmes_fundingsuspension_add"
LIST = "admin:programmes_programme_changelist"


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def visitor(lead: User) -> Client:
    client = Client()
    client.force_login(lead)
    return client


def suspended(programme: Programme, **changed: str) -> dict[str, Any]:
    return {
        "programme": programme.pk, "source": "scholarship", "from_on": "31/07/2020", "to_on": "31/08/2022", "words": ""
    } | changed  # fmt: skip


# Programmes


def test_a_programme_shows_its_current_version_and_how_many_there_are(visitor: Client) -> None:
    version = a_version(label="2026")
    for label, state in (("2027", VersionState.DRAFT), ("2025", VersionState.RETIRED)):
        fields = {"digest": "", "effective_from": date(2027, 1, 1), "delivery_months": 18, "assessment_months": 3}
        moment = None if state is VersionState.DRAFT else clock.now()
        ProgrammeVersion.objects.create(
            programme=version.programme, label=label, state=state, terms=5, published_at=moment, **fields
        )
    page = visitor.get(reverse(LIST)).content.decode()
    assert ">3</a>" in page
    assert re.search(r'<td class="field-current"[^>]*>2026<', page)
    row = visitor.get(reverse("admin:programmes_programme_change", args=[version.programme.pk])).content.decode()
    assert reverse("admin:programmes_programmeversion_change", args=[version.pk]) in row


def test_a_programme_is_not_edited(visitor: Client) -> None:
    programme = a_version().programme
    assert visitor.post(reverse("admin:programmes_programme_change", args=[programme.pk]), {}).status_code == 403
    assert visitor.get(reverse("admin:programmes_programme_add")).status_code == 403


# Suspensions of funding (S84, S85)


def test_a_suspension_is_added_and_recorded(visitor: Client, lead: User) -> None:
    assert visitor.post(reverse(ADD), suspended(a_version().programme)).status_code == 302
    made = FundingSuspension.objects.get()
    assert (made.from_on, made.to_on) == (date(2020, 7, 31), date(2022, 8, 31))
    assert str(made).endswith(" suspended from 31 July 2020")
    assert Entry.objects.get(verb="fundingsuspension.added").actor_id == lead.pk


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        ("01/09/2022", "", False),
        ("31/08/2022", "", True),
        ("01/01/2020", "30/07/2020", False),
        ("01/01/2020", "31/07/2020", True),
        ("01/01/2020", "", True),
        ("01/01/2021", "01/02/2021", True),
    ],
    ids=["day after", "last day", "day before", "first day", "without an end", "within"],
)
def test_two_suspensions_of_one_source_share_no_day(visitor: Client, first: str, last: str, refused: bool) -> None:
    programme = a_version().programme
    visitor.post(reverse(ADD), suspended(programme))
    page = visitor.post(reverse(ADD), suspended(programme, from_on=first, to_on=last))
    assert (page.status_code == 200) == refused
    assert FundingSuspension.objects.count() == (1 if refused else 2)
    if refused:
        assert "It is suspended from 31 July 2020 until 31 August 2022 already." in page.content.decode()


def test_another_source_may_be_suspended_at_the_same_time(visitor: Client) -> None:
    programme = a_version().programme
    for source in ("scholarship", "school"):
        assert visitor.post(reverse(ADD), suspended(programme, source=source)).status_code == 302


def test_a_suspension_that_ends_before_it_starts_is_refused_beside_its_field(visitor: Client) -> None:
    page = visitor.post(reverse(ADD), suspended(a_version().programme, to_on="30/07/2020"))
    assert page.context["adminform"].form.errors == {
        "to_on": ["The last day must not be before the first. Choose a later day, or leave it empty."]
    }


def test_a_suspension_may_be_saved_again_as_it_is(visitor: Client) -> None:
    programme = a_version().programme
    visitor.post(reverse(ADD), suspended(programme))
    address = reverse("admin:programmes_fundingsuspension_change", args=[FundingSuspension.objects.get().pk])
    sent = suspended(programme, to_on="", seen=seen_on(visitor, address))
    assert visitor.post(address, sent).status_code == 302
    assert FundingSuspension.objects.get().to_on is None


def test_a_suspension_changed_meanwhile_is_not_overwritten(visitor: Client) -> None:
    programme = a_version().programme
    visitor.post(reverse(ADD), suspended(programme))
    address = reverse("admin:programmes_fundingsuspension_change", args=[FundingSuspension.objects.get().pk])
    seen = seen_on(visitor, address)
    FundingSuspension.objects.update(words="It comes back in spring.")
    refused = visitor.post(address, suspended(programme, words="Our words.", seen=seen)).content.decode()
    assert "since you opened this page. Nothing of yours is saved" in refused
    assert "Our words." in refused
    assert FundingSuspension.objects.get().words == "It comes back in spring."


def test_a_partner_lead_reads_suspensions_and_adds_none() -> None:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert client.get(reverse("admin:programmes_fundingsuspension_changelist")).status_code == 200
    assert client.post(reverse(ADD), suspended(a_version().programme)).status_code == 403


# Copies and retirement


def test_a_copy_is_suggested_the_next_label_and_opened(visitor: Client) -> None:
    version = a_version(label="2026")
    address = reverse("admin:programmes_programmeversion_copy", args=[version.pk])
    assert 'value="2027"' in visitor.get(address).content.decode()
    answer = visitor.post(address, {"label": "2027"})
    copy = ProgrammeVersion.objects.get(label="2027")
    assert (copy.state, copy.programme_id) == ("draft", version.programme_id)
    assert answer.headers["Location"] == reverse("admin:programmes_programmeversion_change", args=[copy.pk])


def test_a_label_that_is_taken_is_refused_and_kept_in_its_field(visitor: Client) -> None:
    version = a_version(label="2026")
    page = visitor.post(reverse("admin:programmes_programmeversion_copy", args=[version.pk]), {"label": "2026"})
    assert "There is a version NPQ in Headship 2026 already. Choose another label." in page.content.decode()
    assert 'value="2026"' in page.content.decode()


def test_a_version_is_retired_once_its_intakes_are_over(visitor: Client) -> None:
    intake = an_intake(a_version())
    address = reverse("admin:programmes_programmeversion_retire", args=[intake.version_id])
    assert "Close the intake first" in visitor.post(address).content.decode()
    Intake.objects.update(closes_at=clock.now())
    assert visitor.post(address).status_code == 302
    assert ProgrammeVersion.objects.get().state == "retired"


# Intakes (S86)


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (date(2026, 8, 31), "NPQ in Headship 2026 can start on 1 September 2026 at the earliest."),
        (date(2026, 9, 1), ""),
        (date(2027, 8, 31), ""),
        (date(2027, 9, 1), "NPQ in Headship 2026 can start on 31 August 2027 at the latest."),
    ],
    ids=["the day before", "the first day", "the last day", "the day after"],
)
def test_an_intake_starts_while_its_version_is_in_effect(visitor: Client, start: date, sentence: str) -> None:
    version = a_version(label="2026", effective_from=date(2026, 9, 1), effective_to=date(2027, 8, 31))
    opens, closes = date(2026, 1, 1), date(2026, 2, 1)
    intake = an_intake(version)
    sent = {
        "version": version.pk, "provider": intake.provider_id, "name": "Autumn", "opens_at_0": f"{opens:%d/%m/%Y}",
        "opens_at_1": "09:00", "closes_at_0": f"{closes:%d/%m/%Y}", "closes_at_1": "09:00",
        "starts_on": f"{start:%d/%m/%Y}", "capacity": 9, "cohort_funding": "capped", "grace_minutes": 30,
        "offer_days": 7, "contact_name": "Tobias Farrant",
        "contact_email": "npqh@larkfell.example",
    }  # fmt: skip
    for address in (
        reverse("admin:programmes_intake_add"),
        reverse("admin:programmes_intake_change", args=[intake.pk]),
    ):
        page = visitor.post(address, sent | {"seen": seen_on(visitor, address)})
        if sentence:
            assert sentence in str(page.context["adminform"].form.errors["starts_on"])
        else:
            assert page.status_code == 302
            Intake.objects.filter(name="Autumn").exclude(pk=intake.pk).delete()


@pytest.mark.parametrize(
    ("opens", "closes", "is_paused", "state"),
    [
        (-2, 2, False, "open"),
        (-2, 2, True, "paused"),
        (1, 2, False, "to-come"),
        (1, 2, True, "paused"),
        (-2, -1, False, "closed"),
        (-2, -1, True, "closed"),
    ],
)
def test_intakes_are_filtered_by_where_they_stand(
    visitor: Client, opens: int, closes: int, is_paused: bool, state: str
) -> None:
    now = clock.now()
    intake = an_intake(
        a_version(), opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes), is_paused=is_paused
    )
    for asked in ("open", "to-come", "paused", "closed"):
        page = visitor.get(reverse("admin:programmes_intake_changelist"), {"state": asked})
        assert list(page.context["cl"].queryset) == ([intake] if asked == state else [])
        if asked == state:
            words = state.replace("-", " ").capitalize()
            assert re.search(rf'<td class="field-stands"[^>]*>{words}<', page.content.decode())
