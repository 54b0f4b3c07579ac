"""The trail: canonical facts, words that can be erased, and who did it."""

import hashlib

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from npqh_portal import clock
from npqh_portal.audit.actions import Deed, record, record_many
from npqh_portal.audit.models import Entry, Words
from npqh_portal.audit.queries import facts_of, words_of
from npqh_portal.audit.rules import canonical
from tests.factories import a_person

pytestmark = pytest.mark.django_db


def test_facts_are_canonical_json_with_their_version() -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1,"v":1}'


def test_an_entry_names_subject_actor_and_moment() -> None:
    person, lead = a_person(), a_person()
    entry = record("person.greeted", person, facts={"times": 2}, by=lead)
    assert (entry.subject_type, entry.subject_id, entry.actor_id) == ("people.user", person.pk, lead.pk)
    assert (entry.payload, entry.words_sha256) == ('{"times":2,"v":1}', "")
    assert (clock.now() - entry.at).total_seconds() < 5
    assert facts_of(entry) == {"times": 2}
    assert words_of(entry) == {}


def test_the_portal_itself_is_an_actor_without_an_id() -> None:
    assert record("person.greeted", a_person(), by=None).actor_id is None


def test_words_stand_beside_the_entry_under_their_hash() -> None:
    entry = record("person.greeted", a_person(), words={"reason": "She asked for it."}, by=None)
    words = Words.objects.get()
    assert "asked" not in entry.payload
    assert entry.words_sha256 == words.sha256 == hashlib.sha256(f"{words.nonce}\n{words.body}".encode()).hexdigest()
    assert words_of(entry) == {"reason": "She asked for it."}


def test_the_same_words_twice_have_two_hashes_so_that_neither_is_guessed_from_the_other() -> None:
    first, second = (record("person.greeted", a_person(), words={"reason": "Illness"}, by=None) for _ in range(2))
    assert first.words_sha256 != second.words_sha256


def test_words_can_be_erased_and_the_entry_stays() -> None:
    entry = record("person.greeted", a_person(), words={"reason": "Illness"}, by=None)
    Words.objects.update(body="", nonce="", erased_at=clock.now())
    assert words_of(entry) is None
    assert Entry.objects.get() == entry


def test_an_entry_goes_with_the_transaction_that_failed() -> None:
    person = a_person()
    with transaction.atomic():
        record("person.greeted", person, words={"reason": "x"}, by=None)
        transaction.set_rollback(True)
    assert (Entry.objects.count(), Words.objects.count()) == (0, 0)


def test_many_entries_take_two_statements_and_keep_their_order(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    people, lead = [a_person() for _ in range(3)], a_person()
    deeds = [Deed("person.greeted", person, {"times": n}, {"reason": f"No. {n}"}) for n, person in enumerate(people)]
    with django_assert_num_queries(2):
        entries = record_many(deeds, by=lead)
    assert [(entry.subject_id, entry.actor_id) for entry in entries] == [(person.pk, lead.pk) for person in people]
    assert [facts_of(entry) for entry in entries] == [{"times": n} for n in range(3)]
    assert [words_of(entry) for entry in entries] == [{"reason": f"No. {n}"} for n in range(3)]


def test_nothing_done_is_nothing_recorded() -> None:
    assert record_many([], by=None) == []
    assert not Entry.objects.exists()
