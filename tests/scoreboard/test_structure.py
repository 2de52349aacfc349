"""Structure: mechanisms that are missed, and series that others foretell."""

import numpy as np
import pandas as pd
import pytest

from sim.experiments.hindcast.structure import (
    COSTS,
    EARNS,
    STILL,
    left_out,
    verdicts,
    worth,
)
from tests.scoreboard.samples import modelled, series

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


def test_a_mechanism_without_which_scores_are_worse_earns_its_place():
    table = worth(WHOLE, {"good": without(1.2), "bad": without(0.8), "idle": WHOLE})
    said = verdicts(table).set_index("mechanism")["verdict"]
    assert said.to_dict() == {"good": EARNS, "bad": COSTS, "idle": STILL}
    overall = table[(table["mechanism"] == "good") & (table["family"] == "all")]
    assert overall["crps_change"].item() == pytest.approx(0.2)
    assert overall["log_score_lost"].item() == pytest.approx(np.log(1.2))
    assert overall["series"].item() == 2


def test_every_family_has_a_row_of_its_own():
    table = worth(WHOLE, {"good": without(1.2)})
    assert set(table["family"]) == {"all", "sales", "counts"}


def test_leaving_a_series_out_weakens_what_it_alone_had_said():
    """Draws fitted to the series, as if a fit had chosen them by it."""
    rng = np.random.default_rng(1)
    answers = np.tile(rng.normal(5.0, 0.1, 4_000), (3, 1))
    one = modelled(series([5.0, 5.0, 5.0]), answers, spread=0.3, error=0.1)
    row = left_out([one], [3]).iloc[0]
    assert row["crps_left_out"] > row["crps_fitted"]
    assert row["pareto_k"] < 0.7
    assert row["draws_that_count"] < 4_000


def test_a_series_that_every_draw_explains_alike_loses_nothing():
    one = modelled(series([5.0, 5.0]), np.full((2, 500), 5.0))
    row = left_out([one], [2]).iloc[0]
    assert row["crps_change"] == pytest.approx(0.0, abs=1e-9)
