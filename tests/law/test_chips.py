"""The law as published: which chip may be sold to China on which day."""

from datetime import date

import numpy as np
import pytest

from sim.domain.chips import Chip
from sim.domain.months import Month
from sim.domain.supply import Good
from tests.law.trade import CHIPS, chip_line, record

FREE, DENIED = 1.0, 0.0

PUBLISHED = {
    # chip: (day, share licensed) as it was on that day
    "A100": [
        ("2022-08-25", FREE),
        ("2022-08-26", DENIED),
        ("2022-10-07", DENIED),
        ("2024-01-01", DENIED),
        ("2026-01-14", DENIED),
        ("2026-01-15", 0.5),
    ],
    "A800": [
        ("2022-11-01", FREE),
        ("2023-10-22", FREE),
        ("2023-10-23", DENIED),
        ("2025-12-31", DENIED),
    ],
    "H100": [
        ("2022-08-25", FREE),
        ("2022-08-26", DENIED),
        ("2023-06-01", DENIED),
        ("2025-08-08", DENIED),
        ("2026-01-15", 0.5),
    ],
    "H800": [
        ("2023-03-01", FREE),
        ("2023-10-22", FREE),
        ("2023-10-23", DENIED),
        ("2026-01-15", 0.5),
    ],
    "H20": [
        ("2024-02-01", FREE),
        ("2025-04-08", FREE),
        ("2025-04-09", DENIED),
        ("2025-08-07", DENIED),
        ("2025-08-08", 0.5),
        ("2026-06-01", 0.5),
    ],
    "H200": [
        ("2024-08-01", DENIED),
        ("2026-01-14", DENIED),
        ("2026-01-15", 0.5),
    ],
    "MI325X": [("2026-01-14", DENIED), ("2026-01-15", 0.5)],
    "B200": [("2025-02-01", DENIED), ("2026-02-01", DENIED), ("2030-12-31", DENIED)],
    "RTX Pro 6000D": [("2025-09-01", FREE), ("2026-06-01", FREE)],
    "L20": [("2023-12-01", FREE), ("2026-06-01", FREE)],
}

CASES = [
    (chip, day, expected) for chip, days in PUBLISHED.items() for day, expected in days
]


@pytest.mark.parametrize(("chip", "day", "expected"), CASES)
def test_which_chip_is_licensed_on_which_day(chip, day, expected):
    answer = record().explain(chip_line(chip), date.fromisoformat(day))
    assert answer.licence == expected


@pytest.mark.parametrize(
    ("chip", "day", "expected"),
    [
        ("H20", "2025-08-11", 1.0),
        ("H20", "2025-08-12", 0.05),
        ("RTX Pro 6000D", "2025-09-14", 1.0),
        ("RTX Pro 6000D", "2025-09-15", 0.0),
        ("H200", "2026-01-13", 1.0),
        ("H200", "2026-01-14", 0.0),
        ("H200", "2026-01-28", 0.2),
        ("H200", "2026-05-16", 0.05),
        ("H200", "2030-01-01", 0.05),
    ],
)
def test_what_beijing_lets_in_on_which_day(chip, day, expected):
    permit = record().explain(chip_line(chip), date.fromisoformat(day)).permit
    assert permit == pytest.approx(expected)


@pytest.mark.parametrize(
    ("chip", "day", "expected"),
    [
        ("H20", "2025-08-10", 0.0),
        ("H20", "2025-08-11", 0.15),
        ("H200", "2026-01-15", 0.25),
        ("H20", "2026-02-01", 0.0),
    ],
)
def test_what_washington_takes_on_which_day(chip, day, expected):
    assert record().explain(chip_line(chip), date.fromisoformat(day)).levy == expected


def test_the_tests_a_designer_meets_in_each_period():
    def tests(month):
        when = Month.parse(month)
        found = record().thresholds(Good.AI_CHIP, "USA", "CHN", when)
        return tuple(test for act, _ in found for test in act.tests)

    assert tests("2022-07") == ()
    assert tests("2022-12") == ({"tpp": 4800, "interconnect": 600},)
    dense = {"tpp": 1600, "performance_density": 5.92, "data_centre": 1}
    assert dense in tests("2023-12")
    assert {"memory_bandwidth": 1400} in tests("2025-05")
    assert record().thresholds(Good.AI_CHIP, "CHN", "CHN", Month(2024, 1)) == ()


def test_a_chip_is_caught_only_in_the_draws_in_which_it_reaches_the_limits():
    links = np.array([400.0, 599.9, 600.0, 900.0])
    chip = Chip("design", "nvidia", 15832, 814, links, 3350, 30_000)
    licence = record().licence(chip_line(chip), Month(2023, 5))
    np.testing.assert_array_equal(licence, [1.0, 1.0, 0.0, 0.0])


def test_a_chip_profits_from_a_policy_only_strictly_inside_its_limits():
    speed = np.array([15832.0, 20999.0, 21000.0, 36000.0])
    chip = Chip("design", "nvidia", speed, 814, 900, 4800, 30_000)
    licence = record().licence(chip_line(chip), Month(2026, 3))
    np.testing.assert_array_equal(licence, [0.5, 0.5, 0.0, 0.0])


def test_hong_kong_is_treated_as_china_and_singapore_is_not():
    month = Month(2023, 5)
    assert record().licence(chip_line("H100", destination="HKG"), month) == 0.0
    assert record().licence(chip_line("H100", destination="SGP"), month) == 1.0


def test_the_gulf_is_reviewed_case_by_case_and_opened_in_november_2025():
    line = chip_line("H100", buyer="hub_ae", destination="ARE")
    shares = [record().licence(line, Month.parse(m)) for m in ("2023-07", "2024-01")]
    assert shares == [1.0, 0.4]
    assert record().licence(line, Month(2025, 12)) == 0.8


def test_chips_of_chinese_designers_need_no_licence_at_home():
    chip = Chip("Ascend 910C", "huawei", 12032, 1330, 784, 3200, 20_000)
    line = chip_line(chip, seller="huawei")
    line.origin = "CHN"
    assert record().licence(line, Month(2026, 1)) == 1.0
    assert record().permit(line, Month(2026, 3)) == 1.0


def test_huawei_cloud_is_denied_any_american_chip():
    assert record().licence(chip_line("H20", buyer="huawei_cloud"), Month(2024, 6)) == 0


def test_every_chip_of_the_table_has_the_attributes_that_rules_test():
    h20 = CHIPS["H20"]
    assert h20.performance_density == pytest.approx(2.91, abs=0.005)
    assert h20.bandwidth_sum == 4900
