"""The story of three worlds, held against the tables of the same worlds."""

import re

import numpy as np
import pandas as pd
import pytest

import sim
from sim.domain.months import Month
from sim.domain.number_format import rounded
from sim.presentation import names
from sim.presentation.pages import DOCS
from sim.presentation.story import wording
from sim.presentation.story.context import StoryContext, WorldEvent
from sim.presentation.story.narration import INSTRUMENT_EVENTS, phrases, sentences
from tests.displays import assert_short
from tests.worlds import unchecked

DRAWS = (16, 17, 18)
UNTIL = "2026-06"
SETTINGS = {"horizon": UNTIL, "figures": False, "quiet": True, "record": "all"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The tables of three worlds, run together."""
    outputs = tmp_path_factory.mktemp("outputs")
    with unchecked():
        return sim.run(
            "service_ban", draws=3, first_draw=16, outputs=outputs, **SETTINGS
        )


@pytest.fixture(scope="module", params=DRAWS)
def replay(request):
    """One of the worlds, run alone."""
    with unchecked():
        return sim.replay("service_ban", draw=request.param, horizon=UNTIL)


def test_a_notebook_shows_the_beginning_of_it(replay):
    assert repr(replay).endswith("more rows; print() shows all")
    assert str(replay) == replay.text.rstrip()
    assert_short(replay)


@pytest.fixture
def draw(replay):
    return replay.results.draws.first


@pytest.fixture
def text(replay):
    return " ".join(replay.text.split())


@pytest.fixture
def table(run, draw):
    """The time series of the same world, out of the file."""
    series = run.timeseries
    own = series[(series["scenario"] == "service_ban") & (series["draw"] == draw)]
    return own.set_index(["measure", "actor", "month"])["value"].sort_index()


def at_end(table, measure, actor, year):
    return table[measure, actor, pd.Timestamp(year, 12, 1)]


def over_year(table, measure, actor, year):
    months = table[measure, actor]
    return sum(months[months.index.year == year])


def test_the_replayed_world_is_the_world_of_the_tables_bit_by_bit(replay, table):
    alone = replay.timeseries.set_index(["measure", "actor", "month"])["value"]
    rows = alone.sort_index()
    assert list(rows.index) == [k for k in table.index if k in rows.index]
    np.testing.assert_array_equal(rows, table[rows.index])
    assert (table.drop(rows.index) == 0.0).all()  # chips of the other worlds


def test_events_and_reasons_are_those_of_the_file(run, replay, draw):
    replayed = replay.why.astype({"scenario": str})
    saved = run.why(draw, "service_ban").astype({"scenario": str})
    for column in ("month", "actor", "event", "subject", "input", "value", "threshold"):
        np.testing.assert_array_equal(replayed[column], saved[column], column)


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_the_figures_of_a_year_are_the_measures_of_the_same_world(text, table, year):
    (paragraph,) = re.findall(
        rf"At the end of {year}\. (.*?billion\.)(?: {year + 1}|$)", text
    )
    compute = rounded(at_end(table, "ai_compute_stock", "china", year))
    assert f"China can use {compute} H100e for training" in paragraph
    for channel, name in names.CHANNELS.items():
        stock = at_end(table, "ai_compute_stock", f"china:{channel}", year)
        assert f"{rounded(stock)} {name}" in paragraph
    made = rounded(over_year(table, "domestic_accelerators", "china", year))
    assert f"At home {made} accelerators were made" in paragraph
    wafers = over_year(table, "wafer_starts", "smic_advanced", year)
    assert f"started {rounded(1_000.0 * wafers)} wafers" in paragraph
    for name, vendor in (("ASML", "asml"), ("Tokyo Electron", "tel")):
        up = at_end(table, "tool_availability", vendor, year)
        assert re.search(rf"{name}'s(?: tools in China are up)? {up:.0%}", paragraph)
    for name, firm in (
        ("Nvidia", "nvidia"),
        ("ASML", "asml"),
        ("Tokyo Electron", "tel"),
    ):
        sold = over_year(table, "china_revenue", firm, year)
        assert f"{name} {wording.usd(sold)}" in paragraph.split("Revenue from China")[1]
    lag = at_end(table, "frontier_lag_months", "china", year)
    side = "trails" if lag >= 0.0 else "leads"
    assert f"{side} the frontier by {wording.months(abs(lag))}" in paragraph


def test_every_act_of_law_in_the_table_is_told(run, replay, text):
    law = run.law
    since = law[law["announced"] >= pd.Timestamp(2022, 1, 1)]
    own = since[since["scenario"] != ""].drop_duplicates("instrument")
    assert len(own) > 40
    acts = replay.results.regime.instruments
    for row in own.itertuples():
        assert f'"{acts[row.instrument].title}"' in text, row.instrument


def test_no_month_is_told_out_of_order(replay):
    year, months = 0, []
    for row in replay.text.splitlines():
        if re.fullmatch(r"\d{4}", row):
            year = int(row)
        if row in wording.MONTHS:
            months.append((year, wording.MONTHS.index(row)))
    assert months == sorted(set(months))
    assert months[0] == (2022, 0)


def test_a_state_that_is_not_an_actor_is_told_of_too(text):
    assert 'Malaysia: "Malaysia asks a permit for moving American AI chips on"' in text


def test_a_month_with_events_is_told_and_no_other(replay):
    happened = set(replay.why["month"].dt.strftime("%Y-%m"))
    year, months = "", set()
    for row in replay.text.splitlines():
        year = row if re.fullmatch(r"\d{4}", row) else year
        if row in wording.MONTHS:
            months.add(f"{year}-{wording.MONTHS.index(row) + 1:02d}")
    assert months <= happened
    # Service that stops gradually is told of once, in the last of its months.
    assert len(happened - months) <= 1


def test_the_scenario_is_named_and_its_law_marked(text):
    assert "It is the world of service_ban, not that of baseline." in text
    assert "[added by the scenario], announced, to take effect on 1 July 2025." in text


def test_the_story_names_what_distinguishes_the_world(replay, text, draw):
    assert f"service_ban, draw {draw} of seed 2025" in text
    assert text.count(" of 100 worlds (the middle is ") == 6


def test_rows_are_no_wider_than_a_page(replay):
    assert max(len(row) for row in replay.text.splitlines()) <= 80


# --- sentences ------------------------------------------------------------------------

NOW = Month(2027, 3)


@pytest.fixture
def context(records):
    names = {"gov_nl": "Netherlands", "gov_jp": "Japan", "asml": "ASML"}
    return StoryContext(names, records.law.instruments, {}, Month(2022, 1))


def decided(event, threshold, **inputs):
    return WorldEvent(
        month=NOW,
        actor="gov_jp",
        event=event,
        subject="us_2022_10_sme",
        inputs=inputs,
        threshold=threshold,
        alternative="staying out",
    )


def test_a_decision_is_told_with_its_largest_input_first(context):
    act = decided(
        "ally joins",
        0.2,
        security=0.3,
        coercion=0.4,
        **{"China revenue at risk": -0.3},
    )
    (sentence,) = sentences(context, [act])
    assert sentence.startswith('Japan joins "No tools for fabs in China')
    assert sentence.index("pressure from Washington (+0.4)") < sentence.index(
        "the threat that it sees (+0.3)"
    )
    assert "against it revenue from China at risk (−0.3)" in sentence
    assert "together +0.4, enough for the +0.2 needed" in sentence
    assert sentence.endswith("rejected: staying out.")


def test_a_refusal_is_told_with_the_sum_that_fell_short(context):
    act = decided("ally refuses", 0.5, security=0.2, peers=0.1)
    (sentence,) = sentences(context, [act])
    assert "does not join" in sentence
    assert "together +0.3, short of the +0.5 needed" in sentence


def test_an_event_that_nobody_foresaw_is_told_in_its_own_words(context):
    act = WorldEvent(NOW, "asml", "moves a plant", "etch", "to Arizona", {"cost": 3.0})
    (sentence,) = sentences(context, [act])
    assert sentence == "ASML: moves a plant (etchers), to Arizona. Because of cost 3."


def test_every_event_that_the_page_of_outputs_lists_has_a_phrase_and_no_other():
    page = (DOCS / "outputs.md").read_text(encoding="utf-8")
    table = page.split("| event | actor")[1].split("\n\n")[0]
    listed = set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE))
    news = {event for event in listed if event.startswith("news: ")}
    without_phrase = {*INSTRUMENT_EVENTS, *news, "market shock"}
    assert listed - without_phrase == set(phrases()) - {"news", "any other"}
