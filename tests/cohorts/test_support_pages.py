"""The pages of the pair, of leads, and who is kept out of them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.actions.support import log_meeting, plan_meeting
from cohorts.models import SupportAction, SupportMatch, SupportMeeting
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import site
from tests.cohorts.conftest import NOW, World
from tests.cohorts.pairs import NEW, ONE, a_coach, a_former_head, a_match, decided, somebody
from tests.factories import a_partner, a_person

SECRET = "The chair of governors drinks."


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    main = response.content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def as_parts(field: str, day: date) -> dict[str, str]:
    return {f"{field}_day": str(day.day), f"{field}_month": str(day.month), f"{field}_year": str(day.year)}


def when(day: date, starts: str = "16:00", minutes: str = "60", **given: str) -> dict[str, str]:
    return as_parts("on", day) | {"starts": starts, "minutes": minutes, "how": "face_to_face", "place": ""} | given


@pytest.fixture
def pair(world: World) -> SupportMatch:
    return a_match(somebody(world, ONE), a_coach(full_name="Stellan Marchbank-Iyer"))


@pytest.fixture
def coach(pair: SupportMatch) -> Client:
    return signed_in(pair.supporter)


@pytest.fixture
def participant(pair: SupportMatch) -> Client:
    return signed_in(pair.enrolment.person)


def page_of(name: str, row: Any) -> str:
    return reverse(f"cohorts:{name}", args=[row.public_id])


# --- empty and full ------------------------------------------------------------------------------


def test_each_is_told_where_they_stand(world: World) -> None:
    def said(*, person: User) -> str:
        return text_of(signed_in(person).get(reverse("cohorts:support")))

    assert "will stand here" in said(person=a_person(Role.PARTICIPANT))
    (without,) = world.enrol()
    assert "You asked for no support beside the programme." in said(person=without.person)
    refused = somebody(world)
    decided(refused, ONE, is_granted=False)
    assert "it was not granted. The school was on no list" in said(person=refused.person)
    waiting = somebody(world, NEW)
    assert "We are looking for the right person" in said(person=waiting.person)
    a_match(waiting, a_former_head(full_name="Dorothea Wainfleet", email="dorothea@larkfell.example"), NEW)
    found = said(person=waiting.person)
    assert "Dorothea Wainfleet Former headteacher Email dorothea@larkfell.example" in found
    assert "Next meeting None is planned" in found


def test_home_names_who_supports_one_and_when_they_meet_next(world: World, pair: SupportMatch) -> None:
    plan_meeting(pair, starts_at=NOW + timedelta(days=2), minutes=60, is_face_to_face=True, by=pair.supporter)
    said = text_of(signed_in(pair.enrolment.person).get(reverse("home:participant")))
    assert "Who supports you Stellan Marchbank-Iyer Friday 20 March 2026, midday Your support" in said
    without = text_of(signed_in(somebody(world).person).get(reverse("home:participant")))
    assert "Who supports you" not in without
    assert "Support beside the programme" in without


def test_a_coach_without_people_is_told_what_will_stand_here(world: World) -> None:
    assert "Nobody is matched with you at present." in text_of(signed_in(a_coach()).get(reverse("cohorts:coach")))


def test_coach_finds_people_next_meetings_and_what_is_to_be_written_down(coach: Client, pair: SupportMatch) -> None:
    plan_meeting(pair, starts_at=NOW + timedelta(days=2), minutes=60, is_face_to_face=True, by=pair.supporter)
    SupportMeeting.objects.create(match=pair, starts_at=NOW - timedelta(days=2), minutes=60, made_by=pair.supporter)
    said = text_of(coach.get(reverse("cohorts:coach")))
    assert "One meeting to write down." in said
    assert "To write down Winifred Osei-Larch : say what became of the meeting of 16 March 2026" in said
    assert "Next meetings Winifred Osei-Larch Friday 20 March 2026, midday , 1 hour. Face to face." in said


# --- writing, on either side ---------------------------------------------------------------------


@pytest.mark.parametrize("side", ["coach", "support"])
def test_both_plan_hold_and_read_the_same(side: str, coach: Client, participant: Client, pair: SupportMatch) -> None:
    client, other = (coach, participant) if side == "coach" else (participant, coach)
    answer = client.post(page_of(f"{side}_plan", pair), when(date(2026, 3, 20), "4.30 pm", place="Room 3"), follow=True)
    assert "Planned for Friday 20 March 2026, 4.30pm." in text_of(answer)
    meeting = SupportMeeting.objects.get()
    assert (meeting.minutes, meeting.place, meeting.state) == (60, "Room 3", "planned")
    client.post(page_of(f"{side}_log", pair), when(date(2026, 3, 17), notes=SECRET))
    held = SupportMeeting.objects.get(state="held")
    their_side = "support" if side == "coach" else "coach"
    assert SECRET in text_of(other.get(page_of(f"{their_side}_pair", pair)))
    assert SECRET in other.get(page_of(f"{their_side}_meeting", held)).content.decode()
    who = "supporter" if side == "coach" else "participant"
    client.post(page_of(f"{side}_action", pair), {"text": "Ring the bursar.", "who": who})
    action = SupportAction.objects.get()
    assert action.is_supporters == (side == "coach")
    other.post(page_of(f"{their_side}_action_done", action))
    action.refresh_from_db()
    assert action.done_at == NOW
    client.post(page_of(f"{side}_action_done", action), {"again": "1"})
    action.refresh_from_db()
    assert action.done_at is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (when(date(2026, 3, 17)), "That time is over."),
        (when(date(2027, 3, 18)), "You are matched from 16 February 2026 to 17 March 2027."),
        (when(date(2026, 3, 20), minutes="0"), "A meeting lasts 1 minute or more"),
        (when(date(2026, 3, 20), minutes="721"), "A meeting lasts 720 minutes or fewer"),
        (when(date(2026, 3, 20), minutes="an hour"), "Enter a whole number in figures"),
        (when(date(2026, 3, 20), "25:00"), "The time must be like 16:00 or 4pm"),
        (when(date(2026, 3, 29), "01:30"), "The clocks go forward that night and leave out 1.30am."),
        (when(date(2026, 3, 20), how="by owl"), "no longer to be had"),
        ({}, "Enter when it begins"),
    ],
)
def test_what_cannot_be_planned_is_said_in_words(
    coach: Client, pair: SupportMatch, given: dict[str, str], words: str
) -> None:
    answer = coach.post(page_of("coach_plan", pair), given)
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert "<title>Error: " in answer.content.decode()
    assert SupportMeeting.objects.count() == 0


def test_meetings_that_overlap_are_planned_and_said(world: World, coach: Client, pair: SupportMatch) -> None:
    def planned(match: SupportMatch, starts: str) -> str:
        return text_of(coach.post(page_of("coach_plan", match), when(date(2026, 3, 20), starts), follow=True))

    assert "overlapping" not in planned(pair, "16:00")
    assert "overlapping" not in planned(pair, "17:00")
    assert "You two also meet on Friday 20 March 2026, 4pm, at an overlapping time." in planned(pair, "15:30")
    other = a_match(somebody(world, full_name="Ines Carrow"), pair.supporter)
    assert "You have another meeting at an overlapping time, on Friday 20 March 2026, 5pm." in planned(other, "17:30")
    assert SupportMeeting.objects.count() == 4


def test_nothing_is_due_after_the_last_day_of_a_match(coach: Client, pair: SupportMatch) -> None:
    due = {"due_on_day": "31", "due_on_month": "12", "due_on_year": "9999"}
    answer = coach.post(page_of("coach_action", pair), {"text": "Ring the bursar.", "who": "supporter", **due})
    assert "You are matched until 17 March 2027. Choose that day or an earlier one" in text_of(answer)
    assert not SupportAction.objects.exists()


def test_a_meeting_of_tomorrow_was_not_held(coach: Client, pair: SupportMatch) -> None:
    assert "That time has not come yet." in text_of(
        coach.post(page_of("coach_log", pair), when(date(2026, 3, 19), notes=""))
    )
    meeting = plan_meeting(pair, starts_at=NOW + timedelta(days=2), minutes=60, is_face_to_face=True, by=pair.supporter)
    given = when(date(2026, 3, 20), "12:00", notes="", state="held", revision="1")
    assert "That time has not come yet." in text_of(coach.post(page_of("coach_meeting", meeting), given))
    assert SupportMeeting.objects.get().state == "planned"


def test_of_two_tabs_the_second_reads_what_the_first_saved_and_keeps_its_own_words(
    coach: Client, participant: Client, pair: SupportMatch
) -> None:
    meeting = SupportMeeting.objects.create(
        match=pair, starts_at=NOW - timedelta(days=1), minutes=60, made_by=pair.supporter
    )
    given = when(date(2026, 3, 17), "12:00", state="held", revision="1")
    coach.post(page_of("coach_meeting", meeting), given | {"notes": "Hers."})
    answer = participant.post(page_of("support_meeting", meeting), given | {"notes": "His."})
    said = text_of(answer)
    assert "This meeting was saved while your page was open" in said
    assert "What stands now" in said
    assert "Notes Hers." in said
    assert "His." in said
    meeting.refresh_from_db()
    assert (meeting.notes, meeting.state) == ("Hers.", "held")
    revision = re.search(r'name="revision" value="(\d+)"', answer.content.decode())
    assert revision
    participant.post(
        page_of("support_meeting", meeting), given | {"notes": "Hers. His.", "revision": revision.group(1)}
    )
    meeting.refresh_from_db()
    assert (meeting.notes, meeting.revision) == ("Hers. His.", 3)


def test_of_a_meeting_that_was_cancelled_only_the_notes_change(coach: Client, pair: SupportMatch) -> None:
    meeting = SupportMeeting.objects.create(
        match=pair, starts_at=NOW - timedelta(days=1), minutes=60, state="cancelled", made_by=pair.supporter
    )
    assert 'name="starts"' not in coach.get(page_of("coach_meeting", meeting)).content.decode()
    coach.post(page_of("coach_meeting", meeting), {"notes": "Snow.", "revision": "1", "state": "held"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.notes) == ("cancelled", "Snow.")


def test_s5_that_a_new_head_is_met_face_to_face_is_said_and_any_other_way_is_noted(world: World) -> None:
    match = a_match(somebody(world, NEW), a_former_head(), NEW)
    client = signed_in(match.supporter)
    assert "This support is meant to be face to face." in text_of(client.get(page_of("coach_plan", match)))
    client.post(page_of("coach_log", match), when(date(2026, 3, 17), how="otherwise", notes=""))
    assert "1 hour, not face to face" in text_of(client.get(page_of("coach_pair", match)))


def test_long_after_the_end_the_page_is_read_and_no_longer_written(coach: Client, pair: SupportMatch) -> None:
    meeting = log_meeting(
        pair, starts_at=NOW - timedelta(days=29), minutes=60, is_face_to_face=True, notes=SECRET, by=pair.supporter
    )
    last = NOW.date() - timedelta(days=29)
    SupportMatch.objects.update(to_on=last, planned_to_on=last)
    page = coach.get(page_of("coach_meeting", meeting))
    assert SECRET in text_of(page)
    assert "<textarea" not in page.content.decode()
    assert "Plan a meeting" not in text_of(coach.get(page_of("coach_pair", pair)))


# --- nobody else ---------------------------------------------------------------------------------


def test_t58_no_page_but_the_pairs_holds_what_they_wrote(world: World, pair: SupportMatch) -> None:
    """Not the administration's either, whoever asks: its list, the match, the enrolment, the trail, the letters."""
    log_meeting(
        pair, starts_at=NOW - timedelta(days=1), minutes=60, is_face_to_face=True, notes=SECRET, by=pair.supporter
    )
    SupportAction.objects.create(match=pair, text=SECRET, made_by=pair.supporter)
    assert not {SupportMeeting, SupportAction} & set(site._registry)
    lead, administrator = signed_in(world.lead), signed_in(a_person(Role.ADMINISTRATOR))
    addresses = [
        reverse("admin:cohorts_supportmatch_changelist"),
        reverse("admin:cohorts_supportmatch_change", args=[pair.pk]),
        reverse("admin:cohorts_supportmatch_history", args=[pair.pk]),
        reverse("admin:cohorts_enrolment_change", args=[pair.enrolment_id]),
        reverse("admin:people_user_change", args=[pair.enrolment.person_id]),
        reverse("admin:audit_entry_changelist"),
        reverse("admin:notifications_message_changelist"),
        reverse("cohorts:support_waiting"),
    ]
    for client in (lead, administrator):
        for address in addresses:
            page = client.get(address)
            assert page.status_code == 200, address
            assert "governors" not in page.content.decode(), address
        for side in ("coach", "support"):
            assert client.get(page_of(f"{side}_pair", pair)).status_code == 403
    for stranger in (a_coach(), a_person(Role.PARTICIPANT), world.facilitator):
        for side in ("coach", "support"):
            assert signed_in(stranger).get(page_of(f"{side}_pair", pair)).status_code in {403, 404}
    assert Client().get(page_of("coach_pair", pair)).status_code == 302


