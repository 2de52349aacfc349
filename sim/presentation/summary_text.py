"""The summary of a run in sentences: on the terminal and in summary.md.

Odds in words follow the likelihood scale of the IPCC, of whose overlapping classes the
narrowest is named: Mastrandrea and others (2010), Guidance Note for Lead Authors of the
IPCC Fifth Assessment Report on Consistent Treatment of Uncertainties, table 1. They are
odds within the model: shares of its draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from textwrap import wrap

import numpy as np
from rich.console import Console
from rich.text import Text

from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.number_format import amount, signed
from sim.domain.terminal_text import printable
from sim.outcomes.attribution import (
    CHANNELS,
    DENIED,
    WHOLE,
    Attribution,
    channel_shares,
)
from sim.outcomes.effect_drivers import FEWEST_DRAWS, Driver
from sim.outcomes.headline import HORIZON, HeadlineRow
from sim.outcomes.paired_difference import A_DAY
from sim.outcomes.run_summary import QuantitySummary, RunSummary
from sim.presentation import names
from sim.presentation.headline_cells import HeadlineCells, Interval, share_of_draws
from sim.presentation.numbers import counted
from sim.presentation.story.wording import listed, month_name
from sim.presentation.terminal_tables import plain

_LIKELY = ((0.99, "virtually certain"), (0.90, "very likely"), (0.66, "likely"))
_UNLIKELY = (
    *((0.01, "exceptionally unlikely"), (0.10, "very unlikely")),
    (0.33, "unlikely"),
)
"""The least share of draws for a word, and the greatest."""

_MAIN_PART = 0.6
"""Share of the parts of one sign that those named make up at least."""

_LEAST_SHARE = 0.001
"""Change of compute over its level under the baseline that is too small to matter; of
the lag it is a day."""

_SMALL = 0.1
"""Share of the larger of two amounts below which the smaller is not worth a word."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
_WIDEST = 100
"""Characters in a row of text, however wide the terminal is."""

_NOTHING_RECORDED = (
    "Neither China's AI compute nor its lag was recorded; add ai_compute_stock and "
    "frontier_lag_months to record for a summary."
)


@dataclass(frozen=True)
class _QuantityWording:
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


_COMPUTE = _QuantityWording(
    "the AI compute that China can use for training",
    "the compute",
    "H100e",
    ("raises", "lowers"),
    ("rises", "falls"),
    "0.1 %",
)
_LAG = _QuantityWording(
    "China's lag behind the frontier",
    "the lag",
    "months",
    ("widens", "narrows"),
    ("widens", "narrows"),
    "a day",
)


def likelihood(probability: float) -> str:
    """Return odds in words.

    Example:
        >>> likelihood(0.81), likelihood(0.5), likelihood(0.995), likelihood(0.05)
        ('likely', 'about as likely as not', 'virtually certain', 'very unlikely')
    """
    for least, word in _LIKELY:
        if probability >= least:
            return word
    for most, word in _UNLIKELY:
        if probability <= most:
            return word
    return "about as likely as not"


def hundredths(probability: float) -> str:
    """Return a share of draws in a hundred; none and all only where it is exact.

    Example:
        >>> hundredths(0.81), hundredths(0.001), hundredths(0.999), hundredths(1.0)
        ('81', 'fewer than 1', 'more than 99', '100')
    """
    number = share_of_draws(probability).removesuffix("%")
    return number.replace("<", "fewer than ").replace(">", "more than ")


def summary_page(summary: RunSummary, meanings: Mapping[str, str]) -> str:
    """Return the summary in Markdown: a heading, and an item for each sentence.

    Args:
        summary: the numbers.
        meanings: what each assumption is, by name.
    """
    compared = "" if summary.alone else f" against {summary.baseline}"
    heading = f"# {summary.scenario}{compared}, {month_name(summary.horizon)}"
    items = [f"- {sentence}" for sentence in sentences(summary, meanings)]
    return printable("\n".join([heading, "", *items, ""]))


def print_summary(page: str, out: Console) -> None:
    """Print the sentences of such a page in rows of the terminal's width."""
    width = min(out.width, _WIDEST)
    out.print()
    for line in page.splitlines():
        if line.startswith("- "):
            out.print(_wrapped(line, width), soft_wrap=True)
    out.print()


