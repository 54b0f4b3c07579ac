"""Making an account and getting into it, as a browser without scripts does it."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.signin.demo import DEMO_SIGN_INS
from tests.factories import a_person

from .walk import PASSWORD, newest_code, sign_in_by_code

pytestmark = pytest.mark.django_db

Outbox = list[EmailMessage]


def _signed_in_as(client: Client) -> str | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else None


def _a_member(password: str | None = PASSWORD, **fields: str) -> User:
    person = a_person(**fields)
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def test_an_account_is_made_with_a_name_and_confirmed_by_code(client: Client, mailoutbox: Outbox) -> None:
    answer = client.post(
        "/account/signup/",
        {"full_name": "Ines Caldbeck", "preferred_name": "Ines", "email": "Ines@School.example", "password1": PASSWORD},
    )
    assert answer.headers["Location"] == "/account/confirm-email/"
    assert _signed_in_as(client) is None
    answer = client.post("/account/confirm-email/", {"code": newest_code(mailoutbox)})
    assert answer.headers["Location"] == reverse("home:start")
    assert _signed_in_as(client) == "ines@school.example"
    person = User.objects.get()
    assert (person.full_name, person.preferred_name) == ("Ines Caldbeck", "Ines")
    assert person.check_password(PASSWORD)
    assert EmailAddress.objects.get().verified
    assert Entry.objects.filter(verb="person.signed_up", subject_id=person.pk, actor_id=person.pk).count() == 1


def test_an_account_needs_no_password(client: Client, mailoutbox: Outbox) -> None:
    client.post("/account/signup/", {"full_name": "Ines Caldbeck", "email": "ines@school.example"})
    client.post("/account/confirm-email/", {"code": newest_code(mailoutbox)})
    assert _signed_in_as(client) == "ines@school.example"
    assert not User.objects.get().has_usable_password()


def test_an_account_without_a_name_is_refused_beside_the_field(client: Client) -> None:
    page = client.post("/account/signup/", {"full_name": " ", "email": "nobody"}).content.decode()
    assert "Enter your full name" in page
    assert "Enter an email address like name@school.example" in page
    assert User.objects.count() == 0


def test_a_second_account_for_one_address_says_so_only_by_letter(client: Client, mailoutbox: Outbox) -> None:
    person = _a_member()
    new = client.post("/account/signup/", {"full_name": "Somebody", "email": "other@school.example"})
    taken = Client().post("/account/signup/", {"full_name": "Somebody", "email": person.email})
    assert taken.headers["Location"] == new.headers["Location"]
    assert User.objects.filter(email=person.email).count() == 1
    assert Message.objects.get(person=person).kind == "already-known"


def test_an_unknown_address_gets_the_same_page_and_a_letter(client: Client) -> None:
    person = _a_member()
    known = client.post("/account/login/", {"login": person.email, "password": ""})
    unknown = Client().post("/account/login/", {"login": "stranger@school.example", "password": ""})
    assert unknown.status_code == known.status_code == 302
    assert unknown.headers["Location"] == known.headers["Location"]
    assert Message.objects.get(address="stranger@school.example").kind == "not-known"
    reset = Client().post("/account/password/reset/", {"email": "stranger@school.example"})
    assert reset.headers["Location"] == "/account/password/reset/confirm/"


def test_a_password_signs_in(client: Client) -> None:
    person = _a_member()
    answer = client.post("/account/login/", {"login": person.email.upper(), "password": PASSWORD})
    assert answer.headers["Location"] == reverse("home:start")
    assert _signed_in_as(client) == person.email


def test_a_wrong_password_does_not_and_says_what_to_do(client: Client) -> None:
    person = _a_member()
    page = client.post("/account/login/", {"login": person.email, "password": "wrong"}).content.decode()
    assert "Leave the password empty" in page
    assert "Error: " in page
    assert _signed_in_as(client) is None


def test_a_code_signs_in(client: Client, mailoutbox: Outbox) -> None:
    person = _a_member(password=None)
    sign_in_by_code(client, person.email, mailoutbox)
    assert _signed_in_as(client) == person.email


def test_five_wrong_codes_end_the_right_one(client: Client, mailoutbox: Outbox) -> None:
    person = _a_member()
    client.post("/account/login/", {"login": person.email, "password": ""})
    code = newest_code(mailoutbox)
    for _ in range(5):
        client.post("/account/login/code/confirm/", {"code": "BBBB-BBBB"})
    client.post("/account/login/code/confirm/", {"code": code})
    assert _signed_in_as(client) is None


def test_another_code_can_be_asked_for(client: Client, mailoutbox: Outbox) -> None:
    person = _a_member()
    client.post("/account/login/", {"login": person.email, "password": ""})
    first = newest_code(mailoutbox)
    client.post("/account/login/code/confirm/", {"action": "resend"})
    second = newest_code(mailoutbox)
    client.post("/account/login/code/confirm/", {"code": first})
    assert _signed_in_as(client) is None
    client.post("/account/login/code/confirm/", {"code": second})
    assert _signed_in_as(client) == person.email


def test_whoever_was_added_by_us_confirms_the_address_with_the_first_code(client: Client, mailoutbox: Outbox) -> None:
    person = a_person()
    sign_in_by_code(client, person.email, mailoutbox)
    assert _signed_in_as(client) == person.email
    assert EmailAddress.objects.get(user=person).verified
    assert len(mailoutbox) == 1


def test_a_closed_account_gets_no_code_and_reads_that_it_is_closed(client: Client) -> None:
    person = _a_member()
    person.is_active = False
    person.save()
    client.post("/account/login/", {"login": person.email, "password": ""})
    Client().post("/account/password/reset/", {"email": person.email})
    Client().post("/account/signup/", {"full_name": "Somebody", "email": person.email})
    letters = list(Message.objects.all())
    assert [message.kind for message in letters] == ["account-closed"] * 3
    assert all("is closed at present" in one.text and "/account/signup/" not in one.text for one in letters)
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert _signed_in_as(client) is None


def test_a_forgotten_password_is_chosen_anew_by_code(client: Client, mailoutbox: Outbox) -> None:
    person = _a_member()
    client.post("/account/password/reset/", {"email": person.email})
    client.post("/account/password/reset/confirm/", {"code": newest_code(mailoutbox)})
    new = "orchard-signal-biscuit"
    answer = client.post("/account/password/reset/complete/", {"password1": new, "password2": new})
    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    assert Message.objects.filter(person=person, subject="Your password was reset").count() == 1
    assert Entry.objects.filter(verb="person.password_reset", actor_id=person.pk).count() == 1


def test_a_password_is_changed_with_the_old_one(client: Client) -> None:
    person = _a_member()
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    new = "orchard-signal-biscuit"
    both = {"password1": new, "password2": new}
    refused = client.post("/account/password/change/", {"oldpassword": "wrong", **both}).content.decode()
    assert "This is not your password now" in refused
    client.post("/account/password/change/", {"oldpassword": PASSWORD, **both})
    person.refresh_from_db()
    assert person.check_password(new)
    assert _signed_in_as(client) == person.email
    assert Message.objects.get(person=person).subject == "Your password was changed"


def test_a_weak_password_is_refused(client: Client) -> None:
    person = _a_member(password=None)
    client.force_login(person)
    client.post("/account/password/set/", {"password1": "headship1", "password2": "headship1"})
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_a_new_address_counts_once_its_code_is_entered(client: Client, mailoutbox: Outbox) -> None:
    person = _a_member(email="old@school.example")
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/email/", {"action_add": "", "email": "new@school.example"})
    person.refresh_from_db()
    assert person.email == "old@school.example"
    code = newest_code(mailoutbox)
    assert mailoutbox[-1].to == ["new@school.example"]
    client.post("/account/confirm-email/", {"code": code})
    person.refresh_from_db()
    assert person.email == "new@school.example"
    assert [row.email for row in EmailAddress.objects.all()] == ["new@school.example"]
    told = Message.objects.get(kind="account-changed")
    assert told.address == "old@school.example"
    assert Entry.objects.get(verb="person.email_changed").words_sha256


@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "added by us and never seen"])
def test_an_address_of_somebody_else_is_not_taken_over(client: Client, mailoutbox: Outbox, confirmed: bool) -> None:
    other = _a_member() if confirmed else a_person()
    person = _a_member()
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/email/", {"action_add": "", "email": other.email})
    answer = client.post("/account/confirm-email/", {"code": newest_code(mailoutbox)})
    assert "Another account has this address already" in answer.content.decode()
    assert User.objects.get(pk=person.pk).email == person.email
    assert User.objects.get(pk=other.pk).email == other.email


def test_an_authenticator_app_is_set_up_and_asked_for(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    person = _a_member()
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = _shown_now(secret)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/totp/activate/", {"code": code})
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert secret not in str(row.data)
    visitor = Client()
    answer = visitor.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert _signed_in_as(visitor) is None
    refused = visitor.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "The code is not right" in refused
    code = _recovery_codes(person)[0]
    visitor.post("/account/2fa/authenticate/", {"code": code})
    assert _signed_in_as(visitor) == person.email
    assert code not in _recovery_codes(person)
    assert Message.objects.get(person=person).subject == "An authenticator app was added"


def test_a_code_by_email_does_not_replace_the_second_factor(client: Client, mailoutbox: Outbox) -> None:
    person = _a_member()
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    sign_in_by_code(client, person.email, mailoutbox)
    assert _signed_in_as(client) is None


def test_a_demonstration_signs_in_whoever_is_listed_with_one_click(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    email, words = DEMO_SIGN_INS[0]
    person = a_person(email=email)
    page = client.get("/account/login/").content.decode()
    address = reverse("signin:demo", args=[person.public_id])
    assert f'action="{address}"' in page
    assert escape(words) in page
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert answer.headers["Location"] == reverse("home:start")
    assert _signed_in_as(client) == email


def test_one_click_signs_in_nobody_else_and_nobody_outside_the_demonstration(
    client: Client, settings: Settings
) -> None:
    listed, other = a_person(email=DEMO_SIGN_INS[0][0]), a_person(Role.PROGRAMME_LEAD)
    settings.DEMO = True
    assert client.post(reverse("signin:demo", args=[other.public_id])).status_code == 404
    settings.DEMO = False
    assert client.post(reverse("signin:demo", args=[listed.public_id])).status_code == 404
    assert "Look around as someone" not in client.get("/account/login/").content.decode()
    assert _signed_in_as(client) is None


def _shown_now(secret: str) -> str:
    counter = int(clock.now().timestamp()) // 30
    return str(format_hotp_value(hotp_value(secret, counter)))


def _recovery_codes(person: User) -> list[str]:
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return list(row.wrap().get_unused_codes())
