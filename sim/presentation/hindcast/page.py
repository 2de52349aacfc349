"""The pages docs/hindcast.md and docs/published.md, written from shipped tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments.hindcast.mechanism_scores import ALL_FAMILIES, LARGEST_PARETO_K
from sim.experiments.hindcast.patterns import IN_BAND
from sim.experiments.hindcast.predictive import CARRIED, MODEL
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.presentation import names
from sim.presentation.hindcast.scoreboard_report import hindcast_summary
from sim.presentation.hindcast.study_files import (
    BANDS,
    PATTERNS,
    PERIODS,
    PUBLISHED,
    SERIES,
    TOTALS,
)
from sim.presentation.news_report import A_QUARTER
from sim.presentation.news_report import TABLE as RETURNS
from sim.presentation.numbers import format_amount, format_range, reader_unit
from sim.presentation.rendering import render
from sim.presentation.structure_report import LEFT_OUT, VERDICTS, WORTH

FOLDER = "hindcast"
"""The folder of the shipped tables among the pages."""

FINDINGS = "findings.csv"
"""The reason for each miss: `about` (a pattern, or a series) and `finding`."""

SHIPPED = (
    *(PERIODS, SERIES, TOTALS, BANDS, PATTERNS, PUBLISHED, RETURNS),
    *(WORTH, VERDICTS, LEFT_OUT),
)

_VARIANTS = {MODEL: "model alone", CARRIED: "carried forward"}
_PARTS = {CALIBRATION: "fit", TEST: "test"}

TableRow = Mapping[Any, Any]
Tables = Mapping[str, pd.DataFrame]


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the shipped tables that exist, by file name."""
    files = (folder / name for name in (*SHIPPED, FINDINGS))
    return {file.name: pd.read_csv(file) for file in files if file.is_file()}


def hindcast_page(tables: Tables, images: Iterable[str]) -> str:
    """Return the page of the hindcast, of shipped tables and names of figures."""
    totals, series, periods = tables[TOTALS], tables[SERIES], tables[PERIODS]
    patterns, days = tables[PATTERNS], tables[RETURNS]
    decided = patterns.loc[patterns["scenario"] != "baseline", "pattern"]
    of_vintage = totals[(totals["facts"] != "all") | (totals["facts"].nunique() == 1)]
    fit_of_all_facts = (totals["facts"] == "all") & (totals["part"] == CALIBRATION)
    return render(
        "hindcast.md.j2",
        folder=FOLDER,
        summary=hindcast_summary(of_vintage, series),
        variants=_VARIANTS,
        parts=_PARTS,
        totals=_rows(totals[~fit_of_all_facts]),
        test_series=_series(series, periods, TEST),
        fit_series=_series(series, periods, CALIBRATION),
        misses=_rows(missed_periods(periods)),
        in_band=IN_BAND,
        patterns=_rows(patterns),
        decided_readings=len(decided),
        decided=sorted(set(decided), key=lambda name: int(name.removeprefix("P"))),
        firms=days["firm"].nunique(),
        events=days["event"].nunique(),
        a_quarter=A_QUARTER,
        news=list(_news(days)),
        verdicts=list(_verdicts(tables)),
        left_out=_rows(tables[LEFT_OUT]) if LEFT_OUT in tables else [],
        largest_shape=LARGEST_PARETO_K,
        fans=sorted(name for name in images if name.startswith("hindcast_fans_")),
        finding=partial(_finding, tables[FINDINGS]),
        series=names.series_title,
        family=names.family_title,
        in_unit=_in_unit,
        model_range=_model_range,
    )


def _series(series: pd.DataFrame, periods: pd.DataFrame, part: str) -> list[TableRow]:
    own = series[(series["variant"] == CARRIED) & (series["part"] == part)]
    scales = periods[["family", "scale"]].drop_duplicates()
    return _rows(own.merge(scales, on="family", validate="many_to_one"))


def missed_periods(periods: pd.DataFrame) -> pd.DataFrame:
    """Return the periods after the vintage whose observation is outside the band."""
    own = periods[(periods["variant"] == CARRIED) & (periods["part"] == TEST)]
    return own[~own["covered_90"].astype(bool)]


def _finding(findings: pd.DataFrame, about: str) -> str:
    return " ".join(findings.loc[findings["about"] == about, "finding"])


def _news(days: pd.DataFrame) -> Iterator[TableRow]:
    """Yield the scores of the days that are not confounded, by part of the record."""
    clean = days[days["confounded"].isna()]
    for part, group in clean.groupby("use"):
        moved = group[group["model"].abs() >= A_QUARTER * group["ordinary"]]
        last_year = group["date"].max()[:4]
        yield {
            "part": f"to {last_year}" if part == CALIBRATION else f"{last_year}, test",
            "days": len(group),
            "inside": int(group["inside"].sum()),
            "ordinary": int(group["ordinary_enough"].sum()),
            "right_sign": int(moved["same_sign"].sum()),
            "moved": len(moved),
            "skill": 1.0 - group["score"].sum() / group["rival_score"].sum(),
        }


def _verdicts(tables: Tables) -> Iterator[TableRow]:
    """Yield each mechanism's verdicts, and the family that it changes most."""
    if VERDICTS not in tables:
        return
    verdicts, worth = tables[VERDICTS], tables[WORTH]
    families = worth[
        (worth["variant"] == MODEL)
        & (worth["part"] == CALIBRATION)
        & (worth["family"] != ALL_FAMILIES)
    ]
    for mechanism, group in verdicts.groupby("mechanism", sort=False):
        own = _rows(families[families["mechanism"] == mechanism])
        yield {
            "mechanism": mechanism,
            "by_part": [
                row for part in _PARTS for row in _rows(group[group["part"] == part])
            ],
            "most": max(own, key=lambda row: abs(row["crps_change"])),
        }


def published_page(tables: Tables) -> str:
    """Return the page of figures that others published, the model's beside them."""
    rows = _rows(tables[PUBLISHED].fillna({"against": "", "note": ""}))
    answered = [row for row in rows if not isnan(row["p50"])]
    return render(
        "published.md.j2",
        answered=answered,
        unanswered=[row for row in rows if isnan(row["p50"])],
        inside=sum(_verdict(row) == "inside" for row in answered),
        figure=_figure,
        model_range=_model_range,
        verdict=_verdict,
    )


def _figure(row: TableRow) -> str:
    """Return a published figure with its range and unit."""
    unit, factor = reader_unit(row["unit"])
    ends = [factor * row[end] for end in ("low", "high") if not isnan(row[end])]
    spread = f" ({' to '.join(map(format_amount, ends))})" if ends else ""
    return f"{format_amount(factor * row['mid'])}{spread} {unit}"


def _model_range(row: TableRow) -> str:
    """Return the model's median and 90 % range, in the unit that a reader thinks in."""
    _, factor = reader_unit(row["unit"])
    return format_range(*(factor * row[name] for name in ("p50", "p05", "p95")))


def _in_unit(row: TableRow, column: str) -> tuple[str, str]:
    """Return an amount, and the unit that a reader thinks in."""
    unit, factor = reader_unit(row["unit"])
    return format_amount(factor * row[column]), unit


def _verdict(row: TableRow) -> str:
    if row["p05"] <= row["mid"] <= row["p95"]:
        return "inside"
    return "model **low**" if row["mid"] > row["p95"] else "model **high**"


def _rows(frame: pd.DataFrame) -> list[TableRow]:
    return list(frame.to_dict("records"))
