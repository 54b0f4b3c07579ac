"""What a programme's public page says: written as a draft, then published; every published revision is kept.

`seen` is the fingerprint of the newest revision's number and words as whoever acts has read them, empty where there was
none; without it nothing was read, as by whatever loads texts.
"""

from django.db import transaction

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.programmes.errors import (
    ChangedSince,
    DraftChanged,
    DraftGone,
    PicturesInText,
    RevisionPublished,
    UnknownFigures,
    WordsUnchanged,
)
from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.models import PageRevision, PageText, Programme
from npqh_portal.programmes.rules.seen import fingerprint
from npqh_portal.programmes.rules.texts import FIGURE_NAMES, pictures_in, unknown_figures
from npqh_portal.programmes.states import REVISION_MOVES, RevisionState


@transaction.atomic
def draft_text(
    programme: Programme, *, section: PageSection, body: str, seen: str | None = None, by: User | None
) -> PageRevision:
    """The one draft of a section, with these words in place of any it had; the page changes when it is published.

    `body` is Markdown, with figures in braces; empty, the section leaves the page. The same words sent twice are
    written once. Raises `UnknownFigures`, `PicturesInText`, for what the page says already `WordsUnchanged`, and
    `ChangedSince` where the newest revision is not the one that was seen.
    """
    body = body.replace("\r\n", "\n").strip()
    if unknown := unknown_figures(body):
        raise UnknownFigures(unknown, list(FIGURE_NAMES))
    if pictures := pictures_in(body):
        raise PicturesInText(pictures)
    text, _ = PageText.objects.get_or_create(programme=programme, section=section)
    text = lock(text)
    revisions = list(text.revisions.all())
    newest = revisions[0] if revisions else None
    draft = newest if newest and newest.state == RevisionState.DRAFT else None
    if draft and draft.body == body:
        return draft
    if seen is not None and seen != _fingerprint(newest):
        raise ChangedSince(str(text))
    said = next((one.body for one in revisions if one.state == RevisionState.PUBLISHED), "")
    if body == said:
        raise WordsUnchanged(str(text))
    draft = draft or PageRevision(text=text, number=newest.number + 1 if newest else 1)
    draft.body, draft.written_by, draft.written_at = body, by, clock.now()
    draft.save()
    record("text.drafted", text, facts={"revision": draft.number}, by=by)
    return draft


@transaction.atomic
def publish_text(revision: PageRevision, *, seen: str | None = None, by: User | None) -> PageRevision:
    """From now on the page says this. A second call changes nothing.

    Raises `DraftGone`, and `DraftChanged` where the draft does not say what was seen.
    """
    text = lock(revision.text)
    found = text.revisions.filter(pk=revision.pk).first()
    if found is None:
        raise DraftGone(str(text))
    if RevisionState.PUBLISHED not in REVISION_MOVES[RevisionState(found.state)]:
        return found
    if seen is not None and seen != _fingerprint(found):
        raise DraftChanged(str(text))
    found.state, found.published_at = RevisionState.PUBLISHED, clock.now()
    found.save(update_fields=["state", "published_at"])
    record("text.published", text, facts={"revision": found.number}, by=by)
    return found


@transaction.atomic
def discard_draft(revision: PageRevision, *, seen: str | None = None, by: User | None) -> None:
    """The draft is gone, and the page says what it said. A second call changes nothing.

    Raises `RevisionPublished`, and `DraftChanged` where the draft does not say what was seen.
    """
    text = lock(revision.text)
    found = text.revisions.filter(pk=revision.pk).first()
    if found is None:
        return
    if found.state == RevisionState.PUBLISHED:
        raise RevisionPublished(str(found))
    if seen is not None and seen != _fingerprint(found):
        raise DraftChanged(str(text))
    found.delete()
    record("text.draft_discarded", text, facts={"revision": revision.number}, by=by)


def restore_text(revision: PageRevision, *, seen: str | None = None, by: User | None) -> PageRevision:
    """A draft with the words of an old revision, in place of any draft there is; raises what `draft_text` raises."""
    text = revision.text
    return draft_text(text.programme, section=PageSection(text.section), body=revision.body, seen=seen, by=by)


def _fingerprint(revision: PageRevision | None) -> str:
    return fingerprint(revision.number, revision.body) if revision else ""
