"""The study of news on a screen, in a table and in a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from pathlib import Path
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes

from sim.domain.number_format import with_minus
from sim.experiments.news_returns import EventDay, NewsScore, days_by_event, news_score
from sim.presentation import names, style

FIGURE = "event_returns.png"
TABLE = "event_returns.csv"

A_QUARTER = 0.25
"""Share of an ordinary day from which on a small move is looked at too."""

_ROW, _MARGINS = 0.15, 2.2
_GAP = 0.8
"""Rows left free between two events."""

_TITLE_LETTERS, _REMARK_LETTERS = 50, 60
"""Letters of a title and of a remark in a row."""

_USES = {"calibration": "To the end of 2024", "test": "2025, the test set"}

WIDEST = 96
"""Columns of the screen that text takes at most."""

_WIDE = 70
"""Columns that the widest row needs."""

_LEAST = 0.05
"""Percent below which a return is shown as none."""


def news_frame(days: Sequence[EventDay]) -> pd.DataFrame:
    """Return the days as a table, a row per event and firm; returns in percent."""
    rows = [
        asdict(day)
        | {"inside": day.inside, "ordinary_enough": day.ordinary_enough}
        | {"same_sign": day.same_sign}
        for day in days
    ]
    return pd.DataFrame(rows)


def news_report(
    days: Sequence[EventDay], scenario: str, draws: int, width: int = WIDEST
) -> Iterator[str]:
    """Yield the study as rows of text: a block per event, and the score.

    Args:
        days: the days of all events.
        scenario: whose law was run.
        draws: how many were run.
        width: columns of the screen; a narrow one gets model and observation alone.
    """
    yield from wrap(
        f"One-day returns under {scenario}, percent: median of {draws:,} draws (5 to "
        "95 %), and what was observed. 'beyond' is the return that the market does not "
        "explain; 'usual' the standard deviation of a day without news; '-' is "
        "where no news touches the share.",
        min(width, WIDEST),
    )
    for _, group in days_by_event(days):
        yield ""
        yield from _block(group, width)
    yield ""
    yield from news_score_lines(days, width)


def _block(group: Sequence[EventDay], width: int) -> Iterator[str]:
    first = min(group, key=lambda day: day.date)
    mark = "" if first.use == "calibration" else "  [test]"
    yield from wrap(f"{first.date}  {first.title}{mark}", width)
    remarks = {day.confounded for day in group}
    shared = remarks.pop() if len(remarks) == 1 else ""
    if shared:
        yield from wrap(f"  That day also: {shared}.", width)
    wide = width >= _WIDE
    rest = f"{'(5 to 95 %)':>18}{'beyond':>9}{'raw':>8}{'usual':>8}"
    yield f"  {'':<9}{'model':>7}" + (rest if wide else f"{'seen':>8}")
    for day in sorted(group, key=lambda day: day.model):
        remark = "" if day.confounded == shared else day.confounded
        yield from wrap(
            _row(day, remark, wide=wide),
            max(width, _WIDE if wide else 0),
            subsequent_indent="    ",
            replace_whitespace=False,
        )


def _row(day: EventDay, remark: str, *, wide: bool) -> str:
    untouched = day.model_low == day.model_high == 0.0
    spread = f"({_return(day.model_low)} to {_return(day.model_high)})"
    model, spread = ("-", "") if untouched else (_return(day.model), spread)
    beyond = "-" if day.abnormal is None else _return(day.abnormal)
    verdict = "inside" if day.inside else "OUTSIDE"
    also = f"; also {remark}" if remark else ""
    start = f"  {day.firm:<9}{model:>7}"
    if not wide:
        return f"{start}{_return(day.observed):>8}  {verdict}{also}"
    return (
        f"{start}{spread:>18}{beyond:>9}{_return(day.raw):>8}"
        f"{_return(day.ordinary):>8}  {verdict}{also}"
    )


def _return(value: float) -> str:
    """Return a return in per cent with one decimal, never minus zero."""
    return with_minus(f"{value:.1f}") if abs(value) >= _LEAST else "0.0"


def news_score_lines(days: Sequence[EventDay], width: int = WIDEST) -> Iterator[str]:
    """Yield how the model agrees with the days, and where it does not.

    Args:
        days: the days of all events.
        width: columns of the screen.
    """
    yield "Score, over days on which nothing else is known to have moved the share:"
    for use, period in _USES.items():
        own = [day for day in days if day.use == use]
        if own:
            weak = news_score(own, A_QUARTER)
            yield from _item(f"{period}: {_score_text(news_score(own), weak)}.", width)
            yield from _item(f"{period}: {_rival_text(weak)}.", width)
    yield from _unheard_lines(days, width)
    missed = news_score(days).misses
    if missed:
        yield "Misses, with what was observed:"
    for _, group in days_by_event(missed):
        named = ", ".join(
            f"{day.firm} {_return(day.observed)} (model {_return(day.model)})"
            for day in group
        )
        yield from _item(f"{group[0].date}  {group[0].title}: {named}", width)


def _unheard_lines(days: Sequence[EventDay], width: int) -> Iterator[str]:
    """Yield the events on which no share of the model moves, with what is known."""
    unheard = [
        group
        for _, group in days_by_event(days)
        if all(day.model_low == day.model_high == 0.0 for day in group)
    ]
    if unheard:
        yield from wrap(
            "Not heard (the model has no news of them, or none that touches a sale):",
            min(width, WIDEST),
        )
    for group in unheard:
        also = f" ({group[0].confounded})" if group[0].confounded else ""
        yield from _item(f"{group[0].date}  {group[0].title}{also}", width)


def _item(text: str, width: int) -> list[str]:
    columns = min(width, WIDEST)
    return wrap(text, columns, initial_indent="  ", subsequent_indent="    ")


def _score_text(strong: NewsScore, weak: NewsScore) -> str:
    return (
        f"{strong.inside} of {strong.days} inside the model's 90 % range with its "
        f"noise ({strong.ordinary_enough} would be inside that of a day without news); "
        f"same sign on {strong.same_sign} of {strong.moved} days on which the model "
        f"moves by a usual day or more, on {weak.same_sign} of {weak.moved} on which "
        "it moves by a quarter of one or more"
    )


def _rival_text(score: NewsScore) -> str:
    return (
        f"on the {score.moved} days on which the model moves by a quarter of a usual "
        f"day, its rank correlation with what was observed is {_rank(score.rank)}; a "
        "rival that knows only whether law tightens or loosens has the sign right on "
        f"{score.rival_same_sign} and a rank correlation of {_rank(score.rival_rank)}; "
        f"on {score.relieved} of them the model's share rises, and on "
        f"{score.relieved_same_sign} of these it rose"
    )


def _rank(correlation: float) -> str:
    """Return a rank correlation with two decimals, a dash where there is none."""
    return "-" if isnan(correlation) else with_minus(f"{correlation:.2f}")


def draw_news(
    folder: Path, days: Sequence[EventDay], scenario: str, draws: int
) -> None:
    """Write the figure of the study into a folder."""
    style.save(news_chart(days, scenario, draws), folder / FIGURE)


@style.figure_style()
def news_chart(
    days: Sequence[EventDay], scenario: str, draws: int
) -> style.StyledFigure:
    """Return a figure: each share on each day, model as a bar, observation as a mark.

    Shares that the model hardly moves on a day are left out where they did what is
    usual, and so are days on which it moves none.
    """
    shown = [_EventBlock.of(group) for _, group in days_by_event(days)]
    columns = _halves([block for block in shown if block.moves])
    rows = max((sum(block.height for block in column) for column in columns), default=0)
    height = _MARGINS + _ROW * max(rows, 1)
    figure = style.new_figure(
        (style.WIDTH, height),
        "What news did to shares in a day",
        f"Percent, {names.spaced(scenario)}; each row a firm on the day of an event",
        [
            ("━ model: news alone, 5 to 95 %", style.SCENARIO),
            ("─ with the noise of an ordinary day", style.GREY),
            ("● seen, beyond the market", style.TEXT_COLOUR),
            ("✖ seen, outside", style.CUT),
        ],
        footnote=f"Median as a tick, {draws:,} draws. Left out: shares that the model "
        "moves by less than a quarter of an ordinary day where they did what is usual, "
        "\nand days on which it moves none.",
    )
    figure.alt_text = _alt_text(days, scenario, draws)
    figure.subplots_adjust(left=0.13, right=0.98, wspace=0.3)
    panels = figure.subplots(1, 2, sharex=True)
    for axes, column in zip(panels, columns, strict=True):
        _plot(axes, column, rows)
    return figure


def _alt_text(days: Sequence[EventDay], scenario: str, draws: int) -> str:
    """Return in words how often the model holds what was seen."""
    score = news_score(days)
    return (
        f"One-day returns of shares on days of news under {names.spaced(scenario)}, "
        f"{draws:,} draws, beside what was seen: {score.inside} of {score.days} days "
        "on which nothing else is known to have moved the share lie inside the model's "
        "range of 90 % with its noise."
    )


@dataclass(frozen=True)
class _EventBlock:
    """What a figure shows of an event: its title in rows of text, and its firms."""

    title: tuple[str, ...]
    remark: tuple[str, ...]
    days: tuple[EventDay, ...]
    moves: bool

    @classmethod
    def of(cls, group: Sequence[EventDay]) -> _EventBlock:
        """Return the block of an event from the days of all firms."""
        first = group[0]
        days = sorted(group, key=lambda day: day.model)
        also = f"also {first.confounded}" if first.confounded else ""
        return cls(
            title=tuple(wrap(f"{first.date}  {first.title}", _TITLE_LETTERS)),
            remark=tuple(wrap(also, _REMARK_LETTERS)),
            days=tuple(day for day in days if _is_moved(day) or not day.inside),
            moves=any(_is_moved(day) for day in group),
        )

    @property
    def height(self) -> float:
        """Rows that it takes, with the gap below it."""
        return len(self.title) + len(self.remark) + len(self.days) + _GAP


def _is_moved(day: EventDay) -> bool:
    """Return whether the model moves a share by a quarter of an ordinary day."""
    return abs(day.model) >= A_QUARTER * day.ordinary


def _halves(
    blocks: Sequence[_EventBlock],
) -> tuple[Sequence[_EventBlock], Sequence[_EventBlock]]:
    """Return the blocks in two columns of about the same height, in order."""
    total, taken = sum(block.height for block in blocks), 0.0
    for index, block in enumerate(blocks):
        if taken + block.height / 2 > total / 2:
            return blocks[:index], blocks[index:]
        taken += block.height
    return blocks, ()


def _plot(axes: Axes, blocks: Sequence[_EventBlock], rows: float) -> None:
    """Draw a column of events, the first above."""
    y, ticks, firms = 0.0, [], []
    for block in blocks:
        for text, weight in (
            *((line, "bold") for line in block.title),
            *((line, "normal") for line in block.remark),
        ):
            axes.text(
                0.0,
                y,
                text,
                transform=axes.get_yaxis_transform(),
                size=7.5,
                weight=weight,
                va="center",
            )
            y -= 1.0
        for day in block.days:
            _bar(axes, y, day)
            ticks.append(y)
            firms.append(names.short_actor_title(day.firm))
            y -= 1.0
        y -= _GAP
    axes.set_yticks(ticks, firms)
    axes.set_ylim(-rows, 1.0)
    axes.set_xlabel("return in a day, %")
    axes.xaxis.set_major_formatter(style.number_on_axis)
    axes.axvline(0.0, color=style.GREY, linewidth=0.8)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")


def _bar(axes: Axes, y: float, day: EventDay) -> None:
    axes.plot([day.noisy_low, day.noisy_high], [y, y], color=style.GREY, linewidth=1.0)
    axes.plot(
        [day.model_low, day.model_high], [y, y], color=style.SCENARIO, linewidth=4.0
    )
    axes.plot(day.model, y, marker="|", color="white", markersize=5)
    marker, colour = ("o", style.TEXT_COLOUR) if day.inside else ("X", style.CUT)
    axes.plot(
        day.observed, y, marker=marker, color=colour, markersize=4.5, linestyle=""
    )
