"""Words that staff write for public pages: Markdown in, safe HTML in our look out."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Pictures would need alternative text and a place to be kept; indented code, and dashes that turn the line above
# into a title, are slips of the pen in prose.
_LEFT_OUT = ["image", "html_block", "html_inline", "code", "fence", "lheading"]
_SCHEMES = {"http", "https", "mailto"}
_CLASSES = {
    "paragraph_open": "govuk-body",
    "heading_open": "govuk-heading-s",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "link_open": "govuk-link",
}


@lru_cache(maxsize=256)
def rendered(text: str) -> SafeString:
    """HTML to stand under a second-level heading: titles become h3 or h4, HTML is shown as it was typed.

    Links lead to http, https and mailto addresses and within the site; any other stays words.
    """
    tokens = _parser.parse(text)
    for token in tokens:
        _dress(token)
        for child in token.children or ():
            _dress(child)
    return mark_safe(str(_parser.renderer.render(tokens, _parser.options, {})))  # noqa: S308  # the parser escapes


def _dress(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"
    if classes := _CLASSES.get(token.type):
        token.attrSet("class", classes)


class Parser(MarkdownIt):
    """CommonMark whose links lead nowhere that they should not."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  # the library's name
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        # Two slashes at the beginning would lead to another site, by whatever scheme this page came.
        return parts.scheme in _SCHEMES or not (parts.scheme or parts.netloc)


_parser = Parser("commonmark", {"html": False}).disable(_LEFT_OUT)
