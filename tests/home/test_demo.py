"""The demonstration is loaded once, and then held to what it is there to show."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from datetime import time as clock_time
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker, Settings

from applications.actions import make_offers, recheck_funding, tell_of_opening
from applications.kinds import Strand
from applications.models import (
    Application,
    ApplicationImport,
    Endorsement,
    FormVersion,
    FundingDecision,
    InformationRequest,
    Interest,
    MissingSchool,
    Offer,
)
from applications.queries.interest import open_intakes
from applications.queries.places import cost_of
from assessments.models import Certificate, Mark, OutcomeRelease, Submission
from cohorts.models import (
    Cohort,
    Completion,
    Enrolment,
    Extension,
    Membership,
    PageRead,
    PendingChange,
    Seminar,
    SupportMatch,
)
from cohorts.queries.engagement import standings_of
from cohorts.queries.planning import readiness, untimetabled
from cohorts.queries.support import granted_without_supporter, lines_of, with_counts
from cohorts.rules.bank_holidays import bank_holidays
from cohorts.rules.timetable import register_opens_at
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.home.actions import queue_due_reminders
from npqh_portal.home.management.demo.acts import Run
from npqh_portal.home.management.demo.days import half_hour_before
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import Organisation, RoleGrant, User
from npqh_portal.people.roles import KINDS_OF_ROLE, Role
from npqh_portal.programmes.models import Intake, Item, PageRevision, PageText, ProgrammeVersion, StudyRevision
from npqh_portal.programmes.queries import plan_of
from npqh_portal.programmes.rules.compare import differences
from npqh_portal.schools.models import Affiliation, School, SchoolImport, SchoolLink
from npqh_portal.signin.demo import DEMO_SIGN_INS
from tests.factories import a_person


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Iterator[None]:
    """Loaded once for this file, inside a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        started = time.process_time()
        call_command("load_demo", stderr=StringIO())
        # Of this process, so that whatever else the machine does at the time is not counted.
        assert time.process_time() - started < 60
        yield
        transaction.set_rollback(True)


@pytest.fixture
def in_demo(demo: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, int]:
    ours = [config for config in apps.get_app_configs() if "site-packages" not in config.path]
    return {model._meta.label: model._default_manager.count() for config in ours for model in config.get_models()}


def standing_by_name(cohort: str) -> dict[str, tuple[str, int]]:
    enrolments = Enrolment.objects.filter(memberships__cohort__state=cohort).select_related("person").distinct()
    standings = standings_of([enrolment.pk for enrolment in enrolments], clock.now())
    return {e.person.full_name: (standings[e.pk].state.value, standings[e.pk].tenths) for e in enrolments}


@pytest.mark.usefixtures("in_demo")
def test_second_run_changes_nothing() -> None:
    before = everything()
    call_command("load_demo", stderr=StringIO())
    assert everything() == before


@pytest.mark.usefixtures("in_demo")
def test_every_sign_in_of_the_demonstration_exists() -> None:
    emails = {email for email, _ in DEMO_SIGN_INS}
    assert set(User.objects.filter(email__in=emails).values_list("email", flat=True)) == emails


@pytest.mark.usefixtures("in_demo")
def test_five_cohorts_and_every_state_of_an_application_are_there() -> None:
    assert Application.objects.count() == 133
    assert Counter(Application.objects.values_list("state", flat=True)) == {
        "accepted": 89, "submitted": 24, "draft": 8, "waitlisted": 5, "declined": 3, "withdrawn": 2, "offered": 1,
        "lapsed": 1,
    }  # fmt: skip
    assert list(Cohort.objects.order_by("starts_on").values_list("state", flat=True)) == [
        "closed", "assessing", "running", "published", "draft",
    ]  # fmt: skip
    draft = Cohort.objects.get(state="draft")
    assert set(draft.seminars.values_list("state", flat=True)) == {"planned"}
    assert untimetabled(draft) == []
    assert {check.stands for check in readiness(draft, today=clock.today())} == {"yes"}
    assert list(PendingChange.objects.values_list("seminar__cohort__state", flat=True)) == ["running"]
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"active", "deferred", "withdrawn", "completed"}
    assert Membership.objects.filter(reason="late").count() == 1


