"""Engineers are freed, hired, called home and called back; work goes at their speed."""

from datetime import date

import numpy as np
import pytest

from sim.domain.months import Month
from sim.domain.supply import Good
from sim.policy.exports import ServiceBan
from sim.policy.scope import Facilities, Scope
from tests.agents.pairs import (
    FREE_THEN_BOUND,
    SERVICE_GOODS,
    first_second,
    law,
    no_fast_chips,
    no_service,
    pair,
)
from tests.strategies import each
from tests.worlds import as_dated, at_mid, built, months_until, run_until, the

NOW = Month(2022, 3)
CUT, BACK = date(2022, 3, 1), date(2024, 3, 1)
FAB = "smic_advanced"


def market_of(world):
    """Return the market for engineers and researchers."""
    return the(world, "cn_engineers")


def scanners(world, vendor="asml", fab=FAB):
    """Return a vendor's immersion scanners in a fab."""
    bases = the(world, fab).bases[Good.DUV_IMMERSION]
    return next(base for base in bases if base.line.seller == vendor)


def american_persons(begins: date) -> ServiceBan:
    """Return a bar on American persons at advanced fabs, binding in the second draw."""
    return ServiceBan(
        id="no_persons",
        title="no_persons",
        issuer="USA",
        announced=begins,
        effective=begins,
        approval=FREE_THEN_BOUND,
        scope=Scope(
            goods=SERVICE_GOODS,
            destinations=frozenset({"CHN"}),
            facilities=Facilities.ADVANCED,
        ),
        reference="none",
        source="none",
    )


# --- vendors --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cut(records):
    """Dutch service to advanced fabs ends in the second draw, and comes back later."""
    world = pair(records, law(no_service(CUT, BACK)))
    market, seen = market_of(world), []
    for _ in months_until(world, Month(2025, 12)):
        asml = market.vendors["asml"]
        practice = scanners(world).practice
        speed = market.speeds["asml"]
        seen.append((asml.staff, asml.former, asml.freed, speed, practice))
    return dict(
        zip(
            ("staff", "former", "freed", "speed", "practice"),
            map(np.array, zip(*seen, strict=True)),
            strict=True,
        )
    )


def at(month):
    return Month.parse(month) - Month(2022, 1)


def test_engineers_whom_law_frees_become_local(cut):
    assert np.all(cut["freed"][:, 0] == 0.0)
    assert np.all(cut["freed"][: at("2022-03"), 1] == 0.0)
    freed = cut["freed"][at("2022-03") : at("2024-03"), 1]
    assert np.all(np.diff(freed) > 0.0)
    assert freed[-1] > 5.0
    later = cut["former"][at("2024-02")]
    assert later[1] > later[0]


def test_the_vendor_keeps_fewer_where_it_may_not_go(cut):
    served, barred = cut["staff"][at("2024-02")]
    assert barred < served


def test_without_a_ban_practice_would_go_at_its_usual_speed(cut):
    assert np.all(cut["speed"][:, 0] == 1.0)


def test_practice_grows_faster_and_faster_where_engineers_were_freed(cut):
    speed = cut["speed"][at("2022-04") : at("2024-03"), 1]
    assert np.all(np.diff(speed) > 0.0)
    assert speed[-1] > 1.1
    gained = np.diff(cut["practice"][at("2022-03") : at("2024-03"), 1])
    assert gained[-1] > 1.1 * gained[0]


def test_service_that_returns_calls_engineers_back(cut):
    before, after = cut["freed"][at("2024-02"), 1], cut["freed"][at("2024-03"), 1]
    assert before > 0.0
    assert after == 0.0
    served, barred = cut["staff"][at("2024-06")]
    assert barred == pytest.approx(served, rel=0.02)


def test_other_vendors_lose_nobody_by_a_dutch_law(records):
    world = run_until(pair(records, law(no_service(CUT))), Month(2022, 9))
    tel, asmi = (market_of(world).vendors[name] for name in ("tel", "asmi"))
    assert np.all(tel.freed == 0.0)
    assert first_second(asmi.freed)[1] > 0.0


def test_a_fab_that_hires_readily_learns_faster(records):
    """Both draws are cut off; in the second fabs hire eight times as many away."""
    ban = ServiceBan(**(vars(no_service(CUT)) | {"approval": 0.0}))
    world = pair(records, law(ban), talent__hired_away_per_year=(0.05, 0.4))
    run_until(world, Month(2024, 3))
    shy, eager = first_second(scanners(world).practice)
    assert eager > shy
    shy, eager = first_second(scanners(world).availability)
    assert eager > shy


