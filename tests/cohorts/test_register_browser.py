"""A register in a real browser: by keyboard, by touch, without scripts, offline, signed out, and by two at once."""

import os
import re
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as portal
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from cohorts.actions import record_register
from cohorts.actions.contacts import record_contact
from cohorts.models import AttendanceMark, Enrolment, Seminar
from cohorts.rules.engagement import MarkInput
from cohorts.rules.registers import read_exceptions
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests.browser import PHONE, NewPage
from tests.factories import a_cohort, a_group, a_person, a_seminar, a_version, an_enrolment, an_item, published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What a practised hand takes, waited in full under `make test-long` and otherwise added to what was measured.
KEY, TAP = 0.35, 0.7
WAITS = os.environ.get("LONG") == "1"

_FIRST = (
    "Agnes Bethan Callum Desmond Edwin Freya Gethin Hamza Ines Jonty Kirsty Leopold Maryam Nadia Orla Parveen Quentin "
    "Rafe Silas Tamsin Una Vaughan Winifred Xanthe Yusra Zachary Ásta Brónagh Celeste Dilys"
)
_LAST = (
    "Arkleside Bellerby Cruddace Quarrie-Lunt Dunmail Eskdale Fothermere Garsdale Hadrigan Innes-Bhatt Jervaulx "
    "Kirkbride-Obi Lightfoot Marrick Nkemelu Okonjo-Hale Penhallow-Ade Quernmore Rennard Stainmore-Pell Threlkeld "
    "Umber Vane Wetherlam Yarlside Zealand Askrigg Birkrigg Caldbeck Dacre"
)
NAMES = [f"{first} {last}" for first, last in zip(_FIRST.split(), _LAST.split(), strict=True)]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def seminar() -> Seminar:
    """Held an hour ago, for a group whose facilitator is Gwen."""
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version, title="Seminar 10", minutes=120)
    published(version)
    cohort = a_cohort(version, starts_on=clock.today() - timedelta(days=60), capacity=30)
    gwen = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, gwen, name="Fellside", capacity=30)
    return a_seminar(cohort, item, group, facilitator=gwen, starts_at=clock.now() - timedelta(hours=3))


def enrol(seminar: Seminar, *names: str) -> list[Enrolment]:
    return [an_enrolment(seminar.cohort, seminar.group, a_person(Role.PARTICIPANT, full_name=name)) for name in names]


def leader_of(seminar: Seminar) -> User:
    assert seminar.facilitator is not None
    return seminar.facilitator


@pytest.fixture
def three(seminar: Seminar) -> list[Enrolment]:
    return enrol(seminar, "Agnes Arkleside", "Desmond Quarrie-Lunt", "Yusra Yarlside")


def sign_in(page: Page, person: User) -> None:
    client = Client()
    client.force_login(person)
    name = portal.SESSION_COOKIE_NAME
    url = page.context._impl_obj._options["baseURL"]
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture
def opened(new_page: NewPage, seminar: Seminar) -> Callable[..., Page]:
    def open_register(person: User | None = None, **window: Any) -> Page:
        page = new_page(**window)
        sign_in(page, person or leader_of(seminar))
        page.goto(reverse("cohorts:register", args=[seminar.public_id]))
        return page

    return open_register


def stands(seminar: Seminar) -> dict[str, tuple[str, int]]:
    marks = AttendanceMark.objects.filter(seminar=seminar).select_related("enrolment__person").order_by("pk")
    return {str(mark.enrolment.person): (mark.status, mark.minutes) for mark in marks}


def row(page: Page, name: str) -> Any:
    return page.locator(f'.npqh-reg > li[data-name="{name}"]')


def chosen(page: Page, name: str) -> str | None:
    found: str | None = row(page, name).evaluate(
        "item => item.querySelector('input[type=radio]:checked')?.value ?? null"
    )
    return found


def said(page: Page) -> Any:
    return page.locator("[data-status]")


