"""Every write of an application."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock, random_id
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState

from . import rules
from .errors import (
    ApplicationNotDraft,
    ApplicationNotWaiting,
    CannotWithdraw,
    OwnApplication,
    ProgrammeNotPublished,
    ReasonNeeded,
)
from .models import Application, Decision, Review, ReviewNote
from .states import LEGAL_MOVES, LIVE, ApplicationState


@transaction.atomic
def start_application(person: User, *, intake: Intake, by: User | None) -> Application:
    """Begin a draft. While a person has a live application to the intake, this gives that one."""
    now = clock.now()
    intake = lock(intake)
    if known := Application.objects.filter(person=person, intake=intake, state__in=LIVE).first():
        return known
    if intake.version.state != VersionState.PUBLISHED:
        raise ProgrammeNotPublished(intake.name)
    rules.check_open(
        intake.name, opens_at=intake.opens_at, closes_at=intake.closes_at, is_paused=intake.is_paused, at=now
    )
    application = Application.objects.create(person=person, intake=intake, started_at=now, changed_at=now)
    record("application.started", application, facts={"intake": intake.pk}, by=by)
    return application


@transaction.atomic
def save_answers(application: Application, *, answers: Mapping[str, Any], by: User | None) -> Application:
    """Keep some answers of a draft. `answers` are named as in `rules.ANSWERS`.

    A `school` is copied, name and URN, as it is today; a `school_name` without one is a school not listed.
    """
    if strangers := set(answers) - rules.ANSWERS:
        raise ValueError(f"An application has no answers {sorted(strangers)}.")
    now = clock.now()
    intake, application = lock(application.intake), lock(application)
    if application.state != ApplicationState.DRAFT:
        raise ApplicationNotDraft(application.get_state_display())
    rules.check_not_closed(intake.name, closes_at=intake.closes_at, at=now)
    columns = _columns(answers, application)
    for name, value in columns.items():
        setattr(application, name, value)
    application.changed_at = now
    application.save(update_fields=[*columns, "changed_at"])
    record("application.saved", application, facts={"answers": ",".join(sorted(answers))}, by=by)
    return application


def _columns(answers: Mapping[str, Any], application: Application) -> dict[str, Any]:
    columns = dict(answers)
    if "agreed" in columns:
        agreed = columns.pop("agreed")
        columns["agreed_at"] = (application.agreed_at or clock.now()) if agreed else None
    if "school" in columns or "school_name" in columns:
        school = columns.setdefault("school", None)
        columns["school_urn"] = school.urn if school else ""
        columns["school_name"] = school.name if school else columns.get("school_name", "")
    if columns.get("headship") in rules.HEADSHIP_WITHOUT_DATE:
        columns["headship_started_on"] = None
    return columns


@transaction.atomic
def submit_application(application: Application, *, by: User | None) -> Application:
    """Send it: from now on it cannot change, and it waits for a decision. Sending twice sends once.

    What counts is the moment it arrived, not how long it then waited for its turn.
    """
    now = clock.now()
    intake, application = lock(application.intake), lock(application)
    if application.state == ApplicationState.SUBMITTED:
        return application
    if ApplicationState.SUBMITTED not in LEGAL_MOVES[ApplicationState(application.state)]:
        raise ApplicationNotDraft(application.get_state_display())
    rules.check_open(
        intake.name, opens_at=intake.opens_at, closes_at=intake.closes_at, is_paused=intake.is_paused, at=now
    )
    rules.check_finished(application.answers)
    application.state = ApplicationState.SUBMITTED
    application.submitted_at = now
    application.reference = _new_reference()
    application.save(update_fields=["state", "submitted_at", "reference"])
    record("application.submitted", application, facts={"form_version": application.form_version}, by=by)
    queue_message(
        "application-received",
        to=application.person,
        about=application,
        key=f"application-received:{application.pk}:1:{application.person_id}",
    )
    return application


def _new_reference() -> str:
    """Two groups of four, to be read out over a telephone; it says nothing of how many there are."""
    characters = random_id(8)
    return f"{characters[:4]}-{characters[4:]}"


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
def decide(application: Application, *, verdict: Decision.Verdict, reason: str = "", by: User | None) -> Decision:
    """Accept or decline, once. The same verdict again gives the decision that stands."""
    application = lock(application)
    verdict = Decision.Verdict(verdict)
    decision = Decision.objects.filter(application=application).first()
    if decision and decision.verdict == verdict and application.state == verdict.value:
        return decision
    if by is not None and application.person_id == by.pk:
        raise OwnApplication
    state = ApplicationState(verdict.value)
    if state not in LEGAL_MOVES[ApplicationState(application.state)]:
        raise ApplicationNotWaiting(application.get_state_display())
    reason = reason.strip()
    if verdict == Decision.Verdict.DECLINED and not reason:
        raise ReasonNeeded
    now = clock.now()
    decision = Decision.objects.create(application=application, verdict=verdict, decided_at=now, decided_by=by)
    application.state = state
    application.decided_at = now
    application.save(update_fields=["state", "decided_at"])
    record(
        f"application.{state.value}",
        application,
        facts={"decision": decision.pk},
        words={"reason": reason} if reason else None,
        by=by,
    )
    queue_message(
        f"application-{state.value}",
        to=application.person,
        about=application,
        key=f"application-{state.value}:{application.pk}:1:{application.person_id}",
        words={"reason": reason},
    )
    return decision


@transaction.atomic
def withdraw_application(application: Application, *, by: User | None) -> Application:
    """Take an application back, sent or not. Withdrawing twice withdraws once."""
    application = lock(application)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if ApplicationState.WITHDRAWN not in LEGAL_MOVES[ApplicationState(application.state)]:
        raise CannotWithdraw(application.get_state_display())
    before = application.state
    application.state = ApplicationState.WITHDRAWN
    application.save(update_fields=["state"])
    record("application.withdrawn", application, facts={"from": before}, by=by)
    return application
