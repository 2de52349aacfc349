"""Experiments in few worlds, and the ways in which answers must agree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from sim.domain.ensemble import Draws
from sim.experiments.chunks import run_pair
from sim.experiments.setup import Setup
from sim.experiments.simulation import Comparison
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.results import Results
from sim.policy.decided_law import DecidedLaw
from sim.settings.compose import read_command
from sim.tasks.prepare import prepare


def ready(outputs, scenario="service_ban", *words, **changes) -> Setup:
    """Return an experiment that keeps every measure."""
    given = [f"scenario={scenario}", f"outputs='{outputs}'", "record=all", *words]
    return replace(prepare(read_command(given)).setup, **changes)


def answer(*given, **changes) -> Comparison:
    """Return the results of an experiment."""
    return run_pair(ready(*given, **changes))


def from_the_start(setup: Setup, draws: Draws) -> Setup:
    """Return the scenario alone, as a world that was never forked, in some draws."""
    case = setup.baseline if setup.scenario is None else setup.scenario
    return replace(setup, baseline=case, scenario=None, draws=draws)


def scenario_results(comparison: Comparison) -> Results:
    """Return the results of the scenario, which may be the baseline itself."""
    return comparison.baseline if comparison.baseline_only else comparison.scenario


@dataclass(frozen=True)
class Agreement:
    """What was found when results were compared.

    Attributes:
        numbers: how many numbers were compared.
        differences: where they differ.
    """

    numbers: int
    differences: tuple[str, ...]

    @classmethod
    def of(cls, actual: Results, expected: Results) -> Agreement:
        """Compare some draws with the same draws among others, bit by bit.

        A series that is zero in all draws, such as of a chip that nobody designed, need
        not be there; nor need an act that is decided in other draws alone.
        """
        assert (actual.scenario, actual.seed) == (expected.scenario, expected.seed)
        assert actual.months == expected.months
        series = [_bits(results, actual.draws) for results in (actual, expected)]
        events = [event_records(x, actual.draws.numbers) for x in (actual, expected)]
        differences = [
            str(key)
            for key in sorted(series[0].keys() | series[1].keys())
            if _differ(*(each.get(key) for each in series))
        ]
        differences += [f"event of {x}" for x in sorted(events[0] ^ events[1], key=str)]
        size = sum(x.size for x in series[0].values())
        return cls(size + sum(x.count for x in events[0]), tuple(differences))

    @classmethod
    def of_both(cls, actual: Comparison, expected: Comparison) -> Agreement:
        """Compare the same of a baseline and, if there is one, a scenario."""
        assert actual.baseline_only == expected.baseline_only
        baseline = cls.of(actual.baseline, expected.baseline)
        if expected.baseline_only:
            return baseline
        return baseline + cls.of(actual.scenario, expected.scenario)

    def __add__(self, other: Agreement) -> Agreement:
        both = (*self.differences, *other.differences)
        return Agreement(self.numbers + other.numbers, both)


def _bits(results: Results, draws: Draws) -> dict[tuple[str, ...], np.ndarray]:
    """Return every number by draw of some draws, as whole numbers of the same bits."""
    first = draws.first - results.draws.first
    columns = slice(first, first + draws.count)
    return {
        key: np.ascontiguousarray(x[..., columns], dtype=np.float64).view(np.int64)
        for key, x in {**results.series, **_decided(results.decided)}.items()
    }


def _decided(law: DecidedLaw) -> dict[tuple[str, ...], np.ndarray]:
    """Return how far each act is in force, suspended and joined at the end."""
    return {
        **{("in force", act): force for act, force in law.acts.items()},
        **{("suspended", act): share for act, share in law.suspended.items()},
        **{
            (part, act, state): getattr(shares, part)
            for (act, state), shares in law.joined.items()
            for part in ("full", "partial")
        },
    }


def _differ(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Return whether two arrays differ; one that is not there is of zeros."""
    if one is None or other is None:
        return any(x is not None and x.any() for x in (one, other))
    return not np.array_equal(one, other)


def assert_same_draws(actual: Results, expected: Results) -> None:
    """Check that draws are, to the last bit, those of the same numbers among others."""
    assert not Agreement.of(actual, expected).differences


def assert_same(actual: Comparison, expected: Comparison) -> None:
    """Check the same of both laws; of the same draws there are the same series."""
    assert not Agreement.of_both(actual, expected).differences
    if actual.baseline.draws == expected.baseline.draws:
        assert actual.baseline.series.keys() == expected.baseline.series.keys()
        assert actual.scenario.series.keys() == expected.scenario.series.keys()


class EventRecord(NamedTuple):
    """What happened in a draw, and the numbers that go with it, as bytes."""

    key: tuple[object, ...]
    draw: int
    names: tuple[str, ...]
    numbers: bytes

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return len(self.numbers) // np.float64().nbytes


def event_records(results: Results, numbers: range) -> set[EventRecord]:
    """Return what happened in some draws, in which of them, and why."""
    return {
        EventRecord(event.key, int(draw), names, row.tobytes())
        for event in results.events
        for names, table in [_numbers_of(event)]
        for draw, row in zip(event.draws, table, strict=True)
        if draw in numbers
    }


def _numbers_of(event: Occurrence) -> tuple[tuple[str, ...], np.ndarray]:
    """Return what was weighed by name, and a row of numbers for each draw."""
    weighed = dict(event.inputs)
    if event.threshold is not None:
        weighed["threshold"] = event.threshold
    table = np.empty((event.draws.size, len(weighed)))
    for column, amounts in enumerate(weighed.values()):
        table[:, column] = amounts
    return tuple(weighed), table