def test_a_lead_who_coaches_reads_their_own_pairs_alone(world: World, pair: SupportMatch) -> None:
    both = a_coach()
    own = a_match(somebody(world, NEW), both, NEW)
    client = signed_in(both)
    assert client.get(page_of("coach_pair", own)).status_code == 200
    assert client.get(page_of("coach_pair", pair)).status_code == 404


# --- the lead ------------------------------------------------------------------------------------


def test_lead_sees_who_waits_and_matches_them_with_the_usual_days(world: World) -> None:
    person = somebody(world, NEW, headship_started_on=date(2026, 9, 1), school_name="Marlowick Primary School")
    head, busy = a_former_head(full_name="Dorothea Wainfleet"), a_former_head(full_name="Alma Thirlby")
    a_match(somebody(world, NEW), busy, NEW)
    lead = signed_in(world.lead)
    start = text_of(lead.get(reverse("admin:index")))
    assert "Support without a supporter" in start
    said = text_of(lead.get(reverse("cohorts:support_waiting")))
    assert "Winifred Osei-Larch" in said
    assert "Marlowick Primary School" in said
    assert "Head from 1 Sep 2026" in said
    address = reverse("cohorts:support_match", args=[person.public_id, "new_heads"])
    page = lead.get(address)
    assert text_of(page).index("Dorothea Wainfleet Supports 0 people now.") < text_of(page).index("Alma Thirlby")
    form = page.context["form"]
    assert (form["from_on"].value(), form["planned_to_on"].value()) == (date(2026, 9, 1), date(2027, 8, 31))
    given = {"supporter": head.public_id} | as_parts("from_on", date(2026, 9, 1))
    backwards = lead.post(address, given | as_parts("planned_to_on", date(2026, 8, 1)))
    assert "The support ends before it begins." in text_of(backwards)
    answer = lead.post(address, given | as_parts("planned_to_on", date(2027, 8, 31)), follow=True)
    assert "Dorothea Wainfleet supports Winifred Osei-Larch. Both are told by email." in text_of(answer)
    match = person.support.get()
    assert (match.from_on, match.planned_to_on) == (date(2026, 9, 1), date(2027, 8, 31))
    assert "Dorothea Wainfleet supports them already." in text_of(lead.get(address))


