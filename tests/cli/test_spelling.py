"""A value from Python arrives as if it had been typed."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st

from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.settings.compose import read_command
from sim.settings.overrides import format_overrides, format_value

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n$"), min_size=1)
numbers = st.integers() | st.floats(allow_nan=False)
plain = st.none() | st.booleans() | numbers | texts


def typed(word: str) -> object:
    return OverridesParser.create().parse_override(word).value()


@given(plain)
def test_one_value_arrives_as_it_was(value):
    assert typed(f"draws={format_value(value)}") == value


@given(st.lists(plain, max_size=4))
def test_a_list_arrives_as_it_was(values):
    assert typed(f"record={format_value(values)}") == values


@pytest.mark.parametrize(
    ("value", "spelt"),
    [
        (np.int64(3), "3"),
        (np.float64(0.25), "0.25"),
        (np.bool_(True), "true"),
        (Month(2027, 7), "'2027-07'"),
        (date(2027, 7, 1), "'2027-07-01'"),
        (Path("a/b"), "'a/b'"),
        (("a", "b"), "['a','b']"),
    ],
)
def test_kindred_types_are_spelt_as_their_plain_selves(value, spelt):
    assert format_value(value) == spelt


def test_other_types_are_refused():
    with pytest.raises(SettingsError, match="of a kind that no setting has"):
        format_value(object())


def test_names_with_dots_arrive_whole():
    choices = {"assumptions": {"service.skill": 0.25, "service.half_life": 9}}
    settings = read_command(format_overrides(choices)).settings
    assert settings.assumptions == choices["assumptions"]


def test_mechanisms_are_switched_in_words_or_truth_values():
    choices = {"mechanisms": {"stockpiling": "off", "backfill": False, "brokers": "on"}}
    settings = read_command(format_overrides(choices)).settings
    assert settings.mechanisms == {
        "stockpiling": False,
        "backfill": False,
        "brokers": True,
    }
