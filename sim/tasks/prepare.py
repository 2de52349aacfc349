"""Preparation: a command becomes an experiment, or is refused before it costs time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sim.assembly import MECHANISMS
from sim.domain.ensemble import Draws
from sim.domain.errors import ScenarioError, SettingsError, nearest
from sim.domain.months import Month
from sim.experiments import lag_split
from sim.experiments.setup import Case, Setup
from sim.outcomes.recorder import select
from sim.policy.difference import LegalChange, law_difference
from sim.records import Records, load_records
from sim.records.assumptions import Assumption
from sim.records.scenarios import Scenario, load_scenario
from sim.records.vintage import as_known, hindsight
from sim.settings.compose import (
    Command,
    ComposedScenario,
    compose_baseline,
    scenario_or_baseline,
)
from sim.settings.schema import Settings
from sim.tasks.assumption_source import posterior_for, source_in_words
from sim.tasks.output_folder import check_writable


@dataclass(frozen=True, eq=False)
class PreparedRun:
    """An experiment that is ready to run.

    Attributes:
        command: the command.
        setup: what will be run.
        scenarios: baseline and scenario as composed; one, if they are the same.
        changes: how the scenario's law differs from the baseline's, in rows.
        question: what the scenario asks.
        who_decides: which governments decide for themselves, in words.
    """

    command: Command
    setup: Setup
    scenarios: tuple[ComposedScenario, ...]
    changes: tuple[LegalChange, ...]
    question: str
    who_decides: str

    @property
    def assumption_source(self) -> str:
        """Where assumptions are drawn from, in words."""
        settings = self.command.settings
        return source_in_words(settings.drawn_from, self.setup.posterior)

    @property
    def vintage(self) -> str:
        """What a vintage does not see, and what was set later, in a line."""
        known = hindsight(self.setup.records)
        return "" if known is None else known.summary()


def prepare(command: Command) -> PreparedRun:
    """Return the experiment that a command asks for.

    Raises:
        ChipWarError: something in the command, the scenario or the data is wrong, or
            the results could not be written.
    """
    chosen = required_scenario(command)
    check_writable(Path(command.settings.outputs))
    return _prepared(command, chosen)


def prepare_one_world(command: Command) -> PreparedRun:
    """Return the experiment of one world with all its measures, written nowhere.

    Without a scenario it is the baseline's.

    Raises:
        ChipWarError: something in the command, the scenario or the data is wrong.
    """
    draw = command.settings.draw
    if draw is None:
        raise SettingsError("which world? give draw=..., such as draw=17")
    one_world = command.with_settings(draws=1, first_draw=draw, record="all", workers=1)
    return _prepared(one_world, scenario_or_baseline(command))


def prepare_both_laws(command: Command) -> PreparedRun:
    """Return the experiment of one world under two laws, from the first month on.

    Raises:
        ChipWarError: something in the command, the scenario or the data is wrong, or
            the scenario is the baseline.
    """
    chosen = required_scenario(command)
    prepared = prepare_one_world(command)
    if prepared.setup.scenario is None:
        raise SettingsError(
            f"scenario={chosen.name} is the baseline itself, so nothing differs; "
            "choose another scenario"
        )
    setup = replace(prepared.setup, start=prepared.setup.records.start)
    return replace(prepared, setup=setup)


def required_scenario(command: Command) -> ComposedScenario:
    """Return the scenario that a command chooses.

    Raises:
        SettingsError: it chooses none.
    """
    if command.scenario is None:
        names = ", ".join(command.scenario_files.files)
        raise SettingsError(f"which scenario? give scenario=..., one of {names}")
    return command.scenario


def _prepared(command: Command, chosen: ComposedScenario) -> PreparedRun:
    """Return the experiment of a scenario beside the baseline of a command."""
    records = read_records(command.settings)
    scenario = read_scenario(chosen, records)
    compared = compose_baseline(command)
    baseline = read_scenario(compared, records)
    setup = build_setup(command, records, baseline, scenario)
    return PreparedRun(
        command=command,
        setup=setup,
        scenarios=(compared,) if setup.scenario is None else (compared, chosen),
        changes=law_difference(
            baseline.regime.instruments, scenario.regime.instruments
        ),
        question=scenario.question,
        who_decides=scenario.regime.decisions.summary(),
    )


def prepare_one_case(command: Command, records: Records, horizon: Month) -> PreparedRun:
    """Return the experiment that runs one case and compares it with none.

    The case is that of the scenario, or of the baseline if none is named.

    Raises:
        ChipWarError: something in the command, the scenario or the data is wrong, or
            the results could not be written.
    """
    check_writable(Path(command.settings.outputs))
    chosen = scenario_or_baseline(command)
    scenario = read_scenario(chosen, records)
    setup = _setup(command, records, scenario, None)
    setup = replace(setup, start=records.start, horizon=horizon)
    _check_months(setup)
    _check_names(setup)
    deciding = scenario.regime.decisions.summary()
    return PreparedRun(command, setup, (chosen,), (), scenario.question, deciding)


def read_records(settings: Settings) -> Records:
    """Return the facts: those shipped, or those in the folder of the setting `data`.

    Of a vintage (setting `as_of`), what was known by then.

    Raises:
        ChipWarError: there is no such folder, a table is wrong, or so early no history
            could be started.
    """
    if settings.data is not None and not Path(settings.data).is_dir():
        raise SettingsError(f"data={settings.data}: there is no such folder")
    records = load_records(settings.data)
    return records if settings.as_of is None else as_known(records, settings.as_of)


def read_scenario(chosen: ComposedScenario, records: Records) -> Scenario:
    """Return a scenario, checked against the facts."""
    return load_scenario(chosen.content, records, name=chosen.name)


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
    _check_months(setup)
    _check_names(setup)
    _check_difference(setup)
    if settings.attribution:
        lag_split.check_splittable(setup)
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
    )


def _check_months(setup: Setup) -> None:
    first = setup.records.start
    for name, month in (("start", setup.start), ("horizon", setup.horizon)):
        if month < first:
            raise SettingsError(
                f"{name}={month} lies before {first}, the month in which the simulated "
                "history begins"
            )


def _check_names(setup: Setup) -> None:
    cases = [case for case in (setup.baseline, setup.scenario) if case is not None]
    known = {row.name: row for row in setup.records.assumptions}
    for case in cases:
        _check_known("assumption", case.assumptions, known)
        _check_values(case.assumptions, known)
        _check_known("mechanism", case.mechanisms, MECHANISMS)


def _check_known(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            hint = nearest(name, known) or f"; choose from {', '.join(known)}"
            raise SettingsError(f"{kind}s.{name}: there is no such {kind}{hint}")


def _check_values(values: Mapping[str, float], known: Mapping[str, Assumption]) -> None:
    for name, value in values.items():
        try:
            known[name].check(value)
        except ValueError as wrong:
            raise SettingsError(f"assumptions.{name}: {wrong}") from None


def _check_difference(setup: Setup) -> None:
    """Refuse a scenario that changes nothing, or nothing before the horizon."""
    if setup.scenario is None:
        return
    scenario, baseline = setup.scenario, setup.baseline
    month = scenario.first_difference(baseline, setup.records.start)
    if month is None:
        raise ScenarioError(
            f"scenario {scenario.name} does not differ from {baseline.name}, its "
            "baseline; add, remove or amend an instrument, or change an assumption"
        )
    if month > setup.horizon:
        raise SettingsError(
            f"horizon={setup.horizon}: {scenario.name} does not differ from "
            f"{baseline.name} before {month}; look further ahead"
        )
