"""A participant's engagement page, the page behind each of its lines, and what can be taken away."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.actions import (
    adjust_credit,
    cancel_seminar,
    exempt_item,
    expect_item,
    record_completion,
    record_register,
    transfer,
)
from cohorts.actions.appeals import keep_mark, question_mark
from cohorts.actions.catch_up import send_catch_up
from cohorts.actions.reflections import write_reflection
from cohorts.actions.study import read_page
from cohorts.models import Appeal, Enrolment, LedgerEntry
from cohorts.queries.course import WRITTEN_ON
from npqh_portal.audit.models import Words
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, Rule, Unit
from npqh_portal.programmes.models import PolicyComponent
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World, mark
from tests.cohorts.test_forecasts import REFLECTIONS, SEMINARS, a_late_joiner, shaped
from tests.cohorts.test_policies import adopt, drafted
from tests.cohorts.test_views import signed_in, text_of
from tests.factories import (
    a_cohort,
    a_group,
    a_person,
    a_policy,
    a_seminar,
    a_study_page,
    a_version,
    an_enrolment,
    an_item,
    published,
)
from tests.harness.test_html import complaints

pytestmark = pytest.mark.django_db

ENGAGEMENT = "/participant/engagement/"


def item_page(enrolment: Enrolment, code: str) -> str:
    response = signed_in(enrolment.person).get(reverse("cohorts:engagement_item", args=[code]))
    assert complaints(response.content.decode()) == []
    return text_of(response)


def page(enrolment: Enrolment, query: str = "") -> str:
    response = signed_in(enrolment.person).get(ENGAGEMENT + query)
    assert response.status_code == 200
    assert complaints(response.content.decode()) == []
    return text_of(response)


# --- every item ----------------------------------------------------------------------------------


def test_every_item_of_the_list_stands_there_and_not_only_what_was_recorded(world: World) -> None:
    (a,) = world.enrol()
    words = page(a)
    for title in ("Seminar 1", "Seminar 2", "Module 1"):
        assert words.count(title) == 1
    assert "0 h of 2 h To come. Its register is not taken yet." in words
    assert "To come. In your own time." in words


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?state=recover", {"Seminar 1"}),
        ("?state=earned", {"Module 1"}),
        ("?state=to_come", {"Seminar 2"}),
        ("?state=lost", set()),
        ("?state=not_counted", set()),
        ("?q=ashdown+ABSENT", {"Seminar 1"}),
        ("?q=seminar&state=to_come", {"Seminar 2"}),
        ("?state=nonsense", {"Seminar 1", "Seminar 2", "Module 1"}),
    ],
)
def test_the_list_is_filtered_and_searched(world: World, query: str, titles: set[str]) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    words = page(a, query).split("Everything behind the figure")[1]
    assert {title for title in ("Seminar 1", "Seminar 2", "Module 1") if title in words} == titles
    assert ("Nothing of your list is like that." in words) == (not titles)
    assert ("There is no such choice." in words) == ("nonsense" in query)


def test_a_page_of_a_long_list_keeps_what_was_chosen(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    enrolment = shaped(Rule.COMBINED, ("All", SEMINARS + REFLECTIONS, Unit.UNITS, 1, None), more=8)
    client = signed_in(enrolment.person)
    html = client.get(f"{ENGAGEMENT}?q=reflection&state=to_come").content.decode()
    assert html.count("Reflection, 30 min") == 13
    html = client.get(f"{ENGAGEMENT}?state=to_come").content.decode()
    assert 'href="?state=to_come&amp;page=2#led"' in html
    assert "Reflection 23" in text_of(client.get(f"{ENGAGEMENT}?page=99"))  # beyond the last is the last


# --- what is behind a line -----------------------------------------------------------------------


def test_both_marks_stand_there_with_the_reason_and_what_each_changed(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 30, note="Came late")}, by=world.facilitator)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    record_register(world.seminar, marks={a.pk: mark("present", reason="The list says 1pm")}, by=world.lead)
    words = item_page(a, world.seminar_item.code)
    assert "You have earned all of it: 2 hours." in words
    newest, before = words.index("Register: present +1 h 30"), words.index("Register: part, 30 of 120 minutes +30 min")
    assert newest < before
    assert "19 March 2026, midday, Tobias Farrant. Session of 17 March 2026. The list says 1pm" in words
    assert "18 March 2026, midday, Gwen Ashdown-Pike. Session of 17 March 2026. Replaced on 19 March 2026" in words
    assert "Came late" in words
    Words.objects.update(erased_at=NOW, body="")
    assert "What was said of it has been erased" in item_page(a, world.seminar_item.code)


def test_what_lowered_the_credit_says_so(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    assert "Register: absent −2 h" in item_page(a, world.seminar_item.code)


def test_exemption_and_cancellation_say_why(world: World) -> None:
    (a,) = world.enrol()
    exempt_item(a, item=world.other_item, reason="Taught it for years", by=world.lead)
    words = item_page(a, world.other_item.code)
    assert "It counts on neither side of your engagement." in words
    assert "You were exempted from it 18 March 2026, midday, Tobias Farrant. Taught it for years" in words
    expect_item(a, item=world.other_item, reason="It has changed since", by=world.lead)
    assert "It was put back on your list" in item_page(a, world.other_item.code)
    cancel_seminar(world.seminar, reason="Snow", by=world.lead)
    words = item_page(a, world.seminar_item.code)
    assert "The session of 17 March 2026 was cancelled" in words
    assert "Snow" in words


def test_own_work_and_credit_entered_by_hand_say_who_and_when(world: World) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=a.person)
    assert "You recorded it as done +3 h 18 March 2026, midday." in item_page(a, world.module.code)
    LedgerEntry.objects.create(
        enrolment=a, item=world.other_item, policy=world.version.policies.get(), change=120,
        source=LedgerEntry.Source.CARRIED, recorded_by=world.lead,
    )  # fmt: skip
    assert "Carried over +2 h 18 March 2026, midday, Tobias Farrant." in item_page(a, world.other_item.code)


def test_what_staff_took_off_asks_for_nothing_that_cannot_be_done(world: World) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=a.person)
    adjust_credit(a, item=world.module, credited=60, reason="Half of it was another's", by=world.lead)
    words = item_page(a, world.module.code)
    assert "You have earned 1 hour of 3 hours. The rest is lost" in words
    assert "Mark it as done" not in words


def test_what_was_read_page_by_page_says_so_and_leads_there(world: World) -> None:
    (a,) = world.enrol()
    study_page = a_study_page(world.module)
    read_page(a, item=world.module, revision=study_page.revisions.get(), by=a.person)
    address = reverse("cohorts:study", args=[world.module.code])
    assert "You read every page +3 h 18 March 2026, midday." in item_page(a, world.module.code)
    html = signed_in(a.person).get(reverse("cohorts:engagement_item", args=[world.module.code])).content.decode()
    assert f'href="{address}">Its pages</a>' in html
    assert "3 h You read every page." in page(a)


@pytest.mark.parametrize(
    ("kind", "told"),
    [(ItemKind.REFLECTION, "You saved it"), (ItemKind.FORMATIVE_TASK, "You sent it")],
)
def test_what_was_written_says_how_and_leads_there(kind: ItemKind, told: str) -> None:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version, kind=kind, minutes=30)
    writer = an_enrolment(a_cohort(published(version)))
    if kind == ItemKind.REFLECTION:
        written = write_reflection(writer, item=item, words="It went well.", by=writer.person)
        address = reverse("cohorts:reflection", args=[written.public_id])
    else:
        record_completion(writer, item=item, by=writer.person)
        address = reverse(WRITTEN_ON[kind], args=[item.code])
    assert f"{told} +30 min" in item_page(writer, item.code)
    html = signed_in(writer.person).get(reverse("cohorts:engagement_item", args=[item.code])).content.decode()
    assert f'href="{address}"' in html
    assert f"30 min {told}." in page(writer)
    taken = rows_of(signed_in(writer.person).get(reverse("cohorts:engagement_file")))
    assert [row["What was recorded"] for row in taken] == [told]


def test_an_entry_counts_in_the_unit_of_its_own_policy(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    policy = a_policy(world.version, number=2)
    LedgerEntry.objects.create(
        enrolment=a, item=world.seminar_item, policy=policy, change=-60, source=LedgerEntry.Source.RECREDIT
    )
    words = item_page(a, world.seminar_item.code)
    assert "Worked out anew −1 h" in words
    assert "By policy 2 of the programme" in words


def test_a_change_of_unit_is_told_in_words_and_never_as_a_loss(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    adopt(world, drafted(world))
    words = item_page(a, world.seminar_item.code)
    assert "Worked out anew 2 h became 1 item 18 March 2026, midday, Tobias Farrant." in words
    assert "Register: present +2 h" in words
    record_completion(a, item=world.module, by=a.person)
    assert "You recorded it as done +1 item" in item_page(a, world.module.code)
    listed = page(a)
    assert "1 item Register: present" in listed
    assert "0 of 1 item To come." in listed
    client = signed_in(a.person)
    assert "(2 h became 1 item)" in text_of(client.get(reverse("cohorts:engagement_everything")))
    told = {
        (row["Counted in"], row["What was recorded"], row["Changed what is credited by"], row["In"])
        for row in rows_of(client.get(reverse("cohorts:engagement_file")))
    }
    assert told >= {
        ("items", "Worked out anew: 2 h became 1 item", "", ""),
        ("items", "Register: present", "120", "minutes"),
        ("items", "You recorded it as done", "1", "items"),
    }
    lead = signed_in(world.lead).get(reverse("admin:cohorts_enrolment_change", args=[a.pk]))
    assert "2 h became 1 item" in text_of(lead)
    assert "-119" not in lead.content.decode()


def test_what_counts_no_more_is_told_in_the_unit_it_had(world: World) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=a.person)
    adopt(world, drafted(world))
    policy = world.version.policies.create(number=3, threshold_percent=90)
    PolicyComponent.objects.create(policy=policy, code="seminars", name="Seminars", number=1, kinds=["seminar"])
    policy.adopted_at = NOW
    policy.save(update_fields=["adopted_at"])
    LedgerEntry.objects.create(
        enrolment=a, item=world.module, policy=policy, change=-1, source=LedgerEntry.Source.RECREDIT
    )
    words = item_page(a, world.module.code)
    assert "Worked out anew −1 item" in words
    assert "Worked out anew 3 h became 1 item" in words


def test_what_can_be_caught_up_leads_there_and_says_when_it_waits(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    code = world.seminar_item.code
    client = signed_in(a.person)
    html = client.get(reverse("cohorts:engagement_item", args=[code])).content.decode()
    assert f'href="{reverse("cohorts:catch_up", args=[code])}"' in html
    assert "Catch it up by Tuesday 28 April 2026" in " ".join(html.split())
    sent = send_catch_up(
        a, item=world.seminar_item, words="What I take from it", offer=None, by=a.person,
    )  # fmt: skip
    words = item_page(a, code)
    assert "Your catch-up waits for a decision" in words
    assert "You handed in a catch-up" in words
    assert (
        reverse("cohorts:catch_up_sent", args=[sent.public_id])
        in client.get(reverse("cohorts:engagement_item", args=[code])).content.decode()
    )


def test_late_joiners_read_why_on_the_page_and_behind_the_line(world: World) -> None:
    # T47
    late = a_late_joiner(world)
    assert "You joined on 18 March 2026: 1 session had been held before, and its line says" in page(late)
    assert "It was held before you joined on 18 March 2026" in item_page(late, world.seminar_item.code)


def test_whoever_was_moved_has_not_joined_late(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    unseen = a_seminar(world.cohort, world.other_item, group := a_group(world.cohort))
    again = a_seminar(world.cohort, world.seminar_item, group, starts_at=NOW + timedelta(days=30))
    transfer(a, cohort=world.cohort, group=group, by=world.lead)
    words = page(a)
    assert "You joined on" not in words
    # What was missed is to come again, on its own day.
    assert "17 Apr 2026 0 h of 2 h To come. Register: absent, Gwen Ashdown-Pike. It comes again on 17 April" in words
    html = signed_in(a.person).get(reverse("cohorts:engagement_item", args=[world.seminar_item.code])).content.decode()
    assert reverse("cohorts:session", args=[again.public_id]) in html
    assert reverse("cohorts:appeal", args=[world.seminar.public_id]) in html
    assert "It was held before you came to this group on 18 March 2026" in item_page(a, world.other_item.code)
    assert unseen.ends_at < NOW
    time_machine.move_to(NOW + timedelta(days=31), tick=False)
    assert "Register: absent, Gwen Ashdown-Pike. The register of 17 April 2026 is not taken yet" in page(a)


def test_a_mark_can_be_questioned_from_its_line_until_its_last_day(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    code = world.seminar_item.code
    assert "Is the mark wrong?" not in item_page(a, code)
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    until = "You can question it until Thursday 2 April 2026 ."
    assert until in item_page(a, code)
    html = signed_in(a.person).get(reverse("cohorts:engagement_item", args=[code])).content.decode()
    assert reverse("cohorts:appeal", args=[world.seminar.public_id]) in html
    time_machine.move_to(NOW.replace(month=4, day=2, hour=22, minute=59, second=59), tick=False)
    assert until in item_page(a, code)
    time_machine.move_to(NOW.replace(month=4, day=2, hour=23), tick=False)
    assert until not in item_page(a, code)
    assert "A mark can be questioned for 15 days after it was recorded." in item_page(a, code)


def test_an_item_of_somebody_elses_list_is_not_there(world: World) -> None:
    (a,) = world.enrol()
    stranger = a_person(Role.PARTICIPANT)
    address = reverse("cohorts:engagement_item", args=[world.module.code])
    assert signed_in(a.person).get(address).status_code == 200
    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(a.person).get(reverse("cohorts:engagement_item", args=["none"])).status_code == 404
    assert Client().get(address).status_code == 302
    assert signed_in(world.facilitator).get(address).status_code == 403


# --- every shape of policy -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "shapes", "said"),
    [
        (
            Rule.COMBINED,
            [("All", SEMINARS + REFLECTIONS, Unit.MINUTES, 1, None)],
            [
                "To pass you need 90% of the course: 20 hours 15 minutes of 22 hours 30 minutes.",
                "You can miss one more seminar if you do the catch-up, and none if you leave it.",
                "Everything on your list is worth its planned minutes: 1,350 in all. You need 1,215.",
            ],
        ),
        (
            Rule.COMBINED,
            [("Attendance", SEMINARS, Unit.UNITS, 80, None), ("Reflections", REFLECTIONS, Unit.UNITS, 20, None)],
            [
                "To pass you need 90% over all parts together.",
                "All parts, weighed",
                "Attendance: you can still miss 1 of the 9 seminars to come, the catch-up done.",
                "Reflections: you can still miss 2 of the 5 reflections to come.",
                "what you miss in one is gone for all",
                "Attendance : seminars, each counts one, 10 in all. It weighs 80 of 100.",
                "One of “Attendance” to earn back.",
            ],
        ),
        (
            Rule.EACH,
            [("Sessions", SEMINARS, Unit.MINUTES, 1, None), ("Own study", REFLECTIONS, Unit.UNITS, 1, 60)],
            [
                "To pass you need 90% of every part, each for itself, unless the part says otherwise.",
                "Sessions: you can still miss 2 hours of the 18 hours to come, the catch-up done.",
                "Own study: you can still miss 2 of the 5 reflections to come.",
                "Every part counts for itself",
                "You need 60% of it.",
            ],
        ),
        (
            Rule.COMBINED,
            [("Everything", SEMINARS + REFLECTIONS, Unit.UNITS, 1, None)],
            [
                "To pass you need 90%: 14 of 15.",
                "You can miss one more seminar if you do the catch-up, and none if you leave it.",
                "Everything: you can still miss 1 of the 14 items to come, the catch-up done.",
                "One thing counts: Everything : seminars and reflections, each counts one, 15 in all.",
            ],
        ),
    ],
)
def test_every_shape_of_policy_is_drawn_said_and_explained(
    rule: Rule, shapes: list[Any], said: list[str], time_machine: Any
) -> None:
    time_machine.move_to(NOW, tick=False)
    enrolment = shaped(rule, *shapes)
    words = page(enrolment)
    assert [sentence for sentence in said if sentence not in words] == []
    home = signed_in(enrolment.person).get(reverse("home:participant")).content.decode()
    assert "Your engagement</h2>" in home
    assert complaints(home) == []


def test_what_counts_and_what_can_be_caught_up_is_said_from_the_policy(world: World) -> None:
    (a,) = world.enrol()
    words = page(a)
    assert "Authorised absence: nothing, and it can be caught up like any other absence." in words
    assert "Seminars, conferences, webinars and drop-ins can be caught up until the end of the 42nd day after." in words
    assert "You can sit the assessment before you have reached 90%" in words
    a_policy(
        world.version, number=2, counted_statuses=["present", "authorised"], catch_up_kinds=[], gates_sitting=True,
        attended_percent=75,
    )  # fmt: skip
    words = page(a)
    assert "Authorised absence: all of it." in words
    assert "There in part: from 75% of a session on all of it, otherwise nothing." in words
    assert "Caught up: nothing." in words
    assert "You must have reached 90% before you can sit the assessment." in words


# --- to take away --------------------------------------------------------------------------------


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_everything_can_be_taken_away_as_a_table(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent", note="=1+1")}, by=world.facilitator)
    record_register(world.seminar, marks={a.pk: mark("partly", 30)}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    response = signed_in(a.person).get(reverse("cohorts:engagement_file"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="engagement-2026-03-18.csv"'
    told = [
        tuple(
            row[name]
            for name in ("Item", "Credited", "What was recorded", "Changed what is credited by", "In", "Words")
        )
        for row in rows_of(response)
    ]
    assert sorted(told) == [
        ("Module 1", "180", "You recorded it as done", "180", "minutes", ""),
        ("Seminar 1", "30", "Register: absent", "", "", "'=1+1"),
        ("Seminar 1", "30", "Register: part, 30 of 120 minutes", "30", "minutes", ""),
        ("Seminar 2", "0", "Not in the timetable yet", "", "", ""),
    ]


def test_everything_stands_on_one_page_to_print(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    response = signed_in(a.person).get(reverse("cohorts:engagement_everything"))
    assert complaints(response.content.decode()) == []
    assert "Register: absent, Gwen Ashdown-Pike" in text_of(response)
    assert signed_in(a_person(Role.PARTICIPANT)).get(reverse("cohorts:engagement_everything")).status_code == 404


# --- statements ----------------------------------------------------------------------------------


def test_pages_ask_as_much_for_a_long_life_as_for_an_empty_one(world: World) -> None:
    a, b = world.enrol(2)
    again = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW - timedelta(hours=3))
    for sitting in (world.seminar, again):
        for status in ("absent", "partly"):
            record_register(sitting, marks={b.pk: mark(status, 30)}, by=world.facilitator)
    record_completion(b, item=world.module, by=b.person)

    def statements(one: Enrolment, address: str) -> int:
        client = signed_in(one.person)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    # What is offered is asked for only where something can be caught up.
    assert statements(a, ENGAGEMENT) + 1 == statements(b, ENGAGEMENT) <= 12
    record = reverse("cohorts:engagement_everything")
    long_life = statements(b, record)
    record_register(again, marks={b.pk: mark("partly", 40)}, by=world.facilitator)
    assert statements(b, record) == long_life


def test_past_and_withdrawn_people_still_read_what_is_theirs(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    Enrolment.objects.filter(pk=a.pk).update(state="withdrawn", withdrawn_on=date(2026, 3, 18), withdrawn_for="other")
    words = page(a)
    assert "You had earned 28.5% when you left." in words
    assert "Can I miss one?" not in words
    assert "Register: present, Gwen Ashdown-Pike." in words
    # Nothing is told to be to come, on any of the pages.
    printed = text_of(signed_in(a.person).get(reverse("cohorts:engagement_everything")))
    taken = signed_in(a.person).get(reverse("cohorts:engagement_file")).content.decode()
    module = item_page(a, world.module.code)
    assert [told for told in (words, printed, taken, module) if "o come" in told] == []
    assert "You had earned 28.5% when you left; 90% was asked." in printed
    assert "Not done when you left" in taken
    assert "It was not done when you left." in module
    assert "Not done when you left." in page(a, "?state=not_done")


def test_the_page_to_print_promises_nothing_to_whoever_is_away(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    address = reverse("cohorts:engagement_everything")
    assert "28.5% is earned, 100.0% can be reached, and 90%" in text_of(signed_in(a.person).get(address))
    for state, told in (
        ("deferred", "28.5% is earned and counts when you return; 90% is asked."),
        ("completed", "28.5% is earned, and 90% is asked."),
    ):
        Enrolment.objects.filter(pk=a.pk).update(state=state)
        printed = text_of(signed_in(a.person).get(address))
        assert told in printed
        assert "can be reached" not in printed


def test_every_step_of_a_question_stands_among_the_records(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    appeal = question_mark(a, seminar=world.seminar, claimed="present", words="I sat by the door", by=a.person)
    keep_mark(appeal, words="Nobody saw you", as_lead=False, by=world.facilitator)
    words = item_page(a, world.seminar_item.code)
    assert "You questioned the mark 18 March 2026, midday. I sat by the door" in words
    assert "Your question: the mark stands 18 March 2026, midday, Gwen Ashdown-Pike. Nobody saw you" in words
    assert "You have questioned it" not in page(a)
    taken = rows_of(signed_in(a.person).get(reverse("cohorts:engagement_file")))
    told = [(row["What was recorded"], row["By"], row["Words"]) for row in taken if row["Item"] == "Seminar 1"]
    assert ("You questioned the mark", "", "I sat by the door") in told
    assert ("Your question: the mark stands", "Gwen Ashdown-Pike", "Nobody saw you") in told


def test_an_open_question_shows_by_when_it_is_answered(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    appeal = Appeal.objects.create(
        enrolment=a, seminar=world.seminar, mark=a.attendance_marks.get(), claimed="present",
        answer_by=date(2026, 3, 28),
    )  # fmt: skip
    words = item_page(a, world.seminar_item.code)
    assert "You questioned it on 18 March 2026: waiting for an answer . It is answered by Saturday 28 March" in words
    assert "You have questioned it, and are answered by 28 March 2026." in page(a)
    assert "You can question it until" not in words
    for further_by, told in ((date(2026, 3, 18), True), (date(2026, 3, 17), False)):
        Appeal.objects.filter(pk=appeal.pk).update(state="kept", further_by=further_by)
        words = item_page(a, world.seminar_item.code)
        assert ("You can take it to the programme lead until" in words) == told
