"""A draft edited part by part, as a lead does it: the rendered form comes back changed."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import load_version, publish_version
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.queries import plan_of
from npqh_portal.programmes.rules.plans import AreaPlan, BehaviourPlan, Framework, ItemPlan, TaskPlan
from tests.factories import a_partner, a_person
from tests.harness.test_html import complaints
from tests.programmes.plans import MODULE, SOUND

pytestmark = pytest.mark.django_db

PARTS = ("figures", "items", "courses", "areas", "behaviours", "policy", "tasks")


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def visitor(lead: User) -> Client:
    client = Client()
    client.force_login(lead)
    return client


@pytest.fixture
def draft() -> ProgrammeVersion:
    return load_version(SOUND, digest="1" * 64, by=None)


def address(version: ProgrammeVersion, name: str) -> str:
    return reverse(f"admin:programmes_programmeversion_{name}", args=[version.pk])


def what_is_sent(client: Client, page: str) -> dict[str, Any]:
    """What a browser sends of the form as it stands on the page."""
    tree = html5lib.parse(client.get(page).content.decode(), namespaceHTMLElements=False)
    sent = defaultdict(list)
    for control in tree.iterfind(".//main//form//*[@name]"):
        ticked = control.get("type") not in {"checkbox", "radio"} or control.get("checked") is not None
        if control.tag == "textarea":
            sent[control.get("name")] = [control.text or ""]
        elif control.tag == "select":
            options = list(control.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            sent[control.get("name")] = [option.get("value") for option in chosen]
        elif control.tag == "input" and ticked:
            sent[control.get("name")].append(control.get("value", "on" if control.get("type") == "checkbox" else ""))
    return dict(sent)


def send(client: Client, version: ProgrammeVersion, part: str, **changed: Any) -> Any:
    """Send the form with these answers in it; `rows__0__title` stands for `rows-0-title`."""
    page = address(version, part)
    answers = {name.replace("__", "-"): answer for name, answer in changed.items()}
    return client.post(page, what_is_sent(client, page) | answers)


@pytest.mark.parametrize("part", PARTS)
def test_a_form_sent_back_as_it_was_changes_nothing(visitor: Client, draft: ProgrammeVersion, part: str) -> None:
    assert send(visitor, draft, part).status_code == 302
    draft.refresh_from_db()
    assert plan_of(draft) == SOUND
    assert draft.edited_at is None
    assert not Entry.objects.filter(verb="version.edited").exists()


@pytest.mark.parametrize("part", PARTS)
def test_every_form_is_html_to_the_letter_right_and_wrong(visitor: Client, draft: ProgrammeVersion, part: str) -> None:
    assert complaints(visitor.get(address(draft, part)).content.decode()) == []
    wrong = {name: "x" * 500 for name in what_is_sent(visitor, address(draft, part)) if "_FORMS" not in name}
    page = send(visitor, draft, part, **wrong).content.decode()
    assert "There is a problem" in page
    assert complaints(page) == []


def edited(client: Client, version: ProgrammeVersion, part: str, **changed: Any) -> Framework:
    response = send(client, version, part, **changed)
    assert response.status_code == 302, re.findall(r'<li><a href="#.*?</li>', response.content.decode())
    version.refresh_from_db()
    return plan_of(version)


def test_figures_are_edited_with_money_in_pounds_and_kinds_in_words(visitor: Client, draft: ProgrammeVersion) -> None:
    plan = edited(
        visitor,
        draft,
        "figures",
        fee_pence="2145",
        cycle="Online module\r\nseminar\r\n",
        delivery_months="12",
        effective_to_day="31",
        effective_to_month="8",
        effective_to_year="2027",
    )
    assert (plan.fee_pence, plan.cycle, plan.delivery_months) == (214500, ("module", "seminar"), 12)
    assert str(plan.effective_to) == "2027-08-31"
    assert draft.edited_at is not None


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("£2,145", 214500), (" £ 2145.50 ", 214550), ("2145.5", 214550), ("1,000,000", 100_000_000), ("0", 0)],
)
def test_money_is_taken_as_people_write_it(visitor: Client, draft: ProgrammeVersion, typed: str, pence: int) -> None:
    assert edited(visitor, draft, "figures", fee_pence=typed).fee_pence == pence


@pytest.mark.parametrize("typed", ["1e5", "-5", "NaN", "2,14", "21.455", "££5", "two", "٢"])
def test_what_is_no_money_is_refused_in_our_words(visitor: Client, draft: ProgrammeVersion, typed: str) -> None:
    refused = send(visitor, draft, "figures", fee_pence=typed).content.decode()
    assert "Enter an amount in pounds, like 2145 or 2145.50" in refused
    assert f'value="{typed}"' in refused
    assert plan_of(draft) == SOUND


@pytest.mark.parametrize("wrong", ["x" * 500, "-1", "99999999", "a\x00b"])
@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_refused_in_django_s_words(visitor: Client, draft: ProgrammeVersion, part: str, wrong: str) -> None:
    names = [
        name for name in what_is_sent(visitor, address(draft, part)) if "_FORMS" not in name and "-was" not in name
    ]
    refused = send(visitor, draft, part, **dict.fromkeys(names, wrong)).content.decode()
    assert "There is a problem" in refused
    said = re.findall(r'<a href="#id_.*?">(.*?)</a>', refused)
    assert [
        words for words in said if re.match("Ensure|Select|Enter a (valid|whole|number)|Null|This field", words)
    ] == []


def test_too_many_rows_and_an_incomplete_page_are_refused_in_our_words(
    visitor: Client, draft: ProgrammeVersion
) -> None:
    row = {"title": "More", "kind": "module", "mode": "online", "minutes": "60", "term": "1"}
    more = {f"rows__{at}__{name}": value for at in range(2, 101) for name, value in row.items()}
    codes = {f"rows__{at}__code": f"more-{at}" for at in range(2, 101)}
    refused = send(visitor, draft, "items", rows__TOTAL_FORMS="101", **more, **codes).content.decode()
    assert "There can be 100 rows at most" in refused
    refused = send(visitor, draft, "items", rows__TOTAL_FORMS="").content.decode()
    assert "The page came back incomplete." in refused
    assert plan_of(draft) == SOUND


def test_an_edit_says_in_the_audit_trail_who_and_what(visitor: Client, draft: ProgrammeVersion, lead: User) -> None:
    edited(visitor, draft, "items", rows__0__minutes="150")
    entry = Entry.objects.get(verb="version.edited")
    assert (entry.actor_id, entry.payload) == (lead.pk, '{"items":"changed seminar","v":1}')
    assert "changed seminar" in visitor.get(address(draft, "history")).content.decode()


@pytest.mark.parametrize(
    ("part", "mine", "theirs"),
    [
        ("figures", {"delivery_months": "12"}, {"terms_least": "1"}),
        ("items", {"rows__0__title": "Mine"}, {"rows__1__minutes": "61"}),
        ("items", {"rows__0__title": "Mine"}, {"rows__1__DELETE": "on"}),
        ("courses", {"rows__0__title": "Mine"}, {"rows__0__code": "theirs"}),
        ("areas", {"rows__0__name": "Mine"}, {"rows__1__name": "Theirs"}),
        ("behaviours", {"rows__0__name": "Mine", "rows__0__descriptor": "I"},
         {"rows__0__name": "Theirs", "rows__0__descriptor": "They"}),
        ("policy", {"threshold_percent": "80"}, {"catch_up_days": "7"}),
        ("tasks", {"rows__0__title": "Mine"}, {"rows__0__word_limit": "2000"}),
    ],
)  # fmt: skip
def test_what_was_saved_since_the_page_was_opened_is_not_undone_and_nothing_typed_is_lost(
    visitor: Client, draft: ProgrammeVersion, part: str, mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    page = address(draft, part)
    stale = what_is_sent(visitor, page) | {name.replace("__", "-"): answer for name, answer in mine.items()}
    plan = edited(visitor, draft, part, **theirs)
    refused = visitor.post(page, stale).content.decode()
    assert "Somebody has changed NPQ in Headship 2026 since you opened this page." in refused
    assert all(f'value="{typed}"' in refused or f">{typed}" in refused.replace("\n", "") for typed in mine.values())
    assert complaints(refused) == []
    assert plan_of(draft) == plan


def test_another_part_saved_meanwhile_is_no_hindrance_and_the_same_save_twice_is_one(
    visitor: Client, draft: ProgrammeVersion
) -> None:
    page = address(draft, "tasks")
    sent = what_is_sent(visitor, page) | {"rows-0-title": "Report"}
    edited(visitor, draft, "figures", delivery_months="12")
    assert [visitor.post(page, sent).status_code for _ in range(2)] == [302, 302]
    plan = plan_of(draft)
    assert (plan.delivery_months, plan.tasks[0].title) == (12, "Report")
    assert Entry.objects.filter(verb="version.edited").count() == 2


def test_items_are_changed_moved_added_and_deleted_in_one_go(visitor: Client, draft: ProgrammeVersion) -> None:
    plan = edited(
        visitor,
        draft,
        "items",
        rows__0__DELETE="on",
        rows__1__title="Reading",
        rows__2__place="1",
        rows__2__title="Kick-off",
        rows__2__kind="conference",
        rows__2__mode="online",
        rows__2__minutes="180",
        rows__2__term="1",
        rows__2__code="kick-off",
    )
    assert plan.items == (
        ItemPlan("kick-off", "Kick-off", "conference", 180, "online"), replace(MODULE, title="Reading")
    )  # fmt: skip


def test_two_items_change_places(visitor: Client, draft: ProgrammeVersion) -> None:
    plan = edited(visitor, draft, "items", rows__0__place="2", rows__1__place="1")
    assert [item.code for item in plan.items] == ["module", "seminar"]


@pytest.mark.parametrize(
    ("part", "changed", "field", "sentence"),
    [
        ("items", {"rows__0__minutes": "0"}, "rows-0-minutes", "Minutes must be 1 or more"),
        ("items", {"rows__0__title": ""}, "rows-0-title", "Enter title"),
        ("items", {"rows__1__code": "seminar"}, "rows-1-code", "Another item has this code already. Choose another"),
        ("items", {"rows__0__code": "Two words"}, "rows-0-code",
         "A code has from 1 to 40 small letters, digits and hyphens"),
        ("items", {"rows__2__title": "Half"}, "rows-2-kind", "Choose an answer to “Kind”"),
        ("areas", {"rows__1__name": "School culture"}, "rows-1-name",
         "Another area has this name already. Choose another"),
        ("figures", {"cycle": "Seminaar"}, "cycle", "“Seminaar” is none of these"),
        ("figures", {"effective_to_day": "1", "effective_to_month": "1", "effective_to_year": "2020"}, "effective_to_0",
         "The last day must not be before the first. Choose a later day"),
        ("figures", {"resubmission_fee_pence": "50"}, "resubmission_fee_pence",
         "Leave the amount empty where nothing is charged for"),
        ("policy", {"threshold_percent": "101"}, "threshold_percent", "Percentage needed must be 100 or fewer"),
        ("policy", {"rows__0__kinds": []}, "rows-0-kinds_0",
         "Choose at least one under “Kinds of item that count in it”"),
        ("tasks", {"rows__0__word_limit": "many"}, "rows-0-word_limit", "Word limit must be a whole number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    visitor: Client, draft: ProgrammeVersion, part: str, changed: Mapping[str, Any], field: str, sentence: str
) -> None:
    typed = {"rows__0__title": "Typed before"} if part in {"items", "tasks"} and "rows__0__title" not in changed else {}
    page = send(visitor, draft, part, **typed, **changed).content.decode()
    assert re.search(rf'<a href="#id_{field}">{re.escape(sentence)}', page), re.findall(r'<a href="#id.*?</a>', page)
    assert "<title>Error: " in page
    assert ("Typed before" in page) == bool(typed)
    assert plan_of(draft) == SOUND


def test_a_course_of_another_code_keeps_its_items_and_one_with_items_is_not_deleted(
    visitor: Client, draft: ProgrammeVersion
) -> None:
    plan = edited(visitor, draft, "courses", rows__0__code="ethos", rows__0__title="Ethos")
    assert [(course.code, course.areas) for course in plan.courses] == [("ethos", (1,))]
    assert [item.course for item in plan.items] == ["ethos", ""]
    refused = send(visitor, draft, "courses", rows__0__DELETE="on").content.decode()
    assert "Ethos still has 1 item. Delete them or put them into another course first." in refused
    assert plan_of(draft) == plan


def test_areas_carry_their_statements_one_a_line(visitor: Client, draft: ProgrammeVersion) -> None:
    statements = "Lead it.\r\n\r\nKeep it."
    plan = edited(
        visitor, draft, "areas", rows__0__statements=statements, rows__1__name="Teaching", rows__1__place="1"
    )  # fmt: skip
    assert plan.areas == (
        AreaPlan(1, "Teaching"), AreaPlan(2, "School culture", statements=("Lead it.", "Keep it."))
    )  # fmt: skip
    assert plan.courses[0].areas == (2,)


def test_behaviours_may_share_their_words(visitor: Client, draft: ProgrammeVersion) -> None:
    """S58: two of the seven are described in the same words."""
    edited(visitor, draft, "behaviours", rows__0__name="Commitment", rows__0__descriptor="Keeps at it.")
    plan = edited(visitor, draft, "behaviours", rows__1__name="Personal Drive", rows__1__descriptor="Keeps at it.")
    assert plan.behaviours == (
        BehaviourPlan("Commitment", "Keeps at it."),
        BehaviourPlan("Personal Drive", "Keeps at it."),
    )


def test_policy_and_tasks_are_edited(visitor: Client, draft: ProgrammeVersion) -> None:
    plan = edited(visitor, draft, "policy", threshold_percent="80", rows__0__kinds=["seminar", "module", "webinar"])
    assert plan.policy.threshold_percent == 80
    assert plan.policy.components[0].kinds == ("seminar", "module", "webinar")
    plan = edited(visitor, draft, "tasks", rows__0__word_limit="2000", rows__0__sections="Design\nEvaluation")
    assert plan.tasks == (TaskPlan("case-study", "Case study", 2000, sections=("Design", "Evaluation")),)


@pytest.mark.parametrize("part", PARTS)
def test_a_published_version_is_not_edited(visitor: Client, draft: ProgrammeVersion, part: str) -> None:
    sent = what_is_sent(visitor, address(draft, part))
    publish_version(draft, by=None)
    page = visitor.get(address(draft, part)).content.decode()
    assert "is published and never changes" in page
    assert 'name="rows-TOTAL_FORMS"' not in page
    refused = visitor.post(address(draft, part), sent)
    assert "is published and never changes" in refused.content.decode()
    assert plan_of(draft) == SOUND


@pytest.mark.parametrize("part", [*PARTS, "publish", "copy", "retire"])
def test_a_partner_lead_changes_no_version(draft: ProgrammeVersion, part: str) -> None:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    page = client.get(reverse("admin:programmes_programmeversion_change", args=[draft.pk])).content.decode()
    assert address(draft, part) not in page
    assert client.get(address(draft, part)).status_code == 403
    assert client.post(address(draft, part)).status_code == 403


def test_a_draft_links_to_the_form_of_each_part_and_a_published_version_to_none(
    visitor: Client, draft: ProgrammeVersion
) -> None:
    page = reverse("admin:programmes_programmeversion_change", args=[draft.pk])
    assert [part for part in PARTS if address(draft, part) not in visitor.get(page).content.decode()] == []
    publish_version(draft, by=None)
    assert [part for part in PARTS if address(draft, part) in visitor.get(page).content.decode()] == []


def test_what_does_not_fit_together_is_said_on_the_draft_and_before_publishing(
    visitor: Client, draft: ProgrammeVersion
) -> None:
    page = reverse("admin:programmes_programmeversion_change", args=[draft.pk])
    assert "everything fits together" in visitor.get(page).content.decode()
    edited(visitor, draft, "tasks", rows__0__DELETE="on")
    for place in (page, address(draft, "publish")):
        text = visitor.get(place).content.decode()
        assert "Before this can be published" in text
        assert "Tasks: at least one assessment task is needed." in text
    assert visitor.post(address(draft, "publish")).status_code == 200
    assert ProgrammeVersion.objects.get().state == "draft"
