"""Whatever is done to a timetable, those are told whom it concerns, and nobody else.

Random edits, at once and by way of the draft, against a model that knows nothing of the code: dictionaries of who is
where, and what of a session differs before and after.
"""

import os
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts import actions
from cohorts.models import Enrolment, GuestPlace, Membership, PendingChange, Seminar
from cohorts.queries.drafts import arrangement_of
from cohorts.states import EnrolmentState
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW
from tests.factories import a_cohort, a_group, a_person, a_venue, a_version, an_enrolment, an_item, published

EXAMPLES = 1000 if os.environ.get("LONG") == "1" else 50

# What a session is, to the model: these belong together, and are compared one by one.
Facts = dict[str, Any]  # when, place (mode and venue), link, facilitator
HOURS = (9, 10, 12, 14)


@dataclass
class Model:
    """Who is in which group, and every session as people know it and as the draft has it."""

    group_of: dict[int, int | None] = field(default_factory=dict)  # enrolment: group; None: not taking part
    known: dict[int, Facts | None] = field(default_factory=dict)  # None: planned, or cancelled
    draft: dict[int, Facts | None] = field(default_factory=dict)  # what planned ones are, and what others would be
    groups: dict[int, int | None] = field(default_factory=dict)  # session: group; None: the whole cohort
    items: dict[int, int] = field(default_factory=dict)  # session: item
    cancelled: set[int] = field(default_factory=set)
    guests: dict[int, tuple[int, int]] = field(default_factory=dict)  # enrolment: there, instead of there

    def expected(self, session: int) -> set[int]:
        at_home = {
            one
            for one, group in self.group_of.items()
            if group is not None and self.groups[session] in {None, group} and not self._is_away(one, session)
        }
        return at_home | {one for one, (there, _) in self.guests.items() if there == session and self.group_of[one]}

    def comes(self, session: int) -> None:
        """Whoever is a guest elsewhere because their own group's was cancelled does not go to another one instead."""
        for one, (there, instead_of) in self.guests.items():
            theirs = self.group_of[one] is not None and self.groups[session] in {None, self.group_of[one]}
            same = self.items[there] == self.items[session]
            if theirs and same and instead_of in self.cancelled and self.known[there]:
                self.guests[one] = (there, session)

    def goes(self, session: int) -> None:
        """Its guests are back with their own group."""
        self.cancelled.add(session)
        self.guests = {one: (there, own) for one, (there, own) in self.guests.items() if there != session}

    def _is_away(self, enrolment: int, session: int) -> bool:
        there, instead_of = self.guests.get(enrolment, (0, 0))
        return instead_of == session and there not in self.cancelled


def tidied(facts: Facts) -> Facts:
    mode, venue = facts["place"]
    return facts | {
        "place": (mode, None if mode == "online" else venue),
        "link": "" if mode == "face_to_face" else facts["link"],
    }


