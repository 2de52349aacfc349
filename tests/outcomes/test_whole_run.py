"""What is recorded of the shipped world, and what becomes of it on disk and paper."""

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.supply import SERVICE, Good
from sim.outcomes.bargaining_table import Position, bargaining
from sim.outcomes.chokepoints import chokepoints, minimum_cut
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.headline import headline
from sim.outcomes.line_changes import cut_lines, month_of_most_cuts, share_passing
from sim.outcomes.measures import MEASURES
from sim.outcomes.measures.measure import Quantity
from sim.outcomes.network_graph import lines
from sim.outcomes.recorder import Recorder
from sim.outcomes.results import Results
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.presentation.figures import FAN_FIGURES, draw_figures
from sim.presentation.headline_cells import SHOWN_ACTORS
from sim.presentation.map import COLUMNS
from tests.worlds import built, unchecked

LAST = Month(2025, 12)
FIFTY_MEGABYTES = 50e6


@pytest.fixture(scope="module")
def pair(records, law_of):
    ban = law_of("service_ban")
    return run_of(records, ban, "service_ban"), run_of(records, records.law, "baseline")


def run_of(records, regime, name, draws=2):
    world, recorder = built(records, regime=regime, draws=draws), Recorder("all")
    with unchecked():
        while world.month <= LAST:
            world.step()
            recorder.record(world)
    return recorder.results(world, name)


@pytest.fixture(scope="module")
def ban_in_twelve(records, law_of):
    """The ban in so many draws that the Netherlands joins in some and not in others."""
    return run_of(records, law_of("service_ban"), "service_ban", draws=12)


def test_every_measure_is_a_number_in_every_month_and_draw(pair):
    for results in pair:
        names = {measure.name for measure in MEASURES}
        assert set(results.quantities) == {name for name, _ in results.series} == names
        for key, series in results.series.items():
            assert series.shape == (len(results.months), 2), key
            assert np.all(np.isfinite(series)), key


def test_before_their_law_differs_two_runs_are_one(pair):
    scenario, baseline = pair
    until = scenario.month_index(scenario.regime.first_difference(baseline.regime))
    for key, series in scenario.series.items():
        np.testing.assert_array_equal(series[:until], baseline.series[key][:until])


def test_the_headline_speaks_of_every_headline_measure(pair):
    shown = {row.measure for row in headline(*pair)}
    assert shown == {x.name for x in MEASURES if x.headline} | {"backfire"}


def test_every_panel_and_every_row_on_the_screen_is_recorded_by_default(records):
    world, recorder = built(records), Recorder()
    with unchecked():
        world.step()
        recorder.record(world)
    keys = recorder.results(world, "baseline").series.keys()
    assert {key for figure in FAN_FIGURES for key in figure.series} <= keys
    listed = {
        (measure, actor) for measure, actors in SHOWN_ACTORS.items() for actor in actors
    }
    assert listed <= keys


def test_every_figure_of_a_whole_run_is_drawn(pair, tmp_path):
    draw_figures(tmp_path, *pair)
    names = {path.stem for path in tmp_path.iterdir()}
    fans = {figure.name for figure in FAN_FIGURES}
    assert names == fans | {"allies", "network"}


def test_a_whole_run_reads_back(pair, tmp_path):
    write_run(
        tmp_path / "run",
        RunTables.of(*pair),
        RunMetadata("{}\n", {"seed": 2025, "draws": 2}),
    )
    run = RunFolder.read(tmp_path / "run")
    scenario, baseline = pair
    axes = run.to_xarray("frontier_lag_months")["frontier_lag_months"]
    lag = axes.sel(scenario="service_ban", actor="china").transpose("month", "draw")
    np.testing.assert_array_equal(lag, scenario.of("frontier_lag_months", "china"))
    assert len(run.events) == sum(event.draws.size for x in pair for event in x.events)
    added = run.law[run.law["difference"] == "added"]
    assert set(added["instrument"]) == {"service_ban"}
    assert run.network.number_of_nodes() == baseline.network.number_of_nodes()


