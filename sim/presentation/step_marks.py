"""Steps of a median that a figure explains: a number in a panel, its cause in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from sim.domain.months import Month
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.quantiles import MEDIAN
from sim.outcomes.results import Key
from sim.outcomes.step_causes import StepCause
from sim.presentation import style
from sim.presentation.story.wording import chip, listed, month_name
from sim.presentation.view import RunView

_SIGNS = "①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True)
class Mark:
    """A step of a median in a panel, the sign that marks it, and its cause in words."""

    key: Key
    index: int
    sign: str
    text: str


def marks_of(view: RunView, keys: Sequence[Key]) -> list[Mark]:
    """Return the steps of some series that a figure explains, numbered."""
    causes = [(key, cause) for key in keys for cause in view.causes.get(key, ())]
    return [
        Mark(key, cause.index, sign, _cause_in_words(view, cause))
        for sign, (key, cause) in zip(_SIGNS, causes, strict=False)
    ]


def _cause_in_words(view: RunView, cause: StepCause) -> str:
    month = month_name(
        Month.of(view.months[cause.index].astype("datetime64[D]").item())
    )
    return f"{month}: {listed(_event_in_words(view, event) for event in cause.events)}"


def _event_in_words(view: RunView, event: Occurrence) -> str:
    """Return an event that can move a median, as a part of a sentence."""
    actor = view.actor_name(event.actor)
    phrases = {
        "chip launched": f"launch of {event.subject} ({actor})",
        "memory runs short": f"{actor} runs short of memory",
        "no chip on offer in China": f"{actor} has no chip that it may sell to China",
        "chip on offer in China": f"{actor} offers {chip(event.subject)} in China",
    }
    return phrases[event.event]


def mark_causes(axes: Axes, view: RunView, marks: Sequence[Mark], key: Key) -> None:
    """Mark steps of the scenario's median with the numbers of their causes."""
    median = view.bands(view.scenario, *key)[MEDIAN]
    days = style.dates_on_axis(view.months)
    for mark in marks:
        if mark.key == key:
            top = float(median[max(mark.index - 1, 0) : mark.index + 1].max())
            axes.annotate(
                mark.sign,
                (days[mark.index], top),
                xytext=(0, 16),
                textcoords="offset points",
                ha="center",
                size=9,
                color=style.TEXT_COLOUR,
                arrowprops={"arrowstyle": "-", "color": style.GREY, "linewidth": 0.7},
            )
