"""Peers who agreed to be found: who finds whom, by what, and until when."""

from typing import Any

import pytest
from django.test import Client

from applications.states import ApplicationState
from cohorts.access import directory_visible_to, may_join_directory
from cohorts.actions import defer_enrolment, withdraw_enrolment
from cohorts.actions.network import join_directory, leave_directory
from cohorts.errors import ChangedMeanwhile, DirectoryNotOpen
from cohorts.kinds import Leaving
from cohorts.models import Cohort, DirectoryEntry, Enrolment
from cohorts.queries.network import found_peers, own_entry, peers_of
from cohorts.states import CohortState, EnrolmentState
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of
from npqh_portal.people.models import Organisation, PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.schools.models import Affiliation
from tests.cohorts.legacy import NOW, Legacy, legacy
from tests.factories import (
    a_cohort,
    a_group,
    a_partner,
    a_person,
    a_school,
    a_version,
    an_application,
    an_enrolment,
    an_intake,
)

__all__ = ["legacy"]
DIRECTORY, PEERS = "/participant/directory/", "/facilitator/directory/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def joins(person: User, **fields: Any) -> DirectoryEntry:
    said = {"about": "", "shows_school": True, "shows_email": False, "revision": 0} | fields
    return join_directory(person, **said, by=person)


def another(legacy: Legacy, name: str = "Bram Oldacre", **fields: Any) -> Enrolment:
    return an_enrolment(legacy.cohort, legacy.group, a_person(Role.PARTICIPANT, full_name=name), **fields)


def seen_by(person: User, words: str = "") -> list[str]:
    return [str(peer.person) for peer in peers_of(found_peers(directory_visible_to(person), words))]


# --- consent -------------------------------------------------------------------------------------


def test_nobody_is_found_without_having_joined(legacy: Legacy) -> None:
    reader = another(legacy).person
    assert seen_by(reader) == []
    joins(legacy.person)
    assert seen_by(reader) == ["Ines Caldbeck"]


def test_consent_has_its_moment_and_stands_in_the_audit_trail_without_a_word_of_theirs(legacy: Legacy) -> None:
    entry = joins(legacy.person, about="I lead a school by the sea.", shows_email=True)
    assert entry.consented_at == NOW
    (recorded,) = Entry.objects.filter(verb="directory.joined")
    assert recorded.actor_id == legacy.person.pk
    assert facts_of(recorded) == {"shows_school": True, "shows_email": True, "letters": 27}


def test_leaving_empties_what_was_written_and_keeps_that_it_was(legacy: Legacy) -> None:
    reader = another(legacy).person
    joins(legacy.person, about="I lead a school by the sea.", shows_email=True)
    leave_directory(legacy.person, by=legacy.person)
    entry = DirectoryEntry.objects.get()
    assert (entry.about, entry.shows_email, entry.left_at) == ("", False, NOW)
    assert seen_by(reader) == []
    leave_directory(legacy.person, by=legacy.person)
    assert Entry.objects.filter(verb="directory.left").count() == 1


def test_joining_again_is_a_new_consent(legacy: Legacy, time_machine: Any) -> None:
    joins(legacy.person, about="Before")
    leave_directory(legacy.person, by=legacy.person)
    time_machine.move_to(NOW.replace(hour=15), tick=False)
    entry = joins(legacy.person, about="After", revision=2)
    assert (entry.consented_at, entry.left_at, entry.about) == (NOW.replace(hour=15), None, "After")


def test_the_same_again_changes_nothing_and_another_text_from_an_old_page_is_refused(legacy: Legacy) -> None:
    first = joins(legacy.person, about="One")
    assert joins(legacy.person, about="One").revision == first.revision
    with pytest.raises(ChangedMeanwhile):
        joins(legacy.person, about="Two")
    assert own_entry(legacy.person).about == "One"  # type: ignore[union-attr]
    assert joins(legacy.person, about="Two", revision=1).about == "Two"
    assert Entry.objects.filter(verb="directory.changed").count() == 1


