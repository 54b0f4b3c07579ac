"""That somebody questions a mark, that it is kept, and that they ask the programme lead."""

from cohorts.actions import appeals as cohorts
from cohorts.models import Appeal, Enrolment, Seminar
from npqh_portal.home.management.demo.cast import address_of
from npqh_portal.home.management.demo.cast.questioned import Questioned

from .lookups import Lookups


class Appeals(Lookups):
    def question_mark(self, questioned: Questioned) -> None:
        enrolment = Enrolment.objects.get(person__email=address_of(questioned.name))
        seminar = Seminar.objects.get(marks__enrolment=enrolment, item__code=questioned.code)
        cohorts.question_mark(
            enrolment, seminar=seminar, claimed=questioned.claimed, words=questioned.words, by=enrolment.person
        )

    def keep_mark(self, questioned: Questioned) -> None:
        one = self._question_of(questioned)
        assert one.seminar.facilitator is not None  # noqa: S101  # the cast's sessions are all led
        cohorts.keep_mark(one, words=questioned.answer, as_lead=False, by=one.seminar.facilitator)

    def ask_the_lead(self, questioned: Questioned) -> None:
        one = self._question_of(questioned)
        cohorts.take_further(one, words=questioned.more, by=one.enrolment.person)

    def _question_of(self, questioned: Questioned) -> Appeal:
        return Appeal.objects.get(
            enrolment__person__email=address_of(questioned.name), seminar__item__code=questioned.code
        )
