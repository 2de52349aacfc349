"""Tables for the terminal: headline, legal difference, scenarios, answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import isnan
from typing import Protocol, runtime_checkable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.experiments.run import Comparison
from sim.outcomes.attribution import (
    A_DAY,
    CHANNELS,
    DENIED,
    TITLES,
    WHOLE,
    Attribution,
    ChannelShare,
    channel_shares,
)
from sim.outcomes.bargaining import BargainingRow, Position, bargaining
from sim.outcomes.chokepoints import Chokepoint
from sim.outcomes.headline import (
    BACKFIRE,
    HORIZON,
    LAG_CHANNEL,
    HeadlineRow,
    Spread,
    headline,
)
from sim.outcomes.line_changes import LineChange
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.results import Results
from sim.policy.difference import LegalChange
from sim.policy.explain import LawAnswer
from sim.presentation.numbers import reader_unit, rounded, signed_months

_NARROW = 118
"""A terminal of fewer columns gets the difference without the two sides."""

_MOST_CUTS = 12
_MOST_DECISIONS = 12
_DECISION_COLUMNS = (
    *("asked", "joined", "joined\nin part", "refused", "withdrew", "undecided"),
    "since",
)

_DUST = 1e-4
"""Share of a quantity below which a difference is shown as none."""

_SHOWN = {
    "units_shipped": ("nvidia", "huawei", "cn_distributors"),
    "smuggled_units": (CHINA,),
    "wafer_starts": ("smic_advanced", "cxmt"),
    "die_yield": ("smic_advanced",),
    "tool_availability": ("asml", "tel"),
    "service_stopped": ("asml", "tel"),
    "china_revenue": ("nvidia", "asml", "tel"),
    "firm_value": ("nvidia", "asml", "tel"),
}
"""Actors on the screen where they are not China as a whole and its channels."""


@runtime_checkable
class RunQuestion(Protocol):
    """What is asked of a run: a question, and how its law differs."""

    @property
    def question(self) -> str:
        """The question that the scenario asks."""
        ...

    @property
    def changes(self) -> Sequence[LegalChange]:
        """How its law differs from the baseline's."""
        ...

    @property
    def who_decides(self) -> str:
        """Who decides for themselves, in words; nothing if nobody does."""
        ...

    @property
    def where_drawn(self) -> str:
        """Where assumptions are drawn from, in words."""
        ...

    @property
    def vintage(self) -> str:
        """What is not known in a vintage, in words; nothing if all is."""
        ...


def console() -> Console:
    """Return the terminal; text is shown as it is, with no markup read into it."""
    return Console(markup=False, highlight=False, emoji=False)


def print_question(asked: RunQuestion, out: Console | None = None) -> None:
    """Print what a scenario asks, how its law differs, and who decides the rest.

    And where assumptions come from: two runs may differ in that alone.
    """
    out = out or console()
    out.print(plain(asked.question), style="bold")
    if asked.changes:
        out.print(legal_table(asked.changes))
    if asked.who_decides:
        out.print(plain(asked.who_decides))
    out.print(plain(asked.where_drawn))
    if asked.vintage:
        out.print(plain(asked.vintage))


def print_headline(compared: Comparison, out: Console | None = None) -> None:
    """Print the headline at the horizon, what it says, and what was decided."""
    out = out or console()
    scenario, baseline = compared.scenario, compared.baseline
    rows = headline(scenario, baseline, compared.split)
    out.print(headline_table(rows, scenario, baseline, wide=_is_wide(out)))
    if compared.split is not None:
        out.print(channel_table(compared.split))
        out.print(plain(channel_summary(compared.split)))
    for row in rows:
        if row.measure == BACKFIRE:
            out.print(plain(row.note))
    decided = bargaining(scenario)
    if decided:
        out.print()
        out.print(decision_table(decided, scenario))


def headline_table(
    rows: Iterable[HeadlineRow],
    scenario: Results,
    baseline: Results,
    *,
    wide: bool = True,
) -> Table:
    """Return the headline at the horizon as a table: median and 90 % range."""
    last, count = scenario.months[-1], scenario.draws.count
    alone = scenario is baseline
    table = new_table(
        f"{scenario.scenario} at {last}: median (5 to 95 % of {count:,} draws); flows "
        "over the last twelve months"
    )
    table.add_column("")
    sides = [baseline.scenario] if wide or alone else []
    if not alone:
        sides += [scenario.scenario] if wide else []
        sides += ["difference", "rises in"]
    for name in sides:
        table.add_column(plain(name), justify="right", no_wrap=True)
    shown = [row for row in rows if row.when == HORIZON and _is_shown(row)]
    for _, group in groupby(shown, key=lambda row: row.measure):
        _add_measure(table, list(group), scenario, wide=wide, alone=alone)
    table.caption = "headline.csv holds every year and more actors"
    return table


