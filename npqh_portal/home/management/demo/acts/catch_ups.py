"""What is offered for missed sessions, what is handed in for them, and what is decided on it."""

from datetime import timedelta

from cohorts.actions import catch_up as cohorts
from cohorts.models import CatchUp, CatchUpOffer
from npqh_portal import clock
from npqh_portal.home.management.demo import words
from npqh_portal.home.management.demo.cast import Character, staff
from npqh_portal.home.management.demo.files import word_file
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item

from .lookups import Lookups
from .runs import Run


class CatchUps(Lookups):
    def offer_recording(self, run: Run, item: Item) -> None:
        cohorts.offer_catch_up(
            item,
            cohort=self.cohort(run),
            way="recording",
            title=f"Recording: {item.title}",
            url=f"https://library.larkfell.example/{item.code}",
            minutes=item.minutes,
            by=self.user(run.groups[0].facilitator),
        )

    def offer_reading(self, item: Item) -> None:
        """To every cohort, by the lead."""
        cohorts.offer_catch_up(
            item,
            cohort=None,
            way="reading",
            title="The evidence in twelve pages",
            words="Read all of it, and choose one finding that surprised you.",
            minutes=60,
            by=self.user(staff.LEAD),
        )

    def hand_in_catch_up(self, character: Character, item: Item) -> None:
        enrolment = self.enrolment(character)
        cohorts.send_catch_up(
            enrolment,
            item=item,
            offer=CatchUpOffer.objects.filter(item=item).order_by("pk").first(),
            words=words.one_of(words.TAKEN_FROM_IT, character.name),
            uploads=[word_file("My notes")],
            by=enrolment.person,
        )

    def accept_catch_up(self, character: Character, item: Item, run: Run) -> None:
        one = self._waiting(character, item)
        cohorts.accept_catch_up(one, revision=one.revision, by=self._leader_of(character, run))

    def send_back_catch_up(self, character: Character, item: Item, run: Run) -> None:
        one = self._waiting(character, item)
        cohorts.return_catch_up(
            one,
            answer=words.MORE_PLEASE,
            send_by=max(one.send_by, clock.today() + timedelta(days=14)),
            revision=one.revision,
            by=self._leader_of(character, run),
        )

    def _waiting(self, character: Character, item: Item) -> CatchUp:
        return CatchUp.objects.get(enrolment=self.enrolment(character), seminar__item=item, state="sent")

    def _leader_of(self, character: Character, run: Run) -> User:
        return self.user(run.groups[character.group - 1].facilitator)
