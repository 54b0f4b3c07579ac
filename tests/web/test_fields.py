"""The one field template: whatever the kind, label, hint and error are tied to the control by id."""

from datetime import date

import html5lib
import pytest
from django import forms
from django.template import engines

from npqh_portal.schools.models import School
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalForm, YesOrNo


class EveryKind(PortalForm):
    email = forms.EmailField(label="Email address", help_text="The one you applied with")
    why = forms.CharField(label="Why now?", widget=forms.Textarea(attrs={"data-maxwords": 250}))
    source = forms.ChoiceField(label="Source", choices=[("a", "A colleague"), ("b", "A poster")])
    role = forms.ChoiceField(
        choices=[("head", "Head"), ("hos", "Head of school")], widget=Radios(hints={"hos": "Of one"})
    )
    remind = forms.MultipleChoiceField(
        choices=[("s", "Seminars"), ("r", "Replies")], widget=forms.CheckboxSelectMultiple
    )
    true = forms.BooleanField(label="What I wrote is true", help_text="As far as you know")
    work = forms.FileField(label="Your work", widget=forms.FileInput)
    start = DateParts(label="When did you start?", subject="The date you started", help_text="For example, 1 9 2026")
    more = forms.CharField(label="Anything else", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def parsed(html: str) -> html5lib.treebuilders.base.Node:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(f"<!DOCTYPE html><html lang=en><title>t</title><body>{html}</body></html>")


@pytest.mark.parametrize(
    "data", [None, {}, {"email": "x", "start_day": "31", "start_month": "2", "start_year": "2026"}]
)
def test_every_id_that_is_named_is_there_and_there_once(data: dict[str, str] | None) -> None:
    page = parsed(str(EveryKind(data)))
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    named = {name for e in page.iter() for name in (e.get("aria-describedby") or "").split()}
    assert named <= set(ids)
    labelled = {e.get("for") for e in page.iter("label")}
    controls = {
        e.get("id") for tag in ("input", "textarea", "select") for e in page.iter(tag) if e.get("type") != "hidden"
    }
    assert labelled == controls


def test_every_error_leads_to_a_control() -> None:
    form = EveryKind({"start_day": "1", "start_year": "2026"})
    template = engines["django"].from_string("{% error_summary form %}{{ form }}")
    page = parsed(template.render({"form": form}))
    targets = {a.get("href"): a.text for a in page.iter("a")}
    assert targets == {
        "#id_email": "Enter email address",
        "#id_why": "Answer “Why now?”",
        "#id_source": "Choose an answer to “Source”",
        "#id_role_0": "Choose an answer to “Role”",
        "#id_remind_0": "Choose at least one under “Remind”",
        "#id_true": "Tick “What I wrote is true” to go on",
        "#id_work": "Choose a file",
        "#id_start_1": "The date you started must include a month",
    }
    ids = {e.get("id") for e in page.iter()}
    assert {href.removeprefix("#") for href in targets} <= ids


def test_answers_stay_after_an_error() -> None:
    page = parsed(str(EveryKind({"email": "x", "role": "hos", "remind": ["r"], "true": "on", "start_day": "1"})))
    by_id = {e.get("id"): e for e in page.iter()}
    assert by_id["id_email"].get("value") == "x"
    assert by_id["id_role_1"].get("checked") is not None
    assert by_id["id_role_0"].get("checked") is None
    assert by_id["id_remind_1"].get("checked") is not None
    assert by_id["id_true"].get("checked") is not None
    assert by_id["id_start_0"].get("value") == "1"


LIKE = "The day must be a day, a month and a year, like 1 9 2026 or 1 September 2026"


class OneDate(PortalForm):
    on = DateParts(subject="The day", earliest=date(2020, 1, 1), latest=date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "month", "year", "words"),
    [
        ("", "", "", "Enter the day"),
        ("", "2", "2026", "The day must include a day"),
        ("1", "", "", "The day must include a month and a year"),
        ("29", "2", "2026", "The day must be a real date"),
        ("1", "13", "2026", "The day must be a real date"),
        ("one", "2", "2026", LIKE),
        ("1", "2", "²026", LIKE),
        ("1", "ma", "2026", LIKE),
        ("1", "Februry", "2026", LIKE),
        ("feb", "2", "2026", LIKE),
        ("31", "Feb", "2026", "The day must be a real date"),
        ("1", "2", "26", "The day must have a year of four figures"),
        ("1", "2", "999", "The day must have a year of four figures"),
        ("1", "2", "1000", "The day must be in the year 1900 or later"),
        ("1", "2", "1899", "The day must be in the year 1900 or later"),
        ("1", "2", "1900", "The day must be 1 January 2020 or later"),
        ("1", "2", "99999999999", "The day must be a real date"),
        ("31", "12", "2019", "The day must be 1 January 2020 or later"),
        ("1", "1", "2031", "The day must be 31 December 2030 or earlier"),
    ],
)
def test_a_date_that_cannot_be_taken(day: str, month: str, year: str, words: str) -> None:
    form = OneDate({"on_day": day, "on_month": month, "on_year": year})
    assert form.errors["on"] == [words]


def test_a_date_is_taken_with_or_without_leading_noughts() -> None:
    for day, month in (("1", "9"), ("01", "09"), (" 1 ", "9")):
        form = OneDate({"on_day": day, "on_month": month, "on_year": "2026"})
        assert form.is_valid()
        assert form.cleaned_data["on"] == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("written", "month"),
    [("Feb", 2), ("february", 2), ("FEBR", 2), ("Feb.", 2), (" sept ", 9), ("may", 5), ("Jun", 6)],
)
def test_a_month_may_be_written_by_its_name(written: str, month: int) -> None:
    form = OneDate({"on_day": "1", "on_month": written, "on_year": "2026"})
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, month, 1)


def test_a_date_known_before_fills_its_boxes_and_has_not_changed() -> None:
    initial = {"on": date(2026, 9, 1)}
    page = parsed(str(OneDate(initial=initial)))
    assert [e.get("value") for e in page.iter("input")] == ["1", "9", "2026"]
    assert not OneDate({"on_day": "1", "on_month": "9", "on_year": "2026"}, initial=initial).has_changed()
    assert OneDate({"on_day": "2", "on_month": "9", "on_year": "2026"}, initial=initial).has_changed()


@pytest.mark.parametrize(("answer", "meant"), [("yes", True), ("no", False)])
def test_yes_or_no(answer: str, meant: bool) -> None:
    class Asked(PortalForm):
        sure = YesOrNo(label="Are you sure?")

    form = Asked({"sure": answer})
    assert form.is_valid()
    assert form.cleaned_data["sure"] is meant
    assert Asked({}).errors["sure"] == ["Choose an answer to “Are you sure?”"]


class OneSchool(PortalForm):
    school = forms.ModelChoiceField(School.objects.none(), label="School")
    second = forms.ModelChoiceField(School.objects.none(), label="Second school", required=False)


@pytest.mark.django_db
def test_a_choice_not_made_yet_is_said_in_words() -> None:
    drawn = str(OneSchool())
    assert "Choose one" in drawn
    assert "None" in drawn
    assert "---" not in drawn