def channel_table(split: Attribution) -> Table:
    """Return how the change of the lag at the horizon splits over channels."""
    table = new_table(
        f"Change of China's lag at {split.horizon} by channel, months "
        f"({split.draws.count:,} draws)"
    )
    table.add_column("")
    for name in ("mean", "5 to 95 %", "narrows in", "widens in"):
        table.add_column(name, justify="right", no_wrap=True)
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
    how_often = [f"{part:.0%}" for part in (share.narrows, share.widens)]
    return [name, signed_months(share.mean), spread, *how_often]


def channel_summary(split: Attribution) -> str:
    """Return what the split says at the horizon, in a sentence."""
    means = {
        one.channel: one.mean for one in channel_shares(split) if one.when == HORIZON
    }
    whole, denied = means.pop(WHOLE), means.pop(DENIED)
    most = max(means, key=lambda channel: abs(means[channel]))
    chief = f", of which {CHANNELS[most]} does most ({signed_months(means[most])})"
    return (
        f"On average {split.scenario} changes the lag by {signed_months(whole)} "
        f"months: {signed_months(denied)} if no channel answered, "
        f"{signed_months(whole - denied)} by the answers"
        f"{chief if abs(means[most]) > A_DAY else ''}."
    )


def legal_table(changes: Sequence[LegalChange]) -> Table:
    """Return how a law differs from its base, a row per change."""
    table = new_table("How the law differs from the baseline")
    for name in ("", "instrument", "what", "from", "to"):
        table.add_column(name)
    for change in changes:
        table.add_row(*map(plain, _legal_cells(change)))
    return table


def decision_table(rows: Sequence[BargainingRow], scenario: Results) -> Table:
    """Return what governments decided: what was asked first, then their own acts."""
    table = new_table(
        f"What governments decided under {scenario.scenario}, by {scenario.months[-1]}"
    )
    table.add_column("")
    for name in _DECISION_COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    first = sorted(rows, key=_weight)[:_MOST_DECISIONS]
    for who in dict.fromkeys(row.government for row in first):
        table.add_row(plain(_who(who, scenario)))
        for row in first:
            if row.government == who:
                table.add_row(*map(plain, _decision_cells(row)))
    more = len(rows) - len(first)
    table.collapse_padding = True
    table.caption = plain(
        "asked: share of draws; the rest: share of the draws asked (of all, where "
        "nobody asks). undecided: or agreed and not yet binding. since: the median "
        "month in which it was first binding. "
        f"{f'bargaining.csv holds {more} more' if more else 'See bargaining.csv'}"
    )
    table.caption_justify = "left"
    return table


def _weight(row: BargainingRow) -> tuple[bool, float]:
    """Return the place of a row: what is asked first, then what most came of."""
    own = isnan(row.asked)
    ever = max((x for x in (row.bound, row.bound_in_part) if not isnan(x)), default=0.0)
    return own, -ever * (1.0 if own else row.asked)


