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
from sim.presentation.difference_panel import Panel
from sim.presentation.fan_charts import Alike, fan_figure
from sim.presentation.map import network_map
from sim.presentation.style import save
from sim.presentation.view import RunView, view_of


@dataclass(frozen=True)
class FanFigure:
    """A file with fan charts of one measure, a panel for each actor."""

    name: str
    title: str
    measure: str
    actors: tuple[str, ...] = (CHINA,)
    columns: int = 2
    alike: Alike = Alike.NOTHING

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
        alike=Alike.DIFFERENCES,
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
        alike=Alike.ALL,
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


def draw_figures(
    folder: Path,
    scenario: Results,
    baseline: Results,
    split: Attribution | None = None,
) -> None:
    """Draw every figure that the recorded measures allow into a folder."""
    run = RunTables.of(scenario, baseline, split)
    shown = {key for figure in FAN_FIGURES for key in figure.series}
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
            chart = fan_figure(
                view, figure.title, panels, figure.columns, alike=figure.alike
            )
            save(chart, folder / f"{figure.name}.png")
