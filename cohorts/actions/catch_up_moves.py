"""Every move of a catch-up, with its entry in the trail; and what a register makes of those that are open."""

from collections.abc import Mapping, Sequence
from typing import Any

from cohorts.errors import CatchUpDecided
from cohorts.models import AttendanceMark, CatchUp
from cohorts.queries.catch_up import left_to_credit, missed_of
from cohorts.queries.crediting import Credit, Pair
from cohorts.states import CATCH_UP_MOVES, OPEN_CATCH_UP, CatchUpState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User


def check_move(catch_up: CatchUp, to: CatchUpState) -> None:
    if to not in CATCH_UP_MOVES[CatchUpState(catch_up.state)]:
        raise CatchUpDecided(catch_up.get_state_display())


def move(catch_up: CatchUp, to: CatchUpState, *changed: str, by: User | None) -> CatchUp:
    """Save it in its new state, with the columns that the caller has changed. The caller holds the row."""
    check_move(catch_up, to)
    catch_up.state = to
    if to not in {CatchUpState.SENT, CatchUpState.WITHDRAWN}:
        catch_up.decided_at, catch_up.decided_by = clock.now(), by
    catch_up.revision += 1
    catch_up.save(update_fields=["state", "decided_at", "decided_by", "revision", *changed])
    note(to.value.replace("_", "-"), catch_up, by=by)
    return catch_up


def note(verb: str, catch_up: CatchUp, *, by: User | None) -> None:
    facts: dict[str, Any] = {
        "enrolment": catch_up.enrolment_id,
        "session": catch_up.seminar_id,
        "send_by": catch_up.send_by.isoformat(),
        "revision": catch_up.revision,
    }
    if catch_up.mark_id:
        facts["mark"] = catch_up.mark_id
    record(f"catch-up.{verb}", catch_up, facts=facts, by=by)


def tell(kind: str, catch_up: CatchUp, **words: Any) -> None:
    """The participant, once of each revision."""
    person = catch_up.enrolment.person
    queue_message(
        kind,
        to=person,
        about=catch_up,
        key=f"{kind}:{catch_up.pk}:{catch_up.revision}:{person.pk}",
        words={"item": catch_up.seminar.item, **words},
    )


def settle(written: Sequence[AttendanceMark], *, credited: Mapping[int, int], by: User | None) -> None:
    """What a register has just said settles open catch-ups, so that nobody decides on what is credited already.

    Marked as caught up at the session itself, one that waits is accepted with that mark. Where nothing is left to
    credit for another reason, it is not needed any more. Whoever loses by it what an accepted one had earned is told;
    `credited` is the change in the ledger by enrolment. The caller holds session and enrolments.
    """
    if not written:
        return
    _tell_of_lost_credit([mark for mark in written if credited.get(mark.enrolment_id, 0) < 0])
    newest = {mark.enrolment_id: mark for mark in written}
    waiting = (
        CatchUp.objects.select_for_update(of=("self",))
        .filter(enrolment__in=newest, seminar__item=written[0].seminar.item_id, state__in=sorted(OPEN_CATCH_UP))
        .select_related("enrolment__person", "enrolment__version", "seminar__item")
        .order_by("pk")
    )
    for catch_up in waiting:
        mark = newest[catch_up.enrolment_id]
        is_here = mark.seminar_id == catch_up.seminar_id and mark.status == AttendanceMark.Status.CAUGHT_UP
        if is_here and catch_up.state == CatchUpState.SENT:
            catch_up.mark = mark
            move(catch_up, CatchUpState.ACCEPTED, "mark", by=by)
            tell("catch-up-accepted", catch_up, answer="")
        elif not left_to_credit(catch_up.enrolment, catch_up.seminar.item):
            move(catch_up, CatchUpState.NOT_NEEDED, by=by)
            tell("catch-up-not-needed", catch_up)


def settle_needless(credited: Mapping[Pair, Credit], *, by: User | None) -> None:
    """Of open catch-ups, those for which nothing is left to credit are not needed any more. The caller holds both."""
    whole = {pair for pair, credit in credited.items() if credit.is_whole}
    waiting = CatchUp.objects.select_for_update(of=("self",)).filter(
        enrolment__in={pk for pk, _ in whole}, seminar__item__in={item for _, item in whole},
        state__in=sorted(OPEN_CATCH_UP),
    )  # fmt: skip
    for catch_up in waiting.select_related("enrolment__person", "seminar__item").order_by("pk"):
        if (catch_up.enrolment_id, catch_up.seminar.item_id) in whole:
            move(catch_up, CatchUpState.NOT_NEEDED, by=by)
            tell("catch-up-not-needed", catch_up)


def _tell_of_lost_credit(marks: Sequence[AttendanceMark]) -> None:
    for mark in marks:
        theirs = CatchUp.objects.filter(enrolment=mark.enrolment_id, seminar__item=mark.seminar.item_id)
        accepted = theirs.filter(state=CatchUpState.ACCEPTED).order_by("-pk").first()
        if accepted is None:
            continue
        person, item = accepted.enrolment.person, accepted.seminar.item
        until = missed_of(accepted.enrolment, item).missing.send_by
        queue_message(
            "catch-up-undone",
            to=person,
            about=accepted,
            key=f"catch-up-undone:{mark.pk}:{person.pk}",
            words={"item": item, "until": until, "today": clock.today()},
        )
