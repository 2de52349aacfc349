"""What a command may name is listed, and can be searched."""

import csv
import io
import subprocess
import sys

import pytest

import sim
from sim.settings.task_list import tasks_with
from sim.tasks import listings

LISTS = tasks_with("match")


@pytest.fixture
def on_screen(monkeypatch):
    """Return what sets the width of the reader's screen."""
    return lambda width: monkeypatch.setenv("COLUMNS", str(width))


def test_assumptions_are_found_by_words_and_told_with_range_and_source(ask, on_screen):
    on_screen(80)
    outcome = ask("task=assumptions", "match=smuggl")
    assert outcome.status == 0
    block = outcome.out.split("smuggle.usual_markup\n")[1].splitlines()[:3]
    assert block == [
        "  median 1.5, low 1.3, high 2, unit ratio to US price, confidence seen",
        "  usual markup over the price abroad",
        "  source: disclose.tv (50%)",
    ]
    assert "service.engineers_weight" not in outcome.out


def test_what_is_fixed_and_what_is_fitted_is_told(ask, on_screen):
    on_screen(100)
    fixed = ask(
        "task=assumptions",
        "match=lab.grey_discount",
        "assumptions.lab.grey_discount=0.4",
    )
    assert "fixed 0.4" in fixed.out
    word = "+scenario.assumptions={service.grey_market_parts_coverage: 0.2}"
    in_scenario = ask("task=assumptions", "scenario=service_ban", "match=parts", word)
    assert "fixed 0.2" in in_scenario.out
    assert "fitted_median" in fixed.out
    prior = ask("task=assumptions", "match=lab.grey_discount", "assumptions=prior")
    assert "fitted" not in prior.out


def test_a_scenario_is_listed_with_what_it_changes(ask, on_screen):
    on_screen(80)
    outcome = ask("task=instruments", "scenario=h20_ban", "match=removed revenue_share")
    assert "us_2025_08_revenue_share\n" in outcome.out
    assert "change removed" in outcome.out
    assert "Kinds of instrument" not in outcome.out
    assert "Kinds of instrument" in ask("task=instruments").out


def test_a_program_gets_a_record_a_line(ask, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    heading, *rows = ask("task=actors").out.splitlines()
    assert heading.split() == ["id", "kind", "country", "name"]
    assert len(rows) == len(sim.actors())


def test_a_list_can_be_comma_separated(ask):
    rows = list(csv.DictReader(io.StringIO(ask("task=chips", "format=csv").out)))
    assert {row["chip"] for row in rows} == set(sim.chips().chip)


@pytest.mark.parametrize("width", [40, 80])
def test_every_id_is_whole_at_any_width(ask, on_screen, width):
    on_screen(width)
    words = set(ask("task=instruments").out.split())
    assert set(sim.instruments().id) <= words
    lines = ask("task=actors").out.splitlines()
    assert all(len(line) <= width for line in lines)


def test_a_word_that_is_nowhere_is_refused_with_the_nearest(ask):
    outcome = ask("task=assumptions", "match=smugle")
    assert outcome.status == 2
    assert "did you mean 'smuggle'?" in outcome.err


def test_measures_are_listed_with_whose_values_they_have():
    lag = sim.measures("frontier_lag_months").set_index("measure")
    assert lag.headline.item()
    assert {"china", "deepseek"} <= set(lag.actors.item().split())


def test_measures_are_listed_without_the_model_the_second_time(tmp_path, monkeypatch):
    monkeypatch.setenv("CHIPWAR_CACHE", str(tmp_path))
    first = sim.measures()
    monkeypatch.setattr(listings, "_measures_in_first_month", None)
    assert sim.measures().equals(first)
    with pytest.raises(TypeError):  # of another record the model is asked
        sim.measures(as_of="2024-12")


def test_a_number_may_be_looked_for(ask):
    assert "H20" in ask("task=chips", "match=2368").out
    assert list(sim.chips("2368").chip) == ["H20"]


def test_a_list_of_facts_loads_no_library_that_only_runs_need():
    code = (
        "import sys; from sim.__main__ import main; "
        "main(['task=assumptions']); main(['task=instruments']); "
        "main(['task=law', 'query.day=2024-06-01']); "
        "main(['task=law', 'query.chip=H20', 'query.buyer=baidu']); "
        "print(sorted(sys.modules))"
    )
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    for heavy in (
        "mesa",
        "matplotlib",
        "pandas",
        "pyarrow",
        "networkx",
        "scipy.special",
        "jaxtyping",
    ):
        assert f"'{heavy}'" not in modules


@pytest.mark.parametrize("width", [40, 60])
def test_the_law_and_the_scenarios_fit_the_screen_with_names_whole(
    ask, on_screen, width
):
    on_screen(width)
    in_force = ask("task=law", "query.day=2024-06-01").out
    sale = ask("task=law", "query.chip=H20", "query.buyer=alibaba", "query.day=2025-06")
    scenarios = ask("task=scenarios").out
    assert "us_2022_10_us_persons_dram:" in in_force.split()
    assert "us_2025_04_h20_letter" in sale.out.split()
    assert set(sim.scenarios()) <= set(scenarios.split())
    lines = "\n".join([in_force, sale.out, scenarios]).splitlines()
    assert all(len(line) <= width for line in lines)
