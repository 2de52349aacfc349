"""Beliefs: what moves them, in which draws, and who reads them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.beliefs import BREAKTHROUGHS, EFFICIENCY, Beliefs
from sim.policy.prospects import News, Prospect
from sim.policy.regime import Regime
from sim.policy.scope import Scope
from tests.agents.pairs import first_second, law, no_etchers, no_fast_chips, pair
from tests.strategies import each
from tests.worlds import built, run_until, the

MARCH = Month(2023, 3)
ASSUME = {
    "belief.half_life_months": each(12.0, 12.0),
    "belief.jump_on_announcement": each(0.25, 0.25),
    "belief.spill_to_other_goods": each(0.0, 0.0),
    "belief.spent_on_announcement": each(0.5, 0.5),
    "belief.spill_to_kin": each(0.5, 0.5),
    "news.weight.report": each(np.log(4.0), np.log(4.0)),
}


def prospect(name="tools", good=Good.ETCH, prior=0.2):
    return Prospect(
        id=name,
        title=name,
        group=name,
        kinds=frozenset({"equipment_ban"}),
        at_import=False,
        scope=Scope(
            goods=frozenset({good}),
            origins=frozenset({"USA"}),
            destinations=frozenset({"CHN"}),
        ),
        prior=prior,
        denied_share=1.0,
    )


def report(day=date(2023, 3, 10), **details):
    return News(
        id="report", title="", day=day, kind="report", prospects=("tools",), **details
    )


def opened(*news, regime=None, listening=True):
    beliefs = Beliefs([prospect(), prospect("other", Good.HBM)], news, draws=2)
    regime = regime or Regime("nothing", {})
    beliefs.open_month(MARCH, regime, ASSUME, read_news=listening)
    return beliefs


def test_a_report_moves_what_it_speaks_of_and_nothing_else():
    beliefs = opened(report())
    np.testing.assert_allclose(beliefs.probability["tools"], 0.5)
    np.testing.assert_allclose(beliefs.probability["other"], 0.2)


def test_a_denial_moves_it_the_other_way():
    beliefs = opened(report(sign=-1.0))
    np.testing.assert_allclose(beliefs.probability["tools"], 1.0 / 17.0)


def test_kin_of_a_prospect_take_a_part_of_the_weight_of_its_news_and_take_it_once():
    """A quarter's odds of 1 to 4, times 4 for two and times 2 for their kin."""
    kin = replace(prospect("kin", Good.HBM))
    two = [replace(prospect(name), kin=("kin",)) for name in ("tools", "others")]
    item = replace(report(), prospects=("tools", "others"))
    beliefs = Beliefs([*two, kin], [item], draws=2)
    beliefs.open_month(MARCH, Regime("nothing", {}), ASSUME)
    np.testing.assert_allclose(beliefs.probability["others"], 0.5)
    np.testing.assert_allclose(beliefs.probability["kin"], 1.0 / 3.0)


def test_news_and_its_denial_on_one_day_leave_every_belief_as_it_was():
    kin = prospect("kin", Good.HBM)
    one = replace(prospect(), kin=("kin",))
    items = [report(), replace(report(sign=-1.0), id="taken back")]
    beliefs = Beliefs([one, kin], items, draws=2)
    beliefs.open_month(MARCH, Regime("nothing", {}), ASSUME)
    for key in ("tools", "kin"):
        np.testing.assert_allclose(beliefs.probability[key], 0.2)


def test_wider_controls_move_once_a_day_after_what_was_feared_is_spent():
    """From 0.5: 0.35 is left of it, and a quarter of a quarter of the doubt closes."""
    wider = replace(prospect("wider"), kinds=frozenset(), prior=0.2)
    one = replace(prospect(), kin=("wider",))
    told = ASSUME | {
        "belief.spill_to_other_goods": each(0.25, 0.25),
        "belief.spill_to_kin": each(1.0, 1.0),
    }
    first = no_etchers(date(2023, 3, 20))
    second = type(first)(**(vars(first) | {"id": "the_same_day"}))
    beliefs = Beliefs([one, wider], [report()], draws=2)
    beliefs.open_month(MARCH, law(first, second), told)
    after = 0.35 + 0.0625 * 0.65
    np.testing.assert_allclose(beliefs.probability["wider"], after)


