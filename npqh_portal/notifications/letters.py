"""A message's plain text as a letter in HTML: the same words in one column, with one button and a table of facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string

from npqh_portal import colours

_BUTTON = re.compile(r"(?P<label>[^\n]+):\n(?P<address>https?://\S+)")
_FACT = re.compile(r" {2}(?P<label>[^:\n]+): (?P<value>[^\n]+)")


@dataclass(frozen=True)
class Block:
    """One paragraph of the text: `kind` is words, link, button, facts or small."""

    kind: str
    words: str = ""
    address: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def html_letter(subject: str, text: str, provider: Mapping[str, str]) -> str:
    """The letter for one message. `provider` has name, email, phone and accent.

    In the text a blank line parts paragraphs. "Label:" with an address on the next line is the button; there is
    one, so further ones are links. Lines indented by two spaces, "  Label: value", are facts, under a caption if
    a line without indent stands above them. A last paragraph that begins "You get this" is small print.
    """
    return render_to_string(
        "email/letter.html",
        {
            "subject": subject,
            "blocks": blocks(text),
            "provider": provider,
            "accent": colours.theme(provider["accent"]),
        },
    )


def blocks(text: str) -> list[Block]:
    """The paragraphs of a text, each with what it is."""
    found: list[Block] = []
    for paragraph in re.split(r"\n[ \t]*\n", text.strip("\n")):
        block = _block(paragraph.rstrip())
        if block.kind == "button" and any(other.kind == "button" for other in found):
            block = Block("link", block.words, block.address)
        found.append(block)
    if found and found[-1].kind == "words" and found[-1].words.startswith("You get this"):
        found[-1] = Block("small", found[-1].words)
    return found


def _block(paragraph: str) -> Block:
    if button := _BUTTON.fullmatch(paragraph):
        return Block("button", button["label"], button["address"])
    lines = paragraph.split("\n")
    caption, rows = ("", lines) if lines[0].startswith("  ") else (lines[0], lines[1:])
    facts = [_FACT.fullmatch(line) for line in rows]
    if facts and all(facts):
        return Block("facts", caption, facts=tuple((fact["label"], fact["value"]) for fact in facts if fact))
    return Block("words", paragraph)
