"""What people do in their own schools, and how they judge themselves in the leadership behaviours."""

from datetime import timedelta

from cohorts.actions import behaviours, formative, practice, project
from cohorts.models import CourseChange, Enrolment, FormativeRound, Group
from cohorts.queries.facilitators import leader_of
from cohorts.rules.behaviours import Judged, Reviewed
from npqh_portal import clock
from npqh_portal.home.management.demo import files
from npqh_portal.home.management.demo.cast import Character, address_of
from npqh_portal.home.management.demo.cast.practice import (
    HELPED,
    PLANS,
    RATINGS,
    WHAT_NEXT,
    Planned,
    Stepped,
    Tried,
)

from .lookups import Lookups


class Practice(Lookups):
    def plan_project(self, planned: Planned) -> None:
        enrolment = self._practising(planned.name)
        starts_on = clock.today() + timedelta(days=7)
        project.save_project(
            enrolment,
            what=planned.what,
            why=planned.why,
            for_whom=planned.for_whom,
            how_known=planned.how_known,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=planned.lasts_days),
            revision=0,
            by=enrolment.person,
        )
        if planned.is_shared:
            project.share_project(enrolment, is_shared=True, by=enrolment.person)

    def step(self, stepped: Stepped) -> None:
        """Work on a stage or a task, with a picture and what it shows where there is one."""
        enrolment = self._practising(stepped.name)
        person, item = enrolment.person, enrolment.version.items.get(code=stepped.item)
        if stepped.picture:
            upload = files.picture("Who was heard")
            file = formative.attach_formative_file(enrolment, item=item, upload=upload, by=person)
            formative.caption_formative_file(file, caption=stepped.picture, by=person)
        work = formative.save_formative_draft(enrolment, item=item, words=stepped.words, revision=0, by=person)
        if stepped.is_sent:
            formative.send_formative_work(work, number=1, by=person)

    def answer_step(self, stepped: Stepped) -> None:
        enrolment = self._practising(stepped.name)
        sent = FormativeRound.objects.get(work__enrolment=enrolment, work__item__code=stepped.item)
        group = Group.objects.get(memberships__enrolment=enrolment, memberships__to_on=None)
        leader = leader_of(group, clock.today())
        assert leader is not None  # noqa: S101  # every group of the story is led
        formative.give_feedback(sent, words=stepped.feedback, revision=1, by=leader.person)

    def try_out(self, tried: Tried) -> None:
        self._save(tried, happened="")

    def tell_what_happened(self, tried: Tried) -> None:
        self._save(tried, happened=tried.happened)

    def _save(self, tried: Tried, *, happened: str) -> None:
        enrolment = self._practising(tried.name)
        course = enrolment.version.courses.get(code=tried.course)
        there = CourseChange.objects.filter(enrolment=enrolment, course=course).first()
        practice.save_small_change(
            enrolment,
            course=course,
            planned=tried.planned,
            happened=happened,
            revision=there.revision if there else 0,
            by=enrolment.person,
        )

    def evaluate(self, character: Character, number: int) -> None:
        """All seven in one go, as most people do."""
        enrolment = self._practising(character.name)
        ratings = RATINGS[number % len(RATINGS)]
        judged = [Judged(place, ratings[place - 1], PLANS[place - 1]) for place in range(1, len(ratings) + 1)]
        saved = behaviours.save_evaluation(enrolment, judged=judged, revision=0, by=enrolment.person)
        behaviours.send_evaluation(saved, by=enrolment.person)

    def review_behaviours(self, name: str) -> None:
        enrolment = self._practising(name)
        ratings = enrolment.self_evaluation.ratings.select_related("behaviour")
        reviewed = [
            Reviewed(one.behaviour.number, min(4, (one.rating or 1) + one.behaviour.number % 2), HELPED, WHAT_NEXT)
            for one in ratings
        ]
        saved = behaviours.save_review(
            enrolment, reviewed=reviewed, revision=enrolment.self_evaluation.revision, by=enrolment.person
        )
        behaviours.finish_review(saved, by=enrolment.person)

    def _practising(self, name: str) -> Enrolment:
        return Enrolment.objects.select_related("person", "version").get(person__email=address_of(name))
