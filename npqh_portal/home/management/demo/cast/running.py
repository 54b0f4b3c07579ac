"""In the middle of their course: the needs seminar of group 1 is today.

What is not said of somebody went as it should: present at every sitting, everything else done in their own time.
"""

from .people import Character
from .sittings import (
    ABSENT,
    AUTHORISED,
    CULTURE,
    CULTURE_1,
    CULTURE_2,
    MISSED_SIX_HOURS,
    NEEDS_1,
    NEEDS_2,
    OPENING,
    TEACHING,
    TEACHING_1,
    TEACHING_2,
)

RUNNING = (
    Character("Maryam Okonjo-Hale", "900101", marks={CULTURE: 90, TEACHING: ABSENT}),
    Character(
        "Desmond Quarrie-Lunt",
        "900102",
        marks={**MISSED_SIX_HOURS, CULTURE: ABSENT, NEEDS_2: ABSENT},
        says={"wants_one_to_one": True},
    ),
    Character("Callum Innes-Bhatt", "900103", marks={**MISSED_SIX_HOURS, TEACHING: ABSENT, NEEDS_1: ABSENT}),
    Character(
        "Winifred Osei-Larch",
        "900104",
        "new",
        marks={**MISSED_SIX_HOURS, TEACHING_1: 74},
        says={"wants_one_to_one": True},
    ),
    Character(
        "Jonty Abernethy-Rao",
        "900105",
        marks={OPENING: AUTHORISED, CULTURE: ABSENT, NEEDS_2: ABSENT},
        handed_in={NEEDS_2: "waiting"},
    ),
    Character("Rosalind Thackwray-Moss", "900106", marks={CULTURE: ABSENT, TEACHING: ABSENT}, caught_up=(CULTURE,)),
    Character("Ivo Rennard", "900107", "aspiring", marks={CULTURE_1: ABSENT}),
    Character("Parveen Lightfoot", "900108", "new", turn="extended"),
    Character("Ravi Stainmore-Pell", "900109", marks={TEACHING_2: AUTHORISED}),
    Character("Tamsin Kirkbride-Obi", "900110", says={"wants_one_to_one": True}, turn="late"),
    Character("Bethan Cruddace", "900111", group=2, turn="reinstated"),
    Character("Gethin Arkleside", "900111", "aspiring", group=2, marks={TEACHING_1: 60}),
    Character("Celeste Umber", "900112", group=2, marks={CULTURE: ABSENT}, caught_up=(CULTURE,)),
    Character("Agnes Fothermere", "900101", "appointed", group=2),
    Character("Edwin Garsdale", "900102", group=2, not_done=("teaching-task", "teaching-reflection")),
    Character("Freya Dunmail", "900103", "new", group=2, turn="deferred"),
    Character("Hamza Wetherlam", "900104", group=2, marks={TEACHING: AUTHORISED}),
    Character("Leopold Nkemelu", "900105", group=2, turn="returned"),
    Character(
        "Orla Hadrigan",
        "900106",
        group=2,
        marks={OPENING: ABSENT, NEEDS_1: ABSENT},
        handed_in={NEEDS_1: "sent_back"},
    ),
    Character("Silas Penhallow-Ade", "900107", group=2, turn="withdrawn"),
    Character("Mirren Catbells-Oduya", "900205", turn="moved"),
    Character("Solveig Dockray", "900212", "new", marks={NEEDS_1: 45}, handed_in={NEEDS_1: "waiting"}),
    Character("Rupert Nethermost-Ali", "900224", group=2, marks={CULTURE_2: ABSENT}, caught_up=(CULTURE_2,)),
    Character("Ginevra Sallowmere", "900233", "aspiring", group=2),
)
