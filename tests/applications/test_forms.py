"""The application form as data: drafted, edited, published; in the administration and by its actions."""

from typing import Any

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from applications.actions import draft_form, edit_form, form_to_begin_with, publish_form
from applications.actions.forms import form_fingerprint
from applications.errors import FormDraftStands, FormEmpty, FormFrozen
from applications.models import FormVersion
from applications.rules.standard import EDITABLE, STANDARD
from applications.states import FormState
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.errors import ChangedSince, DraftChanged
from npqh_portal.programmes.models import Programme
from tests.factories import a_partner, a_person, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return a_version().programme


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")


@pytest.fixture
def draft(programme: Programme) -> FormVersion:
    form_to_begin_with(programme)
    return draft_form(programme, by=None)


def again(form: FormVersion) -> FormVersion:
    return FormVersion.objects.get(pk=form.pk)


def deeds(verb: str) -> int:
    return Entry.objects.filter(verb=verb).count()


def edited(form: FormVersion, **words: Any) -> FormVersion:
    return edit_form(form, words=words, seen=form_fingerprint(again(form)), by=None)


# Actions


def test_a_programme_without_a_form_begins_with_the_standard_one(programme: Programme) -> None:
    first = form_to_begin_with(programme)
    assert (first.number, first.state, first.agreements) == (1, FormState.PUBLISHED, STANDARD["agreements"])
    assert form_to_begin_with(programme) == first
    assert deeds("form.published") == 1


def test_a_draft_says_what_the_newest_form_says_or_the_one_copied(programme: Programme, draft: FormVersion) -> None:
    publish_form(edited(draft, statement_question="Why now?"), seen=form_fingerprint(again(draft)), by=None)
    newest = draft_form(programme, by=None)
    assert (newest.number, newest.state, newest.statement_question) == (3, FormState.DRAFT, "Why now?")
    publish_form(newest, seen=form_fingerprint(newest), by=None)
    first = FormVersion.objects.get(programme=programme, number=1)
    copy = draft_form(programme, like=first, by=None)
    assert {name: getattr(copy, name) for name in EDITABLE} == {name: getattr(first, name) for name in EDITABLE}


def test_there_is_one_draft_of_a_programme_at_a_time(programme: Programme, draft: FormVersion) -> None:
    with pytest.raises(FormDraftStands):
        draft_form(programme, by=None)
    assert draft_form(a_version().programme, by=None).number == 1


def test_a_draft_is_not_what_applications_begin_with(programme: Programme, draft: FormVersion) -> None:
    assert form_to_begin_with(programme).number == 1
    publish_form(draft, seen=form_fingerprint(draft), by=None)
    assert form_to_begin_with(programme) == draft


def test_editing_changes_what_was_sent_and_says_which(draft: FormVersion) -> None:
    edited(draft, statement_words_most=500, agreements=["I will come."])
    kept = again(draft)
    assert (kept.statement_words_most, kept.agreements) == (500, ["I will come."])
    assert "statement_words_most,agreements" in Entry.objects.get(verb="form.edited").payload


def test_the_same_edit_twice_is_made_once(draft: FormVersion) -> None:
    seen = form_fingerprint(draft)
    for _ in range(2):
        edit_form(draft, words={"declaration": "It is so."}, seen=seen, by=None)
    assert deeds("form.edited") == 1


def test_an_edit_over_anothers_is_refused(draft: FormVersion) -> None:
    seen = form_fingerprint(draft)
    edited(draft, declaration="It is so.")
    with pytest.raises(ChangedSince):
        edit_form(draft, words={"declaration": "It is otherwise."}, seen=seen, by=None)
    with pytest.raises(DraftChanged):
        publish_form(draft, seen=seen, by=None)
    assert (again(draft).declaration, again(draft).state) == ("It is so.", FormState.DRAFT)


@pytest.mark.parametrize(
    ("words", "missing"),
    [({"agreements": []}, "applicant agrees to"), ({"endorsements": []}, "endorser agrees to")],
)
def test_a_form_that_asks_nobody_to_agree_is_not_published(
    draft: FormVersion, words: dict[str, Any], missing: str
) -> None:
    edited(draft, **words)
    with pytest.raises(FormEmpty, match=missing):
        publish_form(draft, seen=form_fingerprint(again(draft)), by=None)


def test_no_endorsement_needs_no_lines_for_one(draft: FormVersion) -> None:
    edited(draft, endorsements=[], needs_endorsement=False)
    assert publish_form(draft, seen=form_fingerprint(again(draft)), by=None).state == FormState.PUBLISHED


