"""Whatever is clicked at once, no intake gives more places than it has: real connections on real PostgreSQL.

Each race has an intake of its own with a place or two, and people in every state in which somebody may want or give
up one. Everybody acts at the same moment; what the rows say afterwards must add up.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from random import Random
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.db.models import F

from applications.actions import (
    answer_offer,
    decide,
    give_funding_back,
    make_offers,
    put_back_on_list,
    withdraw_application,
)
from applications.actions.bulk import Choice, decide_many, plan_decisions
from applications.models import Application, Decision, FormVersion, Offer
from applications.queries.places import places_of, waiting_list
from applications.rules.places import served_next
from applications.states import HOLDING, ApplicationState, OfferState
from cohorts.actions import enrol
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from tests.factories import a_form, a_person, a_version, an_intake

pytestmark = pytest.mark.django_db(transaction=True)

RACES = 1000 if os.environ.get("LONG") == "1" else 200
RUNNERS = 4
SEED = 20261122

S = ApplicationState
# Who takes part in a race: six who want a place or have one.
CAST = (S.SUBMITTED, S.SUBMITTED, S.WAITLISTED, S.WAITLISTED, S.OFFERED, S.ACCEPTED)
CAPACITY = 3

references = count(1)
Deed = Callable[[], object]


@dataclass
class Scene:
    """One race: its intake, and its people by their state at the start."""

    intake: Intake
    people: dict[ApplicationState, list[Application]] = field(default_factory=dict)
    offer: Offer | None = None


@pytest.fixture
def version() -> ProgrammeVersion:
    return a_version()


@pytest.fixture
def form(version: ProgrammeVersion) -> FormVersion:
    return a_form(version.programme, needs_endorsement=False)


@pytest.fixture
def users() -> list[User]:
    return [a_person() for _ in CAST]


@contextmanager
def runners() -> Iterator[Callable[[list[Deed]], list[str]]]:
    """Threads with a connection each, kept for every race: given deeds, they do them at once and say how each went."""

    def run(barrier: Barrier, deed: Deed) -> str:
        barrier.wait(timeout=20)
        try:
            deed()
        except RuleViolation as refusal:
            return type(refusal).__name__
        return "done"

    def leave(barrier: Barrier) -> None:
        barrier.wait(timeout=20)
        connection.close()

    with ThreadPoolExecutor(RUNNERS) as pool:

        def at_once(deeds: list[Deed]) -> list[str]:
            barrier = Barrier(len(deeds))
            return [future.result(timeout=60) for future in [pool.submit(run, barrier, deed) for deed in deeds]]

        yield at_once
        barrier = Barrier(RUNNERS)
        for future in [pool.submit(leave, barrier) for _ in range(RUNNERS)]:
            future.result(timeout=60)


def a_scene(
    version: ProgrammeVersion, form: FormVersion, users: list[User], *, number: int, scholars: set[int]
) -> Scene:
    intake = an_intake(version, name=f"Race {number}", capacity=CAPACITY, funded_capacity=2)
    now = clock.now()
    applications = Application.objects.bulk_create(
        Application(
            person=user,
            intake=intake,
            form=form,
            state=state,
            reference=f"R{next(references):07}",
            submitted_at=now,
            waitlisted_at=now + timedelta(seconds=place) if state in {S.WAITLISTED, S.OFFERED} else None,
            decided_at=now if state == S.ACCEPTED else None,
            full_name=user.full_name,
            funding_route="scholarship" if place in scholars else "school",
            eligible_for_funding=place in scholars,
            funded_place=place in scholars if state in HOLDING else None,
        )
        for place, (user, state) in enumerate(zip(users, CAST, strict=True))
    )
    scene = Scene(intake)
    for application in applications:
        scene.people.setdefault(ApplicationState(application.state), []).append(application)
    offered = scene.people[S.OFFERED][0]
    scene.offer = Offer.objects.create(
        application=offered, is_funded=bool(offered.funded_place), made_at=now, expires_at=now + timedelta(days=7)
    )
    return scene


def change_capacity(intake: Intake, by: int) -> None:
    """As the administration's form does once its own check has passed: the database has the last word."""
    try:
        Intake.objects.filter(pk=intake.pk).update(capacity=F("capacity") + by)
    except IntegrityError as refusal:
        assert "no_more_places_than_there_are" in str(refusal)  # noqa: PT017  # any other fails the race


