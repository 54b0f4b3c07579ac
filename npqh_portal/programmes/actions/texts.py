"""What a programme's public page says: written as a draft, then published; every published revision is kept.

The same holds of every other kind of revision. `seen` is the fingerprint of the newest revision as whoever acts has
read it, empty where there was none; without it nothing was read, as by whatever loads texts.
"""

from typing import Any, TypeVar

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
from npqh_portal.programmes.models import PageRevision, PageText, Programme, Revision
from npqh_portal.programmes.rules.texts import FIGURE_NAMES, pictures_in, unknown_figures
from npqh_portal.programmes.states import REVISION_MOVES, RevisionState

R = TypeVar("R", bound=Revision)


@transaction.atomic
def draft_text(
    programme: Programme, *, section: PageSection, body: str, seen: str | None = None, by: User | None
) -> PageRevision:
    """The one draft of a section, with these words in place of any it had; the page changes when it is published.

    `body` is Markdown, with figures in braces; empty, the section leaves the page. Raises `UnknownFigures`,
    `PicturesInText`, and what `write_draft` raises.
    """
    body = tidy(body)
    if unknown := unknown_figures(body):
        raise UnknownFigures(unknown, list(FIGURE_NAMES))
    if pictures := pictures_in(body):
        raise PicturesInText(pictures)
    text, _ = PageText.objects.get_or_create(programme=programme, section=section)
    return write_draft(PageRevision(text=lock(text)), {"body": body}, seen=seen, by=by)


def tidy(body: str) -> str:
    return body.replace("\r\n", "\n").strip()


def write_draft(new: R, says: dict[str, Any], *, seen: str | None, by: User | None) -> R:
    """The one draft of what `new`, not saved yet, is a revision of, and which the caller has locked.

    The same words sent twice are written once. Raises for what is published already `WordsUnchanged`, and
    `ChangedSince` where the newest revision is not the one that was seen.
    """
    of, nothing = new.of, new.said
    revisions: list[R] = list(of.revisions.all())
    newest = revisions[0] if revisions else None
    draft = newest if newest and newest.state == RevisionState.DRAFT else None
    if draft and draft.said == says:
        return draft
    if seen is not None and seen != (newest.fingerprint if newest else ""):
        raise ChangedSince(str(of))
    if says == next((one.said for one in revisions if one.state == RevisionState.PUBLISHED), nothing):
        raise WordsUnchanged(str(of))
    new.number = newest.number + 1 if newest else 1
    draft = draft or new
    for column, value in says.items():
        setattr(draft, column, value)
    draft.written_by, draft.written_at = by, clock.now()
    draft.save()
    record("text.drafted", of, facts={"revision": draft.number}, by=by)
    return draft


@transaction.atomic
def publish_text(revision: R, *, seen: str | None = None, by: User | None) -> R:
    """From now on the page says this. A second call changes nothing.

    Raises `DraftGone`, and `DraftChanged` where the draft does not say what was seen.
    """
    of = lock(revision.of)
    found: R | None = of.revisions.filter(pk=revision.pk).first()
    if found is None:
        raise DraftGone(str(of))
    if RevisionState.PUBLISHED not in REVISION_MOVES[RevisionState(found.state)]:
        return found
    if seen is not None and seen != found.fingerprint:
        raise DraftChanged(str(of))
    found.state, found.published_at = RevisionState.PUBLISHED, clock.now()
    found.save(update_fields=["state", "published_at"])
    record("text.published", of, facts={"revision": found.number}, by=by)
    return found


@transaction.atomic
def discard_draft(revision: Revision, *, seen: str | None = None, by: User | None) -> None:
    """The draft is gone, and the page says what it said. A second call changes nothing.

    Raises `RevisionPublished`, and `DraftChanged` where the draft does not say what was seen.
    """
    of = lock(revision.of)
    found: Revision | None = of.revisions.filter(pk=revision.pk).first()
    if found is None:
        return
    if found.state == RevisionState.PUBLISHED:
        raise RevisionPublished(str(found))
    if seen is not None and seen != found.fingerprint:
        raise DraftChanged(str(of))
    found.delete()
    record("text.draft_discarded", of, facts={"revision": revision.number}, by=by)


def restore_text(revision: PageRevision, *, seen: str | None = None, by: User | None) -> PageRevision:
    """A draft with the words of an old revision, in place of any draft there is; raises what `draft_text` raises."""
    text = revision.text
    return draft_text(text.programme, section=PageSection(text.section), body=revision.body, seen=seen, by=by)
