"""Locks hold, append-only rows stay, public ids cannot be guessed or misread."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import InternalError, OperationalError, connection, transaction

from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.db import lock, random_id
from npqh_portal.people.models import User
from tests.factories import a_person


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "save", "delete"])
def test_an_append_only_row_is_neither_changed_nor_deleted(change: str) -> None:
    entry = record("thing.happened", a_person(), by=None)
    entry.verb = "thing.never_happened"
    changes: dict[str, Callable[[], object]] = {
        "update": lambda: Entry.objects.filter(pk=entry.pk).update(verb="thing.never_happened"),
        "save": entry.save,
        "delete": entry.delete,
    }
    with pytest.raises(InternalError) as refused, transaction.atomic():
        changes[change]()
    assert refused.value.__cause__.pgcode == "P0001"
    assert [row.verb for row in Entry.objects.all()] == ["thing.happened"]


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_is_read_anew_and_held_until_the_transaction_ends() -> None:
    person = a_person(full_name="Before")
    locked, may_go, seen = Event(), Event(), []

    def hold_it() -> None:
        with transaction.atomic():
            lock(person)
            locked.set()
            may_go.wait(10)
            User.objects.filter(pk=person.pk).update(full_name="After")
        connection.close()

    def want_it() -> None:
        with transaction.atomic():
            seen.append(lock(person).full_name)
        connection.close()

    holder = Thread(target=hold_it)
    holder.start()
    assert locked.wait(10)
    with pytest.raises(OperationalError, match="lock"), transaction.atomic():
        User.objects.select_for_update(nowait=True).get(pk=person.pk)
    waiter = Thread(target=want_it)
    waiter.start()
    may_go.set()
    holder.join(10)
    waiter.join(10)
    assert seen == ["After"]


def test_a_public_id_cannot_be_misread_and_does_not_repeat() -> None:
    ids = {random_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert {len(name) for name in ids} == {12}
    assert set("".join(ids)).isdisjoint("01ILOUilou")
