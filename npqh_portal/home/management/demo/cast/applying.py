"""The open intake, at every step; and a partner's, paused while it looks for another facilitator."""

from .people import Character

# One a day: those who came first have come furthest.
APPLYING = (
    Character("Idris Calva-Moore", "900109", "aspiring", turn="enrolled"),
    Character("Ivy Thornwick-Gill", "900253", turn="enrolled"),
    Character("Hester Raise-Quaye", "900110", "appointed", turn="accepted"),
    Character("Morwenna Sleddow", "900254", turn="accepted"),
    Character("Cuthbert Hawesmere-Roy", "900255", "new", turn="accepted"),
    Character("Wilf Dollard-Vance", "900102", turn="declined"),
    Character("Nanette Ullock", "900256", "aspiring", turn="declined"),
    Character("Emeka Lorton-Vale", "900258", turn="taken back"),
    Character("Barnaby Selside", "900112", turn="reviewed"),
    Character("Priscilla Wythe", "900259", turn="reviewed"),
    Character("Damaris Emblegarth-Syed", "900260", "new", turn="reviewed"),
    Character("Amara Stickland-Jones", "900101", "aspiring", turn="sent"),
    Character("Ludo Bassenmoor", "900261", turn="sent"),
    Character("Oriel Whitescar-Tan", "900262", turn="sent"),
    Character("Hesper Grasmoor", "900263", "appointed", turn="sent"),
    Character("Quentin Dovenholt-Asante", "900264", turn="sent"),
    Character("Rowena Mellbreck", "900265", turn="sent"),
    Character("Constance Pavey-Ark", "900103", "new", turn="draft"),
    Character("Silvester Butterwold-Jha", "900266", turn="draft"),
    Character("Tabitha Crag-Elliott", "900267", "aspiring", turn="draft"),
    Character("Valentin Sharrow", "900269", turn="draft"),
    Character("Rhodri Gwynant", "900111", "aspiring", turn="begun"),
    Character("Winsome Derwen-Ojo", "900271", "aspiring", turn="begun"),
    Character("Zachary Pattergill", "900272", "aspiring", turn="begun"),
)

PAUSED = (
    Character("Georgiana Longsled", "900273", turn="sent"),
    Character("Ishmael Borrans-Diaz", "900275", turn="reviewed"),
    Character("Junia Amblewick-Sund", "900276", "new", turn="sent"),
    Character("Kester Troutholm-Nkosi", "900278", turn="draft"),
)
