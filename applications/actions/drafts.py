"""A draft: begun, written part by part, sent."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from applications.errors import (
    AnswersChanged,
    ApplicationNotDraft,
    CheckedAnswersChanged,
    ProgrammeNotPublished,
    TrnKnown,
    TrnNotAwaited,
)
from applications.kinds import By
from applications.models import Application
from applications.queries.applications import earlier_of
from applications.rules.answers import (
    ANSWERS,
    check_finished,
    columns_of,
    fingerprint_of,
    fingerprint_of_all,
    left_out,
    parts_of,
    parts_to_carry,
)
from applications.rules.opening import check_not_closed, check_open, grace_ends
from applications.states import LEGAL_MOVES, LIVE, SENT, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock, random_id
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState

from .endorsements import request_endorsement
from .forms import form_to_begin_with
from .funding import decide_funding
from .interest import link_interest
from .strands import decide_strands


@transaction.atomic
def start_application(person: User, *, intake: Intake, by: User | None) -> Application:
    """Begin a draft. While a person has a live application to the intake, this gives that one.

    After one that ended the draft begins with its answers, each part to be looked at before it counts as done.
    """
    now = clock.now()
    intake = lock(intake)
    if known := Application.objects.filter(person=person, intake=intake, state__in=LIVE).first():
        return known
    if intake.version.state != VersionState.PUBLISHED:
        raise ProgrammeNotPublished(intake.name)
    check_open(intake.name, opens_at=intake.opens_at, closes_at=intake.closes_at, is_paused=intake.is_paused, at=now)
    application = Application.objects.create(
        person=person, intake=intake, form=form_to_begin_with(intake.version.programme), started_at=now, changed_at=now
    )
    earlier = earlier_of(application)
    if earlier:
        _carry_over(earlier, application)
    facts = {"intake": intake.pk} | ({"carried_from": earlier.pk} if earlier else {})
    record("application.started", application, facts=facts, by=by)
    link_interest(application, by=by)
    return application


def _carry_over(earlier: Application, draft: Application) -> None:
    is_same_question = earlier.form.statement_question == draft.form.statement_question
    parts = parts_to_carry(earlier.answers, is_same_question=is_same_question)
    columns = {column for part in parts for column in columns_of(part)}
    if "school_urn" in columns:
        columns |= {"school", "school_type_code"}
    for column in columns:
        setattr(draft, column, getattr(earlier, column))
    draft.to_check = [part.code for part in parts]
    draft.save(update_fields=[*columns, "to_check"])


@transaction.atomic
def save_answers(
    application: Application, *, answers: Mapping[str, Any], seen: str | None = None, by: User | None
) -> Application:
    """Keep some answers of a draft. `answers` are named as in `rules.answers.ANSWERS`.

    A `school` is copied, name and URN, as it is today; a `school_name` without one is a school not listed. Answers
    that stopped applying stay until the draft is sent. `seen` is the fingerprint of the part as its page showed it,
    None where nothing was shown: raises AnswersChanged when the part stands otherwise, and not just as it is saved.
    """
    if strangers := set(answers) - ANSWERS:
        raise ValueError(f"An application has no answers {sorted(strangers)}.")
    now = clock.now()
    intake, application = lock(application.intake), lock(application)
    if application.state != ApplicationState.DRAFT:
        raise ApplicationNotDraft(application.get_state_display())
    check_not_closed(intake.name, closes_at=grace_ends(intake.closes_at, intake.grace_minutes), at=now)
    columns = _columns(answers, application)
    if seen is not None and seen not in _fingerprints(answers, application):
        if all(getattr(application, name) == value for name, value in columns.items()):
            return application
        raise AnswersChanged
    for name, value in columns.items():
        setattr(application, name, value)
    looked_at = {part.code for part in parts_of(answers)}
    application.to_check = [code for code in application.to_check if code not in looked_at]
    application.changed_at = now
    application.save(update_fields=[*columns, "to_check", "changed_at"])
    record("application.saved", application, facts={"answers": ",".join(sorted(answers))}, by=by)
    return application


def _fingerprints(answers: Mapping[str, Any], application: Application) -> set[str]:
    """Of the one part that these answers belong to."""
    return {fingerprint_of(part, application.stored) for part in parts_of(answers)}


def _columns(answers: Mapping[str, Any], application: Application) -> dict[str, Any]:
    columns = dict(answers)
    if "agreed" in columns:
        agreed = columns.pop("agreed")
        columns["agreed_at"] = (application.agreed_at or clock.now()) if agreed else None
    if "school" in columns or "school_name" in columns:
        school = columns.setdefault("school", None)
        columns["school_urn"] = school.urn if school else ""
        columns["school_type_code"] = school.type_code if school else ""
        columns["school_name"] = school.name if school else columns.get("school_name", "")
    return columns


@transaction.atomic
def submit_application(application: Application, *, seen: str | None = None, by: User | None) -> Application:
    """Send it: from now on it cannot change, and it waits for a decision. Sending twice sends once.

    What counts is the moment it arrived, not how long it then waited for its turn. Answers to what is not asked of
    this applicant, left from before they changed another, are not sent: they are emptied. `seen` is the fingerprint
    of all answers as the page showed them, None where nothing was shown: raises CheckedAnswersChanged for others.
    """
    now = clock.now()
    intake, application = lock(application.intake), lock(application)
    application.intake = intake
    if application.state == ApplicationState.SUBMITTED:
        return application
    if ApplicationState.SUBMITTED not in LEGAL_MOVES[ApplicationState(application.state)]:
        raise ApplicationNotDraft(application.get_state_display())
    closes_at = grace_ends(intake.closes_at, intake.grace_minutes)
    check_open(intake.name, opens_at=intake.opens_at, closes_at=closes_at, is_paused=intake.is_paused, at=now)
    check_finished(application.answers)
    if seen is not None and seen != fingerprint_of_all(application.answers):
        raise CheckedAnswersChanged
    emptied = _emptied(application)
    for name, value in emptied.items():
        setattr(application, name, value)
    application.state = ApplicationState.SUBMITTED
    application.submitted_at = now
    application.reference = new_reference()
    application.to_check = []
    application.save(update_fields=[*emptied, "to_check", "state", "submitted_at", "reference"])
    record(
        "application.submitted",
        application,
        facts={"form": application.form_id, "left_out": ",".join(sorted(emptied))},
        by=by,
    )
    set_going(application, asks=application.form.needs_endorsement, by=by)
    request_endorsement(application, by=by)
    return application


@transaction.atomic
def give_trn(application: Application, *, trn: str, by: User) -> Application:
    """Add the teacher reference number that was left for later when it was sent. The same again changes nothing."""
    application = lock(application)
    if application.trn == trn and application.state in SENT:
        return application
    if application.trn:
        raise TrnKnown
    if not application.awaits_trn:
        raise TrnNotAwaited(application.get_state_display())
    application.has_trn, application.trn = True, trn
    application.save(update_fields=["has_trn", "trn"])
    record("application.trn_given", application, by=by)
    return application


def set_going(application: Application, *, asks: bool, by: User | None) -> None:
    """What follows when an application has reached us, whichever way: funding and support decided, and our letter.

    `asks` says that whoever endorses it is written to as well.
    """
    decide_funding(application, occasion=By.SUBMISSION, by=by)
    decide_strands(application, occasion=By.SUBMISSION, by=by)
    queue_message(
        "application-received",
        to=application.person,
        about=application,
        key=f"application-received:{application.pk}:1:{application.person_id}",
        words={"asks": asks},
    )


def _emptied(application: Application) -> dict[str, Any]:
    """The columns that hold an answer to what is not asked of this applicant, and their empty values."""
    columns = _columns(dict.fromkeys(left_out(application.answers)), application)
    empty = Application()
    return {name: getattr(empty, name) for name in columns if getattr(application, name) != getattr(empty, name)}


def new_reference() -> str:
    """Two groups of four, to be read out over a telephone; it says nothing of how many there are."""
    characters = random_id(8)
    return f"{characters[:4]}-{characters[4:]}"
