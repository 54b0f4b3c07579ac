"""What a version's rows say is what was loaded."""

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries

from npqh_portal.programmes.actions import load_version
from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.queries import plan_of
from npqh_portal.programmes.readers import read_framework
from npqh_portal.programmes.rules.plans import Framework, counts_of, totals_of
from tests.programmes.plans import SOUND, plans

pytestmark = pytest.mark.django_db

_number = count(1)


# One transaction holds all examples: each has a programme of its own.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans())
def test_a_plan_survives_loading(plan: Framework) -> None:
    number = next(_number)
    plan = replace(plan, code=f"programme-{number}")
    sums = totals_of((item.mode, item.minutes) for item in plan.items)
    version = load_version(plan, digest=f"{number:064}", by=None)
    assert plan_of(version) == replace(plan, totals=sums, counts=counts_of(plan))


@pytest.mark.parametrize("path", sorted(FRAMEWORKS.glob("*.toml")), ids=lambda path: path.name)
def test_so_does_every_framework_of_ours(path: Path) -> None:
    plan = read_framework(path.read_bytes(), path.name)
    version = load_version(plan, digest="1" * 64, by=None)
    assert plan_of(version) == replace(plan, texts=(), suspensions=())


def test_a_plan_takes_one_statement_for_much_as_for_little(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    small = load_version(SOUND, digest="1" * 64, by=None)
    many = [replace(SOUND.items[0], code=f"seminar-{n}") for n in range(9)]
    large = load_version(replace(SOUND, label="2027", items=tuple(many)), digest="2" * 64, by=None)
    for version in (small, large):
        with django_assert_num_queries(1):
            plan_of(version)


def test_a_draft_without_a_policy_can_still_be_read() -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    version.policies.all().delete()
    assert plan_of(version).policy.components == ()