def decide_all(applications: list[Application]) -> None:
    """Look at what would happen to them, and then have it done."""
    choice = Choice(Decision.Verdict.ACCEPTED)
    decide_many(
        applications, choice=choice, digest=plan_decisions(applications, choice=choice, by=None).digest, by=None
    )


def everything_that_may_happen(scene: Scene) -> list[Deed]:
    offered, accepted = scene.people[S.OFFERED][0], scene.people[S.ACCEPTED][0]
    assert scene.offer is not None
    return [
        *(
            partial(decide, one, verdict=Decision.Verdict.ACCEPTED, funded=bool(one.eligible_for_funding), by=None)
            for one in scene.people[S.SUBMITTED]
        ),
        partial(decide_all, scene.people[S.SUBMITTED]),
        partial(decide, scene.people[S.SUBMITTED][0], verdict=Decision.Verdict.WAITLISTED, by=None),
        partial(decide, scene.people[S.WAITLISTED][0], verdict=Decision.Verdict.DECLINED, reason="Full.", by=None),
        partial(answer_offer, scene.offer, accept=True, by=offered.person),
        partial(answer_offer, scene.offer, accept=False, by=offered.person),
        partial(withdraw_application, offered, by=None),
        partial(withdraw_application, accepted, by=accepted.person),
        partial(make_offers, clock.now()),
        partial(make_offers, clock.now()),
        partial(change_capacity, scene.intake, 1),
        partial(change_capacity, scene.intake, -1),
    ]


def check_sums(intake: Intake) -> None:
    intake.refresh_from_db()
    held = Application.objects.filter(intake=intake, state__in=HOLDING)
    assert intake.places_taken == held.count() <= intake.capacity
    assert intake.funded_capacity is not None
    assert intake.funded_places_taken == held.filter(funded_place=True).count() <= intake.funded_capacity
    open_offers = Offer.objects.filter(application__intake=intake, state=OfferState.OPEN)
    offered = Application.objects.filter(intake=intake, state=S.OFFERED)
    assert sorted(open_offers.values_list("application", flat=True)) == sorted(offered.values_list("pk", flat=True))


def test_places_are_never_exceeded_whatever_happens_at_once(
    version: ProgrammeVersion, form: FormVersion, users: list[User]
) -> None:
    random, went = Random(SEED), Counter[str]()  # noqa: S311  # the same races every time
    with runners() as at_once:
        for number in range(RACES):
            scene = a_scene(version, form, users, number=number, scholars=set(random.sample(range(6), 3)))
            went.update(at_once(random.sample(everything_that_may_happen(scene), RUNNERS)))
            check_sums(scene.intake)
            make_offers(clock.now())
            check_sums(scene.intake)
            # And no place stays empty for which somebody waits.
            assert list(served_next(waiting_list(scene.intake), places_of(scene.intake))) == []
    assert went["IntakeFull"] > RACES / 20, went
    assert went["done"] > RACES, went


