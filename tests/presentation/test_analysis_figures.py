"""Indices, shares and the value of information: figures and sentences."""

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.experiments.effect_indices import LUCK, OTHERS, EffectIndices, PartIndices
from sim.experiments.information_value import InformationValue, InformationValues
from sim.experiments.sobol_indices import IndexEstimate
from sim.outcomes.assumption_screening import ScreenedAssumption
from sim.outcomes.formula import Formula
from sim.outcomes.headline import HORIZON
from sim.outcomes.objectives import Objective
from sim.outcomes.shared_effect import FIRST, SharedEffect
from sim.presentation.indices_report import (
    IndicesReport,
    indices_chart,
    indices_frame,
    screening_frame,
)
from sim.presentation.shares_chart import shares_chart
from sim.presentation.shares_report import SharesReport
from sim.presentation.voi_report import VoiReport, laws_frame, values_frame, voi_chart
from tests.images import assert_looks_as_kept

MONTHS = [Month(2028, 12), Month(2029, 12), Month(2030, 12)]
COMPUTE = ("ai_compute_stock", "china")
MEANINGS = {
    "ally.weight": "weight for an ally of what an act refuses",
    "fab.wear": "share of lost availability that a fab tries to replace",
}
UNITS = {"ally.weight": "index", "fab.wear": "share"}


def estimate(value, half, drift=0.01):
    values = value * np.array([0.5, 0.8, 1.0])
    return IndexEstimate(4096, values, values - half, values + half, values - drift)


def indices(half=0.03):
    parts = [
        PartIndices("ally.weight", estimate(0.1, 0.05), estimate(0.3, half)),
        PartIndices("fab.wear", estimate(0.3, 0.05), estimate(0.4, 0.02)),
        PartIndices(OTHERS, estimate(0.2, 0.05), estimate(0.3, 0.02)),
        PartIndices(LUCK, estimate(0.0, 0.02), estimate(0.1, 0.01)),
    ]
    screening = [
        ScreenedAssumption("fab.wear", 0.3, -0.5),
        ScreenedAssumption("ally.weight", 0.1, 0.3),
        ScreenedAssumption("lab.idle", -0.001, 0.0),
    ]
    found = EffectIndices(
        *(COMPUTE, "H100e", MONTHS, screening, parts, np.zeros(4)),
        *((-0.18, "fab.wear", "fab.slack"), 30_720),
    )
    return IndicesReport(
        "ban", "baseline", found, MEANINGS, UNITS, {"fab.wear"}, rows=4096
    )


def shares():
    luck = np.random.default_rng(5)
    times = {**{str(x.year): x for x in MONTHS}, HORIZON: MONTHS[-1]}
    pieces = {
        when: {
            FIRST: np.zeros(200),
            "no_chips": -9e5 * (place + 1) + 2e5 * luck.normal(size=200),
            "no_tools": -2e5 * (place + 1) ** 2 + 1e5 * luck.normal(size=200),
            "no_cloud": 6e4 + 1e5 * luck.normal(size=200),
        }
        for place, when in enumerate(times)
    }
    alone = {
        when: {name: 0.8 * x for name, x in each.items() if name != FIRST}
        for when, each in pieces.items()
    }
    whole = {when: sum(each.values()) for when, each in pieces.items()}
    shared = SharedEffect(
        COMPUTE, "H100e", Draws(200), times, pieces, whole, alone, alone
    )
    titles = {"no_chips": "No data-centre chip", "no_tools": "No tool"}
    return SharesReport("decoupling", "baseline", 2025, shared, shared, titles)


def information(perfect=9e4, value=4e4):
    def known(name, members, worth):
        return InformationValue(
            *(name, members, worth, 0.7 * worth, 1.3 * worth + 1e3, worth),
            *(0.2 * worth, 0.3),
        )

    found = InformationValues(
        laws=["baseline", "ban", "quota"],
        means=[-3e6, -2.5e6, -2.4e6],
        best_in=[0.1, 0.3, 0.6],
        chosen="quota",
        perfect=perfect,
        perfect_error=5e3,
        assumptions=[
            known("fab.wear", ("fab.wear",), value),
            known("ally.weight", ("ally.weight",), 0.0),
        ],
        groups=[
            known("all assumptions", ("fab.wear", "ally.weight"), 1.5 * value),
            known("fab", ("fab.wear",), value),
            known("ally", ("ally.weight",), 0.0),
        ],
    )
    objective = Objective(
        "china_compute",
        "China's AI compute",
        Formula.parse("ai_compute_stock[china]"),
        "H100e",
        "lower",
    )
    return VoiReport(
        objective, found, 500, 2025, MONTHS[-1], 2, meanings=MEANINGS, units=UNITS
    )


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("indices", lambda: indices_chart(indices())),
        ("shares", lambda: shares_chart(shares())),
        ("information", lambda: voi_chart(information())),
    ],
)
def test_it_looks_as_kept_and_says_so_in_words(name, draw, tmp_path):
    figure = draw()
    assert len(figure.alt_text) > 200
    assert_looks_as_kept(figure, name, tmp_path)


def test_indices_are_told_with_units_and_how_sure_they_are():
    words = indices().paragraph
    assert "tries to replace (share), total index 0.40 (0.38 to 0.42)" in words
    assert words.index("fab tries") < words.index("for an ally")
    assert "known to ±0.03 or better" in words
    assert "they have converged" in words
    assert "is −0.18 (fab.wear with fab.slack)" in words
    unsure = indices(half=0.07).paragraph
    assert "have not converged to ±0.05: ally.weight (±0.07" in unsure
    assert "Give more than sensitivity.rows=4096." in unsure


def test_tables_of_indices_have_every_part_and_assumption():
    table = indices_frame(indices(half=0.07))
    assert len(table) == 4 * len(MONTHS)
    last = table[table["month"] == "2030-12"].set_index("part")
    assert last["converged"].tolist() == [True, False, True, True]
    assert last.loc["fab.wear", "total_high"] == pytest.approx(0.42)
    screening = screening_frame(indices())
    assert screening["has_indices"].tolist() == [True, True, False]
    assert screening["informed_by_data"].tolist() == [True, False, False]


def test_shares_are_told_with_the_largest_first_and_by_year():
    words = shares().paragraph
    assert "no_chips (No data-centre chip) −3.6" in words or "no_chips" in words
    assert words.index("no_chips") < words.index("no_tools")
    assert "One by one they would add up to" in words
    assert "The largest by year: 2028 to 2030 no_chips." in words
    assert "standard errors" in words
    assert FIRST not in words


def test_the_value_of_information_is_told_with_its_range():
    words = information().paragraph
    assert "quota is chosen of 3 laws, with 2.4M H100e" in words
    assert "would gain 90k H100e in the mean (81.8k H100e to 98.2k H100e)" in words
    assert "Of 2 assumptions, 1 is worth knowing alone" in words
    assert "(share), 40k H100e (28k H100e to 53k H100e; 44 % of it)" in words
    table = values_frame(information()).set_index("known")
    assert table.loc["everything", "value"] == 9e4
    assert table.loc["fab", "share_of_perfect"] == pytest.approx(4 / 9)
    assert laws_frame(information())["mean"].tolist() == [3e6, 2.5e6, 2.4e6]


def test_where_the_choice_is_clear_no_information_is_worth_anything():
    words = information(perfect=0.0, value=0.0).paragraph
    assert "No information would change the choice" in words
