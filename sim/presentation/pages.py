"""Generated pages: `python -m sim.presentation.pages` writes them into docs/.

`docs/outputs.md` keeps its own words and gets its list of measures, `docs/scenarios.md`
its tables of instruments; `docs/data.md` is
written whole: every number of the data, guesses first. `docs/hindcast.md` and
`docs/published.md` tell of the studies whose tables stand in `docs/hindcast`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.outcomes.measure import Measure
from sim.outcomes.measures import MEASURES
from sim.policy.regime import Regime
from sim.presentation.calibration_page import with_posterior
from sim.presentation.hindcast.page import (
    FOLDER,
    hindcast_page,
    published_page,
    read_tables,
)
from sim.presentation.law_page import with_instruments
from sim.presentation.markdown import table
from sim.presentation.sensitivity_page import SHIPPED, sensitivity_page
from sim.records import Records, load
from sim.records.law import load_law
from sim.records.market_rows import NewsRow

DOCS = Path(__file__).parents[2] / "docs"
"""Where the pages of a checkout stand."""

BEGIN = "<!-- measures: written by python -m sim.presentation.pages -->"
END = "<!-- end of measures -->"

GUESSES_FIRST = ("judgement", "memory", "derived", "seen")
"""Confidence, from a guess to a number read in its source."""

_MEANINGS = {
    "judgement": "a judgement: nobody has measured it, or nobody has said",
    "memory": "recalled; its source is still to be confirmed",
    "derived": "computed from figures that were read",
    "seen": "read in the source named",
}
_KINDS = {
    "flow": "flow: the headline sums it over a year",
    "stock": "stock: the headline reads it at the end of a year",
    "level": "level: the headline reads it at the end of a year",
}
_PROVENANCE = ("unit", "as_of", "source", "confidence", "note", "meaning")
_RANGE = ("low", "mid", "high")
_ASSUMPTIONS = "assumptions"


def main(folder: Path = DOCS) -> None:
    """Write all pages."""
    outputs = folder / "outputs.md"
    text = outputs.read_text(encoding="utf-8")
    outputs.write_text(with_measures(text, MEASURES), encoding="utf-8")
    calibration = folder / "calibration.md"
    text = calibration.read_text(encoding="utf-8")
    calibration.write_text(with_posterior(text, load()), encoding="utf-8")
    scenarios = folder / "scenarios.md"
    text = scenarios.read_text(encoding="utf-8")
    scenarios.write_text(with_instruments(text), encoding="utf-8")
    (folder / "data.md").write_text(data_page(load(), load_law()), encoding="utf-8")
    for name, page in shipped_pages(folder).items():
        (folder / name).write_text(page, encoding="utf-8")


def shipped_pages(folder: Path) -> dict[str, str]:
    """Return the pages that tell of shipped studies, by file name.

    None if no tables are shipped in the folder.
    """
    if not (folder / FOLDER).is_dir():
        return {}
    tables = read_tables(folder / FOLDER)
    images = sorted(file.name for file in (folder / "images").glob("*.png"))
    return {
        "hindcast.md": hindcast_page(tables, images),
        "published.md": published_page(tables),
        "sensitivity.md": sensitivity_page(pd.read_csv(folder / SHIPPED)),
    }


def with_measures(text: str, measures: Sequence[Measure]) -> str:
    """Return a page with its list of measures brought up to date.

    Raises:
        ValueError: the page has no place for the list.
    """
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{measures_section(measures)}\n{END}{after}"


def measures_section(measures: Sequence[Measure]) -> str:
    """Return a table of all measures: name, unit, kind, meaning."""
    rows = [
        (
            f"`{one.name}`" + (" ★" if one.headline else ""),
            one.title,
            one.unit,
            one.kind,
            one.description,
        )
        for one in measures
    ]
    kinds = "; ".join(_KINDS.values())
    measured = table(("measure", "title", "unit", "kind", "meaning"), rows)
    return f"★ headline measure. {kinds[0].upper()}{kinds[1:]}.\n\n{measured}"


def data_page(records: Records, law: Regime) -> str:
    """Return the page of all numbers: assumptions, facts and law, guesses first."""
    tables = _frames(records)
    facts = {name: frame for name, frame in tables.items() if name != _ASSUMPTIONS}
    parts = [
        "# Every number, guesses first",
        "Written by `python -m sim.presentation.pages`; do not edit by hand. "
        "The tables themselves are in `sim/data/`.",
        _confidence_summary(tables),
        "## Assumptions",
        "Numbers that differ from draw to draw. Low to high is a 90 % range.",
        _assumption_table(tables[_ASSUMPTIONS]),
        "## Facts",
        "Numbers that are the same in every draw.",
        *_fact_tables(facts),
        "## News",
        "Dated news of the record; what it weighs is an assumption for each kind.",
        _news_table(records),
        "## Law",
        "What single numbers of the law rest on, where it is not the text of the law.",
        _grounds_table(law),
        "The instruments, with their dates and where they can be read.",
        _law_table(law),
    ]
    return "\n\n".join(parts) + "\n"


def _frames(records: Records) -> dict[str, pd.DataFrame]:
    """Return the assumptions and every table of facts as frames, by file name."""
    rows = {_ASSUMPTIONS: records.assumptions, **records.facts.tables}
    return {
        name: pd.DataFrame([row.model_dump() for row in table])
        for name, table in rows.items()
    }


def _confidence_summary(tables: dict[str, Any]) -> str:
    counts = pd.concat([frame["confidence"] for frame in tables.values()])
    tally = counts.value_counts()
    rows = [
        (name, meaning, str(int(tally.get(name, 0))))
        for name, meaning in _MEANINGS.items()
    ]
    return table(("confidence", "means", "rows"), rows)


def _assumption_table(frame: pd.DataFrame) -> str:
    rows = [
        (
            f"`{row['name']}`",
            *(number(row[end]) for end in _RANGE),
            row["unit"],
            row["as_of"],
            row["confidence"],
            row["meaning"],
            row["source"],
        )
        for row in _sorted(frame)
    ]
    head = ("assumption", *_RANGE, "unit", "as of", "confidence", "meaning", "source")
    return table(head, rows)


def _fact_tables(tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Yield a heading and a table for each confidence, the weakest first."""
    for confidence in GUESSES_FIRST:
        rows = [
            cells
            for name, frame in tables.items()
            for row in _sorted(frame)
            if row["confidence"] == confidence
            for cells in _fact(name, row)
        ]
        if rows:
            yield f"### {confidence.capitalize()}: {_MEANINGS[confidence]}"
            head = ("table", "row", "number", "value", "unit", "as of", "source, note")
            yield table(head, rows)


