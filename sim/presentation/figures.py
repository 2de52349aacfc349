"""The figures of every run, and the files that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.outcomes.attribution import Attribution
from sim.outcomes.measures.measure import CHINA
from sim.outcomes.results import Key, Results
from sim.outcomes.run_tables import RunTables
from sim.presentation import names
from sim.presentation.allies import allies_figure, ally_answers
from sim.presentation.channels import channels_figure
from sim.presentation.fan_charts import Panel, difference_figure, fan_figure
from sim.presentation.map import network_map
from sim.presentation.style import save
from sim.presentation.view import RunView, view_of, view_of_difference


@dataclass(frozen=True)
class FanFigure:
    """A file with fan charts of one measure, a panel for each actor."""

    name: str
    title: str
    measure: str
    actors: tuple[str, ...] = (CHINA,)
    columns: int = 2

    @property
    def series(self) -> list[Key]:
        """The series shown."""
        return [(self.measure, actor) for actor in self.actors]

    def panels(self, view: RunView) -> list[Panel]:
        """Return the panels of what was recorded."""
        return [
            Panel(self.measure, actor, _panel_title(actor) * (len(self.actors) > 1))
            for actor in self.actors
            if view.has(self.measure, actor)
        ]


def _panel_title(key: str) -> str:
    """Return whom a panel is about; of China's parts the part alone."""
    if key == CHINA:
        return "All channels"
    actor, _, part = key.partition(":")
    if part:
        return names.capitalised(names.part_title(part))
    return names.short_actor_title(actor)


FAN_FIGURES = (
    FanFigure(
        "frontier_lag",
        "How far China's best laboratory trails the frontier",
        "frontier_lag_months",
    ),
    FanFigure(
        "ai_compute",
        "China's AI compute, and the channels it comes through",
        "ai_compute_stock",
        (CHINA, "china:legal", "china:domestic", "china:grey", "china:offshore"),
        columns=3,
    ),
    FanFigure(
        "domestic_accelerators",
        "AI accelerators made in China",
        "domestic_accelerators",
    ),
    FanFigure(
        "tool_availability",
        "How much of China's foreign tools is available",
        "tool_availability",
        ("asml", "tel"),
    ),
    FanFigure(
        "wafer_starts",
        "Wafers started on China's lines",
        "wafer_starts",
        ("smic_advanced", "cxmt"),
    ),
    FanFigure(
        "china_revenue",
        "What the firms sell to China",
        "china_revenue",
        ("nvidia", "asml", "tel"),
        columns=3,
    ),
)
"""The fan charts of every run, in the order in which a reader asks."""

DIFFERENCE = "difference"
DIFFERENCES: tuple[Key, ...] = (
    ("frontier_lag_months", CHINA),
    ("ai_compute_stock", CHINA),
    ("domestic_accelerators", CHINA),
    ("wafer_starts", "smic_advanced"),
    ("china_revenue", "asml"),
    ("china_revenue", "tel"),
)
"""What the fan charts show on either side, shown as the paired difference too."""


def draw_figures(
    folder: Path,
    scenario: Results,
    baseline: Results,
    split: Attribution | None = None,
) -> None:
    """Draw every figure that the recorded measures allow into a folder, as PNG."""
    run = RunTables.of(scenario, baseline, split)
    shown = {*DIFFERENCES, *(key for figure in FAN_FIGURES for key in figure.series)}
    if shown & run.results.series.keys():
        _draw_fans(folder, run.only(shown))
    if split is not None:
        save(channels_figure(split), folder / "channels.png")
    answers = ally_answers(run)
    if answers.outcomes:
        save(allies_figure(answers), folder / "allies.png")
    if scenario.network is not None:
        save(network_map(run), folder / "network.png")


def _draw_fans(folder: Path, run: RunTables) -> None:
    view = view_of(run)
    for figure in FAN_FIGURES:
        if panels := figure.panels(view):
            chart = fan_figure(view, figure.title, panels, figure.columns)
            save(chart, folder / f"{figure.name}.png")
    panels = [
        Panel(measure, actor, names.series_title(measure, actor, short=True))
        for measure, actor in DIFFERENCES
        if view.has(measure, actor)
    ]
    if panels and not run.alone:
        title = "What the law changes: scenario minus baseline, draw by draw"
        drawn = difference_figure(view_of_difference(run), title, panels, columns=3)
        save(drawn, folder / f"{DIFFERENCE}.png")
