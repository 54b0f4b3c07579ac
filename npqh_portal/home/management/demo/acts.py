"""What each entry of the diary does: a call of one of the portal's actions, by whoever would have made it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings

from applications import actions as applications
from applications.models import Application, Decision, Review
from assessments import actions as assessments
from assessments.models import Certificate, Outcome, Submission, Verdict
from assessments.states import CertificateState
from cohorts import actions as cohorts
from cohorts.models import Cohort, Enrolment, Group, Seminar, Venue
from cohorts.queries.enrolments import members_on
from cohorts.rules.engagement import MarkInput
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.people.actions import add_person, grant_role
from npqh_portal.people.models import Organisation, User
from npqh_portal.programmes.kinds import ItemKind, Mode
from npqh_portal.programmes.models import Intake, Item, ProgrammeVersion
from npqh_portal.schools.models import Affiliation, School

from . import cast
from .cast import Character
from .files import pdf_file, word_file

STATEMENT = (
    "I lead a school where most things work and a few have not moved for years. I want to learn, with people who "
    "carry the same responsibility, how to change one thing well, see whether it worked, and only then begin the next."
)
FEEDBACK = {
    Verdict.PASS: "You found the problem beneath the problem, and your plan says what you would stop doing. "
    "Say earlier how you would know that it is working.",
    Verdict.FAIL: "Your diagnosis is sound. The plan lists nine actions without an order: choose the first two, say "
    "who does what by when, and what you expect to see.",
}
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
# When a sitting begins, by its kind.
BEGINS = {
    ItemKind.SEMINAR: time(13), ItemKind.CONFERENCE: time(9, 30),
    ItemKind.WEBINAR: time(16), ItemKind.DROP_IN: time(17),
}  # fmt: skip


@dataclass(frozen=True)
class SeminarGroup:
    name: str
    facilitator: str
    venue: str


@dataclass(eq=False)
class Run:
    """One intake and, where it has come to that, its cohort."""

    starts_on: date
    people: Sequence[Character]
    groups: Sequence[SeminarGroup] = ()
    of_partner: bool = False
    # On which day each item with a register is held; the second group meets on the weekday after the first.
    days: dict[str, date] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.starts_on:%B %Y}"

    def day(self, item: Item, group: SeminarGroup | None) -> date:
        return weekday(self.days[item.code] + timedelta(days=1)) if group in self.groups[1:] else self.days[item.code]

    def groups_for(self, item: Item) -> Sequence[SeminarGroup | None]:
        """A seminar is for each group; everything else for the whole cohort."""
        return self.groups if item.kind == ItemKind.SEMINAR else (None,)


def weekday(day: date) -> date:
    """That day, or the Monday after."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def begins_at(day: date, item: Item) -> datetime:
    return clock.london_moment(day, BEGINS[ItemKind(item.kind)])