def test_former_engineers_blunt_a_service_ban_more_as_years_pass(records, law_of):
    """What the ban costs in scanners is less with them, and the gap widens."""
    ban, mid = as_dated(law_of("service_ban")), at_mid(records)
    months = (Month(2026, 6), Month(2028, 6))
    gained = []
    worlds = [built(records, regime=ban, assume=mid, off=x) for x in ((), ("talent",))]
    for month in months:
        kept, lost = (
            scanners(run_until(world, month)).availability for world in worlds
        )
        gained.append(float(kept[0] - lost[0]))
    assert 0.0 < gained[0] < gained[1]


# --- trades ---------------------------------------------------------------------------


def test_american_persons_leave_chinese_fabs_and_their_posts_are_filled_anew(records):
    world = run_until(pair(records, law(american_persons(CUT))), Month(2022, 3))
    fabs = market_of(world).pools["fabs"]
    whole, called_home = first_second(fabs.staff)
    assert called_home < whole
    emigrated = first_second(market_of(world).emigrated)
    assert emigrated[1] > emigrated[0]
    assert first_second(market_of(world).speeds["fabs"])[1] < 1.0
    missing = (whole - called_home) / whole
    run_until(world, Month(2024, 3))
    whole, filled = first_second(fabs.usual - fabs.staff)
    assert whole == 0.0
    assert filled < 0.5 * missing * first_second(fabs.usual)[0]


def test_researchers_come_home_where_flagships_are_denied(records):
    world = pair(records, law(no_fast_chips(CUT, tpp=1_000.0)))
    labs = market_of(run_until(world, Month(2024, 3))).pools["labs"]
    usual, more = first_second(labs.staff)
    assert more > usual
    abroad, fewer = first_second(labs.abroad)
    assert more - usual < abroad - fewer
    assert first_second(market_of(world).speeds["labs"])[0] == 1.0
    assert first_second(market_of(world).speeds["labs"])[1] > 1.0


def test_some_of_those_freed_build_chinese_tools(records):
    world = pair(records, law(no_service(CUT)))
    makers = market_of(run_until(world, Month(2023, 3))).pools["toolmakers"]
    usual, more = first_second(makers.staff)
    assert more > usual


# --- speeds ---------------------------------------------------------------------------


def test_without_law_all_work_goes_at_its_usual_speed(records):
    world = pair(records)
    for _ in months_until(world, Month(2024, 12)):
        for people, speed in world.speeds.items():
            np.testing.assert_array_equal(speed, 1.0, people)


def test_faster_engineers_learn_more_from_a_wafer(records):
    world = run_until(pair(records), NOW)
    fab = the(world, FAB)
    before = fab.cumulative_n2
    world.speeds = world.speeds | {"fabs": each(1.0, 1.5)}
    fab.make_ai_dies()
    usual, faster = first_second(fab.cumulative_n2 - before)
    assert faster == pytest.approx(1.5 * usual)


def test_faster_engineers_learn_more_from_a_tool(records):
    world = run_until(pair(records), NOW)
    naura = the(world, "naura")
    good, before = next(iter(naura.cumulative_shipped.items()))
    world.speeds = world.speeds | {"toolmakers": each(1.0, 1.5)}
    the(world, "cn_tools").ship_tools()
    usual, faster = first_second(naura.cumulative_shipped[good] - before)
    assert usual > 0.0
    assert faster == pytest.approx(1.5 * usual)


def test_more_researchers_answer_scarcity_sooner(records):
    world = run_until(pair(records), NOW)
    lab, labs = the(world, "deepseek"), the(world, "cn_labs")
    labs.capability.scaling_shown = world.month
    before = lab.capability.efficiency
    world.speeds = world.speeds | {"labs": each(1.0, 1.5)}
    labs.train()
    usual, faster = first_second(lab.capability.efficiency - before)
    assert usual > 0.0
    assert faster == pytest.approx(1.5 * usual)


def test_switched_off_nobody_moves(records):
    world = built(records, draws=2, off=("talent",))
    market = market_of(world)
    before = [x.staff for x in (*market.vendors.values(), *market.pools.values())]
    run_until(world, Month(2023, 3))
    after = [x.staff for x in (*market.vendors.values(), *market.pools.values())]
    np.testing.assert_array_equal(before, after)
    assert world.speed_of("fabs") == 1.0
