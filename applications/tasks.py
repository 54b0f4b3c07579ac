"""The clock's door to applications."""

from celery import shared_task
from django.conf import settings

from npqh_portal import clock
from npqh_portal.notifications.actions import beat

from . import actions
from .actions.decisions import SWEEP
from .actions.funding import SWEEP as FUNDING_SWEEP
from .actions.imports import SWEEP as FILES_SWEEP
from .readers.applications import read_today
from .rules.interest import kept_since


@shared_task(name="applications.tell_of_opening")
def tell_of_opening() -> None:
    actions.tell_of_opening(clock.now())
    beat("applications.tell_of_opening")


@shared_task(name="applications.forget_interests")
def forget_interests() -> None:
    since = kept_since(clock.today(), settings.INTEREST_KEPT_DAYS)
    actions.forget_interests(clock.start_of_day(since))
    beat("applications.forget_interests")


@shared_task(name=SWEEP)
def make_offers() -> None:
    actions.make_offers(clock.now())
    beat(SWEEP)


@shared_task(name=FUNDING_SWEEP)
def recheck_funding() -> None:
    actions.recheck_funding(clock.now())
    beat(FUNDING_SWEEP)


@shared_task(name=FILES_SWEEP)
def receive_applications() -> None:
    actions.receive_applications(read=read_today)
    beat(FILES_SWEEP)
