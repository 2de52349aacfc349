"""Laboratories, the grey market and clouds abroad: money finds its way."""

from datetime import date

import numpy as np
import pytest

from sim.agents.lab import Lab
from sim.domain.months import Month
from tests.agents.pairs import first_second, law, no_chips, pair
from tests.strategies import each
from tests.worlds import at_mid, built, months_until, run_until, the

NO_CHIPS = law(no_chips(date(2023, 3, 1)))
QUIET = {"noise__compute_spending": (0.0, 0.0), "law__affiliate_leakage": (0.0, 0.0)}


@pytest.fixture(scope="module")
def closed(records):
    """Two worlds two years after foreign chips were stopped in the second."""
    return run_until(pair(records, NO_CHIPS, **QUIET), Month(2024, 12))


def spent(lab, channel):
    """Return what a laboratory spends on a channel this month."""
    lines = [
        line
        for line in lab.purchases
        if line.seller in {seller.name for seller in lab.sellers[channel].firms}
    ]
    return sum(line.orders.ordered * line.price for line in lines)


def test_money_moves_away_from_a_closed_channel(closed):
    lab = the(closed, "alibaba")
    bought, nothing = first_second(spent(lab, "legal"))
    assert nothing == 0.0 < bought
    free, bound = first_second(spent(lab, "domestic"))
    assert bound > free


def test_all_laboratories_weigh_a_channel_alike_and_anew_each_month(records):
    world = run_until(denied_to_all(records), Month(2024, 1))
    actual, reference = (
        the(world, name).sellers["grey"] for name in ("alibaba", "tencent")
    )
    before = actual.value_per_dollar()
    world.step()
    now = actual.value_per_dollar()
    assert np.all(now != before)
    assert reference.value_per_dollar() is now


def test_a_stock_that_is_not_renewed_melts_away(closed):
    fed, starved = first_second(the(closed, "alibaba").stocks["legal"].units)
    assert starved < fed


def test_nobody_smuggles_what_can_be_bought(closed):
    market = the(closed, "cn_distributors")
    free, smuggled = first_second(market.sold)
    assert free == 0.0
    assert smuggled > 0.0


def denied_to_all(records, **differing):
    """Return two worlds in which nobody in China may buy foreign chips."""
    act = no_chips(date(2022, 1, 1))
    bound = type(act)(**{**vars(act), "approval": 0.0})
    return pair(records, law(bound), **(QUIET | differing))


def test_more_money_raises_the_markup(records):
    world = denied_to_all(records, lab__budget_factor=(0.8, 1.25))
    market = the(run_until(world, Month(2022, 6)), "cn_distributors")
    poor, rich = first_second(market.markup)
    assert rich > poor
    assert np.all(market.sold > 0.0)


def test_the_grey_market_delivers_what_its_customers_paid_for(closed):
    market = the(closed, "cn_distributors")
    paid = sum(market.spending)
    assert np.all(market.sold * market.price <= paid * (1.0 + 1e-6) + 1e-9)


def test_a_hub_hides_only_a_part_of_its_imports(records):
    world = denied_to_all(records, smuggle__hub_divertible_share=(0.001, 0.4))
    run_until(world, Month(2023, 6))
    broker = the(world, "broker_my")
    little, much = first_second(broker.diverted)
    assert little <= 0.001 * broker.imports[0] * (1.0 + 1e-9)
    assert much > little


def test_a_cloud_grows_no_faster_than_it_can_build(records):
    world = pair(
        records,
        NO_CHIPS,
        **QUIET,
        offshore__max_growth_per_month=(0.01, 0.10),
    )
    run_until(world, Month(2023, 6))
    cloud = the(world, "megaspeed")
    before = cloud.hosted
    run_until(world, Month(2023, 7))
    growth = cloud.hosted / before - 1.0
    assert growth[0] <= 0.01 + 1e-9
    assert growth[1] <= 0.10 + 1e-9
    assert growth[0] > 0.0


def test_scarcity_teaches_those_who_fall_behind(closed):
    """Who has less compute than the frontier learns to do with less."""
    lab = the(closed, "alibaba")
    ample, scarce = first_second(lab.capability.efficiency)
    assert scarce >= ample


def test_a_laboratory_with_less_compute_trails_by_more(records):
    world = run_until(pair(records), Month(2023, 6))
    labs = the(world, "cn_labs")
    for name, stock in labs.stocks.items():
        labs.stocks[name] = stock.aged(each(1.0, 0.1))
    labs.train()
    near, far = first_second(the(world, "alibaba").capability.lag)
    assert far > near


