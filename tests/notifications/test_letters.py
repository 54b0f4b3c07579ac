import html5lib
import pytest

from npqh_portal import colours
from npqh_portal.notifications.letters import Block, blocks, html_letter

TEXT = """Dear Maryam,

The seminar “Professional development” is worth 2 hours of your 90%.

Start the catch-up:
https://portal.example/catch-up/20-october?a=1&b=2

Where you stand: on track
  Earned so far: 36 h of 77 h
  Seminars you can still miss: 3

  Room: Hall 2

Read the guide:
https://portal.example/guide

Tobias Farrant
Programme lead

You get this because you are on the spring 2026 cohort.
"""

PROVIDER = {
    "name": "Larkfell & Partners",
    "email": "npqh@larkfell.example",
    "phone": "01632 960 417",
    "accent": "#ffd500",
}


def test_each_paragraph_is_known_for_what_it_is() -> None:
    assert blocks(TEXT) == [
        Block("words", "Dear Maryam,"),
        Block("words", "The seminar “Professional development” is worth 2 hours of your 90%."),
        Block("button", "Start the catch-up", "https://portal.example/catch-up/20-october?a=1&b=2"),
        Block(
            "facts",
            "Where you stand: on track",
            facts=(("Earned so far", "36 h of 77 h"), ("Seminars you can still miss", "3")),
        ),
        Block("facts", facts=(("Room", "Hall 2"),)),
        Block("link", "Read the guide", "https://portal.example/guide"),
        Block("words", "Tobias Farrant\nProgramme lead"),
        Block("small", "You get this because you are on the spring 2026 cohort."),
    ]


def test_the_letter_says_the_same_as_the_text() -> None:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html_letter("Catch up", TEXT, PROVIDER))
    said = " ".join(" ".join(tree.itertext()).split())
    for line in TEXT.splitlines():
        for part in line.strip().rstrip(":").split(": "):
            assert part in said
    assert [a.get("href") for a in tree.iter("a") if "inline-block" in (a.get("style") or "")] == [
        "https://portal.example/catch-up/20-october?a=1&b=2"
    ]


def test_the_button_can_be_read_whatever_the_accent() -> None:
    letter = html_letter("Catch up", TEXT, PROVIDER)
    strong = colours.theme("#ffd500").strong
    assert f'bgcolor="{strong}"' in letter
    assert colours.contrast(colours.parse(strong), colours.WHITE) >= 5.5


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", '"><img src=x>'])
def test_what_people_wrote_is_escaped_everywhere(nasty: str) -> None:
    text = f"Dear {nasty},\n\nSee:\nhttps://portal.example/\n\nFacts {nasty}\n  Name: {nasty}\n\nYou get this, {nasty}."
    letter = html_letter(nasty, text, PROVIDER | {"name": nasty})
    assert nasty not in letter


def test_an_empty_text_is_still_a_letter() -> None:
    assert "<h1" in html_letter("Nothing to add", "", PROVIDER)
