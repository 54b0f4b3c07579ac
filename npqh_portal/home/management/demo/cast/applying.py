"""The open intake, at every step; and a partner's, paused while it looks for another facilitator."""

from datetime import date

from applications.kinds import EmploymentType, FundingRoute, RoleReach, WorkSetting

from .people import Character, address_of

# What two accounts say that look as if they were one person's.
ONE_PERSON = {
    "trn": "2190418",
    "date_of_birth": date(1981, 6, 9),
    "endorser_name": "Ruth Hollinside",
    "endorser_email": address_of("Ruth Hollinside"),
}

# One a day: those who came first have come furthest.
APPLYING = (
    Character("Idris Calva-Moore", "900109", "aspiring", turn="enrolled"),
    Character("Ivy Thornwick-Gill", "900253", turn="enrolled"),
    # The register counted her school as an independent one, and counts it as a special one since.
    Character("Leonora Quillet-Das", "900274", turn="reviewed"),
    Character("Hester Raise-Quaye", "900110", "appointed", turn="accepted", says={"wants_one_to_one": True}),
    Character("Morwenna Sleddow", "900254", turn="accepted"),
    Character("Cuthbert Hawesmere-Roy", "900255", "new", turn="accepted"),
    Character("Wilf Dollard-Vance", "900102", turn="declined"),
    Character("Nanette Ullock", "900256", "aspiring", turn="declined"),
    Character("Emeka Lorton-Vale", "900258", turn="taken back"),
    Character("Barnaby Selside", "900112", turn="reviewed"),
    Character("Priscilla Wythe", "900259", turn="reviewed"),
    Character("Damaris Emblegarth-Syed", "900260", "new", turn="reviewed"),
    Character(
        "Eluned Garthwen-Rees",
        "",
        turn="reviewed",
        says={
            "works_in_england": False,
            "employer_name": "Ysgol Garthwen, Wales",
            "funding_route": FundingRoute.SELF.value,
        },
    ),
    Character(
        "Tobiah Merrick-Osei",
        "",
        "aspiring",
        turn="endorsed",
        says={
            "role": "Lead teacher",
            "work_setting": WorkSetting.ANOTHER_SETTING.value,
            "employment_type": EmploymentType.HOSPITAL_SCHOOL.value,
            "employer_name": "Corrowside Hospital School",
        },
    ),
    Character(
        "Sigrid Halloway-Nunn",
        "900262",
        turn="endorsed",
        says={"previously_funded": True, "funding_route": FundingRoute.SCHOOL.value},
    ),
    Character(
        "Florian Askrigg", "", "appointed", turn="endorsed", looks_for=("Thornmere Free School", "Thornmere", "ZB3 5LT")
    ),
    Character(
        "Ottoline Bewcastle-Ray",
        "900264",
        turn="endorsed",
        says={
            "statement": "From January I shall lead two sites, a mile apart, with one staff that does not know it is "
            "one. I want to learn what has to be the same in both, and to leave the rest alone.",
            "needs_adjustments": True,
            "adjustments": "I lip-read: I need to see whoever speaks, and captions when we meet online.",
        },
    ),
    Character(
        "Aurelio Sunderby",
        "900267",
        turn="reviewed",
        says={
            "role": "Executive headteacher",
            "role_reach": RoleReach.NATIONAL_LEADER.value,
            "work_setting": WorkSetting.AN_ACADEMY_TRUST.value,
        },
    ),
    # One person, it seems: she married between the two.
    Character("Isolde Marchmont", "900268", "aspiring", turn="endorsed", says=ONE_PERSON),
    Character("Isolde Pyke-Marchmont", "900268", "aspiring", turn="sent", says=ONE_PERSON),
    Character("Amara Stickland-Jones", "900101", "aspiring", turn="sent"),
    Character("Ludo Bassenmoor", "900261", turn="sent", endorsement="declined"),
    Character("Oriel Whitescar-Tan", "900271", turn="sent", endorsement="waived"),
    Character("Hesper Grasmoor", "900263", "appointed", turn="sent"),
    Character("Quentin Dovenholt-Asante", "900272", turn="sent", endorsement="another"),
    Character("Rowena Mellbreck", "900265", turn="sent", says={"has_trn": False, "trn": ""}),
    Character("Constance Pavey-Ark", "900103", "new", turn="draft"),
    Character("Silvester Butterwold-Jha", "900266", turn="draft"),
    Character("Tabitha Crag-Elliott", "900267", "aspiring", turn="draft"),
    Character("Valentin Sharrow", "900269", turn="draft"),
    Character("Rhodri Gwynant", "900111", "aspiring", turn="begun"),
    Character("Winsome Derwen-Ojo", "900271", "aspiring", turn="begun"),
    Character("Zachary Pattergill", "900272", "aspiring", turn="begun"),
)

# Has an account, was told that applications are open, and has not begun.
FRESH = Character("Seraphina Coldharbour", "900282", "aspiring")

PAUSED = (
    Character("Georgiana Longsled", "900273", turn="sent"),
    Character("Ishmael Borrans-Diaz", "900275", turn="reviewed"),
    Character("Junia Amblewick-Sund", "900276", "new", turn="sent"),
    Character("Kester Troutholm-Nkosi", "900278", turn="draft"),
)
