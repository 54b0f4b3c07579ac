"""How text in a file is encoded that does not say so: UTF-8, or Windows-1252 as old spreadsheets write it."""

import codecs


class Utf8Tally:
    """How much of a text, added piece by piece, is UTF-8. `broken` and `sound` are right once the last is added."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._marked: bool | None = None
        self.sound = 0  # bytes that follow another within a letter, as they do only in UTF-8
        self.broken = 0  # bytes that belong to no letter

    def add(self, piece: bytes, *, last: bool = False) -> None:
        if self._marked is None:
            self._marked = piece.startswith(codecs.BOM_UTF8)
        text = self._decoder.decode(piece, last)
        kept = len(text.encode())
        self.sound += kept - len(text)
        self.broken += len(piece) - kept

    def is_utf8_with_faults(self) -> bool:
        """Whether it is UTF-8 all the same where some of it is broken: read as Windows-1252, each letter becomes two.

        Letters of Windows-1252 are hardly ever good UTF-8 together, but may be: "É’". So what is sound must be few
        beside what is broken before a file without a byte order mark counts as Windows-1252.
        """
        return bool(self.broken) and (bool(self._marked) or self.sound * 10 > self.broken)
