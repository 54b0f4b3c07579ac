"""How large a stored picture is, so that a page can keep its place while it loads."""

from functools import lru_cache

from django.core.files.storage import default_storage
from PIL import ExifTags, Image

_FORMATS = ("JPEG", "PNG", "WEBP")
# How a camera says that it was held upright: shown, height and width change places.
_TURNED = range(5, 9)


@lru_cache(maxsize=4096)
def pixels_of(stored_name: str) -> tuple[int, int] | None:
    """Width and height as it is shown; None where the file does not say. Read once: stored bytes never change.

    Only the head of the file is read, so that no picture is unpacked.
    """
    try:
        with default_storage.open(stored_name) as file, Image.open(file, formats=_FORMATS) as picture:
            width, height = picture.size
            is_turned = picture.getexif().get(ExifTags.Base.Orientation) in _TURNED
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return (height, width) if is_turned else (width, height)
