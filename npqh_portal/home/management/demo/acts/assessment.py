"""Scripts, from sending to the certificate."""

from assessments import actions as assessments
from assessments.models import Certificate, Outcome, Verdict
from assessments.states import CertificateState
from npqh_portal.home.management.demo import words
from npqh_portal.home.management.demo.cast import Character, staff
from npqh_portal.home.management.demo.files import pdf_file, word_file
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import AssessedBy
from npqh_portal.programmes.models import AssessmentTask

from .lookups import Lookups


class Assessment(Lookups):
    def send_work(self, character: Character, task: AssessmentTask, number: int) -> None:
        enrolment = self.enrolment(character)
        file = pdf_file if number % 4 == 0 else word_file
        upload = file(f"{task.code.replace('-', ' ').capitalize()} {character.name}")
        assessments.submit_assessment(enrolment, task=task, upload=upload, own_work=True, by=enrolment.person)

    def allocate(self, character: Character, task: AssessmentTask, number: int) -> None:
        assessments.allocate(
            self.submission(character, task),
            marker=self.marker(character, task, number),
            moderator=self.user(staff.EXTERNAL_MODERATOR if is_external(task) else staff.MODERATOR),
            by=self.user(staff.LEAD),
        )

    def mark(self, character: Character, task: AssessmentTask, verdict: Verdict, number: int) -> None:
        assessments.record_mark(
            self.submission(character, task),
            verdict=verdict,
            feedback=words.one_of(words.FEEDBACK[verdict], f"{character.name}, {task.code}"),
            by=self.marker(character, task, number),
        )

    def moderate(self, character: Character, task: AssessmentTask, verdict: Verdict) -> None:
        assessments.moderate(
            self.submission(character, task),
            verdict=verdict,
            feedback=words.one_of(words.FEEDBACK[verdict], f"{character.name}, {task.code} again"),
            by=self.user(staff.EXTERNAL_MODERATOR if is_external(task) else staff.MODERATOR),
        )

    def confirm(self, character: Character, task: AssessmentTask) -> None:
        assessments.confirm_outcome(self.submission(character, task), by=self.user(staff.LEAD))

    def release(self, character: Character, task: AssessmentTask) -> None:
        outcome = Outcome.objects.get(submission=self.submission(character, task))
        assessments.release_outcome(outcome, by=self.user(staff.LEAD))

    def draw_certificates(self) -> None:
        assessments.render_due_certificates()

    def revoke(self, character: Character) -> None:
        certificate = Certificate.objects.get(enrolment=self.enrolment(character), state=CertificateState.READY)
        assessments.revoke_certificate(
            certificate, reason="The script was found not to be their own work.", by=self.user(staff.LEAD)
        )

    def marker(self, character: Character, task: AssessmentTask, number: int) -> User:
        pair = (
            (staff.EXTERNAL_ASSESSOR, staff.SECOND_EXTERNAL) if is_external(task) else (staff.MARGUERITE, staff.ELIAS)
        )
        return self.user(character.marker or pair[number % 2])


def is_external(task: AssessmentTask) -> bool:
    return task.version.assessed_by == AssessedBy.EXTERNAL
