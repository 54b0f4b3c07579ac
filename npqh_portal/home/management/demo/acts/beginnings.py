"""What an administrator and a lead enter: organisations, colleagues, schools, the programme itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings

from assessments import actions as assessments
from assessments.readers import read_past_participants
from cohorts.models import Venue
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.home.management.demo.cast import Colleague, staff
from npqh_portal.home.management.demo.cast.past import PAST_FILE_NAME, PAST_LIST
from npqh_portal.home.management.demo.extract import write_extract, write_links, write_pp50, write_rise, written
from npqh_portal.home.management.demo.next_version import next_version
from npqh_portal.home.management.demo.register import INDEPENDENT_SPECIAL, Establishment, register
from npqh_portal.people.actions import add_person, end_role, grant_role
from npqh_portal.people.models import Organisation
from npqh_portal.programmes.actions import copy_version, draft_text, edit_draft, publish_text, retire_version
from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.models import PageRevision, ProgrammeVersion
from npqh_portal.schools.actions import import_eligibility_list, import_schools
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.readers import read_extract, read_links, read_list

from .lookups import Lookups

SCHOOLS, SEED = 3_000, 1
# An independent school that the register counts as a special school from one day to the next.
RECLASSIFIED = "900274"


class Beginnings(Lookups):
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
        record("organisation.added", partner, by=self.user(staff.ADMINISTRATOR))
        self._welcome(staff.JOINED_SINCE)

    def _welcome(self, colleagues: Sequence[Colleague]) -> None:
        organisations = {organisation.name: organisation for organisation in Organisation.objects.all()}
        for colleague in colleagues:
            person = add_person(email=colleague.email, full_name=colleague.name, by=None)
            organisation = organisations[colleague.of] if colleague.of else None
            grant_role(person, role=colleague.role, kind=colleague.kind, organisation=organisation, by=None)

    def part_with(self, email: str) -> None:
        grant = self.user(email).role_grants.get()
        end_role(grant, reason="Retired with the legacy programme, with our thanks.", by=self.user(staff.LEAD))

    def import_schools(self, *, reclassified: bool = False) -> None:
        """The register as it stands that day. What has changed since the last time is kept with each school."""
        schools = list(register(SCHOOLS, seed=SEED, on=clock.today()))
        if reclassified:
            schools = [_reclassified(school) if school.urn == RECLASSIFIED else school for school in schools]
        day = f"{clock.today():%Y%m%d}"
        import_schools(
            read_extract(written(write_extract, schools), f"edubasealldata{day}.csv"),
            links=read_links(written(write_links, schools), f"links_edubasealldata{day}.csv"),
            by=self.user(staff.ADMINISTRATOR),
        )

    def import_lists(self, from_on: date) -> None:
        """The schools with many disadvantaged pupils, and those that RISE supports, until the next lists come."""
        schools = list(register(SCHOOLS, seed=SEED, on=clock.today()))
        for kind, write in ((ListKind.PP50, write_pp50), (ListKind.RISE, write_rise)):
            listed = read_list(written(write, schools), f"{kind.value}-{from_on.year}.csv", kind)
            import_eligibility_list(kind, listed, from_on=from_on, to_on=None, by=self.user(staff.ADMINISTRATOR))

    def take_over_past_participants(self) -> None:
        """The list of those who took the programme before the portal, as it lay on the lead's own computer (S45)."""
        read = read_past_participants(PAST_LIST.encode("cp1252"), today=clock.today())
        assessments.import_past_participants(read, file_name=PAST_FILE_NAME, by=self.user(staff.LEAD))

    # --- the programme's own life --------------------------------------------------------------------

    def retire(self, version: ProgrammeVersion) -> None:
        retire_version(version, by=self.user(staff.ADMINISTRATOR))

    def draft_next_version(self, version: ProgrammeVersion, label: str) -> None:
        """A draft like the present version, with what three cohorts have asked for."""
        administrator = self.user(staff.ADMINISTRATOR)
        edit_draft(copy_version(version, label=label, by=administrator), next_version, by=administrator)

    def add_to_text(self, version: ProgrammeVersion, section: PageSection, more: str) -> PageRevision:
        """A draft of what a section of the public page says now, and a sentence more."""
        said = PageRevision.objects.filter(text__programme=version.programme, text__section=section).latest("number")
        body = f"{said.body}\n\n{more}"
        return draft_text(version.programme, section=section, body=body, by=self.user(staff.LEAD))

    def publish_more(self, version: ProgrammeVersion, section: PageSection, more: str) -> None:
        publish_text(self.add_to_text(version, section, more), by=self.user(staff.ADMINISTRATOR))


def _reclassified(school: Establishment) -> Establishment:
    return replace(school, kind=INDEPENDENT_SPECIAL, changed_on=clock.today())
