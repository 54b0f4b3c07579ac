"""The pages on which people study, walked as they would be; and who is kept out."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cohorts.actions import record_completion
from cohorts.models import Completion, PageRead
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import add_file, begin_page, draft_page, publish_text, retire_page
from npqh_portal.programmes.models import StudyFile, StudyPage
from tests.cohorts.browsing import Browsing
from tests.cohorts.conftest import NOW, World
from tests.factories import a_cohort, a_group, a_person, a_study_page, a_version, an_enrolment
from tests.web.pictures import a_png


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def pages(world: World) -> list[StudyPage]:
    world.enrol(2)
    words = ("## Why\n\nBecause.", "Look around.", "Write it down.")
    return [a_study_page(world.module, body=body, minutes=12 + place) for place, body in enumerate(words)]


def overview(world: World) -> str:
    return f"/participant/study/{world.module.code}/"


def me(world: World) -> Browsing:
    return Browsing(world.people[0].person)


def asks(person: User, address: str) -> int:
    client = Client()
    client.force_login(person)
    answer = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


# --- the participant -----------------------------------------------------------------------------


def test_a_module_is_read_from_the_course_page_to_its_end(world: World, pages: list[StudyPage]) -> None:
    reader = me(world).open("/participant/course/")
    assert overview(world) in reader.html
    assert "Mark as done" not in reader.html
    reader.open(overview(world))
    assert "3 pages, about 39 minutes together. Your course counts 3 hours for it." in reader.text
    assert "Start with page 1" in reader.text
    reader.open(f"{overview(world)}1/")
    assert "Page 1 of 3, about 12 minutes" in reader.text
    assert '<h2 class="govuk-heading-m">Why</h2>' in reader.html
    reader.send()
    assert reader.address == f"{overview(world)}2/"
    assert "Go on with page 2" in me(world).open(overview(world)).text, "on any device"
    assert "1 of 3 pages read" in me(world).open("/participant/course/").text
    reader.send()
    assert "Finish the module" in reader.text
    assert not Completion.objects.exists()
    reader.send()
    assert reader.address == overview(world)
    assert "is done" in reader.html
    assert Completion.objects.get().item == world.module
    assert "You finished it on Wednesday 18 March 2026." in reader.text
    assert "<form" not in reader.open(f"{overview(world)}3/").html.partition("<main")[2].partition("</main")[0]
    assert "Go on to page 2: Page 2" in reader.open(f"{overview(world)}1/").text


def test_looking_at_pages_notes_nothing(world: World, pages: list[StudyPage]) -> None:
    reader = me(world)
    for address in ("", "1/", "2/", "3/", "print/"):
        reader.open(overview(world) + address)
    assert not PageRead.objects.exists()


def test_the_old_button_leads_to_the_pages(world: World, pages: list[StudyPage]) -> None:
    reader = me(world)
    reader.client.post(f"/participant/course/{world.module.code}/done/")
    assert not Completion.objects.exists()


def test_a_module_without_pages_is_marked_as_done_as_before(world: World) -> None:
    world.enrol()
    reader = me(world).open("/participant/course/")
    assert "Mark as done" in reader.html
    assert asks(world.people[0].person, overview(world)) == 404


def test_pages_read_out_of_order_lead_back_to_what_is_left(world: World, pages: list[StudyPage]) -> None:
    reader = me(world).open(f"{overview(world)}3/")
    assert "Read; go on" in reader.text
    reader.send()
    assert reader.address == f"{overview(world)}1/"


def test_a_page_that_was_read_asks_for_nothing_and_leads_on(world: World, pages: list[StudyPage]) -> None:
    reader = me(world).open(f"{overview(world)}3/").send()
    reader.open(f"{overview(world)}3/")
    assert "You have read it" in reader.text
    assert "Read; go on" not in reader.text
    assert "Go on to page 1: Page 1" in reader.text


def test_what_was_read_to_its_end_and_not_finished_can_be_finished(world: World, pages: list[StudyPage]) -> None:
    reader = me(world).open(f"{overview(world)}1/").send().send()
    retire_page(pages[2], by=world.lead)
    assert "You have read every page." in reader.open(overview(world)).text
    reader.send()
    assert Completion.objects.get().item == world.module
    assert "You finished it on Wednesday 18 March 2026." in reader.text


def test_a_page_retired_while_it_was_open_is_noted_and_leads_on(world: World, pages: list[StudyPage]) -> None:
    reader = me(world).open(f"{overview(world)}2/")
    retire_page(pages[1], by=world.lead)
    reader.send()
    assert PageRead.objects.get().page == pages[1]
    assert reader.address == overview(world)


def test_what_is_noted_is_the_revision_that_was_open(world: World, pages: list[StudyPage]) -> None:
    reader = me(world).open(f"{overview(world)}1/")
    publish_text(draft_page(pages[0], title="Page 1", minutes=5, body="Anew.", by=None), by=None)
    reader.send()
    assert PageRead.objects.get().revision.number == 1


def test_a_revision_of_another_module_is_not_found(world: World, pages: list[StudyPage]) -> None:
    reader = me(world)
    answer = reader.client.post(f"{overview(world)}1/", {"revision": "NOSUCHREVISN"})
    assert answer.status_code == 404
    assert not PageRead.objects.exists()


def test_a_finished_module_says_what_is_new_since(world: World, pages: list[StudyPage], time_machine: Any) -> None:
    person = world.people[0]
    record_completion(person, item=world.module, by=person.person)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    draft = begin_page(
        world.version.programme, item_code=world.module.code, title="One more", minutes=5, body="More.", by=None
    )
    publish_text(draft, by=None)
    text = me(world).open(overview(world)).text
    assert text.count("New since you finished") == 1
    assert "You finished it on Wednesday 18 March 2026." in text
    assert "Mark as done" not in me(world).open("/participant/course/").html


def test_somebody_who_left_reads_and_is_offered_no_button(world: World, pages: list[StudyPage]) -> None:
    type(world.people[0]).objects.filter(pk=world.people[0].pk).update(state="withdrawn")
    reader = me(world).open(overview(world))
    assert "What you read now is not noted" in reader.text
    reader.open(f"{overview(world)}1/")
    assert "Because." in reader.text
    assert "Read; go on" not in reader.text
    answer = reader.client.post(f"{overview(world)}1/", follow=True)
    assert "so nothing was recorded" in answer.content.decode()
    assert not PageRead.objects.exists()


def test_print_has_every_page_and_no_frame(world: World, pages: list[StudyPage]) -> None:
    a_study_page(world.module, body="[The film](https://vimeo.com/123456)")
    reader = me(world).open(f"{overview(world)}print/")
    assert [one in reader.text for one in ("1. Page 1", "2. Page 2", "3. Page 3", "4. Page 4")] == [True] * 4
    assert "<h3" in reader.html
    assert "https://vimeo.com/123456" in reader.text
    assert "<iframe" not in reader.html


def test_only_pages_that_show_videos_may_hold_their_frames(world: World, pages: list[StudyPage]) -> None:
    a_study_page(world.module, body="https://youtu.be/abcdefghijk")
    client = me(world).client
    page = client.get(f"{overview(world)}4/")
    assert "frame-src https://www.youtube-nocookie.com https://player.vimeo.com" in page["Content-Security-Policy"]
    assert 'src="https://www.youtube-nocookie.com/embed/abcdefghijk"' in page.content.decode()
    assert "frame-src" not in client.get(overview(world))["Content-Security-Policy"]
    assert "frame-src" not in client.get("/participant/course/")["Content-Security-Policy"]


def test_only_where_videos_play_may_the_two_players_fill_the_screen(world: World, pages: list[StudyPage]) -> None:
    client = me(world).client
    page, other = client.get(f"{overview(world)}1/"), client.get(overview(world))
    players = 'self "https://www.youtube-nocookie.com" "https://player.vimeo.com"'
    assert other["Permissions-Policy"].count("fullscreen=()") == 1
    assert page["Permissions-Policy"] == other["Permissions-Policy"].replace("fullscreen=()", f"fullscreen=({players})")


# --- whose pages ---------------------------------------------------------------------------------


def test_nobody_reads_a_module_that_is_on_no_list_of_theirs(world: World, pages: list[StudyPage]) -> None:
    other = an_enrolment(a_cohort(a_version())).person
    assert asks(other, overview(world)) == 404
    assert asks(other, f"{overview(world)}1/") == 404
    assert asks(world.people[0].person, f"{overview(world)}4/") == 404
    assert asks(world.people[0].person, f"{overview(world)}0/") == 404


@pytest.fixture
def picture(world: World, pages: list[StudyPage], settings: Any, tmp_path: Any) -> StudyFile:
    return add_file(pages[0], upload=SimpleUploadedFile("Ridge.png", a_png()), by=None)


def test_files_are_for_those_who_study_teach_or_lead(world: World, picture: StudyFile) -> None:
    address = f"/study/files/{picture.public_id}/"
    stranger = an_enrolment(a_cohort(a_version())).person
    elsewhere = a_person(Role.FACILITATOR)
    a_group(a_cohort(a_version()), elsewhere)
    for person, status in (
        (world.people[0].person, 200),
        (world.facilitator, 200),
        (world.lead, 200),
        (stranger, 404),
        (elsewhere, 404),
        (a_person(Role.REVIEWER), 404),
    ):
        assert (person, asks(person, address)) == (person, status)
    assert Client().get(address).status_code == 302


def test_a_picture_stands_on_the_page_and_a_file_is_taken_away(world: World, pages: list[StudyPage]) -> None:
    picture = add_file(pages[0], upload=SimpleUploadedFile("ridge.png", a_png()), by=None)
    body = "![The ridge in snow](file:ridge.png)"
    publish_text(draft_page(pages[0], title="Page 1", minutes=5, body=body, by=None), by=None)
    reader = me(world).open(f"{overview(world)}1/")
    address = f"/study/files/{picture.public_id}/"
    assert f'<img src="{address}" alt="The ridge in snow" class="npqh-picture"' in reader.html
    answer = reader.client.get(address)
    assert (answer["Content-Type"], b"".join(answer)) == ("image/png", a_png())
    assert "attachment" not in answer["Content-Disposition"]


def test_a_facilitator_reads_what_they_teach_and_nothing_else(world: World, pages: list[StudyPage]) -> None:
    reader = Browsing(world.facilitator).open("/facilitator/study/")
    code = world.version.programme.code
    assert f"/facilitator/study/{code}/{world.module.code}/" in reader.html
    reader.open(f"/facilitator/study/{code}/{world.module.code}/")
    assert "3 pages, about 39 minutes together" in reader.text
    assert "Look around." in reader.text
    assert "<form" not in reader.html.partition("<main")[2].partition("</main")[0]
    elsewhere = a_person(Role.FACILITATOR)
    assert asks(elsewhere, f"/facilitator/study/{code}/{world.module.code}/") == 404
    assert "Nothing is studied online" in Browsing(elsewhere).open("/facilitator/study/").text


def test_a_lead_reads_what_their_programmes_have(world: World, pages: list[StudyPage]) -> None:
    code = world.version.programme.code
    reader = Browsing(world.lead).open("/lead/study/")
    assert "3 pages" in reader.text
    assert "Write it down." in reader.open(f"/lead/study/{code}/{world.module.code}/").text
