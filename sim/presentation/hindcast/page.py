"""The pages docs/hindcast.md and docs/published.md, written from shipped tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from sim.experiments.hindcast.mechanism_scores import ALL_FAMILIES
from sim.experiments.hindcast.patterns import IN_BAND
from sim.experiments.hindcast.predictive import CARRIED, MODEL
from sim.experiments.hindcast.scoreboard import CALIBRATION, TEST
from sim.presentation.hindcast import names
from sim.presentation.hindcast.screen import summary
from sim.presentation.hindcast.study_files import (
    BANDS,
    PATTERNS,
    PERIODS,
    PUBLISHED,
    SERIES,
    TOTALS,
)
from sim.presentation.hindcast.words import (
    amount,
    band_in_words,
    bias_in_words,
    change_in_words,
    percent,
    range_in_words,
    skill_in_words,
)
from sim.presentation.markdown import table
from sim.presentation.news import TABLE as RETURNS
from sim.presentation.numbers import readable
from sim.presentation.structure import LEFT_OUT, VERDICTS, WORTH

FOLDER = "hindcast"
"""Where the shipped tables stand among the pages."""

FINDINGS = "findings.csv"
"""What is found about each miss: `about` (a pattern, or a series) and `finding`."""

SHIPPED = (
    *(PERIODS, SERIES, TOTALS, BANDS, PATTERNS, PUBLISHED, RETURNS),
    *(WORTH, VERDICTS, LEFT_OUT),
)

_WRITTEN = "Written by `python -m sim.presentation.pages`; do not edit by hand. "

_VARIANTS = {MODEL: "model alone", CARRIED: "carried forward"}
_PARTS = {CALIBRATION: "fit", TEST: "test"}

Row = Mapping[Any, Any]
Tables = Mapping[str, pd.DataFrame]


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the shipped tables by file name; those that are there."""
    files = (folder / name for name in (*SHIPPED, FINDINGS))
    return {file.name: pd.read_csv(file) for file in files if file.is_file()}


def hindcast_page(tables: Tables, images: Iterable[str]) -> str:
    """Return the page of the hindcast.

    Args:
        tables: the shipped tables, by file name.
        images: names of the figures that stand in docs/images.
    """
    series, periods = tables[SERIES], tables[PERIODS]
    shown = sorted(name for name in images if name.startswith("hindcast_fans_"))
    parts = [
        "# Hindcast: the model beside what was seen",
        _WRITTEN + f"The tables are in `docs/{FOLDER}/`.",
        _how(),
        "## In total",
        summary(_own(tables[TOTALS]), series),
        _totals(tables[TOTALS]),
        "![Do the bands hold what they say?](images/hindcast_coverage.png)",
        "## Each series after the vintage",
        _ABOUT_SERIES,
        _series(series, periods, TEST),
        "![Skill against naive rivals](images/hindcast_skill.png)",
        "### Misses",
        *_misses(periods, tables[FINDINGS]),
        "## Patterns of the record",
        *_patterns(tables[PATTERNS], tables[FINDINGS]),
        "## Shares on the days of news",
        *_news(tables[RETURNS]),
        "## Each series up to the vintage (fit)",
        "Seen by the calibration, so this is agreement and no test. Each period knows "
        "those before it.",
        _series(series, periods, CALIBRATION),
        "## Does each mechanism earn its place?",
        *_structure(tables),
        "## Fans",
        *(f"![{_title(name)}](images/{name})" for name in shown),
    ]
    return "\n\n".join(parts) + "\n"


_ABOUT_SERIES = (
    "What the model left over of a series up to the vintage is carried forward. Bias "
    "is the median of what was seen over the model's median; the score is the CRPS in "
    "the series' unit; skill is by which share that on the scale of the family (or, in "
    "brackets, the absolute error of the median) is smaller than the rival's. `*`: "
    "what the model says is partly a known input."
)


