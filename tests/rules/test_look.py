"""The look's promises that can be reckoned: discs and code can be read, in light and in dark."""

import math
import re
from pathlib import Path

import pytest

STYLES = (Path(__file__).resolve().parents[2] / "theme/static/css/main.css").read_text("utf-8")
READABLE = 4.5
# Light, then dark: the two tones of a disc, and its initial.
_COLOR = r"oklch\((\d+)% ([\d.]+) [^;]+;"
SCHEMES = re.findall(rf"--plain: {_COLOR}\s*--tone: {_COLOR}[^}}&]*? color: {_COLOR}", STYLES)
HUES = [int(hue) for hue in re.findall(r"\.hue-\d+ \{ --hue: (\d+); \}", STYLES)]


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """The relative luminance (WCAG 2) of a color in OKLCH; what no screen can show is cut off at its bounds."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """How two luminances stand against each other (WCAG 2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


# Light, then dark: the custom properties of the whole page that are plain colors.
COLORS = [
    dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", part))
    for part in STYLES.split("@media (prefers-color-scheme: dark)")[:2]
]


def of_hex(color: str) -> float:
    """The relative luminance (WCAG 2) of `#rrggbb`."""
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colors", COLORS, ids=["light", "dark"])
@pytest.mark.parametrize("tone", re.findall(r"\.code \{.*?\n\}", STYLES, re.DOTALL)[0].split("var(--")[1:])
def test_code_can_be_read_in_each_of_its_tones(colors: dict[str, str], tone: str) -> None:
    assert contrast(of_hex(colors[tone.partition(")")[0]]), of_hex(colors["raised"])) >= READABLE


def test_every_disc_is_drawn() -> None:
    assert len(SCHEMES) == 2
    assert len(HUES) == 12
    assert len(set(re.findall(r"\.motif-(\d+) \{ --motif: \S", STYLES))) == 12


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
@pytest.mark.parametrize("hue", HUES)
def test_an_initial_can_be_read_on_both_tones_of_its_disc(scheme: tuple[str, ...], hue: int) -> None:
    numbers = [float(number) for number in scheme]
    plain, tone, initial = (luminance(numbers[at] / 100, numbers[at + 1], hue) for at in (0, 2, 4))
    assert contrast(initial, plain) >= READABLE
    assert contrast(initial, tone) >= READABLE


def test_too_pale_an_initial_is_noticed() -> None:
    assert contrast(luminance(0.6, 0.075, 85), luminance(0.84, 0.075, 85)) < READABLE
    assert round(contrast(luminance(1, 0, 0), luminance(0, 0, 0)), 1) == 21.0