def test_before_scaling_is_shown_nobody_commits_or_learns(records):
    world = run_until(pair(records), Month(2022, 10))
    lab = the(world, "alibaba").capability
    gap = world.assume["lab.initial_commitment_gap"]
    assert np.all(lab.commitment == -gap)
    assert np.all(lab.efficiency + lab.distilled == 0.0)
    run_until(world, Month(2022, 12))
    assert np.all(lab.commitment > -gap)
    assert np.all(lab.efficiency > 0.0)
    assert np.all(lab.distilled > 0.0)


@pytest.fixture(scope="module")
def concentrated(records):
    """Two worlds after the record: the frontier concentrates more in the second."""
    outgrown = {"frontier__run_outgrows_fleet": (1.05, 1.8)}
    return run_until(pair(records, **outgrown), Month(2026, 9))


def test_a_laboratory_follows_the_frontier_in_concentrating_its_runs(concentrated):
    little, much = first_second(the(concentrated, "alibaba").capability.concentration)
    assert little < much < the(concentrated, "openai").concentration[1]


def test_the_largest_run_takes_at_most_all_that_a_laboratory_develops_with(
    concentrated,
):
    lab = the(concentrated, "openai")
    part = lab.training_compute / (lab.training_compute + lab.research_compute)
    little, much = first_second(part)
    assert little < much <= concentrated.assume["lab.run_months"][1] / 12.0


def test_the_newest_model_ages_by_a_month_each_month_until_the_next(closed):
    lab = the(closed, "alibaba").capability
    assert np.all(lab.released_lag >= lab.lag - 1.0)
    interval = closed.assume["lab.release_interval_months"]
    assert np.all(lab.released_lag - lab.lag < 12.0 * interval)


def test_a_home_only_laboratory_buys_at_home(closed):
    lab = the(closed, "huawei_cloud")
    assert lab.channels == ("domestic",)
    assert np.all(lab.stocks["grey"].units == 0.0)


def test_savings_never_exceed_some_months_of_budget(closed):
    for budget in (lab.budget for lab in closed.actors(Lab)):
        most = closed.facts["savings_months"] * budget.monthly * budget.own_share
        assert np.all(budget.savings <= most * (1.0 + 1e-9))


# --- money answers --------------------------------------------------------------------

UNMOVED = {
    "lab__spending_elasticity_to_value": (0.0, 0.0),
    "lab__top_up_per_year_of_lag": (0.0, 0.0),
}


@pytest.mark.parametrize(("elasticity", "sign"), [(0.6, 1.0), (0.0, 0.0), (-0.3, -1.0)])
def test_money_follows_what_a_dollar_buys(records, elasticity, sign):
    """Dearer compute means less money, or more, where need is what is given."""
    differing = UNMOVED | {"lab__spending_elasticity_to_value": (elasticity,) * 2}
    world = run_until(pair(records, NO_CHIPS, **QUIET, **differing), Month(2023, 9))
    free, bound = first_second(the(world, "alibaba").budget.granted)
    assert np.sign(np.round(free - bound, 6)) == sign


def test_owners_add_money_while_the_lag_widens(records):
    differing = UNMOVED | {"lab__top_up_per_year_of_lag": (0.0, 0.6)}
    budget = the(pair(records, **QUIET, **differing), "cn_labs").budget
    world = budget.world
    world.month = Month(2026, 1)
    value = np.ones_like(budget.savings)
    for lag in (6.0, 12.0, 18.0):
        unmoved, moved = first_second(budget.grant(value, lag * value)[0])
        assert (moved > unmoved) == (lag > 6.0)
    assert budget.topped_up[0, 0] == 0.0 < budget.topped_up[0, 1]


def test_money_that_answers_nothing_is_money_without_the_mechanism(records):
    assume = at_mid(records) | {
        name.replace("__", "."): each(*values) for name, values in UNMOVED.items()
    }
    worlds = [
        run_until(built(records, assume=assume, off=off), Month(2022, 9))
        for off in ((), ("budget_response",))
    ]
    with_it, without = (the(world, "alibaba").budget.granted for world in worlds)
    np.testing.assert_array_equal(with_it, without)


# --- those who look on ----------------------------------------------------------------


def test_investors_value_a_year_of_revenue(records):
    world = pair(records)
    asml = the(world, "asml")
    revenue = [asml.revenue for _ in months_until(world, Month(2023, 6))]
    investors = the(world, "investors")
    expected = sum(revenue[-12:]) * investors.profiles["asml"].multiple
    np.testing.assert_allclose(investors.value["asml"], expected)


def test_frontier_runs_grow_by_record_and_then_as_supply_allows(records):
    world = pair(records, frontier__training_growth_after_record=(1.5, 100.0))
    lab = the(run_until(world, Month(2023, 1)), "openai")
    assert lab.growth[0] == lab.growth[1]
    run_until(world, Month(2025, 9))
    modest, bold = first_second(lab.growth)
    assert modest == pytest.approx(np.log(1.5) / 12.0)
    assert modest < bold < np.log(100.0) / 12.0
