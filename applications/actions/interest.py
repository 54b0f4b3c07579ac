"""The register of interest: on it, off it, told once, and become an application (S91)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from applications.errors import AlreadyTold
from applications.models import Application, Interest
from applications.queries.interest import open_intakes, programmes_to_tell, to_forget, to_tell
from applications.rules.standard import MINUTES_TO_APPLY
from npqh_portal import clock
from npqh_portal.audit.actions import Deed, record, record_many
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, forget_addresses, queue_message, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake, Programme

CHUNK = 200


@transaction.atomic
def register_interest(
    programme: Programme, *, email: str, full_name: str, school_name: str = "", consent_words: str, by: User | None
) -> Interest:
    """Put an address on a programme's register, and write to it how to leave. A second time changes and sends nothing.

    `consent_words` are those beside the box that was ticked. What can be applied to now is known: they wait for
    what opens after it.
    """
    now = clock.now()
    programme = lock(programme)
    if known := Interest.objects.waiting().of_address(email).filter(programme=programme).first():
        return known
    interest = Interest.objects.create(
        programme=programme, email=email, full_name=full_name, school_name=school_name, consent_words=consent_words,
        consented_at=now,
    )  # fmt: skip
    interest.known.set(open_intakes(now).filter(version__programme=programme))
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

    Each is told once, of all intakes that are open and were not when they registered: again, late, or by two at once,
    nobody is told twice.
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
    waiting = to_tell(at).filter(programme=programme).select_for_update(of=("self",))
    told = [(interest, news) for interest in _first(waiting) if (news := _news_to(interest, intakes))]
    for interest, news in told:
        interest.told_of, interest.told_at = news[0], at
    Interest.objects.bulk_update([interest for interest, _ in told], ["told_of", "told_at"])
    record_many([Deed("interest.told", interest, {"intake": news[0].pk}) for interest, news in told], by=None)
    queue_messages(
        Letter(
            "interest-open",
            to=interest.email,
            about=interest,
            key=f"interest-open:{interest.pk}",
            words={"programme": programme, "intakes": news, "minutes": MINUTES_TO_APPLY},
            stale_at=news[-1].closes_at,
        )
        for interest, news in told
    )
    return len(told)


def _first(interests: QuerySet[Interest]) -> list[Interest]:
    return list(interests.prefetch_related("known").order_by("pk")[:CHUNK])


def _news_to(interest: Interest, intakes: Sequence[Intake]) -> list[Intake]:
    known = {intake.pk for intake in interest.known.all()}
    return [intake for intake in intakes if intake.pk not in known]


@transaction.atomic
def forget_interests(before: datetime) -> int:
    """Empty name, address and school of whoever was told or left before that moment, in our letters to them too.

    That they registered, and what came of it, stays to be counted. Returns how many; again, or late, it finds no
    more than are left.
    """
    interests = list(to_forget(before).select_for_update(of=("self",)).order_by("pk"))
    for interest in interests:
        interest.email = interest.full_name = interest.school_name = ""
        interest.forgotten_at = clock.now()
    Interest.objects.bulk_update(interests, ["email", "full_name", "school_name", "forgotten_at"])
    forget_addresses(interests)
    record_many([Deed("interest.forgotten", interest) for interest in interests], by=None)
    return len(interests)


def link_interest(application: Application, *, by: User | None) -> None:
    """Part of `start_application`: what the applicant's address waited for has become this application.

    They need not be told of the opening any more. Not so where the intake was open when they registered: what they
    wait for is still to come.
    """
    person, intake = application.person, application.intake
    if person.email is None:
        return
    interests = (
        Interest.objects.of_address(person.email)
        .filter(programme=intake.version.programme_id, left_at=None, application=None)
        .exclude(known=intake)
    )
    interest = interests.select_for_update(of=("self",)).order_by("-consented_at", "-pk").first()
    if interest is None:
        return
    interest.application = application
    if interest.is_waiting:
        interest.told_of, interest.told_at = intake, application.started_at
    interest.save(update_fields=["application", "told_of", "told_at"])
    record("interest.applied", interest, facts={"application": application.pk}, by=by)