def test_only_those_who_hear_relief_hear_that_an_instrument_ends():
    act = replace(no_etchers(date(2023, 2, 1)), end=date(2023, 3, 20))
    for hears, sources in ((True, ["no_etchers:end"]), (False, [])):
        beliefs = Beliefs([prospect()], draws=2, hears_relief=hears)
        beliefs.open_month(MARCH, law(act), ASSUME)
        assert [move.source for move in beliefs.changes] == sources
        np.testing.assert_allclose(beliefs.probability["tools"], 0.2)


def test_a_measure_withdrawn_on_its_day_leaves_every_share_and_line_as_it_was(records):
    withdrawn = replace(no_etchers(MARCH.first_day), end=MARCH.first_day)
    prices, lines = [], []
    for regime in (law(), law(withdrawn)):
        world = run_until(pair(records, regime), MARCH + 2)
        prices.append(the(world, "investors").price)
        lines.append({line.key: line.orders.shipped for line in world.lines})
    for one, other in (prices, lines):
        assert one.keys() == other.keys()
        for key, values in one.items():
            np.testing.assert_array_equal(values, other[key])


def test_what_an_instrument_takes_its_end_gives_back(records):
    """Announced and ended within a month: what was closed is open again."""
    act = replace(no_etchers(date(2023, 3, 10)), end=date(2023, 3, 20))
    world = run_until(pair(records, law(act)), Month(2023, 2))
    ledgers = the(world, "investors").ledgers
    world = run_until(world, MARCH)
    lost = [
        reaction.log_returns["lam"]
        for reaction in the(world, "investors").reactions
        if reaction.source.startswith("no_etchers")
    ]
    down, up = (values[1] for values in lost)
    assert down < 0.0 < up
    np.testing.assert_allclose(ledgers.announced_loss, 0.0, atol=1e-9)


def test_news_is_heard_on_its_day_and_not_before():
    assert opened(report(day=date(2023, 4, 1))).changes == []


def test_nobody_listens_where_news_is_switched_off():
    assert opened(report(), listening=False).changes == []


def test_news_that_presupposes_law_is_not_heard_without_it():
    given = report(given=("no_etchers",))
    assert opened(given).changes == []
    known = law(no_etchers(date(2022, 10, 1)))
    assert len(opened(given, regime=known).changes) == 1
    later = law(no_etchers(date(2023, 3, 11)))
    heard = [move.source for move in opened(given, regime=later).changes]
    assert heard == ["no_etchers"]


def test_law_spends_half_of_what_was_expected_and_makes_the_next_one_likelier():
    """0.5 before; half of what exceeds 0.2 is spent; a quarter of the doubt closed."""
    beliefs = opened(report(), regime=law(no_etchers(date(2023, 3, 20))))
    np.testing.assert_allclose(beliefs.probability["tools"], 0.35 + 0.25 * 0.65)
    assert [move.source for move in beliefs.changes] == ["report", "no_etchers"]


def test_two_instruments_of_one_day_spend_a_belief_once():
    first = no_etchers(date(2023, 3, 20))
    second = type(first)(**(vars(first) | {"id": "the_same_day"}))
    beliefs = opened(report(), regime=law(first, second))
    once = 0.35 + 0.25 * 0.65
    np.testing.assert_allclose(beliefs.probability["tools"], once + 0.25 * (1.0 - once))


def test_what_is_heard_inside_the_model_is_heard_in_its_draws_alone():
    beliefs = opened()
    quiet, _ = first_second(beliefs.probability["tools"])
    beliefs.add_news("tools", each(1.0, 1.0), np.array([False, True]), source="gov_us")
    beliefs.spread_news()
    free, told = first_second(beliefs.probability["tools"])
    assert free == quiet < told


def test_it_does_not_matter_who_speaks_first():
    def told(*speakers):
        beliefs = opened()
        for name, weight in speakers:
            beliefs.add_news("tools", each(weight, weight), source=name)
        beliefs.spread_news()
        return beliefs.probability["tools"]

    one, other = ("gov_jp", 0.3), ("gov_nl", -0.7)
    np.testing.assert_array_equal(told(one, other), told(other, one))


def test_news_and_law_of_a_month_are_read_day_by_day():
    reports = [
        replace(report(day=date(2023, 3, number)), id=f"report_{number}")
        for number in (25, 10)
    ]
    beliefs = opened(*reports, regime=law(no_etchers(date(2023, 3, 20))))
    sources = [change.source for change in beliefs.changes]
    assert sources == ["report_10", "no_etchers", "report_25"]