def test_a_page_drawn_before_one_left_does_not_bring_one_back(legacy: Legacy) -> None:
    joins(legacy.person, about="One")
    leave_directory(legacy.person, by=legacy.person)
    with pytest.raises(ChangedMeanwhile):
        joins(legacy.person, about="Two", revision=1)
    assert DirectoryEntry.objects.get().about == ""


# --- who takes part ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(CohortState))
def test_only_people_of_cohorts_under_way_join_and_are_found(legacy: Legacy, state: CohortState) -> None:
    reader = another(legacy).person
    joins(legacy.person)
    Cohort.objects.filter(pk=legacy.cohort.pk).update(state=state)
    is_under_way = state in {CohortState.PUBLISHED, CohortState.RUNNING, CohortState.ASSESSING}
    assert may_join_directory(reader) is is_under_way
    assert seen_by(reader) == (["Ines Caldbeck"] if is_under_way else [])
    if not is_under_way:
        with pytest.raises(DirectoryNotOpen):
            joins(reader)


def test_whoever_withdraws_or_defers_vanishes_and_reads_nobody_any_more(legacy: Legacy) -> None:
    reader = another(legacy)
    deferring = another(legacy, "Cass Underhill")
    joins(legacy.person)
    joins(deferring.person)
    assert seen_by(reader.person) == ["Cass Underhill", "Ines Caldbeck"]
    withdraw_enrolment(legacy.enrolment, why=Leaving.WORKLOAD, reason="No time.", by=legacy.lead)
    defer_enrolment(deferring, reason="Ill.", returns_on=None, by=legacy.lead)
    assert seen_by(reader.person) == []
    assert seen_by(legacy.person) == []
    assert seen_by(deferring.person) == []


def test_whoever_has_completed_is_not_found(legacy: Legacy) -> None:
    reader = another(legacy).person
    joins(legacy.person)
    Enrolment.objects.filter(pk=legacy.enrolment.pk).update(state=EnrolmentState.COMPLETED)
    assert seen_by(reader) == []


def test_another_providers_people_and_facilitators_see_nobody(legacy: Legacy) -> None:
    other = Organisation.objects.create(kind=Organisation.Kind.PROVIDER, name="Elsewhere Learning")
    facilitator = a_person(Role.FACILITATOR)
    cohort = a_cohort(a_version(), provider=other)
    outsider = an_enrolment(cohort, a_group(cohort, facilitator)).person
    joins(legacy.person)
    joins(outsider)
    assert seen_by(outsider) == [outsider.full_name]
    assert seen_by(facilitator) == [outsider.full_name]
    assert seen_by(legacy.person) == ["Ines Caldbeck"]


def test_partners_of_one_provider_find_each_other(legacy: Legacy) -> None:
    theirs = an_enrolment(a_cohort(a_version(), delivery_partner=a_partner())).person
    joins(legacy.person)
    assert seen_by(theirs) == ["Ines Caldbeck"]


def test_a_facilitator_reads_it_while_leading_a_group_and_a_lead_or_coach_does_not(legacy: Legacy) -> None:
    joins(legacy.person)
    assert seen_by(legacy.facilitator) == ["Ines Caldbeck"]
    assert seen_by(a_person(Role.FACILITATOR)) == []
    assert seen_by(a_person(Role.COACH)) == []
    assert seen_by(legacy.lead) == []


# --- two people found to be one ------------------------------------------------------------------


def test_people_found_to_be_one_are_there_once_under_the_kept_name(legacy: Legacy) -> None:
    reader = another(legacy).person
    old = another(legacy, "I. Caldbeck").person
    joins(legacy.person, about="Kept")
    joins(old, about="Old")
    PersonAlias.objects.create(old_person=old, kept_person=legacy.person)
    entries = list(found_peers(directory_visible_to(reader)))
    assert [(str(peer.person), peer.about) for peer in peers_of(entries)] == [("Ines Caldbeck", "Kept")]


