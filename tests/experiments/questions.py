"""Experiments in few worlds, and the ways in which answers must agree."""

from dataclasses import replace

import numpy as np

from sim.domain.ensemble import Draws
from sim.experiments.chunks import run_pair
from sim.experiments.setup import Setup
from sim.experiments.simulation import Comparison
from sim.outcomes.results import Results
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


def assert_same_draws(actual: Results, expected: Results) -> None:
    """Check that draws are, to the last bit, those of the same numbers among others.

    A series that is zero in all draws, such as of a chip that nobody designed, need not
    be there.
    """
    assert actual.months == expected.months
    numbers = actual.draws.numbers
    first = numbers.start - expected.draws.first
    nothing = np.zeros((len(actual.months), len(numbers)))
    for key in {**actual.series, **expected.series}:
        ours = actual.series.get(key, nothing)
        theirs = nothing
        if key in expected.series:
            theirs = expected.series[key][:, first : first + len(numbers)]
        np.testing.assert_array_equal(ours, theirs, str(key))
    assert event_records(actual, numbers) == event_records(expected, numbers)


def assert_same(actual: Comparison, expected: Comparison, draws=slice(None)) -> None:
    """Check that two comparisons agree to the last bit, in some draws of the second."""
    assert_same_results(actual.baseline, expected.baseline, draws)
    assert_same_results(actual.scenario, expected.scenario, draws)


def assert_same_results(actual: Results, expected: Results, draws=slice(None)) -> None:
    """Check that two results agree to the last bit, series by series."""
    assert actual.months == expected.months
    assert actual.series.keys() == expected.series.keys()
    for key, series in actual.series.items():
        np.testing.assert_array_equal(series, expected.series[key][:, draws], str(key))
    assert event_records(actual, actual.draws.numbers) == event_records(
        expected, actual.draws.numbers
    )


def event_records(results: Results, numbers: range) -> set[tuple]:
    """Return what happened in some draws, in which of them, and why."""
    return {
        (
            event.key,
            int(draw),
            tuple((name, float(amounts[at])) for name, amounts in event.inputs.items()),
            None if event.threshold is None else float(event.threshold[at]),
        )
        for event in results.events
        for at, draw in enumerate(event.draws)
        if draw in numbers
    }
