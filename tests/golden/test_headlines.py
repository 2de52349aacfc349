"""Headline numbers stay within bands that a reader of the field has signed."""

import csv
from pathlib import Path

import pytest

from sim.outcomes.measures import MEASURES
from tests.histories import histories, quantile
from tests.worlds import as_dated

KEY = ("measure", "actor", "year")
TABLE = Path(__file__).parent / "headlines.csv"
KINDS = {measure.name: measure.kind for measure in MEASURES}


def rows():
    """Return the rows of the table, its comments left out."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.fixture(scope="module")
def lives(records, law_of):
    """Baseline and service ban in 200 draws, with the measures that the table names."""
    measures = {row["measure"] for row in rows()}
    ban = law_of("service_ban")
    laws = {"service_ban": ban, "service_ban_joined": as_dated(ban)}
    return histories(records, laws, tuple(measures), draws=200)


def read(history, row):
    """Return a row's measure by draw."""
    key = row["measure"], row["actor"]
    if KINDS[row["measure"]] == "flow":
        return history.year(*key, int(row["year"]))
    return history.at(*key, f"{row['year']}-12")


def number(lives, row):
    """Return what the table's band is about."""
    ours = read(lives[row["scenario"]], row)
    if not row["compared"]:
        return quantile(ours)
    theirs = read(lives[row["compared"]], row)
    return quantile(ours - theirs if row["unit"] == "months" else ours / theirs)


@pytest.mark.parametrize(
    "row", rows(), ids=lambda x: "-".join(x[k] for k in ("scenario", *KEY))
)
def test_a_headline_number_is_within_its_band(lives, row):
    found = number(lives, row)
    low, high = float(row["low"]), float(row["high"])
    assert low <= found <= high, (
        f"{row['measure']} of {row['actor']} in {row['year']}: {found:.4g} is outside "
        f"{low:g} to {high:g}; if that is meant, widen the band in {TABLE.name} and "
        "say so in CHANGELOG.md under 'Numbers that moved'"
    )


def test_every_band_has_a_reason_and_some_width():
    for row in rows():
        assert row["reason"]
        assert float(row["low"]) < float(row["high"])
