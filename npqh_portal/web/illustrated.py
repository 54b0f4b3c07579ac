"""Markdown with pictures, files and videos: in the pages that people study.

A picture is `![what it shows](file:name)`, a file `[words](file:name)`; both name what was uploaded beside the page.
A link alone on its line to a video becomes that video. Tables are taken as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from .markdown import Parser
from .uploads import PICTURES
from .videos import Video, video_at
from .words import file_size

_FILE = "file:"
_CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet govuk-list--spaced",
    "ordered_list_open": "govuk-list govuk-list--number govuk-list--spaced",
    "blockquote_open": "govuk-inset-text",
    "link_open": "govuk-link",
    "table_open": "npqh-table",
}


@dataclass(frozen=True)
class Shown:
    """A file beside a page, as readers get it. `size` is in bytes, `pixels` a picture's width and height."""

    address: str
    kind: str
    size: int
    pixels: tuple[int, int] | None = None


@dataclass(frozen=True)
class Named:
    """Where a text names a picture or a file. `source` is the address as written; `words` may be empty."""

    source: str
    words: str
    is_picture: bool

    @property
    def file(self) -> str:
        """The name of a file beside the page; empty for what stands elsewhere."""
        return self.source.removeprefix(_FILE) if self.source.startswith(_FILE) else ""


class _Parser(Parser):
    def validateLink(self, url: str) -> bool:  # noqa: N802  # the library's name
        return url.startswith(_FILE) or super().validateLink(url)


_parser = _Parser("commonmark", {"html": False}).disable(["html_block", "html_inline", "code", "fence", "lheading"])
_parser.enable("table")


def named_in(text: str) -> list[Named]:
    """Every picture of a text, wherever it comes from, and every file beside the page that it links to."""
    found = []
    for token in _parser.parse(text):
        for place, child in enumerate(token.children or ()):
            if child.type == "image":
                found.append(Named(str(child.attrs["src"]), child.content.strip(), is_picture=True))
            elif child.type == "link_open" and str(child.attrs["href"]).startswith(_FILE):
                found.append(Named(str(child.attrs["href"]), _words_from(token, place), is_picture=False))
    return found


def illustrated(text: str, files: Mapping[str, Shown], *, level: int = 2, plays_videos: bool = True) -> SafeString:
    """HTML whose titles begin at `level`. A name that no file has stays words; on paper a video is its link."""
    tokens = _parser.parse(text)
    shown = list(_with_videos(_with_frames(tokens), level, plays_videos=plays_videos))
    for token in shown:
        token.children = list(_inline(token.children, files)) if token.children else token.children
        for one in (token, *(token.children or ())):
            _dress(one, level)
    return mark_safe(str(_parser.renderer.render(shown, _parser.options, {})))  # noqa: S308  # the parser escapes


def _dress(token: Token, level: int) -> None:
    if token.type in {"heading_open", "heading_close"}:
        is_main = token.tag in {"h1", "h2"}
        token.tag = f"h{level if is_main else level + 1}"
        if token.type == "heading_open":
            token.attrSet("class", "govuk-heading-m" if is_main and level == 2 else "govuk-heading-s")
    if token.type in {"th_open", "td_open"}:
        # The parser says in a style of its own where a column stands, which no page of ours may hold.
        if "right" in str(token.attrs.pop("style", "")):
            token.attrSet("class", "n")
        if token.type == "th_open":
            token.attrSet("scope", "col")
    if classes := _CLASSES.get(token.type):
        token.attrSet("class", classes)


def _inline(children: list[Token], files: Mapping[str, Shown]) -> Iterator[Token]:
    """Names of files become their addresses; behind a link to one stands what it is and how large."""
    behind = ""
    is_lost = False
    for child in children:
        source = str(child.attrs.get("src" if child.type == "image" else "href", ""))
        file = files.get(source.removeprefix(_FILE)) if source.startswith(_FILE) else None
        if child.type == "image":
            if file is None:
                yield _text(child.content)
                continue
            child.attrSet("src", file.address)
            child.attrSet("class", "npqh-picture")
            if file.pixels:
                # Kept free before it is there, so that the words below do not jump.
                child.attrs["width"], child.attrs["height"] = file.pixels
        elif child.type == "link_open" and source.startswith(_FILE):
            is_lost = file is None
            if file is None:
                continue
            child.attrSet("href", file.address)
            behind = "" if file.kind in PICTURES else f" ({file.kind.upper()}, {file_size(file.size)})"
        elif child.type == "link_close" and is_lost:
            is_lost = False
            continue
        yield child
        if child.type == "link_close" and behind:
            yield _text(behind)
            behind = ""


def _with_frames(tokens: list[Token]) -> list[Token]:
    """Around every table what lets a wide one be moved to and fro, by finger or by key."""
    framed = []
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            named = escape(f"Table: {', '.join(_heads(tokens[place:]))}")
            framed.append(_html(f'<div class="npqh-scroll" role="region" aria-label="{named}" tabindex="0">\n'))
        framed.append(token)
        if token.type == "table_close":
            framed.append(_html("</div>\n"))
    return framed


def _heads(table: list[Token]) -> Iterator[str]:
    """The words above the columns of the table that begins there."""
    for token in table:
        if token.type == "thead_close":
            return
        if token.type == "inline":
            yield "".join(child.content for child in token.children or ())


def _with_videos(tokens: list[Token], level: int, *, plays_videos: bool) -> Iterator[Token]:
    """A paragraph that is nothing but a link to a video is the video."""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        film = _video_in(tokens[place + 1]) if token.type == "paragraph_open" and token.level == 0 else None
        if film is None:
            yield token
            place += 1
            continue
        video, words = film
        context = {"video": video, "words": words, "level": level, "plays": plays_videos}
        yield _html(render_to_string("components/video.html", context))
        place += 3


def _video_in(paragraph: Token) -> tuple[Video, str] | None:
    children = paragraph.children or []
    if len(children) == 1 and children[0].type == "text":
        address = words = children[0].content.strip()
    elif len(children) >= 2 and children[0].type == "link_open" and children[-1].type == "link_close":
        if any(child.type == "link_open" for child in children[1:]):
            return None
        address, words = str(children[0].attrs["href"]), _words_from(paragraph, 0)
    else:
        return None
    video = video_at(address)
    return (video, "Watch the video" if words == address else words) if video else None


def _words_from(paragraph: Token, place: int) -> str:
    """The words of the link that opens there."""
    words = ""
    for child in (paragraph.children or [])[place + 1 :]:
        if child.type == "link_close":
            break
        words += child.content
    return words.strip()


def _html(content: str) -> Token:
    block = Token("html_block", "", 0)
    block.content = content
    return block


def _text(words: str) -> Token:
    token = Token("text", "", 0)
    token.content = words
    return token
