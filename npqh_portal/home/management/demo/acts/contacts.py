"""That staff spoke to those who come close to the line."""

from cohorts.actions import contacts as cohorts
from cohorts.models import Enrolment
from npqh_portal import clock
from npqh_portal.home.management.demo.cast import address_of
from npqh_portal.home.management.demo.cast.spoken import Spoken

from .lookups import Lookups


class Contacts(Lookups):
    def speak_to(self, spoken: Spoken) -> None:
        enrolment = Enrolment.objects.get(person__email=address_of(spoken.name))
        by = self.user(spoken.by)
        cohorts.record_contact(enrolment, way=spoken.way, on=clock.today(), note=spoken.words, by=by)
