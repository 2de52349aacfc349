"""Laws that differ in numbers, as one law with a number per draw."""

import pickle
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.supply import Good
from sim.experiments.setup import Setup
from sim.experiments.simulation import Simulation
from sim.outcomes.results import Results
from sim.policy.instruments import Adoption, Ask, Instrument, equal_values
from sim.policy.regime import Regime
from sim.policy.stacked_law import stacked
from tests.experiments.questions import assert_same_draws, ready
from tests.sweep.side_by_side import silent

pytestmark = pytest.mark.usefixtures("quick")

Change = Callable[[Instrument], Instrument]
DRAWS = Draws(2, 1)


def to(**values) -> Change:
    """Return the change of fields to other values."""
    return lambda act: replace(act, **values)


def within(name: str, **values) -> Change:
    """Return the change of fields of the content of a field."""
    return lambda act: replace(act, **{name: replace(getattr(act, name), **values)})


def coverage_of(good: Good, share: float) -> Change:
    return lambda act: replace(act, coverage={**act.coverage, good: share})


def joined_by(share: float) -> Change:
    return to(adopted_by={"NLD": Adoption(since=date(2023, 6, 1), share=share)})


CHANGES: dict[str, tuple[str, Change]] = {
    "approval of a control": ("us_2022_10_sme_dram", to(approval=0.2)),
    "approval of everything": ("nl_2024_09_duv", to(approval=1.0)),
    "approval of a policy": ("us_2025_08_h20_licences", to(approval=0.1)),
    "no approval": ("us_2025_08_h20_licences", to(approval=0.0)),
    "coverage": ("us_2023_10_designers", to(coverage=0.9)),
    "no coverage": ("us_2025_01_zhipu", to(coverage=0.0)),
    "coverage of a good": ("nl_2023_09_duv", coverage_of(Good.DUV_IMMERSION, 0.8)),
    "reach": ("service_ban", to(reach={"NLD": 0.6, "JPN": 0.1})),
    "no reach": ("service_ban", to(reach={"NLD": 0.0, "JPN": 0.0})),
    "subsidy": ("cn_2024_05_big_fund_3", to(usd_million_a_month=3_000.0)),
    "permit": ("cn_2025_08_h20_guidance", to(permit=0.6)),
    "domestic share": ("cn_2025_11_state_centres", to(domestic_share=0.1)),
    "mandate on more": ("cn_2025_12_tools", to(applies_to=0.9)),
    "cap in compute": ("us_2025_01_diffusion", to(cap=2_000.0)),
    "cap in share of sales": ("us_2026_01_h200_volume", to(cap=0.01)),
    "larger exception": ("us_2025_01_diffusion", to(exception=4_000.0)),
    "no exception": ("us_2025_01_diffusion", to(exception=0.0)),
    "levy": ("us_2025_08_revenue_share", to(share=0.4)),
    "adoption": ("us_2022_10_sme", joined_by(0.8)),
    "no adoption": ("us_2022_10_sme", joined_by(0.0)),
    "officers": ("my_2025_07_permit", to(officers=4.0)),
    "budget": ("us_2026_02_bis_budget", to(budget=3.7)),
    "verification": ("us_2026_02_bis_budget", to(location_verification=0.7)),
    "lower limit": (
        "us_2023_10_chips",
        to(
            tests=(
                {"tpp": 3_000.0},
                {"tpp": 1_600.0, "performance_density": 5.92, "data_centre": 1.0},
            )
        ),
    ),
    "limit that catches nothing": (
        "us_2022_10_chips",
        to(tests=({"tpp": 90_000.0, "interconnect": 600.0},)),
    ),
    "limit on links": (
        "us_2022_10_chips",
        to(tests=({"tpp": 4_800.0, "interconnect": 400.0},)),
    ),
    "limit on memory": (
        "us_2025_04_h20_letter",
        to(
            tests=(
                {"memory_bandwidth": 3_000.0},
                {"interconnect": 300.0},
                {"bandwidth_sum": 3_000.0},
            )
        ),
    ),
    "limits of a policy": (
        "us_2023_10_nac",
        to(within={"tpp": 1_000.0, "performance_density": 5.92}),
    ),
    "below": ("cn_2025_08_h20_guidance", within("scope", below={"tpp": 1_000.0})),
    "reaching": (
        "cn_2026_05_h200_pause",
        within("scope", reaching=({"tpp": 90_000.0},)),
    ),
    "side payment": ("service_ban", within("ask", side_payment=9_000.0)),
    "coercion": ("service_ban", within("ask", coercion=1.0)),
    "backstop": ("service_ban", within("ask", backstop={"NLD": 1.0, "JPN": 0.0})),
}
"""For each number of law that may go by draw, an act and a value that matters."""

ALL = "all that can be changed together"
ALONE = ("", ALL)
"""What is run alone too; nothing is the law itself."""

_COMPANIES = 2


