"""The scoreboard on the screen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.experiments.hindcast.patterns import IN_BAND
from sim.experiments.hindcast.predictive import CARRIED, MODEL
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.presentation import names
from sim.presentation.hindcast.study_files import HindcastStudy, facts_seen
from sim.presentation.news_report import news_score_lines as scores_of_days
from sim.presentation.numbers import (
    format_band,
    format_bias,
    format_percent,
    format_range,
    format_skill,
)
from sim.presentation.terminal_tables import console, fitted, new_table, plain

_VARIANTS = {MODEL: "alone", CARRIED: "carried"}
_SCORES = ("in 50 %", "in 90 %", "persistence", "drift")


def print_hindcast(study: HindcastStudy, out: Console | None = None) -> None:
    """Print the scoreboard: totals, each series after the vintage, and shares."""
    out = out or console()
    out.print(plain(study.assumption_source))
    for table in (
        _totals_table(study),
        _series_table(study),
        _patterns_table(study.patterns),
    ):
        out.print(fitted(table, out))
    for line in scores_of_days(study.days, out.width):
        out.print(plain(line), soft_wrap=True)
    out.print(
        plain(hindcast_summary(study.scores.totals, study.scores.series)), style="bold"
    )


def _totals_table(study: HindcastStudy) -> Table:
    """Return coverage and skill in total, by variant and part of the record."""
    table = new_table(
        f"Scoreboard of {study.draws:,} draws: up to {study.vintage} the fit, after it "
        "the test",
        ["", "", "facts"],
        ["observed", *_SCORES],
    )
    for row in study.scores.totals.to_dict("records"):
        table.add_row(*_total(row, facts_seen(study)))
    totals = study.totals_with_hindsight
    if totals is not None:
        for row in totals[totals["part"] == TEST].to_dict("records"):
            table.add_row(*_total(row, "all"))
    table.caption = (
        "alone: the model alone; carried: its discrepancy carried forward. "
        "persistence, drift: median skill of series against these rivals"
    )
    return table


def _total(row: Mapping[Hashable, object], facts: str) -> list[str]:
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


def _series_table(study: HindcastStudy) -> Table:
    """Return a row for each series after the vintage, its discrepancy carried on."""
    table = new_table(
        f"Series after {study.vintage}, the model's discrepancy carried forward "
        "(* partly an input)",
        numbers=[*_SCORES[:2], "observed over model", *_SCORES[2:]],
    )
    periods = study.scores.periods
    scales = dict(zip(periods["family"], periods["scale"], strict=True))
    measure = None
    rows = _carried_test(study.scores.series).sort_values("measure", kind="stable")
    for row in rows.to_dict("records"):
        if row["measure"] != measure:
            measure = row["measure"]
            table.add_row(names.measure_title(str(measure)), style="bold")
        mark = " *" if row["partly_input"] else ""
        table.add_row(
            f"  {names.actor_title(str(row['actor']))}{mark}",
            f"{row['covered_50']} of {row['periods']}",
            f"{row['covered_90']} of {row['periods']}",
            format_bias(float(row["bias"]), scales[row["family"]]),
            format_skill(row["skill_persistence"]),
            format_skill(row["skill_drift"]),
        )
    return table


def _patterns_table(patterns: pd.DataFrame) -> Table:
    """Return the patterns of the record, and whether the model shows them."""
    table = new_table(
        "Patterns of the record: the model's median in the band?",
        ["", ""],
        ["band", "median (5 to 95 %)", "draws in band", "verdict"],
    )
    repeated = patterns["pattern"] == patterns["pattern"].shift()
    shown = patterns.assign(pattern=patterns["pattern"].mask(repeated, ""))
    for row in shown.to_dict("records"):
        table.add_row(
            str(row["pattern"]),
            str(row["statement"]),
            f"{format_band(row['low'], row['high'])} {row['unit']}",
            format_range(row["p50"], row["p05"], row["p95"]),
            format_percent(row["share_in_band"]),
            str(row["verdict"]),
            style="" if row["verdict"] == IN_BAND else "bold",
        )
    return table


def _carried_test(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows after the vintage, with the discrepancy carried forward."""
    return rows[(rows["variant"] == CARRIED) & (rows["part"] == TEST)]


def hindcast_summary(totals: pd.DataFrame, series: pd.DataFrame) -> str:
    """Return the hindcast in a sentence: coverage, skill, hits and misses."""
    test = _carried_test(totals).iloc[0]
    rows = _carried_test(series)
    hits, count = int(rows["covered_90"].sum()), int(rows["periods"].sum())
    coverage = format_percent(test["coverage_90"])
    return (
        f"After the vintage the 90 % bands cover {coverage} of "
        f"{count} observations ({hits} hits, {count - hits} misses), the 50 % "
        f"bands {format_percent(test['coverage_50'])}; median skill over "
        f"{int(test['series'])} series "
        f"{format_skill(test['skill_persistence'])} against persistence and "
        f"{format_skill(test['skill_drift'])} against drift."
    )
