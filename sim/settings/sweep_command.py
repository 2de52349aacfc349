"""Sweep commands: overrides become settings that are fixed and factors that vary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hydra.core.override_parser.types import Override

from sim.domain.errors import SettingsError
from sim.experiments.factors import Factor
from sim.experiments.sweep_design import (
    Design,
    check_grid,
    from_table,
    grid,
    latin_hypercube,
    sobol,
)
from sim.settings.checks import check_given_once, check_key
from sim.settings.compose import compose_command
from sim.settings.overrides import last_value, parse_override
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.schema import SweepSettings
from sim.settings.swept_values import check_sweepable, read_factor


@dataclass(frozen=True)
class SweepCommand:
    """What a command that begins with ``-m`` asks for.

    Attributes:
        overrides: as they were given.
        fixed: those that hold for every point.
        factors: the settings that vary, in order; none if they are in a table.
        options: how the points are chosen, and what is kept.
    """

    overrides: tuple[str, ...]
    fixed: tuple[str, ...]
    factors: tuple[Factor, ...]
    options: SweepSettings

    def design(self) -> Design:
        """Return the points."""
        options = self.options
        if options.design == "table":
            assert options.table is not None
            design = from_table(options.table)
            _check_columns(design.keys, options.table, self.fixed)
            return design
        if options.design == "grid":
            return grid(self.factors)
        assert options.points is not None
        lay_out = latin_hypercube if options.design == "latin_hypercube" else sobol
        return lay_out(self.factors, options.points, options.seed)


def read_sweep(overrides: Sequence[str]) -> SweepCommand:
    """Return what a command that sweeps asks for.

    Args:
        overrides: those of the command, without ``-m`` and without Hydra's own.

    Raises:
        SettingsError: an override is wrong; says which, and what would be right.
        ScenarioError: the scenario's file cannot be composed.
    """
    parsed = [_parsed(override) for override in overrides]
    for override in parsed:
        check_key(override)
    fixed = [override for override in parsed if not override.is_sweep_override()]
    varied = [override for override in parsed if override.is_sweep_override()]
    check_given_once(fixed)
    options = _checked_options(fixed)
    scenario_files = ScenarioFiles.find(last_value(fixed, "scenario_folder"))
    factors = tuple(
        read_factor(override, scenario_files, options.seed) for override in varied
    )
    _check_once(fixed, varied)
    _check_design(options, factors)
    if options.design != "table":
        _check_scenario(fixed, varied)
    return SweepCommand(
        overrides=tuple(overrides),
        fixed=tuple(
            str(override.input_line)
            for override in fixed
            if override.key_or_group.partition(".")[0] != "sweep"
        ),
        factors=factors,
        options=options,
    )


def _parsed(text: str) -> Override:
    """Return a parsed override; one that is swept may refer to nothing else."""
    override = parse_override(text)
    if override.is_sweep_override() and "${" in text:
        raise SettingsError(f"{text}: what is swept refers to nothing outside itself")
    return override


def _checked_options(fixed: Sequence[Override]) -> SweepSettings:
    """Return the design of the sweep, with the other settings checked.

    Overrides within a scenario wait until each point has chosen one.
    """
    settings = compose_command(
        [item for item in fixed if not item.key_or_group.startswith("scenario.")]
    ).settings
    if settings.task != "run":
        raise SettingsError(f"task={settings.task}: only task=run can be swept")
    if settings.attribution:
        raise SettingsError(
            "attribution=true: a sweep does not split the change of the lag; run the "
            "points of interest alone"
        )
    return settings.sweep


def _check_once(fixed: Iterable[Override], varied: Sequence[Override]) -> None:
    """Refuse a setting that is swept twice, or swept and fixed."""
    keys = [override.key_or_group for override in varied]
    for number, override in enumerate(varied):
        if override.key_or_group in keys[:number]:
            raise SettingsError(
                f"{override.input_line}: {override.key_or_group} is swept already; "
                "give all its values in one override"
            )
    for override in fixed:
        if override.key_or_group in keys:
            raise SettingsError(
                f"{override.input_line}: {override.key_or_group} is swept by another "
                "override; give one of them"
            )


def _check_design(options: SweepSettings, factors: Sequence[Factor]) -> None:
    """Refuse a layout that does not fit what is swept."""
    if options.design == "table":
        _check_table(options, factors)
        return
    if options.table is not None:
        raise SettingsError(
            f"sweep.table={options.table}: is read by sweep.design=table alone, and "
            f"the design is {options.design}"
        )
    if not factors:
        raise SettingsError(
            "nothing is swept; give a setting several values, such as "
            "scenario=service_ban,tight_quota, or leave -m out"
        )
    if options.design == "grid":
        if options.points is not None:
            raise SettingsError(
                f"sweep.points={options.points}: a grid has as many points as there "
                "are combinations; leave it out, or give sweep.design=sobol"
            )
        check_grid(factors)
    elif options.points is None:
        raise SettingsError(
            f"sweep.design={options.design}: how many points? give sweep.points=256"
        )


def _check_table(options: SweepSettings, factors: Sequence[Factor]) -> None:
    if options.table is None:
        raise SettingsError(
            "sweep.design=table: which table? give sweep.table=points.csv"
        )
    if factors:
        raise SettingsError(
            f"{factors[0].key}: the points are in the table {options.table}; give it a "
            "column there, or one value here"
        )
    if options.points is not None:
        raise SettingsError(
            f"sweep.points={options.points}: a table has as many points as rows; leave "
            "it out"
        )


def _check_columns(keys: Sequence[str], table: str, fixed: Sequence[str]) -> None:
    """Refuse columns that do not make points, beside what is fixed."""
    fixed_by_key = {parse_override(text).key_or_group: text for text in fixed}
    for key in keys:
        _check_column(key, table)
        if key in fixed_by_key:
            raise SettingsError(
                f"{fixed_by_key[key]}: {key} is a column of {table}; give one of them"
            )
    if "scenario" not in {*keys, *fixed_by_key}:
        raise SettingsError(
            f"{table}: has no column scenario; add it, or give scenario=... beside it"
        )


def _check_column(key: str, table: str) -> None:
    """Refuse a column that is not a setting, or that may not be swept."""
    column = f"{table}, column {key}"
    try:
        override = parse_override(f"{key}=0")
        check_key(override)
        check_sweepable(override.key_or_group, column)
    except SettingsError as error:
        reason = str(error).removeprefix(f"{key}=0: ").removeprefix(f"{column}: ")
        raise SettingsError(f"{column}: {reason}") from None


def _check_scenario(fixed: Sequence[Override], varied: Sequence[Override]) -> None:
    """Refuse at once what no point can do: no scenario, or nothing in it to change."""
    if any(override.key_or_group == "scenario" for override in varied):
        return
    if last_value(fixed, "scenario") is None:
        raise SettingsError("which scenario? give scenario=..., or scenario=a,b")
    base = compose_command(fixed)
    for override in varied:
        base.check_change(override.key_or_group, str(override.input_line))
