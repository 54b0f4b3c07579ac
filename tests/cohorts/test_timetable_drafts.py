"""The draft of a timetable, and what publishing makes of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.actions import (
    cancel_seminar,
    drop_change,
    plan_cancellation,
    plan_change,
    publish_cohort,
    publish_timetable,
    record_register,
    replace_facilitator,
    reschedule_seminar,
    schedule_seminar,
    switch_mode,
)
from cohorts.actions.venues import delete_venue, retire_venue, take_venue_back
from cohorts.errors import (
    AlreadyBooked,
    CohortInDraft,
    DraftCancels,
    DraftHasFaults,
    ReasonMissing,
    RegisterTaken,
    StillInDraft,
    VenueInUse,
)
from cohorts.models import Absence, Cohort, PendingChange, Seminar, SeminarChange, Venue
from cohorts.queries.drafts import arrangement_of, preview_of
from cohorts.states import CohortState
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import (
    a_cohort,
    a_group,
    a_partner,
    a_person,
    a_venue,
    a_version,
    a_window,
    an_enrolment,
    an_item,
    published,
)

LATER = NOW + timedelta(days=10)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def schedule(world: World, **fields: Any) -> Seminar:
    starts_at = fields.pop("starts_at", LATER)
    fields = {
        "item": world.other_item,
        "group": world.group,
        "facilitator": world.facilitator,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "mode": "online",
        "by": world.lead,
    } | fields
    seminar = schedule_seminar(fields.pop("cohort", world.cohort), **fields)
    Message.objects.all().delete()
    return seminar


def moved(seminar: Seminar, by: timedelta = DAY) -> Any:
    now = arrangement_of(seminar)
    return replace(now, starts_at=now.starts_at + by, ends_at=now.ends_at + by)


def letter_of(person: User) -> Message:
    return Message.objects.get(person=person, kind="timetable-changed")


def test_nobody_hears_of_a_draft_until_it_is_published_and_then_each_in_one_letter(world: World) -> None:
    a, b = world.enrol(1)[0], an_enrolment(world.cohort, other := a_group(world.cohort))
    stranger = an_enrolment(a_cohort(world.version), None)
    known = schedule(world)
    gone = schedule(world, item=world.seminar_item, group=other, facilitator=None)
    plan_change(known, to=moved(known), by=world.lead)
    plan_cancellation(gone, reason="The hall is\nflooded.", by=world.lead)
    new = schedule(world, item=world.other_item, group=other, starts_at=LATER + 2 * DAY, told=False)
    assert (Message.objects.count(), Seminar.objects.get(pk=known.pk).starts_at) == (0, LATER)

    publication = publish_timetable(world.cohort, by=world.lead)
    assert publication
    assert (publication.number, Message.objects.count()) == (1, 3)
    assert {one.person for one in Message.objects.all()} == {a.person, b.person, world.facilitator}
    assert not Message.objects.filter(person=stranger.person).exists()
    letter = letter_of(a.person)
    assert letter.subject == "Changed: Seminar 2 is on 29 March 2026"
    assert "  When: Sunday 29 March 2026, 1pm to 3pm" in letter.text  # summer time since that night
    assert "  When until now: Saturday 28 March 2026, midday to 2pm" in letter.text
    of_b = letter_of(b.person)
    assert of_b.subject == "2 changes in your timetable"
    assert "  Why: The hall is flooded." in of_b.text
    assert "“Seminar 2”: new." in of_b.text
    assert "You lose nothing by what is cancelled" in of_b.text
    assert "You lose nothing" not in letter_of(world.facilitator).text
    states = {one.pk: (one.state, one.revision) for one in Seminar.objects.filter(pk__in=[known.pk, gone.pk, new.pk])}
    assert states == {known.pk: ("scheduled", 1), gone.pk: ("cancelled", 1), new.pk: ("scheduled", 0)}
    logged = {one.seminar_id: one.what for one in SeminarChange.objects.filter(publication=publication)}
    assert logged == {known.pk: ["moved"], gone.pk: ["cancelled"], new.pk: ["new"]}
    assert {one.during.lower for one in known.bookings.all()} == {LATER + DAY}
    assert gone.bookings.count() == 0


def test_publishing_twice_does_nothing(world: World) -> None:
    world.enrol()
    schedule(world, told=False)
    assert publish_timetable(world.cohort, by=world.lead)
    letters = Message.objects.count()
    assert publish_timetable(world.cohort, by=world.lead) is None
    assert (Message.objects.count(), world.cohort.publications.count()) == (letters, 1)
    assert Entry.objects.filter(verb="timetable.published").count() == 1


def test_the_second_publication_has_the_next_number_and_letters_of_its_own(world: World) -> None:
    (a,) = world.enrol()
    seminar = schedule(world, told=False)
    publish_timetable(world.cohort, by=None)
    plan_change(seminar, to=moved(seminar), by=None)
    second = publish_timetable(world.cohort, by=None)
    assert second
    assert second.number == 2
    assert Message.objects.filter(person=a.person).count() == 2


def test_two_halls_are_swapped_in_one_publication_and_not_one_after_the_other(world: World) -> None:
    tarn, moor = a_venue(name="Tarn Hall"), a_venue(name="Moor Hall")
    first = schedule(world, mode="face_to_face", venue=tarn)
    second = schedule(
        world, mode="face_to_face", venue=moor, item=world.seminar_item, group=a_group(world.cohort), facilitator=None
    )
    for one, to in ((first, moor), (second, tarn)):
        plan_change(one, to=replace(arrangement_of(one), venue=to.pk), by=None)
    assert not preview_of(world.cohort).has_faults
    publish_timetable(world.cohort, by=None)
    assert [Seminar.objects.get(pk=one.pk).venue for one in (first, second)] == [moor, tarn]
    booked = {one.seminar_id: one.venue_id for one in moor.bookings.all() | tarn.bookings.all()}
    assert booked == {first.pk: moor.pk, second.pk: tarn.pk}


def test_what_stands_in_the_way_is_said_of_every_session_and_nothing_is_published(world: World) -> None:
    world.enrol()
    known = schedule(world)
    other = schedule(world, item=world.seminar_item, group=a_group(world.cohort), starts_at=LATER + DAY)
    fine = schedule(world, group=a_group(world.cohort), facilitator=None, told=False)
    plan_change(known, to=moved(known), by=None)  # to where its facilitator has the other one
    Absence.objects.create(person=world.facilitator, from_on=LATER.date() + DAY, to_on=LATER.date() + 2 * DAY)
    lines = {line.seminar.pk: line.faults for line in preview_of(world.cohort).lines}
    assert lines[fine.pk] == ()
    assert lines[known.pk] == (
        "Gwen Ashdown-Pike is away from 29 March 2026 to 30 March 2026. Choose another day, or somebody else.",
        f"Gwen Ashdown-Pike is taken on 29 March 2026 from 1pm to 3pm, for “Seminar 1” of {other.group} online. "
        "Choose another time, or another one.",
    )
    with pytest.raises(DraftHasFaults, match=r"“Seminar 2” of .*: Gwen Ashdown-Pike is away"):
        publish_timetable(world.cohort, by=None)
    assert (Message.objects.count(), Seminar.objects.get(pk=fine.pk).state) == (0, "planned")
    assert PendingChange.objects.count() == 1


def test_a_register_taken_meanwhile_bars_the_move_that_waits_in_the_draft(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    seminar = schedule(world)
    plan_change(seminar, to=moved(seminar, 14 * DAY), by=None)
    time_machine.move_to(LATER + timedelta(hours=3), tick=False)
    record_register(seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    with pytest.raises(DraftHasFaults, match="The register of this session has been taken"):
        publish_timetable(world.cohort, by=None)
    with pytest.raises(RegisterTaken):
        plan_cancellation(seminar, reason="Snow", by=None)
    drop_change(seminar, by=None)
    assert publish_timetable(world.cohort, by=None) is None


def test_a_draft_is_changed_back_dropped_and_never_made_of_what_nobody_knows(world: World) -> None:
    seminar, planned = schedule(world), schedule(world, item=world.seminar_item, group=a_group(world.cohort),
                                                 facilitator=None, told=False)  # fmt: skip
    plan_change(seminar, to=moved(seminar), by=None)
    assert plan_change(seminar, to=arrangement_of(seminar), by=None) is None
    assert PendingChange.objects.count() == 0
    with pytest.raises(ReasonMissing):
        plan_cancellation(seminar, reason=" ", by=None)
    plan_cancellation(seminar, reason="Snow", by=None)
    for _ in range(2):
        drop_change(seminar, by=None)
    assert PendingChange.objects.count() == 0
    assert Entry.objects.filter(verb="seminar.change-dropped").count() == 2
    with pytest.raises(StillInDraft):
        plan_change(planned, to=moved(planned), by=None)


def test_a_cancellation_that_waits_in_the_draft_is_dropped_before_anything_else_is_planned(
    world: World, lead: Client
) -> None:
    """Else its reason would be lost without a word."""
    seminar = schedule(world)
    plan_cancellation(seminar, reason="The speaker is ill.", by=None)
    for to in (moved(seminar), arrangement_of(seminar)):
        with pytest.raises(DraftCancels, match="Drop the draft’s change first"):
            plan_change(seminar, to=to, by=None)
    day = {"on_day": "30", "on_month": "3", "on_year": "2026", "starts": "13:00", "ends": "15:00", "told": "draft"}
    page = lead.post(reverse("admin:cohorts_seminar_reschedule", args=[seminar.pk]), day).content.decode()
    assert "The draft cancels this session." in page
    pending = PendingChange.objects.get()
    assert (pending.is_cancelled, pending.reason) == (True, "The speaker is ill.")
    drop_change(seminar, by=None)
    assert plan_change(seminar, to=moved(seminar), by=None) is not None


def test_what_is_done_at_once_is_not_undone_by_an_older_draft(world: World) -> None:
    seminar, other = schedule(world), a_person(Role.FACILITATOR)
    plan_change(seminar, to=moved(seminar), by=None)
    replace_facilitator(seminar, facilitator=other, by=None)
    publish_timetable(world.cohort, by=None)
    seminar.refresh_from_db()
    assert (seminar.starts_at, seminar.facilitator) == (LATER + DAY, other)
    plan_change(seminar, to=moved(seminar), by=None)
    reschedule_seminar(seminar, starts_at=LATER + 2 * DAY, ends_at=LATER + 2 * DAY + timedelta(hours=2), by=None)
    assert PendingChange.objects.count() == 0  # it says nothing new any more


def test_a_draft_that_adds_a_hall_outlives_a_switch_at_once(world: World) -> None:
    hall, other = a_venue(), a_venue()
    seminar = schedule(world, mode="face_to_face", venue=hall)
    plan_change(
        seminar, to=replace(arrangement_of(seminar), mode="hybrid", joining_url="https://meet.example"), by=None
    )
    switch_mode(seminar, mode="online", by=None)
    pending = PendingChange.objects.get()
    assert (pending.mode, pending.venue, pending.joining_url) == ("hybrid", hall, "https://meet.example")
    cancel_seminar(seminar, reason="Snow", by=None)
    assert PendingChange.objects.count() == 0
    assert other.bookings.count() == 0


def test_a_timetable_is_published_with_its_cohort_and_not_before(world: World) -> None:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version)
    published(version)
    cohort = a_cohort(version, state=CohortState.DRAFT, starts_on=NOW.date() + 5 * DAY, windows=False)
    opens_on = cohort.starts_on.replace(year=cohort.starts_on.year + 1, month=10)
    a_window(cohort, opens_on=opens_on, closes_on=opens_on + 7 * DAY)
    group = a_group(cohort, world.facilitator)
    schedule_seminar(
        cohort, item=item, group=group, facilitator=world.facilitator, starts_at=LATER,
        ends_at=LATER + timedelta(hours=2), mode="online", by=world.lead,
    )  # fmt: skip
    with pytest.raises(CohortInDraft):
        publish_timetable(cohort, by=world.lead)
    preview = preview_of(cohort)
    assert (set(preview.told), [line.told for line in preview.lines]) == ({world.facilitator}, [1])
    publish_cohort(cohort, by=world.lead)
    assert Seminar.objects.get(cohort=cohort).state == "scheduled"
    letter = letter_of(world.facilitator)
    assert letter.subject == f"You lead a session in the timetable of {cohort}"
    assert f"The timetable of {cohort} is published, for the first time." in letter.text
    assert "changed" not in letter.text.split("You get this because")[0]


def test_somebody_who_leads_one_and_goes_to_another_gets_one_letter_of_both(world: World) -> None:
    both = a_person(Role.FACILITATOR, Role.PARTICIPANT)
    an_enrolment(world.cohort, world.group, both)
    schedule(world, told=False)
    schedule(
        world, item=world.seminar_item, group=a_group(world.cohort), facilitator=both, starts_at=LATER + DAY, told=False
    )
    publish_timetable(world.cohort, by=None)
    text = letter_of(both).text
    assert ("Led by: You" in text, "Led by: Gwen Ashdown-Pike" in text) == (True, True)


def test_publishing_many_sessions_asks_no_more_than_one(world: World) -> None:
    world.enrol(3)
    counts = []
    for many in (1, 6):
        for number in range(many):
            group = a_group(world.cohort)
            an_enrolment(world.cohort, group)
            schedule(world, group=group, facilitator=None, starts_at=LATER + number * DAY, told=False)
        with CaptureQueriesContext(connection) as asked:
            publish_timetable(world.cohort, by=world.lead)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- halls ---------------------------------------------------------------------------------------


def test_a_hall_is_retired_taken_back_and_deleted_only_if_never_used(world: World) -> None:
    hall, unused = a_venue(), a_venue()
    seminar = schedule(world, mode="face_to_face", venue=hall)
    for _ in range(2):
        retire_venue(hall, by=world.lead)
    hall.refresh_from_db()
    assert (hall.retired_at, Entry.objects.filter(verb="venue.retired").count()) == (NOW, 1)
    assert replace_facilitator(seminar, facilitator=None, by=None).venue == hall  # what stands there stays
    take_venue_back(hall, by=world.lead)
    with pytest.raises(VenueInUse, match="Retire it instead"):
        delete_venue(hall, by=world.lead)
    switch_mode(seminar, mode="online", by=None)
    with pytest.raises(VenueInUse):
        delete_venue(hall, by=world.lead)  # history names it
    for _ in range(2):
        delete_venue(unused, by=world.lead)
    assert not Venue.objects.filter(pk=unused.pk).exists()


# --- the lead's pages ----------------------------------------------------------------------------


@pytest.fixture
def lead(world: World) -> Client:
    client = Client()
    client.force_login(world.lead)
    return client


def of_cohort(name: str, cohort: Cohort) -> str:
    return reverse(f"admin:cohorts_cohort_{name}", args=[cohort.pk])


def test_the_draft_page_says_what_would_change_for_whom_and_it_is_published_from_there(
    world: World, lead: Client
) -> None:
    (a,) = world.enrol()
    assert "Nothing is in the draft." in lead.get(of_cohort("draft", world.cohort)).content.decode()
    seminar = schedule(world)
    plan_change(seminar, to=moved(seminar), by=None)
    page = lead.get(of_cohort("draft", world.cohort)).content.decode()
    for words in ("1 session would be new or changed", "2 people would be told", "28 Mar 2026", "29 Mar 2026", "Moved"):
        assert words in page
    assert a.person.full_name in page
    response = lead.post(of_cohort("publish_timetable", world.cohort), follow=True)
    assert "The timetable is published. 2 people are told by email." in response.content.decode()
    seminar.refresh_from_db()
    assert seminar.starts_at == LATER + DAY
    again = lead.post(of_cohort("publish_timetable", world.cohort), follow=True).content.decode()
    assert "There was nothing in the draft" in again


def test_the_draft_page_says_what_stands_in_the_way_and_so_does_publishing(world: World, lead: Client) -> None:
    seminar = schedule(world)
    plan_change(seminar, to=moved(seminar), by=None)
    Absence.objects.create(person=world.facilitator, from_on=LATER.date() + DAY, to_on=LATER.date() + DAY)
    words = "Gwen Ashdown-Pike is away on 29 March 2026."
    assert words in lead.get(of_cohort("draft", world.cohort)).content.decode()
    response = lead.post(of_cohort("publish_timetable", world.cohort)).content.decode()
    assert "Nothing was published, and nobody was told." in response
    assert Message.objects.count() == 0


def test_everything_is_done_to_a_session_from_its_record(world: World, lead: Client) -> None:
    world.enrol()
    seminar = schedule(world)

    def act(name: str, **form: Any) -> str:
        address = reverse(f"admin:cohorts_seminar_{name}", args=[seminar.pk])
        return lead.post(address, form, follow=True).content.decode()

    assert "Nobody leads it now. 2 people are told by email." in act("facilitator", facilitator="")
    assert "The link is changed. One person is told by email." in act("link", joining_url="https://meet.example/2")
    assert "It is in the draft" in act("cancel", reason="Snow", told="draft")
    assert "Cancelled: Snow" in lead.get(reverse("admin:cohorts_seminar_change", args=[seminar.pk])).content.decode()
    assert "it stays as people know it" in act("drop")
    assert "Cancelled. Nobody loses by it. One person is told by email." in act("cancel", reason="Snow")
    record = lead.get(reverse("admin:cohorts_seminar_change", args=[seminar.pk])).content.decode()
    assert "Why it was cancelled: Snow" in record
    assert f"{world.lead}: Cancelled. It was to be on Saturday 28 March 2026, midday to 2pm." in record
    form = {
        "facilitator": world.facilitator.pk, "on_day": "30", "on_month": "3", "on_year": "2026", "starts": "13:00",
        "ends": "15:00", "mode": "online", "joining_url": "", "told": "draft",
    }  # fmt: skip
    assert "is held anew on 30 Mar 2026. It is in the draft" in act("rehold", **form)
    seminar = Seminar.objects.get(state="planned")
    assert "is out of the draft" in act("discard")
    assert not Seminar.objects.filter(pk=seminar.pk).exists()


def test_sessions_are_found_by_who_leads_them_by_term_and_by_draft(world: World, lead: Client) -> None:
    schedule(world, facilitator=None, mode="online")
    changelist = reverse("admin:cohorts_seminar_changelist")
    found = {
        query: ("Seminar 1" in page.split("result_list", 1)[-1], "Seminar 2" in page.split("result_list", 1)[-1])
        for query in ("led=nobody", "draft=changes", "mode=online", f"facilitator__id__exact={world.facilitator.pk}")
        for page in [lead.get(f"{changelist}?{query}").content.decode()]
    }
    assert found == {
        "led=nobody": (False, True),
        "draft=changes": (False, False),
        "mode=online": (False, True),
        f"facilitator__id__exact={world.facilitator.pk}": (True, False),
    }
    assert lead.get(f"{changelist}?term=99").status_code == 200
    assert lead.get(f"{changelist}?term=nonsense").status_code == 200


def test_a_hall_goes_no_lower_than_what_is_booked_into_it(world: World, lead: Client) -> None:
    hall = a_venue(name="Tarn Hall", capacity=40)
    schedule(world, mode="face_to_face", venue=hall)
    address = reverse("admin:cohorts_venue_change", args=[hall.pk])
    form = {"name": "Tarn Hall", "address": "", "access_notes": "", "capacity": 23}
    assert "It is booked for 24 people." in lead.post(address, form).content.decode()
    assert lead.post(address, form | {"capacity": 24}).status_code == 302
    hall.refresh_from_db()
    assert hall.capacity == 24
    words = lead.post(reverse("admin:cohorts_venue_retire", args=[hall.pk]), follow=True).content.decode()
    assert "Tarn Hall is booked no more. 1 session to come stays there." in words
    refused = lead.post(reverse("admin:cohorts_venue_discard", args=[hall.pk])).content.decode()
    assert "Retire it instead" in refused
    unused = a_venue(name="Nook")
    gone = lead.post(reverse("admin:cohorts_venue_discard", args=[unused.pk]), follow=True).content.decode()
    assert "Nook is deleted." in gone


def test_a_session_whose_register_is_taken_says_why_it_stays_and_what_can_be_done(
    world: World, lead: Client, time_machine: Any
) -> None:
    (a,) = world.enrol()
    seminar = schedule(world)
    record = reverse("admin:cohorts_seminar_change", args=[seminar.pk])
    way_out = "Correct the register where a mark is wrong"
    assert way_out not in lead.get(record).content.decode()
    time_machine.move_to(LATER + timedelta(hours=3), tick=False)
    record_register(seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    assert way_out in lead.get(record).content.decode()
    for act in ("reschedule", "cancel"):
        page = lead.get(reverse(f"admin:cohorts_seminar_{act}", args=[seminar.pk])).content.decode()
        assert "There is nothing to do here." in page
        assert way_out in page


@pytest.mark.parametrize("theirs", [True, False])
def test_a_clash_names_the_other_session_only_to_whoever_answers_for_it(world: World, theirs: bool) -> None:
    """A partner's cohort, against the provider's own; and the provider's own, against the partner's."""
    partners = a_cohort(world.version, name="Fellside 2026", delivery_partner=a_partner())
    first, second = (world.cohort, partners) if theirs else (partners, world.cohort)
    hall = {"mode": "face_to_face", "venue": a_venue(name="Tarn Hall"), "facilitator": None}
    schedule(world, cohort=first, group=a_group(first), **hall)
    with pytest.raises(AlreadyBooked) as refusal:
        schedule(world, cohort=second, group=a_group(second), **hall)
    words = str(refusal.value)
    assert words.startswith("Tarn Hall is taken on 28 March 2026 from midday to 2pm")
    assert ("Seminar 2" in words, first.name in words) == (not theirs, not theirs)
    whom_to_ask = "for a cohort of another organisation: npqh@larkfell.example knows more about it."
    assert (whom_to_ask in words) == theirs


def test_saving_a_session_as_it_stands_says_that_nothing_has_changed(world: World, lead: Client) -> None:
    world.enrol()
    seminar = schedule(world)

    def act(name: str, **form: str) -> str:
        address = reverse(f"admin:cohorts_seminar_{name}", args=[seminar.pk])
        return lead.post(address, form, follow=True).content.decode()

    day = {"on_day": "28", "on_month": "3", "on_year": "2026", "told": "now"}
    assert "Rescheduled to 28 Mar 2026. 2 people are told by email." in act(
        "reschedule", starts="13:00", ends="15:00", **day
    )
    letters = Message.objects.count()
    for page in (
        act("reschedule", starts="13:00", ends="15:00", **day),
        act("switch", mode="online", venue="", joining_url="", told="now"),
        act("facilitator", facilitator=str(world.facilitator.pk), told="now"),
        act("link", joining_url="", told="now"),
    ):
        assert "Nothing has changed." in page
        assert "told by email" not in page
    assert Message.objects.count() == letters


def test_moving_somebody_to_where_they_are_says_that_nothing_has_changed(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    move = reverse("admin:cohorts_enrolment_move", args=[a.pk])
    form = {"cohort": str(world.cohort.pk), "group": str(world.group.pk), "reason": ""}
    page = lead.post(move, form, follow=True).content.decode()
    assert "Nothing has changed." in page
    assert "The letter is on its way." not in page
    assert Message.objects.count() == 0


def test_the_page_of_an_act_calls_a_session_a_session_whatever_its_kind(world: World, lead: Client) -> None:
    page = lead.get(reverse("admin:cohorts_seminar_switch", args=[schedule(world).pk])).content.decode()
    assert "Session: Seminar 2" in page
    assert "Seminar: Seminar 2" not in page