def test_the_consent_of_the_old_one_holds_for_the_kept_one_until_they_leave(legacy: Legacy) -> None:
    reader = another(legacy).person
    old = another(legacy, "I. Caldbeck").person
    joins(old, about="Old")
    PersonAlias.objects.create(old_person=old, kept_person=legacy.person)
    assert seen_by(reader) == ["Ines Caldbeck"]
    leave_directory(legacy.person, by=legacy.person)
    assert seen_by(reader) == []
    assert DirectoryEntry.objects.get().about == ""


def test_what_the_kept_one_took_back_is_not_given_by_the_old_one(legacy: Legacy) -> None:
    reader = another(legacy).person
    old = another(legacy, "I. Caldbeck").person
    joins(legacy.person)
    leave_directory(legacy.person, by=legacy.person)
    joins(old)
    PersonAlias.objects.create(old_person=old, kept_person=legacy.person)
    assert seen_by(reader) == []


# --- searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["ines", "Caldb", "marlowick", "fellshire", "north west", "primary ines", "MARLOW cald"]
)
def test_found_by_name_school_area_and_cohort(legacy: Legacy, words: str) -> None:
    joins(legacy.person)
    joins(another(legacy).person)
    assert seen_by(legacy.person, words) == ["Ines Caldbeck"]
    assert seen_by(legacy.person, legacy.cohort.name) == ["Bram Oldacre", "Ines Caldbeck"]
    assert seen_by(legacy.person, f"{words} nowhere") == []


def test_accents_and_signs_of_the_database_do_not_matter(legacy: Legacy) -> None:
    joins(another(legacy, "Zoë O’Hanlon-Pérez").person)
    assert seen_by(legacy.person, "perez zoe") == ["Zoë O’Hanlon-Pérez"]
    assert seen_by(legacy.person, "%") == []
    assert seen_by(legacy.person, "'; drop --") == []


def test_a_school_that_is_hidden_is_neither_shown_nor_found_by(legacy: Legacy) -> None:
    joins(legacy.person, shows_school=False)
    reader = another(legacy).person
    assert seen_by(reader, "marlowick") == []
    assert seen_by(reader, "fellshire") == []
    (peer,) = peers_of(found_peers(directory_visible_to(reader)))
    assert (peer.school, peer.area, peer.email) == ("", "", "")


def test_a_school_outside_the_register_is_found_by_what_the_applicant_called_it(legacy: Legacy) -> None:
    person = a_person(Role.PARTICIPANT, full_name="Bram Oldacre")
    application = an_application(
        person, an_intake(legacy.cohort.version), state=ApplicationState.ACCEPTED, school_name="Fictional Free School"
    )
    enrolment = an_enrolment(legacy.cohort, legacy.group, person)
    Enrolment.objects.filter(pk=enrolment.pk).update(application=application)
    joins(person)
    assert seen_by(legacy.person, "fictional free") == ["Bram Oldacre"]


def test_the_school_is_the_one_they_work_at_now(legacy: Legacy) -> None:
    Affiliation.objects.filter(person=legacy.person).update(to_on=NOW.date())
    moved_to = a_school(name="Skerrivale School", town="Skerrivale")
    Affiliation.objects.create(person=legacy.person, school=moved_to, from_on=NOW.date())
    joins(legacy.person)
    assert seen_by(legacy.person, "skerrivale") == ["Ines Caldbeck"]
    assert seen_by(legacy.person, "marlowick") == []


# --- pages ---------------------------------------------------------------------------------------


