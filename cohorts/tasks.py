"""The clock's door to the cohorts."""

from celery import shared_task

from cohorts import actions
from cohorts.actions import support
from npqh_portal import clock
from npqh_portal.notifications.actions import beat


@shared_task(name="cohorts.tell_calendars")
def tell_calendars() -> None:
    """For what changes somebody's sessions without any act: a cohort that is published, say, or an address entered."""
    beat("cohorts.tell_calendars")
    actions.tell_every_calendar()


@shared_task(name="cohorts.move_cohorts_on")
def move_cohorts_on() -> None:
    actions.move_cohorts_on(clock.now())
    beat("cohorts.move_cohorts_on")


@shared_task(name="cohorts.end_refused_support")
def end_refused_support() -> None:
    """A strand is decided with the application, which knows nothing of who supports whom."""
    support.end_refused_support()
    beat("cohorts.end_refused_support")


@shared_task(name="cohorts.end_due_support")
def end_due_support() -> None:
    support.end_due_support(clock.now())
    beat("cohorts.end_due_support")
