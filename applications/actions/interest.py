"""The register of interest: on it, off it, told once, and become an application (S91)."""

from datetime import datetime

from django.db import transaction

from applications.errors import AlreadyOpen, AlreadyTold
from applications.models import Application, Interest
from applications.queries.interest import open_intakes, programmes_to_tell
from npqh_portal import clock
from npqh_portal.audit.actions import Deed, record, record_many
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, queue_message, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Programme

CHUNK = 200


@transaction.atomic
def register_interest(
    programme: Programme, *, email: str, full_name: str, school_name: str = "", consent_words: str, by: User | None
) -> Interest:
    """Put an address on a programme's register, and write to it how to leave. A second time changes and sends nothing.

    `consent_words` are those beside the box that was ticked. Raises `AlreadyOpen` while one can apply.
    """
    now = clock.now()
    programme = lock(programme)
    if opened := open_intakes(now).filter(version__programme=programme).first():
        raise AlreadyOpen(opened.name)
    if known := Interest.objects.waiting().of_address(email).filter(programme=programme).first():
        return known
    interest = Interest.objects.create(
        programme=programme, email=email, full_name=full_name, school_name=school_name, consent_words=consent_words,
        consented_at=now,
    )  # fmt: skip
    record("interest.registered", interest, facts={"programme": programme.pk}, by=by)
    queue_message(
        "interest-registered",
        to=email,
        about=interest,
        key=f"interest-registered:{interest.pk}",
        secrets={"key": interest.public_id},
    )
    return interest


@transaction.atomic
def leave_register(interest: Interest, *, by: User | None) -> Interest:
    """Take somebody off. A second time changes nothing; who was told already is on it no more, and is refused."""
    interest = lock(interest)
    if interest.left_at:
        return interest
    if not interest.is_waiting:
        raise AlreadyTold
    interest.left_at = clock.now()
    interest.save(update_fields=["left_at"])
    record("interest.left", interest, by=by)
    return interest


def tell_of_opening(at: datetime) -> int:
    """Write to everybody who waits for a programme that can be applied to at that moment. Returns how many were told.

    Each is told once, of all intakes that are open: again, late, or by two at once, nobody is told twice.
    """
    told = 0
    for programme in programmes_to_tell(at):
        while count := _tell_some(programme, at):
            told += count
    return told


@transaction.atomic
def _tell_some(programme: Programme, at: datetime) -> int:
    """The next chunk. The intakes stay locked meanwhile: nobody closes or pauses them, and no other sweep tells."""
    held = open_intakes(at).filter(version__programme=programme).select_for_update(of=("self",)).order_by("pk")
    intakes = sorted(held, key=lambda intake: intake.closes_at)
    if not intakes:
        return 0
    waiting = Interest.objects.waiting().filter(programme=programme).select_for_update(of=("self",))
    interests = list(waiting.order_by("pk")[:CHUNK])
    Interest.objects.filter(pk__in=[interest.pk for interest in interests]).update(told_of=intakes[0], told_at=at)
    record_many([Deed("interest.told", one, {"intake": intakes[0].pk}) for one in interests], by=None)
    queue_messages(
        Letter(
            "interest-open",
            to=interest.email,
            about=interest,
            key=f"interest-open:{interest.pk}",
            words={"programme": programme, "intakes": intakes},
            stale_at=intakes[-1].closes_at,
        )
        for interest in interests
    )
    return len(interests)


def link_interest(application: Application, *, by: User | None) -> None:
    """Part of `start_application`: what the applicant's address waited for has become this application.

    They need not be told of the opening any more.
    """
    person, intake = application.person, application.intake
    if person.email is None:
        return
    interests = Interest.objects.of_address(person.email).filter(
        programme=intake.version.programme_id, left_at=None, application=None
    )
    interest = interests.select_for_update(of=("self",)).order_by("-consented_at", "-pk").first()
    if interest is None:
        return
    interest.application = application
    if interest.is_waiting:
        interest.told_of, interest.told_at = intake, application.started_at
    interest.save(update_fields=["application", "told_of", "told_at"])
    record("interest.applied", interest, facts={"application": application.pk}, by=by)
