"""Two at once about one endorsement, on connections of their own: one answer, and never through a dead link."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import answer_endorsement, change_endorser, request_endorsement, send_link_again
from applications.models import Endorsement
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 100 if os.environ.get("LONG") == "1" else 20


def at_once(first: Callable[[], object], second: Callable[[], object]) -> list[bool]:
    """Whether each went through, or was refused with a sentence."""
    barrier = Barrier(2)

    def run(act: Callable[[], object]) -> bool:
        try:
            barrier.wait(timeout=10)
            act()
        except RuleViolation:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=20) for future in [pool.submit(run, first), pool.submit(run, second)]]


def endorsements() -> Iterator[Endorsement]:
    intake = an_intake(a_version())
    for _ in range(ROUNDS):
        asked = request_endorsement(an_application(a_person(), intake, **FINISHED), by=None)
        assert asked is not None
        Endorsement.objects.filter(pk=asked.pk).update(sent_at=clock.now() - timedelta(hours=2))
        yield asked


def agree(asked: Endorsement) -> Callable[[], object]:
    return partial(answer_endorsement, asked, link=1, agrees=True, signed_as="Orla", by=None)


def decline(asked: Endorsement) -> Callable[[], object]:
    return partial(answer_endorsement, asked, link=1, agrees=False, signed_as="Orla", reason="No.", by=None)


def ask_another(asked: Endorsement) -> Callable[[], object]:
    another = {"role": "chair", "name": "Piers Holm", "email": "chair@marlowick.example"}
    return partial(change_endorser, asked.application, **another, by=asked.application.person)


def test_agreed_and_declined_at_once_is_one_answer() -> None:
    for asked in endorsements():
        went = at_once(agree(asked), decline(asked))
        assert sorted(went) == [False, True]
        asked.refresh_from_db()
        assert asked.state == ("agreed" if went[0] else "declined")
        assert Message.objects.filter(kind="endorsement-receipt", about_id=asked.pk).count() == 1


def test_the_same_answer_at_once_is_one_answer() -> None:
    for asked in endorsements():
        assert at_once(agree(asked), agree(asked)) == [True, True]
        assert Message.objects.filter(kind="endorsement-receipt", about_id=asked.pk).count() == 1


def test_answered_while_a_new_link_is_sent_it_is_answered_or_the_old_link_is_dead() -> None:
    for asked in endorsements():
        went = at_once(agree(asked), partial(send_link_again, asked, by=None))
        assert sorted(went) == [False, True]
        asked.refresh_from_db()
        assert (asked.state, asked.links) == (("agreed", 1) if went[0] else ("waiting", 2))


def test_answered_while_somebody_else_is_asked_it_is_answered_or_replaced() -> None:
    for asked in endorsements():
        went = at_once(agree(asked), ask_another(asked))
        assert sorted(went) == [False, True]
        states = list(asked.application.endorsements.order_by("pk").values_list("state", flat=True))
        assert states == (["agreed"] if went[0] else ["replaced", "waiting"])
