"""Mechanisms that improve predictions, and series that others predict."""

import numpy as np
import pandas as pd
import pytest

from sim.domain.months import Month
from sim.experiments.hindcast.mechanism_scores import (
    IMPROVES,
    NO_EFFECT,
    WORSENS,
    leave_series_out,
    mechanism_effects,
    mechanism_verdicts,
)
from tests.scoreboard.samples import prediction, series

WHOLE = pd.DataFrame(
    {
        "variant": "model",
        "part": "calibration",
        "family": ["sales", "sales", "counts", "counts"],
        "measure": ["a", "a", "b", "b"],
        "actor": "china",
        "crps_scaled": [1.0, 3.0, 1.0, 1.0],
        "log_density": [0.0, 0.0, -1.0, -1.0],
    }
)


def without(factor):
    return WHOLE.assign(
        crps_scaled=factor * WHOLE["crps_scaled"],
        log_density=WHOLE["log_density"] - np.log(factor),
    )


def test_a_mechanism_without_which_scores_are_worse_improves_predictions():
    table = mechanism_effects(
        WHOLE, {"good": without(1.2), "bad": without(0.8), "idle": WHOLE}
    )
    verdicts = mechanism_verdicts(table).set_index("mechanism")["verdict"]
    assert verdicts.to_dict() == {"good": IMPROVES, "bad": WORSENS, "idle": NO_EFFECT}
    overall = table[(table["mechanism"] == "good") & (table["family"] == "all")]
    assert overall["crps_change"].item() == pytest.approx(0.2)
    assert overall["log_score_lost"].item() == pytest.approx(np.log(1.2))
    assert overall["series"].item() == 2


def test_every_family_has_a_row_of_its_own():
    table = mechanism_effects(WHOLE, {"good": without(1.2)})
    assert set(table["family"]) == {"all", "sales", "counts"}


SEEN = Month(2024, 12)


def fitted(values, assumed, **given):
    """Return a series that a fit aimed at, and draws that say what they assume."""
    values_by_draw = np.tile(assumed, (len(values), 1))
    return prediction(series(values, target=True), values_by_draw, **given)


def test_leaving_a_series_out_weakens_what_it_alone_informed():
    """Draws fitted to the series, as if a fit had chosen them by it."""
    assumed = np.random.default_rng(1).normal(5.0, 0.1, 4_000)
    left_out = fitted([5.0, 5.0, 5.0], assumed, spread=0.3)
    row = leave_series_out([left_out], {"share": assumed}, SEEN).iloc[0]
    assert row["crps_left_out"] > row["crps_fitted"]
    assert row["pareto_k"] < 0.7
    assert row["effective_draws"] < 4_000


def test_luck_is_no_merit_of_a_draw():
    """Draws differ by luck alone, so none is weighted above another."""
    luck = np.random.default_rng(1).normal(5.0, 0.1, 500)
    assumed = np.random.default_rng(2).normal(0.0, 1.0, 500)
    row = leave_series_out([fitted([5.0, 5.0], luck)], {"share": assumed}, SEEN).iloc[0]
    assert row["crps_change"] == pytest.approx(0.0, abs=1e-3)
    assert row["effective_draws"] > 495.0


def test_what_the_fit_did_not_aim_at_is_not_left_out():
    left_out = prediction(series([5.0, 5.0]), np.full((2, 50), 5.0))
    assert leave_series_out([left_out], {"share": np.arange(50.0)}, SEEN).empty