def _wrapped(item: str, width: int) -> Text:
    """Return an item of a list in rows; no identifier is cut, no number from its %."""
    rows = wrap(
        item.replace(" %", f"{_NO_BREAK}%"),
        width,
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    return Text("\n").join(plain(row.replace(_NO_BREAK, " ")) for row in rows)


def sentences(summary: RunSummary, meanings: Mapping[str, str]) -> list[str]:
    """Return what a run says first, a sentence each."""
    subjects = [
        _Subject(summary, quantity, wording)
        for quantity, wording in ((summary.compute, _COMPUTE), (summary.lag, _LAG))
        if quantity is not None
    ]
    if not subjects:
        return [_NOTHING_RECORDED]
    return [
        *(each.level if summary.alone else each.effect for each in subjects),
        *([] if summary.split is None else [channel_sentence(summary.split)]),
        *_dependence(summary, subjects, meanings),
    ]


# --- a quantity -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Subject:
    """A quantity that the summary is about, and how sentences name it."""

    summary: RunSummary
    quantity: QuantitySummary
    wording: _QuantityWording

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
        text = f"it {move}{least} in {self._of_draws(chief)}"
        so = " so" if least else ""
        return text + (f" and {opposite}{so} in {self._count(other)}" if other else "")

    def _of_draws(self, share: float) -> str:
        """Return draws in a hundred and their odds in words; of few, their number."""
        draws = self.summary.draws
        if draws >= FEWEST_DRAWS:
            return f"{hundredths(share)} of 100 draws ({likelihood(share)})"
        return (
            f"all {draws} draws"
            if share == 1.0
            else f"{share * draws:.0f} of {draws} draws"
        )

    def _count(self, share: float) -> str:
        """Return the same of what goes against the more frequent sign."""
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


# --- channels of the lag, and what effects depend on ----------------------------------


def channel_sentence(split: Attribution) -> str:
    """Return through which channels the lag changes at the horizon."""
    shares = [share for share in channel_shares(split) if share.when == HORIZON]
    means = {share.channel: share.mean for share in shares}
    total, denied = means.pop(WHOLE), means.pop(DENIED)
    if max(map(abs, [total, denied, *means.values()])) < A_DAY:
        return f"{_average(split)} the lag changes by less than a day in every channel."
    most = max(means, key=lambda channel: abs(means[channel]))
    chief = f", mostly {CHANNELS[most]} ({signed(means[most])})"
    return (
        f"{_average(split)} the lag changes by "
        f"{signed(total)} months: {signed(denied)} if no channel "
        f"answered, {signed(total - denied)} by the answers"
        f"{chief if abs(means[most]) > A_DAY else ''}."
    )


def _average(split: Attribution) -> str:
    return f"On average over {counted(split.draws.count, 'draw')}"


def _dependence(
    summary: RunSummary, subjects: Sequence[_Subject], meanings: Mapping[str, str]
) -> Iterator[str]:
    """Yield on what the quantities depend most, in a sentence, if they move at all."""
    changing = [each for each in subjects if summary.alone or each.matters]
    if not changing:
        return
    if summary.draws < FEWEST_DRAWS:
        yield (
            f"To say which assumption this depends on most takes {FEWEST_DRAWS} draws "
            f"or more; this run has {summary.draws}."
        )
        return
    driven = [
        (each, each.quantity.drivers[0]) for each in changing if each.quantity.drivers
    ]
    clauses: list[str] = []
    for subject, driver in driven:
        same = bool(clauses) and driver.assumption == driven[0][1].assumption
        clauses.append(_depends(subject, driver, meanings, same=same))
    if clauses:
        yield f"{names.capitalised('; '.join(clauses))}."
    else:
        yield (
            f"{counted(summary.draws, 'draw')} show no single assumption on which this "
            "depends beyond chance; more may."
        )


def _depends(
    subject: _Subject, driver: Driver, meanings: Mapping[str, str], *, same: bool
) -> str:
    """Return on what a quantity depends most, as part of a sentence."""
    wording, alone = subject.wording, subject.summary.alone
    number = amount if alone else signed
    low, high = f"{number(driver.low)} {wording.unit}", number(driver.high)
    effect = wording.short if alone else f"the change of {wording.short}"
    proposal = subject.summary.decisions.get(driver.assumption)
    ends = f"{low} where low, {high} where high"
    if proposal is not None:
        state = names.STATES.get(proposal.state, proposal.state)
        cause = f"whether {state} joins {proposal.instrument}"
        low, high = number(driver.low), f"{number(driver.high)} {wording.unit}"
        ends = f"{high} where so, {low} where not"
    else:
        cause = f'"{meanings[driver.assumption]}" ({driver.assumption})'
    return f"{effect} {'on the same' if same else f'depends most on {cause}'}: {ends}"
