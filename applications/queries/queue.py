"""The lines of the queue: what is shown of each application, and how it stands with endorser, reviewers and list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from applications.models import Application, Review
from applications.rules.endorsements import EXPIRED
from applications.states import EndorsementState
from npqh_portal import clock

from .endorsements import refused_before
from .places import Turn, turns_of
from .review import standing_in_words, twins_of

# Written by hand: worded by the ORM, it takes three times as long. Endorsements are those of `with_endorsement`, and
# questions those of `with_question`; a test compares them.
_LINES = """
    SELECT one.id, one.person_id, one.intake_id, one.state, one.reference, one.full_name, one.date_of_birth, one.trn,
        one.school_name, one.school_urn, one.submitted_at, one.waitlisted_at, one.funding_status,
        one.eligible_for_funding, one.funded_place,
        intake.name AS intake_name,
        form.needs_endorsement,
        COALESCE(NULLIF(reviewer.full_name, ''), reviewer.email, '') AS reviewer,
        (
            SELECT CASE
                WHEN asked.state = %(waiting)s AND asked.expires_at <= %(now)s THEN %(expired)s ELSE asked.state END
            FROM applications_endorsement asked
            WHERE asked.application_id = one.id AND asked.state <> %(replaced)s
            ORDER BY asked.requested_at DESC, asked.id DESC LIMIT 1
        ) AS endorsement_standing,
        EXISTS (
            SELECT FROM applications_endorsement former
            WHERE former.application_id = one.id AND former.state = %(replaced)s
        ) AS was_asked_of_another,
        (
            SELECT question.reply_by FROM applications_informationrequest question
            WHERE question.application_id = one.id AND question.answered_at IS NULL AND question.taken_back_at IS NULL
        ) AS asked_until,
        (
            SELECT json_agg(
                json_build_array(review.reviewer_id, review.recommendation)
                ORDER BY review.recorded_at DESC, review.id DESC
            )
            FROM applications_review review WHERE review.application_id = one.id
        ) AS advice
    FROM applications_application one
    JOIN programmes_intake intake ON intake.id = one.intake_id
    JOIN applications_formversion form ON form.id = one.form_id
    LEFT JOIN people_user reviewer ON reviewer.id = one.assigned_to_id
    WHERE one.id = ANY(%(keys)s)
"""


@dataclass(frozen=True)
class Line:
    """What the queue tells of an application beside its own columns.

    `reviews` are newest first. `twins` is how many others look like the same person's, and `was_refused` says that an
    endorser declined before the one who counts now, of this application or of one of those.
    """

    intake: str
    reviewer: str
    endorsement: str
    asked_until: date | None
    reviews: list[Review]
    turn: Turn | None
    twins: int
    was_refused: bool


def lines_of(keys: Sequence[int], *, among: QuerySet[Application]) -> list[tuple[Application, Line]]:
    """The applications with these numbers, in this order, each without its answers and with its line.

    `among` are those that are looked through for others of the same person. Two statements; one more where somebody
    is on a waiting list, and one where somebody may have been refused before.
    """
    given = {
        "keys": list(keys),
        "now": clock.now(),
        "waiting": EndorsementState.WAITING.value,
        "expired": EXPIRED,
        "replaced": EndorsementState.REPLACED.value,
    }
    found: dict[int, Any] = {one.pk: one for one in Application.objects.raw(_LINES, given)} if keys else {}
    shown = [found[key] for key in keys if key in found]
    turns = turns_of(shown)
    twins = twins_of(shown, among=among) if shown else {}
    beside = {
        one.pk: [twin.number for twin in twins.get(one.pk, ())]
        for one in shown
        if one.pk in twins or one.was_asked_of_another
    }
    refused = refused_before(beside) if beside else set()
    return [
        (
            one,
            Line(
                intake=one.intake_name,
                reviewer=one.reviewer,
                endorsement=standing_in_words(one.endorsement_standing, is_needed=one.needs_endorsement),
                asked_until=one.asked_until,
                reviews=[Review(reviewer_id=by, recommendation=advice) for by, advice in one.advice or ()],
                turn=turns.get(one.pk),
                twins=len(twins.get(one.pk, ())),
                was_refused=one.pk in refused,
            ),
        )
        for one in shown
    ]
