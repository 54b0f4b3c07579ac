"""What the timetable does to people who sit in on another group's session: they follow it wherever it goes."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from cohorts.errors import FullWithGuests
from cohorts.models import Cohort, Enrolment, Group, GuestPlace, Seminar
from cohorts.queries import current_facilitator_of
from cohorts.queries.drafts import Edit
from cohorts.queries.guests import too_full_with
from cohorts.states import HOLDING, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.notifications.actions import Letter, queue_messages
from npqh_portal.people.models import User


def check_room_beside_guests(
    enrolment: Enrolment, cohort: Cohort, group: Group | None, *, is_new_to_cohort: bool
) -> None:
    """Refuse somebody whom a hall would not hold beside the guests of a session. With the cohort held."""
    full = too_full_with(enrolment, cohort, group, is_new_to_cohort=is_new_to_cohort, at=clock.now())
    if full:
        raise FullWithGuests(str(full), clock.london_date(full.starts_at), str(full.venue), full.venue.capacity)


def keep_guests_away(edits: Sequence[Edit]) -> None:
    """Whoever goes elsewhere for an item is not expected at a session of it that their own group has only now.

    Holds whatever guests of the sessions there are: whoever moves one of them comes before, or after.
    """
    keys = [edit.seminar.pk for edit in edits if edit.seminar.pk]
    around = GuestPlace.objects.filter(Q(seminar__in=keys) | Q(instead_of__in=keys), ended_at=None)
    list(around.select_for_update(of=("self",)).order_by("pk"))
    new = [edit.seminar.pk for edit in edits if edit.before is None]
    if not new:
        return
    of_their_own = Seminar.objects.filter(
        Q(group=None) | Q(group=F("cohort__memberships__group")),
        pk__in=new,
        item__seminars=OuterRef("seminar"),
        cohort__memberships__enrolment=OuterRef("enrolment"),
        cohort__memberships__to_on=None,
    )
    GuestPlace.objects.filter(
        Q(instead_of=None) | ~Q(instead_of__state__in=HOLDING),
        Exists(of_their_own),
        ended_at=None,
        seminar__state=SeminarState.SCHEDULED,
        seminar__starts_at__gt=clock.now(),
    ).update(instead_of=Subquery(of_their_own.values("pk")[:1]))


def guests_sent_back(edits: Sequence[Edit]) -> dict[int, set[User]]:
    """By session that is cancelled, the guests whose own group's is still to come: one letter tells them of both."""
    cancelled = [edit.seminar.pk for edit in edits if edit.after is None]
    found: defaultdict[int, set[User]] = defaultdict(set)
    for place in whole(GuestPlace.objects.filter(seminar__in=cancelled, ended_at=None)):
        if _stands(place.instead_of) and place.instead_of_id not in cancelled:
            found[place.seminar_id].add(place.enrolment.person)
    return found


def send_guests_back(edits: Sequence[Edit], *, by: User | None) -> None:
    """Of what is cancelled, the guests go with their own group again, and are told when and why."""
    why = {edit.seminar.pk: " ".join(edit.reason.split()) for edit in edits if edit.after is None}
    for place in whole(GuestPlace.objects.filter(seminar__in=why, ended_at=None)):
        end(place, why=why[place.seminar_id], by=by)


def whole(places: QuerySet[GuestPlace]) -> QuerySet[GuestPlace]:
    """With everything that letters tell of them."""
    return places.select_related(
        "enrolment__person", "seminar__item", "seminar__group__cohort", "seminar__cohort", "seminar__facilitator",
        "seminar__venue", "instead_of__item", "instead_of__group__cohort", "instead_of__cohort",
        "instead_of__facilitator", "instead_of__venue",
    ).order_by("pk")  # fmt: skip


def end(place: GuestPlace, *, why: str = "", by: User | None) -> None:
    """`why` their host's session is cancelled, where it is."""
    place.ended_at = clock.now()
    place.save(update_fields=["ended_at"])
    record("guest-place.ended", place, facts=facts(place), by=by)
    tell(place, is_back=True, why=why)


def facts(place: GuestPlace) -> dict[str, int | None]:
    return {"enrolment": place.enrolment_id, "session": place.seminar_id, "instead_of": place.instead_of_id}


def _stands(session: Seminar | None) -> bool:
    return session is not None and session.state == SeminarState.SCHEDULED and session.starts_at > clock.now()


def tell(place: GuestPlace, *, is_back: bool, why: str = "") -> None:
    """The guest, and whoever leads either session. Nobody of what has begun, or does not take place."""
    host, own = place.seminar, place.instead_of
    own_stands, host_stands = _stands(own), _stands(host)
    version = 2 if is_back else 1
    words = {"place": place, "host": host, "own": own if own_stands else None, "is_back": is_back, "why": why}
    letters = []
    if not is_back or own_stands or host_stands:
        letters.append(
            Letter(
                "guest-place",
                place.enrolment.person,
                f"guest-place:{place.pk}:{version}:{place.enrolment.person_id}",
                about=place,
                words=words,
                stale_at=host.ends_at,
            )
        )
    sessions = [(host, True, host_stands), *([(own, False, own_stands)] if own else [])]
    leaders = {
        leader: (session, is_host)
        for session, is_host, stands in reversed(sessions)
        if stands and (leader := _leader_of(session))
    }
    letters += [
        Letter(
            "guest-expected",
            leader,
            f"guest-expected:{place.pk}:{version}:{leader.pk}",
            about=place,
            words=words | {"session": session, "is_host": is_host},
            stale_at=session.ends_at,
        )
        for leader, (session, is_host) in leaders.items()
    ]
    queue_messages(letters)


def _leader_of(session: Seminar) -> User | None:
    if session.facilitator or session.group is None:
        return session.facilitator
    return current_facilitator_of(session.group, clock.today())
