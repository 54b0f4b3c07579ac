"""The pages, as they are asked for."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.actions import exempt_item, place_on_cohort, record_completion, record_register
from cohorts.models import (
    AttendanceMark,
    Cohort,
    Completion,
    Enrolment,
    Facilitation,
    LedgerEntry,
    Membership,
    PersonalItem,
    Seminar,
)
from cohorts.queries import register_lines
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_cohort, a_grant, a_group, a_partner, a_person, a_policy, a_seminar, an_enrolment


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    """What a reader sees, tags and surplus space taken away."""
    main = response.content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


COURSE, ENGAGEMENT = "/participant/course/", "/participant/engagement/"


# --- the participant -----------------------------------------------------------------------------


@pytest.mark.parametrize("page", [COURSE, ENGAGEMENT])
def test_somebody_without_an_enrolment_is_told_what_will_stand_here(world: World, page: str) -> None:
    response = signed_in(a_person(Role.PARTICIPANT)).get(page)
    assert response.status_code == 200
    assert "will stand here" in text_of(response)


@pytest.mark.parametrize("page", [COURSE, ENGAGEMENT])
def test_the_participants_pages_are_for_participants(world: World, page: str) -> None:
    assert Client().get(page).status_code == 302
    assert signed_in(world.facilitator).get(page).status_code == 403


def test_the_engagement_page_says_it_exactly(world: World) -> None:
    (person,) = world.enrol()
    record_register(world.seminar, marks={person.pk: mark("partly", 75, note="Left at 2.15pm")}, by=world.facilitator)
    record_completion(person, item=world.module, by=person.person)
    words = text_of(signed_in(person.person).get(ENGAGEMENT))
    assert "At risk" in words
    assert "you need 90% of the course: 6 hours 18 minutes of 7 hours" in words
    assert "4 h 15, 60.7%" in words  # 255 of 420 minutes
    assert "You cannot miss another seminar, even with the catch-up. You have 42 minutes to spare, every" in words
    assert "done and accepted; without any you do not reach 90%." in words
    assert "Leave it, and the most you can reach is 89.2% ." in words  # 375 of 420 minutes
    assert "Register: part, Gwen Ashdown-Pike. Left at 2.15pm. Catch-up open until 28 April 2026" in words
    assert "You recorded it as done" in words
    assert "1 h 15 of 2 h" in words


def test_nobody_is_asked_whether_they_may_miss_one_when_nothing_is_left(world: World) -> None:
    (person,) = world.enrol()
    client = signed_in(person.person)
    assert "Can I miss one?" in text_of(client.get(ENGAGEMENT))
    Cohort.objects.update(starts_on=date(2024, 1, 12))
    record_register(world.seminar, marks={person.pk: mark("present")}, by=world.facilitator)
    assert "Can I miss one?" not in text_of(client.get(ENGAGEMENT))


def test_where_engagement_is_no_condition_no_line_is_drawn(world: World) -> None:
    """The legacy NPQH has no 90 %: what was attended is recorded, and passing rests on the tasks (S59)."""
    (person,) = world.enrol()
    a_policy(world.version, number=2, threshold_percent=0)
    for page in (ENGAGEMENT, reverse("home:participant")):
        words = text_of(signed_in(person.person).get(page))
        assert "is no condition of passing" in words
        assert "to pass" not in words
        assert "Met" not in words
        assert " 0%" not in words.replace("0 h, 0%", "")


def test_whose_list_is_not_made_reads_that_and_who_is_exempt_from_all_of_it_that(world: World) -> None:
    (person,) = world.enrol()
    client = signed_in(person.person)
    PersonalItem.objects.update(expectation="exempt")
    assert "Nothing is left to count." in text_of(client.get(ENGAGEMENT))
    PersonalItem.objects.all().delete()
    words = text_of(client.get(ENGAGEMENT))
    assert "Your list is not made yet." in words
    assert "You have reached it" not in words
    assert "Met" not in words


def test_somebody_deferred_reads_that_and_no_band(world: World) -> None:
    (person,) = world.enrol()
    Enrolment.objects.filter(pk=person.pk).update(state="deferred")
    words = text_of(signed_in(person.person).get(ENGAGEMENT))
    assert "Your engagement Deferred" in words
    assert "On track" not in words
    assert "What you have earned counts when you return." in words


def test_own_time_work_is_marked_as_done_with_one_button(world: World) -> None:
    (person,) = world.enrol()
    client = signed_in(person.person)
    address = reverse("cohorts:complete", args=[world.module.code])
    assert address in client.get(COURSE).content.decode()
    response = client.post(address)
    code = world.module.code
    assert (response.status_code, response["Location"]) == (302, f"{COURSE}?done={code}#item-{code}")
    assert "Recorded as done. See it, or take it back" in text_of(client.get(f"{COURSE}?done={code}"))
    assert Completion.objects.get().recorded_by == person.person
    client.post(address)
    assert LedgerEntry.objects.count() == 1
    assert client.get(address).status_code == 405


def test_a_seminar_is_not_marked_as_done_by_oneself(world: World) -> None:
    (person,) = world.enrol()
    client = signed_in(person.person)
    address = reverse("cohorts:complete", args=[world.seminar_item.code])
    assert address not in client.get(COURSE).content.decode()
    response = client.post(address, follow=True)
    assert "credited by the facilitator’s register" in text_of(response)
    assert LedgerEntry.objects.count() == 0


def test_nobody_marks_an_item_that_is_not_theirs(world: World) -> None:
    client = signed_in(a_person(Role.PARTICIPANT))
    assert client.post(reverse("cohorts:complete", args=[world.module.code])).status_code == 404
    (person,) = world.enrol()
    assert signed_in(person.person).post("/participant/course/no-such-item/done/").status_code == 404


def test_the_course_page_shows_when_and_where(world: World) -> None:
    (person,) = world.enrol()
    a_seminar(
        world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=14), venue=world.seminar.venue
    )
    words = text_of(signed_in(person.person).get(COURSE))
    assert "Seminar 2 Wednesday 1 April 2026 , 1pm to 3pm. Tarnhollow Village Hall." in words
    assert "The course ends Monday 12 July 2027" in words


def test_the_live_enrolment_is_shown_of_several(world: World) -> None:
    (old,) = world.enrol()
    person = old.person
    Enrolment.objects.filter(pk=old.pk).update(state="withdrawn", enrolled_at=NOW + timedelta(hours=1))
    new_cohort = a_cohort(world.version, name="Spring again", starts_on=world.cohort.starts_on)
    an_enrolment(new_cohort, person=person)
    assert "Spring again" in text_of(signed_in(person).get(COURSE))


@pytest.mark.parametrize("page", [COURSE, ENGAGEMENT])
def test_a_page_takes_as_many_statements_for_one_seminar_as_for_three(world: World, page: str) -> None:
    (person,) = world.enrol()
    client = signed_in(person.person)
    counts = []
    for sitting in (world.seminar, a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW)):
        record_register(sitting, marks={person.pk: mark("partly", 30)}, by=world.facilitator)
        record_completion(person, item=world.module, by=person.person)
        client.get(page)
        with CaptureQueriesContext(connection) as seen:
            client.get(page)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- the facilitator -----------------------------------------------------------------------------


def register_of(world: World) -> str:
    return reverse("cohorts:register", args=[world.seminar.public_id])


def sent(*people: Enrolment, **fields: str) -> dict[str, str]:
    """The form as a browser sends it: blanks included."""
    blank = {f"{name}-{one.public_id}": "" for one in people for name in ("minutes", "note")}
    return blank | fields


def status(person: Enrolment, value: str) -> dict[str, str]:
    return {f"status-{person.public_id}": value}


def an_unplaced_person(world: World) -> Enrolment:
    person = Enrolment.objects.create(person=a_person(Role.PARTICIPANT), version=world.version)
    PersonalItem.objects.bulk_create(PersonalItem(enrolment=person, item=one) for one in world.version.items.all())
    return person


class Page:
    """A register as a browser holds it: whatever the page showed is sent back, but for what is changed on it."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        self._read(client.get(address).content.decode())

    def _read(self, html: str) -> None:
        main = html.split("<main", 1)[1]
        self.boxes: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]+>", main):
            box = {name: unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', tag)}
            if box.get("type") != "radio" or tag.endswith(" checked>"):
                self.boxes[box["name"]] = box.get("value", "")

    def change(self, person: Enrolment, **boxes: str) -> None:
        self.boxes |= {f"{name}-{person.public_id}": value for name, value in boxes.items()}

    def save(self, **more: str) -> Any:
        return self.client.post(self.address, self.boxes | more, follow=True)

    def fill(self) -> Any:
        response = self.client.post(self.address, self.boxes | {"fill": "present"})
        self._read(response.content.decode())
        return response


def standing(world: World) -> dict[int, tuple[str, int, str]]:
    marks = AttendanceMark.objects.order_by("pk").select_related("note")
    return {m.enrolment_id: (m.status, m.minutes, m.note.text if hasattr(m, "note") else "") for m in marks}


def test_the_pages_answer_to_head_as_to_get(world: World) -> None:
    (a,) = world.enrol()
    pages = {world.facilitator: ["/facilitator/", "/facilitator/registers/", register_of(world)]}
    for person, addresses in (pages | {a.person: [COURSE, ENGAGEMENT]}).items():
        for address in addresses:
            assert signed_in(person).head(address).status_code == 200, address


def test_nothing_is_marked_beforehand(world: World) -> None:
    world.enrol(3)
    page = signed_in(world.facilitator).get(register_of(world)).content.decode()
    assert page.count('type="radio"') == 15  # behind "More" stand authorised absence and exempt
    assert "checked" not in page
    assert "Mark the 3 left as present" in page
    assert "Worth 120 minutes. Under 96 is Part." in page


def test_a_register_is_saved_for_those_who_were_marked(world: World) -> None:
    a, b, c = world.enrol(3)
    client = signed_in(world.facilitator)
    form = sent(a, b, c) | status(a, "present") | status(b, "part") | {f"minutes-{b.public_id}": "75"}
    response = client.post(register_of(world), form, follow=True)
    assert response.redirect_chain == [(register_of(world), 302)]
    assert "Register saved: 1 present, 1 part. 1 still to mark." in text_of(response)
    assert "2 of 3 marked" in text_of(response)
    assert dict(AttendanceMark.objects.values_list("enrolment", "status")) == {a.pk: "present", b.pk: "partly"}
    again = client.post(register_of(world), form, follow=True)
    assert again.status_code == 200
    assert AttendanceMark.objects.count() == 2


def test_marking_the_rest_as_present_fills_the_form_and_saves_nothing(world: World) -> None:
    a, b = world.enrol(2)
    client = signed_in(world.facilitator)
    form = sent(a, b) | status(a, "absent") | {"fill": "present", f"note-{b.public_id}": "Came by train"}
    response = client.post(register_of(world), form)
    page = response.content.decode()
    assert page.count(" checked>") == 2
    assert "Not saved yet." in page
    assert "Came by train" in page
    assert "Mark the" not in text_of(response)
    assert AttendanceMark.objects.count() == 0


def test_a_mistake_loses_nothing_that_was_typed(world: World) -> None:
    a, b = world.enrol(2)
    form = sent(a, b) | status(a, "present") | status(b, "part")
    form |= {f"minutes-{b.public_id}": "500", f"note-{b.public_id}": "Left early"}
    response = signed_in(world.facilitator).post(register_of(world), form)
    page = response.content.decode()
    assert response.status_code == 200
    assert "<title>Error: " in page
    assert f"Enter how many minutes {b.person} was there, from 1 to 120" in text_of(response)
    assert f'href="#id_minutes-{b.public_id}"' in page
    assert page.count(" checked>") == 2
    assert 'value="500"' in page
    assert 'value="Left early"' in page
    assert AttendanceMark.objects.count() == 0


def test_a_change_of_an_earlier_day_asks_why_and_keeps_both(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    client = signed_in(world.facilitator)
    response = client.post(register_of(world), sent(a) | status(a, "present") | {"reason": ""})
    assert "has stood since 18 March 2026" in text_of(response)
    assert AttendanceMark.objects.count() == 1
    client.post(register_of(world), sent(a) | status(a, "present") | {"reason": "She was in the other room"})
    assert list(AttendanceMark.objects.order_by("pk").values_list("status", flat=True)) == ["absent", "present"]


def test_a_saved_register_can_also_be_changed_to_caught_up(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    client = signed_in(world.facilitator)
    assert "Caught up" in text_of(client.get(register_of(world)))
    client.post(register_of(world), sent(a) | status(a, "caught_up"))
    assert LedgerEntry.objects.get().source == "catch_up"


def test_a_row_that_was_not_touched_never_overwrites_what_was_saved_meanwhile(world: World) -> None:
    a, b, c, d = world.enrol(4)
    record_register(
        world.seminar, marks={a.pk: mark("present"), b.pk: mark("partly", 75, note="Ill")}, by=world.facilitator
    )
    page = Page(signed_in(world.facilitator), register_of(world))
    meanwhile = {a.pk: mark("absent", note="Train"), b.pk: mark("present"), c.pk: mark("absent")}
    record_register(world.seminar, marks=meanwhile, by=world.lead)
    page.change(d, status="present")
    response = page.save()
    assert standing(world) == {
        a.pk: ("absent", 0, "Train"),
        b.pk: ("present", 120, ""),
        c.pk: ("absent", 0, ""),
        d.pk: ("present", 120, ""),
    }
    assert "Register saved: 2 present, 2 absent." in text_of(response)
    assert "still to mark" not in text_of(response)
    assert "While this page was open" not in text_of(response)


def test_a_row_that_was_touched_counts_and_says_whose_mark_it_replaced(world: World) -> None:
    a, b = world.enrol(2)
    page = Page(signed_in(world.facilitator), register_of(world))
    record_register(world.seminar, marks={a.pk: mark("absent", note="Ill")}, by=world.lead)
    page.change(a, status="present")
    page.change(b, status="present")
    response = page.save()
    assert AttendanceMark.objects.filter(enrolment=a).count() == 2
    assert standing(world)[a.pk] == ("present", 120, "")
    assert (
        f"While this page was open, Tobias Farrant marked {a.person} absent. "
        "What you saved last counts; both marks are kept."
    ) in text_of(response)


def test_changing_what_the_page_showed_overtakes_nobody(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.lead)
    page = Page(signed_in(world.facilitator), register_of(world))
    page.change(a, status="present")
    assert "While this page was open" not in text_of(page.save())


def test_ones_own_other_tab_is_said_as_well(world: World) -> None:
    (a,) = world.enrol()
    client = signed_in(world.facilitator)
    one, other = Page(client, register_of(world)), Page(client, register_of(world))
    other.change(a, status="absent", note="Ill")
    other.save()
    one.change(a, status="present")
    assert f"While this page was open, you marked {a.person} absent." in text_of(one.save())


def test_marking_the_rest_keeps_what_was_saved_meanwhile(world: World) -> None:
    a, b, c = world.enrol(3)
    page = Page(signed_in(world.facilitator), register_of(world))
    page.change(b, note="Came by train")
    record_register(world.seminar, marks={a.pk: mark("absent", note="Ill")}, by=world.lead)
    page.fill()
    assert page.boxes[f"status-{a.public_id}"] == "absent"
    assert page.boxes[f"note-{b.public_id}"] == "Came by train"
    page.save()
    assert standing(world) == {
        a.pk: ("absent", 0, "Ill"),
        b.pk: ("present", 120, "Came by train"),
        c.pk: ("present", 120, ""),
    }


def test_what_a_mistake_sends_back_is_still_compared_with_what_was_shown(world: World) -> None:
    a, b = world.enrol(2)
    page = Page(signed_in(world.facilitator), register_of(world))
    page.change(b, status="part")
    response = page.save()
    assert "There is a problem" in text_of(response)
    page._read(response.content.decode())
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.lead)
    page.change(b, minutes="60")
    page.save()
    assert standing(world) == {a.pk: ("absent", 0, ""), b.pk: ("partly", 60, "")}


def test_caught_up_on_an_old_page_is_no_mistake(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    page = Page(signed_in(world.facilitator), register_of(world))
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    page.change(a, status="caught_up")
    page.save()
    assert standing(world)[a.pk] == ("caught_up", 0, "")


def test_a_note_can_be_taken_away(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present", note="Wrong person")}, by=world.facilitator)
    page = Page(signed_in(world.facilitator), register_of(world))
    page.change(a, note="")
    page.save()
    assert standing(world)[a.pk] == ("present", 120, "")
    assert "Wrong person" not in text_of(signed_in(a.person).get(ENGAGEMENT))


def test_a_register_says_whose_note_is_too_long(world: World) -> None:
    (a,) = world.enrol(person=a_person(Role.PARTICIPANT, full_name="Ana 100% Sure"))
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    page = Page(signed_in(world.facilitator), register_of(world))
    page.change(a, note="x" * 251)
    words = text_of(page.save(reason="y" * 252))
    assert "The note on Ana 100% Sure must have at most 250 characters. It has 251" in words
    assert "Say why in at most 250 characters. You have 252" in words


def test_the_missing_reason_is_said_at_its_box(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    time_machine.move_to(NOW + timedelta(days=2), tick=False)
    page = Page(signed_in(world.facilitator), register_of(world))
    page.change(a, status="present")
    html = page.save().content.decode()
    assert f'<a href="#id_reason-{a.public_id}">The mark of' in html
    assert f'id="id_reason-{a.public_id}_error"' in html


def test_a_late_joiner_catches_up_on_the_registers_of_before(world: World) -> None:
    world.enrol()
    client = signed_in(world.facilitator)
    late = an_unplaced_person(world)
    place_on_cohort(late, cohort=world.cohort, group=world.group, by=world.lead)
    page = Page(client, register_of(world))
    html = client.get(register_of(world)).content.decode()
    assert "Joined from 18 March 2026, after this session" in html
    assert html.count(f'name="status-{late.public_id}"') == 1
    assert "Mark the 1 left as present" in html
    assert "0 of 1 marked" in text_of(client.get(register_of(world)))
    page.fill()
    assert f"status-{late.public_id}" not in page.boxes
    assert "Register saved: 1 present." in text_of(page.save())
    page = Page(client, register_of(world))
    page.change(late, status="caught_up", note="Film and essay")
    assert "Register saved: 1 present, 1 caught up." in text_of(page.save())
    assert LedgerEntry.objects.get(enrolment=late).source == "catch_up"
    assert standing(world)[late.pk] == ("caught_up", 0, "Film and essay")


def test_a_late_joiner_stands_there_only_while_there_is_something_to_catch_up(world: World) -> None:
    exempted, attended, waiting, in_time = (an_unplaced_person(world) for _ in range(4))
    other = a_group(world.cohort)
    elsewhere = a_seminar(world.cohort, world.seminar_item, other)
    Membership.objects.create(
        enrolment=attended, cohort=world.cohort, group=other, from_on=world.cohort.starts_on, to_on=clock.today()
    )
    record_register(elsewhere, marks={attended.pk: mark("present")}, by=world.lead)
    for person in (exempted, attended, waiting):
        place_on_cohort(person, cohort=world.cohort, group=world.group, by=world.lead)
    place_on_cohort(in_time, cohort=world.cohort, group=other, by=world.lead)
    exempt_item(exempted, item=world.seminar_item, reason="Held before they joined.", by=world.lead)
    assert [line.enrolment for line in register_lines(world.seminar, clock.now())] == [waiting]
    # Joined on 18 March; 42 days on is 29 April, in summer time.
    last_moment = datetime(2026, 4, 29, 22, 59, 59, tzinfo=UTC)
    assert len(register_lines(world.seminar, last_moment)) == 1
    assert register_lines(world.seminar, last_moment + timedelta(seconds=1)) == []


def test_a_register_takes_as_many_statements_for_one_late_joiner_as_for_three(world: World) -> None:
    client, counts = signed_in(world.facilitator), []
    for more in (1, 2):
        for _ in range(more):
            place_on_cohort(an_unplaced_person(world), cohort=world.cohort, group=world.group, by=world.lead)
        client.get(register_of(world))
        with CaptureQueriesContext(connection) as seen:
            client.get(register_of(world))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_who_may_open_and_who_may_save_a_register(world: World) -> None:
    (a,) = world.enrol()
    form = sent(a) | status(a, "present")
    group_leader = a_person(Role.FACILITATOR)
    Facilitation.objects.filter(group=world.group).update(to_on=clock.today())
    Facilitation.objects.create(group=world.group, person=group_leader, from_on=clock.today())
    no_longer = a_person()
    type(world.seminar).objects.filter(pk=world.seminar.pk).update(facilitator=no_longer)
    partner_lead = a_person()
    a_grant(partner_lead, Role.PROGRAMME_LEAD, organisation=a_partner("Another partner"))
    visitors = {
        "signed out": (Client(), 302, 302),
        "leads the group": (signed_in(group_leader), 200, 302),
        "led it once": (signed_in(world.facilitator), 404, 404),
        "assigned without the role": (signed_in(no_longer), 403, 403),
        "another facilitator": (signed_in(a_person(Role.FACILITATOR)), 404, 404),
        "lead": (signed_in(world.lead), 200, 403),
        "lead of a partner that has no part in it": (signed_in(partner_lead), 404, 404),
        "the participant": (signed_in(a.person), 403, 403),
    }
    for who, (client, reads, writes) in visitors.items():
        found = (client.get(register_of(world)).status_code, client.post(register_of(world), form).status_code)
        assert found == (reads, writes), who


def test_a_lead_reads_a_register_as_a_table(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 75)}, by=world.facilitator)
    response = signed_in(world.lead).get(register_of(world))
    assert "Part, 75 minutes" in text_of(response)
    assert '<form method="post" novalidate' not in response.content.decode().split("<main", 1)[1]


def test_a_register_to_come_says_when_it_opens(world: World) -> None:
    world.enrol()
    later = a_seminar(
        world.cohort, world.other_item, world.group, facilitator=world.facilitator, starts_at=NOW + timedelta(days=1)
    )
    response = signed_in(world.facilitator).get(reverse("cohorts:register", args=[later.public_id]))
    assert "The register opens at 11.30am on Thursday 19 March 2026." in text_of(response)


def test_today_holds_what_is_to_do_and_what_is_next(world: World) -> None:
    world.enrol(2)
    a_seminar(
        world.cohort, world.other_item, world.group, facilitator=world.facilitator, starts_at=NOW + timedelta(days=1)
    )
    words = text_of(signed_in(world.facilitator).get("/facilitator/"))
    assert "One register to take." in words
    assert "Nobody is marked yet of 2." in words
    assert "Seminar 2 Thursday 19 March 2026" in words


def test_today_is_empty_in_words(world: World) -> None:
    words = text_of(signed_in(a_person(Role.FACILITATOR)).get("/facilitator/"))
    assert "No register is to be taken now." in words
    assert "Nothing waits. The register of a session stands here shortly before it begins." in words


def test_today_and_the_list_of_registers_agree_on_the_day_of_a_session(world: World, time_machine: Any) -> None:
    """From half an hour before it begins both have it to take; in the morning both say when it opens."""
    world.enrol(2)
    Seminar.objects.filter(pk=world.seminar.pk).update(
        starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=3)
    )
    client = signed_in(world.facilitator)
    today, listed = text_of(client.get("/facilitator/")), text_of(client.get("/facilitator/registers/"))
    assert "No register is to be taken now." in today
    assert "Nothing waits. The register of your next session stands here from 12.30pm on 18 March 2026." in today
    assert "Opens at 12.30pm" in listed
    assert "To take" not in listed
    assert "Opens on 18 March 2026, 12.30pm" in text_of(
        signed_in(world.lead).get(reverse("admin:cohorts_seminar_change", args=[world.seminar.pk]))
    )
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)
    client = signed_in(world.facilitator)
    assert "One register to take." in text_of(client.get("/facilitator/"))
    assert "To take 2 people" in text_of(client.get("/facilitator/registers/"))


def test_the_registers_of_a_closed_cohort_are_asked_for_nowhere(world: World) -> None:
    world.enrol(2)
    Cohort.objects.filter(pk=world.cohort.pk).update(state="closed")
    client = signed_in(world.facilitator)
    assert "No register is to be taken now." in text_of(client.get("/facilitator/"))
    listed = text_of(client.get("/facilitator/registers/"))
    assert "2 of 2 not marked The cohort is closed" in listed
    assert "To take" not in listed


def test_registers_to_take_come_first_and_those_done_last(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    to_do = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW - timedelta(days=3))
    page = signed_in(world.facilitator).get("/facilitator/registers/").content.decode()
    assert page.index(to_do.public_id) < page.index(world.seminar.public_id)


@pytest.mark.parametrize("page", ["/facilitator/", "/facilitator/registers/", "register"])
def test_facilitators_pages_take_as_many_statements_for_one_row_as_for_three(world: World, page: str) -> None:
    client = signed_in(world.facilitator)
    address = register_of(world) if page == "register" else page
    counts = []
    for more in (1, 2):
        world.enrol(more)
        for days in range(more):
            group = a_group(world.cohort, world.facilitator)
            a_seminar(world.cohort, world.other_item, group, starts_at=NOW - timedelta(days=days))
            a_seminar(world.cohort, world.seminar_item, group, starts_at=NOW + timedelta(days=days + 1))
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_register_is_saved_while_redis_is_away(world: World, settings: Any, caplog: Any) -> None:
    (a,) = world.enrol()
    away = {"LOCATION": "unix:///nowhere/redis.sock?db=0"}
    settings.CACHES = settings.CACHES | {"default": settings.CACHES["default"] | away}
    response = signed_in(world.facilitator).post(register_of(world), sent(a) | status(a, "present"), follow=True)
    assert "Register saved: 1 present." in text_of(response)
    assert LedgerEntry.objects.get().change == 120
