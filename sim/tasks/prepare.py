"""Preparation: a command becomes an experiment, or is refused before it costs time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sim.domain.ensemble import Draws
from sim.domain.errors import ScenarioError, SettingsError
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.lag_split import check_splittable
from sim.experiments.run_warnings import run_warnings
from sim.experiments.setup import Case, Setup
from sim.experiments.setup_checks import check_setup
from sim.outcomes.recorder import select
from sim.policy.decisions import Decisions
from sim.policy.difference import LegalChange, law_difference
from sim.records import Records
from sim.records.scenarios import Scenario, refusals
from sim.records.vintage import hindsight
from sim.settings.compose import Command
from sim.settings.hydra_composition import ComposedScenario
from sim.settings.schema import Settings
from sim.tasks.assumption_source import (
    fixed_everywhere,
    fixed_in_words,
    posterior_for,
    source_in_words,
)
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.output_folder import check_writable


@dataclass(frozen=True, eq=False, repr=False)
class PreparedRun(ShortRepr):
    """An experiment that is ready to run.

    Attributes:
        command: the command.
        setup: what will be run.
        scenarios: baseline and scenario as composed; one, if they are the same.
        question: what the scenario asks.
    """

    command: Command
    setup: Setup
    scenarios: tuple[ComposedScenario, ...]
    question: str

    @property
    def changes(self) -> tuple[LegalChange, ...]:
        """How the scenario's law differs from the baseline's, in rows."""
        scenario, baseline = self.setup.scenario, self.setup.baseline
        if scenario is None:
            return ()
        return law_difference(baseline.regime.instruments, scenario.regime.instruments)

    @property
    def refusals(self) -> Mapping[str, tuple[str, ...]]:
        """The states that refuse to join an instrument that is added, by its id."""
        return refusals(self.scenarios[-1].content)

    @property
    def decisions(self) -> Decisions:
        """Who decides on which instruments under the scenario's law."""
        return (self.setup.scenario or self.setup.baseline).regime.decisions

    @property
    def who_decides(self) -> str:
        """Which governments decide for themselves, in words."""
        return self.decisions.summary()

    @property
    def assumption_source(self) -> str:
        """Where assumptions are drawn from, which are fixed, and what is switched."""
        cases = [case for case in (self.setup.baseline, self.setup.scenario) if case]
        drawn_from, posterior = self.command.settings.drawn_from, self.setup.posterior
        source = source_in_words(drawn_from, posterior, fixed_everywhere(cases))
        return f"{source} {fixed_in_words(cases)}".strip()

    @property
    def vintage(self) -> str:
        """What a vintage does not see, and what was set later, in a line."""
        known = hindsight(self.setup.records)
        return "" if known is None else known.summary()

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know of the run, a line each; it goes on regardless."""
        return (*self.command.replacements, *run_warnings(self.setup))


def prepare(command: Command) -> PreparedRun:
    """Return the experiment that a command asks for.

    Raises:
        ChipWarError: something in the command, the scenario or the data is wrong, or
            the results could not be written.
    """
    chosen = command.required_scenario
    check_writable(Path(command.settings.outputs))
    return prepare_comparison(command, chosen)


def prepare_one_world(command: Command) -> PreparedRun:
    """Return the experiment of one world with all its measures, written nowhere.

    Without a scenario it is the baseline's.
    """
    draw = command.settings.draw
    if draw is None:
        raise SettingsError("which world? give draw=..., such as draw=17")
    one_world = command.with_settings(draws=1, first_draw=draw, record="all", workers=1)
    return prepare_comparison(one_world, command.scenario_or_baseline)


def prepare_both_laws(command: Command) -> PreparedRun:
    """Return the experiment of one world under two laws, from the first month on."""
    chosen = command.required_scenario
    prepared = prepare_one_world(command)
    if prepared.setup.scenario is None:
        raise SettingsError(
            f"scenario={chosen.name} is the baseline itself, so nothing differs; "
            "choose another scenario"
        )
    setup = replace(prepared.setup, start=prepared.setup.records.start)
    return replace(prepared, setup=setup)


def prepare_comparison(command: Command, chosen: ComposedScenario) -> PreparedRun:
    """Return the experiment of a scenario beside the baseline of a command."""
    compared = command.baseline
    records = read_records(command.settings)
    baseline, scenario = (read_scenario(x, records) for x in (compared, chosen))
    setup = build_setup(command, records, baseline, scenario)
    composed = (compared,) if setup.scenario is None else (compared, chosen)
    return PreparedRun(command, setup, composed, scenario.question)


def prepare_one_case(command: Command, records: Records, horizon: Month) -> PreparedRun:
    """Return the experiment that runs one case and compares it with none.

    The case is that of the scenario, or of the baseline if none is named.
    """
    chosen = command.scenario_or_baseline
    scenario = read_scenario(chosen, records)
    setup = _setup(command, records, scenario, None)
    setup = replace(setup, start=records.start, horizon=horizon)
    check_setup(setup)
    return PreparedRun(command, setup, (chosen,), scenario.question)


def build_setup(
    command: Command, records: Records, baseline: Scenario, scenario: Scenario
) -> Setup:
    """Return what is run: a scenario beside its baseline, as settings have it.

    Raises:
        ChipWarError: settings and scenarios do not go together, or name what the facts
            do not know.
    """
    settings = command.settings
    select(settings.record)
    is_baseline = scenario.baseline and scenario.name == baseline.name
    if is_baseline and scenario.regime.first_difference(baseline.regime) is not None:
        raise ScenarioError(
            f"scenario={scenario.name} is compared with itself, so it cannot be "
            "changed; choose another scenario, or baseline=... another baseline"
        )
    setup = _setup(command, records, baseline, None if is_baseline else scenario)
    check_setup(setup)
    if settings.attribution:
        check_splittable(setup)
    return setup


def _setup(
    command: Command, records: Records, baseline: Scenario, scenario: Scenario | None
) -> Setup:
    settings = command.settings
    return Setup(
        records=records,
        baseline=_case(baseline, settings),
        scenario=None if scenario is None else _case(scenario, settings),
        draws=Draws(settings.draws, settings.first_draw),
        seed=settings.seed,
        start=settings.start,
        horizon=settings.horizon,
        record=settings.record,
        posterior=posterior_for(settings, records),
        fork=settings.fork,
        chunk=settings.chunk,
        workers=command.workers,
    )


def _case(scenario: Scenario, settings: Settings) -> Case:
    """Return one side of the comparison; a scenario's own values go before settings."""
    return Case(
        name=scenario.name,
        regime=scenario.regime,
        assumptions={**settings.assumptions, **scenario.assumptions},
        mechanisms={**settings.mechanisms, **scenario.mechanisms},
        named_acts=scenario.named_acts,
    )
