"""What ends a whole import, as against a row that is left out."""


class SourceBroken(Exception):
    """The source cannot be read, or not further. ``str()`` says what is wrong and what to do."""
