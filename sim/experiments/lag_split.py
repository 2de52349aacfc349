"""Attribution: every way of switching the channels, in the same worlds, side by side.

The worth v of a set of channels is the change of China's lag, scenario minus baseline,
if those channels and no others are on, in both worlds. What the rule does where nothing
answers it, v(none), is the compute that it denies. The Shapley values of the channels
share out the rest, so that all pieces add up to v(all) in every draw.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import SettingsError
from sim.domain.switches import BY_DRAW
from sim.experiments.chunks import run_chunks
from sim.experiments.setup import Case, Setup
from sim.experiments.shapley import Coalition, coalitions, shapley
from sim.experiments.side_by_side import run_side_by_side
from sim.experiments.simulation import Comparison
from sim.experiments.workers import Crew, OnMonth
from sim.outcomes.attribution import CHANNELS, DENIED, Attribution
from sim.outcomes.headline import LAG, dates
from sim.outcomes.results import Key

PROGRESS_LABEL = "channels"


def split_lag(
    setup: Setup,
    count: int,
    quiet: bool = True,
    crew: Crew | None = None,
    *,
    key: Key = LAG,
) -> Attribution:
    """Return the change of the lag by channel, in the first draws of an experiment.

    Args:
        setup: the experiment.
        count: how many draws are split at most.
        quiet: whether to show no progress.
        crew: the workers of the run; if not given, workers for this alone.
        key: measure and actor of another effect, which is split instead.
    """
    check_splittable(setup)
    ways = len(coalitions(active_channels(setup)))
    first_draws = replace(
        setup,
        draws=Draws(min(count, setup.draws.count), setup.draws.first),
        record=[key[0]],
        chunk=max(setup.chunk_size // ways, 1),
    )
    return Attribution.join(
        run_chunks(partial(_split_chunk, key), first_draws, quiet, PROGRESS_LABEL, crew)
    )


def check_splittable(setup: Setup) -> None:
    """Refuse an experiment of which the change of the lag cannot be split.

    Raises:
        SettingsError: nothing is compared, or a channel works in one world alone.
    """
    if setup.scenario is None:
        raise SettingsError(
            f"attribution=true: {setup.baseline.name} is compared with itself, so "
            "there is no change of the lag to split; choose another scenario"
        )
    for name in BY_DRAW:
        if _is_on(setup.baseline, name) != _is_on(setup.scenario, name):
            raise SettingsError(
                f"attribution=true: mechanisms.{name} is on in one of "
                f"{setup.scenario.name} and {setup.baseline.name} and off in the "
                "other; a channel must be the same in both"
            )


def active_channels(setup: Setup) -> list[str]:
    """Return the channels that are not switched off altogether."""
    return [name for name in BY_DRAW if _is_on(setup.baseline, name)]


def _is_on(case: Case, name: str) -> bool:
    return case.mechanisms.get(name, True)


def _split_chunk(
    key: Key, setup: Setup, draws: Draws, on_month: OnMonth
) -> Attribution:
    """Return a change by channel in a chunk of draws."""
    acting = active_channels(setup)
    sets = coalitions(acting)
    ways = [_with_channels(setup, acting, working) for working in sets]
    compared = run_side_by_side(ways, draws, on_month, series_only=True)
    worths = _worth_by_time(dict(zip(sets, compared, strict=True)), key)
    return Attribution(
        scenario=compared[0].scenario.scenario,
        baseline=compared[0].baseline.scenario,
        draws=draws,
        seed=setup.seed,
        horizon=setup.horizon,
        pieces={
            when: _share_by_channel(worth, acting) for when, worth in worths.items()
        },
        whole={when: worth[frozenset(acting)] for when, worth in worths.items()},
        off=tuple(name for name in BY_DRAW if name not in acting),
    )


def _with_channels(setup: Setup, acting: list[str], working: Coalition) -> Setup:
    """Return an experiment in which some of the channels work and the others do not."""
    assert setup.scenario is not None
    switched = {name: name in working for name in acting}
    baseline, scenario = (
        replace(case, mechanisms={**case.mechanisms, **switched})
        for case in (setup.baseline, setup.scenario)
    )
    return replace(setup, baseline=baseline, scenario=scenario)


def _worth_by_time(
    compared: dict[Coalition, Comparison], key: Key
) -> dict[str, dict[Coalition, PerDraw]]:
    """Return by time what each set of channels brings about, draw by draw."""
    head = next(iter(compared.values()))
    return {
        when: {
            working: pair.scenario.over_year(key, last)
            - pair.baseline.over_year(key, last)
            for working, pair in compared.items()
        }
        for when, last in dates(head.scenario)
    }


def _share_by_channel(
    worth: dict[Coalition, PerDraw], acting: list[str]
) -> dict[str, PerDraw]:
    """Return what came through each channel; nothing through one that is off."""
    denied = worth[frozenset()]
    values = {DENIED: denied, **shapley(worth, acting)}
    return {name: values.get(name, 0.0 * denied) for name in CHANNELS}
