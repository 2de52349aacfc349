"""An effect shared out over the instruments of a regime: in words and on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from rich.console import Console
from rich.table import Table

from sim.domain.short_repr import ShortRepr
from sim.outcomes.attribution import CHANNELS
from sim.outcomes.headline import HORIZON
from sim.outcomes.quantiles import headline_quantiles
from sim.outcomes.shared_effect import (
    FIRST,
    WHOLE,
    SharedEffect,
    ShareRow,
    share_rows,
)
from sim.presentation import names
from sim.presentation.effect_wording import EffectWording
from sim.presentation.numbers import counted
from sim.presentation.odds_in_words import odds_of_draws
from sim.presentation.terminal_tables import console, fitted, new_table, plain

_MOST_NAMED = 3
_WHOLE, _BESIDES = "in total", "all else that the scenario sets"

_AS_MUCH = 0.02
"""Share of the whole up to which a sum of effects counts as the same."""


@dataclass(frozen=True, eq=False, repr=False)
class SharesReport(ShortRepr):
    """What is told of an effect that was shared out.

    Attributes:
        scenario: the law in question.
        baseline: the law compared with.
        seed: of the luck of every draw.
        instruments: the shares of the instruments.
        channels: the shares of the channels, if they were asked for.
        titles: what each instrument, or group of them, is.
    """

    scenario: str
    baseline: str
    seed: int
    instruments: SharedEffect
    channels: SharedEffect | None
    titles: Mapping[str, str]

    @property
    def paragraph(self) -> str:
        """The answer in words, and how sure it is."""
        return " ".join(_sentences(self))

    @property
    def wording(self) -> EffectWording:
        """The words for changes of the measure."""
        return EffectWording(self.instruments.unit, is_change=True)

    @property
    def effect(self) -> str:
        """What is shared out, in words."""
        month = self.instruments.months[HORIZON]
        title = names.series_title(*self.instruments.key)
        return f"what {self.scenario} changes of {title} by {month}"

    def player(self, name: str) -> str:
        """Return the words for a player."""
        known = {WHOLE: _WHOLE, FIRST: _BESIDES, **CHANNELS}
        return known.get(name, name)

    def described(self, name: str) -> str:
        """Return the same with what an instrument is."""
        title = self.titles.get(name)
        return f"{name} ({title})" if title else self.player(name)

    def shown(self, shared: SharedEffect) -> list[str]:
        """Return the players that do anything, the largest at the horizon first."""
        sizes = {
            name: abs(float(np.mean(each)))
            for name, each in shared.pieces[HORIZON].items()
            if any(np.any(pieces[name]) for pieces in shared.pieces.values())
        }
        return sorted(sizes, key=lambda name: -sizes[name])


def _sentences(report: SharesReport) -> Iterator[str]:
    shared, words = report.instruments, report.wording
    draws = shared.draws.count
    whole = shared.whole[HORIZON]
    effect = names.capitalised(report.effect)
    if not whole.any():
        yield f"{effect} is nothing in any of {counted(draws, 'draw')}."
        return
    players = report.shown(shared)
    named = "; ".join(
        f"{report.described(name)} {_mean_and_range(report, shared, name)}, the "
        f"largest in {odds_of_draws(shared.largest_in(name, HORIZON), draws)}"
        for name in players[:_MOST_NAMED]
    )
    low, _, high = headline_quantiles(whole)
    yield (
        f"{effect}, {words.text(float(whole.mean()))} {words.unit} in the mean "
        f"({words.text(low)} to {words.text(high)} in nine of ten draws), is made up "
        f"of: {named}."
    )
    if rest := players[_MOST_NAMED:]:
        mean = sum(float(shared.pieces[HORIZON][name].mean()) for name in rest)
        yield f"The other {len(rest)} add {words.text(mean)} together."
    yield from _together(report)
    yield _by_year(report)
    yield _how_sure(report, players)
    if report.channels is not None:
        yield _channels(report, report.channels)


def _mean_and_range(report: SharesReport, shared: SharedEffect, name: str) -> str:
    words, share = report.wording, shared.pieces[HORIZON][name]
    low, _, high = headline_quantiles(share)
    mean = float(share.mean())
    return f"{words.text(mean)} ({words.text(low)} to {words.text(high)})"


def _together(report: SharesReport) -> Iterator[str]:
    """Yield whether instruments do more together than one by one."""
    shared, words = report.instruments, report.wording
    alone = shared.alone[HORIZON]
    if len(alone) < 2:
        return
    besides = float(shared.pieces[HORIZON][FIRST].mean())
    whole = float(shared.whole[HORIZON].mean())
    added = sum(float(each.mean()) - besides for each in alone.values()) + besides
    if abs(added - whole) <= _AS_MUCH * abs(whole):
        yield "One by one they would add up to as much."
        return
    less = abs(added) > abs(whole) and added * whole > 0.0
    why = "they do in part the same work" if less else "they strengthen each other"
    yield f"One by one they would add up to {words.text(added)}: {why}."


def _by_year(report: SharesReport) -> str:
    """Return which instrument has the largest share, from when to when."""
    shared = report.instruments
    years = [when for when in shared.months if when != HORIZON]
    largest = []
    for when in years:
        sizes = {name: abs(float(x.mean())) for name, x in shared.pieces[when].items()}
        name = max(sizes, key=lambda each: sizes[each])
        if sizes[name] > 0.0:
            largest.append((report.player(name), when))
    spans = []
    for name, group in groupby(largest, key=lambda pair: pair[0]):
        of_name = [when for _, when in group]
        until = f" to {of_name[-1]}" if of_name[1:] else ""
        spans.append(f"{of_name[0]}{until} {name}")
    return f"The largest by year: {', '.join(spans)}." if spans else ""


def _how_sure(report: SharesReport, players: list[str]) -> str:
    shared, words = report.instruments, report.wording
    rows = {row.player: row for row in _at_horizon(shared)}
    errors = ", ".join(
        f"{report.player(name)} ±{words.text(rows[name].standard_error).lstrip('+')}"
        for name in players[:_MOST_NAMED]
    )
    return (
        f"How sure: the means have standard errors of {errors} over "
        f"{counted(shared.draws.count, 'draw')}; from draw to draw they range as the "
        "brackets say. A share is a Shapley value, the mean of what an instrument adds "
        "over all orders in which they could be made; shares add up in every draw."
    )


def _channels(report: SharesReport, shared: SharedEffect) -> str:
    parts = "; ".join(
        f"{report.player(name)} {_mean_and_range(report, shared, name)}"
        for name in report.shown(shared)[:_MOST_NAMED]
    )
    return (
        f"By channel, in {counted(shared.draws.count, 'draw')}: {parts or 'nothing'}."
    )


def _at_horizon(shared: SharedEffect) -> Iterator[ShareRow]:
    return (row for row in share_rows(shared) if row.when == HORIZON)


def print_shares(report: SharesReport, out: Console | None = None) -> None:
    """Print the answer, and the shares at the horizon."""
    out = out or console()
    out.print(plain(report.paragraph))
    out.print(fitted(_table(report), out))


def _table(report: SharesReport) -> Table:
    words = report.wording
    table = new_table(
        f"{names.capitalised(report.effect)}, {words.unit}",
        ["share of"],
        ["mean", "5 to 95 % of draws", "alone", "added last"],
        no_wrap=True,
    )
    shown = {*report.shown(report.instruments), WHOLE}
    for row in _at_horizon(report.instruments):
        if row.player not in shown:
            continue
        low, _, high = row.share
        known = not np.isnan(row.alone_mean)
        table.add_row(
            report.player(row.player),
            words.text(row.mean),
            f"{words.text(low)} to {words.text(high)}",
            words.text(row.alone_mean) if known else "",
            words.text(row.last_mean) if known else "",
        )
    return table
