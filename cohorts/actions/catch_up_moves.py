"""Every move of a catch-up, with its entry in the trail; and what a register makes of those that are open."""

from collections.abc import Mapping, Sequence
from typing import Any

from cohorts.errors import CatchUpDecided
from cohorts.models import AttendanceMark, CatchUp, PersonalItem
from cohorts.queries.catch_up import left_to_credit, missed_of
from cohorts.queries.crediting import Credit, Pair
from cohorts.states import CATCH_UP_MOVES, OPEN_CATCH_UP, CatchUpState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.notifications.actions import Letter, queue_messages
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


def letter(kind: str, catch_up: CatchUp, **words: Any) -> Letter:
    """To the participant, once of each revision."""
    person = catch_up.enrolment.person
    key = f"{kind}:{catch_up.pk}:{catch_up.revision}:{person.pk}"
    return Letter(kind, person, key, about=catch_up, words={"item": catch_up.seminar.item, **words})


def tell(kind: str, catch_up: CatchUp, **words: Any) -> None:
    queue_messages([letter(kind, catch_up, **words)])


def settle(written: Sequence[AttendanceMark], *, credited: Mapping[int, int], by: User | None) -> dict[int, Letter]:
    """What a register has just said settles open catch-ups, so that nobody decides on what is credited already.

    Marked as caught up at the session itself, one that waits is accepted with that mark. Where the whole is credited
    otherwise, it is not needed any more. Returns what there is to tell, by enrolment, also of what an accepted one
    had earned and is lost: the caller queues it, or says it in another letter about the same mark. `credited` is the
    change in the ledger by enrolment. The caller holds session and enrolments.
    """
    letters = _of_lost_credit([mark for mark in written if credited.get(mark.enrolment_id, 0) < 0])
    newest = {mark.enrolment_id: mark for mark in written}
    waiting = (
        CatchUp.objects.select_for_update(of=("self",))
        .filter(
            enrolment__in=newest,
            seminar__item__in={mark.seminar.item_id for mark in written},
            state__in=sorted(OPEN_CATCH_UP),
        )
        .select_related("enrolment__person", "enrolment__version", "seminar__item")
        .order_by("pk")
    )
    for catch_up in waiting:
        mark = newest[catch_up.enrolment_id]
        is_here = mark.seminar_id == catch_up.seminar_id and mark.status == AttendanceMark.Status.CAUGHT_UP
        if is_here and catch_up.state == CatchUpState.SENT:
            catch_up.mark = mark
            move(catch_up, CatchUpState.ACCEPTED, "mark", by=by)
            letters[catch_up.enrolment_id] = letter("catch-up-accepted", catch_up, answer="")
        elif left_to_credit(catch_up.enrolment, catch_up.seminar.item) == 0:
            move(catch_up, CatchUpState.NOT_NEEDED, by=by)
            letters[catch_up.enrolment_id] = letter("catch-up-not-needed", catch_up)
    return letters


def settle_exempt(line: PersonalItem, *, by: User | None) -> bool:
    """What is not asked of somebody need not be caught up. Whether something was open; the caller holds the enrolment.

    They read it in the letter about the exemption.
    """
    waiting = CatchUp.objects.select_for_update(of=("self",)).filter(
        enrolment=line.enrolment_id, seminar__item=line.item_id, state__in=sorted(OPEN_CATCH_UP)
    )
    settled = [move(catch_up, CatchUpState.NOT_NEEDED, by=by) for catch_up in waiting.order_by("pk")]
    return bool(settled)


def settle_needless(credited: Mapping[Pair, Credit], *, by: User | None) -> list[CatchUp]:
    """Of open catch-ups, those of which the whole is credited are not needed any more. The caller holds both.

    Returns them, for the caller to tell.
    """
    whole = {pair for pair, credit in credited.items() if credit.is_whole}
    waiting = CatchUp.objects.select_for_update(of=("self",)).filter(
        enrolment__in={pk for pk, _ in whole}, seminar__item__in={item for _, item in whole},
        state__in=sorted(OPEN_CATCH_UP),
    )  # fmt: skip
    return [
        move(catch_up, CatchUpState.NOT_NEEDED, by=by)
        for catch_up in waiting.select_related("enrolment__person", "seminar__item").order_by("pk")
        if (catch_up.enrolment_id, catch_up.seminar.item_id) in whole
    ]


def _of_lost_credit(marks: Sequence[AttendanceMark]) -> dict[int, Letter]:
    letters = {}
    for mark in marks:
        theirs = CatchUp.objects.filter(enrolment=mark.enrolment_id, seminar__item=mark.seminar.item_id)
        accepted = theirs.filter(state=CatchUpState.ACCEPTED).order_by("-pk").first()
        if accepted is None:
            continue
        person, item = accepted.enrolment.person, accepted.seminar.item
        until = missed_of(accepted.enrolment, item).missing.send_by
        letters[mark.enrolment_id] = Letter(
            "catch-up-undone",
            person,
            f"catch-up-undone:{mark.pk}:{person.pk}",
            about=accepted,
            words={"item": item, "until": until, "today": clock.today()},
        )
    return letters
