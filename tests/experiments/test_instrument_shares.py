"""An effect shared out over the instruments of a scenario."""

from dataclasses import replace

import numpy as np
import pytest

from sim.domain.errors import SettingsError
from sim.experiments.chunks import run_pair
from sim.experiments.instrument_shares import Players, instrument_shares
from sim.experiments.shapley import coalitions, shapley
from sim.outcomes.headline import HORIZON
from sim.outcomes.shared_effect import FIRST, WHOLE, SharedEffect, share_rows
from sim.policy.difference import law_difference
from tests.experiments.questions import ready

ACT = "scenario.regime.add.service_ban"
EARLY = (f"{ACT}.announced=2022-05-24", f"{ACT}.effective=2022-10-01")
WORDS = (
    *(*EARLY, "scenario.decisions.since=2022-05", "horizon=2022-12", "draws=3"),
    "+scenario.regime.remove=[us_2022_08_letter]",
)
COMPUTE = ("ai_compute_stock", "china")


@pytest.fixture(scope="module")
def setup(outputs):
    """A ban in 2022, without the letter that stopped fast chips in August."""
    return ready(outputs, "service_ban", *WORDS, workers=1)


@pytest.fixture(scope="module")
def shared(setup):
    return instrument_shares(Players.of(setup), COMPUTE, "H100e")


def test_shares_add_up_to_the_effect_in_every_draw(setup, shared):
    assert set(shared.players) == {FIRST, "service_ban", "us_2022_08_letter"}
    for when, whole in shared.whole.items():
        added = sum(shared.pieces[when].values())
        np.testing.assert_allclose(added, whole, rtol=1e-9, atol=1e-6)
    compared = run_pair(replace(setup, record=[COMPUTE[0]]))
    new, old = (
        side.at(COMPUTE, setup.horizon)
        for side in (compared.scenario, compared.baseline)
    )
    np.testing.assert_array_equal(shared.whole[HORIZON], new - old)
    assert shared.pieces[HORIZON]["us_2022_08_letter"].all()


def test_a_table_has_what_each_does_alone_and_last(shared):
    rows = {row.player: row for row in share_rows(shared) if row.when == HORIZON}
    whole = rows[WHOLE].mean
    assert sum(rows[x].mean for x in shared.players) == pytest.approx(whole)
    letter = rows["us_2022_08_letter"]
    low, high = sorted((letter.alone_mean, letter.last_mean))
    assert low - 1e-6 <= letter.mean <= high + 1e-6
    assert letter.rises + letter.falls == 1.0


def test_shares_do_not_depend_on_the_order_of_players():
    luck = np.random.default_rng(2)
    players = ["a", "b", "c", "d"]
    worth = {each: luck.normal(size=5) for each in coalitions(players)}
    forward, backward = shapley(worth, players), shapley(worth, players[::-1])
    for player in players:
        np.testing.assert_allclose(forward[player], backward[player], rtol=1e-12)


def test_chunks_change_no_bit(setup, shared):
    again = instrument_shares(Players.of(replace(setup, chunk=2)), COMPUTE, "H100e")
    for when, pieces in shared.pieces.items():
        for name, share in pieces.items():
            np.testing.assert_array_equal(again.pieces[when][name], share)


def test_instruments_that_count_as_one_are_one_player(setup):
    both = Players.of(setup, {"both": ("us_2022_08_letter", "service_ban")})
    assert dict(both.ids) == {"both": ("service_ban", "us_2022_08_letter")}
    none, every = both.setup_with(()), both.setup_with(["both"])
    for ours, theirs in ((none, setup.baseline), (every, setup.scenario)):
        law = ours.scenario.regime.instruments
        assert not law_difference(law, theirs.regime.instruments)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"x": ("service_bann",)}, "service_bann is not changed by the scenario"),
        ({"x": ("service_ban",), "y": ("service_ban",)}, "is in x already"),
        ({"service_ban": ("us_2022_08_letter",)}, "is the name of an instrument"),
    ],
)
def test_groups_that_are_wrong_are_refused(setup, groups, message):
    with pytest.raises(SettingsError, match=message):
        Players.of(setup, groups)


def test_more_instruments_than_can_be_told_apart_are_refused(outputs):
    setup = ready(outputs, "no_controls")
    with pytest.raises(SettingsError, match="at most 8 can be distinguished"):
        Players.of(setup)


def test_the_largest_share_is_counted_by_draw():
    shares = {"a": np.array([1.0, -3.0]), "b": np.array([-2.0, 3.0])}
    whole = sum(shares.values())
    shared = SharedEffect(
        COMPUTE, "H100e", None, {}, {HORIZON: shares}, {HORIZON: whole}
    )
    assert shared.largest_in("a", HORIZON) == 0.5
    assert shared.largest_in("b", HORIZON) == 1.0
