"""The pages on which formative work is written, sent and answered, and who is kept out of them."""

from typing import Any

import pytest
from django.test import Client

from cohorts.actions import defer_enrolment, exempt_item, record_completion
from cohorts.actions.formative import give_feedback
from cohorts.kinds import Deferring
from cohorts.models import Completion, Facilitation, FormativeFile, FormativeRound, FormativeWork, Membership
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.browsing import Browsing
from tests.cohorts.written import Written, a_file, written
from tests.factories import a_grant, a_partner, a_person

__all__ = ["written"]
TASK, WRITE, GIVE = "/participant/formative/plan/", "/participant/formative/plan/write/", "/facilitator/feedback/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def boxes(words: str = "", **fields: Any) -> dict[str, Any]:
    return {"words": words, "revision": "0", "number": "1", "save": "1"} | fields


# --- the participant -----------------------------------------------------------------------------


def test_the_task_opens_its_page_instead_of_being_marked_as_done(written: Written) -> None:
    ines = Browsing(written.person).open("/participant/course/")
    assert TASK in ines.html
    assert "To send" in ines.text
    ines.client.post("/participant/course/plan/done/")
    assert not Completion.objects.exists()
    ines.open(TASK)
    assert ines.address == WRITE
    assert "3 hours of work, in Leading change." in ines.text
    assert "It leads to “Change in practice”, Wednesday 25 March 2026." in ines.text
    assert "Gwen Ashdown-Pike gives you feedback" in ines.text


def test_a_draft_goes_on_on_another_device_and_is_sent(written: Written) -> None:
    Browsing(written.person).open(WRITE).send("save", words="Half of it")
    assert not Completion.objects.exists()
    elsewhere = Browsing(written.person).open(WRITE)
    assert elsewhere.held["words"] == ["Half of it"]
    assert "Your draft is saved" in Browsing(written.person).open("/participant/course/").text
    elsewhere.send("send", words="All of it")
    assert elsewhere.address == TASK
    assert "It counts as done" in elsewhere.html
    assert "All of it" in elsewhere.text
    assert Completion.objects.get().item == written.task
    assert "Sent; feedback is to come" in elsewhere.open("/participant/course/").text


def test_what_is_refused_when_sending_is_saved_all_the_same(written: Written) -> None:
    ines = Browsing(written.person).open(WRITE)
    ines.send("send", words="x" * 20_001)
    assert "Your answer has 20,001 characters" in ines.text
    assert "<title>Error:" in ines.html
    assert FormativeWork.objects.get().draft == "x" * 20_001
    ines.send("send", words="")
    assert "There is nothing to send yet" in ines.text
    ines.send("send", words="Short")
    assert FormativeRound.objects.get().words == "Short"


def test_sound_files_and_words_are_kept_where_another_file_is_refused(written: Written) -> None:
    client = signed_in(written.person)
    sent = boxes("Words", documents=[a_file("plan.pdf"), a_file("list.txt")], send="1")
    page = client.post(WRITE, sent).content.decode()
    assert "“list.txt” was not added. The file must be a .docx or a .pdf" in page
    assert "plan.pdf" in page
    assert 'name="revision" value="1"' in page, "the next time it goes on from what was saved"
    assert (FormativeWork.objects.get().draft, FormativeFile.objects.get().sender_name) == ("Words", "plan.pdf")
    assert not FormativeRound.objects.exists(), "not without the file"
    client.post(WRITE, boxes("Words", revision="1", send="1"))
    assert FormativeRound.objects.get().files.get().sender_name == "plan.pdf"


def test_a_file_alone_can_be_sent_and_a_file_is_removed_without_losing_words(written: Written) -> None:
    client = signed_in(written.person)
    client.post(WRITE, boxes(documents=[a_file("plan.docx"), a_file("two.docx", "Two")]))
    two = FormativeFile.objects.get(sender_name="two.docx")
    client.post(WRITE, boxes("Typed meanwhile", drop=two.public_id))
    assert FormativeWork.objects.get().draft == "Typed meanwhile"
    assert FormativeFile.objects.get().sender_name == "plan.docx"
    client.post(WRITE, boxes(revision="1", send="1"))
    assert (FormativeRound.objects.get().words, FormativeRound.objects.get().files.count()) == ("", 1)


