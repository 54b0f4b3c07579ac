"""What becomes of people on their way: moved, deferred and back, extended, gone and back."""

from datetime import date

from cohorts import actions as cohorts
from cohorts.kinds import Leaving
from npqh_portal.home.management.demo import words
from npqh_portal.home.management.demo.cast import Character, staff
from npqh_portal.people.actions import rename_person

from .lookups import Lookups
from .runs import Run


class Paths(Lookups):
    def defer(self, character: Character, returns_on: date) -> None:
        enrolment = self.enrolment(character)
        cohorts.defer_enrolment(enrolment, reason=words.DEFERRED, returns_on=returns_on, by=self.user(staff.LEAD))

    def go_away(self, character: Character, returns_on: date) -> None:
        enrolment = self.enrolment(character)
        cohorts.defer_enrolment(enrolment, reason=words.JURY, returns_on=returns_on, by=self.user(staff.LEAD))

    def come_back(self, character: Character, run: Run) -> None:
        cohort = self.cohort(run)
        group = cohort.groups.get(name=run.groups[character.group - 1].name)
        cohorts.return_from_deferral(self.enrolment(character), cohort=cohort, group=group, by=self.user(staff.LEAD))

    def change_group(self, character: Character, run: Run) -> None:
        """To the other one."""
        cohort = self.cohort(run)
        group = cohort.groups.get(name=run.groups[character.group % 2].name)
        lead = self.user(staff.LEAD)
        cohorts.transfer(self.enrolment(character), cohort=cohort, group=group, reason=words.MOVED, by=lead)

    def extend(self, character: Character, months: int) -> None:
        """Entered by the lead, approved by somebody else."""
        approver = self.user(staff.ADMINISTRATOR)
        cohorts.extend_enrolment(
            self.enrolment(character),
            months=months,
            reason=words.EXTENDED,
            approved_by=approver,
            by=self.user(staff.LEAD),
        )

    def withdraw(self, character: Character) -> None:
        lead = self.user(staff.LEAD)
        cohorts.withdraw_enrolment(self.enrolment(character), reason=words.WITHDRAWN, why=Leaving.CAREER, by=lead)

    def reinstate(self, character: Character, run: Run) -> None:
        cohort = self.cohort(run)
        group = cohort.groups.get(name=run.groups[character.group - 1].name)
        lead = self.user(staff.LEAD)
        cohorts.reinstate_enrolment(
            self.enrolment(character), cohort=cohort, group=group, reason=words.REINSTATED, by=lead
        )

    def be_called(self, character: Character, name: str) -> None:
        """They enter themselves what they are called."""
        person = self.enrolment(character).person
        rename_person(person, full_name=person.full_name, preferred_name=name, by=person)
