"""The clock's door."""

from assessments.models import Certificate
from assessments.tasks import render_due_certificates
from npqh_portal.notifications.models import Beat

from .conftest import World


def test_the_task_issues_and_draws_for_whom_nothing_blocks_any_more(world: World) -> None:
    world.credit(world.enrolment, -1)
    world.released()
    world.credit(world.enrolment, 1)
    render_due_certificates()
    assert Certificate.objects.get().state == "ready"


def test_the_task_draws_what_waits_and_notes_its_beat(world: World) -> None:
    world.released()
    render_due_certificates()
    assert Certificate.objects.get().state == "ready"
    assert Beat.objects.get().name == "assessments.render_due_certificates"