def test_of_two_tabs_the_second_shows_what_stands_and_keeps_what_was_typed_and_chosen(written: Written) -> None:
    client = signed_in(written.person)
    client.post(WRITE, boxes("First tab"))
    page = client.post(WRITE, boxes("Second tab", documents=[a_file()], send="1")).content.decode()
    assert "saved while your page was open" in page
    assert "Files are kept as soon as you add them." in page
    assert "Nothing of this page is saved" not in page
    assert "First tab" in page
    assert "Second tab" in page
    assert "plan.docx" in page
    assert FormativeWork.objects.get().draft == "First tab"
    assert not FormativeRound.objects.exists()
    client.post(WRITE, boxes("Second tab", revision="1", send="1"))
    assert FormativeRound.objects.get().words == "Second tab"


def test_feedback_given_while_it_was_changed_is_said_and_nothing_is_lost(written: Written) -> None:
    sent = written.sends("First")
    ines = Browsing(written.person).open(WRITE)
    give_feedback(sent, words="Say why.", revision=1, by=written.facilitator)
    ines.send("send", words="Better")
    assert "Feedback to what you sent was given while your page was open" in ines.text
    assert FormativeWork.objects.get().draft == "Better"
    assert "Say why." in ines.open(TASK).text
    assert "You have changed your draft since and not sent it" in ines.text
    ines.open(WRITE).send("send")
    assert [one.words for one in FormativeRound.objects.order_by("number")] == ["First", "Better"]


def test_a_stale_page_says_which_version_it_becomes_and_sends_it(written: Written) -> None:
    sent = written.sends("First")
    give_feedback(sent, words="Say why.", revision=1, by=written.facilitator)
    ines = Browsing(written.person).open(WRITE)
    assert "This becomes version 2." in ines.text
    second = written.sends("Second", number=2)
    give_feedback(second, words="Better.", revision=1, by=written.facilitator)
    ines.send("send", words="Third")
    assert "saved while your page was open" in ines.text
    assert "This becomes version 3." in ines.text
    ines.send("send")
    assert [one.words for one in FormativeRound.objects.order_by("number")] == ["First", "Second", "Third"]


def test_what_came_after_feedback_is_sent_from_the_page_that_says_so(written: Written) -> None:
    sent = written.sends("First")
    ines = Browsing(written.person).open(WRITE)
    give_feedback(sent, words="Say why.", revision=1, by=written.facilitator)
    ines.send("send", words="Better")
    assert "This becomes version 2." in ines.text
    ines.send("send")
    assert [one.words for one in FormativeRound.objects.order_by("number")] == ["First", "Better"]


@pytest.mark.parametrize("is_sent", [False, True])
def test_somebody_deferred_writes_on_and_is_not_asked_to_send(written: Written, is_sent: bool) -> None:
    if is_sent:
        written.sends("First")
    else:
        record_completion(written.enrolment, item=written.task, by=written.lead)
    defer_enrolment(written.enrolment, reason=Deferring.OTHER, by=written.lead)
    ines = Browsing(written.person)
    page = ines.open(TASK).text
    for offered in ("You may still send your work", "Change what you sent", "you can change it and send it anew"):
        assert offered not in page
    ines.open(WRITE)
    assert "You are not taking part at present, so nothing can be sent." in ines.text
    assert 'name="send"' not in ines.html
    ines.send("save", words="For later")
    assert FormativeWork.objects.get().draft == "For later"


def test_what_staff_recorded_says_so_and_what_is_no_longer_asked_is_not_written(written: Written) -> None:
    record_completion(written.enrolment, item=written.task, by=written.lead)
    assert "recorded as done on 18 March 2026 by Tobias Farrant" in Browsing(written.person).open(TASK).text
    exempt_item(written.enrolment, item=written.task, reason="Not needed.", by=written.lead)
    client = signed_in(written.person)
    assert "no longer asked of you" in client.get(TASK).content.decode()
    assert client.get(WRITE).status_code == 404
    assert client.post(WRITE, boxes("x")).status_code == 404


# --- whoever gives feedback ----------------------------------------------------------------------


def test_from_sending_to_reading_the_feedback(written: Written) -> None:
    Browsing(written.person).open(WRITE).send("send", words="We began with the timetable.")
    gwen = Browsing(written.facilitator).open("/facilitator/")
    sent = FormativeRound.objects.get()
    assert f"{GIVE}{sent.public_id}/" in gwen.html
    gwen.open(f"{GIVE}{sent.public_id}/")
    assert "We began with the timetable." in gwen.text
    gwen.send(words="")
    assert "Write your feedback" in gwen.text
    gwen.send(words="Say why the timetable came first.")
    assert gwen.address == GIVE
    assert "Nothing waits for feedback" in gwen.text
    ines = Browsing(written.person).open(TASK)
    assert "Say why the timetable came first." in ines.text
    assert "Gwen Ashdown-Pike, 18 March 2026" in ines.text
    ines.open(WRITE).send("send", words="First, for everybody waits for it.")
    second = FormativeRound.objects.get(number=2)
    gwen.open(f"{GIVE}{second.public_id}/")
    assert "Say why the timetable came first." in gwen.text, "with the round before"
    assert "Version 2" in gwen.text