def sideways(page: Page) -> list[str]:
    """What is wider than the window, or scrolls in itself."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('html, .npqh-sheet')].filter((box) => box.scrollWidth > box.clientWidth)"
        ".map((box) => `${box.className}: ${box.scrollWidth}`)"
    )
    return found


def save(page: Page) -> None:
    page.get_by_role("button", name="Save register").click()


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('npqh-register'))")
    return found


# --- the clock -----------------------------------------------------------------------------------


def test_thirty_people_by_keyboard_in_under_a_minute(seminar: Seminar, opened: Callable[..., Page]) -> None:
    enrol(seminar, *NAMES)
    page = opened()
    keys = ["Enter"]  # on "Use the keyboard"
    for name in sorted(NAMES):
        keys += {"Desmond Quarrie-Lunt": ["a"], "Bethan Bellerby": ["t", "7", "5", "Enter"]}.get(name, ["p"])
    keys += ["Enter"]  # on "Save register", which comes after the last person
    page.get_by_role("button", name="Use the keyboard").focus()
    began = time.monotonic()
    for key in keys:
        time.sleep(KEY if WAITS else 0)
        page.keyboard.press(key)
    expect(page.get_by_text("Register saved: 28 present, 1 part, 1 absent.")).to_be_visible()
    taken = time.monotonic() - began + (0 if WAITS else KEY * len(keys))
    sys.stdout.write(f"register of 30 by {len(keys)} keys of {KEY} s: {taken:.1f} s\n")
    assert taken < 60
    assert stands(seminar) == dict.fromkeys(NAMES, ("present", 120)) | {
        "Desmond Quarrie-Lunt": ("absent", 0),
        "Bethan Bellerby": ("partly", 75),
    }


def test_thirty_people_by_touch_in_under_two_minutes(seminar: Seminar, opened: Callable[..., Page]) -> None:
    """One tap for each, none of the shortcuts, on the narrowest phone."""
    enrol(seminar, *NAMES)
    page = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.npqh-reg > li > fieldset > .npqh-reg__set .npqh-pick')]"
        ".map((pick) => Math.min(pick.offsetHeight, pick.offsetWidth)))"
    )
    assert smallest >= 44
    began, taps = time.monotonic(), 0
    for name in sorted(NAMES):
        time.sleep(TAP if WAITS else 0)
        row(page, name).get_by_text("Absent" if name.startswith("D") else "Present", exact=True).tap()
        taps += 1
    time.sleep(TAP if WAITS else 0)
    page.get_by_role("button", name="Save register").tap()
    expect(page.get_by_text("Register saved: 28 present, 2 absent.")).to_be_visible()
    taken = time.monotonic() - began + (0 if WAITS else TAP * (taps + 1))
    sys.stdout.write(f"register of 30 by {taps + 1} taps of {TAP} s: {taken:.1f} s\n")
    assert taken < 120


# --- keys ----------------------------------------------------------------------------------------


def test_keys_mark_move_and_undo_and_every_step_is_said(three: list[Enrolment], opened: Callable[..., Page]) -> None:
    page = opened()
    page.get_by_role("button", name="Use the keyboard").press("Enter")
    page.keyboard.press("a")
    expect(said(page)).to_have_text("Marked absent: Agnes Arkleside.")
    assert said(page).get_attribute("role") == "status"
    page.keyboard.press("t")
    page.keyboard.type("75")  # into the box of minutes, where no key marks anybody
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("Marked part, 75 minutes: Desmond Quarrie-Lunt.")
    page.keyboard.press("c")
    expect(said(page)).to_have_text("Mark Yusra Yarlside as absent first. Only what was missed can be caught up.")
    page.keyboard.press("u")
    assert [chosen(page, str(one.person)) for one in three] == ["absent", "part", "authorised"]
    assert page.get_by_text("3 of 3 marked").is_visible()
    expect(page.get_by_role("button", name="Save register")).to_be_focused()
    page.keyboard.press("Control+z")
    assert chosen(page, "Yusra Yarlside") is None
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
    assert [chosen(page, str(one.person)) for one in three] == [None, None, None]
    expect(said(page)).to_have_text("Undone: Agnes Arkleside.")
    assert page.get_by_role("button", name="Undo").count() == 0
    assert kept(page) == []


def test_arrows_move_between_people_and_typing_marks_nobody(
    three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    page = opened()
    page.get_by_role("button", name="Use the keyboard").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("n")
    page.keyboard.type("apt: cue a jab, Jack")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    assert [chosen(page, str(one.person)) for one in three] == [None, "present", None]
    note = row(page, "Desmond Quarrie-Lunt").get_by_label("Note on Desmond Quarrie-Lunt")
    assert note.input_value() == "apt: cue a jab, Jack"
    page.get_by_label("All present except").press_sequentially("apt")
    assert [chosen(page, str(one.person)) for one in three] == [None, "present", None]


def test_tab_leads_through_and_out(three: list[Enrolment], opened: Callable[..., Page]) -> None:
    page = opened()
    page.get_by_role("button", name="Use the keyboard").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('footer'))"):
            return
    pytest.fail("The keyboard never came out of the register.")


def test_whoever_is_exempt_is_asked_why(seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]) -> None:
    page = opened()
    page.get_by_role("button", name="Use the keyboard").press("Enter")
    page.keyboard.press("e")
    page.keyboard.type("Led this session elsewhere")
    save(page)
    expect(page.get_by_text("Register saved: 1 exempt. 2 still to mark.")).to_be_visible()
    assert stands(seminar) == {"Agnes Arkleside": ("exempt", 0)}
    agnes = row(page, "Agnes Arkleside")
    assert not agnes.get_by_label("Note on Agnes Arkleside").is_visible()  # it stands in sight, so the row is closed
    assert agnes.locator(".npqh-reg__stands").is_visible()
    agnes.get_by_text("Present", exact=True).click()
    assert not agnes.locator(".npqh-reg__stands").is_visible()


def test_a_word_of_any_length_stays_in_its_box(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    gwen, (agnes, *_) = leader_of(seminar), three
    record_register(seminar, marks={agnes.pk: MarkInput("absent")}, by=gwen)
    long = MarkInput("partly", 60, note="W" * 240, reason="V" * 240)
    record_register(seminar, marks={agnes.pk: long}, by=gwen)
    record_contact(agnes, way="call", on=clock.today(), note="X" * 300, by=gwen)
    for window in ({}, {"viewport": PHONE}):
        page = opened(**window)
        row(page, str(agnes.person)).locator("summary").click()
        assert sideways(page) == []
        page.goto(reverse("cohorts:person", args=[agnes.public_id]))
        assert sideways(page) == []


# --- all present except --------------------------------------------------------------------------

EXCEPTIONS = [
    "", "des", "quarrie", "lunt d", "des, yus 75", "asta", "Ásta,  bron", "d", "nobody, des", "des 0", "des 121",
    "des, desmond", "des, quarrie 30", "dilys dacre; una\n", "a", "des quarrie lunt x",
]  # fmt: skip


def test_the_browser_reads_exceptions_as_the_server_does(seminar: Seminar, opened: Callable[..., Page]) -> None:
    enrol(seminar, *NAMES)
    names = sorted(NAMES)
    page = opened()
    for typed in EXCEPTIONS:
        page.reload()
        if (forget := page.get_by_role("button", name="Forget them")).is_visible():
            forget.click()
        page.get_by_label("All present except").fill(typed)
        page.get_by_role("button", name="left as present").click()
        wanted = read_exceptions(typed.replace("\n", " "), names, item_minutes=120)
        if wanted.faults:
            expect(page.locator("#exceptions-fault")).to_have_text(" ".join(wanted.faults))
        shown = {name: chosen(page, name) for name in names}
        by_name = {names[one.place]: "absent" if one.minutes is None else "part" for one in wanted.found}
        everybody = dict.fromkeys(names, "present") | by_name
        assert shown == (dict.fromkeys(names) if wanted.faults else everybody), typed


def test_exceptions_without_scripts_are_drawn_and_not_saved(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    page = opened(javascript=False, viewport=PHONE)
    page.get_by_label("All present except").fill("des, nobody")
    page.get_by_label("All present except").press("Enter")
    assert page.get_by_text("“nobody” is nobody on this register.").first.is_visible()
    assert [chosen(page, str(one.person)) for one in three] == [None, None, None]
    page.get_by_label("All present except").fill("des, yus 75")
    save(page)
    assert page.get_by_text("Not saved yet.").is_visible()
    assert [chosen(page, str(one.person)) for one in three] == ["present", "absent", "part"]
    assert stands(seminar) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    save(page)
    assert stands(seminar) == {
        "Agnes Arkleside": ("present", 120),
        "Desmond Quarrie-Lunt": ("absent", 0),
        "Yusra Yarlside": ("partly", 75),
    }


# --- a save that fails ---------------------------------------------------------------------------


def test_offline_keeps_everything_and_a_save_is_repeated_with_the_same_result(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    page = opened()
    page.get_by_label("All present except").fill("des")
    page.get_by_label("All present except").press("Enter")
    page.context.set_offline(True)
    save(page)
    expect(said(page)).to_have_text(
        "Not saved: there is no connection. Everything is kept on this device. Save again once it is back."
    )
    assert chosen(page, "Desmond Quarrie-Lunt") == "absent"
    assert len(kept(page)) == 1
    page.context.set_offline(False)
    page.wait_for_timeout(1100)  # for so long a button takes a second press for a slip
    # Twice at once, and once more from a page that does not know that it was saved.
    page.get_by_role("button", name="Save register").dblclick()
    expect(page.get_by_text("Register saved: 2 present, 1 absent.")).to_be_visible()
    assert kept(page) == []
    page.go_back()
    save(page)
    expect(page.get_by_text("Register saved: 2 present, 1 absent.")).to_be_visible()
    assert AttendanceMark.objects.count() == 3
    assert not page.get_by_role("button", name="Bring them back").is_visible()


def test_signed_out_meanwhile_the_marks_are_offered_again_and_never_put_back_unasked(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    page = opened()
    page.get_by_role("button", name="Use the keyboard").press("Enter")
    page.keyboard.press("p")
    page.keyboard.press("t")
    page.keyboard.type("50")
    page.context.clear_cookies()
    save(page)
    expect(said(page)).to_contain_text("Not saved: you are signed out.")
    assert page.get_by_role("link", name="Sign in again").is_visible()

    # Somebody else at the same device is offered nothing.
    other = a_person(Role.FACILITATOR, full_name="Tobias Farrant")
    Seminar.objects.filter(pk=seminar.pk).update(facilitator=other)
    sign_in(page, other)
    page.goto(reverse("cohorts:register", args=[seminar.public_id]))
    assert not page.get_by_role("button", name="Bring them back").is_visible()

    sign_in(page, leader_of(seminar))
    page.reload()
    assert page.get_by_text(
        "you marked 2 people on this device, and it was not saved: "
        "Agnes Arkleside, present; Desmond Quarrie-Lunt, part, 50 minutes."
    ).is_visible()
    assert [chosen(page, str(one.person)) for one in three] == [None, None, None]
    page.get_by_role("button", name="Bring them back").click()
    assert [chosen(page, str(one.person)) for one in three] == ["present", "part", None]
    save(page)
    expect(page.get_by_text("Register saved: 1 present, 1 part. 1 still to mark.")).to_be_visible()
    assert kept(page) == []


def test_marks_saved_meanwhile_are_named_before_kept_ones_are_brought_back(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    page = opened()
    for one in three[:2]:
        row(page, str(one.person)).get_by_text("Absent", exact=True).click()
    record_register(seminar, marks={three[0].pk: MarkInput("partly", 60)}, by=seminar.facilitator)
    for _ in range(2):  # also where the offer was left lying
        page.reload()
        assert page.get_by_text(
            "Saved since: Agnes Arkleside, part, 60 minutes. If you bring yours back and save, yours counts instead."
        ).is_visible()
    assert page.get_by_text(re.compile(r"^On \d+ \w+ \d{4}, \d+\.\d\d[ap]m, you marked 2 people on this")).is_visible()
    page.get_by_role("button", name="Bring them back").click()
    assert [chosen(page, str(one.person)) for one in three] == ["absent", "absent", None]


def test_the_one_mark_that_was_kept_is_told_before_it_is_brought_back(
    three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    page = opened()
    row(page, "Yusra Yarlside").get_by_text("Absent", exact=True).click()
    page.reload()
    assert page.get_by_text(
        "you marked Yusra Yarlside on this device, and it was not saved: absent.", exact=False
    ).is_visible()


def test_what_stands_behind_more_keeps_clear_of_it(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    record_register(seminar, marks={three[0].pk: MarkInput("authorised")}, by=seminar.facilitator)
    for width in (1280, 1024, 800):
        page = opened(viewport={"width": width, "height": 800})
        here = row(page, "Agnes Arkleside")
        stands_at = here.locator(".npqh-reg__stands").bounding_box()
        more_at = here.locator("summary").bounding_box()
        assert stands_at["x"] + stands_at["width"] + 4 <= more_at["x"], width


def test_what_was_saved_or_forgotten_or_left_by_signing_out_is_not_offered(
    three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    page = opened()
    for way in ("Forget them", "Sign out"):
        row(page, "Agnes Arkleside").get_by_text("Present", exact=True).click()
        assert len(kept(page)) == 1
        page.reload()
        page.get_by_role("button", name=way).click()
        expect(page.get_by_role("button", name=way)).to_be_hidden()
        assert kept(page) == []


# --- two at once, and what stood before ----------------------------------------------------------


def test_two_facilitators_at_once_are_both_kept_and_told(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    stand_in = a_person(Role.FACILITATOR, full_name="Tobias Farrant")
    gwens = opened()
    Seminar.objects.filter(pk=seminar.pk).update(facilitator=stand_in)  # Gwen leads the group, he this session
    his = opened(stand_in)
    row(gwens, "Agnes Arkleside").get_by_text("Absent", exact=True).click()
    row(gwens, "Yusra Yarlside").get_by_text("Present", exact=True).click()
    save(gwens)
    expect(gwens.get_by_text("Register saved: 1 present, 1 absent. 1 still to mark.")).to_be_visible()
    row(his, "Agnes Arkleside").get_by_text("Present", exact=True).click()
    save(his)
    expect(
        his.get_by_text("While this page was open, Gwen Ashdown-Pike marked Agnes Arkleside absent.")
    ).to_be_visible()
    assert stands(seminar) == {"Agnes Arkleside": ("present", 120), "Yusra Yarlside": ("present", 120)}
    assert AttendanceMark.objects.count() == 3  # he did not touch Yusra's row
    gwens.reload()
    row(gwens, "Agnes Arkleside").get_by_text("More").click()
    lines = row(gwens, "Agnes Arkleside").locator(".npqh-reg__history li").all_inner_texts()
    assert [line.split(",")[0] for line in lines] == ["Present", "Before: Absent"]
    assert ["Tobias Farrant" in lines[0], "Gwen Ashdown-Pike" in lines[1]] == [True, True]


def test_a_past_mark_asks_for_its_reason_beside_it(
    seminar: Seminar, three: list[Enrolment], opened: Callable[..., Page]
) -> None:
    marks = {one.pk: MarkInput("absent") for one in three}
    record_register(seminar, marks=marks, by=seminar.facilitator)
    # As though it had been recorded the day before: the trigger lets nothing else change these rows.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cohorts_attendancemark DISABLE TRIGGER USER")
        cursor.execute("UPDATE cohorts_attendancemark SET recorded_at = recorded_at - interval '2 days'")
        cursor.execute("ALTER TABLE cohorts_attendancemark ENABLE TRIGGER USER")
    page = opened()
    for name in ("Agnes Arkleside", "Yusra Yarlside"):
        row(page, name).get_by_text("Present", exact=True).click()
        assert row(page, name).get_by_label("Why it changes").is_visible()
    save(page)
    for name in ("Agnes Arkleside", "Yusra Yarlside"):
        expect(row(page, name).locator(".govuk-error-message")).to_contain_text("Say why it changes")
    row(page, "Agnes Arkleside").get_by_label("Why it changes").fill("On the sheet")
    row(page, "Yusra Yarlside").get_by_label("Why it changes").fill("Came late")
    save(page)
    expect(page.get_by_text("Register saved: 2 present, 1 absent.")).to_be_visible()
    row(page, "Yusra Yarlside").get_by_text("More").click()
    assert row(page, "Yusra Yarlside").get_by_text("because: Came late").is_visible()
    assert row(page, "Agnes Arkleside").get_by_text("because: On the sheet").count() == 1