def test_of_many_accepted_at_once_for_the_last_place_one_is(
    version: ProgrammeVersion, form: FormVersion, users: list[User]
) -> None:
    with runners() as at_once:
        for number in range(RACES // 10):
            intake = an_intake(version, name=f"Last place {number}", capacity=1, funded_capacity=1)
            applications = [
                Application.objects.create(
                    person=user, intake=intake, form=form, state=S.SUBMITTED, submitted_at=clock.now(),
                    reference=f"R{next(references):07}",
                )
                for user in users[:RUNNERS]
            ]  # fmt: skip
            verdict = Decision.Verdict.ACCEPTED
            went = at_once([partial(decide, one, verdict=verdict, by=None) for one in applications])
            assert sorted(went) == [*["IntakeFull"] * (RUNNERS - 1), "done"]
            check_sums(intake)
            assert Message.objects.filter(about_id__in=[one.pk for one in applications]).count() == 1


def test_of_many_who_want_the_last_funded_place_back_at_once_one_gets_it(
    version: ProgrammeVersion, form: FormVersion, users: list[User]
) -> None:
    """While the sweep would offer it to somebody who waits, too."""
    with runners() as at_once:
        for number in range(RACES // 10):
            intake = an_intake(version, name=f"Funded {number}", capacity=RUNNERS, funded_capacity=1)
            about = {"form": form, "intake": intake, "funding_route": "scholarship", "eligible_for_funding": True}
            taken = [
                Application.objects.create(
                    person=user, state=S.ACCEPTED, submitted_at=clock.now(), decided_at=clock.now(),
                    reference=f"R{next(references):07}", funded_place=False, funding_taken_at=clock.now(), **about,
                )
                for user in users[: RUNNERS - 1]
            ]  # fmt: skip
            waits = Application.objects.create(
                person=users[-1], state=S.WAITLISTED, submitted_at=clock.now(), waitlisted_at=clock.now(),
                reference=f"R{next(references):07}", **about,
            )  # fmt: skip
            back = [partial(give_funding_back, one, reason="By mistake.", by=None) for one in taken]
            went = at_once([*back, partial(make_offers, clock.now())])
            waits.refresh_from_db()
            given = went[:-1].count("done")
            assert went[:-1].count("FundedPlaceGivenOn") == len(back) - given
            assert given + bool(waits.funded_place) == 1
            check_sums(intake)
            letters = Message.objects.filter(kind="funding-given-back", about_id__in=[one.pk for one in taken])
            assert letters.count() == given


def test_sweeps_at_once_offer_each_place_once(version: ProgrammeVersion, form: FormVersion, users: list[User]) -> None:
    with runners() as at_once:
        for number in range(RACES // 10):
            scene = a_scene(version, form, users, number=number, scholars=set())
            went = at_once([partial(make_offers, clock.now())] * RUNNERS)
            assert went == ["done"] * RUNNERS
            check_sums(scene.intake)
            first, second = scene.people[S.WAITLISTED]
            assert [Offer.objects.filter(application=one).count() for one in (first, second)] == [1, 0]
            assert Message.objects.filter(kind="place-offered", about_id=first.pk).count() == 1


def test_an_offer_answered_and_run_out_at_once_ends_once(
    version: ProgrammeVersion, form: FormVersion, users: list[User]
) -> None:
    with runners() as at_once:
        for number in range(RACES // 10):
            scene = a_scene(version, form, users, number=number, scholars={4})
            offered = scene.people[S.OFFERED][0]
            assert scene.offer is not None
            at_once(
                [
                    partial(answer_offer, scene.offer, accept=True, by=offered.person),
                    partial(answer_offer, scene.offer, accept=False, by=offered.person),
                    partial(make_offers, scene.offer.expires_at),
                    partial(put_back_on_list, offered, by=None),
                ]
            )
            check_sums(scene.intake)
            letters = Message.objects.filter(
                about_id=offered.pk, kind__in=["application-accepted", "application-withdrawn", "offer-lapsed"]
            )
            assert letters.count() == 1


def test_whoever_is_enrolled_and_withdrawn_at_once_is_one_of_both(
    version: ProgrammeVersion, form: FormVersion, users: list[User]
) -> None:
    with runners() as at_once:
        for number in range(RACES // 10):
            scene = a_scene(version, form, users, number=number, scholars=set())
            accepted = scene.people[S.ACCEPTED][0]
            went = at_once([partial(withdraw_application, accepted, by=None), partial(enrol, accepted, by=None)])
            assert went in (["done", "NotAccepted"], ["AlreadyEnrolled", "done"])
            accepted.refresh_from_db()
            assert (accepted.state, accepted.is_enrolled) == (
                (S.WITHDRAWN, False) if went[0] == "done" else (S.ACCEPTED, True)
            )
            check_sums(scene.intake)
