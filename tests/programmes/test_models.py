"""Once published, the structure of a version is frozen by the database."""

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import InternalError, transaction

from npqh_portal.programmes.actions import load_version, publish_version
from npqh_portal.programmes.models import (
    AssessmentTask,
    ContentArea,
    Course,
    Item,
    PolicyComponent,
    ProgrammeVersion,
)
from tests.factories import a_policy
from tests.programmes.plans import SOUND

pytestmark = pytest.mark.django_db

Write = Callable[[ProgrammeVersion], object]

WRITES: dict[str, Write] = {
    "an item added": lambda v: Item.objects.create(
        version=v, code="more", number=9, title="More", kind="module", minutes=1, mode="online"
    ),
    "an item changed": lambda v: v.items.update(minutes=1),
    "an item deleted": lambda v: v.items.all().delete(),
    "an area added": lambda v: ContentArea.objects.create(version=v, number=9, name="More"),
    "an area changed": lambda v: v.areas.update(name="Other"),
    "a course added": lambda v: Course.objects.create(version=v, code="more", number=9, title="More"),
    "a course changed": lambda v: v.courses.update(title="Other"),
    "an area taken from a course": lambda v: v.courses.get().areas.clear(),
    "a task added": lambda v: AssessmentTask.objects.create(
        version=v, code="more", number=9, title="More", word_limit=1
    ),
    "a task changed": lambda v: v.tasks.update(word_limit=4000),
    "a policy changed": lambda v: v.policies.update(threshold_percent=50),
    "a policy deleted": lambda v: v.policies.all().delete(),
    "a component added to a policy in force": lambda v: PolicyComponent.objects.create(
        policy=v.policies.get(), code="more", name="More", number=9, kinds=["webinar"]
    ),
    "a component changed": lambda v: PolicyComponent.objects.filter(policy__version=v).update(kinds=["module"]),
    "a figure changed": lambda v: ProgrammeVersion.objects.filter(pk=v.pk).update(delivery_months=12),
    "the version deleted": lambda v: ProgrammeVersion.objects.filter(pk=v.pk)._raw_delete("default"),  # type: ignore[attr-defined]
}


def draft() -> ProgrammeVersion:
    return load_version(SOUND, digest="1" * 64, by=None)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_published_version_refuses(write: Write) -> None:
    version = publish_version(draft(), by=None)
    with pytest.raises(InternalError) as refusal, transaction.atomic():
        write(version)
    assert getattr(refusal.value.__cause__, "pgcode", "") == "P0001"


@pytest.mark.parametrize("write", [write for name, write in WRITES.items() if name != "the version deleted"])
def test_a_draft_allows_it(write: Write) -> None:
    write(draft())


def test_a_draft_can_be_deleted_whole() -> None:
    draft().delete()
    assert not ProgrammeVersion.objects.exists()
    assert not Item.objects.exists()


def test_a_published_version_may_get_a_new_policy_which_then_stands() -> None:
    version = publish_version(draft(), by=None)
    second = a_policy(version, number=2, threshold_percent=80)
    assert second.components.count() == 1
    with pytest.raises(InternalError), transaction.atomic():
        second.components.update(weight=2)


def test_no_hint_shows_the_id_of_a_fact() -> None:
    """The ids stand in comments and docstrings, which nobody who uses the portal reads."""
    hints = [str(column.help_text) for model in apps.get_models() for column in model._meta.fields]
    assert [hint for hint in hints if re.search(r"\b[ST]\d", hint)] == []