def test_law_of_one_side_says_nothing_of_the_other():
    act = replace(no_etchers(date(2023, 3, 20)), issuer="CHN")
    beliefs = Beliefs([prospect()], draws=2)
    spilling = ASSUME | {"belief.spill_to_other_goods": each(1.0, 1.0)}
    beliefs.open_month(MARCH, law(act), spilling)
    np.testing.assert_allclose(beliefs.probability["tools"], 0.2)


def test_a_surprise_in_efficiency_is_one_number_for_all_draws_and_moves_no_belief():
    paper = replace(report(), kind=EFFICIENCY, log_points=0.5)
    beliefs = opened(paper)
    (change,) = beliefs.changes
    np.testing.assert_array_equal(change.surprise, [0.5, 0.5])
    np.testing.assert_array_equal(beliefs.probability["tools"], [0.2, 0.2])


def test_surprises_inside_the_model_are_read_as_one_and_before_other_news():
    beliefs = opened()
    beliefs.add_news("tools", each(1.0, 1.0), source="gov_nl")
    beliefs.add_news("tools", each(1.0, 1.0), source="gov_jp")
    beliefs.add_surprise("first_lab", each(0.25, 0.5))
    beliefs.add_surprise("second_lab", each(0.5, 0.5), np.array([True, False]))
    beliefs.spread_news()
    sources = [change.source for change in beliefs.changes]
    assert sources == [BREAKTHROUGHS, "gov_jp", "gov_nl"]
    np.testing.assert_array_equal(beliefs.changes[0].surprise, [0.75, 0.5])
    assert beliefs.changes[0].after == {}


def test_buyers_fear_what_exceeds_what_they_always_reckon_with():
    beliefs = opened(report())
    fear = beliefs.feared_loss(["tools", "other", "none"], each(0.0, 0.0))
    np.testing.assert_allclose(fear["tools"], (0.5 - 0.2) / 0.8)
    np.testing.assert_allclose(fear["other"], 0.0)
    np.testing.assert_allclose(fear["none"], 0.0)


def test_fear_is_a_matter_of_stockpiling_and_belief_is_not(records):
    world = run_until(built(records, draws=2, off=("stockpiling",)), Month(2022, 11))
    assert np.all(world.fear["tools"] == 0.0)
    assert np.all(world.beliefs.probability["us_tools"] > 0.2)


def test_without_news_only_law_frightens(records):
    with_news = run_until(built(records, draws=2), Month(2022, 9))
    without = run_until(built(records, draws=2, off=("news",)), Month(2022, 9))
    assert np.all(with_news.fear["tools"] > without.fear["tools"])
    assert np.all(without.fear["chips"] > 0.0)


def test_a_designer_that_is_sure_of_the_next_rule_does_not_design(records):
    """In the second draw it tolerates no fear: whatever it believes is too much."""
    act = no_fast_chips(date(2023, 3, 1), tpp=4800.0)
    both = type(act)(**(vars(act) | {"approval": 0.0}))
    world = pair(records, law(both), redesign__tolerated_fear=(1.0, 0.0))
    run_until(world, Month(2024, 6))
    sells, nothing = first_second(the(world, "nvidia").lineup.choice >= 0)
    assert sells
    assert not nothing


def test_a_breakthrough_after_the_record_is_a_shock_to_shares(records):
    world = pair(records, breakthrough__lab_chance_per_month=(0.0, 1.0))
    run_until(world, Month(2025, 7))
    calm, fall = first_second(the(world, "investors").news_return["nvidia"])
    assert calm == 0.0
    assert fall < -0.05
    shock = [x for x in world.events if x.event == "market shock"][-1]
    assert shock.subject == "breakthroughs"
    np.testing.assert_array_equal(shock.where, [False, True])


@pytest.mark.parametrize("firm", ["asml", "nvidia", "micron", "tsmc"])
def test_a_share_starts_at_a_hundred_and_wanders(records, firm):
    world = run_until(built(records, draws=2), Month(2022, 1))
    np.testing.assert_allclose(the(world, "investors").price[firm], 100.0)
    run_until(world, Month(2022, 6))
    one, other = first_second(the(world, "investors").price[firm])
    assert one != other
