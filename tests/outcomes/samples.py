"""Small results, made by hand, whose every number can be checked by eye."""

from dataclasses import replace

import numpy as np
from networkx import MultiDiGraph

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.outcomes.attribution import CHANNELS, DENIED, Attribution
from sim.outcomes.measures.measure import Quantity
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.results import Results
from sim.policy.decisions import Decisions
from sim.policy.instruments import Adoption
from sim.policy.regime import Regime
from tests.outcomes.small_world import US_TOOLS

START = Month(2025, 1)

LAG = Quantity(
    name="frontier_lag_months",
    unit="months",
    title="Lag behind the frontier",
    description="Months by which the leading laboratory trails the frontier.",
    kind="level",
    headline=True,
)
REVENUE = Quantity(
    name="china_revenue",
    unit="USD million",
    title="Revenue from China",
    description="Sales to buyers in China.",
    kind="flow",
    headline=True,
)
STOCK = Quantity(
    name="hbm_stock",
    unit="stacks",
    title="HBM in stock",
    description="Stacks of high-bandwidth memory in store.",
    kind="stock",
    headline=False,
)


def results(
    scenario="baseline", months=24, draws=4, first=0, lag=6.0, revenue=10.0
) -> Results:
    """Return results in which draw k lags by `lag` + k and every month grows by one."""
    month = np.arange(months, dtype=float)[:, np.newaxis]
    draw = np.arange(first, first + draws, dtype=float)[np.newaxis, :]
    numbers = np.arange(first, first + draws)
    return Results(
        scenario=scenario,
        months=tuple(START + step for step in range(months)),
        draws=Draws(draws, first),
        quantities={quantity.name: quantity for quantity in (LAG, REVENUE, STOCK)},
        series={
            (LAG.name, "china"): lag + draw + 0 * month,
            (REVENUE.name, "asml"): revenue + draw + month,
            (STOCK.name, "huawei"): 100.0 * draw + month,
        },
        events=(
            Occurrence(START + 1, "bis", "instrument effective", "ban", "all", numbers),
            Occurrence(START + 2, "smic", "node milestone", "n+3", "", numbers[::2]),
        ),
        seed=7,
    )


def narrowed(base: Results, changes: list[float]) -> Results:
    """Return results whose lag differs from the base's by a number per draw."""
    series = dict(base.series)
    key = (LAG.name, "china")
    series[key] = series[key] + np.array(changes)[np.newaxis, :]
    return replace(base, scenario="service_ban", series=series)


def split(**by_channel: list[float]) -> Attribution:
    """Return a split of which every draw's pieces are given; the others bring nothing.

    In 2025 half as much comes through every channel as in 2026 and at the horizon.
    """
    given = {name: np.array(months) for name, months in by_channel.items()}
    count = given[DENIED].size
    late = {name: given.get(name, np.zeros(count)) for name in CHANNELS}
    early = {name: months / 2 for name, months in late.items()}
    pieces = {"2025": early, "2026": late, "horizon": late}
    return Attribution(
        scenario="service_ban",
        baseline="baseline",
        draws=Draws(count),
        seed=7,
        horizon=Month(2026, 12),
        pieces=pieces,
        whole={when: sum(each.values()) for when, each in pieces.items()},
    )


def answered(base: Results) -> Results:
    """Return results in which Japan joined in one draw of four, in part in one."""
    act = replace(
        US_TOOLS,
        announced=START.first_day,
        effective=START.first_day,
        adopted_by={"JPN": Adoption()},
    )
    decisions = Decisions(frozenset({"JPN"}), START.first_day)
    told = [
        (START, "gov_us", "asks an ally", "JPN", range(4)),
        (START + 2, "gov_jp", "ally agrees", "", [0, 1]),
        (START + 3, "gov_jp", "ally agrees in part", "", [2]),
        (START + 5, "gov_jp", "ally joins", "", [0]),
        (START + 6, "gov_jp", "ally joins in part", "", [2]),
    ]
    events = tuple(
        Occurrence(month, actor, event, act.id, detail, np.array(draws))
        for month, actor, event, detail, draws in told
    )
    network = MultiDiGraph()
    network.add_node("gov_jp", name="Japan", kind="government", country="JPN")
    regime = Regime(base.scenario, {act.id: act}, decisions)
    return replace(base, events=events, regime=regime, network=network)
