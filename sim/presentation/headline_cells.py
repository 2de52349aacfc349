"""The headline as a reader sees it: which rows, what they are called, their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from math import isnan

from sim.domain.number_format import amount, signed, whole_percent, with_minus
from sim.outcomes.headline import BACKFIRE, HORIZON, LAG_CHANNEL, HeadlineRow
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.quantiles import Spread
from sim.presentation import names
from sim.presentation.numbers import is_percent, reader_unit

SHOWN_ACTORS = {
    "units_shipped": ("nvidia", "huawei", "cn_distributors"),
    "smuggled_units": (CHINA,),
    "wafer_starts": ("smic_advanced", "cxmt"),
    "die_yield": ("smic_advanced",),
    "tool_availability": ("asml", "tel"),
    "service_stopped": ("asml", "tel"),
    "china_revenue": ("nvidia", "asml", "tel"),
    "firm_value": ("nvidia", "asml", "tel"),
}
"""Actors on the screen where they are not China in total and its channels."""

NO_CHANGE = "none"
MISSING = "–"
"""Stands for a number that is not defined."""

_POINTS = " pp"
_LEAST_PERCENT = 0.01
_THOUSAND = 1e3


@dataclass(frozen=True)
class Interval:
    """A median and its 90 % range as text; no range where all three are the same."""

    median: str
    ends: str = ""

    @classmethod
    def of(cls, numbers: Iterable[str], mark: str = "") -> Interval:
        """Return the interval of three quantiles as text, the median marked.

        Without a median there is nothing to show.
        """
        low, middle, high = numbers
        if middle == MISSING or low == middle == high:
            return cls(middle + mark)
        return cls(middle + mark, f"{low} to {high}")

    def __str__(self) -> str:
        return f"{self.median} ({self.ends})" if self.ends else self.median

    @property
    def stacked(self) -> str:
        """The range on a line of its own."""
        return f"{self.median}\n{self.ends}" if self.ends else self.median


@dataclass(frozen=True)
class HeadlineCells:
    """The texts of a row of the headline, in the unit in which a reader thinks."""

    row: HeadlineRow

    @property
    def unit(self) -> str:
        """The unit of the levels."""
        return reader_unit(self.row.unit)[0]

    @property
    def baseline(self) -> Interval:
        """The level under the law compared with."""
        return self._level(self.row.baseline)

    @property
    def scenario(self) -> Interval:
        """The level under the scenario."""
        return self._level(self.row.scenario)

    @property
    def difference(self) -> Interval:
        """The difference, draw by draw; of what is in per cent, percentage points."""
        if self.is_unchanged:
            return Interval(NO_CHANGE)
        factor = reader_unit(self.row.unit)[1]
        texts = (_text(factor * x, signed) for x in self.row.difference)
        return Interval.of(texts, _POINTS if is_percent(self.unit) else "")

    @property
    def percent(self) -> Interval:
        """The difference in per cent of the baseline."""
        if self.is_unchanged:
            return Interval("")
        return Interval.of(map(text_of_percent, self.row.change_percent))

    @property
    def up(self) -> str:
        """The share of draws in which the value rises."""
        return self._share(self.row.probability_of_increase)

    @property
    def down(self) -> str:
        """The share of draws in which the value falls."""
        return self._share(self.row.probability_of_decrease)

    @property
    def direction(self) -> str:
        """The more frequent direction of the change, with its share of draws."""
        rising, falling = self.row.probability_of_increase, self._falling
        if self.is_unchanged:
            return ""
        if rising == falling:
            return f"{self.up} each"
        return f"{self.up} up" if rising > falling else f"{self.down} down"

    @property
    def is_unchanged(self) -> bool:
        """Whether no draw changes."""
        return self.row.probability_of_increase == self._falling == 0.0

    @property
    def _falling(self) -> float:
        return self.row.probability_of_decrease

    def _level(self, spread: Spread) -> Interval:
        factor = reader_unit(self.row.unit)[1]
        return Interval.of(_text(factor * x, amount) for x in spread)

    def _share(self, share: float) -> str:
        return "" if self.is_unchanged else share_of_draws(share)


def share_of_draws(share: float) -> str:
    """Return a share of draws in per cent.

    Example:
        >>> share_of_draws(0.125), share_of_draws(0.002), share_of_draws(0.998)
        ('13%', '<1%', '>99%')
    """
    if isnan(share):
        return MISSING
    if 0.0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1.0 else f"{whole_percent(share)}%"


def _text(value: float, form: Callable[[float], str]) -> str:
    return MISSING if isnan(value) else form(value)


def text_of_percent(value: float) -> str:
    """Return a change in per cent: without k or M, and not if too small to matter."""
    return _text(value, _percent)


def _percent(value: float) -> str:
    if 0.0 < abs(value) < _LEAST_PERCENT:
        return f"{'−' if value < 0.0 else '+'}<{_LEAST_PERCENT}"
    if abs(value) >= _THOUSAND:
        return with_minus(f"{float(f'{value:.3g}'):+,.0f}")
    return signed(value)


# --- which rows, and what they are called ---------------------------------------------


@dataclass(frozen=True)
class NamedRow:
    """A row of the headline with its name, or a name alone above several rows.

    Attributes:
        indent: how far its name is set in.
    """

    name: str
    cells: HeadlineCells | None = None
    indent: int = 0


def named_rows(
    rows: Iterable[HeadlineRow], actor_names: Mapping[str, str], *, short: bool = False
) -> Iterator[NamedRow]:
    """Yield the rows that a reader asks for first at the horizon, with their names.

    A measure of several actors has a name of its own, and then a row for each.

    Args:
        rows: of the headline.
        actor_names: the name of each actor, by id.
        short: whether there is little room for names.
    """
    shown = [row for row in rows if row.when == HORIZON and _is_shown(row)]
    actor_title = partial(names.actor_title, known=actor_names)
    if short:
        actor_title = partial(names.short_actor_title, known=actor_names)
    for measure, group in groupby(shown, key=lambda row: row.measure):
        cells = [HeadlineCells(row) for row in group]
        title = names.measure_title(measure, short=short)
        if len(cells) == 1:
            title = _with_actor(title, cells[0].row.actor, actor_title)
            yield NamedRow(f"{title}, {cells[0].unit}", cells[0])
            continue
        yield NamedRow(f"{title}, {cells[0].unit}")
        for one in cells:
            _, _, part = one.row.actor.partition(":")
            name = names.part_title(part) if part else actor_title(one.row.actor)
            yield NamedRow(name, one, indent=2 if part else 1)


def _is_shown(row: HeadlineRow) -> bool:
    """Return whether a row is among those that a reader asks for first."""
    if row.measure in {BACKFIRE, LAG_CHANNEL}:
        return False
    actors = SHOWN_ACTORS.get(row.measure)
    if actors is None:
        return row.actor.partition(":")[0] == CHINA
    return row.actor in actors


def _with_actor(title: str, actor: str, actor_title: Callable[[str], str]) -> str:
    """Return a title with the actor, unless it is China or the title names it."""
    name = actor_title(actor)
    words = title.replace("'s", "").split()
    if actor == CHINA or all(word in words for word in name.split()):
        return title
    return f"{title}: {name}"
