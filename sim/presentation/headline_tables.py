"""The headline on the terminal, how it splits by channel, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isnan

from rich.console import Console
from rich.table import Table

from sim.experiments.simulation import Comparison
from sim.outcomes.attribution import (
    TITLES,
    WHOLE,
    Attribution,
    ChannelShare,
    channel_shares,
)
from sim.outcomes.bargaining_table import BargainingRow, Position, bargaining
from sim.outcomes.headline import (
    BACKFIRE,
    HORIZON,
    LAG_CHANNEL,
    HeadlineRow,
    headline,
)
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.network_graph import actor_names
from sim.outcomes.quantiles import Spread
from sim.outcomes.results import Results
from sim.presentation import names
from sim.presentation.numbers import reader_unit, rounded, signed_months, with_minus
from sim.presentation.terminal_tables import console, new_table, plain

_NARROW = 118
"""A terminal of fewer columns gets the difference without the two sides."""

_MOST_DECISIONS = 12
_POSITIONS = {
    "joined": (Position.JOINED,),
    "joined\nin part": (Position.JOINED_IN_PART,),
    "refused": (Position.REFUSED,),
    "withdrew": (Position.WITHDREW,),
    "undecided": (Position.UNDECIDED, Position.AGREED),
}
"""Columns of the table of decisions, and the positions that each counts."""

_NEGLIGIBLE = 1e-4
"""Share of a quantity below which a difference is shown as none."""

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


def print_headline(compared: Comparison, out: Console | None = None) -> None:
    """Print the headline at the horizon, its channels, and what was decided."""
    out = out or console()
    rows = headline(compared.scenario, compared.baseline, compared.split)
    out.print(headline_table(rows, compared, wide=out.width >= _NARROW))
    if compared.split is not None:
        out.print(channel_table(compared.split))
    decisions = bargaining(compared.scenario)
    if decisions:
        out.print()
        out.print(decision_table(decisions, compared.scenario))


# --- headline -------------------------------------------------------------------------


def headline_table(
    rows: Iterable[HeadlineRow], compared: Comparison, *, wide: bool = True
) -> Table:
    """Return the headline at the horizon as a table: median and 90 % range."""
    scenario, baseline = compared.scenario, compared.baseline
    sides = [baseline.scenario] if wide or compared.baseline_only else []
    if not compared.baseline_only:
        sides += [scenario.scenario] if wide else []
        sides += ["difference", "rises in"]
    table = new_table(
        f"{scenario.scenario} at {scenario.months[-1]}: median (5 to 95 % of "
        f"{scenario.draws.count:,} draws); flows over the last twelve months",
        numbers=map(str, map(plain, sides)),
        no_wrap=True,
    )
    form = _Form(wide, compared.baseline_only, actor_names(scenario.network))
    shown = [row for row in rows if row.when == HORIZON and _is_shown(row)]
    for measure, group in groupby(shown, key=lambda row: row.measure):
        title = scenario.quantities[measure].title
        for cells in form.lines(title, list(group)):
            table.add_row(*map(plain, cells))
    table.caption = "headline.csv holds every year and more actors"
    return table


def _is_shown(row: HeadlineRow) -> bool:
    """Return whether a row is among those that a reader asks for first."""
    if row.measure in {BACKFIRE, LAG_CHANNEL}:
        return False
    actors = SHOWN_ACTORS.get(row.measure)
    if actors is None:
        return row.actor.partition(":")[0] == CHINA
    return row.actor in actors


@dataclass(frozen=True)
class _Form:
    """How rows of the headline become lines of the table."""

    wide: bool
    alone: bool
    actor_names: dict[str, str]

    def lines(self, title: str, rows: Sequence[HeadlineRow]) -> Iterable[list[str]]:
        """Yield a line for a measure, and one for each actor if there are more."""
        unit, _ = reader_unit(rows[0].unit)
        if len(rows) == 1:
            actor = rows[0].actor
            of_actor = "" if actor == CHINA else f": {self._name(actor)}"
            yield [f"{title}, {unit}{of_actor}", *self._cells(rows[0])]
            return
        yield [f"{title}, {unit}"]
        for row in rows:
            yield [f"  {self._name(row.actor)}", *self._cells(row)]

    def _name(self, actor: str) -> str:
        """Return an actor; of a part of one, the part."""
        name, _, part = actor.partition(":")
        if part:
            return f"  {names.part_title(part)}"
        return names.actor_title(name, self.actor_names)

    def _cells(self, row: HeadlineRow) -> list[str]:
        _, scale = reader_unit(row.unit)
        sides = [_range(row.baseline, scale)] if self.wide or self.alone else []
        if self.alone:
            return sides
        sides += [_range(row.scenario, scale)] if self.wide else []
        return [*sides, _difference(row, scale), _rises_in(row)]


def _difference(row: HeadlineRow, scale: float) -> str:
    if row.difference == (0.0, 0.0, 0.0):
        return "none"
    least = _NEGLIGIBLE * max(abs(row.baseline[-1]), abs(row.scenario[-1]))
    low, middle, high = (0.0 if abs(x) < least else x for x in row.difference)
    return _range((low, middle, high), scale, signed=True)


def _range(spread: Spread, scale: float, *, signed: bool = False) -> str:
    low, middle, high = (_number(value * scale, signed=signed) for value in spread)
    return middle if low == middle == high else f"{middle} ({low} to {high})"


def _number(value: float, *, signed: bool) -> str:
    if isnan(value):
        return "–"
    plus = "+" if signed and value > 0 else ""
    return plus + with_minus(rounded(value))


def _rises_in(row: HeadlineRow) -> str:
    value = row.probability_of_increase
    if row.difference == (0.0, 0.0, 0.0) and value == 0.0:
        return ""
    return _percent(value)


def _percent(share: float) -> str:
    return "–" if isnan(share) else f"{share:.0%}"


# --- channels -------------------------------------------------------------------------


def channel_table(split: Attribution) -> Table:
    """Return how the change of the lag at the horizon splits over channels."""
    table = new_table(
        f"Change of China's lag at {split.horizon} by channel, months "
        f"({split.draws.count:,} draws)",
        numbers=["mean", "5 to 95 %", "narrows in", "widens in"],
        no_wrap=True,
    )
    for share in channel_shares(split):
        if share.when == HORIZON:
            if share.channel == WHOLE:
                table.add_section()
            table.add_row(*map(plain, _channel_cells(share, split)))
    table.caption = "means add up, ranges do not; attribution.csv has every year"
    return table


def _channel_cells(share: ChannelShare, split: Attribution) -> list[str]:
    name = TITLES[share.channel]
    if share.channel in split.off:
        return [name, "off", "", "", ""]
    spread = f"{signed_months(share.p05)} to {signed_months(share.p95)}"
    return [
        name,
        signed_months(share.mean),
        spread,
        *map(_percent, (share.narrows, share.widens)),
    ]


# --- decisions ------------------------------------------------------------------------


def decision_table(rows: Sequence[BargainingRow], scenario: Results) -> Table:
    """Return what governments decided: what was asked first, then their own acts."""
    table = new_table(
        f"What governments decided under {scenario.scenario}, by {scenario.months[-1]}",
        numbers=["asked", *_POSITIONS, "since"],
        no_wrap=True,
    )
    shown = sorted(rows, key=_rank)[:_MOST_DECISIONS]
    known = actor_names(scenario.network)
    for government in dict.fromkeys(row.government for row in shown):
        table.add_row(plain(names.actor_title(government, known)))
        for row in shown:
            if row.government == government:
                table.add_row(*map(plain, _decision_cells(row)))
    more = len(rows) - len(shown)
    table.collapse_padding = True
    table.caption = plain(
        "asked: share of draws; the rest: share of the draws asked (of all, where "
        "nobody asks). undecided: or agreed and not yet binding. since: the median "
        "month in which it was first binding. "
        f"{f'bargaining.csv holds {more} more' if more else 'See bargaining.csv'}"
    )
    table.caption_justify = "left"
    return table


def _rank(row: BargainingRow) -> tuple[bool, float]:
    """Return the order of a row: asked first, then by how often it was decided."""
    unasked = isnan(row.asked)
    ever = max((x for x in (row.bound, row.bound_in_part) if not isnan(x)), default=0.0)
    return unasked, -ever * (1.0 if unasked else row.asked)


def _decision_cells(row: BargainingRow) -> tuple[str, ...]:
    others = len(row.others.split())
    shares = [
        sum(row.at_horizon[position] for position in positions)
        for positions in _POSITIONS.values()
    ]
    since = row.bound_from[len(row.bound_from) // 2]
    return (
        f"  {row.instrument}" + (f" and {others} more" if others else ""),
        "" if isnan(row.asked) else f"{row.asked:.0%}",
        *(_percent(share) if share else "" for share in shares),
        "" if since is None else str(since),
    )
