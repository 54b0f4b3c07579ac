"""Reading the pages of an item, one after the other, until it is done (S16)."""

from django.db import transaction

from cohorts.errors import NotOnList, PagesUnread
from cohorts.models import Completion, Enrolment, PageRead
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item, StudyRevision
from npqh_portal.programmes.queries import revisions_shown
from npqh_portal.programmes.states import RevisionState

from .engagement import check_may_complete, record_completion


@transaction.atomic
def read_page(enrolment: Enrolment, *, item: Item, revision: StudyRevision, by: User | None) -> Completion | None:
    """Note that somebody has read a page, in that revision; with the last page that was unread the item is done.

    Returns the completion, once there is one. Nothing is noted twice, nor of an item that is done: whoever reads it
    again only reads. Who read what, and when, stands in the row itself. Raises what `record_completion` raises.
    """
    enrolment = lock(enrolment)
    if completion := Completion.objects.filter(enrolment=enrolment, item=item).first():
        return completion
    check_may_complete(enrolment, item, by=by)
    page = revision.page
    is_of_item = (page.programme_id, page.item_code) == (item.version.programme_id, item.code)
    if not is_of_item or revision.state != RevisionState.PUBLISHED:
        raise NotOnList
    PageRead.objects.get_or_create(enrolment=enrolment, page=page, defaults={"revision": revision})
    return None if _unread(enrolment, item) else record_completion(enrolment, item=item, by=by)


@transaction.atomic
def finish_study(enrolment: Enrolment, *, item: Item, by: User | None) -> Completion:
    """Record an item of which every page is read, where its last unread page was retired. Twice is once.

    Raises `PagesUnread`, and what `record_completion` raises.
    """
    enrolment = lock(enrolment)
    if completion := Completion.objects.filter(enrolment=enrolment, item=item).first():
        return completion
    if unread := _unread(enrolment, item):
        raise PagesUnread(unread)
    return record_completion(enrolment, item=item, by=by)


def _unread(enrolment: Enrolment, item: Item) -> list[str]:
    """The titles of the pages that are left to read."""
    read = set(PageRead.objects.filter(enrolment=enrolment).values_list("page_id", flat=True))
    shown = revisions_shown(item.version.programme_id, item.code)
    return [one.title for one in shown if one.page_id not in read]
