"""How large stored pictures are."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import ExifTags, Image

from npqh_portal.web.pictures import pixels_of
from tests.web.pictures import A_WEBP


def stored(body: bytes, name: str) -> str:
    return default_storage.save(f"study/{name}", ContentFile(body))


def a_picture(kind: str, *, orientation: int = 1) -> bytes:
    whole, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    Image.new("RGB", (40, 30)).save(whole, kind, exif=exif)
    return whole.getvalue()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_width_and_height_are_read_of_every_kind(kind: str) -> None:
    assert pixels_of(stored(a_picture(kind), f"ridge.{kind}")) == (40, 30)


def test_what_a_camera_took_upright_is_measured_as_it_is_shown() -> None:
    assert pixels_of(stored(a_picture("jpeg", orientation=6), "turned.jpeg")) == (30, 40)
    assert pixels_of(stored(a_picture("jpeg", orientation=3), "upside-down.jpeg")) == (40, 30)


def test_what_says_no_size_and_what_is_gone_have_none() -> None:
    assert pixels_of(stored(A_WEBP, "broken.webp")) is None
    assert pixels_of("study/never-stored.png") is None