@pytest.mark.usefixtures("in_demo")
def test_no_session_of_the_demonstration_is_held_while_people_are_off_work() -> None:
    """But for today's: that is there whenever the demonstration is loaded."""
    days = {
        clock.london_date(one)
        for one in Seminar.objects.exclude(cohort__state="closed").values_list("starts_at", flat=True)
    }
    off = {day for day in days if day.weekday() > 4 or bank_holidays(day, day)}
    assert off <= {clock.today()}


@pytest.mark.usefixtures("in_demo")
def test_somebody_has_gone_every_way_there_is() -> None:
    stays = Counter(Membership.objects.values_list("reason", flat=True))
    assert {reason: stays[reason] for reason in ("moved", "returned", "reinstated")} == {
        "moved": 1, "returned": 1, "reinstated": 1,
    }  # fmt: skip
    freya = Enrolment.objects.get(person__full_name="Freya Dunmail")
    assert freya.returns_on == Cohort.objects.get(state="draft").starts_on
    extension = Extension.objects.get()
    assert (extension.months, extension.enrolment.extension_months) == (3, 3)
    assert extension.approved_by != extension.by
    moved = Enrolment.objects.get(memberships__reason="moved")
    assert standings_of([moved.pk], clock.now())[moved.pk].lost == 0


@pytest.mark.usefixtures("in_demo")
def test_scripts_are_at_every_step_and_certificates_in_their_states() -> None:
    assert set(Submission.objects.values_list("state", flat=True)) == {
        "received", "allocated", "marked", "moderated", "confirmed",
    }  # fmt: skip
    reformed = Certificate.objects.filter(enrolment__version__programme__code="npqh")
    legacy = Certificate.objects.filter(enrolment__version__programme__code="npqh-legacy", is_from_before=False)
    assert Counter(reformed.values_list("state", flat=True)) == {"ready": 3, "revoked": 1}
    assert Counter(legacy.values_list("state", flat=True)) == {"ready": 15}


@pytest.mark.usefixtures("in_demo")
def test_every_role_and_kind_is_held_by_somebody() -> None:
    held = set(RoleGrant.objects.open().values_list("role", "kind"))
    of_kinds = {(role, kind) for role, kinds in KINDS_OF_ROLE.items() for kind in kinds}
    assert held == of_kinds | {(role, "") for role in Role if role not in KINDS_OF_ROLE}
    assert set(Organisation.objects.values_list("kind", flat=True)) == set(Organisation.Kind)


@pytest.mark.usefixtures("in_demo")
def test_an_intake_is_open_one_paused_one_to_come_and_the_rest_closed() -> None:
    now = clock.now()
    states = Counter(
        "paused"
        if intake.is_paused
        else "to come"
        if now < intake.opens_at
        else "open"
        if intake.is_open_at(now)
        else "closed"
        for intake in Intake.objects.all()
    )
    assert states == {"open": 1, "paused": 1, "to come": 1, "closed": 5}


def application_of(name: str) -> Application:
    return Application.objects.get(full_name=name)


@pytest.mark.usefixtures("in_demo")
def test_open_intake_has_places_left_and_the_full_one_none() -> None:
    open_now = Intake.objects.get(is_paused=False, opens_at__lte=clock.now(), closes_at__gt=clock.now())
    assert (open_now.capacity, open_now.places_taken) == (12, 5)
    assert (open_now.funded_capacity, open_now.funded_places_taken) == (6, 5)
    full = Intake.objects.get(capacity=6)
    assert (full.places_taken, full.funded_places_taken, full.funded_capacity) == (6, 4, 4)
    assert full.delivery_partner is not None


@pytest.mark.usefixtures("in_demo")
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Hester Raise-Quaye", "funded"),
        ("Leonora Quillet-Das", "funded"),
        ("Eluned Garthwen-Rees", "not_in_england"),
        ("Tobiah Merrick-Osei", "subject_to_review"),
        ("Sigrid Halloway-Nunn", "previously_funded"),
        ("Florian Askrigg", "school_sought"),
        ("Aurelio Sunderby", "funded"),
    ],
)
def test_funding_is_found_in_many_ways(name: str, status: str) -> None:
    assert application_of(name).funding_status == status


@pytest.mark.usefixtures("in_demo")
def test_one_finding_turned_by_night_and_tonight_none_does() -> None:
    turned = FundingDecision.objects.filter(occasion="daily")
    assert set(turned.values_list("application__full_name", "eligible")) == {("Leonora Quillet-Das", "yes")}
    assert Message.objects.filter(kind="funding-changed").count() == 1
    assert recheck_funding(clock.now()) == 0


