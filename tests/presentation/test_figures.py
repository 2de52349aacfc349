"""Figures are drawn from fresh and from saved runs, and say what they show."""

from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pytest

from sim.domain.ensemble import Draws
from sim.domain.errors import OutputError, SettingsError
from sim.domain.number_format import rounded, short
from sim.outcomes.attribution import CHANNELS
from sim.outcomes.columns import first_days
from sim.outcomes.folder_writer import RunMetadata, write_run
from sim.outcomes.frames import headline_rows
from sim.outcomes.measures.measure import Quantity
from sim.outcomes.network_graph import without_quantities
from sim.outcomes.results import Results
from sim.outcomes.run_tables import RunTables
from sim.outcomes.saved_run import RunFolder
from sim.policy.instruments import Ask
from sim.policy.regime import Regime
from sim.presentation import plot, style
from sim.presentation.difference_panel import Panel
from sim.presentation.fan_charts import fan_figure
from sim.presentation.figures import FAN_FIGURES, draw_figures
from sim.presentation.headline_cells import HeadlineCells
from sim.presentation.map import network_map
from sim.presentation.view import view_of
from tests.outcomes.samples import START, answered, narrowed, results, split
from tests.outcomes.small_world import AFTER, BEFORE, QUOTA, world
from tests.worlds import unchecked

PNG = b"\x89PNG"


def with_law(one, regime, network):
    return replace(one, regime=regime, network=network)


@pytest.fixture(scope="module")
def base():
    return with_law(results(), BEFORE, without_quantities(world().network))


@pytest.fixture(scope="module")
def ban(base):
    return with_law(narrowed(base, [1.0, 2.0, 3.0, 4.0]), AFTER, base.network)


