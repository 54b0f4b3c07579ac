"""Two policies of one version side by side: what changes, and what only seems to."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from npqh_portal.programmes.actions import draft_policy, edit_policy
from npqh_portal.programmes.models import EngagementPolicy
from npqh_portal.programmes.queries import current_policy, plan_with
from npqh_portal.programmes.rules.plans import ComponentPlan, PolicyPlan
from tests.cohorts.conftest import World
from tests.harness.test_html import complaints


@pytest.fixture
def now(world: World) -> PolicyPlan:
    """In force: one component of every kind. The items of the version are two seminars and a module."""
    return plan_with(current_policy(world.version)).policy


def compared(world: World, policy: EngagementPolicy) -> str:
    client = Client()
    client.force_login(world.lead)
    page = client.get(reverse("admin:programmes_engagementpolicy_compare", args=[policy.pk])).content.decode()
    assert complaints(page) == []
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.partition("<h1")[2].partition("</main>")[0]))


def drafted(world: World, plan: PolicyPlan) -> EngagementPolicy:
    return draft_policy(world.version, plan, by=world.lead)


def with_kinds(now: PolicyPlan, *kinds: str, more: tuple[ComponentPlan, ...] = ()) -> PolicyPlan:
    return replace(now, components=(replace(now.components[0], kinds=kinds), *more))


def test_kinds_that_no_item_has_and_their_order_change_nothing(world: World, now: PolicyPlan) -> None:
    fewer = replace(with_kinds(now, "module", "seminar"), catch_up_kinds=("seminar",))
    said = compared(world, drafted(world, fewer))
    assert "They ask the same. Nothing that counts differs. Left out here: Conference, " in said
    assert f"no item of {world.version} is of them, so that nothing changes by them." in said
    assert "Changed" not in said


def test_a_component_without_an_item_changes_nothing(world: World, now: PolicyPlan) -> None:
    kinds = tuple(kind for kind in now.components[0].kinds if kind != "school_visit")
    visits = ComponentPlan("visits", "Visits", ("school_visit",), weight=3)
    said = compared(world, drafted(world, with_kinds(now, *kinds, more=(visits,))))
    assert "They ask the same." in said
    assert "Left out here: School visit. The two policies differ in this kind, but no item" in said


def test_a_kind_that_an_item_has_is_a_change(world: World, now: PolicyPlan) -> None:
    policy = drafted(world, with_kinds(now, "seminar"))
    said = compared(world, policy)
    assert re.search(r"Changed .* Online module, Seminar .* Seminar|Changed .* Seminar, Online module .* Seminar", said)
    assert "Left out here: Conference" in said
    edit_policy(policy, lambda plan: replace(plan, policy=now), by=world.lead)
    said = compared(world, policy)
    assert "They are alike. Nothing differs but the number." in said
    assert "Left out here" not in said
