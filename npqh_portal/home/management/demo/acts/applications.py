"""Applying, from the first answer to the decision."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from applications import actions as applications
from applications.actions.bulk import Choice
from applications.kinds import EndorserRole, FundingRoute, RoleReach, WithdrawReason, WorkSetting
from applications.models import Application, Decision, Endorsement, InformationRequest, Review
from cohorts import actions as cohorts
from npqh_portal import clock
from npqh_portal.home.management.demo import words
from npqh_portal.home.management.demo.cast import Character, Question, address_of, staff
from npqh_portal.people.actions import add_person
from npqh_portal.schools.models import Affiliation, School

from .lookups import Lookups
from .runs import Run

HEADSHIP_BEGAN = {
    Application.Headship.APPOINTED: timedelta(days=70),
    Application.Headship.NEW: timedelta(days=-120),
    Application.Headship.SERVING: timedelta(days=-1500),
}
ROLES = {
    Application.Headship.ASPIRING: "Deputy headteacher",
    Application.Headship.APPOINTED: "Deputy headteacher",
    Application.Headship.NEW: "Headteacher",
    Application.Headship.SERVING: "Headteacher",
}


class Applications(Lookups):
    def join(self, character: Character) -> None:
        first_name = character.name.split()[0]
        person = add_person(email=character.email, full_name=character.name, preferred_name=first_name, by=None)
        if character.school:
            school = School.objects.get(urn=character.school)
            role = ROLES[Application.Headship(character.headship)]
            Affiliation.objects.create(person=person, school=school, role=role, from_on=clock.today())

    def apply(self, character: Character, run: Run) -> None:
        person = self.user(character.email)
        application = applications.start_application(person, intake=self.intake(run), by=person)
        answers = self._details(character)
        if character.turn != "begun":
            answers |= self._work_and_statement(character)
        if character.turn not in {"begun", "draft"}:
            answers |= self._rest(character)
        applications.save_answers(application, answers={**answers, **character.says}, by=person)
        if character.looks_for:
            name, town, postcode = character.looks_for
            applications.ask_for_school(application, name=name, town=town, postcode=postcode, by=person)

    def _details(self, character: Character) -> dict[str, Any]:
        number = self.user(character.email).pk
        return {
            "full_name": character.name,
            "date_of_birth": date(1972, 1, 4) + timedelta(days=number * 41 % 5000),
            "has_trn": True,
            "trn": f"{1_000_000 + number * 37}",
        }

    def _work_and_statement(self, character: Character) -> dict[str, Any]:
        headship = Application.Headship(character.headship)
        began = HEADSHIP_BEGAN.get(headship)
        school = {"school": School.objects.get(urn=character.school)} if character.school else {}
        return school | {
            "role": ROLES[headship],
            "role_reach": RoleReach.ONE_SCHOOL.value,
            "headship": headship,
            "headship_started_on": clock.today() + began if began else None,
            "works_in_england": True,
            "work_setting": WorkSetting.A_SCHOOL.value,
            "previously_funded": False,
            "funding_route": FundingRoute.SCHOLARSHIP.value,
            "statement": words.one_of(words.STATEMENTS, character.name),
        }

    def _rest(self, character: Character) -> dict[str, Any]:
        is_head = character.headship in {Application.Headship.NEW, Application.Headship.SERVING}
        endorser = words.one_of(words.CHAIRS if is_head else words.HEADS, character.name)
        return {
            "wants_one_to_one": sum(map(ord, character.name)) % 3 == 0,
            "wants_new_head_support": character.headship == Application.Headship.NEW,
            "needs_adjustments": False,
            "agreed": True,
            "endorser_role": (EndorserRole.CHAIR if is_head else EndorserRole.HEADTEACHER).value,
            "endorser_name": endorser,
            "endorser_email": address_of(endorser),
        }

    def submit(self, character: Character) -> None:
        applications.submit_application(self.application(character), by=self.user(character.email))

    def take_back(self, character: Character, reason: WithdrawReason) -> None:
        person = self.user(character.email)
        applications.withdraw_application(self.application(character), reason=reason.value, by=person)

    # --- endorsement ---------------------------------------------------------------------------------

    def endorse(self, character: Character) -> None:
        asked = self._asked(character)
        applications.answer_endorsement(asked, link=asked.links, agrees=True, signed_as=asked.name, by=None)

    def refuse_to_endorse(self, character: Character) -> None:
        asked = self._asked(character)
        applications.answer_endorsement(
            asked, link=asked.links, agrees=False, signed_as=asked.name, reason=words.NOT_ENDORSED, by=None
        )

    def waive_endorsement(self, character: Character) -> None:
        applications.waive_endorsement(self.application(character), reason=words.WAIVED, by=self.user(staff.LEAD))

    def ask_another(self, character: Character) -> None:
        """The chair whom they named has stepped down; the applicant names the one who came after."""
        applications.change_endorser(
            self.application(character),
            role=EndorserRole.CHAIR.value,
            name=words.ANOTHER_CHAIR,
            email=address_of(words.ANOTHER_CHAIR),
            by=self.user(character.email),
        )

    def _asked(self, character: Character) -> Endorsement:
        return self.application(character).endorsements.get()

    # --- review --------------------------------------------------------------------------------------

    def assign(self, names: Sequence[str]) -> None:
        reviewer, lead = self.user(staff.REVIEWER), self.user(staff.LEAD)
        applications.assign_many(Application.objects.filter(full_name__in=names), to=reviewer, by=lead)

    def note(self, name: str, text: str) -> None:
        applications.add_note(Application.objects.get(full_name=name), text=text, by=self.user(staff.REVIEWER))

    def ask(self, question: Question) -> None:
        applications.ask_applicant(
            Application.objects.get(full_name=question.of),
            question=question.text,
            reply_by=clock.today() + timedelta(days=question.days),
            by=self.user(staff.REVIEWER),
        )

    def answer(self, question: Question) -> None:
        asked = InformationRequest.objects.get(application__full_name=question.of)
        applications.answer_question(asked, answer=question.answer, by=asked.application.person)

    def review(self, character: Character) -> None:
        declines = character.turn == "declined"
        advice = Review.Recommendation.DECLINE if declines else Review.Recommendation.ACCEPT
        notes = words.NOTES_DECLINE if declines else words.NOTES_ACCEPT
        applications.record_review(
            self.application(character),
            recommendation=advice,
            note=words.one_of(notes, character.name),
            by=self.user(staff.REVIEWER),
        )

    # --- the decision --------------------------------------------------------------------------------

    def decide(self, character: Character, verdict: Decision.Verdict) -> None:
        application, declined = self.application(character), verdict == Decision.Verdict.DECLINED
        wants_scholarship = application.funding_route == FundingRoute.SCHOLARSHIP
        applications.decide(
            application,
            verdict=verdict,
            reason=words.DECLINED if declined else "",
            funded=None if declined else wants_scholarship and application.eligible_for_funding is True,
            by=self.user(staff.LEAD),
        )

    def put_on_waiting_list(self, characters: Sequence[Character]) -> None:
        """All at once: they stand on it in the order in which they were sent."""
        lead, choice = self.user(staff.LEAD), Choice(Decision.Verdict.WAITLISTED)
        theirs = [self.application(character) for character in characters]
        plan = applications.plan_decisions(theirs, choice=choice, by=lead)
        applications.decide_many(theirs, choice=choice, digest=plan.digest, by=lead)

    def put_back_on_list(self, character: Character) -> None:
        applications.put_back_on_list(self.application(character), by=self.user(staff.LEAD))

    def enrol(self, character: Character) -> None:
        cohorts.enrol(self.application(character), by=self.user(staff.LEAD))
