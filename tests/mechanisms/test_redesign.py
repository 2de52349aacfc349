"""M6: H100 to H800 to H20 must emerge from the rules."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.chips import CUTTABLE, Chip
from sim.mechanisms.redesign import (
    avoiding_limits,
    cut_to_limits,
    inference_value,
    training_value,
    without_redundant,
)
from tests.slow_twins import plain
from tests.strategies import DRAWS, each

H100 = Chip(
    name="H100",
    designer="nvidia",
    tpp=15_832.0,
    die_area=814.0,
    interconnect=900.0,
    memory_bandwidth=3_350.0,
    price=30_000.0,
)
OCTOBER_2022 = [{"tpp": 4_800.0, "interconnect": 600.0}]
OCTOBER_2023 = [
    {"tpp": 4_800.0},
    {"tpp": 1_600.0, "performance_density": 5.92},
    {"tpp": 2_400.0, "performance_density": 1.6},
    {"tpp": 1_600.0, "performance_density": 3.2},
]
LINK_STEP = 100.0
MARGIN = each(0.01)


def cut_down(limits, margin=MARGIN, parent=H100, step=LINK_STEP):
    return cut_to_limits(parent, limits, margin, step, "cut down")


def best_inside(tests):
    """Return the way out worth most at equal weight on training and inference."""
    chips = [cut_down(limits) for limits in avoiding_limits(tests)]
    return max(chips, key=lambda chip: float(worth(chip)[0]))


def worth(chip):
    training = training_value(
        chip.tpp, chip.interconnect, reference=H100, interconnect_weight=each(0.1)
    )
    inference = inference_value(
        chip.tpp, chip.memory_bandwidth, reference=H100, memory_weight=each(0.9)
    )
    return 0.5 * training + 0.5 * inference + each(0.0)


def test_the_rule_of_october_2022_makes_an_h800():
    """The H800 kept the H100's throughput and cut its links from 900 to 400 GB/s.

    The model cuts to the next step of its links below 600; with the H100's steps of
    200 GB/s (pairs of NVLinks) that is 400.
    """
    chip = min(
        (cut_down(limits, step=200.0) for limits in avoiding_limits(OCTOBER_2022)),
        key=lambda chip: float(np.ravel(chip.interconnect)[0]),
    )
    assert float(chip.interconnect) == pytest.approx(400.0)
    assert chip.tpp == H100.tpp


def test_links_and_not_throughput_are_what_it_pays_to_cut():
    assert best_inside(OCTOBER_2022).tpp == H100.tpp


def test_the_rules_of_october_2023_make_an_h20():
    """The H20's throughput is 2 368; memory, which no rule tested, is kept."""
    chip = best_inside(OCTOBER_2023)
    assert float(chip.tpp[0]) == pytest.approx(2_368.0, rel=0.05)
    assert chip.memory_bandwidth == H100.memory_bandwidth
    assert chip.interconnect == H100.interconnect


def test_an_h20_is_worth_a_sixth_for_training_and_nearly_one_for_inference():
    chip = replace(best_inside(OCTOBER_2023), memory_bandwidth=4_000.0)
    training = training_value(
        chip.tpp, chip.interconnect, reference=H100, interconnect_weight=each(0.1)
    )
    inference = inference_value(
        chip.tpp, chip.memory_bandwidth, reference=H100, memory_weight=each(0.9)
    )
    assert float(training[0]) == pytest.approx(0.15, abs=0.02)
    assert 0.8 < float(inference[0]) < 1.1


@pytest.mark.parametrize(
    ("limit", "expected"), [(600.0, 500.0), (650.0, 600.0), (50.0, 0.0), (0.0, 0.0)]
)
def test_links_keep_the_largest_whole_number_of_steps_below_their_limit(
    limit, expected
):
    assert cut_down({"interconnect": limit}).interconnect == expected


@pytest.mark.parametrize(
    ("limit", "links", "memory"), [(1_000.0, 400.0, 590.0), (3_000.0, 900.0, 2_070.0)]
)
def test_half_of_a_limit_on_the_sum_of_bandwidths_is_for_the_links(
    limit, links, memory
):
    """Memory has what the links leave of the limit less the margin of 0.01."""
    chip = cut_down({"bandwidth_sum": limit})
    assert chip.interconnect == links
    np.testing.assert_allclose(chip.memory_bandwidth, memory)


@pytest.mark.parametrize("in_order", [1, -1])
def test_a_test_is_redundant_beside_one_with_the_same_limits_or_lower_or_fewer(
    in_order,
):
    strict = {"tpp": 4_800.0}
    for test in (
        {"tpp": 4_800.0, "interconnect": 600.0},
        {"tpp": 4_900.0},
        {"tpp": 4_800.0},
    ):
        assert without_redundant([strict, test][::in_order]) == (strict,)


def test_tests_with_one_lower_and_one_higher_limit_are_both_kept():
    tests = [
        {"tpp": 4_800.0, "interconnect": 600.0},
        {"tpp": 2_400.0, "interconnect": 900.0},
        {"tpp": 4_800.0, "memory_bandwidth": 4_000.0},
    ]
    assert without_redundant(tests) == tuple(tests)


limits = st.fixed_dictionaries(
    {},
    optional={
        "tpp": st.floats(1_000.0, 20_000.0),
        "performance_density": st.floats(1.0, 25.0),
        "interconnect": st.floats(50.0, 1_000.0),
        "memory_bandwidth": st.floats(500.0, 5_000.0),
        "bandwidth_sum": st.floats(1_000.0, 6_000.0),
    },
).filter(bool)
tests_of_a_rule = st.lists(limits, min_size=1, max_size=3)


@given(tests_of_a_rule)
def test_every_way_out_escapes_all_tests(tests):
    for bounds in avoiding_limits(tests):
        chip = cut_down(bounds, margin=each(0.001, 0.01, 0.05))
        draws = [
            {
                name: np.broadcast_to(getattr(chip, name), DRAWS)[draw]
                for name in CUTTABLE
            }
            for draw in range(DRAWS)
        ]
        assert not any(plain.is_caught(one_draw, tests) for one_draw in draws)


@given(tests_of_a_rule)
def test_a_compliant_chip_never_beats_its_parent(tests):
    for bounds in avoiding_limits(tests):
        chip = cut_down(bounds)
        for attribute in CUTTABLE:
            assert np.all(getattr(chip, attribute) <= getattr(H100, attribute))
            assert np.all(np.asarray(getattr(chip, attribute)) >= 0.0)


@given(tests_of_a_rule, st.sampled_from([0.2, 0.8, 1.0, 1.5]))
def test_idle_tests_change_nothing_that_is_caught(tests, scale):
    chip = {name: getattr(H100, name) * scale for name in CUTTABLE}
    kept = without_redundant(tests)
    assert plain.is_caught(chip, kept) == plain.is_caught(chip, tests)
    assert all(test in tests for test in kept)


def test_the_reference_is_worth_one_by_definition():
    assert worth(H100) == 1.0


def test_slower_links_cost_training_and_not_inference():
    slow = replace(H100, interconnect=450.0)
    np.testing.assert_allclose(worth(slow), 0.5 * 0.5**0.1 + 0.5)


def test_faster_links_than_the_reference_earn_nothing():
    assert worth(replace(H100, interconnect=1_800.0)) == 1.0


def test_a_chip_cannot_be_cut_out_of_data_centres():
    tests = [{"tpp": 1_600.0, "data_centre": 1.0}]
    assert list(avoiding_limits(tests)) == [{"tpp": 1_600.0}]
    assert not list(avoiding_limits([{"data_centre": 1.0}]))