def _fact(name: str, row: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each number of a row of facts."""
    values = {key: value for key, value in row.items() if key not in _PROVENANCE}
    which = [
        _word(key, value)
        for key, value in values.items()
        if not _is_number(value) and not isinstance(value, (frozenset, tuple))
    ]
    remark = row.get("note") or row.get("meaning") or ""
    for key, value in values.items():
        if _is_number(value) and not pd.isna(value) and key != "year":
            when = [str(values["year"])] if "year" in values else []
            yield (
                name,
                " ".join([word for word in which if word] + when),
                key.replace("_", " "),
                number(value),
                str(row.get("unit") or ""),
                str(row["as_of"]),
                "; ".join(part for part in (row["source"], remark) if part),
            )


def _word(key: str, value: object) -> str:
    """Return what a value says in the name of a row; a mark says that it is set."""
    if isinstance(value, bool):
        return key.replace("_", " ") if value else ""
    return "" if value is None else str(value)


def _news_table(records: Records) -> str:
    rows = [
        (
            str(item.date),
            item.kind,
            item.direction,
            " ".join(item.prospects),
            item.title,
            item.confidence,
            "; ".join(part for part in (item.source, item.note) if part),
        )
        for item in records.facts.rows(NewsRow)
    ]
    head = ("day", "kind", "", "prospects", "news", "confidence", "source, note")
    return table(head, rows)


def _grounds_table(law: Regime) -> str:
    rows = [
        (
            f"`{item.id}`",
            field,
            _plain(getattr(item, field)),
            grounds.confidence,
            "; ".join(part for part in (grounds.note, grounds.source) if part),
        )
        for item in law.instruments.values()
        for field, grounds in item.grounds.items()
    ]
    rows.sort(key=lambda row: GUESSES_FIRST.index(row[3]))
    return table(("instrument", "what", "value", "confidence", "grounds"), rows)


def _law_table(law: Regime) -> str:
    rows = [
        (
            f"`{item.id}`",
            item.title,
            item.issuer,
            str(item.effective),
            str(item.end or ""),
            item.confidence,
            item.reference,
            item.source,
        )
        for item in sorted(
            law.instruments.values(),
            key=lambda item: (GUESSES_FIRST.index(item.confidence), item.effective),
        )
    ]
    head = ("instrument", "what", "issuer", "from", "to", "confidence")
    return table((*head, "reference", "source"), rows)


def _plain(value: object) -> str:
    """Return a legal value as a reader would write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    if isinstance(value, (set, frozenset, tuple, list)):
        return ", ".join(sorted(_plain(item) for item in value))
    if is_dataclass(value):
        parts = {item.name: getattr(value, item.name) for item in fields(value)}
        return _plain({key: part for key, part in parts.items() if part})
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """Return a number of the data as it was written.

    Example:
        >>> number(2.1e25), number(0.35), number(120000.0)
        ('2.1e+25', '0.35', '120000')
    """
    return f"{value:.10g}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _sorted(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows, guesses first and otherwise as they stand."""
    records = frame.to_dict("records")
    rows = [{str(key): cell for key, cell in row.items()} for row in records]
    return sorted(rows, key=lambda row: GUESSES_FIRST.index(row["confidence"]))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
