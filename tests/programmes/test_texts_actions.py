"""Page texts: one draft at a time, published words kept for ever, figures in braces known."""

import pytest
from django.db import InternalError, transaction

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import discard_draft, draft_text, publish_text, restore_text
from npqh_portal.programmes.errors import DraftGone, PicturesInText, RevisionPublished, UnknownFigures, WordsUnchanged
from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.models import PageRevision, PageText, Programme
from npqh_portal.programmes.states import REVISION_MOVES, RevisionState
from tests.factories import a_person, a_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return a_version().programme


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def written(programme: Programme, body: str, by: User | None = None) -> PageRevision:
    return draft_text(programme, section=PageSection.AUDIENCE, body=body, by=by)


def said(programme: Programme, body: str) -> PageRevision:
    return publish_text(written(programme, body), by=None)


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_first_words_make_the_text_and_its_first_draft(programme: Programme, lead: User) -> None:
    draft = written(programme, "For heads.\r\n\r\nAnd {hours} hours. ", by=lead)
    assert (draft.number, draft.state, draft.body) == (1, "draft", "For heads.\n\nAnd {hours} hours.")
    assert (draft.written_by, draft.published_at) == (lead, None)
    assert draft.text.section == PageSection.AUDIENCE
    assert verbs() == ["text.drafted"]


def test_a_second_draft_takes_the_place_of_the_first(programme: Programme, lead: User) -> None:
    first = written(programme, "For heads.")
    second = written(programme, "For heads of school.", by=lead)
    assert second.pk == first.pk
    assert PageRevision.objects.get().body == "For heads of school."
    assert PageRevision.objects.get().written_by == lead


def test_the_same_words_sent_twice_are_written_once(programme: Programme) -> None:
    assert written(programme, "For heads.").pk == written(programme, "For heads.\r\n").pk
    assert verbs() == ["text.drafted"]


def test_unknown_figures_are_refused_with_those_that_are_known(programme: Programme) -> None:
    with pytest.raises(UnknownFigures) as refused:
        written(programme, "{zeal} for {hours} hours with {pluck}")
    assert str(refused.value).startswith("{zeal}, {pluck} are no figures of the programme. The figures are {months}, ")
    assert not PageText.objects.exists()


@pytest.mark.parametrize("braced", ["{{hours}}", "{Hours}", "{set of}", "{}"])
def test_braces_that_would_stay_on_the_page_are_refused(programme: Programme, braced: str) -> None:
    with pytest.raises(UnknownFigures) as refused:
        written(programme, f"For {braced} hours")
    assert str(refused.value).startswith(f"{braced} is no figure of the programme.")
    assert not PageText.objects.exists()


def test_pictures_are_refused(programme: Programme) -> None:
    with pytest.raises(PicturesInText) as refused:
        written(programme, "See ![the ridge](https://npqh.example/r.png)")
    assert str(refused.value) == "A page’s text cannot show pictures. Take out what begins with ![the ridge]."
    assert not PageText.objects.exists()


@pytest.mark.parametrize("body", ["", "  \r\n"])
def test_a_text_without_words_has_nothing_to_lose(programme: Programme, body: str) -> None:
    with pytest.raises(WordsUnchanged):
        written(programme, body)


def test_what_the_page_says_already_is_refused(programme: Programme) -> None:
    said(programme, "For heads.")
    with pytest.raises(WordsUnchanged) as refused:
        written(programme, "For heads.")
    assert str(refused.value) == (
        "NPQ in Headship: Who it is for says exactly this already. Change the words, or leave them as they are."
    )


def test_publishing_keeps_what_was_said_before(programme: Programme, lead: User) -> None:
    said(programme, "For heads.")
    newer = publish_text(written(programme, "For heads of school."), by=lead)
    assert (newer.number, newer.state, newer.published_at) == (2, "published", clock.now())
    assert list(newer.text.revisions.values_list("number", "body")) == [(2, "For heads of school."), (1, "For heads.")]


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to("2026-11-23 09:00:00Z", tick=False)  # type: ignore[attr-defined]


def test_published_twice_it_is_published_once(programme: Programme) -> None:
    draft = written(programme, "For heads.")
    assert publish_text(draft, by=None) == publish_text(draft, by=None)
    assert verbs() == ["text.drafted", "text.published"]


def test_a_section_leaves_the_page_by_publishing_no_words(programme: Programme) -> None:
    said(programme, "For heads.")
    assert said(programme, "").body == ""


def test_a_discarded_draft_is_gone_and_the_page_says_what_it_said(programme: Programme, lead: User) -> None:
    said(programme, "For heads.")
    draft = written(programme, "For others.")
    discard_draft(draft, by=lead)
    discard_draft(draft, by=lead)
    assert PageRevision.objects.get().body == "For heads."
    assert verbs().count("text.draft_discarded") == 1
    with pytest.raises(DraftGone):
        publish_text(draft, by=lead)


def test_published_words_are_never_discarded(programme: Programme) -> None:
    revision = said(programme, "For heads.")
    with pytest.raises(RevisionPublished):
        discard_draft(revision, by=None)
    with pytest.raises(InternalError), transaction.atomic():
        PageRevision.objects.filter(pk=revision.pk).update(body="For others.")


def test_restoring_makes_a_draft_of_old_words(programme: Programme, lead: User) -> None:
    old = said(programme, "For heads.")
    said(programme, "For heads of school.")
    draft = restore_text(old, by=lead)
    assert (draft.number, draft.state, draft.body) == (3, "draft", "For heads.")
    with pytest.raises(WordsUnchanged):
        restore_text(PageRevision.objects.get(number=2), by=lead)


@pytest.mark.parametrize("of", RevisionState)
@pytest.mark.parametrize("to", RevisionState)
def test_moves_of_a_revision(of: RevisionState, to: RevisionState) -> None:
    assert (to in REVISION_MOVES[of]) == ((of, to) == (RevisionState.DRAFT, RevisionState.PUBLISHED))
