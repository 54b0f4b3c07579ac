"""Two tabs save one part at once, on two connections: one is kept, and the other hears of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import save_answers
from applications.errors import AnswersChanged
from applications.models import Application
from applications.rules.answers import PARTS, fingerprint_of
from applications.states import ApplicationState
from npqh_portal.audit.models import Entry
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20
STATEMENT = next(part for part in PARTS if part.code == "statement")


def test_of_two_tabs_that_save_at_once_just_one_is_kept() -> None:
    draft = an_application(a_person(), an_intake(a_version()), state=ApplicationState.DRAFT, **FINISHED)
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            barrier = Barrier(2)
            seen = fingerprint_of(STATEMENT, Application.objects.get().stored)

            def save(tab: str, seen: str = seen, barrier: Barrier = barrier) -> str | None:
                try:
                    barrier.wait(timeout=10)
                    return save_answers(draft, answers={"statement": tab}, seen=seen, by=draft.person).statement
                except AnswersChanged:
                    return None
                finally:
                    connection.close()

            tabs = [pool.submit(save, f"Tab {tab}, {number}.") for tab in "AB"]
            kept = [words for words in (tab.result(timeout=20) for tab in tabs) if words]
            assert kept == [Application.objects.get().statement]
    assert Entry.objects.filter(verb="application.saved").count() == ROUNDS
