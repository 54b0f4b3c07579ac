"""A name, an address, a number: what it was stays beside what it is."""

import pytest
from allauth.account.models import EmailAddress

from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.notifications.models import Message
from npqh_portal.people.actions import change_trn, rename_person
from npqh_portal.people.errors import (
    ChangeReasonMissing,
    EmailNotYoursToGive,
    EmailTaken,
    EmailUnknown,
    NameMissing,
    NotATrn,
)
from npqh_portal.people.queries import changes_of
from npqh_portal.people.roles import Role
from npqh_portal.signin.actions import change_email
from tests.factories import a_partner, a_person

pytestmark = pytest.mark.django_db


def test_a_name_changes_and_what_it_was_is_kept() -> None:
    person, lead = a_person(full_name="Ines Tarbeck"), a_person(full_name="Tobias Farrant")
    for _ in range(2):
        rename_person(person, full_name=" Ines Caldbeck ", preferred_name="Nes", reason="Married", by=lead)
    person.refresh_from_db()
    assert (person.full_name, person.preferred_name) == ("Ines Caldbeck", "Nes")
    (change,) = changes_of(person)
    assert (change.what, change.before, change.after) == ("Name", "Ines Tarbeck", "Ines Caldbeck, called Nes")
    assert (change.reason, change.by) == ("Married", "Tobias Farrant")


def test_one_s_own_name_needs_no_reason_and_somebody_else_s_does() -> None:
    person = a_person(full_name="Ines Tarbeck")
    rename_person(person, full_name="Ines Caldbeck", by=person)
    with pytest.raises(ChangeReasonMissing):
        rename_person(person, full_name="Ines Tarbeck", by=a_person())
    with pytest.raises(NameMissing):
        rename_person(person, full_name=" ", by=person)


def test_another_number_is_verified_by_nobody_yet() -> None:
    person = a_person(trn="1234567", trn_verified_at=clock.now())
    changed = change_trn(person, trn="7654321", by=person)
    assert (changed.trn, changed.trn_verified_at) == ("7654321", None)
    assert '"was_verified":true' in Entry.objects.get(verb="person.trn_changed").payload
    assert "7654321" not in Entry.objects.get(verb="person.trn_changed").payload
    assert change_trn(person, trn="", by=person).trn == ""


@pytest.mark.parametrize("trn", ["123456", "12345678", "0000000", "123456x", "１２３４５６７"])
def test_what_is_no_number_is_refused(trn: str) -> None:
    person = a_person(trn="1234567")
    with pytest.raises(NotATrn):
        change_trn(person, trn=trn, by=person)


def test_words_erased_leave_the_change_without_what_it_was() -> None:
    person = a_person(full_name="Ines Tarbeck")
    rename_person(person, full_name="Ines Caldbeck", by=person)
    Words.objects.update(body="", erased_at=clock.now())
    (change,) = changes_of(person)
    assert (change.what, change.before, change.after, change.reason) == ("Name", None, None, "")


def test_an_administrator_changes_an_address_out_of_reach_and_both_are_told() -> None:
    person, administrator = a_person(email="old@school.example"), a_person(Role.ADMINISTRATOR)
    EmailAddress.objects.create(user=person, email="old@school.example", verified=True, primary=True)
    for _ in range(2):
        change_email(person, email=" New@School.example", reason="Left that school", by=administrator)
    person.refresh_from_db()
    assert person.email == "new@school.example"
    assert not EmailAddress.objects.filter(user=person).exists()
    letters = Message.objects.filter(kind="account-changed")
    assert sorted(letters.values_list("address", flat=True)) == ["new@school.example", "old@school.example"]
    (change,) = changes_of(person)
    assert (change.before, change.after) == ("old@school.example", "new@school.example")


def test_nobody_else_changes_an_address_and_none_is_taken_over() -> None:
    person, administrator = a_person(email="old@school.example"), a_person(Role.ADMINISTRATOR)
    partners = a_person(Role.ADMINISTRATOR, organisation=a_partner())
    for nobody in (person, a_person(Role.PROGRAMME_LEAD), partners):
        with pytest.raises(EmailNotYoursToGive):
            change_email(person, email="new@school.example", reason="Why", by=nobody)
    with pytest.raises(ChangeReasonMissing):
        change_email(person, email="new@school.example", reason=" ", by=administrator)
    with pytest.raises(EmailTaken):
        change_email(person, email=str(a_person().email), reason="Why", by=administrator)
    other = a_person()
    EmailAddress.objects.create(user=other, email="second@school.example", verified=False, primary=False)
    with pytest.raises(EmailTaken):
        change_email(person, email="second@school.example", reason="Why", by=administrator)
    with pytest.raises(EmailUnknown):
        change_email(a_person(email=None), email="new@school.example", reason="Why", by=administrator)