@pytest.mark.usefixtures("in_demo")
@pytest.mark.parametrize(
    ("name", "strand"), [("Hester Raise-Quaye", Strand.ONE_TO_ONE), ("Cuthbert Hawesmere-Roy", Strand.NEW_HEADS)]
)
def test_support_was_asked_for_and_granted(name: str, strand: Strand) -> None:
    assert application_of(name).strand_decisions.get(strand=strand.value).is_granted


@pytest.mark.usefixtures("in_demo")
def test_support_is_given_pauses_has_ended_and_is_still_looked_for() -> None:
    """One person has both strands, most have one or neither (T59); one meeting waits to be written down."""
    now = Counter(SupportMatch.objects.filter(to_on=None).values_list("supporter__full_name", flat=True))
    assert now == {"Dorothea Wainfleet": 2, "Stellan Marchbank-Iyer": 2}
    winifred = SupportMatch.objects.filter(enrolment__person__full_name="Winifred Osei-Larch", to_on=None)
    assert set(winifred.values_list("strand", flat=True)) == {"new_heads", "one_to_one"}
    over = SupportMatch.objects.exclude(to_on=None).values_list("enrolment__person__full_name", flat=True)
    assert sorted(over) == ["Delphine Orrest-Bah", "Freya Dunmail", "Lemuel Dravel"]
    matches = with_counts(SupportMatch.objects.all(), clock.now())
    assert all(match.held for match in matches)
    assert [str(match.enrolment.person) for match in matches if match.to_log] == ["Parveen Lightfoot"]
    assert winifred.filter(meetings__starts_at__gt=clock.now(), meetings__state="planned").count() == 2
    waiting = lines_of(granted_without_supporter(Enrolment.objects.all()))
    waits = {str(line.enrolment.person): line.strand.value for line in waiting}
    assert waits["Solveig Dockray"] == "new_heads"
    assert waits["Tamsin Kirkbride-Obi"] == "one_to_one"


@pytest.mark.usefixtures("in_demo")
def test_endorsements_are_in_every_state() -> None:
    assert set(Endorsement.objects.values_list("state", flat=True)) == {
        "agreed", "waiting", "declined", "waived", "replaced",
    }  # fmt: skip
    assert application_of("Barnaby Selside").endorsements.get().role == "chair"
    assert application_of("Amara Stickland-Jones").endorsements.get().state == "waiting"


@pytest.mark.usefixtures("in_demo")
def test_the_first_letters_after_the_start_hold_an_endorsers_link() -> None:
    queue_due_reminders(clock.now())
    reminder = Message.objects.filter(kind="endorsement-reminder").earliest("pk")
    assert reminder.secret is not None
    assert reminder.state == "queued"


@pytest.mark.usefixtures("in_demo")
def test_review_has_notes_questions_and_two_who_look_like_one() -> None:
    reviewer = "cormac.delahay-finch@larkfell.example"
    assert Application.objects.filter(assigned_to__email=reviewer, state="submitted", reviews=None).count() == 4
    overdue = InformationRequest.objects.get(answered_at=None)
    assert (overdue.application.full_name, overdue.reply_by < clock.today()) == ("Ottoline Bewcastle-Ray", True)
    assert InformationRequest.objects.exclude(answer="").get().application.full_name == "Sigrid Halloway-Nunn"
    assert application_of("Isolde Marchmont").trn == application_of("Isolde Pyke-Marchmont").trn


@pytest.mark.usefixtures("in_demo")
def test_a_school_waits_to_be_found() -> None:
    open_tasks = MissingSchool.objects.filter(settled_at=None).order_by("asked_at")
    assert [task.name for task in open_tasks] == ["Thornmere Free School", "Gorselwold Village School"]


@pytest.mark.usefixtures("in_demo")
def test_waiting_list_passes_a_scholar_over_and_serves_the_next() -> None:
    offers = Offer.objects.order_by("made_at").values_list("application__full_name", "state")
    assert list(offers) == [
        ("Rosalba Eskdale-Iqbal", "lapsed"), ("Thaddeus Wasdale", "lapsed"), ("Elowen Patterdale-Okoro", "open"),
    ]  # fmt: skip
    waiting = Application.objects.filter(state="waitlisted").order_by("waitlisted_at")
    assert [one.full_name for one in waiting] == [
        "Caradoc Finsthwaite", "Jocasta Mardale-Finn", "Bartimaeus Rydal", "Philomena Kentmere-Oduya",
        "Rosalba Eskdale-Iqbal",
    ]  # fmt: skip
    assert application_of("Thaddeus Wasdale").state == "lapsed"
    assert make_offers(clock.now()) == 0


