"""Every move of a question about a mark, with its entry in the trail; and what a register makes of those there are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cohorts.errors import AppealAnswered
from cohorts.models import Appeal, AppealStep, AttendanceMark
from cohorts.rules.appeals import gives
from cohorts.states import APPEAL_MOVES, AppealState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.notifications.actions import Letter
from npqh_portal.people.models import User

# What a register may still settle.
_NOT_SETTLED = [state for state, to in APPEAL_MOVES.items() if AppealState.CORRECTED in to]


def check_move(appeal: Appeal, to: AppealState) -> None:
    if to not in APPEAL_MOVES[AppealState(appeal.state)]:
        raise AppealAnswered(appeal.get_state_display())


def move(
    appeal: Appeal, to: AppealState, *changed: str, words: str = "", at: datetime | None = None, by: User | None
) -> Appeal:
    """Save it in its new state, with the columns that the caller has changed, and what was said. They hold the row."""
    check_move(appeal, to)
    appeal.state = to
    appeal.save(update_fields=["state", *changed])
    note(appeal, words=words, at=at, by=by)
    return appeal


def note(appeal: Appeal, *, words: str = "", at: datetime | None = None, by: User | None) -> None:
    """The step that led to its state, and the entry in the trail."""
    AppealStep.objects.create(appeal=appeal, state=appeal.state, words=words.strip(), at=at or clock.now(), by=by)
    facts: dict[str, Any] = {
        "enrolment": appeal.enrolment_id,
        "session": appeal.seminar_id,
        "mark": appeal.mark_id,
        "answer_by": appeal.answer_by.isoformat(),
    }
    record(f"appeal.{appeal.state}", appeal, facts=facts, by=by)


def letter(appeal: Appeal, *, answer: str = "", beside: Letter | None = None, by: User | None) -> Letter:
    """Of a decision to the participant, once of each state.

    `beside` is what else the new mark would have them told: it is said in this letter, so that they get one.
    """
    kind = "appeal-corrected" if appeal.state == AppealState.CORRECTED else "appeal-kept"
    person = appeal.enrolment.person
    words = {"item": appeal.seminar.item, "answer": answer.strip(), "by": by, "mark": appeal.corrected_to}
    key = f"{kind}:{appeal.pk}:{appeal.state}:{person.pk}"
    return Letter(kind, person, key, about=appeal, words=words | {"beside": beside})


def settle_appeals(
    written: Sequence[AttendanceMark],
    *,
    reasons: Mapping[int, str],
    beside: Mapping[int, Letter],
    by: User | None,
) -> dict[int, Letter]:
    """Close what was asked where a register has just said it. The caller holds session and enrolments.

    Returns what there is to tell, by enrolment. `reasons` go with the marks, and `beside` is what else they would
    have them told: the letters returned say it too.
    """
    letters = {}
    newest = {(mark.enrolment_id, mark.seminar_id): mark for mark in written}
    asked = (
        Appeal.objects.select_for_update(of=("self",))
        .filter(
            enrolment__in={mark.enrolment_id for mark in written},
            seminar__in={mark.seminar_id for mark in written},
            state__in=_NOT_SETTLED,
        )
        .select_related("enrolment__person", "seminar__item")
        .order_by("pk")
    )
    for appeal in asked:
        mark = newest.get((appeal.enrolment_id, appeal.seminar_id))
        if mark and gives(appeal.claimed, appeal.claimed_minutes, status=mark.status, minutes=mark.minutes):
            appeal.corrected_to = mark
            move(appeal, AppealState.CORRECTED, "corrected_to", by=by)
            pk = mark.enrolment_id
            letters[pk] = letter(appeal, answer=reasons.get(pk, ""), beside=beside.get(pk), by=by)
    return letters