def _decision_cells(row: BargainingRow) -> tuple[str, ...]:
    others = len(row.others.split())
    at = row.at_horizon
    shares = (
        at[Position.JOINED],
        at[Position.JOINED_IN_PART],
        at[Position.REFUSED],
        at[Position.WITHDREW],
        at[Position.UNDECIDED] + at[Position.AGREED],
    )
    since = row.bound_from[len(row.bound_from) // 2]
    return (
        f"  {row.instrument}" + (f" and {others} more" if others else ""),
        "" if isnan(row.asked) else f"{row.asked:.0%}",
        *("–" if isnan(share) else f"{share:.0%}" if share else "" for share in shares),
        "" if since is None else str(since),
    )


def scenario_table(questions: Mapping[str, str]) -> Table:
    """Return the scenarios and the question that each asks."""
    table = new_table("")
    table.add_column("scenario", no_wrap=True)
    table.add_column("question")
    for name, question in questions.items():
        table.add_row(plain(name), plain(question))
    return table


def print_answers(answers: Iterable[LawAnswer], out: Console | None = None) -> None:
    """Print what the law says to each line asked about, and why."""
    out = out or console()
    for answer in answers:
        first, *reasons = answer.rows()
        out.print(plain(first), style="bold")
        for reason in reasons:
            out.print(plain(reason))


def chokepoint_table(points: Iterable[Chokepoint]) -> Table:
    """Return how concentrated the sellers of each good are."""
    table = new_table("Chokepoints: who sells what, the most concentrated first")
    for name in ("good", "sellers", "states", "HHI", "leader", "its share"):
        table.add_column(
            name, justify="right" if name in {"sellers", "HHI"} else "left"
        )
    for point in points:
        table.add_row(
            plain(point.good),
            str(point.sellers),
            plain(", ".join(point.states)),
            f"{point.hhi:,.0f}",
            plain(point.leader),
            f"{point.leader_share:.0%}",
        )
    return table


def cut_table(cuts: Sequence[LineChange], title: str) -> Table:
    """Return the lines that a scenario cuts, the hardest hit first."""
    table = new_table(title)
    for name in ("seller", "buyer", "good", "before", "after"):
        table.add_column(name)
    for cut in cuts[:_MOST_CUTS]:
        after = f"{cut.after:.0%}" + (" under a quota" if cut.capped else "")
        good = f"{cut.good} {cut.chip}".strip()
        cells = (cut.seller, cut.buyer, good, f"{cut.before:.0%}", after)
        table.add_row(*map(plain, cells))
    if len(cuts) > _MOST_CUTS:
        table.caption = plain(f"and {len(cuts) - _MOST_CUTS} more")
    return table


def plain(text: str) -> Text:
    """Return text that is shown as it is, control characters left out.

    Whoever wrote a scenario does not command the reader's terminal.
    """
    return Text("".join(sign if sign.isprintable() else " " for sign in text))


def new_table(title: str) -> Table:
    """Return an empty table in the house's form, under a title if it has one."""
    return Table(
        title=plain(title) if title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )


def _is_shown(row: HeadlineRow) -> bool:
    """Return whether a row is among those that a reader asks for first."""
    if row.measure in {BACKFIRE, LAG_CHANNEL}:
        return False
    first = _SHOWN.get(row.measure)
    return row.actor.partition(":")[0] == CHINA if first is None else row.actor in first


def _is_wide(out: Console) -> bool:
    return out.width >= _NARROW


def _add_measure(
    table: Table,
    rows: Sequence[HeadlineRow],
    scenario: Results,
    *,
    wide: bool,
    alone: bool,
) -> None:
    """Add a measure: a line of its own, and a line for each actor if there are more."""
    unit, _ = reader_unit(rows[0].unit)
    title = f"{scenario.quantities[rows[0].measure].title}, {unit}"
    if len(rows) == 1:
        who = "" if rows[0].actor == CHINA else f": {_who(rows[0].actor, scenario)}"
        table.add_row(plain(title + who), *_cells(rows[0], wide=wide, alone=alone))
        return
    table.add_row(plain(title))
    for row in rows:
        name = plain(f"  {_who(row.actor, scenario)}")
        table.add_row(name, *_cells(row, wide=wide, alone=alone))


def _who(actor: str, scenario: Results) -> str:
    """Return an actor as a reader would say it; of a variant, the variant."""
    name, _, variant = actor.partition(":")
    known = scenario.network.nodes if scenario.network is not None else {}
    whole = str(known[name]["name"]) if name in known else name.capitalize()
    return f"  {variant}" if variant else whole


def _cells(row: HeadlineRow, *, wide: bool, alone: bool) -> list[Text]:
    _, scale = reader_unit(row.unit)
    cells = []
    if wide or alone:
        cells.append(_range(row.baseline, scale))
    if not alone:
        if wide:
            cells.append(_range(row.scenario, scale))
        cells += [_difference(row, scale), _share(row)]
    return [plain(cell) for cell in cells]


def _difference(row: HeadlineRow, scale: float) -> str:
    if row.difference == (0.0, 0.0, 0.0):
        return "none"
    dust = _DUST * max(abs(row.baseline[-1]), abs(row.scenario[-1]))
    low, middle, high = (
        0.0 if abs(value) < dust else value for value in row.difference
    )
    return _range((low, middle, high), scale, signed=True)


def _range(spread: Spread, scale: float, *, signed: bool = False) -> str:
    low, middle, high = (_number(value * scale, signed=signed) for value in spread)
    return middle if low == middle == high else f"{middle} ({low} to {high})"


def _number(value: float, *, signed: bool) -> str:
    if isnan(value):
        return "–"
    if signed and value > 0:
        return f"+{rounded(value)}"
    return rounded(value).replace("-", "−")


def _share(row: HeadlineRow) -> str:
    value = row.probability_of_increase
    if row.difference == (0.0, 0.0, 0.0) and value == 0.0:
        return ""
    return "–" if isnan(value) else f"{value:.0%}"


def _legal_cells(change: LegalChange) -> tuple[str, str, str, str, str]:
    if change.change == "amended":
        what = f"{change.field}: {change.old} → {change.new}"
    else:
        what = change.title
    until = str(change.end) if change.end else ""
    return change.change, change.id, what, str(change.effective), until
