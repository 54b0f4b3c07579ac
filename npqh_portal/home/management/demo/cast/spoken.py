"""Who was spoken to, of those who come close to the line; what was said stays among staff."""

from dataclasses import dataclass

from cohorts.kinds import ContactWay

from . import staff


@dataclass(frozen=True)
class Spoken:
    """So many days ago, by whoever has that address."""

    name: str
    days_ago: int
    way: ContactWay
    words: str
    by: str


SPOKEN = (
    Spoken("Desmond Quarrie-Lunt", 19, ContactWay.EMAIL, "Asked how the term goes. No answer yet.", staff.GWEN),
    Spoken(
        "Desmond Quarrie-Lunt",
        5,
        ContactWay.CALL,
        "Two teachers away since September, so he covers lessons himself.\nHe wants to go on. We talk about deferral "
        "again once the governors have met.",
        staff.LEAD,
    ),
    Spoken(
        "Callum Innes-Bhatt",
        12,
        ContactWay.EMAIL,
        "Sent him both recordings and the last days. He means to do the first at half-term.",
        staff.GWEN,
    ),
    Spoken(
        "Jonty Abernethy-Rao", 14, ContactWay.MEETING, "Before the seminar: his catch-up is half written.", staff.GWEN
    ),
)