@pytest.mark.usefixtures("in_demo")
def test_register_of_interest_was_told_one_of_it_applied_and_some_wait_for_what_comes_next() -> None:
    assert Counter(interest.standing for interest in Interest.objects.all()) == {
        "Told": 7, "Began an application": 1, "Taken off": 1, "Waits": 4,
    }  # fmt: skip
    (coming,) = Intake.objects.filter(opens_at__gt=clock.now())
    for waiting in Interest.objects.waiting():
        assert set(open_intakes(clock.now())) <= set(waiting.known.all()) <= set(Intake.objects.exclude(pk=coming.pk))
    assert tell_of_opening(coming.opens_at) == 4
    assert set(coming.told.values_list("full_name", flat=True)) == {
        "Winifrida Bleaze", "Leontine Sedbusk-Bell", "Ptolemy Dentdale", "Araminta Garsdale-Obi",
    }  # fmt: skip


@pytest.mark.usefixtures("in_demo")
def test_one_who_was_told_applied_and_nobody_is_told_today() -> None:
    assert Interest.objects.exclude(application=None).get().full_name == "Amara Stickland-Jones"
    assert tell_of_opening(clock.now()) == 0
    fresh = User.objects.get(email="seraphina.coldharbour@school.example")
    assert not fresh.applications.exists()


@pytest.mark.usefixtures("in_demo")
def test_the_programme_has_a_fee_for_whoever_is_not_funded() -> None:
    version = Intake.objects.filter(version__programme__code="npqh")[0].version
    assert (version.fee_pence, version.programme.versions.get(state="published")) == (1_950_00, version)
    assert "your school pays the fee of £1,950" in cost_of(application_of("Lysander Coniston-Abiola"))


@pytest.mark.usefixtures("in_demo")
def test_two_applicants_left_the_teacher_reference_number_for_later() -> None:
    # One on the form, one in the partner's file.
    later = {one.full_name for one in Application.objects.all() if one.awaits_trn}
    assert later == {"Rowena Mellbreck", "Ansel Dovedale-Wu"}


@pytest.mark.usefixtures("in_demo")
def test_one_file_of_the_partner_was_received_and_one_waits() -> None:
    done, waiting = ApplicationImport.objects.order_by("at")
    assert (done.state, done.created, done.rejected) == ("done", 3, 0)
    assert (waiting.state, waiting.created, waiting.unchanged, waiting.rejected) == ("waiting", 1, 1, 3)


@pytest.mark.usefixtures("in_demo")
def test_drafts_keep_the_form_that_they_began_with() -> None:
    first, second = FormVersion.objects.filter(programme__code="npqh").order_by("number")
    assert (first.state, second.state) == ("published", "published")
    forms = dict(Application.objects.filter(state="draft").values_list("full_name", "form__number"))
    assert (forms["Kester Troutholm-Nkosi"], forms["Zachary Pattergill"]) == (1, 2)
    assert application_of("Bran Ullswater-Shah").form == second


@pytest.mark.usefixtures("in_demo")
def test_starting_cohort_is_placed_and_its_first_session_is_near() -> None:
    cohort = Cohort.objects.get(state="published")
    assert Membership.objects.filter(cohort=cohort, to_on=None).count() == 21
    first = Seminar.objects.filter(cohort=cohort).earliest("starts_at")
    assert timedelta() < first.starts_at - clock.now() < timedelta(days=16)


