"""The task `network`: chokepoints of supply, and what a scenario cuts."""

from __future__ import annotations

from collections.abc import Iterator

from sim.assembly import first_month_world
from sim.domain.number_format import whole_percent
from sim.outcomes.chokepoints import (
    Chokepoint,
    betweenness,
    chokepoints,
    minimum_cut,
)
from sim.outcomes.line_changes import cut_lines, month_of_most_cuts
from sim.outcomes.network_graph import Network
from sim.policy.regime import Regime
from sim.presentation.numbers import counted
from sim.settings.compose import Command
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.law import record_limits

_MOST_CENTRAL = 8


def network_lines(command: Command) -> list[str]:
    """Return chokepoints, central actors, the minimum cut and what a scenario cuts."""
    settings = command.settings
    records = read_records(settings)
    baseline = read_scenario(command.baseline, records)
    network = first_month_world(records, baseline.regime).network
    rows = [*_chokepoints(network), "", *_central(network), "", *_minimum_cut(network)]
    if command.scenario is not None:
        scenario = read_scenario(command.scenario, records)
        rows += ["", *_cuts(network, scenario.regime, baseline.regime, command)]
    if settings.month is not None:
        rows += record_limits(records, settings.month.last_day)
    return rows


def _chokepoints(network: Network) -> Iterator[str]:
    yield "Concentration of sellers by good (HHI 10 000: one seller):"
    for point in chokepoints(network):
        yield _chokepoint(point)


def _chokepoint(point: Chokepoint) -> str:
    return (
        f"  {point.good:<18}{point.hhi:>8,.0f}   {counted(point.sellers, 'seller')}, "
        f"first {point.leader} with {whole_percent(point.leader_share)}%; "
        f"foreign law of {', '.join(point.states) or 'no state'}"
    )


def _central(network: Network) -> Iterator[str]:
    central = sorted(betweenness(network).items(), key=lambda item: -item[1])
    yield "Actors through whom most shortest supply paths run:"
    for actor, between in central[:_MOST_CENTRAL]:
        yield f"  {actor:<18}{between:>8.3f}"


def _minimum_cut(network: Network) -> Iterator[str]:
    lines = minimum_cut(network)
    yield (
        "Fewest foreign lines whose closing parts allied tool makers from China's AI "
        f"chips: {len(lines)}"
    )
    for line in lines:
        yield f"  {line}"


def _cuts(
    network: Network, scenario: Regime, baseline: Regime, command: Command
) -> Iterator[str]:
    """Yield what a scenario cuts: in the month of the command, or when it cuts most."""
    settings = command.settings
    scenario, baseline = scenario.with_nothing_decided, baseline.with_nothing_decided
    if settings.month is None:
        span = [
            settings.start + step
            for step in range(settings.horizon - settings.start + 1)
        ]
        month = month_of_most_cuts(network, scenario, baseline, span)
    else:
        month = settings.month
    cuts = cut_lines(network, scenario, baseline, month)
    yield f"Lines that {scenario.name} cuts in {month}: {len(cuts)}"
    for cut in cuts:
        capped = ", under a quota" if cut.capped else ""
        chip = f" ({cut.chip})" if cut.chip else ""
        yield (
            f"  {cut.good}{chip} from {cut.seller} to {cut.buyer}: "
            f"{cut.before:.2f} -> {cut.after:.2f} of orders{capped}"
        )
    if scenario.decisions:
        yield scenario.decisions.summary()
        yield "What they decide is not in the list above; a run's network map shows it."