class Acts:
    def __init__(self, version: ProgrammeVersion) -> None:
        self.version = version
        self.task = version.tasks.get()

    # --- beginnings ----------------------------------------------------------------------------------

    def set_up(self) -> None:
        """What an administrator enters before anything happens: the organisations, colleagues, schools, venues."""
        provider = Organisation.objects.create(kind=Organisation.Kind.PROVIDER, name=settings.PROVIDER_NAME)
        partner = Organisation.objects.create(kind=Organisation.Kind.DELIVERY_PARTNER, name=cast.PARTNER)
        for organisation in (provider, partner):
            record("organisation.added", organisation, by=None)
        for colleague in cast.STAFF:
            person = add_person(email=colleague.email, full_name=colleague.name, by=None)
            of = partner if colleague.of_partner else None
            grant_role(person, role=colleague.role, kind=colleague.kind, organisation=of, by=None)
        School.objects.bulk_create(
            School(urn=urn, name=name, phase=phase, town=town) for urn, name, phase, town in cast.SCHOOLS
        )
        Venue.objects.bulk_create(
            Venue(name=name, address=address, access_notes=notes, capacity=places)
            for name, address, notes, places in cast.VENUES
        )

    def open_intake(self, run: Run, opens_on: date, closes_on: date) -> None:
        intake = Intake.objects.create(
            version=self.version,
            name=run.name,
            **self._organisations(run),
            opens_at=clock.london_moment(opens_on, time(9)),
            closes_at=clock.london_moment(closes_on, time(17)),
            starts_on=run.starts_on,
            capacity=24,
            closed_words="The form opens again about five months before each start.",
            contact_name="Tobias Farrant",
            contact_email=settings.PROVIDER_EMAIL,
        )
        record("intake.added", intake, by=self._user(cast.LEAD))

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
        application = applications.start_application(person, intake=Intake.objects.get(name=run.name), by=person)
        headship = Application.Headship(character.headship)
        answers: dict[str, Any] = {"full_name": character.name, "trn": f"{1_000_000 + person.pk * 37}"}
        if character.turn != "begun":
            began = HEADSHIP_BEGAN.get(headship)
            answers |= {
                "role": ROLES[headship],
                "headship": headship,
                "headship_started_on": clock.today() + began if began else None,
                "school": School.objects.get(urn=character.school),
                "statement": STATEMENT,
            }
        if character.turn not in {"begun", "draft"}:
            answers |= {"wants_one_to_one": person.pk % 3 == 0, "agreed": True}
        applications.save_answers(application, answers=answers, by=person)

    def submit(self, character: Character) -> None:
        applications.submit_application(self._application(character), by=self._user(character.email))

    def review(self, character: Character) -> None:
        declines = character.turn == "declined"
        applications.record_review(
            self._application(character),
            recommendation=Review.Recommendation.DECLINE if declines else Review.Recommendation.ACCEPT,
            note="Leads no school yet, and hopes for another course." if declines else "",
            by=self._user(cast.REVIEWER),
        )

    def decide(self, character: Character, verdict: Decision.Verdict) -> None:
        declined = "NPQ in Leading Teaching fits your present role better. We would gladly read you again next year."
        applications.decide(
            self._application(character),
            verdict=verdict,
            reason=declined if verdict == Decision.Verdict.DECLINED else "",
            by=self._user(cast.LEAD),
        )

    def enrol(self, character: Character) -> None:
        cohorts.enrol(self._application(character), by=self._user(cast.LEAD))

    # --- the cohort ----------------------------------------------------------------------------------

    def make_cohort(self, run: Run, opens_on: date, closes_on: date) -> None:
        lead = self._user(cast.LEAD)
        cohort = Cohort.objects.create(
            name=run.name, version=self.version, **self._organisations(run), starts_on=run.starts_on, capacity=24
        )
        cohort.intakes.set(Intake.objects.filter(name=run.name))
        record("cohort.added", cohort, by=lead)
        cohorts.set_assessment_window(cohort, number=1, opens_on=opens_on, closes_on=closes_on, by=lead)
        for planned in run.groups:
            group = Group.objects.create(cohort=cohort, name=planned.name)
            leader = self._user(planned.facilitator)
            cohorts.assign_facilitator(group, person=leader, from_on=run.starts_on, by=lead)
        cohorts.publish_cohort(cohort, by=lead)

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
            by=self._user(cast.LEAD),
        )

    def place(self, character: Character, run: Run) -> None:
        lead, cohort = self._user(cast.LEAD), self._cohort(run)
        enrolment = cohorts.enrol(self._application(character), by=lead)
        group = cohort.groups.get(name=run.groups[character.group - 1].name)
        cohorts.place_on_cohort(enrolment, cohort=cohort, group=group, by=lead)

    def move(self, run: Run, to: CohortState) -> None:
        cohorts.move_cohort(self._cohort(run), to=to, by=self._user(cast.LEAD))

    def set_window(self, run: Run, number: int, opens_on: date) -> None:
        closes_on = opens_on + timedelta(days=self.task.window_days - 1)
        cohorts.set_assessment_window(
            self._cohort(run), number=number, opens_on=opens_on, closes_on=closes_on, by=self._user(cast.LEAD)
        )

    def exempt_what_was_over(self, character: Character, run: Run) -> None:
        """A late joiner is not asked for the sittings before the first day."""
        enrolment = self._enrolment(character)
        held = Seminar.objects.filter(cohort__name=run.name, ends_at__lt=clock.now()).values("item")
        for item in self.version.items.filter(pk__in=held):
            cohorts.exempt_item(enrolment, item=item, reason="Held before they joined.", by=self._user(cast.LEAD))

    def defer(self, character: Character) -> None:
        cohorts.defer_enrolment(
            self._enrolment(character), reason="A family emergency; back for the next cohort.", by=self._user(cast.LEAD)
        )

    def withdraw(self, character: Character) -> None:
        cohorts.withdraw_enrolment(
            self._enrolment(character), reason="Has taken a post outside headship.", by=self._user(cast.LEAD)
        )

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

    def send_work(self, character: Character, number: int) -> None:
        enrolment = self._enrolment(character)
        file = pdf_file if number % 4 == 0 else word_file
        upload = file(f"Case study {character.name}")
        assessments.submit_assessment(enrolment, task=self.task, upload=upload, own_work=True, by=enrolment.person)

    def allocate(self, character: Character, number: int) -> None:
        marker = cast.ELIAS if number % 2 else cast.MARGUERITE
        assessments.allocate(
            self._submission(character),
            marker=self._user(marker), moderator=self._user(cast.MODERATOR), by=self._user(cast.LEAD),
        )  # fmt: skip

    def mark(self, character: Character, verdict: Verdict, number: int) -> None:
        marker = cast.ELIAS if number % 2 else cast.MARGUERITE
        assessments.record_mark(
            self._submission(character), verdict=verdict, feedback=FEEDBACK[verdict], by=self._user(marker)
        )

    def moderate(self, character: Character, verdict: Verdict) -> None:
        assessments.moderate(
            self._submission(character), verdict=verdict, feedback=FEEDBACK[verdict], by=self._user(cast.MODERATOR)
        )

    def confirm(self, character: Character) -> None:
        assessments.confirm_outcome(self._submission(character), by=self._user(cast.LEAD))

    def release(self, character: Character) -> None:
        outcome = Outcome.objects.get(submission=self._submission(character))
        assessments.release_outcome(outcome, by=self._user(cast.LEAD))

    def draw_certificates(self) -> None:
        assessments.render_due_certificates()

    def revoke(self, character: Character) -> None:
        certificate = Certificate.objects.get(enrolment=self._enrolment(character), state=CertificateState.READY)
        assessments.revoke_certificate(
            certificate, reason="The script was found not to be their own work.", by=self._user(cast.LEAD)
        )

    # --- whom it concerns ----------------------------------------------------------------------------

    def _user(self, email: str) -> User:
        return User.objects.get(email=email)

    def _application(self, character: Character) -> Application:
        return Application.objects.get(person__email=character.email)

    def _enrolment(self, character: Character) -> Enrolment:
        return Enrolment.objects.select_related("person").get(person__email=character.email)

    def _submission(self, character: Character) -> Submission:
        return Submission.objects.filter(enrolment__person__email=character.email).latest("attempt")

    def _cohort(self, run: Run) -> Cohort:
        return Cohort.objects.get(name=run.name)

    def _organisations(self, run: Run) -> dict[str, Organisation | None]:
        partner = Organisation.objects.get(kind=Organisation.Kind.DELIVERY_PARTNER) if run.of_partner else None
        return {"provider": Organisation.objects.get(kind=Organisation.Kind.PROVIDER), "delivery_partner": partner}


def _mark(character: Character, item: Item) -> MarkInput:
    """As the cast says, or present."""
    said = character.marks.get(item.code, "present")
    return MarkInput("partly", said) if isinstance(said, int) else MarkInput(said)