def test_joining_searching_and_leaving_by_the_pages(legacy: Legacy) -> None:
    client, reader = signed_in(legacy.person), signed_in(another(legacy).person)
    assert "Join the directory" in client.get(DIRECTORY).content.decode()
    refused = client.post(f"{DIRECTORY}you/", {"about": "Sea air", "revision": "0"})
    assert "Tick that you agree" in refused.content.decode()
    assert "Sea air" in refused.content.decode()
    sent = {"about": "Sea air", "shows_email": "on", "consents": "on", "revision": "0"}
    assert client.post(f"{DIRECTORY}you/", sent).headers["Location"] == DIRECTORY
    page = reader.get(DIRECTORY).content.decode()
    assert "Sea air" in page
    assert legacy.person.email in page
    assert "Marlowick" not in page
    response = reader.get(f"{DIRECTORY}{legacy.person.public_id}/")
    assert legacy.person.email in response.content.decode()
    assert response.headers["X-Robots-Tag"].startswith("noindex")
    assert "Sea air" in client.get(f"{DIRECTORY}leave/").content.decode()
    assert DirectoryEntry.objects.get().left_at is None
    client.post(f"{DIRECTORY}leave/")
    assert "Ines" not in reader.get(DIRECTORY).content.decode()
    assert reader.get(f"{DIRECTORY}{legacy.person.public_id}/").status_code == 404


def test_of_two_tabs_neither_silently_wins(legacy: Legacy) -> None:
    joins(legacy.person, about="One")
    client = signed_in(legacy.person)
    client.post(f"{DIRECTORY}you/", {"about": "First tab", "revision": "1"})
    answer = client.post(f"{DIRECTORY}you/", {"about": "Second tab", "revision": "1"})
    page = answer.content.decode()
    assert "saved while your page was open" in page
    assert "First tab" in page
    assert "Second tab" in page
    assert 'name="revision" value="2"' in page
    assert DirectoryEntry.objects.get().about == "First tab"
    client.post(f"{DIRECTORY}you/", {"about": "Second tab", "revision": "2"})
    assert DirectoryEntry.objects.get().about == "Second tab"


def test_twenty_thousand_letters_are_kept_and_one_more_is_refused_whole(legacy: Legacy) -> None:
    client = signed_in(legacy.person)
    most = "ä" * 20_000
    refused = client.post(f"{DIRECTORY}you/", {"about": most + "ö", "consents": "on", "revision": "0"})
    assert "must be 20,000 characters or fewer" in refused.content.decode()
    assert most + "ö" in refused.content.decode()
    client.post(f"{DIRECTORY}you/", {"about": most, "consents": "on", "revision": "0"})
    assert DirectoryEntry.objects.get().about == most


def test_nobody_outside_opens_it(legacy: Legacy) -> None:
    joins(legacy.person)
    peer = f"{DIRECTORY}{legacy.person.public_id}/"
    for address in (DIRECTORY, peer, PEERS):
        assert Client().get(address).status_code == 302
        assert signed_in(a_person(Role.COACH)).get(address).status_code == 403
        assert signed_in(legacy.lead).get(address).status_code == 403
    stranger = signed_in(a_person(Role.PARTICIPANT))
    assert stranger.get(peer).status_code == 404
    assert "Ines" not in stranger.get(DIRECTORY).content.decode()
    assert signed_in(legacy.facilitator).get(f"{PEERS}{legacy.person.public_id}/").status_code == 200


def test_pages_of_twenty_in_the_order_of_names(legacy: Legacy) -> None:
    for number in range(21):
        joins(another(legacy, f"Peer {number:02}").person)
    client = signed_in(legacy.person)
    first, second = (client.get(DIRECTORY, {"page": page}).content.decode() for page in (1, 2))
    assert "Peer 19" in first
    assert "Peer 20" not in first
    assert "Peer 20" in second
    assert "21 people have joined" in first


def test_a_lead_takes_somebody_out_with_a_reason(legacy: Legacy) -> None:
    entry = joins(legacy.person, about="Buy my book")
    client = signed_in(legacy.lead)
    address = f"/admin/cohorts/directoryentry/{entry.pk}/take_out/"
    assert "Give a reason" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "Advertises."})
    assert DirectoryEntry.objects.get().about == ""
    assert Entry.objects.get(verb="directory.left").actor_id == legacy.lead.pk