@dataclass
class Stage:
    """The rows that the random edits play with."""

    cohort: Any
    groups: list[Any]
    items: list[Any]
    venues: list[Any]
    leaders: list[User | None]
    model: Model
    person_of: dict[int, int]

    # --- what the model says of an edit -----------------------------------------------------------

    def told(self, session: int, before: Facts | None, after: Facts | None, found: dict[int, set[int]]) -> None:
        if before == after or max(one["when"][1] for one in (before, after) if one) <= NOW:
            return
        people = {self.person_of[one] for one in self.model.expected(session)}
        people |= {one["facilitator"] for one in (before, after) if one} - {None}
        for person in people:
            found[person].add(session)

    # --- edits: each does it, and says in the model what it did -----------------------------------

    def schedule(self, a: int, b: int, c: int, at_once: bool) -> dict[int, set[int]]:
        group = [*self.groups, None][a % 3]
        facts = self.facts(b, c)
        seminar = actions.schedule_seminar(
            self.cohort, item=self.items[b % len(self.items)], group=group, told=at_once, by=None, **self.as_rows(facts)
        )
        found: dict[int, set[int]] = defaultdict(set)
        self.model.groups[seminar.pk] = group.pk if group else None
        self.model.items[seminar.pk] = seminar.item_id
        self.model.known[seminar.pk] = facts if at_once else None
        if at_once:
            self.model.comes(seminar.pk)
            self.told(seminar.pk, None, facts, found)
        else:
            self.model.draft[seminar.pk] = facts
        return found

    def change(self, what: str, a: int, b: int, c: int, at_once: bool) -> dict[int, set[int]]:
        """Move, switch, another link or another facilitator."""
        session = self.session(a)
        fresh = self.facts(b, c)
        changed = {
            "move": {"when": fresh["when"]},
            "switch": {"place": fresh["place"], "link": fresh["link"]},
            "link": {"link": fresh["link"]},
            "replace": {"facilitator": fresh["facilitator"]},
        }[what]
        known, seminar = self.model.known[session], Seminar.objects.get(pk=session)
        if known is not None and not at_once:
            base = self.model.draft.get(session) or known
            after = tidied(base | changed)
            pending = PendingChange.objects.filter(seminar=session, is_cancelled=False).first()
            actions.plan_change(seminar, to=self.arranged(arrangement_of(pending or seminar), changed), by=None)
            self.model.draft.pop(session, None)
            if after != known:
                self.model.draft[session] = after
            return {}
        act: Callable[..., Any] = getattr(actions, _ACTS[what])
        rows = self.as_rows(fresh)
        act(seminar, **{name: rows[name] for name in _NAMES[what]}, by=None)
        if known is None:
            self.model.draft[session] = tidied((self.model.draft[session] or {}) | changed)
            return {}
        after = tidied(known | changed)
        self.model.known[session] = after
        self.draft_follows(session, known, after)
        found: dict[int, set[int]] = defaultdict(set)
        self.told(session, known, after, found)
        return found

    def draft_follows(self, session: int, known: Facts, after: Facts) -> None:
        if self.model.draft.get(session) is None:
            return  # nothing in the draft, or a cancellation, which stays one
        draft = self.model.draft[session] or {}
        draft = tidied({name: after[name] if draft[name] == known[name] else draft[name] for name in draft})
        if draft == after:
            del self.model.draft[session]
        else:
            self.model.draft[session] = draft

    def cancel(self, a: int, b: int, c: int, at_once: bool) -> dict[int, set[int]]:
        session = self.session(a)
        seminar, known = Seminar.objects.get(pk=session), self.model.known[session]
        if not at_once and known is not None:
            actions.plan_cancellation(seminar, reason="Snow", by=None)
            self.model.draft[session] = None
            return {}
        actions.cancel_seminar(seminar, reason="Snow", by=None)
        found: dict[int, set[int]] = defaultdict(set)
        self.told(session, known, None, found)
        self.model.known[session] = None
        self.model.goes(session)
        self.model.draft.pop(session, None)
        return found

    def give_up(self, a: int, b: int, c: int, at_once: bool) -> dict[int, set[int]]:
        """Discard what is planned, or drop what the draft would change."""
        session = self.session(a)
        seminar = Seminar.objects.get(pk=session)
        if self.model.known[session] is None:
            actions.discard_seminar(seminar, by=None)
            del self.model.known[session], self.model.groups[session], self.model.items[session]
        else:
            actions.drop_change(seminar, by=None)
        self.model.draft.pop(session, None)
        return {}

    def publish(self, a: int, b: int, c: int, at_once: bool) -> dict[int, set[int]]:
        actions.publish_timetable(self.cohort, by=None)
        found: dict[int, set[int]] = defaultdict(set)
        for session in self.model.draft:
            if self.model.known[session] is None:
                self.model.comes(session)
        for session, after in self.model.draft.items():
            self.told(session, self.model.known[session], after, found)
        for session, after in self.model.draft.items():
            self.model.known[session] = after
            if after is None:
                self.model.goes(session)
        self.model.draft.clear()
        assert actions.publish_timetable(self.cohort, by=None) is None
        return found

    def regroup(self, a: int, b: int, c: int, at_once: bool) -> dict[int, set[int]]:
        """Somebody moves to another group, defers, or comes back."""
        enrolment = sorted(self.model.group_of)[a % len(self.model.group_of)]
        to = [*self.groups, None][b % 3]
        Membership.objects.filter(enrolment=enrolment, to_on=None).update(to_on=NOW.date())
        state = EnrolmentState.ACTIVE if to else EnrolmentState.DEFERRED
        Enrolment.objects.filter(pk=enrolment).update(state=state)
        if to:
            Membership.objects.create(enrolment_id=enrolment, cohort=self.cohort, group=to, from_on=NOW.date())
        self.model.group_of[enrolment] = to.pk if to else None
        return {}

    def visit(self, a: int, b: int, c: int, at_once: bool) -> dict[int, set[int]]:
        """Somebody goes to one session instead of another, or stays with their group again."""
        enrolment = sorted(self.model.group_of)[a % len(self.model.group_of)]
        if enrolment in self.model.guests:
            GuestPlace.objects.filter(enrolment=enrolment, ended_at=None).update(ended_at=NOW)
            del self.model.guests[enrolment]
            return {}
        instead_of = self.session(b)
        others = [key for key, item in self.model.items.items() if item == self.model.items[instead_of]]
        there = others[c % len(others)]
        if there != instead_of and self.model.known[there] and self.model.known[instead_of]:
            GuestPlace.objects.create(enrolment_id=enrolment, seminar_id=there, instead_of_id=instead_of)
            self.model.guests[enrolment] = (there, instead_of)
        return {}

    # --- drawing ----------------------------------------------------------------------------------

    def session(self, a: int) -> int:
        keys = sorted(key for key in self.model.known if key not in self.model.cancelled)
        if not keys:
            raise NothingThere
        return keys[a % len(keys)]

    def facts(self, b: int, c: int) -> Facts:
        starts_at = (NOW + timedelta(days=1 + b % 4)).replace(hour=HOURS[c % len(HOURS)])
        mode = ("face_to_face", "online", "hybrid")[(b + c) % 3]
        return tidied(
            {
                "when": (starts_at, starts_at + timedelta(hours=2)),
                "place": (mode, self.venues[b % len(self.venues)].pk),
                "link": f"https://meet.example/{c % 3}" if c % 3 else "",
                "facilitator": getattr(self.leaders[(b + 2 * c) % len(self.leaders)], "pk", None),
            }
        )

    def as_rows(self, facts: Facts) -> dict[str, Any]:
        mode, venue = facts["place"]
        return {
            "starts_at": facts["when"][0],
            "ends_at": facts["when"][1],
            "mode": mode,
            "venue": next((one for one in self.venues if one.pk == venue), None),
            "joining_url": facts["link"],
            "facilitator": next((one for one in self.leaders if one and one.pk == facts["facilitator"]), None),
        }

    @staticmethod
    def arranged(base: Any, changed: Facts) -> Any:
        fields: dict[str, Any] = {}
        if "when" in changed:
            fields |= dict(zip(("starts_at", "ends_at"), changed["when"], strict=True))
        if "place" in changed:
            fields |= dict(zip(("mode", "venue"), changed["place"], strict=True))
        if "link" in changed:
            fields["joining_url"] = changed["link"]
        if "facilitator" in changed:
            fields["facilitator"] = changed["facilitator"]
        return replace(base, **fields)


