"""Catching up in the browser: from the missed session to the figure that moved, for each who has a part in it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cohorts.actions import exempt_item, record_register
from cohorts.actions.catch_up import (
    accept_catch_up,
    offer_catch_up,
    return_catch_up,
    send_catch_up,
    withdraw_catch_up,
)
from cohorts.models import CatchUp, CatchUpOffer, Enrolment, LedgerEntry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.assessments.conftest import a_docx
from tests.cohorts import browsing
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_cohort, a_group, a_person, a_seminar, an_enrolment


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def absent(world: World) -> Enrolment:
    (somebody,) = world.enrol(person=a_person(Role.PARTICIPANT, full_name="Ines Tarbeck"))
    record_register(world.seminar, marks={somebody.pk: mark("absent")}, by=world.facilitator)
    return somebody


class Browsing(browsing.Browsing):
    @property
    def text(self) -> str:
        """Without the gap that elements leave before a sign."""
        return re.sub(r" (?=[.,:])", "", super().text)


def page_of(world: World) -> str:
    return reverse("cohorts:catch_up", args=[world.seminar_item.code])


def sent(world: World, who: Enrolment, words: str = "That it takes time.") -> CatchUp:
    return send_catch_up(who, item=world.seminar_item, offer=None, words=words, by=who.person)


def decide(one: CatchUp, side: str = "") -> str:
    return reverse(f"cohorts:{side}catch_up_decide", args=[one.public_id])


def status(person: User, address: str, method: str = "get") -> int:
    client = Client()
    client.force_login(person)
    return int(getattr(client, method)(address).status_code)


def test_from_the_missed_session_to_the_figure_that_moved(world: World, absent: Enrolment) -> None:
    leader = Browsing(world.facilitator).open(reverse("cohorts:catch_up_offer_add"))
    key = f"{world.cohort.public_id}-{world.seminar_item.code}"
    leader.send(
        session=key, way="recording", title="The recording", url="https://library.example/r", words="", minutes=90
    )
    assert "Offered: “The recording”." in leader.text

    person = Browsing(absent.person).open(reverse("cohorts:engagement"))
    assert "Your shortest way back" in person.text
    assert "Seminar 1 2 hours to earn back, with about 1 hour 30 minutes of work. By Tuesday 28 April" in person.text
    assert "11.59pm. After that they are lost." in person.text
    assert page_of(world) in person.html
    assert page_of(world) in Browsing(absent.person).open(reverse("cohorts:course")).html
    person.open(page_of(world))
    assert "Send it by Tuesday 28 April 2026, 11.59pm." in person.text
    assert "Watch the recording, about 1 hour 30 minutes." in person.text
    person.send(offer=CatchUpOffer.objects.get().public_id, words="")
    assert "Say what you take from it" in person.text
    person.send(words="That change takes time.")
    one = CatchUp.objects.get()
    assert person.address == reverse("cohorts:catch_up_sent", args=[one.public_id])
    assert f"Your receipt {one.public_id}" in person.text
    assert "waits for a decision" in person.open(reverse("cohorts:engagement")).text
    assert "Waiting for a decision" in person.open(reverse("cohorts:course")).text

    assert "Ines Tarbeck: decide on their catch-up “Seminar 1”" in leader.open(reverse("cohorts:today")).text
    assert (
        "Ines Tarbeck: waits for a decision since"
        in leader.open(reverse("cohorts:register", args=[world.seminar.public_id])).text
    )
    leader.open(reverse("cohorts:catch_ups"))
    assert "Ines Tarbeck: Seminar 1" in leader.text
    leader.open(decide(one))
    assert "That change takes time." in leader.text
    assert "Absent. Recorded" in leader.text
    assert "2 hours are credited: from 0.0% to 28.5%." in leader.text
    leader.send(decision="accept")
    assert "Accepted. 2 hours are credited: from 0.0% to 28.5%. Ines Tarbeck is told by email." in leader.text
    assert "Nothing waits for a decision." in leader.text

    person.open(reverse("cohorts:engagement"))
    assert "What you can catch up" not in person.text
    assert list(LedgerEntry.objects.values_list("change", "source")) == [(120, "catch_up")]
    assert (
        "It was accepted on Wednesday 18 March 2026 by Gwen Ashdown-Pike"
        in person.open(reverse("cohorts:catch_up_sent", args=[one.public_id])).text
    )
    assert "You have earned the whole of this already" in person.open(page_of(world)).text


def test_sent_back_and_sent_again(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    leader = Browsing(world.facilitator).open(decide(one)).send(decision="send_back", answer="")
    assert "Say why, so that they know what to do" in leader.text
    leader.send(decision="send_back", answer="Say what you will do.", send_by=date(2027, 1, 1))
    assert "The last day must be from 28 April 2026 to 29 April 2026" in leader.text
    leader.send(send_by=date(2026, 4, 29))
    assert "Sent back to Ines Tarbeck, to be sent again by Wednesday 29 April 2026." in leader.text
    person = Browsing(absent.person).open(reverse("cohorts:engagement"))
    assert "What you handed in was sent back. Send it again by Wednesday 29 April 2026." in person.text
    person.open(page_of(world))
    assert "What is asked for Say what you will do." in person.text
    assert person.held["words"] == ["That it takes time."]
    person.send(words="I will ask each of them.")
    assert "We have your catch-up" in person.text
    assert "It was sent back before, with these words: “Say what you will do.”" in leader.open(decide(one)).text


def test_refusing_is_asked_for_once_more(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    leader = Browsing(world.facilitator).open(decide(one)).send(decision="refuse", answer="Of another session.")
    assert "Do not accept the catch-up of Ines Tarbeck?" in leader.text
    assert CatchUp.objects.get().state == "sent"
    leader.send("back")
    assert leader.held["answer"] == ["Of another session."]
    leader.send().send("confirmed")
    assert "Not accepted. Ines Tarbeck is told by email, with what you wrote." in leader.text
    person = Browsing(absent.person).open(reverse("cohorts:catch_up_sent", args=[one.public_id]))
    assert "Why not Of another session. You can send another one until Tuesday 28 April 2026" in person.text
    assert "What you sent before was not accepted." in person.open(page_of(world)).text


def test_files_are_handed_in_and_handed_out(world: World, absent: Enrolment) -> None:
    client = Client()
    client.force_login(absent.person)
    content = a_docx("My notes.")
    files = [SimpleUploadedFile("notes.docx", content), SimpleUploadedFile("table.xlsx", b"PK")]
    answers = {"words": "Much.", "revision": "0", "documents": files}
    said = client.post(page_of(world), answers).content.decode()
    assert "The file must be a .docx or a .pdf" in said
    assert "Much." in said
    assert not CatchUp.objects.exists()
    files = [SimpleUploadedFile("notes.docx", content)]
    client.post(page_of(world), answers | {"documents": files, "words": ""})
    assert not CatchUp.objects.exists()
    files[0].seek(0)
    client.post(page_of(world), answers | {"documents": files})
    one = CatchUp.objects.get()
    (file,) = one.files.all()
    evidence = reverse("cohorts:catch_up_evidence", args=[one.public_id, file.public_id])
    own = reverse("cohorts:catch_up_file", args=[file.public_id])
    for person, address in ((absent.person, own), (world.facilitator, evidence)):
        reader = Client()
        reader.force_login(person)
        response: Any = reader.get(address)
        assert b"".join(response.streaming_content) == content
        assert response["Content-Disposition"] == 'attachment; filename="notes.docx"'
    (other,) = world.enrol()
    assert status(other.person, own) == 404
    assert status(a_person(Role.FACILITATOR), evidence) == 404
    page = Browsing(absent.person).open(page_of(world))
    page.send(taken_off=[file.public_id])
    assert one.files.count() == 0


def test_chosen_files_are_asked_for_again_where_the_words_are_missing(world: World, absent: Enrolment) -> None:
    client = Client()
    client.force_login(absent.person)
    answers = {"words": "", "revision": "0", "documents": [SimpleUploadedFile("notes.docx", a_docx())]}
    said = client.post(page_of(world), answers).content.decode()
    assert "Choose your files again: they are not kept while something else is to be put right" in said
    # One of several that cannot be handed in is named, and the others are asked for again.
    answers |= {"words": "Words.", "documents": [a_note("notes.docx"), a_note("list.txt")]}
    said = client.post(page_of(world), answers).content.decode()
    assert "“list.txt” cannot be handed in." in said
    assert "Choose your files again" in said
    assert not CatchUp.objects.exists()


def a_note(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_docx())


def test_of_two_tabs_the_second_is_told_that_its_file_is_not_kept(world: World, absent: Enrolment) -> None:
    sent(world, absent)
    client = Client()
    client.force_login(absent.person)
    answers = {"words": "From the second.", "revision": "0", "documents": [a_note("notes.docx")]}
    said = client.post(page_of(world), answers).content.decode()
    assert "This was saved in another window while your page was open" in said
    assert "Choose your files again" in said


def test_two_tabs_keep_both_texts_in_sight(world: World, absent: Enrolment) -> None:
    first, second = Browsing(absent.person).open(page_of(world)), Browsing(absent.person).open(page_of(world))
    first.send(words="From the first.")
    second.send(words="From the second.")
    assert "What was saved meanwhile From the first." in second.text
    assert second.held["words"] == ["From the second."]
    second.send()
    assert CatchUp.objects.get().words == "From the second."


def test_what_was_typed_too_late_is_shown_to_be_copied(world: World, absent: Enrolment, time_machine: Any) -> None:
    page = Browsing(absent.person).open(page_of(world))
    time_machine.move_to(NOW + timedelta(days=60), tick=False)
    page.send(words="Just too late.")
    assert "This could be caught up until 28 April 2026, 11.59pm. Since then it is lost." in page.text
    assert "What you had typed It was not sent. Copy it from here if you want to keep it. Just too late." in page.text


def test_taking_back_is_asked_for_once_more(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    page = Browsing(absent.person).open(reverse("cohorts:catch_up_take_back", args=[one.public_id]))
    page.send()
    assert "Taken back: what you handed in for “Seminar 1”." in page.text
    assert "You took it back. You can send another one until Tuesday 28 April 2026." in page.text
    assert "What you handed in is yours alone again." in page.text
    again = Browsing(absent.person).open(reverse("cohorts:catch_up_take_back", args=[one.public_id]))
    assert "There is nothing to take back. It says: taken back." in again.text


def test_what_is_taken_back_is_its_writers_alone_again(world: World, absent: Enrolment) -> None:
    one = send_catch_up(
        absent, item=world.seminar_item, offer=None, words="A secret.", uploads=[a_note("n.docx")], by=absent.person
    )
    answers = {"public_id": one.public_id, "file": one.files.get().public_id}
    files = {side: reverse(f"cohorts:{side}catch_up_evidence", kwargs=answers) for side in ("", "lead_")}
    record = reverse("admin:cohorts_catchup_change", args=[one.pk])
    assert "A secret." in Browsing(world.lead).open(record).text
    page = Browsing(world.facilitator).open(decide(one))
    withdraw_catch_up(one, by=absent.person)
    page.send(decision="send_back", answer="Typed at length.")
    assert "What you had typed Typed at length." in page.text
    assert "They have taken it back, so what was handed in is theirs alone again." in page.text
    for reader, address in ((world.facilitator, decide(one)), (world.lead, decide(one, "lead_")), (world.lead, record)):
        assert "A secret." not in Browsing(reader).open(address).html
    assert [status(world.facilitator, files[""]), status(world.lead, files["lead_"])] == [404, 404]
    # Whoever starts anew goes on from what they had written.
    again = Browsing(absent.person).open(page_of(world))
    assert again.held["words"] == ["A secret."]
    again.send()
    assert list(CatchUp.objects.order_by("pk").values_list("state", "words")) == [
        ("withdrawn", "A secret."),
        ("sent", "A secret."),
    ]


def test_where_a_register_took_the_credit_away_the_page_says_so(world: World, absent: Enrolment) -> None:
    one = accept_catch_up(sent(world, absent), revision=1, by=world.facilitator)
    address = reverse("cohorts:catch_up_sent", args=[one.public_id])
    assert "and you have been credited." in Browsing(absent.person).open(address).text
    record_register(world.seminar, marks={absent.pk: mark("absent", reason="Copied.")}, by=world.facilitator)
    page = Browsing(absent.person).open(address)
    assert "and you have been credited" not in page.text
    assert "The register was changed on Wednesday 18 March 2026 by Gwen Ashdown-Pike: it now says “absent”" in page.text
    assert "You can send another one until Tuesday 28 April 2026: catch up on it again." in page.text
    assert "and its credit taken back." in Browsing(absent.person).open(page_of(world)).text
    assert "and its credit taken back." in Browsing(world.facilitator).open(decide(one)).text


def test_home_says_until_when_to_send_again_what_came_back(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    return_catch_up(one, answer="More.", send_by=date(2026, 4, 28), revision=1, by=world.facilitator)
    home = Browsing(absent.person).open(reverse("home:participant"))
    assert "Send your catch-up on “Seminar 1” again By Tuesday 28 April 2026, 11.59pm" in home.text
    assert f'href="{page_of(world)}"' in home.html


def test_who_would_refuse_what_is_decided_already_is_told_so_at_once(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    second = Browsing(world.facilitator).open(decide(one))
    accept_catch_up(one, revision=1, by=world.lead)
    second.send(decision="refuse", answer="Too short.")
    assert "This catch-up no longer waits for a decision." in second.text
    assert "What you had typed Too short." in second.text


def test_whoever_accepts_in_two_tabs_is_told_that_it_was_accepted_already(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    first, second, third = (Browsing(world.facilitator).open(decide(one)) for _ in range(3))
    first.send(decision="accept")
    assert "Accepted. 2 hours are credited: from " in first.text
    second.send(decision="accept")
    assert "You had decided that already: “Accepted”. Ines Tarbeck has been told, once." in second.text
    assert "Nothing is left to credit" not in second.text
    third.send(decision="accept", answer="Well put.")
    assert "This catch-up no longer waits for a decision." in third.text
    assert "What you had typed Well put." in third.text
    assert Message.objects.filter(kind="catch-up-accepted").count() == 1


def test_two_who_decide_learn_of_each_other(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    leader = Browsing(world.facilitator).open(decide(one))
    lead = Browsing(world.lead).open(decide(one, "lead_"))
    leader.send(decision="accept")
    lead.send(decision="send_back", answer="Typed at length.")
    assert "This catch-up no longer waits for a decision." in lead.text
    assert "What you had typed Typed at length." in lead.text
    assert "Accepted By Gwen Ashdown-Pike, on Wednesday 18 March 2026." in lead.text
    assert LedgerEntry.objects.count() == 1


def test_what_was_changed_is_read_before_it_is_decided(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    leader = Browsing(world.facilitator).open(decide(one))
    send_catch_up(absent, item=world.seminar_item, offer=None, words="Changed.", revision=1, by=absent.person)
    leader.send(decision="accept")
    assert "It was changed while your page was open. Read it again below, then decide." in leader.text
    assert "Changed." in leader.text
    leader.send(decision="accept")
    assert CatchUp.objects.get().state == "accepted"


def test_who_may_decide(world: World, absent: Enrolment) -> None:
    """Whoever leads the group or the session, and leads: nobody else, and nobody on their own."""
    one = sent(world, absent)
    stand_in = a_person(Role.FACILITATOR)
    world.seminar.facilitator = stand_in
    world.seminar.save(update_fields=["facilitator"])
    elsewhere = a_person(Role.FACILITATOR)
    a_seminar(world.cohort, world.other_item, a_group(world.cohort, elsewhere), facilitator=elsewhere)
    other_lead = a_person(Role.PROGRAMME_LEAD, organisation=a_cohort(world.version, delivery_partner=None).provider)
    found = {
        "group": status(world.facilitator, decide(one)),
        "session": status(stand_in, decide(one)),
        "another's": status(elsewhere, decide(one)),
        "coach": status(a_person(Role.COACH), decide(one)),
        "themselves": status(absent.person, decide(one)),
        "lead": status(world.lead, decide(one, "lead_")),
        "lead, as facilitator": status(world.lead, decide(one)),
        "lead of the provider": status(other_lead, decide(one, "lead_")),
        "administrator": status(a_person(Role.ADMINISTRATOR), decide(one, "lead_")),
    }
    assert found == {
        "group": 200,
        "session": 200,
        "another's": 404,
        "coach": 403,
        "themselves": 403,
        "lead": 200,
        "lead, as facilitator": 403,
        "lead of the provider": 200,
        "administrator": 403,
    }


def test_a_facilitator_who_takes_part_does_not_see_their_own_to_decide(world: World) -> None:
    both = a_person(Role.FACILITATOR, Role.PARTICIPANT)
    group = a_group(world.cohort, both)
    own = an_enrolment(world.cohort, group, both)
    record_register(world.seminar, marks={}, by=world.facilitator)
    seminar = a_seminar(world.cohort, world.seminar_item, group, facilitator=both)
    record_register(seminar, marks={own.pk: mark("absent")}, by=both)
    one = sent(world, own)
    assert status(both, decide(one)) == 404
    assert "Nothing waits for a decision." in Browsing(both).open(reverse("cohorts:catch_ups")).text


def test_the_list_shows_what_is_asked_for(world: World, absent: Enrolment) -> None:
    (second, third) = world.enrol(2)
    record_register(world.seminar, marks={second.pk: mark("absent"), third.pk: mark("absent")}, by=world.facilitator)
    sent(world, absent)
    back, done = sent(world, second), sent(world, third)
    return_catch_up(back, answer="More.", send_by=date(2026, 4, 28), revision=1, by=world.facilitator)
    accept_catch_up(done, revision=1, by=world.facilitator)
    names = {one: str(one.person) for one in (absent, second, third)}

    def shown(query: str) -> set[str]:
        text = Browsing(world.facilitator).open(f"{reverse('cohorts:catch_ups')}?{query}").text
        return {name for name in names.values() if name in text}

    assert shown("") == shown("show=nonsense") == {names[absent]}
    assert shown("show=back") == {names[second]}
    assert shown("show=decided") == {names[third]}
    assert shown("q=tarbeck") == {names[absent]}
    assert shown("q=nobody") == set()


def test_offers_are_changed_and_ended_by_those_who_lead_in_the_cohort(world: World, absent: Enrolment) -> None:
    given = {"way": "reading", "title": "A chapter", "words": "Pages 1 to 20", "minutes": 40}
    mine = offer_catch_up(world.seminar_item, cohort=world.cohort, **given, by=world.facilitator)
    for_all = offer_catch_up(world.seminar_item, cohort=None, **given, by=world.lead)
    leader = Browsing(world.facilitator).open(reverse("cohorts:catch_up_offers"))
    assert "Every cohort By a programme lead" in leader.text
    change, end = (
        reverse(f"cohorts:{name}", args=[mine.public_id]) for name in ("catch_up_offer", "catch_up_offer_end")
    )
    leader.open(change).send(words="")
    assert "Give a link, or say below what to do" in leader.text
    leader.send(words="Pages 1 to 30")
    assert "Pages 1 to 30" in Browsing(absent.person).open(page_of(world)).text
    leader.open(end).send()
    assert "“A chapter” is not offered any more." in leader.text
    stranger = a_person(Role.FACILITATOR)
    assert {status(stranger, change), status(stranger, end)} == {404}
    assert status(world.facilitator, reverse("cohorts:catch_up_offer", args=[for_all.public_id])) == 404
    assert str(Browsing(absent.person).open(page_of(world)).text).count("A chapter") == 2  # in the list, and to choose


def test_a_deferred_person_is_told_why_nothing_can_be_handed_in(world: World, absent: Enrolment) -> None:
    Enrolment.objects.filter(pk=absent.pk).update(state="deferred", deferred_on=NOW.date(), deferred_for="other")
    page = Browsing(absent.person).open(page_of(world))
    assert "You are entered as deferred, and whoever takes no part can hand nothing in." in page.text


def test_a_link_with_a_password_in_it_is_not_offered(world: World) -> None:
    page = Browsing(world.facilitator).open(reverse("cohorts:catch_up_offer_add"))
    item = f"{world.cohort.public_id}-{world.seminar_item.code}"
    answers = {"session": item, "way": "recording", "title": "The recording", "minutes": "60"}
    page.send(url="https://gwen:secret@library.example/one", **answers)
    assert "Take the name and password out of the link" in page.text
    assert not CatchUpOffer.objects.exists()
    page.send(url="https://library.example/one")
    assert CatchUpOffer.objects.get().url == "https://library.example/one"


def test_a_page_says_why_a_catch_up_is_not_needed_as_things_stand(world: World, absent: Enrolment) -> None:
    one = sent(world, absent)
    person, leader = Browsing(absent.person), Browsing(world.facilitator)
    receipt = reverse("cohorts:catch_up_sent", args=[one.public_id])

    def mark_as(status: str) -> None:
        record_register(world.seminar, marks={absent.pk: mark(status, reason="Ill")}, by=world.facilitator)

    mark_as("exempt")
    said = person.open(receipt).text
    assert "The item is not asked of you, so that it does not count." in said
    assert "credited" not in said
    said = leader.open(decide(one)).text
    assert "The item is not asked of them." in said
    assert "credit" not in said
    mark_as("absent")
    assert "By now the item is not credited to you in full." in person.open(receipt).text
    assert "You can send it again until Tuesday 28 April 2026" in person.text
    assert "By now it is not credited to them in full; they may send another one." in leader.open(decide(one)).text
    assert "That it takes time." in person.open(page_of(world)).text
    mark_as("present")
    assert "You are credited the whole of the item." in person.open(receipt).text
    assert "They are credited the whole of it." in leader.open(decide(one)).text


def test_a_page_of_an_accepted_catch_up_says_where_the_item_is_not_asked_by_now(
    world: World, absent: Enrolment
) -> None:
    one = accept_catch_up(sent(world, absent), revision=1, by=world.facilitator)
    exempt_item(absent, item=world.seminar_item, reason="Ill", by=world.lead)
    said = Browsing(absent.person).open(reverse("cohorts:catch_up_sent", args=[one.public_id])).text
    assert "By now the item is not asked of you, so that it does not count." in said
    assert "you have been credited" not in said
