"""Pages to study: begun, written, put in order and retired, with the pictures and files they name.

Published, discarded and compared as page texts are; `seen` as there.
"""

from functools import partial
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock, lock_if_there, random_id
from npqh_portal.people.models import User
from npqh_portal.programmes.errors import (
    FileInUse,
    FileNameTaken,
    NoSuchModule,
    PageIncomplete,
    PageRetired,
    PageUnpublished,
    PictureFromElsewhere,
    PicturesWithoutWords,
    UnknownFiles,
)
from npqh_portal.programmes.kinds import KINDS_WITH_PAGES
from npqh_portal.programmes.models import Item, Programme, StudyFile, StudyPage, StudyRevision
from npqh_portal.programmes.states import RevisionState
from npqh_portal.web.illustrated import named_in
from npqh_portal.web.uploads import PICTURES, check_upload

from .texts import discard_draft, tidy, write_draft

KINDS_OF_FILE = PICTURES | {"docx", "pdf", "pptx", "xlsx"}


@transaction.atomic
def begin_page(
    programme: Programme,
    *,
    item_code: str,
    title: str,
    minutes: int,
    body: str,
    after: StudyPage | None = None,
    by: User | None,
) -> StudyRevision:
    """A new page with its first draft: behind `after`, a page of the same item, or else at the end.

    Raises `NoSuchModule`, and what `draft_page` raises.
    """
    programme = lock(programme)
    if not Item.objects.filter(version__programme=programme, code=item_code, kind__in=KINDS_WITH_PAGES).exists():
        raise NoSuchModule(item_code)
    there = list(StudyPage.objects.filter(programme=programme, item_code=item_code))
    page = StudyPage.objects.create(
        programme=programme, item_code=item_code, place=there[-1].place + 1 if there else 1, title=title.strip()
    )
    if after in there:
        _put(page, there, place=there.index(after) + 1)
    return draft_page(page, title=title, minutes=minutes, body=body, by=by)


@transaction.atomic
def draft_page(
    page: StudyPage, *, title: str, minutes: int, body: str, seen: str | None = None, by: User | None
) -> StudyRevision:
    """The one draft of a page, in place of any it had; people read it once it is published.

    `body` is Markdown. Raises `PageIncomplete`, what `write_draft` raises, and `UnknownFiles`, `PictureFromElsewhere`
    and `PicturesWithoutWords` for what the body names.
    """
    page, title, body = lock(page), title.strip(), tidy(body)
    if not (title and body and minutes > 0):
        raise PageIncomplete
    _check_named(page, body)
    draft = write_draft(StudyRevision(page=page), {"title": title, "minutes": minutes, "body": body}, seen=seen, by=by)
    _follow_title(page)
    return draft


@transaction.atomic
def discard_page_draft(revision: StudyRevision, *, seen: str | None = None, by: User | None) -> StudyPage | None:
    """The draft is gone; and where nothing was ever published, so is the page with its files.

    Returns the page that is left. Raises what `discard_draft` raises. A second call changes nothing.
    """
    page = lock_if_there(revision.page)
    if page is None:
        return None
    discard_draft(revision, seen=seen, by=by)
    if page.revisions.exists():
        _follow_title(page)
        return page
    for file in page.files.all():
        _let_go(file)
    record("page.removed", page, words={"title": page.title}, by=by)
    page.delete()
    return None


def restore_page(revision: StudyRevision, *, seen: str | None = None, by: User | None) -> StudyRevision:
    """A draft that says what an old revision said, in place of any draft there is; raises what `draft_page` raises."""
    return draft_page(
        revision.page, title=revision.title, minutes=revision.minutes, body=revision.body, seen=seen, by=by
    )


@transaction.atomic
def move_page(page: StudyPage, *, after: StudyPage | None, by: User | None) -> StudyPage:
    """Put it behind another page of its item, or first. What was read stays read. A second call changes nothing."""
    lock(page.programme)
    page = lock(page)
    others = list(StudyPage.objects.filter(programme=page.programme_id, item_code=page.item_code).exclude(pk=page.pk))
    was = page.place
    _put(page, others, place=others.index(after) + 1 if after else 0)
    if page.place != was:
        record("page.moved", page, facts={"from": was, "to": page.place}, by=by)
    return page


