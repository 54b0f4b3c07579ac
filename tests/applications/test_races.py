"""Two at once: the row locks let one of them find what the other has done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import start_application, submit_application
from applications.models import Application
from applications.states import ApplicationState
from npqh_portal.notifications.models import Message
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db(transaction=True)


def both(act: Callable[[], Application]) -> list[Application]:
    barrier = Barrier(2)

    def run() -> Application:
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=20) for future in [pool.submit(run), pool.submit(run)]]


def test_two_starts_at_once_are_one_application() -> None:
    ines, intake = a_person(), an_intake(a_version())
    first, second = both(lambda: start_application(ines, intake=intake, by=ines))
    assert first == second
    assert Application.objects.count() == 1


def test_two_sendings_at_once_are_one_submission() -> None:
    ines = a_person()
    draft = an_application(ines, an_intake(a_version()), state=ApplicationState.DRAFT, **FINISHED)
    first, second = both(lambda: submit_application(draft, by=ines))
    assert first.reference == second.reference
    assert Message.objects.filter(kind="application-received").count() == 1