@pytest.fixture(scope="module")
def saved(base, ban, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "ban"
    provenance = {"seed": 7, "draws": {"count": 4, "first": 0}}
    write_run(folder, RunTables.of(ban, base), RunMetadata("{}\n", provenance))
    return RunFolder.read(folder)


def words_on(drawn):
    texts = list(drawn.texts)
    for axes in drawn.axes:
        texts += [*axes.texts, axes.title, axes.yaxis.label, axes.xaxis.label]
        texts += [axes._left_title, axes._right_title]
    return " | ".join(text.get_text() for text in texts)


def recorded_for_every_sheet():
    """Return results that hold every series that a figure shows."""
    keys = [key for figure in FAN_FIGURES for key in figure.series]
    rising = np.arange(24.0)[:, None] * np.ones((1, 3))
    quantities = {
        measure: Quantity(measure, "things", measure, "Things.", "level", True)
        for measure, _ in keys
    }
    return Results(
        scenario="baseline",
        months=results().months,
        draws=Draws(3),
        quantities=quantities,
        series=dict.fromkeys(keys, rising),
        regime=BEFORE,
        network=without_quantities(world().network),
    )


def test_every_figure_is_drawn(tmp_path):
    base = recorded_for_every_sheet()
    draw_figures(tmp_path, replace(base, scenario="ban", regime=AFTER), base)
    names = {path.stem for path in tmp_path.iterdir()}
    assert names == {figure.name for figure in FAN_FIGURES} | {"network"}
    pictures = list(tmp_path.glob("*.png"))
    assert all(path.read_bytes().startswith(PNG) for path in pictures)
    assert {path.with_suffix(".txt") for path in pictures} == set(
        tmp_path.glob("*.txt")
    )


def test_a_figure_without_its_measure_is_left_out(tmp_path, base, ban):
    draw_figures(tmp_path, replace(ban, network=None), base)
    names = {path.stem for path in tmp_path.iterdir()}
    assert names == {"frontier_lag", "china_revenue"}


def test_a_baseline_alone_is_drawn_without_a_scenario(tmp_path, base):
    draw_figures(tmp_path, base, base)
    assert (tmp_path / "frontier_lag.png").exists()
    assert (tmp_path / "network.png").exists()


def test_a_fresh_and_a_saved_run_look_alike(base, ban, saved):
    fresh, loaded = view_of(RunTables.of(ban, base)), view_of(saved)
    for key, levels in fresh.quantiles.items():
        np.testing.assert_allclose(loaded.quantiles[key], levels)
    np.testing.assert_array_equal(loaded.months, fresh.months)
    for name in (
        "law_dates",
        "recorded_until",
        "draws",
        "seed",
        "units",
        "actor_names",
    ):
        assert getattr(loaded, name) == getattr(fresh, name)


def test_the_dates_on_which_the_laws_part_are_marked(base, ban):
    marks = view_of(RunTables.of(ban, base)).law_dates
    assert [(mark.day, mark.label) for mark in marks] == [
        (date(2025, 2, 24), "service ban announced"),
        (date(2025, 7, 1), "service ban in effect"),
    ]


def test_a_fan_says_whom_what_unit_and_how_many_draws(saved):
    text = words_on(plot.fan(saved, "china_revenue", actor="asml"))
    assert text == words_on(plot.fan(saved, "china_revenue", actor="ASML"))
    assert "ASML" in text
    assert "USD a year" in text
    assert "4 draws, seed 7" in text
    assert "service ban in effect" in text


def test_several_actors_get_a_panel_each(saved):
    drawn = plot.fan(saved, "china_revenue", actor=["asml", "asml"])
    assert len(drawn.axes) == 4  # a level and a difference each


def test_without_an_actor_the_first_is_shown(saved):
    assert "China" in words_on(plot.fan(saved, "frontier_lag_months"))


def test_a_scenario_without_an_effect_is_said_to_have_none(saved):
    assert "no difference" in words_on(plot.fan(saved, "china_revenue", actor="asml"))


def test_dollar_signs_are_dollars(base):
    shown = view_of(RunTables.of(replace(base, scenario="a $x_1$ ban"), base))
    shown = replace(shown, actor_names={"asml": "Cheap $\\nonsense{$ Inc."})
    title = f"Sold by {shown.actor_name('asml')}"
    drawn = fan_figure(shown, title, [Panel("china_revenue", "asml", "")])
    assert drawn._repr_png_().startswith(PNG)
    assert "$\\nonsense{$" in words_on(drawn)


def test_a_fresh_run_is_plotted_as_a_saved_one(base, ban, saved):
    fresh = RunTables.of(ban, base)
    for draw in (
        lambda run: plot.fan(run, "china_revenue", actor="asml"),
        lambda run: plot.bars(run, "china_revenue"),
        lambda run: plot.compare([run], "frontier_lag_months", "china"),
    ):
        assert words_on(draw(fresh)) == words_on(draw(saved))
    assert "2 of 10" in words_on(plot.network(fresh))
    with pytest.raises(SettingsError, match="did you mean 'frontier_lag_months'"):
        plot.fan(fresh, "frontier_lag_month")


def test_runs_are_compared_in_colours_of_their_own(saved):
    text = words_on(plot.compare([saved, saved], "frontier_lag_months", "china"))
    assert text.count("service ban") == 2
    with pytest.raises(SettingsError, match="from 1 to 7 runs"):
        plot.compare([], "frontier_lag_months", "china")


def test_bars_show_the_headline(saved):
    text = words_on(plot.bars(saved, "china_revenue", when="2025"))
    assert "USD a year" in text
    with pytest.raises(SettingsError, match="no measure 'hbm_stock'; choose from"):
        plot.bars(saved, "hbm_stock")
    with pytest.raises(SettingsError, match="no measure 'china_revenu'; did you mean"):
        plot.bars(saved, "china_revenu")
    with pytest.raises(SettingsError, match="no when '2031'; choose from 2025, 2026"):
        plot.bars(saved, "china_revenue", when=2031)


def test_a_misspelt_name_gets_the_nearest_right_word(saved):
    with pytest.raises(SettingsError, match="did you mean 'frontier_lag_months'"):
        plot.fan(saved, "frontier_lag_month")
    with pytest.raises(SettingsError, match="did you mean 'asml'"):
        plot.fan(saved, "china_revenue", actor="asmm")
    with pytest.raises(SettingsError, match="choose from china"):
        plot.fan(saved, "frontier_lag_months", actor="xyz")


@pytest.mark.parametrize(
    "draw",
    [
        partial(plot.fan, measure="china_revenue"),
        partial(plot.bars, measure="china_revenue"),
        plot.channels,
        plot.network,
        plot.allies,
        lambda run: plot.compare([run], "china_revenue", "asml"),
        plot.sweep,
    ],
)
@pytest.mark.parametrize("given", [None, "outputs/service_ban"])
def test_what_is_no_run_is_refused_in_one_line(draw, given):
    with (
        unchecked(),
        pytest.raises(
            SettingsError,
            match=f"give a (run|sweep), as sim.*, not {type(given).__name__}",
        ),
    ):
        draw(given)


def test_runs_that_are_no_list_are_refused_in_one_line(saved):
    for given in (None, saved, "outputs/service_ban"):
        with unchecked(), pytest.raises(SettingsError, match="as a list"):
            plot.compare(given, "china_revenue", "asml")


def test_the_map_shows_who_trades_and_says_what_is_cut(saved, base, ban):
    for drawn in (plot.network(saved), network_map(RunTables.of(ban, base))):
        text = words_on(drawn)
        assert "ASML" in text
        assert "United States" in text
        assert "2 of 10 supply lines are cut: engineers (2)" in text


def test_a_quota_is_drawn_too(base):
    capped = replace(base, scenario="capped", regime=BEFORE.with_instruments([QUOTA]))
    assert "1 of 10 supply lines are cut: AI chips (1)" in words_on(
        network_map(RunTables.of(capped, base))
    )


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0"), (-1500, "-1.5k"), (2.5e9, "2.5bn"), (0.25, "0.25")]
)
def test_numbers_are_short(value, words):
    assert short(value) == words


