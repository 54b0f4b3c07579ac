"""The lives of an application, of its endorsement and of what hangs on it."""

from django.db import models


class ApplicationState(models.TextChoices):
    DRAFT = "draft", "Not sent yet"
    SUBMITTED = "submitted", "Sent"
    WAITLISTED = "waitlisted", "On the waiting list"
    OFFERED = "offered", "Place offered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Offer not taken up"
    WITHDRAWN = "withdrawn", "Withdrawn"


_S = ApplicationState

LEGAL_MOVES: dict[ApplicationState, frozenset[ApplicationState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.ACCEPTED, _S.DECLINED, _S.WAITLISTED, _S.WITHDRAWN}),
    _S.WAITLISTED: frozenset({_S.OFFERED, _S.DECLINED, _S.WITHDRAWN}),
    _S.OFFERED: frozenset({_S.ACCEPTED, _S.LAPSED, _S.WITHDRAWN}),
    _S.ACCEPTED: frozenset({_S.WITHDRAWN}),
    _S.LAPSED: frozenset({_S.WAITLISTED}),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

# While one is live, its person starts no other for the intake.
LIVE = frozenset({_S.DRAFT, _S.SUBMITTED, _S.WAITLISTED, _S.OFFERED, _S.ACCEPTED})
# Those of them that we have.
SENT = LIVE - {_S.DRAFT}
# After these their person may apply to the intake anew, and begins with what they wrote.
OVER = frozenset(ApplicationState) - LIVE
# Those that take one of the intake's places.
HOLDING = frozenset({_S.OFFERED, _S.ACCEPTED})
# Those that staff accept, put on the waiting list or decline; whoever holds an offer answers it themselves.
TO_DECIDE = frozenset({_S.SUBMITTED, _S.WAITLISTED})
# Those about which staff still have something to decide, and whose funding is looked at anew every day.
UNDECIDED = frozenset({_S.SUBMITTED, _S.WAITLISTED, _S.OFFERED})


class EndorsementState(models.TextChoices):
    WAITING = "waiting", "Asked, no answer yet"
    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"
    WAIVED = "waived", "Waived by us"
    REPLACED = "replaced", "Replaced by another request"


ENDORSEMENT_MOVES: dict[EndorsementState, frozenset[EndorsementState]] = {
    EndorsementState.WAITING: frozenset(
        {EndorsementState.AGREED, EndorsementState.DECLINED, EndorsementState.WAIVED, EndorsementState.REPLACED}
    ),
    EndorsementState.DECLINED: frozenset({EndorsementState.WAIVED, EndorsementState.REPLACED}),
    EndorsementState.AGREED: frozenset(),
    EndorsementState.WAIVED: frozenset(),
    EndorsementState.REPLACED: frozenset(),
}


class OfferState(models.TextChoices):
    OPEN = "open", "Waits for an answer"
    ACCEPTED = "accepted", "Accepted"
    TURNED_DOWN = "turned_down", "Turned down"
    LAPSED = "lapsed", "Not answered in time"
    TAKEN_BACK = "taken_back", "Taken back"


OFFER_MOVES: dict[OfferState, frozenset[OfferState]] = {
    OfferState.OPEN: frozenset({OfferState.ACCEPTED, OfferState.TURNED_DOWN, OfferState.LAPSED, OfferState.TAKEN_BACK}),
    OfferState.ACCEPTED: frozenset(),
    OfferState.TURNED_DOWN: frozenset(),
    OfferState.LAPSED: frozenset(),
    OfferState.TAKEN_BACK: frozenset(),
}


class FormState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class ImportState(models.TextChoices):
    WAITING = "waiting", "Waits to be confirmed"
    RECEIVING = "receiving", "Being received"
    DONE = "done", "Done"
    FAILED = "failed", "Could not be received"
    DISCARDED = "discarded", "Discarded"


IMPORT_MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.WAITING: frozenset({ImportState.RECEIVING, ImportState.DISCARDED}),
    ImportState.RECEIVING: frozenset({ImportState.DONE, ImportState.FAILED}),
    ImportState.DONE: frozenset(),
    ImportState.FAILED: frozenset(),
    ImportState.DISCARDED: frozenset(),
}
