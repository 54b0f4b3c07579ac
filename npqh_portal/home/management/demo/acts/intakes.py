"""Intakes: opened, waited for, paused; their form, the files of a partner, and what the clock does every night."""

from datetime import date, time

from django.conf import settings

from applications import actions as applications
from applications.actions.forms import form_fingerprint
from applications.models import ApplicationImport, Interest
from applications.readers.applications import read_today
from applications.rules.interest import consent_words
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.home.management.demo import words
from npqh_portal.home.management.demo.cast import Interested, PartnerFile, staff
from npqh_portal.home.management.demo.days import weekday
from npqh_portal.programmes.kinds import StartTerm
from npqh_portal.programmes.models import Intake, ProgrammeVersion

from .lookups import Lookups
from .runs import Run


class Intakes(Lookups):
    def open_intake(self, run: Run, opens_on: date, closes_on: date) -> None:
        intake = Intake.objects.create(
            version=run.version,
            name=run.name,
            **self.organisations(run),
            opens_at=clock.london_moment(weekday(opens_on), time(9)),
            closes_at=clock.london_moment(weekday(closes_on), time(17)),
            starts_on=run.starts_on,
            start_term=_term(run.starts_on),
            capacity=run.capacity,
            funded_capacity=run.funded_capacity,
            closed_words="The form opens again about five months before each start.",
            contact_name="Tobias Farrant",
            contact_email=settings.PROVIDER_EMAIL,
        )
        record("intake.added", intake, by=self.user(staff.LEAD))

    def pause_intake(self, run: Run) -> None:
        intake = self.intake(run)
        intake.is_paused = True
        intake.closed_words = "We are looking for another facilitator. Whoever has applied will hear from us."
        intake.save(update_fields=["is_paused", "closed_words"])
        record("intake.changed", intake, facts={"fields": "is_paused, closed_words"}, by=self.user(staff.LEAD))

    def revise_form(self, version: ProgrammeVersion) -> None:
        """Whoever began before keeps the form that they began with."""
        administrator = self.user(staff.ADMINISTRATOR)
        draft = applications.draft_form(version.programme, by=administrator)
        seen = form_fingerprint(draft)
        draft = applications.edit_form(draft, words=words.REVISED_FORM, seen=seen, by=administrator)
        applications.publish_form(draft, seen=form_fingerprint(draft), by=administrator)

    # --- before it opens -----------------------------------------------------------------------------

    def register_interest(self, interested: Interested, version: ProgrammeVersion) -> None:
        applications.register_interest(
            version.programme,
            email=interested.email,
            full_name=interested.name,
            school_name=interested.school,
            consent_words=consent_words(version.programme.name, settings.PROVIDER_NAME),
            by=None,
        )

    def leave_register(self, interested: Interested) -> None:
        applications.leave_register(Interest.objects.get(email=interested.email), by=None)

    def tell_of_opening(self) -> None:
        applications.tell_of_opening(clock.now())

    # --- files of a partner --------------------------------------------------------------------------

    def hand_in(self, file: PartnerFile, run: Run) -> ApplicationImport:
        return applications.hold_applications(
            read_today(file.content),
            file.content,
            intake=self.intake(run),
            file_name=file.name,
            by=self.user(staff.PARTNER_LEAD),
        )

    def receive(self, file: PartnerFile, run: Run) -> None:
        held = self.hand_in(file, run)
        applications.confirm_applications(held, read=read_today, by=self.user(staff.PARTNER_LEAD))
        applications.receive_applications(read=read_today)

    # --- what the clock does -------------------------------------------------------------------------

    def make_offers(self) -> None:
        applications.make_offers(clock.now())

    def recheck_funding(self) -> None:
        applications.recheck_funding(clock.now())


def _term(starts_on: date) -> StartTerm:
    if starts_on.month > 8:
        return StartTerm.AUTUMN
    return StartTerm.SPRING if starts_on.month < 4 else StartTerm.SUMMER
