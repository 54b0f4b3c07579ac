"""What each entry of the diary does: a call of one of the portal's actions, by whoever would have made it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings

from applications import actions as applications
from applications.kinds import EndorserRole, FundingRoute, RoleReach, WorkSetting
from applications.models import Application, Decision, Review
from assessments import actions as assessments
from assessments.models import Certificate, Outcome, Submission, Verdict
from assessments.readers import read_past_participants
from assessments.states import CertificateState
from cohorts import actions as cohorts
from cohorts.models import Cohort, Enrolment, Group, Seminar, Venue
from cohorts.queries.enrolments import members_on
from cohorts.rules.dates import CourseDates, course_dates
from cohorts.rules.engagement import MarkInput
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.people.actions import add_person, end_role, grant_role
from npqh_portal.people.models import Organisation, User
from npqh_portal.programmes.actions import copy_version, draft_text, edit_draft, publish_text, retire_version
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, AssessedBy, ItemKind, Mode, PageSection
from npqh_portal.programmes.models import AssessmentTask, Intake, Item, PageRevision, ProgrammeVersion
from npqh_portal.schools.actions import import_eligibility_list, import_schools
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.models import Affiliation, School
from npqh_portal.schools.readers import read_extract, read_links, read_list

from . import words
from .cast import Character, Colleague, staff
from .cast.past import PAST_FILE_NAME, PAST_LIST
from .extract import write_extract, write_links, write_pp50, write_rise, written
from .files import pdf_file, word_file
from .next_version import next_version
from .register import register

SCHOOLS, SEED = 3_000, 1

HEADSHIP_BEGAN = {
    Application.Headship.APPOINTED: timedelta(days=70),
    Application.Headship.NEW: timedelta(days=-120),
    Application.Headship.SERVING: timedelta(days=-1500),
}
ROLES = {
    Application.Headship.ASPIRING: "Deputy headteacher",
    Application.Headship.APPOINTED: "Deputy headteacher",
    Application.Headship.NEW: "Headteacher",
    Application.Headship.SERVING: "Headteacher",
}
# When a sitting begins, by its kind; one of a whole day begins in the morning.
BEGINS = {
    ItemKind.SEMINAR: time(13), ItemKind.CONFERENCE: time(9, 30),
    ItemKind.WEBINAR: time(16), ItemKind.DROP_IN: time(17),
}  # fmt: skip
WHOLE_DAY_MINUTES = 240


@dataclass(frozen=True)
class SeminarGroup:
    name: str
    facilitator: str
    venue: str


@dataclass(eq=False)
class Run:
    """One intake and, where it has come to that, its cohort."""

    version: ProgrammeVersion
    starts_on: date
    people: Sequence[Character]
    groups: Sequence[SeminarGroup] = ()
    of_partner: bool = False
    name: str = ""
    # On which day each item with a register is held; the second group meets on the weekday after the first.
    days: dict[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.name or f"{self.starts_on:%B %Y}"

    @cached_property
    def items(self) -> list[Item]:
        return list(self.version.items.order_by("number"))

    @cached_property
    def sittings(self) -> list[Item]:
        return [item for item in self.items if item.kind in KINDS_WITH_REGISTER]

    @cached_property
    def tasks(self) -> list[AssessmentTask]:
        return list(self.version.tasks.order_by("number"))

    @cached_property
    def dates(self) -> CourseDates:
        return course_dates(
            self.starts_on,
            delivery_months=self.version.delivery_months,
            assessment_months=self.version.assessment_months,
        )

    @property
    def window_days(self) -> int:
        return max(task.window_days for task in self.tasks)

    def day(self, item: Item, group: SeminarGroup | None) -> date:
        return weekday(self.days[item.code] + timedelta(days=1)) if group in self.groups[1:] else self.days[item.code]

    def groups_for(self, item: Item) -> Sequence[SeminarGroup | None]:
        """A seminar is for each group; everything else for the whole cohort."""
        return self.groups if item.kind == ItemKind.SEMINAR else (None,)


def weekday(day: date) -> date:
    """That day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def begins_at(day: date, item: Item) -> datetime:
    at = time(9, 30) if item.minutes > WHOLE_DAY_MINUTES else BEGINS[ItemKind(item.kind)]
    return clock.london_moment(day, at)


