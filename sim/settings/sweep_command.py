"""Sweeps: the words of a command become settings that stay and factors that vary."""

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
from sim.settings.checks import check_key
from sim.settings.compose import compose_command
from sim.settings.overrides import last_value, parse_override
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.schema import SweepSettings
from sim.settings.swept_values import check_sweepable, read_factor


@dataclass(frozen=True)
class SweepCommand:
    """What a command that begins with ``-m`` asks for.

    Attributes:
        words: as they were given.
        fixed: those that hold for every point.
        factors: the settings that vary, in order; none if they stand in a table.
        sweep: how they are laid out, and what is kept.
    """

    overrides: tuple[str, ...]
    fixed: tuple[str, ...]
    factors: tuple[Factor, ...]
    sweep: SweepSettings

    def design(self) -> Design:
        """Return the points.

        Raises:
            SettingsError: they cannot be laid out, or the table cannot be read.
        """
        asked = self.sweep
        if asked.design == "table":
            assert asked.table is not None
            design = from_table(asked.table)
            _check_columns(design.keys, asked.table, self.fixed)
            return design
        if asked.design == "grid":
            return grid(self.factors)
        assert asked.points is not None
        lay = latin_hypercube if asked.design == "latin_hypercube" else sobol
        return lay(self.factors, asked.points, asked.seed)


def read_sweep(overrides: Sequence[str]) -> SweepCommand:
    """Return what a command that sweeps asks for.

    Args:
        overrides: those of the command, without ``-m`` and without Hydra's own.

    Raises:
        SettingsError: a word is wrong; says which, and what would be right.
        ScenarioError: the scenario's file cannot be composed.
    """
    parsed = [_parsed(override) for override in overrides]
    for override in parsed:
        check_key(override)
    fixed = [override for override in parsed if not override.is_sweep_override()]
    varied = [override for override in parsed if override.is_sweep_override()]
    sweep = _settings(fixed)
    offered = ScenarioFiles.find(last_value(fixed, "scenario_folder"))
    factors = tuple(read_factor(each, offered, sweep.seed) for each in varied)
    _check_once(fixed, varied)
    _check_design(sweep, factors)
    command = SweepCommand(
        overrides=tuple(overrides),
        fixed=tuple(
            str(each.input_line)
            for each in fixed
            if each.key_or_group.partition(".")[0] != "sweep"
        ),
        factors=factors,
        sweep=sweep,
    )
    _check_scenario(fixed, command)
    return command


def _parsed(word: str) -> Override:
    """Read a word; one that is swept may refer to nothing outside itself."""
    override = parse_override(word)
    if override.is_sweep_override() and "${" in word:
        raise SettingsError(f"{word}: what is swept refers to nothing outside itself")
    return override


def _settings(fixed: Sequence[Override]) -> SweepSettings:
    """Return how the sweep is laid out, with the other settings checked.

    Words within a scenario wait until each point has chosen one.
    """
    alone = [each for each in fixed if not each.key_or_group.startswith("scenario.")]
    settings = compose_command(alone).settings
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
    keys = [each.key_or_group for each in varied]
    for number, override in enumerate(varied):
        if override.key_or_group in keys[:number]:
            raise SettingsError(
                f"{override.input_line}: {override.key_or_group} is swept already; "
                "give all its values in one word"
            )
    for override in fixed:
        if override.key_or_group in keys:
            raise SettingsError(
                f"{override.input_line}: {override.key_or_group} is swept by another "
                "word; give one of them"
            )


def _check_design(sweep: SweepSettings, factors: Sequence[Factor]) -> None:
    """Refuse a layout that does not go with what is swept."""
    if sweep.design == "table":
        _check_table(sweep, factors)
        return
    if sweep.table is not None:
        raise SettingsError(
            f"sweep.table={sweep.table}: is read by sweep.design=table alone, and the "
            f"design is {sweep.design}"
        )
    if not factors:
        raise SettingsError(
            "nothing is swept; give a setting several values, such as "
            "scenario=service_ban,tight_quota, or leave -m out"
        )
    if sweep.design == "grid":
        if sweep.points is not None:
            raise SettingsError(
                f"sweep.points={sweep.points}: a grid has as many points as there are "
                "combinations; leave it out, or give sweep.design=sobol"
            )
        check_grid(factors)
    elif sweep.points is None:
        raise SettingsError(
            f"sweep.design={sweep.design}: how many points? give sweep.points=256"
        )


def _check_table(sweep: SweepSettings, factors: Sequence[Factor]) -> None:
    if sweep.table is None:
        raise SettingsError(
            "sweep.design=table: which table? give sweep.table=points.csv"
        )
    if factors:
        raise SettingsError(
            f"{factors[0].key}: the points stand in the table {sweep.table}; give it a "
            "column there, or one value here"
        )
    if sweep.points is not None:
        raise SettingsError(
            f"sweep.points={sweep.points}: a table has as many points as rows; leave "
            "it out"
        )


def _check_columns(keys: Sequence[str], table: str, fixed: Sequence[str]) -> None:
    for key in keys:
        _check_column(key, table, fixed)
    if "scenario" not in keys and not any(
        parse_override(word).key_or_group == "scenario" for word in fixed
    ):
        raise SettingsError(
            f"{table}: has no column scenario; add it, or give scenario=... beside it"
        )


def _check_column(key: str, table: str, fixed: Sequence[str]) -> None:
    """Refuse a column that is no setting, may not be swept, or is fixed beside it."""
    word = f"{table}, column {key}"
    try:
        override = parse_override(f"{key}=0")
        check_key(override)
        check_sweepable(override.key_or_group, word)
    except SettingsError as error:
        reason = str(error).removeprefix(f"{key}=0: ").removeprefix(f"{word}: ")
        raise SettingsError(f"{word}: {reason}") from None
    for other in fixed:
        if parse_override(other).key_or_group == key:
            raise SettingsError(
                f"{other}: {key} is a column of {table}; give one of them"
            )


def _check_scenario(fixed: Sequence[Override], command: SweepCommand) -> None:
    """Refuse at once what no point can do: no scenario, or nothing in it to change."""
    if command.sweep.design == "table":
        return
    swept = [factor.key for factor in command.factors]
    if "scenario" in swept:
        return
    if last_value(fixed, "scenario") is None:
        raise SettingsError("which scenario? give scenario=..., or scenario=a,b")
    base = compose_command(fixed)
    words = {word.partition("=")[0].lstrip("+"): word for word in command.overrides}
    for key in swept:
        base.check_change(key, words[key])
