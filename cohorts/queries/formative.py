"""Formative work as its writer and those who answer it read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cohorts.models import Enrolment, FormativeFile, FormativeRound, FormativeWork, Seminar
from cohorts.rules.dates import london_date
from cohorts.states import LIVE_ENROLMENT, SeminarState
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item

from .timetable import seminars_of_enrolment


@dataclass(frozen=True)
class Ahead:
    """The seminar that a task leads to, and when it is held for somebody, once that is in the timetable."""

    item: Item
    sitting: Seminar | None


def formative_work_on(enrolment: Enrolment, item: Item) -> FormativeWork | None:
    """With `sent`, its rounds from the newest on, each with its `documents`, and `attached`, the files of the draft."""
    attached = Prefetch("files", queryset=FormativeFile.objects.filter(in_draft=True), to_attr="attached")
    rounds = _with_documents(FormativeRound.objects.select_related("feedback_by"))
    return (
        FormativeWork.objects.filter(enrolment=enrolment, item=item)
        .prefetch_related(attached, Prefetch("rounds", queryset=rounds, to_attr="sent"))
        .first()
    )


def formative_states(enrolment: Enrolment) -> dict[int, str]:
    """How far the work on each task has come, by item: draft, waiting or answered. One statement."""
    waiting = FormativeRound.objects.filter(work=OuterRef("pk"), feedback_at=None)
    works = enrolment.formative_works.annotate(
        is_sent=Exists(FormativeRound.objects.filter(work=OuterRef("pk"))), is_waiting=Exists(waiting)
    )
    return {work.item_id: "waiting" if work.is_waiting else "answered" if work.is_sent else "draft" for work in works}


def seminar_after(enrolment: Enrolment, item: Item) -> Ahead | None:
    """The next seminar of the same course on their list."""
    following = (
        Item.objects.filter(personal_items__enrolment=enrolment, course=item.course, kind=ItemKind.SEMINAR)
        .filter(number__gt=item.number, course__isnull=False)
        .order_by("number")
        .first()
    )
    if following is None:
        return None
    sittings = seminars_of_enrolment(enrolment).filter(item=following, state=SeminarState.SCHEDULED)
    return Ahead(following, sittings.last())


# --- feedback ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkLine:
    """One round in a list, with for how many days it has waited."""

    sent: FormativeRound
    days: int


def waiting_for_feedback(rounds: QuerySet[FormativeRound]) -> QuerySet[FormativeRound]:
    """The oldest first; of people who still take part."""
    return _whole(rounds.filter(feedback_at=None, work__enrolment__state__in=LIVE_ENROLMENT)).order_by("sent_at", "pk")


def with_feedback(rounds: QuerySet[FormativeRound]) -> QuerySet[FormativeRound]:
    """What was answered last comes first."""
    return _whole(rounds.exclude(feedback_at=None)).order_by("-feedback_at", "-pk")


def found_among(rounds: QuerySet[FormativeRound], words: str) -> QuerySet[FormativeRound]:
    """By who sent it, on which task, in which group or cohort: every word is in one of these."""
    for word in words.split():
        rounds = rounds.filter(
            Q(work__enrolment__person__full_name__icontains=word)
            | Q(work__item__title__icontains=word)
            | Q(
                pk__in=FormativeRound.objects.filter(
                    Q(work__enrolment__memberships__group__name__icontains=word)
                    | Q(work__enrolment__memberships__cohort__name__icontains=word),
                    work__enrolment__memberships__to_on=None,
                ).values("pk")
            )
        )
    return rounds


def lines_of_rounds(rounds: Iterable[FormativeRound], today: date) -> list[WorkLine]:
    return [WorkLine(sent, (today - london_date(sent.sent_at)).days) for sent in rounds]


def round_to_answer(rounds: QuerySet[FormativeRound], public_id: str) -> FormativeRound | None:
    return _with_documents(_whole(rounds)).filter(public_id=public_id).first()


def rounds_before(sent: FormativeRound) -> QuerySet[FormativeRound]:
    """The newest of them first."""
    earlier = sent.work.rounds.filter(number__lt=sent.number).select_related("feedback_by")
    return _with_documents(earlier).order_by("-number")


def _whole(rounds: QuerySet[FormativeRound]) -> QuerySet[FormativeRound]:
    return rounds.select_related("work__enrolment__person", "work__item__course", "feedback_by")


def _with_documents(rounds: QuerySet[FormativeRound]) -> QuerySet[FormativeRound]:
    return rounds.prefetch_related(Prefetch("files", to_attr="documents"))
