"""The headings that a block stands under, kept while a document is read from top to bottom."""


class Headings:
    """A path of headings, each with its level; a heading closes all of its level and below."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def push(self, level: int, words: str) -> None:
        """Take in a heading; one without words only closes others."""
        self._open = [one for one in self._open if one[0] < level]
        if words.strip():
            self._open.append((level, words.strip()))

    @property
    def path(self) -> tuple[str, ...]:
        """From the title of the document to the nearest heading."""
        return tuple(words for _, words in self._open)
