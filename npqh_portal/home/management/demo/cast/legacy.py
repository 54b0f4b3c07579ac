"""The last cohort of the legacy programme: it began in autumn 2020, went online in January 2021, ended in 2022.

Its dates are fixed. Two tasks, assessed by a body outside; who failed one could send it again.
"""

from datetime import date

from .people import Character

PORTAL_BEGAN_ON = date(2020, 1, 6)
APPLY_FROM, APPLY_UNTIL = date(2020, 3, 2), date(2020, 6, 26)
MADE_ON, PLACED_ON, STARTED_ON = date(2020, 7, 1), date(2020, 7, 20), date(2020, 9, 14)
# Halls closed again between these days; whatever was to be held in one was held online.
ONLINE_KNOWN_ON, ONLINE_FROM, ONLINE_UNTIL = date(2021, 1, 5), date(2021, 1, 6), date(2021, 3, 7)
LAST_SESSION_ON = date(2021, 7, 9)
FIRST_WINDOW_ON, SECOND_WINDOW_ON = date(2022, 1, 10), date(2022, 5, 9)
# The plan for one's own school was presented, then put into practice; after the summer came the placement.
PRESENTED_ON, BEGUN_ON = date(2020, 11, 12), date(2021, 4, 19)
PLACEMENT_NAMED_ON, PLACEMENT_FROM, PLACEMENT_UNTIL = date(2021, 9, 9), date(2021, 10, 4), date(2021, 11, 19)
PLACEMENT_PRESENTED_ON = date(2021, 12, 7)
CLOSED_ON = date(2022, 8, 31)

LEGACY = (
    Character("Rosamund Eskgate-Mbatha", "900101"),
    Character("Gwenllian Dŵr-Hallam", "900111"),
    Character("Thomasina Hardnott", "900220"),
    Character("Aurelio Wastgill-Finn", "900228", "aspiring"),
    Character("Beatrix Scoat-Amin", "900229"),
    Character("Lionel Mardown", "900230", "new"),
    Character("Philomena Dunnergarth-Cho", "900234"),
    Character("Gideon Swinholt", "900235", "aspiring"),
    Character("Cordelia Harter-Bose", "900231", group=2, turn="resubmitted"),
    Character("Ansel Kirkscar", "900240", group=2),
    Character("Mirabel Ennerthwaite-Osman", "900242", group=2),
    Character("Rafferty Seathwick-Lowe", "900243", group=2),
    Character("Ursula Stickle-Abara", "900244", group=2, turn="not passed"),
    Character("Horatio Bowmere", "900248", "new", group=2),
    Character("Clementine Crinkle-Varma", "900249", group=2),
    Character("Wendeline Pillar-Ross", "900250", "aspiring", group=2, turn="withdrawn"),
    Character("Jasper Troutgill", "900251", group=2, turn="not evaluated"),
    Character("Eudora Langstead-Mwangi", "900252", group=2),
)
