"""Videos at other sites: which addresses are films, and where each plays without following whoever watches it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponseBase
from django_permissions_policy.decorators import permissions_policy_override

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

_YOUTUBE, _VIMEO = "https://www.youtube-nocookie.com", "https://player.vimeo.com"

_YOUTUBE_ID, _VIMEO_KEY = re.compile(r"[\w-]{11}"), re.compile(r"[0-9a-f]+")
_VIMEO_ID = re.compile(r"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/)?(\d+)(?:/([0-9a-f]+))?/?")


def with_videos(view: V) -> V:
    """For a page that may show videos: it may hold frames of these two players, and of nobody else.

    They may fill the screen, too. A page can only hand on what it has itself, so that `self` is named beside them.
    """
    may = permissions_policy_override({**settings.PERMISSIONS_POLICY, "fullscreen": ["self", _YOUTUBE, _VIMEO]})
    return cast("V", may(csp_update({"frame-src": [_YOUTUBE, _VIMEO]})(view)))


@dataclass(frozen=True)
class Video:
    """`address` is the page of the film at its site, `frame` what plays it within one of ours."""

    address: str
    frame: str
    site: str


def video_at(address: str) -> Video | None:
    """The film that an https address leads to, at YouTube or Vimeo; None for any other link."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if parts.scheme != "https":
        return None
    if host in {"youtube.com", "youtube-nocookie.com", "youtu.be"}:
        named = parts.path if host == "youtu.be" or parts.path.startswith(("/embed/", "/live/", "/shorts/")) else ""
        film = named.rstrip("/").rpartition("/")[2] or parse_qs(parts.query).get("v", [""])[0]
        return Video(address, f"{_YOUTUBE}/embed/{film}", "YouTube") if _YOUTUBE_ID.fullmatch(film) else None
    if host in {"vimeo.com", "player.vimeo.com"} and (found := _VIMEO_ID.fullmatch(parts.path)):
        film, key = found.groups()
        # A film that only those see who have its link carries its key in the path or behind it.
        named = parse_qs(parts.query).get("h", [""])[0]
        key = key or (named if _VIMEO_KEY.fullmatch(named) else "")
        return Video(address, f"{_VIMEO}/video/{film}?dnt=1" + (f"&h={key}" if key else ""), "Vimeo")
    return None