@transaction.atomic
def retire_page(page: StudyPage, *, by: User | None) -> StudyPage:
    """It is shown no more, and what was read of it is kept. A second call changes nothing. Raises `PageUnpublished`."""
    page = lock(page)
    if not page.revisions.filter(state=RevisionState.PUBLISHED).exists():
        raise PageUnpublished(str(page))
    if page.retired_at is None:
        page.retired_at = clock.now()
        page.save(update_fields=["retired_at"])
        record("page.retired", page, by=by)
    return page


@transaction.atomic
def take_page_back(page: StudyPage, *, by: User | None) -> StudyPage:
    """A retired page is shown again, in its old place; whoever had read it has read it. Twice is once."""
    page = lock(page)
    if page.retired_at is not None:
        page.retired_at = None
        page.save(update_fields=["retired_at"])
        record("page.taken-back", page, by=by)
    return page


@transaction.atomic
def add_file(page: StudyPage, *, upload: "UploadedFile[bytes]", by: User | None) -> StudyFile:
    """A picture or a file beside the page, under its own name in small letters and hyphens.

    The same file sent twice is kept once. Raises `FileNameTaken` for another file of that name, `PageRetired`, and
    what `check_upload` raises.
    """
    checked = check_upload(upload, most_bytes=settings.UPLOAD_MOST_BYTES, kinds=KINDS_OF_FILE)
    page = lock(page)
    if page.retired_at:
        raise PageRetired(str(page))
    stem = slugify(PurePath(upload.name or "").stem)[:60] or "file"
    name = f"{stem}.{checked.kind}"
    if there := page.files.filter(name=name).first():
        if there.sha256 == checked.sha256:
            return there
        raise FileNameTaken(name)
    # Before the row that names it, so that no row is ever without its bytes.
    stored_name = default_storage.save(f"study/{random_id(24)}.{checked.kind}", upload)
    file = StudyFile.objects.create(
        page=page, name=name, stored_name=stored_name, kind=checked.kind, size_bytes=checked.size,
        sha256=checked.sha256, added_by=by,
    )  # fmt: skip
    record("page.file-added", page, facts={"file": file.pk}, words={"name": name}, by=by)
    return file


@transaction.atomic
def remove_file(file: StudyFile, *, by: User | None) -> None:
    """Gone for good. Raises `FileInUse` while a draft names it, or anything that was ever published."""
    page = lock(file.page)
    if any(file.name == named.file for one in page.revisions.all() for named in named_in(one.body)):
        raise FileInUse(file.name)
    if held := lock_if_there(file):
        record("page.file-removed", page, facts={"file": held.pk}, words={"name": held.name}, by=by)
        _let_go(held)


def _let_go(file: StudyFile) -> None:
    transaction.on_commit(partial(default_storage.delete, file.stored_name))
    file.delete()


def _put(page: StudyPage, others: list[StudyPage], *, place: int) -> None:
    """At that place among them, counted from 0. Whoever calls this holds the programme."""
    for number, one in enumerate([*others[:place], page, *others[place:]], start=1):
        if one.place != number:
            one.place = number
            one.save(update_fields=["place"])


def _follow_title(page: StudyPage) -> None:
    newest = page.revisions.all()[0]
    if page.title != newest.title:
        page.title = newest.title
        page.save(update_fields=["title"])


def _check_named(page: StudyPage, body: str) -> None:
    named = named_in(body)
    known = dict(page.files.values_list("name", "kind"))
    pictures = {name for name, kind in known.items() if kind in PICTURES}
    if elsewhere := [one.source for one in named if one.is_picture and not one.file]:
        raise PictureFromElsewhere(elsewhere)
    unknown = [one.file for one in named if one.file not in (pictures if one.is_picture else known)]
    if unknown:
        raise UnknownFiles(list(dict.fromkeys(unknown)), sorted(known))
    if silent := [one.file for one in named if one.is_picture and not one.words]:
        raise PicturesWithoutWords(silent)
