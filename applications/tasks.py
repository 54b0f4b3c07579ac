"""The clock's door to applications."""

from celery import shared_task

from npqh_portal import clock
from npqh_portal.notifications.actions import beat

from . import actions


@shared_task(name="applications.tell_of_opening")
def tell_of_opening() -> None:
    actions.tell_of_opening(clock.now())
    beat("applications.tell_of_opening")