def test_labels_have_two_figures():
    assert rounded(9.09) == "9.1"


def test_channels_are_drawn_alike_from_a_fresh_and_from_a_saved_run(
    base, ban, tmp_path
):
    parts = split(compute_denied=[3.0, 3.0, 1.0, 1.0], smuggling=[0.0, -2.0, 0.0, -2.0])
    paper = RunMetadata("{}\n", {"seed": 7, "draws": {"count": 4, "first": 0}})
    write_run(tmp_path / "run", RunTables.of(ban, base, parts), paper)
    fresh = words_on(plot.channels(RunTables.of(ban, base, parts)))
    assert words_on(plot.channels(RunFolder.read(tmp_path / "run"))) == fresh
    assert "At 2026-12" in fresh
    assert "+2 | +1 to +3" in fresh
    assert "−1 | −2 to 0" in fresh


def test_channels_step_from_zero_to_the_whole(base, ban):
    parts = split(compute_denied=[3.0, 1.0], offshore_cloud=[-1.0, -2.0])
    steps = plot.channels(RunTables.of(ban, base, parts)).axes[0].patches
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in steps]
    assert ends[0] == (0.0, 2.0)
    assert ends[list(CHANNELS).index("offshore_cloud")] == (2.0, 0.5)
    assert ends[-1] == (0.0, 0.5)


def test_channels_of_a_law_that_does_nothing_are_drawn(base, ban):
    drawn = plot.channels(RunTables.of(ban, base, split(compute_denied=[0.0])))
    assert len(drawn.axes) == 1


def test_channels_are_drawn_into_the_folder_of_a_run_that_asks(base, ban, tmp_path):
    draw_figures(tmp_path, ban, base, split(compute_denied=[1.0, 2.0]))
    assert (tmp_path / "channels.png").read_bytes().startswith(PNG)


def test_channels_of_a_run_that_did_not_split_them_are_refused(base, ban, saved):
    with pytest.raises(SettingsError, match="attribution=True"):
        plot.channels(RunTables.of(ban, base))
    with pytest.raises(OutputError, match="attribution=true"):
        plot.channels(saved)


