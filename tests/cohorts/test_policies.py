"""A new policy: drafted, tried on everybody, adopted; and credit adjusted by hand."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.actions import (
    adjust_credit,
    adopt_policy,
    defer_enrolment,
    exempt_item,
    record_completion,
    record_register,
    return_from_deferral,
    transfer,
)
from cohorts.actions.catch_up import send_catch_up
from cohorts.errors import (
    CountsInNoSum,
    CreditOutOfRange,
    EnrolmentOver,
    NotOnList,
    PolicyTriedEarlier,
    ReasonMissing,
)
from cohorts.models import CreditReason, Enrolment, LedgerEntry
from cohorts.queries import item_lines, standing_of
from cohorts.queries.policies import Trial, trial_of
from cohorts.rules.policy import StandingState
from cohorts.states import CatchUpState, EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import discard_policy, draft_policy, edit_policy
from npqh_portal.programmes.errors import PolicyDraftedAlready, PolicyFaulty, PolicyInForce, PolicyOfDraft
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import EngagementPolicy
from npqh_portal.programmes.queries import current_policy, plan_with, policy_faults
from npqh_portal.programmes.readers.frameworks import worked_policies
from npqh_portal.programmes.rules.plans import ComponentPlan, PolicyPlan
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_cohort, a_person, a_version, an_enrolment, an_item, published
from tests.harness.test_html import complaints

ALL = tuple(kind.value for kind in ItemKind)
BY_UNITS = PolicyPlan("combined", 90, (ComponentPlan("all", "The whole course", ALL, unit="units"),))


def drafted(world: World, plan: PolicyPlan = BY_UNITS) -> EngagementPolicy:
    return draft_policy(world.version, plan, by=world.lead)


def tried(policy: EngagementPolicy) -> Trial:
    return trial_of(policy, clock.now())


def adopt(world: World, policy: EngagementPolicy) -> EngagementPolicy:
    return adopt_policy(policy, seen=tried(policy).digest, reason="Agreed by the board", by=world.lead)


def ledger(who: Enrolment) -> list[tuple[int, str]]:
    return list(LedgerEntry.objects.filter(enrolment=who).order_by("pk").values_list("change", "source"))


def letters(kind: str) -> list[str]:
    return sorted(message.person.full_name for message in Message.objects.filter(kind=kind) if message.person)


# --- drafting --------------------------------------------------------------------------------------


def test_a_draft_changes_nothing_for_anybody(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    before = standing_of(a, NOW)
    policy = drafted(world)
    assert (policy.number, policy.adopted_at, current_policy(world.version).number) == (2, None, 1)
    assert standing_of(a, NOW) == before


def test_there_is_one_draft_at_a_time_and_a_discarded_one_is_gone(world: World) -> None:
    policy = drafted(world)
    with pytest.raises(PolicyDraftedAlready):
        drafted(world)
    discard_policy(policy, by=world.lead)
    discard_policy(policy, by=world.lead)
    assert drafted(world).number == 2
    assert Entry.objects.filter(verb="policy.discarded").count() == 1


def test_a_draft_version_has_its_policy_edited_beside_its_other_parts(world: World) -> None:
    with pytest.raises(PolicyOfDraft):
        draft_policy(a_version(state=VersionState.DRAFT), BY_UNITS, by=world.lead)


def test_a_policy_in_force_is_neither_edited_nor_discarded(world: World) -> None:
    policy = adopt(world, drafted(world))
    with pytest.raises(PolicyInForce):
        edit_policy(policy, lambda plan: plan, by=world.lead)
    with pytest.raises(PolicyInForce):
        discard_policy(policy, by=world.lead)


def test_an_edit_that_changes_nothing_leaves_no_entry(world: World) -> None:
    policy = drafted(world)
    edit_policy(policy, lambda plan: plan, by=world.lead)
    assert not Entry.objects.filter(verb="policy.edited").exists()
    edit_policy(
        policy, lambda plan: replace(plan, policy=replace(plan.policy, catch_up_kinds=("seminar",))), by=world.lead
    )
    assert plan_with(EngagementPolicy.objects.get(pk=policy.pk)).policy == replace(
        BY_UNITS, catch_up_kinds=("seminar",)
    )
    assert Entry.objects.filter(verb="policy.edited").count() == 1


def test_what_does_not_fit_together_is_not_adopted(world: World) -> None:
    policy = drafted(world, replace(BY_UNITS, components=(ComponentPlan("all", "Seminars", ("seminar",)),)))
    assert [fault.what for fault in policy_faults(policy)] == ["`module` counts in none, and the version has some."]
    with pytest.raises(PolicyFaulty, match="one thing in it does not fit together"):
        adopt_policy(policy, seen="", reason="To try", by=world.lead)


@pytest.mark.parametrize("name", ["by-minutes", "weighted", "sessions-and-self-study"])
def test_every_kind_of_item_counts_somewhere_in_each_worked_policy(name: str) -> None:
    counted = [kind for part in worked_policies()[name].policy.components for kind in part.kinds]
    assert sorted(counted) == sorted(ALL)


# --- trying and adopting ---------------------------------------------------------------------------


def test_a_trial_tells_what_adopting_does_and_writes_nothing(world: World) -> None:
    a, b, c = world.enrol(3)
    record_register(
        world.seminar, marks={a.pk: mark("present"), b.pk: mark("partly", 60), c.pk: mark("absent")}, by=None
    )
    policy = drafted(world, replace(BY_UNITS, catch_up_kinds=(), threshold_percent=60))
    entries = LedgerEntry.objects.count()
    trial = tried(policy)
    assert (LedgerEntry.objects.count(), current_policy(world.version).number) == (entries, 1)
    assert trial.people == 3
    # One of one in place of 120 and of 60 minutes: 60 of 120 are not attended.
    assert trial.changes == {(a.pk, world.seminar_item.pk): -119, (b.pk, world.seminar_item.pk): -60}
    before = {who.pk: standing_of(who, NOW) for who in (a, b, c)}
    adopt(world, policy)
    for who in (a, b, c):
        found = standing_of(who, NOW)
        turned = next((one for one in trial.turned if one.enrolment == who), None)
        assert (turned is not None) == (found.word != before[who.pk].word)
        if turned:
            assert (turned.before, turned.after) == (before[who.pk], found)


def test_adopting_credits_anew_by_correction_entries(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    policy = adopt(world, drafted(world))
    assert ledger(a) == [(120, "register"), (180, "completion"), (-119, "recredit"), (-179, "recredit")]
    assert (standing_of(a, NOW).credited, standing_of(a, NOW).total) == (2, 3)
    (entry,) = Entry.objects.filter(verb="policy.adopted")
    told = json.loads(entry.payload)
    assert (told["entries"], told["people"], entry.subject_id) == (2, 1, policy.pk)
    assert "Agreed by the board" in Words.objects.get(sha256=entry.words_sha256).body
    # And back: from the facts, not from what the ledger holds.
    draft = draft_policy(world.version, worked_policies()["by-minutes"].policy, by=world.lead)
    adopt(world, draft)
    assert standing_of(a, NOW).credited == 300


def test_adopted_twice_it_is_adopted_once(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    policy = drafted(world)
    seen = tried(policy).digest
    for _ in range(2):
        adopt_policy(policy, seen=seen, reason="Agreed", by=world.lead)
    assert ledger(a) == [(120, "register"), (-119, "recredit")]
    assert Entry.objects.filter(verb="policy.adopted").count() == 1


def test_whoever_left_or_went_elsewhere_is_credited_anew_and_is_told_nothing(world: World) -> None:
    gone, moved = world.enrol(2)
    record_register(world.seminar, marks={gone.pk: mark("present"), moved.pk: mark("present")}, by=None)
    Enrolment.objects.filter(pk=gone.pk).update(state=EnrolmentState.WITHDRAWN)
    other = a_version(state=VersionState.DRAFT, policy=False)
    Enrolment.objects.filter(pk=moved.pk).update(version=published(other))
    policy = drafted(world)
    assert tried(policy).people == 0
    adopt(world, policy)
    assert ledger(gone) == ledger(moved) == [(120, "register"), (-119, "recredit")]
    assert letters("engagement-policy-changed") == []


@pytest.mark.parametrize("what", ["a mark", "the policy", "somebody new"])
def test_what_has_changed_since_it_was_tried_is_tried_again(world: World, what: str) -> None:
    (a,) = world.enrol()
    policy = drafted(world)
    seen = tried(policy).digest
    if what == "a mark":
        record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    elif what == "the policy":
        edit_policy(
            policy, lambda plan: replace(plan, policy=replace(plan.policy, threshold_percent=80)), by=world.lead
        )
    else:
        world.enrol()
    with pytest.raises(PolicyTriedEarlier, match="Nothing was adopted"):
        adopt_policy(policy, seen=seen, reason="Agreed", by=world.lead)
    assert current_policy(world.version).number == 1


def test_adopting_needs_a_reason(world: World) -> None:
    policy = drafted(world)
    with pytest.raises(ReasonMissing):
        adopt_policy(policy, seen=tried(policy).digest, reason="  ", by=world.lead)


def test_whoever_stands_elsewhere_by_it_is_told_once_and_nobody_else(world: World) -> None:
    a, b = world.enrol(2)
    record_register(world.seminar, marks={a.pk: mark("absent"), b.pk: mark("present")}, by=world.facilitator)
    policy = drafted(world, replace(BY_UNITS, catch_up_kinds=()))
    trial = tried(policy)
    assert [(one.enrolment, one.before.word, one.after.word) for one in trial.turned] == [
        (a, "at_risk", "out_of_reach")
    ]
    assert [(move.before, move.after, move.people) for move in trial.moves] == [
        ("on_track", "on_track", 1), ("at_risk", "out_of_reach", 1),
    ]  # fmt: skip
    adopt(world, policy)
    assert letters("engagement-policy-changed") == [a.person.full_name]
    assert "you cannot reach what is needed any more" in Message.objects.get(kind="engagement-policy-changed").text


def test_an_authorised_absence_counts_where_the_policy_says_so(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("authorised")}, by=world.facilitator)
    waiting = send_catch_up(a, item=world.seminar_item, offer=None, words="It takes time.", by=a.person)
    plan = plan_with(current_policy(world.version)).policy
    adopt(world, drafted(world, replace(plan, counted_statuses=("present", "partly", "authorised", "caught_up"))))
    assert ledger(a) == [(120, "recredit")]
    waiting.refresh_from_db()
    assert waiting.state == CatchUpState.NOT_NEEDED
    (told,) = Message.objects.filter(person=a.person).exclude(kind="catch-up-received")
    assert told.kind == "engagement-policy-changed"
    assert f"- {world.seminar_item.title}\n" in told.text


def test_statements_do_not_grow_with_people(world: World) -> None:
    counts: list[int] = []
    for _ in range(2):
        people = world.enrol(3)
        record_register(world.seminar, marks={one.pk: mark("present") for one in people}, by=None)
        draft = drafted(world, BY_UNITS if not counts else worked_policies()["by-minutes"].policy)
        with CaptureQueriesContext(connection) as seen:
            digest = tried(draft).digest
            adopt_policy(draft, seen=digest, reason="Agreed", by=world.lead)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- adjusting -------------------------------------------------------------------------------------


def adjust(world: World, who: Enrolment, credited: int, **more: Any) -> LedgerEntry | None:
    given = {"item": world.seminar_item, "reason": "The register was lost", **more}
    return adjust_credit(who, credited=credited, **given, by=world.lead)


def test_credit_is_adjusted_by_a_new_entry_with_its_reason_beside_it(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 30)}, by=world.facilitator)
    entry = adjust(world, a, 75)
    assert entry
    assert ledger(a) == [(30, "register"), (45, "adjustment")]
    assert (CreditReason.objects.get().text, entry.recorded_by) == ("The register was lost", world.lead)
    (told,) = Entry.objects.filter(verb="credit.adjusted")
    assert "The register was lost" not in told.payload
    assert {name: json.loads(told.payload)[name] for name in ("was", "credited")} == {"was": 30, "credited": 75}
    letter = Message.objects.get(kind="credit-adjusted")
    assert "75 of 120 minutes" in letter.text
    assert "The register was lost" in letter.text
    assert item_lines(a, NOW)[world.seminar_item.pk].credited == 75


def test_credit_is_taken_away_too_and_back_to_nothing(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    adjust(world, a, 0)
    assert standing_of(a, NOW).credited == 0
    adjust(world, a, 120)
    assert ledger(a) == [(120, "register"), (-120, "adjustment"), (120, "adjustment")]


def test_adjusted_to_what_it_is_nothing_is_entered_and_nobody_told(world: World) -> None:
    (a,) = world.enrol()
    assert adjust(world, a, 0) is None
    assert (ledger(a), letters("credit-adjusted")) == ([], [])


def test_what_was_adjusted_upwards_and_is_recorded_later_is_never_more_than_the_worth(world: World) -> None:
    (a,) = world.enrol()
    adjust(world, a, 50)
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    assert standing_of(a, NOW).credited == 120
    adjust(world, a, 40)
    assert standing_of(a, NOW).credited == 40


def test_an_entry_of_an_unknown_source_is_refused_by_the_database(world: World) -> None:
    (a,) = world.enrol()
    known = {"enrolment": a, "item": world.seminar_item, "policy": current_policy(world.version), "change": 1}
    for source in LedgerEntry.Source:
        LedgerEntry.objects.create(**known, source=source)
    with pytest.raises(IntegrityError, match="a_ledger_entry_has_a_known_source"):
        LedgerEntry.objects.create(**known, source="bogus")


@pytest.mark.parametrize("credited", [-1, 121])
def test_credit_is_never_below_nothing_or_above_the_worth(world: World, credited: int) -> None:
    (a,) = world.enrol()
    with pytest.raises(CreditOutOfRange, match="worth 120 minutes"):
        adjust(world, a, credited)


def test_only_what_counts_for_somebody_who_takes_part_is_adjusted(world: World) -> None:
    a, gone = world.enrol(2)
    with pytest.raises(ReasonMissing):
        adjust(world, a, 60, reason=" ")
    Enrolment.objects.filter(pk=gone.pk).update(state=EnrolmentState.WITHDRAWN)
    with pytest.raises(EnrolmentOver):
        adjust(world, gone, 60)
    exempt_item(a, item=world.seminar_item, reason="Wrote it", by=world.lead)
    with pytest.raises(NotOnList):
        adjust(world, a, 60)


def test_what_counts_in_no_sum_is_not_adjusted(world: World) -> None:
    version = a_version(state=VersionState.DRAFT)
    task = an_item(version, kind=ItemKind.RESEARCH)
    version.policies.get().components.update(kinds=["seminar"])
    somebody = an_enrolment(a_cohort(published(version)))
    with pytest.raises(CountsInNoSum):
        adjust(world, somebody, 60, item=task)


def test_a_catch_up_that_waits_is_not_needed_once_the_whole_is_credited(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    waiting = send_catch_up(a, item=world.seminar_item, offer=None, words="It takes time.", by=a.person)
    adjust(world, a, 120)
    waiting.refresh_from_db()
    assert waiting.state == CatchUpState.NOT_NEEDED
    (told,) = Message.objects.filter(person=a.person).exclude(kind="catch-up-received")
    assert told.kind == "credit-adjusted"
    assert "So your catch-up is not needed any more." in told.text


# --- what counts for whom --------------------------------------------------------------------------


def test_t47_cancelled_and_exempt_items_leave_both_sides(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    assert (standing_of(a, NOW).credited, standing_of(a, NOW).total) == (300, 420)
    exempt_item(a, item=world.seminar_item, reason="Taught it", by=world.lead)
    assert (standing_of(a, NOW).credited, standing_of(a, NOW).total) == (180, 300)
    a.personal_items.filter(item=world.other_item).update(expectation="cancelled")
    found = standing_of(a, NOW)
    assert (found.credited, found.total, found.state) == (180, 180, StandingState.MET)


def test_t46_what_waits_for_a_decision_counts_as_reachable_and_never_as_earned(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    send_catch_up(a, item=world.seminar_item, offer=None, words="It takes time.", by=a.person)
    found = standing_of(a, NOW)
    assert (found.credited, found.pending, found.reachable, found.state) == (180, 120, 420, StandingState.AT_RISK)


def test_t48_a_late_joiner_and_somebody_transferred_are_measured_on_their_own_list(world: World) -> None:
    late, moved = an_enrolment(world.cohort), world.enrol()[0]
    late.personal_items.filter(item=world.module).delete()
    record_register(world.seminar, marks={moved.pk: mark("present")}, by=world.facilitator)
    transfer(late, cohort=world.cohort, group=world.group, by=world.lead)
    assert (standing_of(late, NOW).total, standing_of(late, NOW).recoverable) == (240, 120)
    elsewhere = a_cohort(world.version)
    transfer(moved, cohort=elsewhere, group=None, reason="New school", by=world.lead)
    assert (standing_of(moved, NOW).credited, standing_of(moved, NOW).total) == (120, 420)


def test_t48_whoever_returns_is_measured_on_their_own_list_with_what_they_had(world: World) -> None:
    (back,) = world.enrol()
    exempt_item(back, item=world.other_item, reason="Taught it", by=world.lead)
    record_register(world.seminar, marks={back.pk: mark("present")}, by=world.facilitator)
    defer_enrolment(back, reason="Illness", by=world.lead)
    return_from_deferral(back, cohort=a_cohort(world.version), by=world.lead)
    found = standing_of(back, NOW)
    assert (found.credited, found.to_come, found.total) == (120, 180, 300)


# --- in the administration -------------------------------------------------------------------------


@pytest.fixture
def visitor(world: World) -> Client:
    client = Client()
    client.force_login(world.lead)
    return client


def at(name: str, row: Any) -> str:
    table = "engagementpolicy" if isinstance(row, EngagementPolicy) else "programmeversion"
    return reverse(f"admin:programmes_{table}_{name}", args=[row.pk])


def test_a_policy_is_drafted_tried_and_adopted_in_the_administration(world: World, visitor: Client) -> None:
    a, _ = world.enrol(2)
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    page = visitor.get(at("new_policy", world.version))
    assert "Attendance 50, diagnostics 30, reflections 20" in page.content.decode()
    answer = visitor.post(at("new_policy", world.version), {"start": "by-minutes"}, follow=True)
    policy = EngagementPolicy.objects.get(adopted_at=None)
    assert "The draft is there" in answer.content.decode()
    for name in ("change", "edit", "compare", "adopt", "discard"):
        shown = visitor.get(at(name, policy))
        assert (shown.status_code, complaints(shown.content.decode())) == (200, [])
    edit_policy(policy, lambda plan: replace(plan, policy=replace(plan.policy, catch_up_kinds=())), by=world.lead)
    tried_out = visitor.get(at("adopt", policy)).content.decode()
    assert a.person.full_name in tried_out
    assert "Out of reach" in tried_out
    (seen,) = re.findall(r'name="seen" value="(\w+)"', tried_out)
    world.enrol()
    refused = visitor.post(at("adopt", policy), {"seen": seen, "reason": "Agreed"}).content.decode()
    assert "Nothing was adopted" in refused
    (anew,) = re.findall(r'name="seen" value="(\w+)"', refused)
    assert anew != seen
    done = visitor.post(at("adopt", policy), {"seen": anew, "reason": "Agreed"}, follow=True).content.decode()
    assert "is in force" in done
    again = visitor.post(at("adopt", policy), {"seen": anew, "reason": "Agreed too"}, follow=True).content.decode()
    assert "had been adopted already" in again
    assert current_policy(world.version) == policy
    assert "never changes" in visitor.get(at("edit", policy)).content.decode()
    assert complaints(visitor.get(at("change", world.version)).content.decode()) == []


def test_a_trial_says_by_name_who_may_get_a_certificate_by_it(world: World, visitor: Client) -> None:
    a, away = world.enrol(2)
    Enrolment.objects.filter(pk=away.pk).update(state=EnrolmentState.DEFERRED)
    policy = drafted(world)
    assert "awarded their certificate" not in visitor.get(at("adopt", policy)).content.decode()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    edit_policy(policy, lambda plan: replace(plan, policy=replace(plan.policy, threshold_percent=1)), by=world.lead)
    assert tried(policy).newly_met == [a]
    page = " ".join(visitor.get(at("adopt", policy)).content.decode().split())
    assert f"{a.person} would meet what is asked of engagement. <strong>Whoever of them has passed" in page


def test_a_policy_of_a_draft_version_is_not_in_force_yet(visitor: Client) -> None:
    policy = EngagementPolicy.objects.get(version=a_version(state=VersionState.DRAFT))
    assert "In force once its version is published" in visitor.get(at("change", policy)).content.decode()


def test_a_draft_with_faults_says_so_in_place_of_a_trial(world: World, visitor: Client) -> None:
    policy = drafted(world, replace(BY_UNITS, components=(ComponentPlan("all", "Seminars", ("seminar",)),)))
    shown = visitor.get(at("adopt", policy)).content.decode()
    assert "It cannot be adopted yet" in shown
    assert "online module counts in none" in shown
    assert 'name="seen"' not in shown


def test_credit_is_adjusted_on_the_page_of_a_person(world: World, visitor: Client) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 30)}, by=world.facilitator)
    there = reverse("admin:cohorts_enrolment_adjust", args=[a.pk])
    assert "30 of 120 minutes" in visitor.get(there).content.decode()
    given = {"item": world.seminar_item.pk, "credited": "500", "reason": "Lost"}
    assert "from 0 to 120" in visitor.post(there, given).content.decode()
    done = visitor.post(there, given | {"credited": "75"}, follow=True).content.decode()
    assert "They are told by email, with your reason" in done
    assert "Lost" in done
    assert ledger(a) == [(30, "register"), (45, "adjustment")]


def test_a_facilitator_adopts_nothing_and_adjusts_nothing(world: World) -> None:
    client = Client()
    client.force_login(a_person(Role.FACILITATOR))
    (a,) = world.enrol()
    assert client.get(at("adopt", drafted(world))).status_code == 403
    assert client.get(reverse("admin:cohorts_enrolment_adjust", args=[a.pk])).status_code == 403
