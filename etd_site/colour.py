"""Contrast of colours as WCAG 2.2 defines it, and the nearest shade that has enough."""

import colorsys
import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
TEXT_CONTRAST = 4.5
"""Least ratio between text and ground (WCAG 2.2, success criterion 1.4.3, level AA)."""


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), of ``#rrggbb``; raises ValueError for any other form."""
    if not HEX.fullmatch(colour):
        raise ValueError(f"not a colour of the form #rrggbb: {colour!r}")
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21, the same whichever way round."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shade(colour: str, step: float) -> str:
    """``colour`` with its lightness moved by ``step`` (-1 to 1, held at black and white), the hue kept."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))
    moved = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + step)), saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in moved)


def readable(colour: str, ground: str, ratio: float = TEXT_CONTRAST) -> str:
    """The shade of ``colour`` nearest to it that has at least ``ratio`` on ``ground`` (both ``#rrggbb``).

    Goes darker on a light ground and lighter on a dark one; black or white is the last resort.
    """
    step = -0.01 if luminance(ground) > 0.18 else 0.01
    for count in range(101):
        candidate = shade(colour, step * count)
        if contrast(candidate, ground) >= ratio:
            return candidate
    return "#000000" if step < 0 else "#ffffff"