class NothingThere(RuleViolation):
    """There is no session to do anything to."""


_ACTS = {
    "move": "reschedule_seminar",
    "switch": "switch_mode",
    "link": "change_link",
    "replace": "replace_facilitator",
}
_NAMES = {
    "move": ("starts_at", "ends_at"),
    "switch": ("mode", "venue", "joining_url"),
    "link": ("joining_url",),
    "replace": ("facilitator",),
}
OTHER_EDITS = ("schedule", "cancel", "give_up", "publish", "regroup", "visit")

edits = st.lists(
    st.tuples(
        st.sampled_from(["schedule", "schedule", "publish", *_ACTS, *OTHER_EDITS]),
        st.integers(0, 11),
        st.integers(0, 11),
        st.integers(0, 11),
        st.booleans(),
    ),
    min_size=2,
    max_size=10,
)


@pytest.fixture
def stage(db: None, time_machine: Any) -> Stage:
    time_machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT)
    items = [an_item(version, title=f"Session <{number}>") for number in range(4)]
    published(version)
    cohort = a_cohort(version, starts_on=NOW.date() - timedelta(days=60))
    groups = [a_group(cohort, name=name) for name in ("North", "South")]
    # One who leads sessions takes part as well.
    both = a_person(Role.FACILITATOR, Role.PARTICIPANT)
    leaders = [None, both, a_person(Role.FACILITATOR), a_person(Role.FACILITATOR)]
    enrolments = [an_enrolment(cohort, group) for group in groups for _ in range(2)]
    enrolments.append(an_enrolment(cohort, groups[0], both))
    model = Model(group_of={one.pk: one.memberships.get().group_id for one in enrolments})
    people = {one.pk: one.person_id for one in enrolments}
    # Somebody of another cohort, whom nothing of this concerns.
    an_enrolment(a_cohort(version, starts_on=cohort.starts_on))
    return Stage(cohort, groups, items, [a_venue() for _ in range(3)], leaders, model, people)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=EXAMPLES)
