"""What is recorded can be read: every verb has its words, and what is recorded with it is told in words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from applications.actions import (
    ask_for_school,
    assign,
    change_endorser,
    save_answers,
    submit_application,
    withdraw_application,
)
from applications.states import ApplicationState, EndorsementState, OfferState
from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.people.roles import Role
from npqh_portal.web.trail import LEFT_OUT, Told, among, facts_in_words, has_words, row, say, verb_in_words
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

ROOT = Path(__file__).parents[2]
PACKAGES = ("applications", "assessments", "cohorts", "npqh_portal")
RECORDS = {"record", "_record", "Deed", "Taken"}


def verbs_in_code() -> Iterator[str]:
    """Every verb that is written out where something is recorded."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())) if "demo" not in file.parts else ():
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDS and node.args:
                    verb = node.args[0]
                    if isinstance(verb, ast.Constant) and isinstance(verb.value, str):
                        yield verb.value


def verbs_of_states() -> Iterator[str]:
    """Those that are put together from a state."""
    left_out = {ApplicationState.DRAFT, EndorsementState.WAITING, OfferState.OPEN}
    for stem, states in (("application", ApplicationState), ("endorsement", EndorsementState), ("offer", OfferState)):
        yield from (f"{stem}.{state.value}" for state in states if state not in left_out)


@pytest.mark.parametrize("verb", sorted({*verbs_in_code(), *verbs_of_states()}))
def test_every_verb_has_its_words(verb: str) -> None:
    assert has_words(verb), f"Say what {verb} means, in the administration of its package: see npqh_portal/web/trail.py"


def test_what_has_no_words_reads_well_all_the_same() -> None:
    assert verb_in_words("thing.has_no-words") == "Thing has no words"


@pytest.mark.django_db
def test_facts_are_told_in_words_and_what_only_the_database_needs_is_left_out() -> None:
    person = a_person(full_name="Ines Caldbeck")
    say(
        {"thing.happened": "It happened"},
        {"who": row("Who", type(person)), "how": Told("How", among({"well": "Well enough"})), "sha": LEFT_OUT},
    )
    facts = {"who": person.pk, "how": "well", "sha": "a247bb", "is_so": True, "other_thing": 3, "none": None}
    entry = record("thing.happened", person, facts=facts, by=None)
    told = facts_in_words([entry])
    assert sorted(told[entry.pk]) == [
        ("How", "Well enough"), ("Is so", "Yes"), ("Other thing", "3"), ("Who", "Ines Caldbeck"),
    ]  # fmt: skip
    assert ("Who", "Ines Caldbeck") not in facts_in_words([entry], asks=False)[entry.pk]


@pytest.mark.django_db
def test_the_story_of_an_application_is_told_without_a_raw_name() -> None:
    lead = a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")
    application = an_application(a_person(), an_intake(a_version()), state=ApplicationState.DRAFT, **FINISHED)
    save_answers(application, answers={"full_name": "Ines Caldbeck", "has_trn": False}, by=application.person)
    ask_for_school(application, name="Marlowick Primary School", by=application.person)
    sent = submit_application(application, by=application.person)
    assign(sent, to=lead, by=lead)
    change_endorser(sent, role="chair", name="Piers Halloway", email="chair@school.example", by=lead)
    withdraw_application(sent, reason="workload", by=lead)
    entries = list(Entry.objects.filter(subject_type="applications.application", subject_id=sent.pk))
    told = {entry.verb: dict(facts) for entry in entries for facts in [facts_in_words(entries).get(entry.pk, [])]}
    assert all(has_words(verb) for verb in told)
    assert told["application.withdrawn"] == {"Was": "Sent", "Why": "No time for it now"}
    assert told["application.assigned"] == {"To": "Tobias Farrant"}
    assert told["endorsement.requested"] == {}
    assert told["funding.decided"] == {"Found": "Cannot say yet: we look for the school", "Funding": "Cannot say yet"}
    assert told["application.saved"]["Answers"] in {"Full name; Teacher reference number", "School"}
    raw = [text for facts in told.values() for text in facts.values() if "_" in text]
    assert not raw
