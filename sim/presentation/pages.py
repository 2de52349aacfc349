"""Generated pages: `python -m sim.presentation.pages` writes them into docs/.

Of `docs/outputs.md`, `docs/calibration.md`, `docs/scenarios.md` and `docs/law.md` a
marked section is written (the list of measures, what the posterior says, what may be
written of instruments, figures of the law); the other pages, and the JSON Schema of
scenario files, are generated completely.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.domain.months import Month
from sim.domain.supply import CHINA
from sim.outcomes import disk
from sim.outcomes.frames import law_frame
from sim.outcomes.instrument_status import instrument_status
from sim.outcomes.measures import MEASURES
from sim.policy.headroom import rule_vintages
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.presentation import instrument_reference
from sim.presentation.architecture import architecture_svg
from sim.presentation.calibration_page import posterior_section
from sim.presentation.headroom_chart import headroom_in_words
from sim.presentation.hindcast.page import (
    FOLDER,
    hindcast_page,
    published_page,
    read_tables,
)
from sim.presentation.law_chart import LawStatuses, instruments_in_words
from sim.presentation.month_table import month_page
from sim.presentation.names import spaced
from sim.presentation.numbers import as_written
from sim.presentation.question_pages import question_files
from sim.presentation.reference import NameReference, names_page
from sim.presentation.rendering import render
from sim.presentation.scenario_schema import schema_text
from sim.presentation.sensitivity_page import SHIPPED, sensitivity_page
from sim.records import Records, load_records
from sim.records.law_files import load_law
from sim.records.market_rows import NewsRow
from sim.records.row import Row
from sim.records.trade_partners import chip_lines

PICTURE = "images/architecture.svg"

DOCS = Path(__file__).parents[2] / "docs"
"""The pages of a checkout."""

SCHEMA = Path("reference") / "scenario.schema.json"
"""The JSON Schema of scenario files, within the folder of the pages."""

NAMES = Path("reference") / "names.md"
"""The page of public names, within the folder of the pages."""

CONFIDENCES = {
    "judgement": "a judgement: nobody has measured it, or published a measurement",
    "memory": "recalled; its source is still to be confirmed",
    "derived": "computed from figures that were read",
    "seen": "read in the source named",
}
"""What each confidence means, from a guess to a number read in its source."""

BASELINE = "baseline"
_LAST_MONTH_OF_LAW = Month(2027, 12)
"""The end of the published chart of instruments."""

_GUESSES_FIRST = list(CONFIDENCES).index
_PROVENANCE = ("unit", "as_of", "source", "confidence", "note", "meaning")


def main(folder: Path = DOCS) -> None:
    """Write all pages."""
    records = load_records()
    for name, (section, content) in sections(records).items():
        text = (folder / name).read_text(encoding="utf-8")
        _write(folder / name, with_section(text, section, content))
    _write(folder / "data.md", data_page(records, load_law()))
    _write(folder / SCHEMA, schema_text(records))
    _write(folder / NAMES, names_page(NameReference()))
    _write(folder / "month.md", month_page())
    for name, page in shipped_pages(folder).items():
        _write(folder / name, page)
    for name, page in question_files(folder, records):
        _write(folder / name, page)
    _write(folder / PICTURE, architecture_svg())


def sections(records: Records) -> dict[str, tuple[str, str]]:
    """Return name and content of each page's generated section, by file name."""
    return {
        "outputs.md": ("measures", render("measures.md.j2", measures=MEASURES)),
        "calibration.md": ("posterior", posterior_section(records)),
        "scenarios.md": ("instruments", instruments_section()),
        "law.md": ("pictures", law_pictures(records)),
    }


def law_pictures(records: Records) -> str:
    """Return the figures of the law of record, with what they show in words."""
    vintages = rule_vintages(records.law, chip_lines(records.facts, CHINA))
    count = _LAST_MONTH_OF_LAW + 1 - records.start
    months = [records.start + number for number in range(count)]
    statuses = law_frame(instrument_status(records.law, records.law, months))
    return render(
        "law_pictures.md.j2",
        headroom=headroom_in_words(vintages, BASELINE),
        instruments=instruments_in_words(LawStatuses(BASELINE, BASELINE, statuses)),
    )


