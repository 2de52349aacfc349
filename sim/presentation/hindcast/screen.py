"""The scoreboard on the screen."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.experiments.hindcast.patterns import IN_BAND
from sim.experiments.hindcast.predictive import CARRIED, MODEL
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.presentation.hindcast import names
from sim.presentation.hindcast.score_formats import (
    format_band,
    format_bias,
    format_percent,
    format_range,
    format_skill,
)
from sim.presentation.hindcast.sheets import Done
from sim.presentation.news import scores as scores_of_days
from sim.presentation.tables import console, new_table, plain

_VARIANTS = {MODEL: "alone", CARRIED: "carried"}


def print_hindcast(done: Done, out: Console | None = None) -> None:
    """Print the scoreboard: totals, each series after the vintage, and shares."""
    out = out or console()
    out.print(plain(done.where_drawn))
    out.print(totals_table(done))
    out.print(series_table(done))
    out.print(patterns_table(done))
    for block in scores_of_days(done.days):
        for line in block.splitlines():
            out.print(plain(line), soft_wrap=True)
    out.print(plain(summary(done.scores.totals, done.scores.series)), style="bold")


def totals_table(done: Done) -> Table:
    """Return coverage and skill in total, by variant and part of the record."""
    table = new_table(
        f"Scoreboard of {done.draws:,} draws: up to {done.vintage} the fit, after it "
        "the test"
    )
    for name in ("", "", "facts"):
        table.add_column(name)
    for name in ("seen", "in 50 %", "in 90 %", "persistence", "drift"):
        table.add_column(name, justify="right")
    for row in done.scores.totals.to_dict("records"):
        table.add_row(*_total(row, f"to {done.vintage}"))
    if done.later is not None:
        for row in done.later[done.later["part"] == TEST].to_dict("records"):
            table.add_row(*_total(row, "all"))
    table.caption = (
        "alone: the model by itself; carried: what it left over goes on. persistence, "
        "drift: median skill of series against these rivals"
    )
    return table


def _total(row: dict[Hashable, object], facts: str) -> list[str]:
    return [
        _VARIANTS[str(row["variant"])],
        "fit" if row["part"] == CALIBRATION else "test",
        facts,
        str(row["periods"]),
        format_percent(row["coverage_50"]),
        format_percent(row["coverage_90"]),
        format_skill(row["skill_persistence"]),
        format_skill(row["skill_drift"]),
    ]


def series_table(done: Done) -> Table:
    """Return a row for each series after the vintage, its remainder carried on."""
    table = new_table(
        f"Series after {done.vintage}, what the model left over carried forward "
        "(* partly an input)"
    )
    table.add_column("")
    for name in ("in 50 %", "in 90 %", "seen over model", "persistence", "drift"):
        table.add_column(name, justify="right")
    rows = done.scores.series
    rows = rows[(rows["variant"] == CARRIED) & (rows["part"] == TEST)]
    scale, above = _scales(done.scores.periods), None
    for row in rows.sort_values("measure", kind="stable").to_dict("records"):
        if row["measure"] != above:
            above = row["measure"]
            table.add_row(names.measure(str(above)), style="bold")
        mark = " *" if row["partly_input"] else ""
        table.add_row(
            f"  {names.actor(str(row['actor']))}{mark}",
            f"{row['inside_50']} of {row['periods']}",
            f"{row['inside_90']} of {row['periods']}",
            format_bias(float(row["bias"]), scale[str(row["family"])]),
            format_skill(row["skill_persistence"]),
            format_skill(row["skill_drift"]),
        )
    return table


def patterns_table(done: Done) -> Table:
    """Return the patterns of the record, and whether the model shows them."""
    table = new_table("Patterns of the record: the model's median in the band?")
    for name in ("", "", "band", "median (5 to 95 %)", "draws in band", "verdict"):
        table.add_column(name, justify="right" if name else "left")
    above = None
    for row in done.patterns.to_dict("records"):
        table.add_row(
            "" if row["pattern"] == above else str(row["pattern"]),
            str(row["statement"]),
            f"{format_band(row['low'], row['high'])} {row['unit']}",
            format_range(row["p50"], row["p05"], row["p95"]),
            format_percent(row["share_in_band"]),
            str(row["verdict"]),
            style="" if row["verdict"] == IN_BAND else "bold",
        )
        above = row["pattern"]
    return table


def _scales(periods: pd.DataFrame) -> dict[str, str]:
    pairs = periods[["family", "scale"]].drop_duplicates()
    return dict(zip(pairs["family"], pairs["scale"], strict=True))


def summary(totals: pd.DataFrame, series: pd.DataFrame) -> str:
    """Return the hindcast in a sentence: coverage, skill, hits and misses."""
    test = totals[(totals["variant"] == CARRIED) & (totals["part"] == TEST)].iloc[0]
    own = series[(series["variant"] == CARRIED) & (series["part"] == TEST)]
    inside, count = int(own["inside_90"].sum()), int(own["periods"].sum())
    coverage = format_percent(test["coverage_90"])
    return (
        f"After the vintage the 90 % bands hold {coverage} of {count} "
        f"observations ({inside} hits, {count - inside} misses), the 50 % "
        f"bands {format_percent(test['coverage_50'])}; median skill over "
        f"{int(test['series'])} series "
        f"{format_skill(test['skill_persistence'])} against persistence and "
        f"{format_skill(test['skill_drift'])} against drift."
    )
