"""Who left an address while nothing could be applied for and was told when it could; and who waits for what comes
next, beside an intake that is open."""

from dataclasses import dataclass

from .people import address_of


@dataclass(frozen=True)
class Interested:
    name: str
    school: str = ""
    leaves: bool = False

    @property
    def email(self) -> str:
        return address_of(self.name)


# Amara Stickland-Jones has applied since; Seraphina Coldharbour has an account, and has begun nothing.
INTERESTED = (
    Interested("Amara Stickland-Jones", "Marlowick Primary School"),
    Interested("Seraphina Coldharbour", "Tarnmire Junior School"),
    Interested("Godric Swindale-Rao", "Heron Lane Primary Academy"),
    Interested("Winifrida Bleaze", "Kellowthwaite Primary Academy"),
    Interested("Octavia Ravenstonedale", leaves=True),
    Interested("Benedetta Lune-Asher", "Inklegill Academy"),
    Interested("Crispin Mallerstang"),
    Interested("Yolanda Wharfe-Deng", "Marlomire Junior School"),
    Interested("Fabian Greenhow"),
)

# Winifrida Bleaze was told of the open intake, and would rather start with the next.
WAITING_FOR_THE_NEXT = (
    Interested("Winifrida Bleaze", "Kellowthwaite Primary Academy"),
    Interested("Leontine Sedbusk-Bell", "Heron Lane Primary Academy"),
    Interested("Ptolemy Dentdale"),
    Interested("Araminta Garsdale-Obi", "Inklegill Academy"),
)
