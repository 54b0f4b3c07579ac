"""Everything about one application that staff read on its page."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from applications.models import (
    Application,
    Decision,
    Endorsement,
    FundingDecision,
    InformationRequest,
    MissingSchool,
    Note,
    Offer,
    Review,
)
from applications.rules.places import last_day_of
from applications.states import UNDECIDED, EndorsementState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User

from .answers import Answer, answered_parts
from .endorsements import Refusal, former_refusals, in_words
from .funding import Funding, Support, funding_found, support_found
from .places import Turn, turn_of
from .review import Twin, twins_of

# What staff call the parts of the form, whose own titles speak to the applicant.
TITLES = {
    "details": "Details",
    "trn": "Teacher reference number",
    "headship": "Role and headship",
    "workplace": "Workplace",
    "nursery": "Early years setting",
    "school": "School",
    "employment": "Employment",
    "employer": "Employer",
    "referral": "Return to teaching",
    "funding": "How the place is paid for",
    "statement": "Why they apply",
    "support": "Support beside the programme",
    "adjustments": "Reasonable adjustments",
    "agreement": "What they agree to",
    "endorsement": "Who endorses them",
}


# What staff decide with a reason in their own words, as a table names it.
REASONED = {
    "application.accepted": "Accepted",
    "application.waitlisted": "Put on the waiting list",
    "application.declined": "Declined",
    "application.funding_taken_away": "Funded place taken away",
    "application.funding_given_back": "Funded place given back",
    "funding.decided": "Funding, by hand",
    "support.decided": "Support, by hand",
}


@dataclass(frozen=True)
class Reason:
    """Why staff decided something, as they wrote it; `text` says so where that was erased."""

    what: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Record:
    """One application as somebody of staff may read it: nothing that this person is kept from.

    `endorsements` come with how each stands, in words, and `offers` with the last day on which each can be answered.
    `open_question` is the one that waits for the applicant's answer. `advice_waits` says that others have advised, and
    that this person reads it once their own advice is in. `refusals` are endorsements that were declined before, of
    this application or of one that looks like the same person's.
    """

    parts: list[tuple[str, list[Answer]]]
    funding: Funding | None
    funding_history: list[FundingDecision]
    support: list[Support]
    endorsements: list[tuple[Endorsement, str]]
    refusals: list[Refusal]
    schools: list[MissingSchool]
    advice: list[Review]
    advice_waits: bool
    notes: list[Note]
    questions: list[InformationRequest]
    open_question: InformationRequest | None
    is_overdue: bool
    decisions: list[Decision]
    offers: list[tuple[Offer, date]]
    reasons: list[Reason]
    turn: Turn | None
    letters: list[Message]
    twins: list[Twin]


def record_of(
    application: Application, *, others: QuerySet[Application], with_sensitive: bool, advice_of: User | None
) -> Record:
    """`others` are the applications among which to look for one of the same person.

    `with_sensitive` lets the record tell of adjustments; `advice_of` keeps it to what one reviewer advised.
    """
    reviews = list(application.reviews.select_related("reviewer", "note"))
    advice = [review for review in reviews if advice_of is None or review.reviewer_id == advice_of.pk]
    questions = list(application.questions.select_related("asked_by"))
    unanswered = next((asked for asked in questions if asked.is_open), None)
    open_question = unanswered if application.state in UNDECIDED else None
    twins = twins_of([application], among=others).get(application.pk, [])
    endorsements = in_words(application.endorsements.all())
    counting = next((one for one, _ in endorsements if one.state != EndorsementState.REPLACED), None)
    letters = Message.objects.filter(
        person=application.person_id, about_type=application._meta.label_lower, about_id=application.pk
    )
    return Record(
        parts=[
            (TITLES[answered.part.code], answered.answers)
            for answered in answered_parts(application, with_sensitive=with_sensitive)
            if answered.answers
        ],
        funding=funding_found(application, clock.today()),
        funding_history=list(application.funding_decisions.select_related("by")),
        support=support_found(application),
        endorsements=endorsements,
        refusals=former_refusals(application, on=[twin.number for twin in twins], now=counting),
        schools=list(application.missing_schools.select_related("school")),
        advice=advice,
        advice_waits=len(advice) < len(reviews),
        notes=list(application.notes.select_related("by")),
        questions=questions,
        open_question=open_question,
        is_overdue=open_question is not None and open_question.reply_by < clock.today(),
        decisions=list(application.decisions.select_related("decided_by")),
        offers=[(offer, last_day_of(offer.expires_at)) for offer in application.offers.all()],
        reasons=_reasons(application),
        turn=turn_of(application),
        letters=list(letters),
        twins=twins,
    )


def _reasons(application: Application) -> list[Reason]:
    """The newest first: they stand among the words of the audit trail, which can be erased."""
    entries = list(
        Entry.objects.filter(
            subject_type=application._meta.label_lower, subject_id=application.pk, verb__in=REASONED
        ).exclude(words_sha256="")
    )
    words = words_of_all(entries)
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    return [
        Reason(
            REASONED[entry.verb],
            "Erased" if said is None else said["reason"],
            str(people.get(entry.actor_id or 0, "The portal")),
            entry.at,
        )
        for entry in entries
        if (said := words[entry.pk]) is None or said.get("reason")
    ]
