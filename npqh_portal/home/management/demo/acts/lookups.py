"""Who and what the entries of the diary are about."""

from applications.models import Application
from assessments.models import Submission
from cohorts.models import Cohort, Enrolment
from npqh_portal.home.management.demo.cast import Character
from npqh_portal.people.models import Organisation, User
from npqh_portal.programmes.models import AssessmentTask, Intake

from .runs import Run


class Lookups:
    def __init__(self) -> None:
        self._users: dict[str, User] = {}

    def user(self, email: str) -> User:
        """Read once for all they do: actions lock, and read again, whatever they rest on."""
        if email not in self._users:
            self._users[email] = User.objects.get(email=email)
        return self._users[email]

    def application(self, character: Character) -> Application:
        return Application.objects.get(person__email=character.email)

    def enrolment(self, character: Character) -> Enrolment:
        return Enrolment.objects.select_related("person").get(person__email=character.email)

    def submission(self, character: Character, task: AssessmentTask) -> Submission:
        return Submission.objects.filter(enrolment__person__email=character.email, task=task).latest("attempt")

    def intake(self, run: Run) -> Intake:
        return Intake.objects.get(version=run.version, name=run.name)

    def cohort(self, run: Run) -> Cohort:
        return Cohort.objects.get(name=run.name)

    def organisations(self, run: Run) -> dict[str, Organisation | None]:
        partner = Organisation.objects.get(kind=Organisation.Kind.DELIVERY_PARTNER) if run.of_partner else None
        return {"provider": Organisation.objects.get(kind=Organisation.Kind.PROVIDER), "delivery_partner": partner}
