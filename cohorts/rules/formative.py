"""What can be sent of the work on a formative task."""

from cohorts.errors import FormativeWorkEmpty, FormativeWorkTooLong

WORDS_MOST = 20_000  # letters that are sent; a draft keeps more, so that nobody loses any
FILES_MOST = 5


def check_sendable(words: str, *, files: int) -> None:
    """Words or a file, and no more letters than somebody reads. Raises FormativeWorkEmpty and FormativeWorkTooLong."""
    if not words and not files:
        raise FormativeWorkEmpty
    if len(words) > WORDS_MOST:
        raise FormativeWorkTooLong(len(words), most=WORDS_MOST)
