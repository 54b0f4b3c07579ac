"""What participants write for themselves (S19): theirs alone, shared one by one, taken back, removed.

Audit entries tell that something was written, shared or removed, and never what it said.
"""

from contextlib import suppress

from django.db import transaction

from cohorts.errors import (
    ChangedMeanwhile,
    DeliveryOver,
    LogClosed,
    NotEvaluated,
    NothingToRecord,
    NotOnList,
    NotPlaced,
    NotTheirCoach,
    NotTheirGroup,
    ReflectionWithoutTitle,
    ReflectionWithoutWords,
)
from cohorts.kinds import SharedWith
from cohorts.models import Enrolment, Group, Membership, PersonalItem, Reflection, SupportMatch
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import differing, lock, lock_if_there
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item

from .engagement import record_completion


@transaction.atomic
def write_reflection(
    enrolment: Enrolment, *, item: Item | None = None, title: str = "", words: str, revision: int = 0, by: User
) -> Reflection:
    """A new reflection, on an item of the course or, with a title, on anything. The same again is the one there.

    On an item there is one, so that this changes it too: `revision` is that of the page, 0 where nothing was there.
    The item is completed and credited wherever it can be. Raises LogClosed, NotOnList, ReflectionWithoutWords,
    ReflectionWithoutTitle and ChangedMeanwhile.
    """
    enrolment = lock(enrolment)
    if enrolment.state not in LIVE_ENROLMENT:
        raise LogClosed
    _check(item, title, words)
    if item is None:
        if there := enrolment.reflections.filter(item=None, title=title, words=words).first():
            return there
        return _new(Reflection(enrolment=enrolment, title=title, words=words), by=by)
    expected = PersonalItem.objects.filter(enrolment=enrolment, item=item)
    if item.kind != ItemKind.REFLECTION or not expected.exists():
        raise NotOnList
    if there := enrolment.reflections.filter(item=item).first():
        return change_reflection(there, title=title, words=words, revision=revision, by=by)
    if revision:
        raise ChangedMeanwhile
    return _new(Reflection(enrolment=enrolment, item=item, title=title, words=words), by=by)


def _new(reflection: Reflection, *, by: User) -> Reflection:
    reflection.save()
    _note(reflection, "written", by=by)
    _complete(reflection, by=by)
    return reflection


def _complete(reflection: Reflection, *, by: User) -> None:
    """Where nothing can be recorded any more, or not at present, the words are kept all the same."""
    if reflection.item:
        with suppress(NotEvaluated, NothingToRecord, NotOnList, NotPlaced, DeliveryOver):
            record_completion(reflection.enrolment, item=reflection.item, by=by)


@transaction.atomic
def change_reflection(reflection: Reflection, *, title: str, words: str, revision: int, by: User) -> Reflection:
    """Change what was written; whoever it is shared with reads the new words.

    `revision` is that of the page. Raises ChangedMeanwhile, ReflectionWithoutWords and ReflectionWithoutTitle.
    """
    lock(reflection.enrolment)
    reflection = lock(reflection)
    _check(reflection.item, title, words)
    _complete(reflection, by=by)
    changed = differing(reflection, {"title": title, "words": words})
    if not changed:
        return reflection
    if reflection.revision != revision:
        raise ChangedMeanwhile
    reflection.title, reflection.words, reflection.changed_at = title, words, clock.now()
    reflection.revision += 1
    reflection.save(update_fields=["title", "words", "changed_at", "revision"])
    _note(reflection, "changed", by=by)
    return reflection


def _check(item: Item | None, title: str, words: str) -> None:
    if item is None and not title.strip():
        raise ReflectionWithoutTitle
    if not words.strip():
        raise ReflectionWithoutWords


@transaction.atomic
def share_reflection(
    reflection: Reflection, *, match: SupportMatch | None = None, group: Group | None = None, by: User
) -> Reflection:
    """Let one's coach, or one's seminar group and its facilitator, read it; with neither, nobody any more.

    Nobody is told. The same again changes nothing. Raises NotTheirCoach and NotTheirGroup.
    """
    enrolment = lock(reflection.enrolment)
    reflection = lock(reflection)
    if (reflection.match_id, reflection.group_id) == (match and match.pk, group and group.pk):
        return reflection
    if match and not SupportMatch.objects.filter(pk=match.pk, enrolment=enrolment, to_on=None).exists():
        raise NotTheirCoach
    if group and not Membership.objects.filter(enrolment=enrolment, group=group, to_on=None).exists():
        raise NotTheirGroup
    shared = SharedWith.COACH if match else SharedWith.GROUP if group else SharedWith.NOBODY
    reflection.shared_with, reflection.match, reflection.group = shared.value, match, group
    reflection.save(update_fields=["shared_with", "match", "group"])
    _note(reflection, "shared" if match or group else "sharing-ended", by=by)
    return reflection


@transaction.atomic
def remove_reflection(reflection: Reflection, *, revision: int, by: User) -> None:
    """Delete it for good; the audit trail keeps that there was one, and an item it completed stays done.

    A second call does nothing. Raises ChangedMeanwhile where it is no longer what the page showed.
    """
    lock(reflection.enrolment)
    found = lock_if_there(reflection)
    if found is None:
        return
    if found.revision != revision:
        raise ChangedMeanwhile
    _note(found, "removed", by=by)
    found.delete()


def _note(reflection: Reflection, verb: str, *, by: User) -> None:
    facts = {
        "enrolment": reflection.enrolment_id,
        "item": reflection.item_id,
        "letters": len(reflection.words),
        "match": reflection.match_id,
        "group": reflection.group_id,
    }
    record(f"reflection.{verb}", reflection, facts=facts, by=by)