def _how() -> str:
    return "\n\n".join(
        [
            "```\npython -m sim task=hindcast\npython -m sim task=structure\n```",
            "The first lives through the law of record as it was known at the vintage "
            "(`as_of`), scores every observed series up to the end of the record, and "
            "looks for the patterns of history in lives that know all law. A "
            "prediction is, draw by draw on the scale of its family of series, what "
            "the model says of the period, plus a remainder of the model, plus the "
            "error of the observation ([ODD](ODD.md#hindcast-and-forecast)). *Model "
            "alone*: the remainder is as wide as it ever is. *Carried forward*: it "
            "goes on from what the model left over of the same series up to then; "
            "that is what [`task=forecast`](outputs.md#the-forecast) writes. Rivals: "
            "*persistence* (the last value before) and *drift* (that and the mean "
            "past change), each as wide as changes over as many months were up to "
            "the vintage.",
        ]
    )


def _own(totals: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of the vintage, without those that know later facts."""
    return totals[totals["facts"] != "all"] if len(set(totals["facts"])) > 1 else totals


def _totals(totals: pd.DataFrame) -> str:
    head = (
        *("what", "part", "facts", "series", "seen", "in 50 %", "in 90 %"),
        *("skill, persistence", "better in", "skill, drift", "better in"),
    )
    rows = [
        (
            _VARIANTS[row["variant"]],
            _PARTS[row["part"]],
            str(row["facts"]),
            str(row["series"]),
            str(row["periods"]),
            percent(row["coverage_50"]),
            percent(row["coverage_90"]),
            skill_in_words(row["skill_persistence"]),
            _better(row, "persistence"),
            skill_in_words(row["skill_drift"]),
            _better(row, "drift"),
        )
        for row in _rows(totals)
        if not (row["facts"] == "all" and row["part"] == CALIBRATION)
    ]
    return table(head, rows)


def _better(row: Row, rival: str) -> str:
    return f"{row[f'skill_{rival}_better']} of {row[f'skill_{rival}_of']}"


def _series(series: pd.DataFrame, periods: pd.DataFrame, part: str) -> str:
    own = series[(series["variant"] == CARRIED) & (series["part"] == part)]
    pairs = periods[["family", "scale"]].drop_duplicates()
    scale = dict(zip(pairs["family"], pairs["scale"], strict=True))
    head = (
        *("series", "seen", "in 50 %", "in 90 %", "bias", "score", "unit"),
        *("against persistence", "against drift"),
    )
    rows = [
        (
            names.series_title(row["measure"], row["actor"])
            + " *" * row["partly_input"],
            str(row["periods"]),
            str(row["covered_50"]),
            str(row["covered_90"]),
            bias_in_words(row["bias"], scale[row["family"]]),
            *_in_unit(row, "crps"),
            *(_skills(row, rival) for rival in ("persistence", "drift")),
        )
        for row in _rows(own)
    ]
    return table(head, rows)


def _skills(row: Row, rival: str) -> str:
    whole, median = (row[f"{what}_{rival}"] for what in ("skill", "skill_of_median"))
    return f"{skill_in_words(whole)} ({skill_in_words(median)})"


def _misses(periods: pd.DataFrame, findings: pd.DataFrame) -> Iterator[str]:
    missed = missed_periods(periods)
    if not len(missed):
        yield "No observation after the vintage lies outside its 90 % band."
        return
    rows = [
        (
            names.series_title(row["measure"], row["actor"]),
            f"{row['start'][:7]} to {row['end'][:7]}",
            " ".join(_in_unit(row, "observed")),
            _range(row),
            _found(findings, f"{row['measure']} {row['actor']}"),
        )
        for row in _rows(missed)
    ]
    head = ("series", "period", "seen", "median (5 to 95 %)", "why")
    yield "Observations after the vintage outside the 90 % band."
    yield table(head, rows)


def missed_periods(periods: pd.DataFrame) -> pd.DataFrame:
    """Return the periods after the vintage whose observation the band does not hold."""
    own = periods[(periods["variant"] == CARRIED) & (periods["part"] == TEST)]
    return own[~own["covered_90"].astype(bool)]


def _found(findings: pd.DataFrame, about: str) -> str:
    return " ".join(findings.loc[findings["about"] == about, "finding"])


def _patterns(patterns: pd.DataFrame, findings: pd.DataFrame) -> Iterator[str]:
    inside = int((patterns["verdict"] == IN_BAND).sum())
    yield (
        f"{inside} of {len(patterns)} readings have their median in the band. Law of "
        "record, all of it known; P4 and the second of P13 where governments decide "
        "(`decided_history`). The bands and their sources are in "
        "`sim/data/history/patterns.csv`."
    )
    rows = [
        (
            row["pattern"],
            row["statement"],
            f"{band_in_words(row['low'], row['high'])} {row['unit']}",
            range_in_words(row["p50"], row["p05"], row["p95"]),
            percent(row["share_in_band"]),
            _said_of(row),
        )
        for row in _rows(patterns)
    ]
    head = ("", "pattern", "band", "median (5 to 95 %)", "draws in band", "verdict")
    yield table(head, rows)
    yield "### Patterns that do not come out, and why"
    missed = patterns[patterns["verdict"] != IN_BAND]
    lines = [
        f"- **{row['pattern']}** ({row['statement']}): {_found(findings, row['id'])}"
        for row in _rows(missed)
    ]
    yield "\n".join(lines) if lines else "All come out."


def _said_of(row: Row) -> str:
    return "in band" if row["verdict"] == IN_BAND else f"**{row['verdict']}**"


def _news(days: pd.DataFrame) -> Iterator[str]:
    clean = days[days["confounded"].isna()]
    rows = []
    for use, group in clean.groupby("use"):
        moved = group[group["model"].abs() >= 0.25 * group["ordinary"]]
        better = 1.0 - group["score"].sum() / group["rival_score"].sum()
        rows.append(
            (
                "to 2024" if use == CALIBRATION else "2025, test",
                str(len(group)),
                str(int(group["inside"].sum())),
                str(int(group["ordinary_enough"].sum())),
                f"{int(moved['same_sign'].sum())} of {len(moved)}",
                skill_in_words(better),
            )
        )
    head = (
        *("", "firm-days", "in the model's 90 %", "in 90 % of a day without news"),
        *("right sign", "skill"),
    )
    yield (
        "One-day returns of nine firms on 23 dated events, on which nothing else is "
        "known to have moved the share. The rival is a day without news: the "
        "wandering of an ordinary share alone. Signs are counted where the model "
        "moves by a quarter of an ordinary day or more. The news of the day is given; "
        "what it does is the model's. [limits.md](limits.md#shares-on-the-days-of-news)"
        " tells the days."
    )
    yield table(head, rows)


def _structure(tables: Tables) -> Iterator[str]:
    if VERDICTS not in tables:
        yield "Not worked out."
        return
    yield (
        "Each mechanism is switched off in turn, nothing is fitted anew, and the model "
        "alone is scored: by how much is the CRPS larger (geometric mean over series, "
        "± standard error over series)? Above 0 the mechanism is missed."
    )
    yield table(
        ("mechanism", "fit", "", "test", "", "moves most, fit"), _verdicts(tables)
    )
    yield "![What is lost without each mechanism](images/hindcast_structure.png)"
    yield from _words(tables, "structure")
    yield "### Each series left out"
    if LEFT_OUT not in tables:
        yield "Not worked out: series are left out of a fit, and there was none."
        return
    yield (
        "The draws of the fit are weighted as if it had not seen the series (Pareto "
        "smoothed importance sampling), and foretell it. Where Pareto k is above 0.7 "
        "the weights reach too far, and the row says little."
    )
    yield table(
        ("series", "seen", "in 90 %", "score worse by", "Pareto k"),
        [
            (
                names.series_title(row["measure"], row["actor"]),
                str(row["periods"]),
                str(row["covered_90"]),
                change_in_words(row["crps_change"]),
                f"{row['pareto_k']:.2f}",
            )
            for row in _rows(tables[LEFT_OUT])
        ],
    )
    yield from _words(tables, "left out")


def _words(tables: Tables, about: str) -> Iterator[str]:
    words = _found(tables[FINDINGS], about)
    if words:
        yield words


def _verdicts(tables: Tables) -> list[tuple[str, ...]]:
    verdicts, worth = tables[VERDICTS], tables[WORTH]
    rows = []
    for mechanism, group in verdicts.groupby("mechanism", sort=False):
        cells = [f"`{mechanism}`"]
        for part in (CALIBRATION, TEST):
            for row in _rows(group[group["part"] == part]):
                words = change_in_words(row["crps_change"], row["error"])
                cells += [words, row["verdict"]]
        families = worth[
            (worth["mechanism"] == mechanism)
            & (worth["variant"] == MODEL)
            & (worth["part"] == CALIBRATION)
            & (worth["family"] != ALL_FAMILIES)
        ]
        most = max(_rows(families), key=lambda row: abs(row["crps_change"]))
        cells.append(
            f"{names.family_title(most['family'])} "
            f"{change_in_words(most['crps_change'])}"
        )
        rows.append(tuple(cells))
    return rows


def published_page(tables: Tables) -> str:
    """Return the page of figures that others published, the model's beside them."""
    rows = list(_rows(tables[PUBLISHED]))
    answered = [row for row in rows if not _is_empty(row["p50"])]
    silent = [row for row in rows if _is_empty(row["p50"])]
    inside = sum(row["p05"] <= row["mid"] <= row["p95"] for row in answered)
    parts = [
        "# Figures that others published, and the model's",
        _WRITTEN + "Figures: `sim/data/history/published.csv`; the model's: "
        "`python -m sim task=hindcast`, law of record with all of it known.",
        f"Of {len(rows)} figures the model answers to {len(answered)}; {inside} of "
        "them lie inside its 90 % range.",
        table(
            ("what", "who, when", "published", "model: median (5 to 95 %)", ""),
            [
                (
                    _what(row),
                    f"{row['publisher']}, {row['published']}",
                    _published(row),
                    _range(row),
                    _place(row),
                )
                for row in answered
            ],
        ),
        "## Nothing answers to these",
        table(
            ("what", "who, when", "published", "why not"),
            [
                (
                    row["what"],
                    f"{row['publisher']}, {row['published']}",
                    _published(row),
                    row["no_answer"],
                )
                for row in silent
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _what(row: Row) -> str:
    against = row["against"]
    beside = "" if _is_empty(against) else f" (`{row['scenario']}` less `{against}`)"
    note = "" if _is_empty(row["note"]) else f"; {row['note']}"
    return f"{row['what']}{beside}{note}"


def _published(row: Row) -> str:
    unit, factor = readable(row["unit"])
    ends = [factor * row[end] for end in ("low", "high") if not _is_empty(row[end])]
    spread = f" ({' to '.join(map(amount, ends))})" if ends else ""
    return f"{amount(factor * row['mid'])}{spread} {unit}"


def _range(row: Row) -> str:
    """Return the model's median and 90 % range, in the unit that a reader thinks in."""
    _, factor = readable(row["unit"])
    return range_in_words(*(factor * row[name] for name in ("p50", "p05", "p95")))


def _in_unit(row: Row, column: str) -> tuple[str, str]:
    """Return an amount, and the unit that a reader thinks in."""
    unit, factor = readable(row["unit"])
    return amount(factor * row[column]), unit


def _place(row: Row) -> str:
    if row["p05"] <= row["mid"] <= row["p95"]:
        return "inside"
    return "model **low**" if row["mid"] > row["p95"] else "model **high**"


def _is_empty(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and isnan(value))


def _rows(frame: pd.DataFrame) -> Sequence[dict[Any, Any]]:
    return frame.to_dict("records")


def _title(image: str) -> str:
    return image.removesuffix(".png").replace("_", " ")
