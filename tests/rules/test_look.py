"""The look's promises that can be reckoned: what stands on a reader's disc can be read, in light and in dark."""

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
