"""A cohort, its sittings, and who was there."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from cohorts import actions as cohorts
from cohorts.actions.study import read_page
from cohorts.models import Cohort, Group, SchoolTerm, Seminar, Venue
from cohorts.queries import dates_of
from cohorts.queries.course import WRITTEN_ON
from cohorts.queries.drafts import arrangement_of
from cohorts.queries.enrolments import members_on
from cohorts.queries.planning import GroupChoice, PlanChoice
from cohorts.rules.engagement import MarkInput
from cohorts.rules.generation import Pattern
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.home.management.demo.cast import Character, legacy, staff
from npqh_portal.home.management.demo.cast.study import MODULES
from npqh_portal.home.management.demo.days import half_terms, school_terms
from npqh_portal.people.models import Organisation
from npqh_portal.programmes.kinds import Mode
from npqh_portal.programmes.models import Item, ProgrammeVersion
from npqh_portal.programmes.queries import revisions_shown

from .lookups import Lookups
from .runs import Run, SeminarGroup

STUDIED = frozenset(module.code for module in MODULES)
# Of the cohort that is still planned: each meets a day after the one before it.
NEXT_GROUPS = (
    SeminarGroup("Lakes group", staff.GWEN, "Tarnhollow Village Hall"),
    SeminarGroup("Border group", staff.RUFUS, "Skellbeck Library"),
    SeminarGroup("Valley group", staff.PADRAIG, "Pennyghast Town Hall"),
)


class Cohorts(Lookups):
    def make_cohort(self, run: Run) -> None:
        lead = self.user(staff.LEAD)
        cohort = Cohort.objects.create(
            name=run.name, version=run.version, **self.organisations(run), starts_on=run.starts_on, capacity=30
        )
        cohort.intakes.set([self.intake(run)])
        record("cohort.added", cohort, by=lead)
        for planned in run.groups:
            group = Group.objects.create(cohort=cohort, name=planned.name)
            leader = self.user(planned.facilitator)
            cohorts.assign_facilitator(group, person=leader, from_on=run.starts_on, by=lead)

    def publish_cohort(self, run: Run) -> None:
        cohorts.publish_cohort(self.cohort(run), by=self.user(staff.LEAD))

    def schedule(self, run: Run, item: Item, planned: SeminarGroup | None) -> None:
        cohort = self.cohort(run)
        led_by = planned or run.groups[0]
        starts_at = run.begins_at(item, planned)
        in_person = item.mode == Mode.FACE_TO_FACE
        cohorts.schedule_seminar(
            cohort,
            item=item,
            group=cohort.groups.get(name=planned.name) if planned else None,
            facilitator=self.user(led_by.facilitator),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=item.minutes),
            mode=Mode(item.mode),
            venue=Venue.objects.get(name=led_by.venue) if in_person else None,
            joining_url="" if in_person else f"https://meet.larkfell.example/{item.code}",
            by=self.user(staff.LEAD),
        )

    def place(self, character: Character, run: Run) -> None:
        lead, cohort = self.user(staff.LEAD), self.cohort(run)
        enrolment = cohorts.enrol(self.application(character), by=lead)
        group = cohort.groups.get(name=run.groups[character.group - 1].name)
        cohorts.place_on_cohort(enrolment, cohort=cohort, group=group, by=lead)

    def move(self, run: Run, to: CohortState, reason: str = "") -> None:
        cohorts.move_cohort(self.cohort(run), to=to, reason=reason, by=self.user(staff.LEAD))

    def enter_terms(self, last_year: int) -> None:
        """From the first course in the portal on."""
        terms = school_terms(legacy.STARTED_ON.year, last_year)
        SchoolTerm.objects.bulk_create(
            SchoolTerm(name=name, starts_on=first, ends_on=last) for name, first, last in terms
        )

    def make_next_cohort(self, version: ProgrammeVersion, starts_on: date) -> None:
        """One that is still planned: its timetable is a draft, and nobody has been told of it."""
        lead = self.user(staff.LEAD)
        provider = Organisation.objects.get(kind=Organisation.Kind.PROVIDER)
        cohort = Cohort.objects.create(
            name=f"{starts_on:%B %Y}", version=version, provider=provider, starts_on=starts_on, capacity=60
        )
        cohort.intakes.set(version.intakes.filter(starts_on=starts_on))
        record("cohort.added", cohort, by=lead)
        choices = []
        for number, planned in enumerate(NEXT_GROUPS):
            group = Group.objects.create(cohort=cohort, name=planned.name, capacity=20)
            person = self.user(planned.facilitator)
            cohorts.assign_facilitator(group, person=person, from_on=starts_on, by=lead)
            choices.append(GroupChoice(group, person, Venue.objects.get(name=planned.venue), days_later=number))
        opens_on = dates_of(cohort).delivery_ends_on + timedelta(days=14)
        cohorts.set_assessment_window(
            cohort, number=1, opens_on=opens_on, closes_on=opens_on + timedelta(days=7), by=lead
        )
        choice = PlanChoice(
            pattern=Pattern(
                weekdays=frozenset({1}),
                weeks_between=1,
                starts_at=time(13),
                whole_days_start_at=time(9, 30),
                forbidden=tuple(half_terms(starts_on.year, starts_on.year + 2)),
                together=frozenset({"conference", "webinar", "drop_in"}),
            ),
            groups=tuple(choices),
            everyone=GroupChoice(None, self.user(staff.LEONIE), None),
            joining_url="https://meet.larkfell.example/all",
        )
        digest = cohorts.draft_timetable(cohort, choice).digest
        cohorts.generate_timetable(cohort, choice, digest=digest, by=lead)

    def plan_a_move(self, run: Run) -> None:
        """The second group’s next session but one is to be a week later, once the draft is published."""
        ahead = self.cohort(run).seminars.filter(starts_at__gt=clock.now(), group__name=run.groups[-1].name)
        seminar = ahead.order_by("starts_at")[1]
        before = arrangement_of(seminar)
        moments = _days_later(before.starts_at, 7), _days_later(before.ends_at, 7)
        to = replace(before, starts_at=moments[0], ends_at=moments[1])
        cohorts.plan_change(seminar, to=to, by=self.user(staff.LEAD))

    def go_online(self, run: Run, from_on: date, until: date) -> None:
        """Hold online whatever was to be held in a hall on these days (S80)."""
        days = clock.start_of_day(from_on), clock.start_of_day(until + timedelta(days=1))
        for seminar in self.cohort(run).seminars.filter(mode=Mode.FACE_TO_FACE, starts_at__range=days):
            url = f"https://meet.larkfell.example/{seminar.item.code}"
            cohorts.switch_mode(seminar, mode=Mode.ONLINE, joining_url=url, by=self.user(staff.LEAD))

    def set_window(self, run: Run, number: int, opens_on: date) -> None:
        closes_on = opens_on + timedelta(days=run.window_days - 1)
        cohorts.set_assessment_window(
            self.cohort(run), number=number, opens_on=opens_on, closes_on=closes_on, by=self.user(staff.LEAD)
        )

    def exempt_what_was_over(self, character: Character, run: Run) -> None:
        """A late joiner is not asked for the sittings before the first day."""
        enrolment = self.enrolment(character)
        held = Seminar.objects.filter(cohort__name=run.name, ends_at__lt=clock.now()).values("item")
        for item in run.version.items.filter(pk__in=held):
            cohorts.exempt_item(enrolment, item=item, reason="Held before they joined.", by=self.user(staff.LEAD))

    # --- engagement ----------------------------------------------------------------------------------

    def take_register(self, run: Run, item: Item, planned: SeminarGroup | None) -> None:
        self._record(run, item, planned, {person.name: _mark(person, item) for person in run.people})

    def _record(self, run: Run, item: Item, planned: SeminarGroup | None, marks: dict[str, MarkInput]) -> None:
        cohort = self.cohort(run)
        seminar = cohort.seminars.get(item=item, group__name=planned.name if planned else None)
        there = members_on(run.day(item, planned), cohort=cohort, group=seminar.group).values_list(
            "enrolment_id", "enrolment__person__full_name"
        )
        of_those = {pk: marks[name] for pk, name in there if name in marks}
        if of_those:
            cohorts.record_register(seminar, marks=of_those, by=seminar.facilitator)

    def complete(self, character: Character, item: Item) -> None:
        """What has pages is read to its end, and so is done. What is written was handed in on paper: staff say so."""
        enrolment = self.enrolment(character)
        if enrolment.state != "active":
            return
        if item.code in STUDIED:
            for revision in revisions_shown(item.version.programme_id, item.code):
                read_page(enrolment, item=item, revision=revision, by=enrolment.person)
        by = self.user(staff.LEAD) if item.kind in WRITTEN_ON else enrolment.person
        cohorts.record_completion(enrolment, item=item, by=by)


def _days_later(moment: datetime, days: int) -> datetime:
    """At the same time on a London clock."""
    local = moment.astimezone(clock.LONDON)
    return clock.london_moment(local.date() + timedelta(days=days), local.time())


def _mark(character: Character, item: Item) -> MarkInput:
    """As the cast says, or present."""
    said = character.marks.get(item.code, "present")
    return MarkInput("partly", said) if isinstance(said, int) else MarkInput(said)
