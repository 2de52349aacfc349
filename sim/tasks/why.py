"""The task `why`: what makes a number differ between two laws."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd
from rich.console import Console

from sim.domain.actor_names import actors_called
from sim.domain.errors import SettingsError, choices
from sim.experiments.chunks import run_pair
from sim.experiments.workers import Crew
from sim.outcomes.causal_chain import causal_chain
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.measures.measure_inputs import Key, keys_behind
from sim.presentation.displayed import Displayed
from sim.presentation.terminal_tables import console
from sim.presentation.why_report import WhyReport
from sim.records import Records
from sim.settings.compose import Command
from sim.tasks.covered_actors import actors_by_measure
from sim.tasks.inputs import read_records
from sim.tasks.prepare import prepare_comparison


@dataclass(frozen=True, eq=False, repr=False)
class Why(Displayed):
    """What makes a number differ between two laws.

    Attributes:
        report: what is told of it.
    """

    report: WhyReport

    @property
    def chain(self) -> pd.DataFrame:
        """The number asked about, and the measures behind it, a row each."""
        rows = [asdict(link) for link in self.report.chain]
        frame = pd.DataFrame(rows)
        keys = pd.DataFrame(frame.pop("key").tolist(), columns=["measure", "actor"])
        return pd.concat([keys, frame], axis=1)

    def print_to(self, out: Console) -> None:
        """Print the sentences and the chain."""
        self.report.print_to(out)


def why_lines(command: Command) -> list[str]:
    """Print why a number differs."""
    explain_difference(command).print_to(console())
    return []


def explain_difference(command: Command) -> Why:
    """Return why a number differs between a scenario and its baseline.

    Raises:
        ChipWarError: something in the command is wrong, or the scenario is the
            baseline.
    """
    settings = command.settings
    chosen = command.required_scenario
    month = settings.month or settings.horizon
    if not settings.start <= month <= settings.horizon:
        raise SettingsError(
            f"month={month}: is outside the months that are run, {settings.start} to "
            f"{settings.horizon}"
        )
    key = _asked(command, read_records(settings))
    measures = sorted({measure for measure, _ in keys_behind(key)})
    shorter = command.with_settings(record=measures, horizon=month)
    prepared = prepare_comparison(shorter, chosen)
    if prepared.setup.scenario is None:
        raise SettingsError(
            f"scenario={chosen.name} is the baseline itself, so nothing differs; "
            "choose another scenario"
        )
    with Crew() as crew:
        compared = run_pair(prepared.setup, settings.quiet, crew)
    report = WhyReport(
        scenario=compared.scenario.scenario,
        baseline=compared.baseline.scenario,
        month=month,
        draws=prepared.setup.draws.count,
        chain=causal_chain(compared.scenario, compared.baseline, key, month),
        changes=prepared.changes,
        who_decides=prepared.who_decides,
    )
    return Why(report)


def _asked(command: Command, records: Records) -> Key:
    """Return the measure and the actor that a command asks about."""
    settings = command.settings
    measure = settings.measure or "ai_compute_stock"
    if measure not in QUANTITIES:
        hint = choices(measure, QUANTITIES, "task=measures")
        raise SettingsError(f"measure={measure}: there is no such measure{hint}")
    actors = actors_by_measure(records)[measure]
    if settings.actor is None:
        return measure, next(iter(actors))
    titles = {name: name for name in actors}
    called = actors_called(settings.actor, titles)
    if len(called) != 1:
        hint = choices(settings.actor, actors, f"task=measures match={measure}")
        raise SettingsError(
            f"actor={settings.actor}: {measure} has no values for it{hint}"
        )
    return measure, called[0]
