"""Points: rows of a design become experiments that are ready to run.

Hydra composes once for each scenario, and each place that assumptions are drawn from;
numbers, dates and words are then set in what it composed. The outcome is that of a
single run with the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from sim.domain.errors import ChipWarError
from sim.experiments.factors import Value
from sim.experiments.setup import Setup
from sim.records import Records
from sim.records.posterior import Posterior
from sim.records.scenarios import Scenario
from sim.settings.compose import (
    Command,
    ComposedScenario,
    compose_baseline,
    compose_overrides,
)
from sim.settings.overrides import format_value
from sim.settings.schema import Settings
from sim.tasks.assumption_source import posterior_for
from sim.tasks.prepare import (
    build_setup,
    read_records,
    read_scenario,
    required_scenario,
)
from sim.tasks.sweep import point_key

Found = TypeVar("Found")

_SCENARIO = "scenario"
_CHOICES = (_SCENARIO, "assumptions")
"""Settings that Hydra composes: each is the name of a file of settings."""

_MOST_KEPT = 4_096
"""Scenarios that are kept at a time: memory does not grow with the sweep."""


class PointComposer:
    """Composes the points of one sweep.

    What points have in common is read once: the facts, each scenario as Hydra composes
    it, each scenario's law.
    """

    def __init__(self, fixed: Sequence[str], keys: Sequence[str]) -> None:
        """Prepare for points that set some settings, one value for each.

        Args:
            fixed: words that hold for every point.
            keys: the settings that the points set.
        """
        self._fixed = tuple(fixed)
        self._keys = tuple(keys)
        self._within = any(key.startswith(f"{_SCENARIO}.") for key in keys)
        self._composed: dict[tuple[str, ...], Command | ChipWarError] = {}
        self._read: dict[tuple[str, str], Scenario | ChipWarError] = {}
        self._baselines: dict[str, ComposedScenario | ChipWarError] = {}
        self._records: dict[str | None, Records | ChipWarError] = {}
        self._posteriors: dict[tuple[object, str], Posterior | ChipWarError | None] = {}
        self._data: dict[str | None, str] = {}
        self._digests: dict[tuple[str, str], str] = {}
        self._last: tuple[Sequence[Value], Command] | None = None

    def overrides(self, values: Sequence[Value]) -> list[str]:
        """Return the words of the single run that a point stands for."""
        given = zip(self._keys, values, strict=True)
        return [*self._fixed, *(f"{key}={format_value(value)}" for key, value in given)]

    def command(self, values: Sequence[Value]) -> Command:
        """Return the command of the single run that a point stands for.

        Raises:
            ChipWarError: as that run would.
        """
        if self._last is not None and self._last[0] is values:
            return self._last[1]
        command = self._commanded(values)
        # What cannot change is known again: a point is asked for its setup and its key.
        self._last = (values, command) if isinstance(values, tuple) else None
        return command

    def _commanded(self, values: Sequence[Value]) -> Command:
        point = dict(zip(self._keys, values, strict=True))
        chosen = [key for key in point if key in _CHOICES]
        found = self._composition({key: point.pop(key) for key in chosen})
        if not all(found.can_set(key) for key in point):
            return compose_overrides(self.overrides(values)).checked()
        for key, value in point.items():
            found = found.with_value(key, value)
        return found.checked()

    def setup(self, values: Sequence[Value]) -> Setup:
        """Return what the single run with these values would run.

        Args:
            values: one for each key.

        Raises:
            ChipWarError: as that run would, in one line.
        """
        command = self.command(values)
        chosen, settings = required_scenario(command), command.settings
        records = self._facts(settings)
        scenario = self._scenario(chosen, self._digest_of_scenario(chosen), records)
        compared = self._baseline(command)
        baseline = self._scenario(compared, self._digest("baseline", compared), records)
        # One that is broken is not read again at every point.
        known = (settings.data, settings.drawn_from)
        _once(self._posteriors, known, lambda: posterior_for(settings, records))
        return build_setup(command, records, baseline, scenario)

    def key(self, values: Sequence[Value]) -> str:
        """Return a digest of all that fixes the numbers of a point, draw by draw.

        Not of how many draws there are, how they are computed, or where results go.

        Raises:
            ChipWarError: the point cannot be composed.
        """
        command = self.command(values)
        settings = command.settings
        return point_key.digest(
            self._code,
            self._facts_digest(settings),
            self._digest_of_scenario(required_scenario(command)),
            self._digest("baseline", self._baseline(command)),
            point_key.settings_digest(settings),
        )

    @cached_property
    def _code(self) -> str:
        return point_key.code_digest()

    def _composition(self, choice: Mapping[str, Value]) -> Command:
        words = tuple(f"{key}={format_value(value)}" for key, value in choice.items())
        return _once(
            self._composed, words, lambda: compose_overrides([*self._fixed, *words])
        )

    def _facts(self, settings: Settings) -> Records:
        return _once(self._records, settings.data, lambda: read_records(settings))

    def _facts_digest(self, settings: Settings) -> str:
        if settings.data not in self._data:
            folder = self._facts(settings).folder
            self._data = {**self._data, settings.data: point_key.data_digest(folder)}
        return self._data[settings.data]

    def _baseline(self, command: Command) -> ComposedScenario:
        name = command.settings.baseline
        return _once(
            self._baselines,
            name,
            lambda: compose_baseline(command),
        )

    def _digest_of_scenario(self, chosen: ComposedScenario) -> str:
        """Return the digest of a point's scenario; all of one name may be alike."""
        if self._within:
            return point_key.scenario_digest(chosen)
        return self._digest(_SCENARIO, chosen)

    def _digest(self, side: str, chosen: ComposedScenario) -> str:
        """Return the digest of what one side of the comparison has for a name."""
        known = (side, chosen.name)
        if known not in self._digests:
            self._digests[known] = point_key.scenario_digest(chosen)
        return self._digests[known]

    def _scenario(
        self, chosen: ComposedScenario, digest: str, records: Records
    ) -> Scenario:
        content = (chosen.name, digest)
        if len(self._read) >= _MOST_KEPT:
            self._read = {}
        return _once(self._read, content, lambda: read_scenario(chosen, records))


def _once(
    known: dict[Any, Found | ChipWarError], name: object, find: Callable[[], Found]
) -> Found:
    """Return what is known by a name, or find it; a failure is remembered too."""
    if name not in known:
        try:
            known[name] = find()
        except ChipWarError as error:
            # Where it arose would keep all that was read there in memory.
            known[name] = error.with_traceback(None)
    found = known[name]
    if isinstance(found, ChipWarError):
        raise type(found)(str(found))
    return found