def test_where_there_is_no_coach_or_no_grant_the_lead_is_told_the_way_on(world: World) -> None:
    lead, person = signed_in(world.lead), somebody(world, ONE)
    address = reverse("cohorts:support_match", args=[person.public_id, "one_to_one"])
    assert "There is no coach of this kind. Grant somebody the role" in text_of(lead.get(address))
    a_former_head()
    other = reverse("cohorts:support_match", args=[person.public_id, "new_heads"])
    assert "This support was not granted to them." in text_of(lead.get(other))
    assert lead.get(reverse("cohorts:support_match", args=[person.public_id, "three_to_one"])).status_code == 404


def test_lead_replaces_and_ends_in_the_administration_and_reads_counts(world: World, pair: SupportMatch) -> None:
    log_meeting(pair, starts_at=NOW - timedelta(days=1), minutes=90, is_face_to_face=False, by=pair.supporter)
    lead, other = signed_in(world.lead), a_coach(full_name="Bea Quarrie")
    a_former_head(full_name="Dorothea Wainfleet")
    listed = text_of(lead.get(reverse("admin:cohorts_supportmatch_changelist")))
    assert "Winifred Osei-Larch One-to-one support Stellan Marchbank-Iyer 1 1 h 30 0 of 1 17 Mar 2026" in listed
    address = reverse("admin:cohorts_supportmatch_replace", args=[pair.pk])
    page = text_of(lead.get(address))
    assert "Bea Quarrie" in page
    assert "Dorothea Wainfleet" not in page
    answer = lead.post(address, {"supporter": other.public_id}, follow=True)
    assert "Bea Quarrie takes over. All three are told by email." in text_of(answer)
    new = SupportMatch.objects.get(to_on=None)
    end = reverse("admin:cohorts_supportmatch_end", args=[new.pk])
    assert "Give a reason" in text_of(lead.post(end, {"reason": ""}))
    assert "Ended. Both are told by email." in text_of(lead.post(end, {"reason": "Moved away."}, follow=True))
    over = lead.get(reverse("admin:cohorts_supportmatch_changelist") + "?standing=now")
    assert (over.context["cl"].result_count, SupportMatch.objects.filter(to_on=None).count()) == (0, 0)


def test_t58_a_partners_lead_finds_its_own_people_alone(world: World) -> None:
    ours, theirs = a_partner("Fellside Partners"), a_partner("Moorside Partners")
    own, other = somebody(world, ONE, partner=ours), somebody(world, ONE, partner=theirs, full_name="Ivo Rennard")
    supported = a_match(somebody(world, NEW, partner=theirs, full_name="Bethan Cruddace"), a_former_head(), NEW)
    lead = signed_in(a_person(Role.PROGRAMME_LEAD, organisation=ours))
    said = text_of(lead.get(reverse("cohorts:support_waiting")))
    assert str(own.person) in said
    assert str(other.person) not in said
    assert "Bethan Cruddace" not in text_of(lead.get(reverse("admin:cohorts_supportmatch_changelist")))
    assert lead.get(reverse("admin:cohorts_supportmatch_end", args=[supported.pk])).status_code == 404
    assert lead.get(reverse("cohorts:support_match", args=[other.public_id, "one_to_one"])).status_code == 404
    assert lead.get(reverse("cohorts:support_match", args=[own.public_id, "one_to_one"])).status_code == 200
