"""Marking apart, confirming, releasing."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, InternalError, transaction

from applications.models import Review
from assessments import errors
from assessments.access import allocations_visible_to
from assessments.actions import allocate, confirm_outcome, moderate, record_mark, release_outcome
from assessments.models import Allocation, Certificate, Mark, Outcome, OutcomeRelease, Submission, Verdict
from assessments.queries import eligible_for, teachers_of
from cohorts.models import Facilitation, SupportMatch
from cohorts.states import SeminarState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import Organisation, PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import ProgrammeVersion
from tests.factories import a_grant, a_group, a_partner, a_person, a_seminar, an_application, an_intake, an_item

from .conftest import NOW, World

PASS, FAIL = Verdict.PASS, Verdict.FAIL


def state(submission: Submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


def test_a_script_is_allocated_once_its_window_has_closed(world: World) -> None:
    submission = world.send().submission
    with pytest.raises(errors.WindowStillOpen):
        allocate(submission, marker=world.marker, moderator=world.moderator, by=world.lead)
    world.clock.move_to(datetime(2026, 9, 22, 23, tzinfo=UTC), tick=False)
    allocate(submission, marker=world.marker, moderator=world.moderator, by=world.lead)
    allocate(submission, marker=world.marker, moderator=world.moderator, by=world.lead)
    assert state(submission) == "allocated"
    assert [(one.person, one.part) for one in submission.allocations.all()] == [
        (world.marker, "marker"),
        (world.moderator, "moderator"),
    ]
    letters = Message.objects.filter(kind="script-allocated")
    assert {letter.person for letter in letters} == {world.marker, world.moderator}
    assert not [letter for letter in letters if "Marchbanks" in letter.text + letter.subject]


def test_marker_and_moderator_are_two_people(world: World) -> None:
    a_grant(world.marker, Role.MODERATOR)
    with pytest.raises(errors.MarkerModerates):
        allocate(world.script(), marker=world.marker, moderator=world.marker, by=world.lead)
    submission = Submission.objects.get()
    Allocation.objects.create(submission=submission, person=world.marker, part="marker")
    with pytest.raises(IntegrityError, match="marker_and_moderator_differ"), transaction.atomic():
        Allocation.objects.create(submission=submission, person=world.marker, part="moderator")


def test_each_part_needs_its_role(world: World) -> None:
    submission = world.script()
    with pytest.raises(errors.RoleMissing, match="moderates"):
        allocate(submission, marker=world.marker, moderator=a_person(Role.ASSESSOR), by=world.lead)
    with pytest.raises(errors.RoleMissing, match="marks"):
        allocate(submission, marker=a_person(Role.FACILITATOR), moderator=world.moderator, by=world.lead)
    assert state(submission) == "received"


def led_the_group(world: World) -> User:
    return world.facilitator


def led_it_long_ago(world: World) -> User:
    person = a_person()
    Facilitation.objects.create(
        group=world.group, person=person, from_on=world.cohort.starts_on, to_on=world.cohort.starts_on
    )
    return person


def held_one_seminar(world: World) -> User:
    ProgrammeVersion.objects.update(state="draft", published_at=None)
    item = an_item(world.cohort.version, kind=ItemKind.SEMINAR)
    return a_seminar(world.cohort, item, world.group).facilitator


def supports_them(world: World) -> User:
    person = a_person()
    today = clock.today()
    SupportMatch.objects.create(
        enrolment=world.enrolment,
        strand="one_to_one",
        supporter=person,
        from_on=today,
        planned_to_on=today,
        to_on=today,
    )
    return person


def is_the_participant(world: World) -> User:
    return world.enrolment.person


@pytest.mark.parametrize("who", [led_the_group, led_it_long_ago, held_one_seminar, supports_them, is_the_participant])
@pytest.mark.parametrize("part", ["marker", "moderator"])
def test_nobody_who_taught_the_participant_assesses_them(world: World, who: object, part: str) -> None:
    teacher: User = who(world)  # type: ignore[operator]
    a_grant(teacher, Role.ASSESSOR)
    a_grant(teacher, Role.MODERATOR)
    submission = world.script()
    people = {"marker": world.marker, "moderator": world.moderator} | {part: teacher}
    with pytest.raises(errors.NotIndependent, match=str(teacher)):
        allocate(submission, **people, by=world.lead)
    eligible = eligible_for(submission)
    assert teacher not in eligible.people["marker"] + eligible.people["moderator"]
    assert len(eligible.barred) == 1
    with pytest.raises(InternalError, match="nobody assesses those they teach"), transaction.atomic():
        Allocation.objects.create(submission=submission, person=teacher, part=part)


def test_the_leader_of_another_group_and_of_a_cancelled_seminar_may_assess(world: World) -> None:
    other = a_group(world.cohort, a_person()).facilitations.get().person
    cancelled = held_one_seminar(world)
    cancelled.seminars_led.update(state=SeminarState.CANCELLED)
    assert teachers_of(world.enrolment) == {world.facilitator.pk}
    a_grant(other, Role.ASSESSOR)
    allocate(world.script(), marker=other, moderator=world.moderator, by=world.lead)


def test_an_old_record_found_to_be_them_counts_as_them(world: World) -> None:
    PersonAlias.objects.create(old_person=world.facilitator, kept_person=world.marker)
    with pytest.raises(errors.NotIndependent):
        allocate(world.script(), marker=world.marker, moderator=world.moderator, by=world.lead)


def leads_the_partner(world: World) -> User:
    return a_person(Role.PROGRAMME_LEAD, organisation=world.cohort.delivery_partner)


def administers_the_provider(world: World) -> User:
    return a_person(Role.ADMINISTRATOR)


def reviewed_their_application(world: World) -> User:
    reviewer = a_person(Role.REVIEWER)
    application = an_application(world.enrolment.person, an_intake(world.cohort.version))
    Review.objects.create(application=application, reviewer=reviewer, recommendation="accept")
    return reviewer


@pytest.mark.parametrize("who", [leads_the_partner, administers_the_provider, reviewed_their_application])
@pytest.mark.parametrize("part", ["marker", "moderator"])
def test_nobody_who_can_read_the_author_s_name_assesses(world: World, who: object, part: str) -> None:
    world.cohort.delivery_partner = a_partner()
    world.cohort.save()
    reader: User = who(world)  # type: ignore[operator]
    a_grant(reader, Role.ASSESSOR)
    a_grant(reader, Role.MODERATOR)
    submission = world.script()
    people = {"marker": world.marker, "moderator": world.moderator} | {part: reader}
    with pytest.raises(errors.NotIndependent, match=str(reader)):
        allocate(submission, **people, by=world.lead)
    eligible = eligible_for(submission)
    assert reader not in eligible.people["marker"] + eligible.people["moderator"]


def test_who_comes_to_lead_the_cohort_after_the_allocation_no_longer_marks(world: World) -> None:
    submission = world.allocated()
    a_grant(world.marker, Role.PROGRAMME_LEAD)
    with pytest.raises(errors.NotIndependent):
        record_mark(submission, verdict=PASS, by=world.marker)


def test_a_lead_of_another_partner_and_a_reviewer_of_others_may_assess(world: World) -> None:
    marker = a_person(Role.ASSESSOR, Role.REVIEWER)
    a_grant(marker, Role.PROGRAMME_LEAD, organisation=a_partner("Another partner"))
    allocate(world.script(), marker=marker, moderator=world.moderator, by=world.lead)


def an_assessor_of_another_partner() -> User:
    return a_person(Role.ASSESSOR, organisation=a_partner("Another partner"))


def test_the_role_must_reach_the_cohort(world: World) -> None:
    world.cohort.delivery_partner = a_partner()
    world.cohort.save()
    submission = world.script()
    body = Organisation.objects.create(name="Assessing body", kind=Organisation.Kind.EXTERNAL_ASSESSOR)
    elsewhere = an_assessor_of_another_partner()
    allowed = {
        world.marker,
        a_person(Role.ASSESSOR, organisation=world.cohort.provider),
        a_person(Role.ASSESSOR, organisation=world.cohort.delivery_partner),
        a_person(Role.EXTERNAL_ASSESSOR, organisation=body),
    }
    with pytest.raises(errors.RoleMissing):
        allocate(submission, marker=elsewhere, moderator=world.moderator, by=world.lead)
    assert set(eligible_for(submission).people["marker"]) == allowed
    for person in allowed:
        allocate(submission, marker=person, moderator=world.moderator, by=world.lead)
        assert [one.submission for one in allocations_visible_to(person)] == [submission]


def test_a_script_is_no_longer_seen_once_the_role_is_held_elsewhere_only(world: World) -> None:
    # T56
    world.allocated()
    world.marker.role_grants.update(organisation=a_partner("Another partner"))
    assert not allocations_visible_to(world.marker).exists()


def test_who_comes_to_teach_them_after_the_allocation_no_longer_marks(world: World) -> None:
    submission = world.allocated()
    Facilitation.objects.filter(group=world.group).update(to_on=NOW.date())
    Facilitation.objects.create(group=world.group, person=world.marker, from_on=NOW.date())
    with pytest.raises(errors.NotIndependent):
        record_mark(submission, verdict=PASS, by=world.marker)


def test_a_mark_needs_both_the_allocation_and_the_role(world: World) -> None:
    submission = world.allocated()
    with pytest.raises(errors.NotAllocatedToYou):
        record_mark(submission, verdict=PASS, by=a_person(Role.ASSESSOR))
    world.marker.role_grants.update(ends_on=NOW.date())
    with pytest.raises(errors.RoleMissing):
        record_mark(submission, verdict=PASS, by=world.marker)
    assert Mark.objects.count() == 0


def test_a_mark_sent_twice_is_recorded_once_and_does_not_change(world: World) -> None:
    submission = world.allocated()
    mark = record_mark(submission, verdict=PASS, feedback="Clear.", by=world.marker)
    assert record_mark(submission, verdict=PASS, by=world.marker) == mark
    with pytest.raises(errors.ScriptElsewhere):
        record_mark(submission, verdict=FAIL, feedback="No.", by=world.marker)
    with pytest.raises(InternalError), transaction.atomic():
        Mark.objects.update(verdict=FAIL)
    assert [(one.verdict, one.marker, one.feedback.text) for one in Mark.objects.all()] == [
        ("pass", world.marker, "Clear.")
    ]


def test_a_fail_needs_feedback_and_a_differing_moderator_grounds(world: World) -> None:
    submission = world.allocated()
    with pytest.raises(errors.FeedbackNeeded):
        record_mark(submission, verdict=FAIL, feedback="  ", by=world.marker)
    record_mark(submission, verdict=PASS, by=world.marker)
    with pytest.raises(errors.GroundsNeeded):
        moderate(submission, verdict=FAIL, by=world.moderator)
    moderate(submission, verdict=PASS, by=world.moderator)
    assert state(submission) == "moderated"


def test_the_parts_come_in_their_order(world: World) -> None:
    submission = world.allocated()
    with pytest.raises(errors.ScriptElsewhere):
        moderate(submission, verdict=PASS, by=world.moderator)
    with pytest.raises(errors.ScriptElsewhere):
        confirm_outcome(submission, by=world.lead)
    record_mark(submission, verdict=PASS, by=world.marker)
    with pytest.raises(errors.ScriptElsewhere):
        confirm_outcome(submission, by=world.lead)


def test_after_the_first_mark_only_the_moderator_changes(world: World) -> None:
    submission = world.allocated()
    record_mark(submission, verdict=PASS, by=world.marker)
    with pytest.raises(errors.AlreadyMarked):
        allocate(submission, marker=a_person(Role.ASSESSOR), moderator=world.moderator, by=world.lead)
    other = a_person(Role.MODERATOR)
    allocate(submission, marker=world.marker, moderator=other, by=world.lead)
    with pytest.raises(errors.NotAllocatedToYou):
        moderate(submission, verdict=PASS, by=world.moderator)
    moderate(submission, verdict=PASS, by=other)


def test_two_people_may_change_places_before_the_first_mark(world: World) -> None:
    a_grant(world.marker, Role.MODERATOR)
    a_grant(world.moderator, Role.ASSESSOR)
    submission = world.allocated()
    allocate(submission, marker=world.moderator, moderator=world.marker, by=world.lead)
    held = {one.part: one.person for one in submission.allocations.filter(ended_at=None)}
    assert held == {"marker": world.moderator, "moderator": world.marker}


def test_an_agreed_verdict_stands_and_the_assessors_lose_the_script(world: World) -> None:
    submission = world.moderated(PASS)
    with pytest.raises(errors.VerdictsAgree):
        confirm_outcome(submission, verdict=FAIL, reason="I think not.", by=world.lead)
    outcome = confirm_outcome(submission, by=world.lead)
    assert confirm_outcome(submission, by=world.lead) == outcome
    assert (outcome.verdict, outcome.confirmed_by) == ("pass", world.lead)
    assert not submission.allocations.filter(ended_at=None).exists()
    assert not Message.objects.filter(person=world.enrolment.person, kind="outcome-released").exists()


def test_where_they_differ_the_lead_chooses_and_says_why(world: World) -> None:
    submission = world.moderated(PASS, FAIL)
    with pytest.raises(errors.VerdictsDiffer):
        confirm_outcome(submission, by=world.lead)
    outcome = confirm_outcome(submission, verdict=FAIL, reason="No plan for implementation.", by=world.lead)
    assert outcome.verdict == "fail"
    entry = Entry.objects.get(verb="outcome.confirmed")
    assert "implementation" not in entry.payload
    assert entry.words_sha256


def test_who_confirms_after_somebody_else_or_otherwise_is_told_what_stands(world: World) -> None:
    submission = world.moderated(PASS, FAIL)
    outcome = confirm_outcome(submission, verdict=PASS, reason="The plan is on page 3.", by=world.lead)
    stands = "confirmed already: pass, by Tobias Farrant on 24 September 2026"
    with pytest.raises(errors.AlreadyConfirmed, match=f"{stands}. It stays. Nobody is told yet."):
        confirm_outcome(submission, verdict=FAIL, reason="I think not.", by=world.lead)
    release_outcome(outcome, by=world.lead)
    with pytest.raises(errors.AlreadyConfirmed, match=f"{stands}. It stays. The participant was told on 24 September"):
        confirm_outcome(submission, by=a_person(Role.PROGRAMME_LEAD))
    assert Entry.objects.filter(verb="outcome.confirmed").count() == 1


@pytest.mark.parametrize("who", ["marker", "moderator"])
def test_who_assessed_a_script_does_not_confirm_it(world: World, who: str) -> None:
    submission = world.moderated()
    a_grant(getattr(world, who), Role.PROGRAMME_LEAD)
    with pytest.raises(errors.DecidedOwnMark):
        confirm_outcome(submission, by=getattr(world, who))
    assert not Outcome.objects.exists()


def test_a_release_tells_the_participant_once_without_the_verdict(world: World) -> None:
    outcome = world.released(FAIL)
    release_outcome(outcome, by=world.lead)
    assert OutcomeRelease.objects.count() == 1
    letter = Message.objects.get(kind="outcome-released")
    assert letter.person == world.enrolment.person
    words = (letter.subject + letter.text).lower()
    assert "pass" not in words
    assert "fail" not in words
    assert not Certificate.objects.exists()


def test_a_pass_with_the_engagement_met_queues_the_certificate_and_completes_the_run(world: World) -> None:
    world.released(PASS)
    certificate = Certificate.objects.get()
    world.enrolment.refresh_from_db()
    assert (certificate.enrolment, certificate.state) == (world.enrolment, "queued")
    assert world.enrolment.state == "completed"


def test_a_pass_one_minute_short_of_the_engagement_is_released_without_a_certificate(world: World) -> None:
    # S36 S37
    world.credit(world.enrolment, -1)
    world.released(PASS)
    assert not Certificate.objects.exists()
    world.enrolment.refresh_from_db()
    assert world.enrolment.state == "active"
