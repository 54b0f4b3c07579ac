"""The clock's door to the certificates."""

from celery import shared_task
from celery.signals import worker_process_init

from npqh_portal.notifications.actions import beat

from . import actions
from .actions.certificates import CHUNK, SWEEP
from .certificate_pdf import warm_up


@shared_task(name=SWEEP)
def render_due_certificates() -> None:
    """Issues first to whom nothing blocks any more, then draws whatever waits."""
    beat(SWEEP)
    actions.issue_due_certificates()
    while actions.render_due_certificates() == CHUNK:
        pass


@worker_process_init.connect
def _load_the_kit(**_: object) -> None:
    """Fonts and sheet are read as a worker starts, not when the first certificate is waited for."""
    warm_up()
