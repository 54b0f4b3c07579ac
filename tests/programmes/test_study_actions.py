"""Pages to study: begun, drafted, published, ordered and retired; what they name must stand beside them."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction

from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import (
    add_file,
    begin_page,
    discard_page_draft,
    draft_page,
    move_page,
    publish_text,
    remove_file,
    restore_page,
    retire_page,
    take_page_back,
)
from npqh_portal.programmes.errors import (
    ChangedSince,
    DraftChanged,
    FileInUse,
    FileNameTaken,
    NoSuchModule,
    PageIncomplete,
    PageRetired,
    PageUnpublished,
    PictureFromElsewhere,
    PicturesWithoutWords,
    RevisionPublished,
    UnknownFiles,
    WordsUnchanged,
)
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Programme, StudyFile, StudyPage, StudyRevision
from npqh_portal.programmes.queries import revisions_shown, shelves_of
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.uploads import FileOfWrongKind
from tests.factories import a_course, a_person, a_version, an_item, published
from tests.web.pictures import a_png

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    version = a_version(state=VersionState.DRAFT)
    course = a_course(version, title="Leading change")
    an_item(version, course=course, kind=ItemKind.MODULE, code="change-1", title="Change", minutes=60)
    an_item(version, course=course, kind=ItemKind.MODULE, code="change-2", title="More change", minutes=60)
    an_item(version, course=course, kind=ItemKind.SEMINAR, code="together")
    return published(version).programme


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def begun(programme: Programme, title: str = "Why", body: str = "Because.", **more: Any) -> StudyRevision:
    more = {"item_code": "change-1", "minutes": 20, "by": None} | more
    return begin_page(programme, title=title, body=body, **more)


def a_page(programme: Programme, title: str = "Why", **more: Any) -> StudyPage:
    return publish_text(begun(programme, title, **more), by=None).page


def drafted(page: StudyPage, body: str, **more: Any) -> StudyRevision:
    return draft_page(page, **({"title": page.title, "minutes": 20, "by": None} | more), body=body)


def order(programme: Programme, code: str = "change-1") -> list[str]:
    pages = StudyPage.objects.filter(programme=programme, item_code=code)
    assert [page.place for page in pages] == list(range(1, len(pages) + 1))
    return [page.title for page in pages]


def verbs() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def a_picture(name: str = "Ridge at dusk.PNG", **more: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_png(**more))


# --- words ---------------------------------------------------------------------------------------


def test_a_page_begins_as_a_draft_that_nobody_reads(programme: Programme, lead: User) -> None:
    draft = begun(programme, " Why ", "Because.\r\n", by=lead)
    assert (draft.number, draft.state, draft.title, draft.body) == (1, "draft", "Why", "Because.")
    assert (draft.page.title, draft.page.place, draft.written_by) == ("Why", 1, lead)
    assert list(revisions_shown(programme.pk, "change-1")) == []
    publish_text(draft, by=lead)
    assert [one.title for one in revisions_shown(programme.pk, "change-1")] == ["Why"]
    assert verbs() == ["text.drafted", "text.published"]


@pytest.mark.parametrize("code", ["together", "no-such-item"])
def test_only_what_is_studied_online_has_pages(programme: Programme, code: str) -> None:
    with pytest.raises(NoSuchModule):
        begun(programme, item_code=code)
    assert not StudyPage.objects.exists()


@pytest.mark.parametrize("lacking", [{"title": " "}, {"body": " \n"}, {"minutes": 0}])
def test_a_page_needs_title_words_and_minutes(programme: Programme, lacking: dict[str, Any]) -> None:
    with pytest.raises(PageIncomplete):
        begun(programme, **({"title": "Why", "body": "Because."} | lacking))
    assert not StudyPage.objects.exists()


def test_a_draft_takes_the_place_of_a_draft_and_never_of_what_is_published(programme: Programme) -> None:
    page = a_page(programme)
    first = drafted(page, "Otherwise.")
    assert drafted(page, "Or so.").pk == first.pk
    assert drafted(page, "Or so.\r\n").pk == first.pk
    assert [one.body for one in revisions_shown(programme.pk, "change-1")] == ["Because."]
    publish_text(first, by=None)
    assert [one.body for one in revisions_shown(programme.pk, "change-1")] == ["Or so."]
    with pytest.raises(WordsUnchanged):
        drafted(page, "Or so.")
    assert drafted(page, "Or so.", minutes=25).number == 3, "minutes are words too"


def test_published_words_never_change(programme: Programme) -> None:
    revision = a_page(programme).revisions.get()
    with pytest.raises(InternalError), transaction.atomic():
        StudyRevision.objects.filter(pk=revision.pk).update(body="Never said.")
    with pytest.raises(InternalError), transaction.atomic():
        revision.delete()
    with pytest.raises(RevisionPublished):
        discard_page_draft(revision, by=None)


def test_nobody_overwrites_or_publishes_unseen(programme: Programme) -> None:
    draft = begun(programme)
    seen = draft.fingerprint
    drafted(draft.page, "Somebody else’s.")
    with pytest.raises(ChangedSince):
        drafted(draft.page, "Mine.", seen=seen)
    with pytest.raises(DraftChanged):
        publish_text(draft, seen=seen, by=None)
    with pytest.raises(DraftChanged):
        discard_page_draft(draft, seen=seen, by=None)


def test_a_page_never_published_goes_with_its_draft_and_files(
    programme: Programme, django_capture_on_commit_callbacks: Any
) -> None:
    draft = begun(programme)
    file = add_file(draft.page, upload=a_picture(), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        assert discard_page_draft(draft, by=None) is None
    assert not StudyPage.objects.exists()
    assert not default_storage.exists(file.stored_name)
    assert discard_page_draft(draft, by=None) is None
    assert verbs()[-1] == "page.removed"


def test_a_discarded_title_is_forgotten(programme: Programme) -> None:
    page = a_page(programme)
    draft = drafted(page, "Because.", title="Wherefore")
    page.refresh_from_db()
    assert page.title == "Wherefore"
    left = discard_page_draft(draft, by=None)
    assert left is not None
    assert left.title == "Why"


def test_old_words_become_the_draft(programme: Programme) -> None:
    page = a_page(programme)
    publish_text(drafted(page, "Otherwise.", title="Anew", minutes=9), by=None)
    draft = restore_page(page.revisions.get(number=1), by=None)
    assert (draft.number, draft.state, draft.said) == (3, "draft", {"title": "Why", "minutes": 20, "body": "Because."})


# --- order ---------------------------------------------------------------------------------------


def test_pages_stand_where_they_are_put(programme: Programme, lead: User) -> None:
    why, how, when = (a_page(programme, title) for title in ("Why", "How", "When"))
    begun(programme, "Before", after=why)
    assert order(programme) == ["Why", "Before", "How", "When"]
    move_page(StudyPage.objects.get(pk=when.pk), after=None, by=lead)
    assert order(programme) == ["When", "Why", "Before", "How"]
    move_page(StudyPage.objects.get(pk=when.pk), after=StudyPage.objects.get(pk=how.pk), by=lead)
    assert order(programme) == ["Why", "Before", "How", "When"]
    entries = Entry.objects.filter(verb="page.moved").count()
    move_page(StudyPage.objects.get(pk=when.pk), after=StudyPage.objects.get(pk=how.pk), by=lead)
    assert Entry.objects.filter(verb="page.moved").count() == entries


def test_each_module_has_an_order_of_its_own(programme: Programme) -> None:
    a_page(programme)
    a_page(programme, "Other", item_code="change-2")
    assert (order(programme), order(programme, "change-2")) == (["Why"], ["Other"])


def test_a_retired_page_is_not_shown_and_comes_back(programme: Programme) -> None:
    page = a_page(programme)
    assert retire_page(page, by=None).retired_at == retire_page(page, by=None).retired_at
    assert list(revisions_shown(programme.pk, "change-1")) == []
    take_page_back(page, by=None)
    take_page_back(page, by=None)
    assert len(revisions_shown(programme.pk, "change-1")) == 1
    assert verbs()[-2:] == ["page.retired", "page.taken-back"]


def test_what_nobody_has_seen_is_not_retired(programme: Programme) -> None:
    with pytest.raises(PageUnpublished):
        retire_page(begun(programme).page, by=None)


def test_shelves_say_which_modules_have_none_and_what_pages_take(programme: Programme) -> None:
    a_page(programme)
    page = a_page(programme, "How", minutes=25)
    publish_text(drafted(page, "Otherwise.", minutes=30), by=None)
    drafted(page, "Not yet.", minutes=99)
    begun(programme, "Not yet", minutes=99)
    retire_page(a_page(programme, "Gone", minutes=99), by=None)
    (shelf,) = shelves_of(programme.versions.all())
    assert (shelf.programme, str(shelf.course)) == (programme, "Leading change")
    assert [(item.code, item.pages, item.page_minutes) for item in shelf.items] == [  # type: ignore[attr-defined]
        ("change-1", 2, 50), ("change-2", 0, None),
    ]  # fmt: skip


# --- files ---------------------------------------------------------------------------------------


def test_a_file_stands_beside_the_page_under_a_plain_name(programme: Programme, lead: User) -> None:
    page = begun(programme).page
    file = add_file(page, upload=a_picture(), by=lead)
    assert (file.name, file.kind, file.size_bytes) == ("ridge-at-dusk.png", "png", len(a_png()))
    assert "ridge" not in file.stored_name
    with default_storage.open(file.stored_name) as stored:
        assert stored.read() == a_png()
    assert add_file(page, upload=a_picture(), by=lead) == file
    with pytest.raises(FileNameTaken):
        add_file(page, upload=a_picture(colour=(0, 0, 0)), by=lead)
    assert StudyFile.objects.count() == 1


def test_drawings_that_hold_scripts_are_no_pictures(programme: Programme) -> None:
    with pytest.raises(FileOfWrongKind):
        add_file(begun(programme).page, upload=SimpleUploadedFile("ridge.svg", b"<svg/>"), by=None)


def test_unknown_names_are_told_by_name_when_the_draft_is_saved(programme: Programme) -> None:
    page = a_page(programme)
    add_file(page, upload=a_picture(), by=None)
    with pytest.raises(UnknownFiles) as refused:
        drafted(page, "![A lake](file:lake.png) and [a list](file:list.pdf)")
    assert str(refused.value) == (
        "lake.png, list.pdf are no files of this kind beside the page. Beside it are ridge-at-dusk.png."
    )
    assert page.revisions.count() == 1
    assert drafted(page, "![Dusk](file:ridge-at-dusk.png) [large](file:ridge-at-dusk.png)").number == 2


def test_a_document_is_no_picture(programme: Programme) -> None:
    page = a_page(programme)
    pdf = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    add_file(page, upload=SimpleUploadedFile("plan.pdf", pdf), by=None)
    with pytest.raises(UnknownFiles):
        drafted(page, "![The plan](file:plan.pdf)")
    assert drafted(page, "[The plan](file:plan.pdf)").number == 2


def test_pictures_need_words_and_come_from_beside_the_page(programme: Programme) -> None:
    page = a_page(programme)
    add_file(page, upload=a_picture(), by=None)
    with pytest.raises(PicturesWithoutWords):
        drafted(page, "![ ](file:ridge-at-dusk.png)")
    with pytest.raises(PictureFromElsewhere):
        drafted(page, "![Dusk](https://pictures.example/dusk.png)")
    assert page.revisions.count() == 1


def test_a_file_that_was_ever_named_stays(programme: Programme, django_capture_on_commit_callbacks: Any) -> None:
    page = a_page(programme)
    file = add_file(page, upload=a_picture(), by=None)
    draft = drafted(page, "![Dusk](file:ridge-at-dusk.png)")
    with pytest.raises(FileInUse):
        remove_file(file, by=None)
    drafted(page, "No picture.")
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(file, by=None)
    remove_file(file, by=None)
    assert not default_storage.exists(file.stored_name)
    assert not StudyFile.objects.exists()
    assert draft.pk
    assert verbs().count("page.file-removed") == 1


def test_no_file_is_added_to_a_retired_page(programme: Programme) -> None:
    with pytest.raises(PageRetired):
        add_file(retire_page(a_page(programme), by=None), upload=a_picture(), by=None)