class Acts:
    def __init__(self) -> None:
        self._users: dict[str, User] = {}

    # --- beginnings ----------------------------------------------------------------------------------

    def found(self) -> None:
        """What an administrator enters before anything happens: the organisations, colleagues, schools, venues."""
        for kind, name in (
            (Organisation.Kind.PROVIDER, settings.PROVIDER_NAME),
            (Organisation.Kind.EXTERNAL_ASSESSOR, staff.ASSESSING_BODY),
        ):
            record("organisation.added", Organisation.objects.create(kind=kind, name=name), by=None)
        self._welcome(staff.FOUNDERS)
        self.import_schools()
        Venue.objects.bulk_create(
            Venue(name=name, address=address, access_notes=notes, capacity=places)
            for name, address, notes, places in staff.VENUES
        )

    def grow(self) -> None:
        """A delivery partner joins, and the colleagues whom the reformed programme needs."""
        partner = Organisation.objects.create(kind=Organisation.Kind.DELIVERY_PARTNER, name=staff.PARTNER)
        record("organisation.added", partner, by=self._user(staff.ADMINISTRATOR))
        self._welcome(staff.JOINED_SINCE)

    def _welcome(self, colleagues: Sequence[Colleague]) -> None:
        organisations = {organisation.name: organisation for organisation in Organisation.objects.all()}
        for colleague in colleagues:
            person = add_person(email=colleague.email, full_name=colleague.name, by=None)
            organisation = organisations[colleague.of] if colleague.of else None
            grant_role(person, role=colleague.role, kind=colleague.kind, organisation=organisation, by=None)

    def part_with(self, email: str) -> None:
        grant = self._user(email).role_grants.get()
        end_role(grant, reason="Retired with the legacy programme, with our thanks.", by=self._user(staff.LEAD))

    def import_schools(self) -> None:
        """The register as it stands that day. What has changed since the last time is kept with each school."""
        schools = list(register(SCHOOLS, seed=SEED, on=clock.today()))
        day = f"{clock.today():%Y%m%d}"
        import_schools(
            read_extract(written(write_extract, schools), f"edubasealldata{day}.csv"),
            links=read_links(written(write_links, schools), f"links_edubasealldata{day}.csv"),
            by=self._user(staff.ADMINISTRATOR),
        )

    def import_lists(self, from_on: date) -> None:
        """The schools with many disadvantaged pupils, and those that RISE supports, until the next lists come."""
        schools = list(register(SCHOOLS, seed=SEED, on=clock.today()))
        for kind, write in ((ListKind.PP50, write_pp50), (ListKind.RISE, write_rise)):
            listed = read_list(written(write, schools), f"{kind.value}-{from_on.year}.csv", kind)
            import_eligibility_list(kind, listed, from_on=from_on, to_on=None, by=self._user(staff.ADMINISTRATOR))

    def open_intake(self, run: Run, opens_on: date, closes_on: date) -> None:
        intake = Intake.objects.create(
            version=run.version,
            name=run.name,
            **self._organisations(run),
            opens_at=clock.london_moment(weekday(opens_on), time(9)),
            closes_at=clock.london_moment(weekday(closes_on), time(17)),
            starts_on=run.starts_on,
            capacity=30,
            closed_words="The form opens again about five months before each start.",
            contact_name="Tobias Farrant",
            contact_email=settings.PROVIDER_EMAIL,
        )
        record("intake.added", intake, by=self._user(staff.LEAD))

    def pause_intake(self, run: Run) -> None:
        intake = self._intake(run)
        intake.is_paused = True
        intake.closed_words = "We are looking for another facilitator. Whoever has applied will hear from us."
        intake.save(update_fields=["is_paused", "closed_words"])
        record("intake.changed", intake, facts={"fields": "is_paused, closed_words"}, by=self._user(staff.LEAD))

    def take_over_past_participants(self) -> None:
        """The list of those who took the programme before the portal, as it lay on the lead's own computer (S45)."""
        read = read_past_participants(PAST_LIST.encode("cp1252"), today=clock.today())
        assessments.import_past_participants(read, file_name=PAST_FILE_NAME, by=self._user(staff.LEAD))

    # --- the programme's own life --------------------------------------------------------------------

    def retire(self, version: ProgrammeVersion) -> None:
        retire_version(version, by=self._user(staff.ADMINISTRATOR))

    def draft_next_version(self, version: ProgrammeVersion, label: str) -> None:
        """A draft like the present version, with what three cohorts have asked for."""
        administrator = self._user(staff.ADMINISTRATOR)
        edit_draft(copy_version(version, label=label, by=administrator), next_version, by=administrator)

    def add_to_text(self, version: ProgrammeVersion, section: PageSection, more: str) -> PageRevision:
        """A draft of what a section of the public page says now, and a sentence more."""
        said = PageRevision.objects.filter(text__programme=version.programme, text__section=section).latest("number")
        body = f"{said.body}\n\n{more}"
        return draft_text(version.programme, section=section, body=body, by=self._user(staff.LEAD))

    def publish_more(self, version: ProgrammeVersion, section: PageSection, more: str) -> None:
        publish_text(self.add_to_text(version, section, more), by=self._user(staff.ADMINISTRATOR))

    # --- applying ------------------------------------------------------------------------------------

    def join(self, character: Character) -> None:
        first_name = character.name.split()[0]
        person = add_person(email=character.email, full_name=character.name, preferred_name=first_name, by=None)
        school = School.objects.get(urn=character.school)
        Affiliation.objects.create(
            person=person, school=school, role=ROLES[Application.Headship(character.headship)], from_on=clock.today()
        )

    def apply(self, character: Character, run: Run) -> None:
        person = self._user(character.email)
        application = applications.start_application(person, intake=self._intake(run), by=person)
        headship = Application.Headship(character.headship)
        answers: dict[str, Any] = {
            "full_name": character.name,
            "date_of_birth": date(1972, 1, 4) + timedelta(days=person.pk * 41 % 5000),
            "has_trn": True,
            "trn": f"{1_000_000 + person.pk * 37}",
        }
        if character.turn != "begun":
            began = HEADSHIP_BEGAN.get(headship)
            answers |= {
                "role": ROLES[headship],
                "role_reach": RoleReach.ONE_SCHOOL.value,
                "headship": headship,
                "headship_started_on": clock.today() + began if began else None,
                "works_in_england": True,
                "work_setting": WorkSetting.A_SCHOOL.value,
                "school": School.objects.get(urn=character.school),
                "previously_funded": False,
                "funding_route": FundingRoute.SCHOLARSHIP.value,
                "statement": words.one_of(words.STATEMENTS, character.name),
            }
        if character.turn not in {"begun", "draft"}:
            is_head = headship in {Application.Headship.NEW, Application.Headship.SERVING}
            answers |= {
                "wants_one_to_one": person.pk % 3 == 0,
                "wants_new_head_support": headship == Application.Headship.NEW,
                "needs_adjustments": False,
                "agreed": True,
                "endorser_role": (EndorserRole.CHAIR if is_head else EndorserRole.HEADTEACHER).value,
                "endorser_name": "Hesketh Marrin" if is_head else "Orla Thwaite",
                "endorser_email": f"endorser{person.pk}@school.example",
            }
        applications.save_answers(application, answers=answers, by=person)

    def submit(self, character: Character) -> None:
        applications.submit_application(self._application(character), by=self._user(character.email))

    def take_back(self, character: Character) -> None:
        applications.withdraw_application(self._application(character), by=self._user(character.email))

    def endorse(self, character: Character) -> None:
        asked = self._application(character).endorsements.get()
        applications.answer_endorsement(asked, link=asked.links, agrees=True, signed_as=asked.name, by=None)

    def review(self, character: Character) -> None:
        declines = character.turn == "declined"
        advice = Review.Recommendation.DECLINE if declines else Review.Recommendation.ACCEPT
        notes = words.NOTES_DECLINE if declines else words.NOTES_ACCEPT
        applications.record_review(
            self._application(character),
            recommendation=advice,
            note=words.one_of(notes, character.name),
            by=self._user(staff.REVIEWER),
        )

    def decide(self, character: Character, verdict: Decision.Verdict) -> None:
        application, declined = self._application(character), verdict == Decision.Verdict.DECLINED
        applications.decide(
            application,
            verdict=verdict,
            reason=words.DECLINED if declined else "",
            funded=None if declined else application.eligible_for_funding is True,
            by=self._user(staff.LEAD),
        )

    def enrol(self, character: Character) -> None:
        cohorts.enrol(self._application(character), by=self._user(staff.LEAD))

    # --- the cohort ----------------------------------------------------------------------------------

    def make_cohort(self, run: Run) -> None:
        lead = self._user(staff.LEAD)
        cohort = Cohort.objects.create(
            name=run.name, version=run.version, **self._organisations(run), starts_on=run.starts_on, capacity=30
        )
        cohort.intakes.set([self._intake(run)])
        record("cohort.added", cohort, by=lead)
        for planned in run.groups:
            group = Group.objects.create(cohort=cohort, name=planned.name)
            leader = self._user(planned.facilitator)
            cohorts.assign_facilitator(group, person=leader, from_on=run.starts_on, by=lead)

    def publish_cohort(self, run: Run) -> None:
        cohorts.publish_cohort(self._cohort(run), by=self._user(staff.LEAD))

    def schedule(self, run: Run, item: Item, planned: SeminarGroup | None) -> None:
        cohort = self._cohort(run)
        led_by = planned or run.groups[0]
        starts_at = begins_at(run.day(item, planned), item)
        in_person = item.mode == Mode.FACE_TO_FACE
        cohorts.schedule_seminar(
            cohort,
            item=item,
            group=cohort.groups.get(name=planned.name) if planned else None,
            facilitator=self._user(led_by.facilitator),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=item.minutes),
            mode=Mode(item.mode),
            venue=Venue.objects.get(name=led_by.venue) if in_person else None,
            joining_url="" if in_person else f"https://meet.larkfell.example/{item.code}",
            by=self._user(staff.LEAD),
        )

    def place(self, character: Character, run: Run) -> None:
        lead, cohort = self._user(staff.LEAD), self._cohort(run)
        enrolment = cohorts.enrol(self._application(character), by=lead)
        group = cohort.groups.get(name=run.groups[character.group - 1].name)
        cohorts.place_on_cohort(enrolment, cohort=cohort, group=group, by=lead)

    def move(self, run: Run, to: CohortState) -> None:
        cohorts.move_cohort(self._cohort(run), to=to, by=self._user(staff.LEAD))

    def go_online(self, run: Run, from_on: date, until: date) -> None:
        """Hold online whatever was to be held in a hall on these days (S80)."""
        days = clock.start_of_day(from_on), clock.start_of_day(until + timedelta(days=1))
        for seminar in self._cohort(run).seminars.filter(mode=Mode.FACE_TO_FACE, starts_at__range=days):
            url = f"https://meet.larkfell.example/{seminar.item.code}"
            cohorts.switch_mode(seminar, mode=Mode.ONLINE, joining_url=url, by=self._user(staff.LEAD))

    def set_window(self, run: Run, number: int, opens_on: date) -> None:
        closes_on = opens_on + timedelta(days=run.window_days - 1)
        cohorts.set_assessment_window(
            self._cohort(run), number=number, opens_on=opens_on, closes_on=closes_on, by=self._user(staff.LEAD)
        )

    def exempt_what_was_over(self, character: Character, run: Run) -> None:
        """A late joiner is not asked for the sittings before the first day."""
        enrolment = self._enrolment(character)
        held = Seminar.objects.filter(cohort__name=run.name, ends_at__lt=clock.now()).values("item")
        for item in run.version.items.filter(pk__in=held):
            cohorts.exempt_item(enrolment, item=item, reason="Held before they joined.", by=self._user(staff.LEAD))

    def defer(self, character: Character) -> None:
        cohorts.defer_enrolment(
            self._enrolment(character),
            reason="A family emergency; back for the next cohort.",
            by=self._user(staff.LEAD),
        )

    def withdraw(self, character: Character) -> None:
        cohorts.withdraw_enrolment(self._enrolment(character), reason=words.WITHDRAWN, by=self._user(staff.LEAD))

    # --- engagement ----------------------------------------------------------------------------------

    def take_register(self, run: Run, item: Item, planned: SeminarGroup | None) -> None:
        self._record(run, item, planned, {person.name: _mark(person, item) for person in run.people})

    def catch_up(self, run: Run, item: Item, planned: SeminarGroup | None) -> None:
        mark = MarkInput("caught_up", 0, reason="Watched the recording and sent a reflection.")
        self._record(run, item, planned, {person.name: mark for person in run.people if item.code in person.caught_up})

    def _record(self, run: Run, item: Item, planned: SeminarGroup | None, marks: dict[str, MarkInput]) -> None:
        cohort = self._cohort(run)
        seminar = cohort.seminars.get(item=item, group__name=planned.name if planned else None)
        there = members_on(run.day(item, planned), cohort=cohort, group=seminar.group).values_list(
            "enrolment_id", "enrolment__person__full_name"
        )
        of_those = {pk: marks[name] for pk, name in there if name in marks}
        if of_those:
            cohorts.record_register(seminar, marks=of_those, by=seminar.facilitator)

    def complete(self, character: Character, item: Item) -> None:
        enrolment = self._enrolment(character)
        if enrolment.state == "active":
            cohorts.record_completion(enrolment, item=item, by=enrolment.person)

    # --- assessment ----------------------------------------------------------------------------------

    def send_work(self, character: Character, task: AssessmentTask, number: int) -> None:
        enrolment = self._enrolment(character)
        file = pdf_file if number % 4 == 0 else word_file
        upload = file(f"{task.code.replace('-', ' ').capitalize()} {character.name}")
        assessments.submit_assessment(enrolment, task=task, upload=upload, own_work=True, by=enrolment.person)

    def allocate(self, character: Character, task: AssessmentTask, number: int) -> None:
        assessments.allocate(
            self._submission(character, task),
            marker=self._marker(character, task, number),
            moderator=self._user(staff.EXTERNAL_MODERATOR if is_external(task) else staff.MODERATOR),
            by=self._user(staff.LEAD),
        )

    def mark(self, character: Character, task: AssessmentTask, verdict: Verdict, number: int) -> None:
        assessments.record_mark(
            self._submission(character, task),
            verdict=verdict,
            feedback=words.one_of(words.FEEDBACK[verdict], f"{character.name}, {task.code}"),
            by=self._marker(character, task, number),
        )

    def moderate(self, character: Character, task: AssessmentTask, verdict: Verdict) -> None:
        assessments.moderate(
            self._submission(character, task),
            verdict=verdict,
            feedback=words.one_of(words.FEEDBACK[verdict], f"{character.name}, {task.code} again"),
            by=self._user(staff.EXTERNAL_MODERATOR if is_external(task) else staff.MODERATOR),
        )

    def confirm(self, character: Character, task: AssessmentTask) -> None:
        assessments.confirm_outcome(self._submission(character, task), by=self._user(staff.LEAD))

    def release(self, character: Character, task: AssessmentTask) -> None:
        outcome = Outcome.objects.get(submission=self._submission(character, task))
        assessments.release_outcome(outcome, by=self._user(staff.LEAD))

    def draw_certificates(self) -> None:
        assessments.render_due_certificates()

    def revoke(self, character: Character) -> None:
        certificate = Certificate.objects.get(enrolment=self._enrolment(character), state=CertificateState.READY)
        assessments.revoke_certificate(
            certificate, reason="The script was found not to be their own work.", by=self._user(staff.LEAD)
        )

    # --- whom it concerns ----------------------------------------------------------------------------

    def _user(self, email: str) -> User:
        """Read once for all they do: actions lock, and read again, whatever they rest on."""
        if email not in self._users:
            self._users[email] = User.objects.get(email=email)
        return self._users[email]

    def _application(self, character: Character) -> Application:
        return Application.objects.get(person__email=character.email)

    def _enrolment(self, character: Character) -> Enrolment:
        return Enrolment.objects.select_related("person").get(person__email=character.email)

    def _submission(self, character: Character, task: AssessmentTask) -> Submission:
        return Submission.objects.filter(enrolment__person__email=character.email, task=task).latest("attempt")

    def _marker(self, character: Character, task: AssessmentTask, number: int) -> User:
        pair = (
            (staff.EXTERNAL_ASSESSOR, staff.SECOND_EXTERNAL) if is_external(task) else (staff.MARGUERITE, staff.ELIAS)
        )
        return self._user(character.marker or pair[number % 2])

    def _intake(self, run: Run) -> Intake:
        return Intake.objects.get(version=run.version, name=run.name)

    def _cohort(self, run: Run) -> Cohort:
        return Cohort.objects.get(name=run.name)

    def _organisations(self, run: Run) -> dict[str, Organisation | None]:
        partner = Organisation.objects.get(kind=Organisation.Kind.DELIVERY_PARTNER) if run.of_partner else None
        return {"provider": Organisation.objects.get(kind=Organisation.Kind.PROVIDER), "delivery_partner": partner}


def is_external(task: AssessmentTask) -> bool:
    return task.version.assessed_by == AssessedBy.EXTERNAL


def _mark(character: Character, item: Item) -> MarkInput:
    """As the cast says, or present."""
    said = character.marks.get(item.code, "present")
    return MarkInput("partly", said) if isinstance(said, int) else MarkInput(said)
