"""What a change of the timetable leaves behind: entries in the log and the trail, and one letter a person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models

from cohorts.kinds import ChangeKind, SessionMode
from cohorts.models import SeminarChange, TimetablePublication
from cohorts.queries.drafts import Concern, Edit, Rows, shown
from cohorts.rules.timetable import Arrangement
from npqh_portal.audit.actions import Deed
from npqh_portal.notifications.actions import Letter
from npqh_portal.people.models import User

VERBS = {
    ChangeKind.NEW: "seminar.scheduled",
    ChangeKind.MOVED: "seminar.rescheduled",
    ChangeKind.SWITCHED: "seminar.mode-switched",
    ChangeKind.VENUE: "seminar.venue-changed",
    ChangeKind.LINK: "seminar.link-changed",
    ChangeKind.FACILITATOR: "seminar.facilitator-replaced",
    ChangeKind.CANCELLED: "seminar.cancelled",
}


def facts(edit: Edit) -> dict[str, Any]:
    """Keys, kinds and moments, and of what changes what it was; never a link."""
    known: dict[str, Any] = {"group": edit.seminar.group_id, "item": edit.seminar.item_id}
    before, after = edit.before, edit.after
    if before and (after is None or ChangeKind.MOVED in edit.what):
        known |= {"from": before.starts_at.isoformat(), "until": before.ends_at.isoformat()}
    if after:
        known |= {
            "starts_at": after.starts_at.isoformat(),
            "ends_at": after.ends_at.isoformat(),
            "mode": str(after.mode),
            "venue": after.venue,
            "facilitator": after.facilitator,
        }
    if before and after:
        was = {"mode": str(before.mode), "venue": before.venue, "facilitator": before.facilitator}
        known |= {f"was_{name}": value for name, value in was.items() if value != known[name]}
    return known


def deeds(edit: Edit, publication: TimetablePublication | None) -> list[Deed]:
    known = facts(edit) | {"revision": edit.seminar.revision}
    if publication:
        known["publication"] = publication.number
    words = {"reason": edit.reason} if edit.reason else {}
    return [Deed(VERBS[kind], edit.seminar, known, words) for kind in edit.what]


def change_of(edit: Edit, publication: TimetablePublication | None, by: User | None) -> SeminarChange:
    return SeminarChange(
        seminar=edit.seminar,
        revision=edit.seminar.revision,
        what=[kind.value for kind in edit.what],
        before=_logged(edit.before),
        after=_logged(edit.after),
        publication=publication,
        by=by,
    )


def _logged(arrangement: Arrangement | None) -> dict[str, Any]:
    """As the log keeps it: without the link."""
    if arrangement is None:
        return {}
    return {
        "starts_at": arrangement.starts_at.isoformat(),
        "ends_at": arrangement.ends_at.isoformat(),
        "mode": str(arrangement.mode),
        "venue": arrangement.venue,
        "facilitator": arrangement.facilitator,
    }


def letters(
    edits: Sequence[Edit],
    telling: Mapping[User, Sequence[Concern]],
    rows: Rows,
    publication: TimetablePublication | None,
) -> Iterator[Letter]:
    """One to each person, of all that concerns them and of nothing else."""
    about: models.Model = edits[0].seminar if publication is None else publication.cohort
    version = edits[0].seminar.revision if publication is None else publication.number
    for person, concerns in telling.items():
        lines = [_line(concern, rows) for concern in concerns]
        ends = [one.ends_at for concern in concerns for one in (concern.edit.before, concern.edit.after) if one]
        yield Letter(
            "timetable-changed",
            person,
            f"timetable-changed:{about._meta.model_name}-{about.pk}:{version}:{person.pk}",
            about=about,
            words={
                "lines": lines,
                "is_first": publication is not None
                and publication.number == 1
                and not any(one["was"] for one in lines),
                "cohort": edits[0].seminar.cohort,
                "leads": any(concern.role != "goes" for concern in concerns),
                "loses_nothing": any(concern.role == "goes" and concern.edit.after is None for concern in concerns),
            },
            stale_at=max(ends),
        )


def _in_words(kind: ChangeKind, role: str) -> str:
    if kind == ChangeKind.FACILITATOR and role == "leads":
        return "you lead it now"
    return kind.label[0].lower() + kind.label[1:]


def _line(concern: Concern, rows: Rows) -> dict[str, Any]:
    edit = concern.edit
    was, now = (shown(one, rows) if one else None for one in (edit.before, edit.after))
    return {
        "session": edit.seminar,
        "what": [kind.value for kind in edit.what],
        "words": ", ".join(_in_words(kind, concern.role) for kind in edit.what),
        "is_joined_online": edit.after is not None and edit.after.mode != SessionMode.FACE_TO_FACE,
        "was": was,
        "now": now,
        "role": concern.role,
        "reason": " ".join(edit.reason.split()),
    }
