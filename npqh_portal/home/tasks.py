"""The clock's door to what concerns the whole portal."""

from celery import shared_task
from django.core.management import call_command

from npqh_portal import clock
from npqh_portal.notifications.actions import beat

from . import actions


@shared_task(name="home.queue_due_reminders")
def queue_due_reminders() -> None:
    actions.queue_due_reminders(clock.now())
    beat("home.queue_due_reminders")


@shared_task(name="home.clear_sessions")
def clear_sessions() -> None:
    call_command("clearsessions")
    beat("home.clear_sessions")


@shared_task(name="home.discard_late_files")
def discard_late_files() -> None:
    actions.discard_late_files(clock.now())
    beat("home.discard_late_files")
