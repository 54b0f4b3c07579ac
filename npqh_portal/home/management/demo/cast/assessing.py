"""Their course is over, and their case studies are with the assessors; the delivery partner's cohort.

462 of 4,620 minutes may be lost: exactly so many are, or one more.
"""

from .people import Character
from .sittings import (
    ABSENT,
    AUTHORISED,
    CULTURE,
    CULTURE_1,
    MISSED_SIX_HOURS,
    NEEDS_1,
    NEEDS_2,
    TEACHING,
    TEACHING_1,
)
from .staff import EXTERNAL_ASSESSOR

AT_THE_LINE: dict[str, str | int] = {**MISSED_SIX_HOURS, CULTURE: 18}
JUST_BELOW: dict[str, str | int] = {**MISSED_SIX_HOURS, CULTURE: 17}
FAR_BELOW: dict[str, str | int] = {
    **MISSED_SIX_HOURS,
    CULTURE: ABSENT,
    TEACHING: ABSENT,
    NEEDS_1: ABSENT,
    NEEDS_2: ABSENT,
}

ASSESSING = (
    Character("Ines Caldbeck", "900108", marks={TEACHING_1: ABSENT}, turn="passed"),
    Character("Magnus Threlkeld-Ito", "900109", turn="failed, then passed"),
    Character("Nadia Hesketh-Borne", "900110", turn="revoked"),
    Character("Yusra Coldbeck-Lane", "900111", marks={CULTURE_1: AUTHORISED}, turn="failed"),
    Character("Sunniva Plaskett", "900112", marks=AT_THE_LINE, turn="not sent"),
    Character("Alasdair Muncaster", "900101", marks=JUST_BELOW, turn="passed"),
    Character("Delphine Orrest-Bah", "900102", "new", marks=FAR_BELOW, not_done=("teaching-study-1",), turn="not sent"),
    Character("Kit Sandwath", "900103", marks=AT_THE_LINE, turn="to mark"),
    Character("Eleri Blaenant", "900111", turn="to moderate"),
    Character("Osman Fairhurst-Kaya", "900104", turn="to confirm"),
    Character("Verity Loughrigg", "900105", turn="at odds"),
    Character("Dougal Esk-Mbeki", "900106", turn="to release"),
    Character("Prudence Ambley", "900107", turn="to allocate"),
    Character("Noor Birkrigg", "900108", "aspiring", turn="withdrawn"),
    Character("Thirza Colne-Abebe", "900241", turn="to mark", marker=EXTERNAL_ASSESSOR),
    Character("Lemuel Dravel", "900246", "new", marks={TEACHING_1: ABSENT}, turn="passed"),
)
