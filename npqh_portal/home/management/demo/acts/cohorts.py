"""A cohort, its sittings, and who was there."""

from datetime import date, timedelta

from cohorts import actions as cohorts
from cohorts.models import Cohort, Group, Seminar, Venue
from cohorts.queries.enrolments import members_on
from cohorts.rules.engagement import MarkInput
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.home.management.demo import words
from npqh_portal.home.management.demo.cast import Character, staff
from npqh_portal.programmes.kinds import Mode
from npqh_portal.programmes.models import Item

from .lookups import Lookups
from .runs import Run, SeminarGroup, begins_at


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
        starts_at = begins_at(run.day(item, planned), item)
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

    def move(self, run: Run, to: CohortState) -> None:
        cohorts.move_cohort(self.cohort(run), to=to, by=self.user(staff.LEAD))

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

    def defer(self, character: Character) -> None:
        cohorts.defer_enrolment(self.enrolment(character), reason=words.DEFERRED, by=self.user(staff.LEAD))

    def withdraw(self, character: Character) -> None:
        cohorts.withdraw_enrolment(self.enrolment(character), reason=words.WITHDRAWN, by=self.user(staff.LEAD))

    # --- engagement ----------------------------------------------------------------------------------

    def take_register(self, run: Run, item: Item, planned: SeminarGroup | None) -> None:
        self._record(run, item, planned, {person.name: _mark(person, item) for person in run.people})

    def catch_up(self, run: Run, item: Item, planned: SeminarGroup | None) -> None:
        mark = MarkInput("caught_up", 0, reason="Watched the recording and sent a reflection.")
        self._record(run, item, planned, {person.name: mark for person in run.people if item.code in person.caught_up})

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
        enrolment = self.enrolment(character)
        if enrolment.state == "active":
            cohorts.record_completion(enrolment, item=item, by=enrolment.person)


def _mark(character: Character, item: Item) -> MarkInput:
    """As the cast says, or present."""
    said = character.marks.get(item.code, "present")
    return MarkInput("partly", said) if isinstance(said, int) else MarkInput(said)
