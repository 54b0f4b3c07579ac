"""What staff advise, note and ask while an application waits."""

from django.db import transaction

from applications.errors import ApplicationNotWaiting, OwnApplication
from applications.models import Application, Review, ReviewNote
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
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
