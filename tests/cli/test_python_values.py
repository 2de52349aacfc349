"""Numbers and dates of NumPy and pandas; threads, and programs that use Hydra."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hydra import initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.version import VersionBase

import sim
from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.settings.compose import read_command
from sim.settings.overrides import (
    format_override,
    format_overrides,
    format_value,
    parse_override,
)

SALE = {"chip": "H20", "buyer": "alibaba"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.int64(3), "3"),
        (np.float32(0.3), "0.3"),
        (np.bool(True), "true"),
        (np.array(0.25), "0.25"),
        (Decimal("0.3"), "0.3"),
        (np.linspace(0.0, 1.0, 3), "[0.0,0.5,1.0]"),
        (pd.Series([1, 2]), "[1,2]"),
        (range(2), "[0,1]"),
        (Path("a folder"), "'a folder'"),
        (Month(2024, 6), "'2024-06'"),
        (date(2024, 6, 1), "'2024-06-01'"),
        (datetime(2024, 6, 1), "'2024-06-01'"),
        (pd.Timestamp("2024-06-01"), "'2024-06-01'"),
        (np.datetime64("2024-06-01"), "'2024-06-01'"),
        (np.datetime64("2024-06-01T00:00:00.000000000"), "'2024-06-01'"),
        (pd.Period("2024-06", "M"), "'2024-06'"),
        (
            pd.date_range("2024-06-01", periods=2, freq="MS"),
            "['2024-06-01','2024-07-01']",
        ),
    ],
)
def test_what_numpy_and_pandas_hold_is_what_the_command_line_has(value, text):
    assert format_value(value) == text
    assert format_override("x", [value], several=True) == f"x={text}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (pd.NaT, "a date is missing .NaT.; give one, such as 2024-06 or 2024-06-01"),
        (np.datetime64("NaT", "D"), "a date is missing"),
        (pd.Timestamp("2024-06-01 10:00"), "has a time of day; give a day, such as"),
        ({1, 2}, "of a kind that no setting has"),
        (b"text", "of a kind that no setting has"),
        (pd.NA, "of a kind that no setting has"),
        (1j, "of a kind that no setting has"),
        (print, "of a kind that no setting has"),
    ],
)
def test_what_is_no_value_is_refused_in_a_line_that_names_the_setting(value, reason):
    for choices in ({"query.day": value}, {"query": {"day": [value]}}):
        with pytest.raises(SettingsError, match="query.day: .*" + reason) as refused:
            format_overrides(choices)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["it's", "'", "a'\\", "\\'", "a\\\\", "\\"])
def test_text_in_quotes_is_read_as_it_was_given(text):
    assert parse_override(format_override("x", text)).value() == text


def test_a_text_of_several_values_stays_in_the_notation_of_the_command_line():
    assert format_override("x", "range(1,3)", several=True) == "x=range(1,3)"


def test_a_word_without_a_value_is_no_setting():
    with pytest.raises(SettingsError, match="^'abc' is not a setting; settings are"):
        parse_override("abc")


def test_settings_take_them():
    choices = {
        "horizon": pd.Timestamp("2027-12-31"),
        "draws": np.int64(7),
        "assumptions": {"fab.initial_slack": np.float32(1.1)},
        "record": np.array(["fear", "revenue"]),
        "outputs": Path("here"),
    }
    settings = read_command(format_overrides(choices)).settings
    assert (settings.horizon, settings.draws) == (Month(2027, 12), 7)
    assert settings.assumptions == {"fab.initial_slack": 1.1}
    assert list(settings.record) == ["fear", "revenue"]
    assert str(settings.outputs) == "here"


def test_the_law_is_asked_on_several_days_at_once():
    days = pd.to_datetime(["2024-06-01", "2025-05-01"])
    answers = sim.law(day=days, **SALE)
    assert [answer.verdict.split()[0] for answer in answers] == ["free", "blocked"]
    assert [answer.day for answer in answers] == [day.date() for day in days]


def test_what_is_swept_may_be_an_array(tmp_path):
    with pytest.raises(SettingsError, match=r"effective: .* has a time of day"):
        sim.sweep({"effective": pd.date_range("2027-01-01 10:00", periods=2)})


def test_commands_are_read_in_threads():
    commands = [
        ["scenario=service_ban", f"draws={number}"] if number % 2 else ["draws=4"]
        for number in range(1, 13)
    ]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(read_command, commands))
    assert [one.settings.draws for one in read] == [
        number if number % 2 else 4 for number in range(1, 13)
    ]
    assert all((one.scenario is not None) == (len(one.overrides) > 1) for one in read)


def test_a_program_that_uses_hydra_itself_keeps_what_it_has(tmp_path, monkeypatch):
    store = ConfigStore.instance()
    monkeypatch.setattr(store, "repo", dict(store.repo))
    store.store(name="config", node={"mine": 1})
    store.store(group="scenario", name="baseline", node={"mine": 2})
    with initialize_config_dir(str(tmp_path), version_base="1.2"):
        host, base = GlobalHydra.instance().hydra, VersionBase.instance().version_base
        read = read_command(["scenario=baseline", "draws=3"])
        assert read.settings.draws == 3
        assert "mine" not in read.required_scenario.content
        assert GlobalHydra.instance().hydra is host
        assert VersionBase.instance().version_base == base
    assert {"config.yaml", "scenario"} <= store.repo.keys()
    assert "launcher" in store.repo["hydra"]
