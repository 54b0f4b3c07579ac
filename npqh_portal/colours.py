"""The provider's one colour, made fit to be read: whatever accent is given, every use of it keeps its contrast."""

import re
from dataclasses import dataclass

Colour = tuple[int, int, int]

INK: Colour = (0x10, 0x15, 0x22)
PAPER: Colour = (0xF6, 0xF5, 0xF8)
WHITE: Colour = (0xFF, 0xFF, 0xFF)


@dataclass(frozen=True)
class Theme:
    given: str
    strong: str
    hover: str
    deep: str
    tint: str


def theme(accent: str) -> Theme:
    """The five shades that pages, letters and certificates use, from the accent as `#rrggbb`.

    `given` is decoration only; `strong` reads 5.5:1 on paper; `hover` is a third stronger; `deep` gives 12:1
    under white; `tint` is a quiet ground.
    """
    given = parse(accent)
    strong = _darken(given, ground=PAPER, until=5.5)
    hover = _darken(strong, ground=PAPER, until=contrast(strong, PAPER) * 4 / 3)
    deep = _darken(_mix(INK, strong, 55), ground=WHITE, until=12)
    return Theme(accent.lower(), _hex(strong), _hex(hover), _hex(deep), _hex(_mix(WHITE, given, 7)))


def parse(text: str) -> Colour:
    """`#rrggbb` as three numbers; anything else is a ValueError."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text!r} is not a colour like #68246d")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """The WCAG contrast ratio, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _darken(colour: Colour, *, ground: Colour, until: float) -> Colour:
    """Mix with ink, one per cent at a time, until the contrast is reached; ink itself is the end."""
    for share in range(101):
        mixed = _mix(colour, INK, share)
        if contrast(mixed, ground) >= until:
            return mixed
    return INK


def _mix(base: Colour, other: Colour, share: int) -> Colour:
    """`share` per cent of the other colour in the base."""
    red, green, blue = ((b * (100 - share) + o * share + 50) // 100 for b, o in zip(base, other, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