def instruments_section() -> str:
    """Return the tables of what may be written of instruments."""
    return render(
        "instruments.md.j2",
        kinds=instrument_reference.kinds(),
        own_fields=instrument_reference.own_fields(),
        shared_fields=instrument_reference.fields_of(Instrument),
        parts={
            name: instrument_reference.fields_of(part)
            for name, part in instrument_reference.PARTS.items()
        },
    )


def _write(page: Path, text: str) -> None:
    disk.make_folders(page.parent)
    disk.write_text(page, text)


def shipped_pages(folder: Path) -> dict[str, str]:
    """Return the pages about shipped studies by file name, none if none is shipped."""
    if not (folder / FOLDER).is_dir():
        return {}
    tables = read_tables(folder / FOLDER)
    images = sorted(file.name for file in (folder / "images").glob("*.png"))
    return {
        "hindcast.md": hindcast_page(tables, images),
        "published.md": published_page(tables),
        "sensitivity.md": sensitivity_page(pd.read_csv(folder / SHIPPED)),
    }


def with_section(text: str, name: str, content: str) -> str:
    """Return a page with its marked section replaced.

    Raises:
        ValueError: the page has no such section.
    """
    begin, end = markers(name)
    before, opened, tail = text.partition(begin)
    _, closed, after = tail.partition(end)
    if not opened or not closed:
        raise ValueError(f"the page needs the lines {begin} and {end}")
    return f"{before}{begin}\n{content}{end}{after}"


def markers(name: str) -> tuple[str, str]:
    """Return the lines between which a generated section is put."""
    begin = f"<!-- {name}: written by python -m sim.presentation.pages -->"
    return begin, f"<!-- end of {name} -->"


def data_page(records: Records, law: Regime) -> str:
    """Return the page of all numbers: assumptions, facts and law, guesses first."""
    tables = records.facts.tables
    rows = [*records.assumptions, *(row for table in tables.values() for row in table)]
    single_numbers = [
        (item.id, field, _legal_value(getattr(item, field)), grounds)
        for item in law.instruments.values()
        for field, grounds in item.grounds.items()
    ]
    return render(
        "data.md.j2",
        confidences=CONFIDENCES,
        counts=Counter(row.confidence for row in rows),
        assumptions=sorted(
            records.assumptions, key=lambda row: _GUESSES_FIRST(row.confidence)
        ),
        facts={
            confidence: cells
            for confidence in CONFIDENCES
            if (cells := list(_facts(tables, confidence)))
        },
        news=records.facts.rows(NewsRow),
        single_numbers=sorted(
            single_numbers, key=lambda row: _GUESSES_FIRST(row[-1].confidence)
        ),
        instruments=sorted(
            law.instruments.values(),
            key=lambda item: (_GUESSES_FIRST(item.confidence), item.effective),
        ),
    )


def _facts(
    tables: Mapping[str, tuple[Row, ...]], confidence: str
) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each number of a confidence."""
    for name, rows in tables.items():
        for row in rows:
            if row.confidence == confidence:
                yield from _fact(name, row.model_dump())


def _fact(table: str, row: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each number in a row of facts."""
    values = {key: value for key, value in row.items() if key not in _PROVENANCE}
    labels = [
        _label(key, value)
        for key, value in values.items()
        if not _is_number(value) and not isinstance(value, (frozenset, tuple))
    ]
    labels += [str(values["year"])] if "year" in values else []
    remark = row.get("note") or row.get("meaning") or ""
    for key, value in values.items():
        if _is_number(value) and not pd.isna(value) and key != "year":
            yield (
                table,
                " ".join(filter(None, labels)),
                spaced(key),
                as_written(value),
                str(row.get("unit") or ""),
                str(row["as_of"]),
                "; ".join(filter(None, (row["source"], remark))),
            )


def _label(key: str, value: object) -> str:
    """Return what a value adds to the name of its row; a flag adds its own name."""
    if isinstance(value, bool):
        return spaced(key) if value else ""
    return "" if value is None else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _legal_value(value: object) -> str:
    """Return a legal value as a reader would write it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_legal_value(item)}" for key, item in value.items())
    if isinstance(value, (set, frozenset, tuple, list)):
        return ", ".join(sorted(map(_legal_value, value)))
    if is_dataclass(value):
        parts = {item.name: getattr(value, item.name) for item in fields(value)}
        return _legal_value({key: part for key, part in parts.items() if part})
    return as_written(value) if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
