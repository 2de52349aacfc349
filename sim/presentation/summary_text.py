"""The summary of a run in sentences: on the terminal and in summary.md."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from sim.domain.number_format import signed
from sim.domain.terminal_text import printable
from sim.outcomes.attribution import (
    CHANNELS,
    DENIED,
    WHOLE,
    Attribution,
    channel_shares,
)
from sim.outcomes.headline import HORIZON
from sim.outcomes.paired_difference import A_DAY
from sim.outcomes.run_summary import RunSummary
from sim.presentation.dependence_sentences import dependence_sentences
from sim.presentation.numbers import counted
from sim.presentation.quantity_sentences import COMPUTE, LAG, QuantitySentences
from sim.presentation.story.wording import month_name
from sim.presentation.terminal_tables import plain

_NO_BREAK = "\N{NO-BREAK SPACE}"
_WIDEST = 100
"""Characters in a row of text, however wide the terminal is."""

_NOTHING_RECORDED = (
    "Neither China's AI compute nor its lag was recorded; add ai_compute_stock and "
    "frontier_lag_months to record for a summary."
)


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
    quantities = [
        QuantitySentences(summary, quantity, wording)
        for quantity, wording in ((summary.compute, COMPUTE), (summary.lag, LAG))
        if quantity is not None
    ]
    if not quantities:
        return [_NOTHING_RECORDED]
    return [
        *(each.level if summary.alone else each.effect for each in quantities),
        *([] if summary.split is None else [_channel_sentence(summary.split)]),
        *dependence_sentences(summary, quantities, meanings),
    ]


def _channel_sentence(split: Attribution) -> str:
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
