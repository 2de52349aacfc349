"""What a run says of one quantity: its level, or what the scenario does to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.number_format import amount, signed
from sim.outcomes.effect_drivers import FEWEST_DRAWS
from sim.outcomes.headline import HeadlineRow
from sim.outcomes.paired_difference import A_DAY
from sim.outcomes.run_summary import QuantitySummary, RunSummary
from sim.presentation import names
from sim.presentation.headline_cells import HeadlineCells, Interval
from sim.presentation.numbers import counted
from sim.presentation.odds_in_words import hundredths, odds_of_draws
from sim.presentation.story.wording import listed, month_name

_MAIN_PART = 0.6
"""Share of the parts of one sign that those named make up at least."""

_LEAST_SHARE = 0.001
"""Change of compute over its level under the baseline that is too small to matter; of
the lag it is a day."""

_SMALL = 0.1
"""Share of the larger of two amounts below which the smaller is not worth a word."""


@dataclass(frozen=True)
class QuantityWording:
    """How sentences name a quantity.

    Attributes:
        noun: its name in the first sentence.
        short: its name in a later one.
        verbs: what a law does to it that raises it, and one that lowers it.
        moves: what the quantity itself does then.
        least: a change below which it is hardly one.
    """

    noun: str
    short: str
    unit: str
    verbs: tuple[str, str]
    moves: tuple[str, str]
    least: str


COMPUTE = QuantityWording(
    "the AI compute that China can use for training",
    "the compute",
    "H100e",
    ("raises", "lowers"),
    ("rises", "falls"),
    "0.1 %",
)
LAG = QuantityWording(
    "China's lag behind the frontier",
    "the lag",
    "months",
    ("widens", "narrows"),
    ("widens", "narrows"),
    "a day",
)


@dataclass(frozen=True)
class QuantitySentences:
    """A quantity that the summary is about, and how sentences name it."""

    summary: RunSummary
    quantity: QuantitySummary
    wording: QuantityWording

    @property
    def effect(self) -> str:
        """What the scenario does to it, in a sentence."""
        row, scenario = self.quantity.row, self.summary.scenario
        cells = HeadlineCells(row)
        before = f"{self._amount(row.baseline[1])} under {self.summary.baseline}"
        if not self.moves:
            return (
                f"{scenario} does not change {self._what}: under both laws it is "
                f"{self._amount(row.baseline[1])}{_bracketed(_ends(cells.baseline))}."
            )
        if not self.matters:
            return (
                f"{scenario} hardly changes {self._what}, {before}: by less than "
                f"{self.wording.least} in {self._most_draws}."
            )
        change = row.difference[1]
        if self._is_small(change):
            changes = "hardly changes" if change else "does not change"
            return (
                f"In the median {scenario} {changes} {self._what}, {before}; "
                f"{self._odds}{self._range and f'; {self._range}'}."
            )
        return (
            f"{scenario} {self.wording.verbs[change < 0.0]} {self._what} by "
            f"{self._in_unit(signed(change).lstrip('+−'))}{self._in_days}{self._percent}"
            f"{_bracketed(self._range)}, from {before}"
            f"{self._through}; {self._odds}."
        )

    @property
    def matters(self) -> bool:
        """Whether the scenario changes it by more than a little in some draws."""
        return not all(map(self._is_small, self.quantity.row.difference))

    def _is_small(self, change: float) -> bool:
        """Return whether a change is too small to matter."""
        if self.wording.unit == "months":
            return abs(change) < A_DAY
        return abs(change) <= _LEAST_SHARE * abs(self.quantity.row.baseline[1])

    @property
    def _most_draws(self) -> str:
        one = self.summary.draws == 1
        return "the only draw" if one else "nine draws of ten"

    @property
    def level(self) -> str:
        """What it is where the baseline was run alone, in a sentence."""
        row = self.quantity.row
        ends = _bracketed(_ends(HeadlineCells(row).scenario))
        return (
            f"Under {self.summary.scenario} {self._what} is "
            f"{self._amount(row.scenario[1])}{ends}{self._trend}"
            f"{self._made_up_of}."
        )

    @property
    def moves(self) -> bool:
        """Whether the scenario changes it in some draw."""
        row = self.quantity.row
        return row.probability_of_increase > 0.0 or row.probability_of_decrease > 0.0

    @property
    def _what(self) -> str:
        return f"{self.wording.noun} in {month_name(self.summary.horizon)}"

    def _amount(self, value: float) -> str:
        return self._in_unit(amount(value))

    def _in_unit(self, number: str) -> str:
        unit = self.wording.unit
        return f"{number} {unit.removesuffix('s') if number == '1' else unit}"

    @property
    def _range(self) -> str:
        """The range of the difference; nothing if it is the same in every draw."""
        low, _, high = self.quantity.row.difference
        is_open = low < 0.0 < high and _similar(-low, high)
        ends = _ends(HeadlineCells(self.quantity.row).difference)
        return f"{ends}, either side of zero" if ends and is_open else ends

    @property
    def _in_days(self) -> str:
        """A change of the lag by less than a month in days; nothing of others."""
        months = abs(self.quantity.row.difference[1])
        if self.wording.unit != "months" or months >= 1.0:
            return ""
        return f" (about {counted(round(months / A_DAY), 'day')})"

    @property
    def _percent(self) -> str:
        """A change in per cent of the baseline's level, where it has one."""
        row = self.quantity.row
        if row.baseline[1] <= 0.0 or isnan(row.change_percent[1]):
            return ""
        return f" or {HeadlineCells(row).percent.median.lstrip('+−')} %"

    @property
    def _through(self) -> str:
        """Through which channels the change comes, and which offsets it."""
        change = self.quantity.row.difference[1]
        parts = sorted(self.quantity.parts, key=lambda row: -abs(row.difference[1]))
        along = [row for row in parts if row.difference[1] * change > 0.0]
        if not along:
            return ""
        most = abs(along[0].difference[1])
        against = [
            row
            for row in parts
            if row.difference[1] * change < 0.0
            and _similar(abs(row.difference[1]), most)
        ]
        offset = f", in part offset by {_changes(against[:1])}" if against else ""
        return f", mostly through {_changes(_heaviest(along))}{offset}"

    @property
    def _odds(self) -> str:
        """In how many draws it moves which way, the more frequent first."""
        if self.summary.draws == 1:
            return "only one draw was run, which says nothing of the odds"
        up, down = self.wording.moves
        moves = [(self.quantity.up, up), (self.quantity.down, down)]
        moves.sort(key=lambda move: -move[0])
        (chief, move), (other, opposite) = moves
        least = " by a day or more" if self.wording.unit == "months" else ""
        if not chief:
            return f"it moves{least} in no draw"
        text = f"it {move}{least} in {odds_of_draws(chief, self.summary.draws)}"
        so = " so" if least else ""
        return text + (f" and {opposite}{so} in {self._count(other)}" if other else "")

    def _count(self, share: float) -> str:
        """Return the number of draws of what goes against the more frequent sign."""
        draws = self.summary.draws
        return hundredths(share) if draws >= FEWEST_DRAWS else f"{share * draws:.0f}"

    @property
    def _trend(self) -> str:
        """What it was in the first year that was recorded."""
        former = self.quantity.earliest
        if former is None:
            return ""
        now, then = self.quantity.row.scenario[1], former.scenario[1]
        when = month_name(Month(int(former.when), MONTHS_A_YEAR))
        if amount(now) == amount(then):
            return f", the same as in {when}"
        return f", {'up' if now > then else 'down'} from {amount(then)} in {when}"

    @property
    def _made_up_of(self) -> str:
        """The channels that most of it comes from."""
        parts = sorted(self.quantity.parts, key=lambda row: -row.scenario[1])
        most = [
            f"{_channel(row)} ({amount(row.scenario[1])})"
            for row in parts[:2]
            if row.scenario[1] > 0.0
        ]
        return f"; most of it is {listed(most)}" if most else ""


def _ends(interval: Interval) -> str:
    """Return the range of an interval in words; nothing if it has none."""
    return f"5 to 95 % of draws: {interval.ends}" if interval.ends else ""


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""


def _similar(one: float, other: float) -> bool:
    """Return whether of two amounts neither is small beside the other."""
    return min(one, other) >= _SMALL * max(one, other)


def _heaviest(rows: Sequence[HeadlineRow]) -> Sequence[HeadlineRow]:
    """Return the fewest parts that make up most of a change, the heaviest first."""
    sizes = np.cumsum([abs(row.difference[1]) for row in rows])
    return rows[: int(np.searchsorted(sizes, _MAIN_PART * sizes[-1])) + 1]


def _changes(rows: Iterable[HeadlineRow]) -> str:
    return listed(f"{_channel(row)} ({signed(row.difference[1])})" for row in rows)


def _channel(row: HeadlineRow) -> str:
    return names.part_title(row.actor.partition(":")[2])
