"""The delivery partner's next intake: six places, four of them funded, all taken; and those who wait for one."""

from applications.kinds import FundingRoute

from .people import Character

PAYS = {"funding_route": FundingRoute.SELF.value}
SCHOOL_PAYS = {"funding_route": FundingRoute.SCHOOL.value}
TRUST_PAYS = {"funding_route": FundingRoute.TRUST.value}

HOLDING = (
    Character("Gwendolen Aske-Barrow", "900282", turn="accepted"),
    Character("Ambika Thirlwall-Sen", "900283", "new", turn="accepted"),
    Character("Percival Dunnerdale", "900284", turn="accepted"),
    Character("Mehetabel Orgrave", "900285", "appointed", turn="accepted"),
    Character("Lysander Coniston-Abiola", "900297", turn="accepted", says=SCHOOL_PAYS),
    Character("Honoria Skelwith", "900299", turn="gives up", says=SCHOOL_PAYS),
)

# In their order on the list. Whoever needs a funded place is passed over while none is free.
PASSED_OVER = Character("Caradoc Finsthwaite", "900300", turn="waits")
PUT_BACK = Character("Rosalba Eskdale-Iqbal", "900302", turn="waits", says=TRUST_PAYS)
RAN_OUT = Character("Thaddeus Wasdale", "900303", turn="waits", says=PAYS)
OFFERED = Character("Elowen Patterdale-Okoro", "900304", "aspiring", turn="waits", says=SCHOOL_PAYS)
WAITING = (
    PASSED_OVER,
    PUT_BACK,
    RAN_OUT,
    OFFERED,
    Character("Jocasta Mardale-Finn", "900307", "aspiring", turn="waits"),
    Character("Bartimaeus Rydal", "900311", turn="waits", says=SCHOOL_PAYS),
    Character("Philomena Kentmere-Oduya", "900312", turn="waits", says=PAYS, endorsement="waiting"),
)
