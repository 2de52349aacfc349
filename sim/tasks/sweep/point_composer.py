"""Composition of points: rows of a design become experiments that are ready to run.

Hydra composes once for each scenario and each source of assumptions; numbers, dates and
names are then set in what it composed. The result is that of a single run with the same
overrides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from sim.domain.errors import ChipWarError
from sim.experiments.setup import Setup
from sim.outcomes.sweep.setting_value import SettingValue
from sim.records import Records
from sim.records.posterior import Posterior
from sim.records.scenarios import Scenario
from sim.settings.compose import Command, compose_overrides
from sim.settings.hydra_composition import ComposedScenario
from sim.settings.overrides import format_value
from sim.settings.schema import Settings
from sim.tasks.assumption_source import posterior_for
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.prepare import build_setup
from sim.tasks.sweep import point_key

Known = TypeVar("Known")

_SCENARIO = "scenario"
_COMPOSED_BY_HYDRA = (_SCENARIO, "assumptions")
"""Settings whose value is the name of a file of settings."""

_MOST_SCENARIOS = 4_096
"""Scenarios that are kept at a time: memory does not grow with the sweep."""


class PointComposer:
    """Composes the points of one sweep.

    What points have in common is read once: the facts, each scenario as Hydra composes
    it, each scenario's law.
    """

    def __init__(self, fixed: Sequence[str], settings: Sequence[str]) -> None:
        """Prepare for points that set some settings, one value for each.

        Args:
            fixed: overrides that hold for every point.
            settings: those that the points set.
        """
        self._fixed = tuple(fixed)
        self._settings = tuple(settings)
        self._changes_scenarios = any(
            name.startswith(f"{_SCENARIO}.") for name in settings
        )
        self._composed: dict[tuple[str, ...], Command | ChipWarError] = {}
        self._scenarios: dict[tuple[str, str], Scenario | ChipWarError] = {}
        self._baselines: dict[str, ComposedScenario | ChipWarError] = {}
        self._records: dict[str | None, Records | ChipWarError] = {}
        self._posteriors: dict[tuple[object, str], Posterior | ChipWarError | None] = {}
        self._data_digests: dict[str | None, str] = {}
        self._scenario_digests: dict[tuple[str, str], str] = {}

    def overrides(self, values: Sequence[SettingValue]) -> list[str]:
        """Return the overrides of the single run that is the same as a point."""
        pairs = zip(self._settings, values, strict=True)
        return [
            *self._fixed,
            *(f"{name}={format_value(value)}" for name, value in pairs),
        ]

    def command(self, values: Sequence[SettingValue]) -> Command:
        """Return the command of the single run that is the same as a point.

        Args:
            values: one for each setting.

        Raises:
            ChipWarError: as that run would.
        """
        point = dict(zip(self._settings, values, strict=True))
        by_hydra = [name for name in point if name in _COMPOSED_BY_HYDRA]
        command = self._compose({name: point.pop(name) for name in by_hydra})
        if not all(command.can_set(name) for name in point):
            return compose_overrides(self.overrides(values)).checked()
        for name, value in point.items():
            command = command.with_value(name, value)
        return command.checked()

    def setup(self, command: Command) -> Setup:
        """Return what a point's command runs.

        Raises:
            ChipWarError: as the single run would, in one line.
        """
        settings, chosen = command.settings, command.required_scenario
        records = self._read_records(settings)
        scenario = self._scenario(chosen, self._chosen_digest(chosen), records)
        compared = self._baseline(command)
        baseline = self._scenario(compared, self._digest("baseline", compared), records)
        # A posterior that is broken is not read again at every point.
        source = (settings.data, settings.drawn_from)
        _once(self._posteriors, source, lambda: posterior_for(settings, records))
        return build_setup(command, records, baseline, scenario)

    def key(self, command: Command) -> str:
        """Return a digest of all that fixes the numbers of a point, draw by draw.

        How many draws there are, how they are computed and where results go are no part
        of it, so that the store serves sweeps that differ in these alone.

        Raises:
            ChipWarError: the point cannot be composed.
        """
        return point_key.joint_digest(
            self._code_digest,
            point_key.arithmetic_digest(),
            self._data_digest(command.settings),
            self._chosen_digest(command.required_scenario),
            self._digest("baseline", self._baseline(command)),
            point_key.settings_digest(command.settings),
        )

    @cached_property
    def _code_digest(self) -> str:
        return point_key.numerical_digest()

    def _compose(self, choices: Mapping[str, SettingValue]) -> Command:
        overrides = tuple(
            f"{name}={format_value(value)}" for name, value in choices.items()
        )
        return _once(
            self._composed,
            overrides,
            lambda: compose_overrides([*self._fixed, *overrides]),
        )

    def _read_records(self, settings: Settings) -> Records:
        return _once(self._records, settings.data, lambda: read_records(settings))

    def _data_digest(self, settings: Settings) -> str:
        if settings.data not in self._data_digests:
            records = self._read_records(settings)
            self._data_digests[settings.data] = point_key.data_digest(records)
        return self._data_digests[settings.data]

    def _baseline(self, command: Command) -> ComposedScenario:
        name = command.settings.baseline
        return _once(self._baselines, name, lambda: command.baseline)

    def _chosen_digest(self, chosen: ComposedScenario) -> str:
        """Return the digest of a point's scenario; one name may mean several."""
        if self._changes_scenarios:
            return point_key.scenario_digest(chosen)
        return self._digest(_SCENARIO, chosen)

    def _digest(self, side: str, chosen: ComposedScenario) -> str:
        """Return the digest of what one side of the comparison has under a name."""
        name = (side, chosen.name)
        if name not in self._scenario_digests:
            self._scenario_digests[name] = point_key.scenario_digest(chosen)
        return self._scenario_digests[name]

    def _scenario(
        self, chosen: ComposedScenario, digest: str, records: Records
    ) -> Scenario:
        if len(self._scenarios) >= _MOST_SCENARIOS:
            self._scenarios = {}
        return _once(
            self._scenarios,
            (chosen.name, digest),
            lambda: read_scenario(chosen, records),
        )


def _once(
    known: dict[Any, Known | ChipWarError], name: object, compute: Callable[[], Known]
) -> Known:
    """Return what is known by a name, or compute it; a failure is remembered too."""
    if name not in known:
        try:
            known[name] = compute()
        except ChipWarError as error:
            # Its traceback would keep all that was read there in memory.
            known[name] = error.with_traceback(None)
    value = known[name]
    if isinstance(value, ChipWarError):
        raise type(value)(str(value))
    return value