def test_what_allies_answer_is_drawn_month_by_month(base, tmp_path):
    with_ask = answered(replace(base, scenario="ask"))
    text = words_on(plot.allies(RunTables.of(with_ask, base)))
    assert "What allies answer when asked" in text
    assert "Japan: us tools 2022" in text
    assert text.count("25%") == 4  # joined, in part, agreed, and undecided
    network = base.network.copy()
    network.add_nodes_from(with_ask.network.nodes(data=True))
    run = replace(with_ask, network=network)
    provenance = {"seed": 7, "draws": {"count": 4, "first": 0}}
    write_run(
        tmp_path / "ask", RunTables.of(run, base), RunMetadata("{}\n", provenance)
    )
    saved = RunFolder.read(tmp_path / "ask")
    assert words_on(plot.allies(saved)).count("25%") == 4
    assert saved.bargaining["horizon_joined"].tolist() == [0.25]


def test_a_deadline_is_marked(base):
    with_ask = answered(replace(base, scenario="ask"))
    (act,) = with_ask.regime.instruments.values()
    due = replace(act, ask=Ask(deadline=date(2025, 9, 15), backstop={"JPN": 1.0}))
    regime = Regime("ask", {due.id: due}, with_ask.regime.decisions)
    run = RunTables.of(replace(with_ask, regime=regime), base)
    assert "deadline 2025-09" in words_on(plot.allies(run))


def test_where_no_ally_is_asked_there_is_no_figure_of_it(base, ban, saved):
    for run in (RunTables.of(ban, base), saved):
        with pytest.raises(SettingsError, match="no ally was asked"):
            plot.allies(run)


def test_a_run_without_decisions_says_so(saved):
    with pytest.raises(OutputError, match="no government decided for itself"):
        _ = saved.bargaining


@pytest.mark.parametrize("dates", [3, 5, 10])
def test_dates_are_marked_whatever_the_horizon(dates):
    for months in (1, 2, 3, 7, 27, 36, 48, 100):
        axes = style.new_figure((9.0, 4.0), "", "").add_subplot()
        axes.xaxis_date()
        style.format_axes(axes, "units", dates=dates)
        style.show_months(axes, first_days([START, START + (months - 1)]))
        first, last = axes.get_xlim()
        assert first < last
        shown = [tick for tick in axes.get_xticks() if first <= tick <= last]
        assert 1 <= len(shown) <= dates + 2


def test_a_flow_is_shown_at_the_rate_of_a_year(base, ban):
    view = view_of(RunTables.of(ban, base))
    asml = view.bands("baseline", "china_revenue", "asml")
    month = base.series["china_revenue", "asml"][-1]
    assert asml[-1, -1] == pytest.approx(12e6 * np.quantile(month, 0.95))
    assert view.units["china_revenue"] == "USD a year"


def test_all_panels_show_the_scenario_from_one_month_on(base, ban):
    series = {key: values.copy() for key, values in ban.series.items()}
    series["china_revenue", "asml"][9:] *= 0.5
    lag = "frontier_lag_months", "china"
    series[lag][:6] = base.of(*lag)[:6]
    view = view_of(RunTables.of(replace(ban, series=series), base))
    panels = [
        Panel("frontier_lag_months", "china", "lag"),
        Panel("china_revenue", "asml", "revenue"),
    ]
    starts = {
        min(line.get_xdata())
        for axes in fan_figure(view, "title", panels).axes
        for line in axes.get_lines()
        if line.get_color() == style.SCENARIO
    }
    assert starts == {style.date_on_axis((START + 5).first_day)}


def test_a_difference_by_rounding_is_no_difference_in_a_figure(base, ban):
    noisy = {key: values * (1.0 + 1e-15) for key, values in base.series.items()}
    view = view_of(RunTables.of(replace(ban, series=noisy), base))
    assert view.first_difference("china_revenue", "asml") is None


def test_the_end_of_a_difference_has_the_sign_and_digits_of_the_table(base, ban):
    run = RunTables.of(ban, base)
    panels = [Panel("frontier_lag_months", "china", "lag")]
    drawn = fan_figure(view_of(run), "title", panels)
    [row] = [
        HeadlineCells(row)
        for row in headline_rows(run.headline)
        if row.measure == "frontier_lag_months" and row.when == "horizon"
    ]
    assert row.difference.median in words_on(drawn)