def test_the_second_of_two_facilitators_reads_the_first_ones_and_loses_nothing(written: Written) -> None:
    sent = written.sends()
    tobias = Browsing(written.lead).open(f"{GIVE}{sent.public_id}/")
    give_feedback(sent, words="Gwen’s words", revision=1, by=written.facilitator)
    tobias.send(words="Tobias’s words")
    assert "somebody saved feedback here" in tobias.text
    assert "Gwen’s words" in tobias.text
    assert tobias.held["words"] == ["Tobias’s words"]
    tobias.send()
    sent.refresh_from_db()
    assert (sent.feedback, sent.feedback_by) == ("Tobias’s words", written.lead)


def test_the_list_is_searched_and_shows_what_waits_or_what_has_its_feedback(written: Written) -> None:
    sent = written.sends()
    client = signed_in(written.facilitator)

    def shown(query: str) -> bool:
        return sent.public_id in client.get(f"{GIVE}{query}").content.decode()

    assert [shown(query) for query in ("", "?q=caldbeck", "?q=plan+fellside", "?q=rafe", "?show=answered")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    give_feedback(sent, words="Good.", revision=1, by=written.facilitator)
    assert [shown(query) for query in ("", "?show=answered", "?show=answered&q=ines")] == [False, True, True]


# --- who reads it --------------------------------------------------------------------------------


def test_only_those_who_lead_the_person_now_and_their_leads_read_and_answer(written: Written) -> None:
    written.attaches()
    sent, file = written.sends(), FormativeFile.objects.get()
    other_group = Membership.objects.get(enrolment=written.other).group
    former = a_person(Role.FACILITATOR)
    Facilitation.objects.create(
        group=written.group, person=former, from_on=written.cohort.starts_on, to_on=clock.today()
    )
    twice = a_person(Role.PARTICIPANT, Role.FACILITATOR)
    kept_out = [
        Facilitation.objects.get(group=other_group).person, former, twice,
        a_person(Role.PROGRAMME_LEAD, organisation=a_partner()), a_person(Role.FACILITATOR, Role.ADMINISTRATOR),
    ]  # fmt: skip
    for person, status in [(written.facilitator, 200), (written.lead, 200), *((one, 404) for one in kept_out)]:
        client = signed_in(person)
        assert client.get(f"{GIVE}{sent.public_id}/").status_code == status
        response = client.get(f"{GIVE}files/{file.public_id}/")
        assert response.status_code == status
        if status == 200:
            assert b"".join(response.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
        else:
            assert client.post(f"{GIVE}{sent.public_id}/", {"words": "x", "revision": "1"}).status_code == 404
            assert sent.public_id not in client.get(GIVE).content.decode()
    for person in (written.person, written.mate.person, a_person(Role.ADMINISTRATOR)):
        assert signed_in(person).get(f"{GIVE}{sent.public_id}/").status_code == 403
    assert Client().get(f"{GIVE}{sent.public_id}/").status_code == 302


def test_nobody_gives_feedback_to_themselves_even_as_facilitator_of_their_group(written: Written) -> None:
    sent = written.sends()
    a_grant(written.person, Role.FACILITATOR)
    Facilitation.objects.filter(group=written.group).update(person=written.person)
    client = signed_in(written.person)
    assert client.get(f"{GIVE}{sent.public_id}/").status_code == 404
    assert sent.public_id not in client.get("/facilitator/").content.decode()


def test_a_draft_is_read_by_nobody_else(written: Written) -> None:
    file = written.attaches()
    written.saves("A secret draft", revision=0)
    assert "secret" not in signed_in(written.facilitator).get(GIVE).content.decode()
    assert signed_in(written.facilitator).get(f"{GIVE}files/{file.public_id}/").status_code == 404
    assert signed_in(written.mate.person).get(f"/participant/formative/files/{file.public_id}/").status_code == 404
    response = signed_in(written.person).get(f"/participant/formative/files/{file.public_id}/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="plan.docx"'
    assert b"".join(response.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_leads_find_on_the_start_page_that_work_waits(written: Written) -> None:
    written.sends()
    page = signed_in(written.lead).get("/admin/").content.decode()
    assert "Work without feedback" in page
    assert "The longest has waited since 18 Mar 2026." in page
