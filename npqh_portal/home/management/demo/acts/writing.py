"""What is written in the course: formative work, feedback to it, and reflections."""

from cohorts.actions import formative, reflections
from cohorts.models import Enrolment, FormativeRound
from npqh_portal.home.management.demo import files
from npqh_portal.home.management.demo.cast import address_of, staff
from npqh_portal.home.management.demo.cast.writing import Reflected, Worked

from .lookups import Lookups


class Writing(Lookups):
    def work(self, worked: Worked) -> None:
        """A draft, which is sent unless it is still one."""
        enrolment = self._writer(worked.name)
        person, item = enrolment.person, enrolment.version.items.get(code=worked.task)
        if worked.with_file:
            formative.attach_formative_file(
                enrolment, item=item, upload=files.word_file("Science, on a page"), by=person
            )
        work = formative.save_formative_draft(enrolment, item=item, words=worked.words, revision=0, by=person)
        if worked.is_sent:
            formative.send_formative_work(work, number=1, by=person)

    def answer_work(self, worked: Worked) -> None:
        enrolment = self._writer(worked.name)
        sent = FormativeRound.objects.get(work__enrolment=enrolment, work__item__code=worked.task)
        formative.give_feedback(sent, words=worked.feedback, revision=1, by=self.user(staff.GWEN))

    def reflect(self, reflected: Reflected) -> None:
        enrolment = self._writer(reflected.name)
        item = enrolment.version.items.get(code=reflected.item) if reflected.item else None
        person = enrolment.person
        made = reflections.write_reflection(
            enrolment, item=item, title=reflected.title, words=reflected.words, by=person
        )
        if reflected.is_shared:
            group = enrolment.memberships.get(to_on=None).group
            reflections.share_reflection(made, group=group, by=person)

    def _writer(self, name: str) -> Enrolment:
        return Enrolment.objects.select_related("person", "version").get(person__email=address_of(name))