@pytest.fixture(scope="module")
def setup(tmp_path_factory) -> Setup:
    """The service ban with every kind of term, in a world that meets them all."""
    outputs = tmp_path_factory.mktemp("outputs")
    setup = ready(outputs, "service_ban", "horizon=2026-09")
    quota = ready(outputs, "tight_quota").scenario.regime.instruments
    law = setup.scenario.regime
    ban, tools = law.instruments["service_ban"], law.instruments["us_2022_10_sme"]
    ask = Ask(
        side_payment=50.0,
        coercion=0.3,
        deadline=date(2026, 3, 1),
        backstop={"NLD": 0.5, "JPN": 0.3},
    )
    law = law.with_instruments(
        [
            replace(ban, ask=ask, reach={"NLD": 0.2, "JPN": 0.1}),
            joined_by(0.3)(tools),
            quota["us_2025_01_diffusion"],
        ]
    )
    return replace(setup, scenario=None, baseline=replace(setup.scenario, regime=law))


@pytest.fixture(scope="module")
def laws(setup) -> dict[str, Regime]:
    """The law as it stands, and with each number changed."""
    law = all_changed = setup.baseline.regime
    changed = {
        name: law.with_instruments([change(law.instruments[act])])
        for name, (act, change) in CHANGES.items()
    }
    for act, change in CHANGES.values():
        all_changed = all_changed.with_instruments(
            [change(all_changed.instruments[act])]
        )
    return {"": law, **changed, ALL: all_changed}


def results_under(setup: Setup, *laws: Regime) -> list[Results]:
    """Return the results of laws side by side."""
    cases = [replace(setup.baseline, regime=law) for law in laws]
    life = Simulation.side_by_side(setup, cases, DRAWS)
    life.run_until(setup.horizon + 1, setup, silent)
    named = [(case.name, case.regime) for case in cases]
    return life.recorder.results_by_case(life.world, named)


@pytest.fixture(scope="module")
def side_by_side(setup, laws) -> dict[str, Results]:
    return dict(zip(laws, results_under(setup, *laws.values()), strict=True))


@pytest.fixture(scope="module")
def in_other_company(setup, laws) -> dict[str, Results]:
    """The same laws, each beside a few others only."""
    found: dict[str, Results] = {}
    for first in range(_COMPANIES):
        company = list(laws)[first::_COMPANIES]
        results = results_under(setup, *(laws[name] for name in company))
        found |= dict(zip(company, results, strict=True))
    return found


@pytest.mark.parametrize("name", ["", *CHANGES, ALL])
def test_a_law_does_not_know_its_company(in_other_company, side_by_side, name):
    actual, reference = in_other_company[name], side_by_side[name]
    for key in actual.series.keys() | reference.series.keys():
        assert np.array_equal(actual.get(key), reference.get(key)), key


@pytest.mark.parametrize("name", ALONE)
def test_a_law_side_by_side_with_others_is_as_if_alone(setup, laws, side_by_side, name):
    [alone] = results_under(setup, laws[name])
    assert_same_draws(alone, side_by_side[name])


@pytest.mark.parametrize("name", CHANGES)
def test_the_number_matters_in_the_world_in_which_it_is_compared(side_by_side, name):
    base, changed = side_by_side[""].series, side_by_side[name].series
    assert any(not np.array_equal(base[key], changed[key]) for key in base)


def test_laws_of_one_shape_differ_in_numbers_alone(laws):
    assert len({law.shape for law in laws.values()}) == 1
    assert len({law.identity for law in laws.values()}) == len(laws)


@pytest.mark.parametrize(
    "change",
    [
        to(effective=date(2026, 2, 2)),
        to(title="another"),
        to(unit="units"),
        to(cap=None),
        to(adopted_by={"NLD": Adoption()}),
        within("scope", destinations=frozenset({"JPN"})),
        within("scope", reaching=()),
    ],
    ids=["date", "words", "unit", "no cap", "adoption", "places", "no test"],
)
def test_laws_that_differ_in_more_than_numbers_have_another_shape(setup, change):
    law = setup.baseline.regime
    other = law.with_instruments([change(law.instruments["us_2026_01_h200_volume"])])
    assert other.shape != law.shape


def test_what_is_alike_in_all_copies_stays_as_it_is(setup, laws):
    law = laws[""]
    assert stacked([law, law], 3) is law
    both = stacked([law, laws["coercion"]], 3).instruments
    assert both["us_2022_10_sme"] is law.instruments["us_2022_10_sme"]
    ask = both["service_ban"].ask
    assert ask.deadline == date(2026, 3, 1)
    assert ask.side_payment == 50.0
    np.testing.assert_array_equal(ask.coercion, [0.3, 0.3, 0.3, 1.0, 1.0, 1.0])


def test_stacked_law_survives_copying_and_sending(laws):
    law = stacked([laws[""], laws["coercion"], laws["lower limit"]], 2)
    for twin in (deepcopy(law), pickle.loads(pickle.dumps(law))):
        for key, act in law.instruments.items():
            assert equal_values(act.ask, twin.instruments[key].ask)
        assert law.first_difference(twin) is None
        assert twin.identity == law.identity
