"""The queue of ten thousand applications, and a decision on two hundred of them."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.urls import reverse

from applications.actions import decide_many, plan_decisions
from applications.actions.bulk import Choice
from applications.models import Application, Decision, Endorsement, FormVersion, Review
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from tests import factories as make
from tests.bench.browsing import PORTAL, USUAL_MIDDLEWARE, limit_handler, visit
from tests.bench.limits.deciding import make_tables, write
from tests.bench.limits.pages import make_list
from tests.bench.measuring import Contest, Work

IN_THE_QUEUE = 10_000
INTAKES = 20
AT_ONCE = 200


def contests() -> Iterator[Contest]:
    make_list()
    make_tables()
    lead, reviewer = make.a_person(Role.PROGRAMME_LEAD), make.a_person(Role.REVIEWER)
    version = make.a_version()
    intakes = [
        make.an_intake(version, name=f"Intake {number}", capacity=IN_THE_QUEUE // INTAKES) for number in range(INTAKES)
    ]
    for intake in intakes:
        apply(intake, IN_THE_QUEUE // INTAKES, reviewer)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE applications_application, applications_review, applications_endorsement, people_user")
    list_page = Work(visit(limit_handler(USUAL_MIDDLEWARE), "/list/", lead))
    queue = reverse("admin:applications_application_changelist")
    for what, query in (
        ("queue of 10,000, one intake's", {"state__exact": "submitted", "intake__id__exact": intakes[7].pk}),
        ("the same, filtered and searched", {"state__exact": "submitted", "assigned": "nobody", "q": "marlowick 77"}),
    ):
        yield Contest(
            goal=19,
            what=what,
            limit=list_page,
            portal=Work(visit(PORTAL, f"{queue}?{urlencode(query)}", lead)),
            at_most=1.5,
            statements_most=8,
        )
    deciding = Deciding(version, lead, reviewer)
    yield Contest(
        goal=20,
        what=f"a decision on {AT_ONCE}, with its preview",
        limit=Work(lambda: write(AT_ONCE)),
        portal=Work(deciding.decide, before=deciding.prepare),
        seconds_most=2,
        writes=True,
    )


class Deciding:
    """Two hundred applications at a time that wait for a decision, each time others."""

    def __init__(self, version: ProgrammeVersion, lead: User, reviewer: User) -> None:
        self.version, self.lead, self.reviewer = version, lead, reviewer
        self.number = 0
        self.applications: list[Application] = []

    def prepare(self) -> None:
        self.number += 1
        intake = make.an_intake(self.version, name=f"Decided {self.number}", capacity=AT_ONCE)
        self.applications = apply(intake, AT_ONCE, self.reviewer)

    def decide(self) -> list[Decision]:
        choice = Choice(Decision.Verdict.ACCEPTED)
        plan = plan_decisions(self.applications, choice=choice, by=self.lead)
        return decide_many(self.applications, choice=choice, digest=plan.digest, by=self.lead)


def apply(intake: Intake, number: int, reviewer: User) -> list[Application]:
    """So many people's, sent one an hour, each endorsed; every second one reviewed."""
    now, no_password = clock.now(), make_password(None)
    form: FormVersion = make.a_form(intake.version.programme)
    people = User.objects.bulk_create(
        User(email=f"walker{intake.pk}.{n}@school.example", full_name=f"Walker {n} Tarn{intake.pk}",
             password=no_password)
        for n in range(number)
    )  # fmt: skip
    applications = Application.objects.bulk_create(
        Application(
            person=person,
            intake=intake,
            form=form,
            state=ApplicationState.SUBMITTED,
            reference=f"{intake.pk}-{n}",
            submitted_at=now - timedelta(hours=n),
            full_name=person.full_name,
            trn=f"{1_000_000 + intake.pk * 10_000 + n}",
            school_name=f"Marlowick {n} School",
            school_urn=f"{100_000 + n}",
            funding_route="school",
            eligible_for_funding=False,
        )
        for n, person in enumerate(people)
    )
    Endorsement.objects.bulk_create(
        Endorsement(application=one, state="agreed", role="headteacher", name="Orla Thwaite",
                    email="head@school.example", shown={}, shown_sha256="", answered_at=now, signed_as="Orla",
                    expires_at=now)
        for one in applications
    )  # fmt: skip
    Review.objects.bulk_create(
        Review(application=one, reviewer=reviewer, recommendation="accept") for one in applications[::2]
    )
    return applications
