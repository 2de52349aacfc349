"""Headline numbers stay within bands that a reader of the field has signed."""

import csv
from pathlib import Path

import pytest

from sim.outcomes.measures import MEASURES
from tests.ensembles import OF_THE_BAN
from tests.histories import quantile

KEY = ("measure", "actor", "year")
TABLE = Path(__file__).parent / "headlines.csv"
KINDS = {measure.name: measure.kind for measure in MEASURES}


def rows():
    """Return the rows of the table, its comments left out."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.fixture(scope="module")
def runs(ensembles):
    """Baseline and service ban in 300 draws, with the measures that the table names."""
    return ensembles.ban()


def read(history, row):
    """Return a row's measure by draw."""
    key = row["measure"], row["actor"]
    if KINDS[row["measure"]] == "flow":
        return history.year(*key, int(row["year"]))
    return history.at(*key, f"{row['year']}-12")


def number(runs, row):
    """Return what the table's band is about."""
    scenario = read(runs[row["scenario"]], row)
    if not row["compared"]:
        return quantile(scenario)
    baseline = read(runs[row["compared"]], row)
    return quantile(
        scenario - baseline if row["unit"] == "months" else scenario / baseline
    )


@pytest.mark.parametrize(
    "row", rows(), ids=lambda x: "-".join(x[k] for k in ("scenario", *KEY))
)
def test_a_headline_number_is_within_its_band(runs, row):
    value = number(runs, row)
    low, high = float(row["low"]), float(row["high"])
    assert low <= value <= high, (
        f"{row['measure']} of {row['actor']} in {row['year']}: {value:.4g} is outside "
        f"{low:g} to {high:g}; if that is meant, widen the band in {TABLE.name} and "
        "say so in CHANGELOG.md under 'Numbers that moved'"
    )


def test_all_measures_of_the_table_are_recorded():
    assert {row["measure"] for row in rows()} <= set(OF_THE_BAN)


def test_every_band_has_a_reason_and_some_width():
    for row in rows():
        assert row["reason"]
        assert float(row["low"]) < float(row["high"])
