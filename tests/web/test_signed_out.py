"""Whoever was signed out before they sent a form loses nothing that they wrote, and comes back to its page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

WRITE = "/participant/reflections/write/"
FORM = "http://testserver/participant/reflections/on/needs-reflection/?from=course"
WORDS = "What I take away is <b>this</b>.\n\nAnd more."


@pytest.mark.parametrize("page", [WRITE, "/admin/"])
def test_what_was_written_is_shown_and_the_page_of_the_form_is_come_back_to(page: str) -> None:
    sent = {"csrfmiddlewaretoken": "a b c d", "words": WORDS, "title": "Two words", "shown": '["", "", ""]'}
    response = Client().post(page, sent, headers={"Referer": FORM})
    assert response.status_code == 403
    assert "You have been signed out" in response.text
    assert response.text.count("<textarea") == 1
    assert "What I take away is &lt;b&gt;this&lt;/b&gt;.\n\nAnd more.</textarea>" in response.text
    assert (
        "/account/login/?next=%2Fparticipant%2Freflections%2Fon%2Fneeds-reflection%2F%3Ffrom%3Dcourse" in response.text
    )
    assert "Files have to be chosen again" not in response.text


def test_files_have_to_be_chosen_again() -> None:
    response = Client().post(WRITE, {"words": WORDS, "documents": SimpleUploadedFile("a.pdf", b"%PDF-")})
    assert "Files have to be chosen again" in response.text


@pytest.mark.django_db
def test_where_nothing_was_written_a_note_says_that_nothing_was_recorded() -> None:
    response = Client().post("/participant/course/culture-study-1/done/", headers={"Referer": FORM}, follow=True)
    assert response.redirect_chain[0][0].startswith("/account/login/?next=/participant/reflections/on/")
    assert "You had been signed out, so nothing was recorded." in response.text


@pytest.mark.parametrize("told", ["", "https://elsewhere.example/participant/", "//elsewhere.example/"])
def test_from_anywhere_else_one_is_led_to_where_everybody_begins(told: str) -> None:
    response = Client().post(WRITE, headers={"Referer": told})
    assert response["Location"] == "/account/login/?next=/start/"
