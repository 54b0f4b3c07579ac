"""What staff advise, note and ask while an application waits, and who of them looks after it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from applications.access import reviewers_of
from applications.errors import (
    ApplicationNotWaiting,
    NoOpenQuestion,
    NotAReviewer,
    NothingWritten,
    OwnApplication,
    QuestionAnswered,
    QuestionOver,
    QuestionStandsOpen,
    QuestionTakenBack,
)
from applications.models import Application, InformationRequest, Note, Review, ReviewNote
from applications.rules.questions import check_reply_day
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User


@transaction.atomic
def record_review(
    application: Application, *, recommendation: Review.Recommendation, note: str = "", by: User
) -> Review:
    """Add what a reviewer advises. The same advice by the same reviewer again adds nothing."""
    application = lock(application)
    if application.person_id == by.pk:
        raise OwnApplication
    if application.state != ApplicationState.SUBMITTED:
        raise ApplicationNotWaiting(application.get_state_display())
    note = note.strip()
    last = application.reviews.filter(reviewer=by).select_related("note").first()
    if last and last.recommendation == recommendation and last.words == note:
        return last
    review = Review.objects.create(
        application=application, reviewer=by, recommendation=recommendation, recorded_at=clock.now()
    )
    if note:
        ReviewNote.objects.create(review=review, text=note)
    record(
        "application.reviewed", application, facts={"review": review.pk, "recommendation": str(recommendation)}, by=by
    )
    return review


@transaction.atomic
def assign(application: Application, *, to: User | None, by: User) -> Application:
    """Give an application to somebody who reviews it, or to nobody. Whoever is given it by another is told.

    Giving it to whoever has it changes nothing.
    """
    application = lock(application)
    _check_undecided(application, by)
    if application.assigned_to_id == (to.pk if to else None):
        return application
    if to is not None and not reviewers_of(application).filter(pk=to.pk).exists():
        raise NotAReviewer(str(to))
    application.assigned_to = to
    application.save(update_fields=["assigned_to"])
    entry = record("application.assigned", application, facts={"to": to.pk if to else None}, by=by)
    if to is not None and to.pk != by.pk:
        queue_message(
            "application-assigned",
            to=to,
            about=application,
            key=f"application-assigned:{application.pk}:{entry.pk}:{to.pk}",
            words={"giver": str(by)},
        )
    return application


@transaction.atomic
def assign_many(applications: Iterable[Application], *, to: User | None, by: User) -> None:
    """Give several to one person, or to nobody: all of them, or none where one is refused."""
    for application in sorted(applications, key=lambda one: one.pk):
        assign(application, to=to, by=by)


@transaction.atomic
def add_note(application: Application, *, text: str, by: User) -> Note:
    """Leave a note for other staff. The same note by the same person, as their last, is not left twice."""
    application = lock(application)
    if application.person_id == by.pk:
        raise OwnApplication
    text = text.strip()
    if not text:
        raise NothingWritten
    last = application.notes.filter(by=by).first()
    if last and last.text == text:
        return last
    note = Note.objects.create(application=application, text=text, at=clock.now(), by=by)
    record("application.noted", application, facts={"note": note.pk}, by=by)
    return note


@transaction.atomic
def ask_applicant(application: Application, *, question: str, reply_by: date, by: User) -> InformationRequest:
    """Ask the applicant something, to be answered on their page by that London day. One question at a time.

    The question that stands open, asked again with the same words and day, is not asked twice.
    """
    application = lock(application)
    _check_undecided(application, by)
    question = question.strip()
    if not question:
        raise NothingWritten
    if stands := application.questions.open().first():
        if (stands.question, stands.reply_by) == (question, reply_by):
            return stands
        raise QuestionStandsOpen
    check_reply_day(reply_by, today=clock.today(), starts_on=application.intake.starts_on)
    asked = InformationRequest.objects.create(
        application=application, question=question, reply_by=reply_by, asked_at=clock.now(), asked_by=by
    )
    record("application.asked", application, facts={"question": asked.pk, "reply_by": reply_by.isoformat()}, by=by)
    queue_message(
        "application-question",
        to=application.person,
        about=application,
        key=f"application-question:{asked.pk}:1:{application.person_id}",
        words={"asked": asked},
    )
    return asked


@transaction.atomic
def take_question_back(application: Application, *, by: User) -> InformationRequest:
    """Do without an answer to the open question, or ask it anew with other words or another day. The applicant is told.

    Raises NoOpenQuestion, a second time too.
    """
    application = lock(application)
    _check_undecided(application, by)
    asked = application.questions.open().select_for_update().first()
    if asked is None:
        raise NoOpenQuestion
    asked.taken_back_at = clock.now()
    asked.save(update_fields=["taken_back_at"])
    record("application.question_taken_back", application, facts={"question": asked.pk}, by=by)
    queue_message(
        "application-question-taken-back",
        to=application.person,
        about=application,
        key=f"application-question-taken-back:{asked.pk}:1:{application.person_id}",
        words={"asked": asked},
    )
    return asked


@transaction.atomic
def answer_question(asked: InformationRequest, *, answer: str, by: User) -> InformationRequest:
    """Keep the applicant's answer and tell whoever asked. An answer stands; the same one again changes nothing."""
    application, asked = lock(asked.application), lock(asked)
    answer = answer.strip()
    if asked.answered_at is not None:
        if asked.answer == answer:
            return asked
        raise QuestionAnswered
    if asked.taken_back_at is not None:
        raise QuestionTakenBack
    if application.state not in UNDECIDED:
        raise QuestionOver(application.get_state_display())
    if not answer:
        raise NothingWritten
    asked.answer, asked.answered_at = answer, clock.now()
    asked.save(update_fields=["answer", "answered_at"])
    record("application.answered", application, facts={"question": asked.pk}, by=by)
    queue_message(
        "application-answered",
        to=asked.asked_by,
        about=application,
        key=f"application-answered:{asked.pk}:1:{asked.asked_by_id}",
        words={"asked": asked},
    )
    return asked


def _check_undecided(application: Application, by: User) -> None:
    if application.person_id == by.pk:
        raise OwnApplication
    if application.state not in UNDECIDED:
        raise ApplicationNotWaiting(application.get_state_display())