@given(edits)
def test_people_told_are_people_affected(stage: Stage, edits: list[tuple[str, int, int, int, bool]]) -> None:
    beginning = deepcopy(stage.model)
    try:
        with transaction.atomic():
            # One of each way of holding it to begin with: for either group, and for everybody.
            for what, a, b, c, at_once in [*[("schedule", n, n, n, True) for n in range(3)], *edits]:
                _do(stage, what, a, b, c, at_once)
            _agree(stage)
            transaction.set_rollback(True)
    finally:
        stage.model = beginning


def _do(stage: Stage, what: str, a: int, b: int, c: int, at_once: bool) -> None:
    """Once: the letters of this edit are those that the model expects, one a person, each of just their sessions."""
    before = deepcopy(stage.model)
    seen = set(Message.objects.values_list("pk", flat=True))
    expected: dict[int, set[int]]
    try:
        with transaction.atomic():
            edit = partial(stage.change, what) if what in _ACTS else getattr(stage, what)
            expected = edit(a, b, c, at_once)
    except RuleViolation:
        stage.model, expected = before, {}
    written = Message.objects.exclude(pk__in=seen)
    assert {letter.kind for letter in written} <= {"timetable-changed", "guest-place", "guest-expected"}
    letters = written.filter(kind="timetable-changed")
    assert sorted(letter.person_id or 0 for letter in letters) == sorted(expected)
    titles = dict(Seminar.objects.values_list("pk", "item__title"))
    for letter in letters:
        of_theirs = sorted(titles[session] for session in expected[letter.person_id or 0])
        told = sorted(title for title in [*titles.values()] for _ in range(letter.text.count(f"“{title}”")))
        assert sorted(set(told)) == sorted(set(of_theirs))
        assert letter.text.count("“") == len(of_theirs)


def _agree(stage: Stage) -> None:
    """The rows are what the model has them to be."""
    for seminar in Seminar.objects.filter(cohort=stage.cohort):
        pending = PendingChange.objects.filter(seminar=seminar).first()
        known, draft = stage.model.known[seminar.pk], stage.model.draft.get(seminar.pk)
        if seminar.pk in stage.model.cancelled:
            assert (seminar.state, seminar.bookings.count(), pending) == ("cancelled", 0, None)
        elif known is None:
            assert (seminar.state, _facts(seminar), pending) == ("planned", draft, None)
        else:
            assert (seminar.state, _facts(seminar)) == ("scheduled", known)
            in_draft = seminar.pk in stage.model.draft
            assert (pending is not None) == in_draft
            if pending:
                assert (None if pending.is_cancelled else _facts(pending)) == draft
        if seminar.state != "cancelled":
            held = {(one.during.lower, one.during.upper) for one in seminar.bookings.all()}
            assert held == {(seminar.starts_at, seminar.ends_at)}
    assert Seminar.objects.filter(cohort=stage.cohort).count() == len(stage.model.known)


def _facts(row: Seminar | PendingChange) -> Facts:
    when: tuple[datetime, datetime] = (row.starts_at, row.ends_at)
    return {
        "when": when,
        "place": (row.mode, row.venue_id),
        "link": row.joining_url,
        "facilitator": row.facilitator_id,
    }