@pytest.mark.usefixtures("in_demo")
def test_legacy_cohort_has_its_fixed_history() -> None:
    """Two tasks marked outside (S59, S74), sessions that went online in January 2021 (S80), retired since (D8)."""
    cohort = Cohort.objects.get(version__programme__code="npqh-legacy")
    assert (cohort.starts_on, cohort.state) == (date(2020, 9, 14), "closed")
    assert cohort.version.state == "retired"
    switched = cohort.seminars.filter(mode="online").values_list("starts_at", flat=True)
    assert switched
    assert {clock.london_date(moment).year for moment in switched} == {2021}
    twice = Submission.objects.filter(enrolment__person__full_name="Cordelia Harter-Bose").order_by("task", "attempt")
    assert list(twice.values_list("task__code", "attempt", "outcome__verdict")) == [
        ("change-programme", 1, "pass"), ("placement", 1, "fail"), ("placement", 2, "pass"),
    ]  # fmt: skip
    markers = set(Mark.objects.filter(submission__window__cohort=cohort).values_list("marker__email", flat=True))
    assert {email.partition("@")[2] for email in markers if email} == {"quillmark.example"}
    released = OutcomeRelease.objects.filter(outcome__submission__window__cohort=cohort)
    assert {release.released_at.year for release in released} == {2022}


@pytest.mark.usefixtures("in_demo")
def test_a_next_version_and_a_text_wait_to_be_published() -> None:
    draft = ProgrammeVersion.objects.get(programme__code="npqh", label="2027")
    assert draft.state == "draft"
    now = ProgrammeVersion.objects.get(programme__code="npqh", state="published")
    assert differences(plan_of(now), plan_of(draft))
    assert plan_of(now).totals == plan_of(draft).totals
    assert PageRevision.objects.filter(state="draft").count() == 1


@pytest.mark.usefixtures("in_demo")
def test_three_modules_have_pages_and_people_are_half_way_through_one() -> None:
    programme = ProgrammeVersion.objects.get(programme__code="npqh", state="published").programme
    pages = programme.study_pages.all()
    assert {page.item_code for page in pages} == {"culture-study-1", "needs-study-2", "development-study-1"}
    assert sorted(file.kind for page in pages for file in page.files.all()) == ["pdf", "png"]
    assert StudyRevision.objects.filter(state="draft").count() == 1
    read = PageRead.objects.filter(page__item_code="development-study-1")
    assert read.values("enrolment").distinct().count() == 4
    assert not Completion.objects.filter(item__code="development-study-1", enrolment__in=read.values("enrolment"))
    added = pages.get(title="When the habit fades")
    assert not added.reads.exists()
    assert PageRead.objects.filter(page__item_code=added.item_code).exists()


@pytest.mark.usefixtures("in_demo")
def test_register_was_imported_three_times_and_the_lists_with_it() -> None:
    done = SchoolImport.objects.filter(state="done").order_by("at")
    assert [one.kind for one in done] == ["extract", *["extract", "pp50", "rise"] * 2]
    assert [one for one in done if one.rejections] == []
    assert [one.created for one in done if one.kind == "extract"] == [3_000, 0, 0]
    assert all(one.updated for one in done.filter(kind="extract")[1:])
    assert SchoolLink.objects.count() > 100
    closed_since = Affiliation.objects.filter(school__status="2", school__to_successors__isnull=False)
    assert closed_since.exists()


@pytest.mark.usefixtures("in_demo")
def test_past_participants_are_on_record() -> None:
    """Those of before the portal, with and without an address or a certificate (S45)."""
    past = Enrolment.objects.filter(application=None)
    assert Counter(past.values_list("state", flat=True)) == {"completed": 22, "withdrawn": 3}
    assert past.filter(person__email=None).count() == 19
    assert Certificate.objects.filter(enrolment__in=past, is_from_before=True).count() == 21


@pytest.mark.usefixtures("in_demo")
def test_every_school_and_person_is_invented() -> None:
    assert School.objects.count() == 3_000
    assert {urn[:2] for urn in School.objects.values_list("urn", flat=True)} == {"90"}
    emails = User.objects.exclude(email=None).values_list("email", flat=True)
    domains = {email.rpartition(".")[2] for email in emails if email}
    assert domains == {"example"}


@pytest.mark.usefixtures("in_demo")
def test_engagement_stands_on_both_sides_of_the_line() -> None:
    over = standing_by_name("assessing")
    assert over["Sunniva Plaskett"] == ("met", 900)
    assert over["Alasdair Muncaster"] == ("out_of_reach", 899)
    assert over["Delphine Orrest-Bah"][0] == "out_of_reach"
    running = standing_by_name("running")
    assert running["Maryam Okonjo-Hale"][0] == "on_track"
    assert running["Callum Innes-Bhatt"][0] == "at_risk"
    assert running["Desmond Quarrie-Lunt"][0] == "out_of_reach"


