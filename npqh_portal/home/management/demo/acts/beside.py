"""Beside the course: the directory of peers, visits to schools, and the legacy programme's placements and boards."""

from datetime import date

from cohorts.actions import network, placements
from cohorts.kinds import Contrast
from cohorts.models import Enrolment
from cohorts.queries.network import own_entry, school_of
from npqh_portal import clock
from npqh_portal.home.management.demo.cast import address_of, staff
from npqh_portal.home.management.demo.cast.beside import BOARD_SAID, DID, PLAN, RESEARCH, Found, Placed, Visited
from npqh_portal.programmes.kinds import PresentedTo
from npqh_portal.schools.models import School

from .lookups import Lookups


class Beside(Lookups):
    def be_found(self, found: Found) -> None:
        person = self.user(address_of(found.name))
        network.join_directory(
            person,
            about=found.about,
            shows_school=found.shows_school,
            shows_email=found.shows_email,
            revision=0,
            by=person,
        )

    def leave_directory(self, name: str) -> None:
        person = self.user(address_of(name))
        assert own_entry(person) is not None  # noqa: S101  # they joined before
        network.leave_directory(person, by=person)

    def visit_school(self, visited: Visited) -> None:
        enrolment = self._enrolled(visited.name)
        school = School.objects.filter(urn=visited.school).first()
        network.log_visit(
            enrolment,
            visited_on=clock.today(),
            school=school,
            school_name=school.name if school else visited.school,
            host=visited.host,
            purpose=visited.purpose,
            learnt=visited.learnt,
            by=enrolment.person,
        )

    def name_placement(self, placed: Placed) -> None:
        enrolment, school = self._enrolled(placed.name), School.objects.get(urn=placed.school)
        placements.name_placement(
            enrolment,
            school=school,
            school_name=school.name,
            host=placed.host,
            contrasts=[Contrast(contrast) for contrast in placed.contrasts],
            why_it_contrasts=placed.why,
            revision=0,
            by=enrolment.person,
        )

    def agree_placement(self, placed: Placed) -> None:
        placement = self._enrolled(placed.name).placement
        placements.agree_placement(placement, revision=placement.revision, by=self.user(staff.LEAD))

    def log_placement_day(self, placed: Placed, number: int) -> None:
        enrolment = self._enrolled(placed.name)
        placements.log_placement_day(enrolment, on=clock.today(), what=DID[number % len(DID)], by=enrolment.person)

    def write_placement(self, placed: Placed) -> None:
        enrolment = self._enrolled(placed.name)
        revision = enrolment.placement.revision
        placements.write_placement(enrolment, research=RESEARCH, plan=PLAN, revision=revision, by=enrolment.person)

    def present(self, name: str, heard_by: PresentedTo, implementation_starts_on: date | None) -> None:
        """To the board of their own school, or to that of the placement school."""
        enrolment = self._enrolled(name)
        is_own = heard_by == PresentedTo.OWN_BOARD
        school = school_of(enrolment) if is_own else enrolment.placement.school
        placements.write_presentation(
            enrolment,
            task=enrolment.version.tasks.get(presented_to=heard_by),
            presented_on=clock.today(),
            board=f"The governing board of {school}",
            feedback=BOARD_SAID,
            implementation_starts_on=implementation_starts_on,
            revision=0,
            by=enrolment.person,
        )

    def _enrolled(self, name: str) -> Enrolment:
        return Enrolment.objects.select_related("person", "application__school").get(person__email=address_of(name))
