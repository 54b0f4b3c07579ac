"""The one statement of engagement says what a plain reading of the same rows says, and stands where the rule puts it.

Worlds are written at random, row by row and not by the actions, so that they hold what no action would make too.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from cohorts.kinds import CatchUpWay
from cohorts.models import (
    AttendanceMark,
    CatchUp,
    Cohort,
    Enrolment,
    GuestPlace,
    LedgerEntry,
    Membership,
    PersonalItem,
    Seminar,
)
from cohorts.queries.engagement import figures_for, item_lines, standings_of
from cohorts.rules.dates import catch_up_until, course_dates, end_of, first_moment
from cohorts.rules.forecast import Component, ItemState, Policy, PolicyItem, forecast
from cohorts.rules.policy import PolicyRule, shown
from cohorts.states import CatchUpState, EnrolmentState, SeminarState
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, CountedStatus, ItemKind, Unit
from npqh_portal.programmes.models import EngagementPolicy, Item, PolicyComponent, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW
from tests.factories import a_cohort, a_group, a_person, a_seminar, a_version, an_item, published

pytestmark = pytest.mark.django_db

WORLDS = 400 if os.environ.get("LONG") == "1" else 12
PEOPLE = 6

KINDS = [ItemKind.SEMINAR, ItemKind.SEMINAR, ItemKind.WEBINAR, ItemKind.MODULE, ItemKind.REFLECTION, ItemKind.RESEARCH]
STATES = {
    "to_come": ItemState.UPCOMING,
    "pending": ItemState.PENDING,
    "recoverable": ItemState.RECOVERABLE,
    "lost": ItemState.LOST,
}


@dataclass
class Rows:
    """Two cohorts with two groups each, sessions of the items before and after now, and six people among them."""

    random: Random
    version: ProgrammeVersion = field(init=False)
    policy: EngagementPolicy = field(init=False)
    former: EngagementPolicy = field(init=False)
    items: list[Item] = field(init=False)
    seminars: list[Seminar] = field(default_factory=list)
    people: list[Enrolment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.version = a_version(state=VersionState.DRAFT, policy=False)
        self.items = [
            an_item(self.version, minutes=self.random.choice([30, 60, 120]), kind=kind)
            for kind in self.random.choices(KINDS, k=9)
        ]
        self.former, self.policy = self.a_policy(1), self.a_policy(2)
        published(self.version)
        began = (NOW - timedelta(days=self.random.choice([100, 500, 600]))).date()
        cohorts = [a_cohort(self.version, starts_on=began, windows=False) for _ in range(2)]
        groups = [a_group(cohort) for cohort in cohorts for _ in range(2)]
        leader = a_person()
        for item in self.items:
            if item.kind in KINDS_WITH_REGISTER:
                for cohort, group in [(cohorts[0], None), *((group.cohort, group) for group in groups)]:
                    if self.random.random() < 0.5:
                        self.seminars.append(self.a_sitting(item, cohort, group, leader))
        for number in range(PEOPLE):
            self.people.append(self.somebody(groups, number))

    def a_policy(self, number: int) -> EngagementPolicy:
        policy = EngagementPolicy.objects.create(
            version=self.version,
            number=number,
            rule=self.random.choice(list(PolicyRule)).value,
            threshold_percent=self.random.choice([50, 90, 100]),
            catch_up_days=self.random.choice([0, 14, 42]),
            catch_up_kinds=self.random.choice([["seminar"], ["seminar", "webinar", "conference", "drop_in"], []]),
            counted_statuses=["present", "partly", *self.random.choice([["caught_up"], ["caught_up"], []])],
            adopted_at=NOW,
        )
        shapes = self.random.choice(
            [
                [("all", ["seminar", "webinar", "module", "reflection", "research"])],
                [("sessions", ["seminar", "webinar"]), ("study", ["module", "reflection"])],
                [("seminars", ["seminar"]), ("webinars", ["webinar"]), ("rest", ["module", "research"])],
            ]
        )
        for number, (code, kinds) in enumerate(shapes, start=1):
            PolicyComponent.objects.create(
                policy=policy, code=code, name=code, number=number, kinds=kinds,
                weight=self.random.choice([1, 20, 50]), unit=self.random.choice(list(Unit)),
                threshold_percent=self.random.choice([None, 60, 90]),
            )  # fmt: skip
        return policy

    def a_sitting(self, item: Item, cohort: Cohort, group: Any, leader: Any) -> Seminar:
        return a_seminar(
            cohort,
            item,
            group,
            facilitator=leader,
            starts_at=NOW + timedelta(days=self.random.randint(-90, 60), hours=self.random.randint(0, 12)),
            state=self.random.choice([SeminarState.SCHEDULED] * 5 + [SeminarState.CANCELLED, SeminarState.PLANNED]),
            mode="online",
        )

    def somebody(self, groups: list[Any], number: int) -> Enrolment:
        state = self.random.choice([EnrolmentState.ACTIVE] * 5 + [EnrolmentState.DEFERRED, EnrolmentState.WITHDRAWN])
        one = Enrolment.objects.create(person=a_person(), version=self.version, state=state)
        PersonalItem.objects.bulk_create(
            PersonalItem(
                enrolment=one,
                item=item,
                expectation=self.random.choice(["expected"] * 6 + ["exempt", "cancelled"]),
            )
            for item in self.items
            if number and self.random.random() < 0.9
        )
        self.stays(one, groups)
        for seminar in self.seminars:
            if self.random.random() < 0.35:
                self.attended(one, seminar)
            if self.random.random() < 0.12:
                instead = self.random.choice([None, *self.seminars])
                GuestPlace.objects.get_or_create(
                    enrolment=one, seminar=seminar, ended_at=self.random.choice([None, None, NOW]),
                    defaults={"instead_of": instead if instead and not self.is_sent(one, instead) else None},
                )  # fmt: skip
        for item in self.items:
            self.credited(one, item)
        return one

    def credited(self, one: Enrolment, item: Item) -> None:
        """Now and then, by hand or not, and never less than nothing."""
        held = 0
        for at in sorted(self.moment() for _ in range(self.random.choice([0, 0, 1, 1, 2, 3]))):
            change = self.random.choice([1, 1, 15, 30, 60, 120, -1, -15, -60])
            if held + change >= 0:
                held += change
                LedgerEntry.objects.create(
                    enrolment=one, item=item, policy=self.random.choice([self.former, self.policy]), change=change,
                    source=self.random.choice(list(LedgerEntry.Source)), recorded_at=at,
                )  # fmt: skip

    def is_sent(self, one: Enrolment, seminar: Seminar) -> bool:
        return GuestPlace.objects.filter(enrolment=one, instead_of=seminar, ended_at=None).exists()

    def stays(self, one: Enrolment, groups: list[Any]) -> None:
        """None, one, or one after another; the last may have ended."""
        from_on = self.random.choice(groups).cohort.starts_on
        for left in range(self.random.choice([0, 1, 1, 1, 2]), 0, -1):
            group = self.random.choice(groups)
            to_on = None if left == 1 and self.random.random() < 0.8 else from_on + timedelta(days=45)
            Membership.objects.create(
                enrolment=one, cohort=group.cohort, group=self.random.choice([group, group, group, None]),
                from_on=from_on, to_on=to_on,
            )  # fmt: skip
            from_on = from_on + timedelta(days=45)

    def attended(self, one: Enrolment, seminar: Seminar) -> None:
        AttendanceMark.objects.create(
            enrolment=one, seminar=seminar, status="absent", minutes=0, recorded_at=self.moment()
        )
        if self.random.random() < 0.4:
            state = self.random.choice([CatchUpState.SENT, CatchUpState.RETURNED, CatchUpState.REFUSED])
            CatchUp.objects.create(
                enrolment=one, seminar=seminar, way=CatchUpWay.READING, words="What I took from it", state=state,
                send_by=(NOW + timedelta(days=self.random.randint(-20, 20))).date(), sent_at=NOW - timedelta(days=30),
                decided_at=None if state == CatchUpState.SENT else NOW - timedelta(days=20),
            )  # fmt: skip

    def moment(self) -> datetime:
        return NOW + timedelta(days=self.random.randint(-60, 20))


# --- a plain reading of the rows -----------------------------------------------------------------


def as_read(rows: Rows, one: Enrolment, at: datetime) -> dict[int, tuple[int, int, int, str]]:
    """Of every expected item that counts: its worth, what is credited, what is gone, and what became of the rest."""
    units, former_units = units_of(rows.policy), units_of(rows.former)
    found = {}
    for line in one.personal_items.select_related("item"):
        if line.expectation == "expected" and line.item.kind in units:
            worth = 1 if units[line.item.kind] == Unit.UNITS else line.item.minutes
            entries = one.ledger.filter(item=line.item, recorded_at__lte=at)
            credited = min(worth, sum(entry.change for entry in entries))
            by_hand = 0
            for policy, its_units in ((rows.policy, units), (rows.former, former_units)):
                if line.item.kind in its_units:
                    entered = entries.filter(policy=policy, source__in=["adjustment", "carried"])
                    full = 1 if its_units[line.item.kind] == Unit.UNITS else line.item.minutes
                    by_hand += sum(entry.change for entry in entered) * worth // full
            gone = min(max(0, -by_hand), worth - credited)
            found[line.item_id] = (worth, credited, gone, fate(rows.policy, one, line.item, at))
    return found


def units_of(policy: EngagementPolicy) -> dict[str, str]:
    return {kind: part.unit for part in policy.components.all() for kind in part.kinds}


def fate(policy: EngagementPolicy, one: Enrolment, item: Item, at: datetime) -> str:
    stay = one.memberships.order_by("pk").last()
    theirs = their_sittings(one, item, stay)
    marked = {
        mark.seminar
        for mark in one.attendance_marks.filter(seminar__item=item, recorded_at__lte=at).select_related("seminar")
    }
    if item.kind not in KINDS_WITH_REGISTER or not (theirs or marked):
        is_over = stay is not None and at >= over_at(stay) and one.state != EnrolmentState.DEFERRED
        return "lost" if is_over else "to_come"
    joined_at = first_moment(stay.from_on) if stay else None
    if any(was_there and seminar not in marked for seminar, was_there in theirs.items()):
        return "to_come"
    if CountedStatus.CAUGHT_UP not in policy.counted_statuses:
        return "lost"
    catch_ups = one.catch_ups.filter(seminar__item=item)
    if any(catch_up.state == CatchUpState.SENT for catch_up in catch_ups):
        return "pending"
    if any(catch_up.state == CatchUpState.RETURNED and at < end_of(catch_up.send_by) for catch_up in catch_ups):
        return "recoverable"
    if item.kind not in policy.catch_up_kinds:
        return "lost"
    missed_at = max((seminar.ends_at for seminar in marked), default=joined_at)
    assert missed_at is not None  # nobody without a stay has a session that is not marked
    return "recoverable" if at < end_of(catch_up_until(missed_at, policy.catch_up_days)) else "lost"


def their_sittings(one: Enrolment, item: Item, stay: Membership | None) -> dict[Seminar, bool]:
    """Those held or to be held for them, and whether they were in the group by then."""
    if stay is None:
        return {}
    guest_places = one.guest_places.filter(ended_at=None)
    elsewhere = {place.instead_of_id for place in guest_places}
    scheduled = item.seminars.filter(state=SeminarState.SCHEDULED)
    found = {}
    if stay.to_on is None:
        for seminar in scheduled.filter(cohort=stay.cohort):
            is_of_group = seminar.group_id == stay.group_id and seminar.pk not in elsewhere
            if seminar.group_id is None or is_of_group:
                found[seminar] = seminar.ends_at > first_moment(stay.from_on)
    for seminar in scheduled.filter(guests__in=guest_places):
        if seminar.starts_at < over_at(stay):
            found[seminar] = True
    return found


def over_at(stay: Membership) -> datetime:
    version = stay.cohort.version
    dates = course_dates(stay.cohort.starts_on, delivery_months=version.delivery_months, assessment_months=0)
    return end_of(dates.delivery_ends_on)


# --- the two beside each other -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(WORLDS))
def test_the_statement_the_plain_reading_and_the_rule_agree(seed: int, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    rows = Rows(Random(seed))  # noqa: S311  # a world, not a secret
    at = datetime(2026, 3, 18, rows.random.randint(0, 23), tzinfo=UTC) + timedelta(days=rows.random.randint(-40, 60))
    figures = figures_for([one.pk for one in rows.people], at)
    standings = standings_of([one.pk for one in rows.people], at)
    parts = list(rows.policy.components.all())
    policy = Policy(
        PolicyRule(rows.policy.rule),
        rows.policy.threshold_percent,
        tuple(Component(part.code, part.weight, part.threshold_percent) for part in parts),
    )
    component = {kind: part.code for part in parts for kind in part.kinds}
    kinds = {item.pk: item.kind for item in rows.items}
    for one in rows.people:
        read = as_read(rows, one, at)
        lines = item_lines(one, at)
        assert {pk: (line.worth, line.credited) for pk, line in lines.items()} == {
            pk: (worth, credited) for pk, (worth, credited, _, _) in read.items()
        }
        rest = {
            pk: {
                name: (worth - credited - gone if name == became else 0) + (gone if name == "lost" else 0)
                for name in STATES
            }
            for pk, (worth, credited, gone, became) in read.items()
        }
        for pk, of_item in rest.items():
            assert of_item == {name: getattr(lines[pk], name) for name in STATES}
        for part, sums in zip(parts, figures[one.pk], strict=True):
            of_part = [pk for pk in read if component[kinds[pk]] == part.code]
            assert sums.total == sum(read[pk][0] for pk in of_part)
            assert sums.credited == sum(read[pk][1] for pk in of_part)
            for name in STATES:
                assert getattr(sums, name) == sum(rest[pk][name] for pk in of_part)
        listed = [
            PolicyItem(pk, component[kinds[pk]], worth, credited, STATES[became], gone)
            for pk, (worth, credited, gone, became) in read.items()
        ]
        answer, standing = forecast(policy, listed), standings[one.pk]
        assert standing.state == answer.standing
        assert shown(standing.tenths) == answer.shown_percent
        assert shown(standing.reachable_tenths) == answer.highest_reachable_shown
        assert standing.has_list == one.personal_items.exists()