@pytest.mark.usefixtures("in_demo")
def test_somebody_failed_and_then_passed() -> None:
    verdicts = Submission.objects.filter(enrolment__person__full_name="Magnus Threlkeld-Ito").order_by("attempt")
    assert list(verdicts.values_list("outcome__verdict", flat=True)) == ["fail", "pass"]


@pytest.mark.usefixtures("in_demo")
def test_somebody_of_the_legacy_programme_has_still_to_evaluate_himself() -> None:
    waiting = Enrolment.objects.filter(version__behaviours__isnull=False, state="active", self_evaluation=None)
    people = waiting.exclude(memberships=None).distinct().values_list("person__email", flat=True)
    assert list(people) == ["jasper.troutgill@school.example"]


@pytest.mark.usefixtures("in_demo")
def test_register_waits_for_today() -> None:
    today = Seminar.objects.filter(starts_at__gte=clock.start_of_day(clock.today()), marks=None).earliest("starts_at")
    assert clock.london_date(today.starts_at) == clock.today()
    assert today.facilitator.email == "gwen.ashdown-pike@marlowick.example"
    assert clock.now() >= register_opens_at(today.starts_at)


@pytest.mark.parametrize(("loaded_at", "begins_at"), [("00:04", "00:00"), ("09:51", "09:30"), ("17:20", "13:00")])
def test_the_seminar_of_the_day_has_begun_at_whatever_hour_all_is_loaded(loaded_at: str, begins_at: str) -> None:
    day = date(2026, 11, 23)
    seminar = Item(code="s", kind="seminar", minutes=120)
    loaded = clock.london_moment(day, clock_time.fromisoformat(loaded_at))
    run = Run(ProgrammeVersion(), day, (), days={"s": day}, begun_by=half_hour_before(loaded))
    assert run.begins_at(seminar, None) == clock.london_moment(day, clock_time.fromisoformat(begins_at))
    run.days["s"] = day + timedelta(days=1)
    assert run.begins_at(seminar, None) == clock.london_moment(run.days["s"], clock_time(13))


@pytest.mark.usefixtures("in_demo")
def test_the_assessor_who_signs_in_has_a_script_to_mark() -> None:
    waiting = Submission.objects.get(state="allocated", allocations__person__email="elias.wrenfield@larkfell.example")
    marker = waiting.allocations.get(part="marker", ended_at=None).person
    assert (waiting.enrolment.person.full_name, marker.full_name) == ("Kit Sandwath", "Elias Wrenfield")
    assert marker.email in {email for email, _ in DEMO_SIGN_INS}


@pytest.mark.usefixtures("in_demo")
def test_nobody_meets_at_a_weekend_but_today() -> None:
    days = {clock.london_date(moment) for moment in Seminar.objects.values_list("starts_at", flat=True)}
    assert [day for day in sorted(days) if day.weekday() > 4 and day != clock.today()] == []


@pytest.mark.usefixtures("in_demo")
def test_history_is_in_order_and_nothing_of_it_is_sent_today() -> None:
    history = Entry.objects.exclude(subject_type__startswith="programmes.programmeversion").order_by("pk")
    moments = list(history.values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= clock.now()
    waited = {message.sent_at - message.queued_at if message.sent_at else None for message in Message.objects.all()}
    assert waited == {timedelta(minutes=1)}


@pytest.mark.usefixtures("in_demo")
def test_reminders_of_today_are_few() -> None:
    assert queue_due_reminders(clock.now()) <= 60


@pytest.mark.django_db
def test_it_is_refused_outside_the_demonstration(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="only with DEMO=1"):
        call_command("load_demo")
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_it_does_not_mix_with_real_people() -> None:
    a_person()
    with pytest.raises(CommandError, match="has people in it"):
        call_command("load_demo")


@pytest.mark.usefixtures("in_demo")
def test_programmes_were_loaded_before_anybody_applied_for_them() -> None:
    for intake in Intake.objects.select_related("version"):
        published_at = intake.version.published_at
        assert published_at is not None
        assert published_at < intake.opens_at
    for text in PageText.objects.prefetch_related("revisions"):
        moments = [revision.written_at for revision in text.revisions.order_by("number")]
        assert moments == sorted(moments)


@pytest.mark.usefixtures("in_demo")
def test_loading_the_programmes_afterwards_changes_nothing() -> None:
    before = everything()
    call_command("load_programmes", verbosity=0)
    assert everything() == before
