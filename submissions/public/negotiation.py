"""Which of several media types a request likes best (RFC 9110 §12.5.1)."""

from collections.abc import Iterable

from django.http.request import MediaType


def preferred(accept: str, offered: Iterable[str]) -> str | None:
    """Return the media type of ``offered`` that ``accept`` (the header's value) likes best, or None when it likes none.

    A type has the quality of the most specific range that names it, so that ``text/html;q=0, */*`` refuses HTML. Among
    equals the one that is named most exactly wins, then the first of ``offered``. Parameters other than ``q`` say
    nothing here: ``application/ld+json;profile="…"`` asks for JSON-LD. A header without any range takes everything.
    """
    ranges = [media for token in accept.lower().split(",") if (media := MediaType(token.strip())).sub_type]
    offered = list(offered)
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda media_type: _liking(media_type, ranges))
    return best if _liking(best, ranges)[0] else None


def _liking(media_type: str, ranges: list[MediaType]) -> tuple[float, int]:
    """Quality (0 to 1) and how exactly it is named (0 to 2)."""
    main, _, sub = media_type.partition("/")
    matches = [
        (exactness, media.quality)
        for media in ranges
        for exactness, named in enumerate((("*", "*"), (main, "*"), (main, sub)))
        if (media.main_type, media.sub_type) == named
    ]
    exactness, quality = max(matches, default=(0, 0.0))
    return quality, exactness
