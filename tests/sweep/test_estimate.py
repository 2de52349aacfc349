"""What a sweep would cost is printed before it is begun."""

from dataclasses import replace

import pytest

from sim.domain.ensemble import Draws
from sim.tasks.sweep.cost_estimate import CostEstimate, estimate_blocks, pilot
from sim.tasks.sweep.point_blocks import Block
from sim.tasks.sweep.point_composer import PointComposer
from tests.sweep.samples import setup_at

pytestmark = pytest.mark.usefixtures("quick")

HALF = "service.recovery_halflife_months"


@pytest.fixture(scope="module")
def composer():
    """Points that part from their baseline at once, for a year."""
    fixed = ["scenario=service_ban", f"++scenario.assumptions.{HALF}=3.5"]
    return PointComposer([*fixed, "horizon=2022-12"], [f"assumptions.{HALF}"])


def setups(composer):
    return lambda block: [setup_at(composer, [float(key)]) for key in block.keys]


def test_a_pilot_finds_what_months_and_columns_cost(composer):
    month = pilot(setup_at(composer, [5.0]))
    assert 0.001 < month.before < 1.0
    assert 0.001 < month.after < 1.0
    assert 1e-6 < month.column < 1e-3
    assert 1e4 < month.state < 1e6
    assert 10 < month.series < 1000


def test_more_points_take_more_of_everything(composer):
    one = Block(("5", "6"), Draws(3))
    few = estimate_blocks([one], setups(composer), 1)
    assert (few.points, few.columns, few.blocks) == (2, 6, 1)
    many = estimate_blocks(
        [replace(one, keys=tuple(str(half + 4) for half in range(200)))] * 9,
        setups(composer),
        1,
    )
    assert many.columns == 9 * 200 * 3
    assert many.seconds > 5.0 * few.seconds
    assert many.disk > few.disk
    assert many.memory > few.memory


def test_what_is_there_already_costs_nothing(composer):
    found = estimate_blocks([], setups(composer), 2)
    assert found.seconds == found.memory == found.disk == 0.0
    assert found.in_words == (
        "0 points. Nothing is left to run: the numbers are stored."
    )


LONG = CostEstimate(
    points_in_design=13_000,
    refused=3,
    points=12_500,
    columns=25_000,
    blocks=1,
    workers=2,
    seconds=5_400.0,
    memory=1.26e9,
    disk=48.2e6,
)


def test_an_estimate_says_it_in_words():
    assert LONG.in_words == (
        "13,000 points, 3 of them wrong. To run: 12,500 points, 25,000 worlds, "
        "in 1 block.\n"
        "About 90 minutes with 2 workers, each with 1.3 GB of memory; 48 MB on disk. "
        "By a pilot, for this machine when idle: times may be off by half."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (119.0, "119 seconds"),
        (120.0, "2 minutes"),
        (7200.0, "2 hours"),
    ],
)
def test_a_time_is_said_in_the_largest_unit_of_which_there_are_two(seconds, words):
    assert words in replace(LONG, seconds=seconds).in_words
