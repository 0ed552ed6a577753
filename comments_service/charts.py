"""Charts as SVG, drawn by pure functions: no colour, font or size in them, which are the style sheet's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

# A column's width and the height of a chart in units of its own; the style sheet stretches both to the place it has.
_COLUMN, _BAR, _HEIGHT = 12, 8, 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and its parts from the bottom up as (kind, number). The kind becomes a class."""

    name: str
    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """How high it is."""
        return sum(number for _, number in self.parts)


def columns(id_: str, title: str, described: str, shown: Sequence[Column]) -> str:
    """Stacked columns in a row as one SVG element, with a title and a description for those who listen.

    `id_` has to be unique in its page. The highest column reaches the top; an empty chart has its base line alone.
    """
    width = _COLUMN * max(1, len(shown))
    highest = max((column.total for column in shown), default=0) or 1
    bars = "".join(bar for place, column in enumerate(shown) for bar in _bars(place, column, highest))
    return (
        f'<svg class="chart" viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-labelledby="{id_}-title {id_}-desc"><title id="{id_}-title">{escape(title)}</title>'
        f'<desc id="{id_}-desc">{escape(described)}</desc>{bars}'
        f'<line class="base" x1="0" y1="{_HEIGHT}" x2="{width}" y2="{_HEIGHT}"/></svg>'
    )


def _bars(place: int, column: Column, highest: int) -> Iterator[str]:
    """The parts of a column, each on top of the one before. Their edges add up, so that rounding leaves no gap."""
    x = place * _COLUMN + (_COLUMN - _BAR) / 2
    below = 0
    for kind, number in column.parts:
        if not number:
            continue
        bottom, top = _height(below, highest), _height(below + number, highest)
        below += number
        yield f'<rect class="{kind}" x="{x:g}" y="{_HEIGHT - top:g}" width="{_BAR}" height="{top - bottom:g}"/>'


def _height(number: int, highest: int) -> float:
    return round(_HEIGHT * number / highest, 2)
