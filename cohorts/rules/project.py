"""What a change project asks for, stage by stage (S22, S26)."""

from datetime import date

from cohorts.errors import ProjectBackwards

# The way of any change through a school: to find out, to get ready, to do it, to keep it.
_ASKED = (
    "Find out what the matter is before you settle what to do: what shows it, whom it concerns and what they say, what "
    "has been tried before. Then say what you will change, and what you will leave as it is.",
    "Get ready: who does what and by when, what they need to learn first, what stops to make room, and how you will "
    "know early whether it works. Say what would make you wait.",
    "Put it into practice, and watch. Say what was done as planned and what was not, what you see in pupils and staff, "
    "and what you changed on the way.",
    "Settle what stays once you no longer push: what is part of how the school works now, who looks after it, what the "
    "change was worth, and what you would do in another way.",
)


def stage_asks(place: int, of: int) -> str:
    """What the stage at that place asks, counted from 1. Of fewer than four, the first and the last keep theirs."""
    return _ASKED[(place - 1) * (len(_ASKED) - 1) // (of - 1) if of > 1 else 0]


def check_dates(starts_on: date | None, ends_on: date | None) -> None:
    """Raises ProjectBackwards."""
    if starts_on and ends_on and ends_on < starts_on:
        raise ProjectBackwards(starts_on)
