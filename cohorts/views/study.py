"""Studying page by page; and the same pages for those who teach or lead."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.access import LEADS, study_files_visible_to, versions_led_by, versions_taught_by
from cohorts.actions import study as actions
from cohorts.models import Enrolment
from cohorts.queries.study import Line, Study, study_of
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import KINDS_WITH_PAGES
from npqh_portal.programmes.models import Item, ProgrammeVersion, StudyRevision
from npqh_portal.programmes.queries import files_beside, revisions_shown, shelves_of
from npqh_portal.web.doors import for_role, person_of, refusals, signed_in
from npqh_portal.web.downloads import document_download, picture_shown
from npqh_portal.web.illustrated import illustrated
from npqh_portal.web.uploads import PICTURES
from npqh_portal.web.videos import with_videos

from .own import enrolment_of


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest, code: str) -> HttpResponse:
    """The pages of an item, and where to go on. Sent, it is finished: where every page is read already."""
    enrolment, found = _study(request, code)
    if request.method == "POST":
        with refusals(request):
            actions.finish_study(enrolment, item=found.item, by=person_of(request))
            messages.success(request, f"Recorded: “{found.item.title}” is done.")
        return redirect("cohorts:study", code)
    context = {"study": found, "item": found.item, "go_on": found.unread[0] if found.unread else None}
    return render(request, "cohorts/study.html", context)


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
@with_videos
def study_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    enrolment, found = _study(request, code)
    if not 1 <= number <= len(found.lines):
        raise Http404
    line = found.lines[number - 1]
    if request.method == "POST":
        return _read(request, enrolment, found, line)
    beside = files_beside([line.revision.page_id])
    context = {
        "study": found,
        "item": found.item,
        "line": line,
        "html": _html(line.revision, beside, level=2),
        "before": found.lines[number - 2] if number > 1 else None,
        "following": found.next_after(line),
        "finishes": found.is_last_unread(line),
        "asks": found.may_record and (not line.is_read or found.is_last_unread(line)),
    }
    return render(request, "cohorts/study_page.html", context)


def _read(request: HttpRequest, enrolment: Enrolment, found: Study, line: Line) -> HttpResponse:
    """Noted is the revision that was on the page, which may have changed since; pages may have moved, too."""
    shown = request.POST.get("revision")
    revision = line.revision if shown is None else _revision(found.item, shown)
    led_on: HttpResponse = redirect("cohorts:study_page", found.item.code, line.number)
    with refusals(request):
        if actions.read_page(enrolment, item=found.item, revision=revision, by=person_of(request)):
            messages.success(request, f"Recorded: “{found.item.title}” is done.")
            led_on = redirect("cohorts:study", found.item.code)
        else:
            led_on = _to_next(enrolment, found.item, revision)
    return led_on


def _to_next(enrolment: Enrolment, item: Item, revision: StudyRevision) -> HttpResponse:
    """Behind the page that was read, wherever that stands now."""
    found = study_of(enrolment, item.code, clock.now())
    lines = found.lines if found else ()
    line = next((one for one in lines if one.revision.page_id == revision.page_id), None)
    following = found.next_after(line) if found and line else None
    if following is None:
        return redirect("cohorts:study", item.code)
    return redirect("cohorts:study_page", item.code, following.number)


def _revision(item: Item, public_id: str) -> StudyRevision:
    pages = {"page__programme": item.version.programme_id, "page__item_code": item.code}
    return get_object_or_404(StudyRevision.objects.select_related("page").filter(**pages), public_id=public_id)


@for_role(Role.PARTICIPANT)
@require_safe
def study_print(request: HttpRequest, code: str) -> HttpResponse:
    """The whole item on one page, for paper."""
    _, found = _study(request, code)
    revisions = [line.revision for line in found.lines]
    return render(request, "cohorts/study_print.html", _whole(found.item, revisions, plays_videos=False))


@signed_in
@require_safe
def study_file(request: HttpRequest, public_id: str) -> FileResponse:
    """A picture for the page that names it; any other file to take away."""
    file = get_object_or_404(study_files_visible_to(person_of(request)), public_id=public_id)
    if file.kind in PICTURES:
        return picture_shown(file.stored_name, kind=file.kind)
    return document_download(file.stored_name, name=file.name, kind=file.kind)


def _study(request: HttpRequest, code: str) -> tuple[Enrolment, Study]:
    enrolment = enrolment_of(request)
    found = study_of(enrolment, code, clock.now()) if enrolment else None
    if enrolment is None or found is None:
        raise Http404
    return enrolment, found


def _whole(item: Item, revisions: Iterable[StudyRevision], *, plays_videos: bool) -> dict[str, Any]:
    shown = list(revisions)
    beside = files_beside(one.page_id for one in shown)
    return {
        "item": item,
        "pages": [(one, _html(one, beside, level=3, plays_videos=plays_videos)) for one in shown],
        "minutes": sum(one.minutes for one in shown),
    }


def _html(revision: StudyRevision, beside: Any, *, level: int, plays_videos: bool = True) -> str:
    return illustrated(revision.body, beside[revision.page_id], level=level, plays_videos=plays_videos)


# --- those who teach or lead ---------------------------------------------------------------------

Reached = Callable[[User], QuerySet[ProgrammeVersion]]


@require_safe
def _shelves(request: HttpRequest, *, reached: Reached, page: str, back: tuple[str, str]) -> HttpResponse:
    """What the participants study, by programme and course."""
    shelves = list(shelves_of(reached(person_of(request))))
    context = {"shelves": shelves, "page": page, "back": back[0], "back_words": back[1]}
    return render(request, "cohorts/study_shelves.html", context)


@require_safe
@with_videos
def _module(request: HttpRequest, programme: str, code: str, *, reached: Reached, back: str) -> HttpResponse:
    """All pages of an item, as participants read them."""
    versions = reached(person_of(request)).filter(programme__code=programme).order_by()
    items = Item.objects.filter(version__in=versions.values("pk"), code=code, kind__in=KINDS_WITH_PAGES)
    item = items.select_related("course", "version__programme").order_by("-version__effective_from", "-pk").first()
    if item is None:
        raise Http404
    revisions = revisions_shown(item.version.programme_id, code)
    return render(request, "cohorts/study_whole.html", _whole(item, revisions, plays_videos=True) | {"back": back})


taught = for_role(Role.FACILITATOR)(
    partial(
        _shelves,
        reached=versions_taught_by,
        page="cohorts:taught_module",
        back=("cohorts:facilitator_groups", "Your groups"),
    )
)
taught_module = for_role(Role.FACILITATOR)(partial(_module, reached=versions_taught_by, back="cohorts:taught_study"))
# The page of cohorts stands in the package above.
led = for_role(*LEADS)(
    partial(_shelves, reached=versions_led_by, page="cohorts:led_module", back=("home:lead", "Cohorts"))
)
led_module = for_role(*LEADS)(partial(_module, reached=versions_led_by, back="cohorts:led_study"))
