"""What people type and paste: the signs in it that nobody sees, and addresses that lead nowhere."""

import re
import unicodedata

# Ends of addresses that no mail reaches from outside: names of one's own machine or network, or of nothing (RFC 6761).
_NOWHERE = frozenset({"home", "internal", "invalid", "lan", "local", "localdomain", "localhost"})

# Signs of no width, letters that are blank, and what turns round the text after it. The joiners and marks that
# Persian, Hindi and Hebrew are written with are none of them.
_TRICKS = re.compile("[\u180e\u200b\u2060\u2800\u3164\ufeff\uffa0\u202a-\u202e\u2066-\u2069]")


def without_tricks(text: str) -> str:
    """The text as it can be seen; empty where nothing of it can."""
    text = _TRICKS.sub("", text)
    return text if any(unicodedata.category(sign) != "Cf" and not sign.isspace() for sign in text) else ""


def one_line(text: str) -> str:
    """The same in one line, with single spaces between the words."""
    return " ".join(without_tricks(text).split())


def can_arrive(address: str) -> bool:
    """Whether a letter to an email address of the right shape can arrive at all: not one to “head@localhost”."""
    _, dot, end = address.rpartition("@")[2].rpartition(".")
    return bool(dot) and has_letter(end) and end.casefold() not in _NOWHERE


def has_letter(text: str) -> bool:
    """Whether it can be a name, in any script."""
    return any(unicodedata.category(sign).startswith("L") for sign in text)