def test_what_is_published_never_changes(draft: FormVersion) -> None:
    seen = form_fingerprint(draft)
    published = publish_form(draft, seen=seen, by=None)
    assert publish_form(draft, seen="", by=None) == published
    assert deeds("form.published") == 2  # with the standard form's
    with pytest.raises(FormFrozen):
        edit_form(published, words={"declaration": "Other."}, seen=seen, by=None)
    for change in (
        lambda: FormVersion.objects.filter(pk=draft.pk).update(declaration="Other."),
        lambda: FormVersion.objects.filter(pk=draft.pk).delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()


# The administration


def its(form: FormVersion, name: str = "change") -> str:
    return reverse(f"admin:applications_formversion_{name}", args=[form.pk])


def test_a_lead_begins_edits_reads_and_publishes_a_form(lead: User, programme: Programme) -> None:
    intake = an_intake(programme.versions.get())
    begun = an_application(a_person(), intake)
    reader = Reader(lead).open(reverse("admin:applications_formversion_begin")).send(programme=str(programme.pk))
    draft = FormVersion.objects.get(state=FormState.DRAFT)
    assert reader.address == its(draft)
    reader.open(its(draft, "edit")).send(
        statement_question="What next?", statement_words_most="300", agreements="I will come.\r\n\r\nI will read.",
    )  # fmt: skip
    assert "The draft is saved." in reader.text
    kept = again(draft)
    assert (kept.statement_question, kept.statement_words_most) == ("What next?", 300)
    assert kept.agreements == ["I will come.", "I will read."]
    reader.open(its(draft, "publish"))
    assert "What next? Plain notes are fine. Up to 300 words." in reader.text
    reader.send()
    assert again(draft).state == FormState.PUBLISHED
    begun.refresh_from_db()
    assert begun.form.number == 1


def test_what_is_wrong_with_a_draft_is_said_beside_the_field(lead: User, draft: FormVersion) -> None:
    reader = Reader(lead).open(its(draft, "edit"))
    reader.send(statement_question="", statement_words_most="many", agreements="", endorsements="x" * 501)
    assert reader.errors == [
        "Enter what the statement answers",
        "Most words of the statement must be a whole number",
        "Write at least one line that the applicant agrees to",
        f"“{'x' * 40}…” has more than 500 characters",
        "Write at least one line that the endorser agrees to",
    ]
    assert reader.typed["statement_words_most"] == "many"


def test_of_two_leads_on_one_draft_neither_wins_unseen(lead: User, draft: FormVersion) -> None:
    one, other = Reader(lead).open(its(draft, "edit")), Reader(a_person(Role.PROGRAMME_LEAD)).open(its(draft, "edit"))
    other.send(declaration="Theirs.")
    one.send(declaration="Mine.")
    assert len(one.errors) == 1
    assert one.typed["declaration"] == "Mine."
    assert again(draft).declaration == "Theirs."
    read = Reader(lead).open(its(draft, "publish"))
    edited(draft, declaration="Changed meanwhile.")
    assert len(read.send().errors) == 1
    assert "Changed meanwhile." in read.text
    read.send()
    assert again(draft).state == FormState.PUBLISHED


def test_a_published_form_is_only_looked_at_and_copied(lead: User, programme: Programme) -> None:
    published = form_to_begin_with(programme)
    client = Client()
    client.force_login(lead)
    page = client.get(its(published)).content.decode()
    assert "Copy to a new draft" in page
    assert "Edit the draft" not in page
    assert "<textarea" not in page
    assert "“Edit the draft” is not possible." in Reader(lead).open(its(published, "edit")).text
    assert Reader(lead).open(its(published, "copy")).send().address == its(FormVersion.objects.get(number=2))


def test_a_draft_published_since_its_page_was_opened_is_not_edited(lead: User, draft: FormVersion) -> None:
    reader = Reader(lead).open(its(draft, "edit"))
    publish_form(draft, seen=form_fingerprint(draft), by=None)
    reader.send(declaration="Other.")
    assert reader.errors == [f"{draft} is published and never changes. Copy it to a new draft, and edit that."]


def test_a_draft_waits_on_the_start_page(lead: User, draft: FormVersion) -> None:
    client = Client()
    client.force_login(lead)
    assert "Application forms not yet published" in client.get(reverse("admin:index")).content.decode()
    publish_form(draft, seen=form_fingerprint(draft), by=None)
    assert "Application forms not yet published" not in client.get(reverse("admin:index")).content.decode()


def test_a_partners_lead_reads_forms_and_changes_none(draft: FormVersion) -> None:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert client.get(its(draft)).status_code == 200
    for name in ("edit", "publish", "copy"):
        assert client.get(its(draft, name)).status_code == 403