def test_a_service_ban_cuts_service_and_nothing_else(pair):
    scenario, baseline = pair
    joined, full = scenario.law_at_horizon, baseline.law_at_horizon
    month = month_of_most_cuts(scenario.network, joined, full, scenario.months)
    cut = cut_lines(scenario.network, joined, full, month)
    assert month == LAST
    assert {x.good for x in cut} <= {str(good) for good in SERVICE}
    assert {x.seller for x in cut} >= {"lam"}
    before = cut_lines(scenario.network, joined, full, Month(2025, 6))
    assert not {x.seller for x in before} & {"lam", "amat", "kla"}


def test_what_an_ally_cuts_is_how_far_it_has_joined_on_average(records, ban_in_twelve):
    ban = ban_in_twelve
    law, month = ban.law_at_horizon, ban.months[-1]
    joining = ban.decided.joined["service_ban", "NLD"]
    assert 0.0 < joining.share(Good.SPARE_PARTS).mean() < 1.0
    services = [
        line
        for line in lines(ban.network)
        if (line.seller, line.buyer) == ("asml", "smic_advanced")
        and line.good in SERVICE
    ]
    for line in services:
        own = 1.0 - joining.share(line.good)
        other = share_passing(line, records.law, month)
        expected = np.minimum(own, other).mean()
        assert share_passing(line, law, month) == pytest.approx(expected)


def test_where_governments_stand_is_what_their_law_does(ban_in_twelve):
    for row in bargaining(ban_in_twelve):
        joining = ban_in_twelve.decided.joined["service_ban", row.state]
        assert row.at_horizon[Position.JOINED] == pytest.approx(joining.full.mean())
        part = np.mean(joining.partial > 0.0)
        assert row.at_horizon[Position.JOINED_IN_PART] == pytest.approx(part)
        assert sum(row.at_horizon.values()) == pytest.approx(1.0)


def test_a_run_in_chunks_is_the_whole_run_network_and_all(records, pair, law_of):
    ban, (full, _) = law_of("service_ban"), pair
    chunks = [run_of(records, ban, "service_ban", Draws(1, first)) for first in (0, 1)]
    joined = Results.join(chunks)
    assert list(joined.series) == list(full.series)
    for key, series in full.series.items():
        np.testing.assert_array_equal(joined.series[key], series)
    assert [event.key for event in joined.events] == [
        event.key for event in full.events
    ]
    for month in (Month(2023, 1), Month(2025, 8)):
        changes = (
            cut_lines(
                x.network,
                x.regime,
                records.law.without(records.law.instruments),
                month,
            )
            for x in (joined, full)
        )
        assert next(changes) == next(changes)
    for state in ("NLD", "JPN"):
        parts = [x.decided.joined["service_ban", state] for x in (joined, full)]
        np.testing.assert_array_equal(parts[0].full, parts[1].full)
        np.testing.assert_array_equal(parts[0].partial, parts[1].partial)
    assert bargaining(joined) == bargaining(full)


def test_the_network_knows_who_could_choke_whom(pair):
    network = pair[1].network
    points = {point.good: point for point in chokepoints(network)}
    assert points["duv_immersion"].leader == "asml"
    assert points["coater_developer"].leader == "tel"
    assert all(0 < point.hhi <= 10_000 for point in points.values())
    assert all(line.origin != "CHN" for line in minimum_cut(network))
    assert {"asml", "tel", "lam"} <= {line.seller for line in minimum_cut(network)}


def test_every_kind_of_actor_that_trades_in_china_has_its_place_on_the_map(pair):
    network = pair[1].network
    drawn = {kind for kinds in COLUMNS.values() for kind in kinds}
    apart = {
        "government",
        "market",
        "exporter",
        "investors",
        "firm",
        "labour market",
    }
    assert {facts["kind"] for facts in network.nodes.values()} <= drawn | apart


def test_the_default_time_series_stays_under_fifty_megabytes(tmp_path):
    # Numbers without any pattern are the worst case for compression.
    rng = np.random.default_rng(1)
    months = tuple(Month(2022, 1) + step for step in range(108))
    series = {("noise", f"actor {n}"): rng.normal(size=(108, 400)) for n in range(60)}
    noise = Quantity("noise", "units", "Noise", "Nothing.", "level", headline=True)
    results = Results("baseline", months, Draws(400), {"noise": noise}, series)
    write_run(tmp_path / "run", RunTables.of(results, results), RunMetadata("", {}))
    assert (tmp_path / "run" / "timeseries.parquet").stat().st_size < FIFTY_MEGABYTES
