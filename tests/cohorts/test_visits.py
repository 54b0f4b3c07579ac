"""The log of visits to schools: what is kept of them, and who reads it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cohorts.actions import withdraw_enrolment
from cohorts.actions.network import change_visit, log_visit, remove_visit
from cohorts.errors import ChangedMeanwhile, DayToCome, DayTooEarly, LogClosed
from cohorts.kinds import Leaving
from cohorts.models import Completion, Facilitation, SchoolVisit
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.schools.models import School
from tests.cohorts.legacy import STARTED, Legacy, legacy
from tests.factories import a_cohort, a_partner, a_person, a_school, a_version, an_enrolment

__all__ = ["legacy"]
VISITS = "/participant/visits/"
TODAY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def said(**fields: Any) -> dict[str, Any]:
    return {
        "visited_on": TODAY, "school": None, "school_name": "Harrowgate Bay Academy", "host": "Edda Finch",
        "purpose": "How they teach reading.", "learnt": "To read aloud daily.",
    } | fields  # fmt: skip


def logs(legacy: Legacy, **fields: Any) -> SchoolVisit:
    return log_visit(legacy.enrolment, **said(**fields), by=legacy.person)


def boxes(**fields: str) -> dict[str, str]:
    return {
        "visited_on_day": "17", "visited_on_month": "3", "visited_on_year": "2026", "called": "Somewhere School",
        "host": "", "purpose": "How they teach reading.", "learnt": "", "revision": "0",
    } | fields  # fmt: skip


# --- what is written -----------------------------------------------------------------------------


def test_a_visit_is_of_today_or_before_and_since_the_programme_began(legacy: Legacy) -> None:
    logs(legacy, visited_on=TODAY)
    logs(legacy, visited_on=STARTED)
    with pytest.raises(DayToCome):
        logs(legacy, visited_on=TODAY + timedelta(days=1))
    with pytest.raises(DayTooEarly):
        logs(legacy, visited_on=STARTED - timedelta(days=1))
    assert SchoolVisit.objects.count() == 2


def test_the_same_visit_sent_twice_is_there_once(legacy: Legacy) -> None:
    assert logs(legacy) == logs(legacy)
    assert Entry.objects.filter(verb="school-visit.logged").count() == 1


def test_nothing_of_what_was_written_stands_in_the_audit_trail(legacy: Legacy) -> None:
    logs(legacy, purpose="A secret purpose", learnt="A secret lesson", host="A secret host")
    assert not Entry.objects.filter(payload__icontains="secret").exists()


def test_a_visit_changes_only_from_the_page_that_shows_it_as_it_stands(legacy: Legacy) -> None:
    visit = logs(legacy)
    changed = change_visit(visit, **said(learnt="More"), revision=1, by=legacy.person)
    assert (changed.learnt, changed.revision) == ("More", 2)
    with pytest.raises(ChangedMeanwhile):
        change_visit(visit, **said(learnt="Less"), revision=1, by=legacy.person)
    assert change_visit(visit, **said(learnt="More"), revision=1, by=legacy.person).revision == 2, "the same again"
    with pytest.raises(DayToCome):
        change_visit(visit, **said(visited_on=TODAY + timedelta(days=1)), revision=2, by=legacy.person)


def test_a_visit_is_removed_as_the_page_showed_it_and_once(legacy: Legacy) -> None:
    visit = logs(legacy)
    change_visit(visit, **said(learnt="More"), revision=1, by=legacy.person)
    with pytest.raises(ChangedMeanwhile):
        remove_visit(visit, revision=1, by=legacy.person)
    remove_visit(visit, revision=2, by=legacy.person)
    remove_visit(visit, revision=2, by=legacy.person)
    assert not SchoolVisit.objects.exists()
    assert Entry.objects.filter(verb="school-visit.removed").count() == 1


def test_whoever_has_left_reads_the_log_and_writes_no_more(legacy: Legacy) -> None:
    visit = logs(legacy)
    withdraw_enrolment(legacy.enrolment, why=Leaving.CAREER, reason="Left.", by=legacy.lead)
    with pytest.raises(LogClosed):
        logs(legacy, purpose="Another")
    with pytest.raises(LogClosed):
        change_visit(visit, **said(learnt="More"), revision=1, by=legacy.person)
    with pytest.raises(LogClosed):
        remove_visit(visit, revision=1, by=legacy.person)
    client = signed_in(legacy.person)
    assert "Harrowgate Bay Academy" in client.get(VISITS).content.decode()
    assert "Write down a visit" not in client.get(VISITS).content.decode()
    assert client.get(f"{VISITS}add/").status_code == 404
    assert 'type="submit"' not in client.get(f"{VISITS}{visit.public_id}/").content.decode().split("<main")[1]


# --- the pages -----------------------------------------------------------------------------------


def test_writing_changing_and_removing_by_the_pages(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    assert client.post(f"{VISITS}add/", boxes()).headers["Location"] == VISITS
    visit = SchoolVisit.objects.get()
    assert (visit.school_name, visit.school, visit.visited_on) == ("Somewhere School", None, date(2026, 3, 17))
    address = f"{VISITS}{visit.public_id}/"
    assert "How they teach reading." in client.get(address).content.decode()
    assert client.post(address, boxes(learnt="Much", revision="1")).headers["Location"] == VISITS
    assert "Much" in client.get(VISITS).content.decode()
    assert "Remove the visit" in client.get(f"{address}remove/").content.decode()
    assert SchoolVisit.objects.count() == 1
    client.post(f"{address}remove/", {"revision": "2"})
    assert not SchoolVisit.objects.exists()


def test_a_school_of_the_register_is_offered_before_it_is_taken(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    asked = client.post(f"{VISITS}add/", boxes(called="harrowgate", learnt="Kept words")).content.decode()
    assert "Choose the school that you mean" in asked
    assert "Harrowgate Bay, Coastshire, URN 900202" in asked
    assert "Kept words" in asked
    assert not SchoolVisit.objects.exists()
    client.post(f"{VISITS}add/", boxes(called="harrowgate", school="900202"))
    assert SchoolVisit.objects.get().school == legacy.host
    assert SchoolVisit.objects.get().school_name == "Harrowgate Bay Academy"


@pytest.mark.parametrize("typed", ["900202", "URN 900202"])
def test_a_school_is_found_by_its_urn(legacy: Legacy, typed: str) -> None:
    page = signed_in(legacy.person).post(f"{VISITS}add/", boxes(called=typed)).content.decode()
    assert "Harrowgate Bay Academy" in page


def test_what_is_typed_stands_where_none_of_the_offered_is_meant(legacy: Legacy) -> None:
    signed_in(legacy.person).post(f"{VISITS}add/", boxes(called="Harrowgate", school="as-typed"))
    assert (SchoolVisit.objects.get().school, SchoolVisit.objects.get().school_name) == (None, "Harrowgate")


def test_a_school_that_has_closed_since_can_be_named(legacy: Legacy) -> None:
    a_school(urn="900303", name="Oldcastle Infants", status=School.Status.CLOSED)
    page = signed_in(legacy.person).post(f"{VISITS}add/", boxes(called="Oldcastle")).content.decode()
    assert "now closed" in page
    signed_in(legacy.person).post(f"{VISITS}add/", boxes(called="Oldcastle", school="900303"))
    assert SchoolVisit.objects.get().school_name == "Oldcastle Infants"


def test_the_school_chosen_before_stays_while_its_name_is_not_touched(legacy: Legacy) -> None:
    visit = logs(legacy, school=legacy.host)
    address = f"{VISITS}{visit.public_id}/"
    sent = boxes(called="Harrowgate Bay Academy", learnt="More", revision="1")
    signed_in(legacy.person).post(address, sent)
    visit.refresh_from_db()
    assert (visit.school, visit.learnt) == (legacy.host, "More")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"visited_on_day": "19"}, "That day has not come yet"),
        ({"visited_on_year": "2024"}, "You have been on the programme since 1 September 2025"),
        ({"visited_on_day": "31", "visited_on_month": "2"}, "must be a real date"),
        ({"called": ""}, "Enter the school"),
        ({"purpose": " "}, "Say what you went to see"),
        ({"host": "x" * 121}, "must be 120 characters or fewer"),
        ({"learnt": "x" * 20_001}, "must be 20,000 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(
    legacy: Legacy, wrong: dict[str, str], words: str
) -> None:
    sent = boxes(**({"host": "Edda Finch"} | wrong))
    page = signed_in(legacy.person).post(f"{VISITS}add/", sent).content.decode()
    assert words in page
    assert "<title>Error:" in page
    assert sent["host"] in page
    assert sent["learnt"] in page
    assert not SchoolVisit.objects.exists()


def test_long_words_are_kept_to_the_last_letter(legacy: Legacy) -> None:
    most = "w" * 19_999 + "!"
    signed_in(legacy.person).post(f"{VISITS}add/", boxes(learnt=most, purpose=most))
    visit = SchoolVisit.objects.get()
    assert (visit.learnt, visit.purpose) == (most, most)


def test_of_two_tabs_neither_silently_wins(legacy: Legacy) -> None:
    visit = logs(legacy)
    client, address = signed_in(legacy.person), f"{VISITS}{visit.public_id}/"
    sent = boxes(called=visit.school_name, revision="1")
    client.post(address, sent | {"learnt": "First tab"})
    page = client.post(address, sent | {"learnt": "Second tab"}).content.decode()
    assert "saved while your page was open" in page
    assert "First tab" in page
    assert "Second tab" in page
    visit.refresh_from_db()
    assert visit.learnt == "First tab"
    client.post(address, sent | {"learnt": "Second tab", "revision": "2"})
    visit.refresh_from_db()
    assert visit.learnt == "Second tab"
    removed = client.post(f"{address}remove/", {"revision": "2"}).content.decode()
    assert "saved while your page was open" in removed
    assert SchoolVisit.objects.count() == 1


def test_the_visit_a_programme_asks_for_is_marked_done_from_here(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    page = client.get(VISITS).content.decode()
    assert "First visit" in page
    assert "/participant/course/visit-1/done/" in page
    client.post("/participant/course/visit-1/done/")
    assert Completion.objects.get().item.code == "visit-1"
    assert "/participant/course/visit-1/done/" not in client.get(VISITS).content.decode()


def test_the_file_holds_ones_own_visits_and_no_formula(legacy: Legacy) -> None:
    logs(legacy, school=legacy.host, learnt="=1+1")
    other = an_enrolment(legacy.cohort, legacy.group)
    log_visit(other, **said(purpose="Somebody else’s"), by=other.person)
    response = signed_in(legacy.person).get(f"{VISITS}file/")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines == [
        "Date,School,URN,Who received you,What you went to see,What you take home",
        "2026-03-18,Harrowgate Bay Academy,900202,Edda Finch,How they teach reading.,'=1+1",
    ]
    assert response.headers["Content-Disposition"] == 'attachment; filename="school-visits.csv"'


# --- who reads it --------------------------------------------------------------------------------


def test_others_visits_are_not_there_for_a_participant(legacy: Legacy) -> None:
    visit = logs(legacy)
    stranger = signed_in(an_enrolment(legacy.cohort, legacy.group).person)
    for address in (f"{VISITS}{visit.public_id}/", f"{VISITS}{visit.public_id}/remove/"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, boxes(revision="1")).status_code == 404
    assert SchoolVisit.objects.count() == 1


def test_people_found_to_be_one_keep_what_the_old_one_logged(legacy: Legacy) -> None:
    visit = logs(legacy)
    kept = a_person(Role.PARTICIPANT)
    PersonAlias.objects.create(old_person=legacy.person, kept_person=kept)
    assert signed_in(kept).get(f"{VISITS}{visit.public_id}/").status_code == 200


def test_facilitator_and_lead_read_count_and_list_and_nobody_else_does(legacy: Legacy) -> None:
    logs(legacy)
    logs(legacy, purpose="How they feed everybody.")
    beside, lead = f"/facilitator/beside/{legacy.enrolment.public_id}/", f"/lead/beside/{legacy.enrolment.public_id}/"
    for client, address in ((signed_in(legacy.facilitator), beside), (signed_in(legacy.lead), lead)):
        page = client.get(address).content.decode()
        assert "Two school visits" in page
        assert "How they feed everybody." in page
        assert client.post(address).status_code == 405
    listed = signed_in(legacy.facilitator).get("/facilitator/beside/").content.decode()
    assert 'data-label="School visits">2<' in listed
    record = signed_in(legacy.lead).get(f"/admin/cohorts/enrolment/{legacy.enrolment.pk}/change/").content.decode()
    assert "Beside the course: 2 school visits" in record
    assert signed_in(a_person(Role.FACILITATOR)).get(beside).status_code == 404
    assert signed_in(legacy.person).get(beside).status_code == 403
    partners = signed_in(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert partners.get(lead).status_code == 404


def test_a_facilitator_whose_time_with_the_group_is_over_reads_nothing(legacy: Legacy) -> None:
    logs(legacy)
    Facilitation.objects.filter(group=legacy.group).update(to_on=clock.today())
    client = signed_in(legacy.facilitator)
    assert client.get(f"/facilitator/beside/{legacy.enrolment.public_id}/").status_code == 404
    assert "Ines" not in client.get("/facilitator/beside/").content.decode()


def test_a_lead_finds_visits_in_the_list_and_a_partners_lead_only_their_own(legacy: Legacy) -> None:
    logs(legacy)
    address = "/admin/cohorts/schoolvisit/"
    assert "Harrowgate Bay Academy" in signed_in(legacy.lead).get(address, {"q": "caldbeck"}).content.decode()
    partners = signed_in(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert "Harrowgate Bay Academy" not in partners.get(address).content.decode()


def test_somebody_of_a_programme_without_visits_logs_them_all_the_same(legacy: Legacy) -> None:
    person = an_enrolment(a_cohort(a_version())).person
    client = signed_in(person)
    assert "Visits your programme asks for" not in client.get(VISITS).content.decode()
    client.post(f"{VISITS}add/", boxes())
    assert SchoolVisit.objects.count() == 1


def test_somebody_without_an_enrolment_is_told_what_will_stand_here(legacy: Legacy) -> None:
    client = signed_in(a_person(Role.PARTICIPANT))
    assert "will stand here" in client.get(VISITS).content.decode()
    assert client.get(f"{VISITS}add/").status_code == 404
