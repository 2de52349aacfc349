"""Posteriors made for tests: small, joint, and unlike the ranges they began from."""

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from scipy.special import ndtr

from sim.records.assumptions import Assumption
from sim.records.data_folder import SHIPPED
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.plain_csv import read_numbers, read_table
from sim.records.posterior import FOLDER, Posterior, numbers_digest, read_posterior

PARTS = "service.grey_market_parts_coverage"
GROWTH = "fab.growth.smic_advanced"
BUDGET = "lab.budget_factor"
CALIBRATED = (PARTS, GROWTH, BUDGET)
MEMORY = "memory.count"
"""The discrepancy whose value is the number of its row, from 1 on."""

ROWS = 40


def data_without(folder: Path) -> Path:
    """Return a copy of the shipped tables that holds no posterior."""
    ignored = shutil.ignore_patterns(FOLDER)
    return Path(shutil.copytree(SHIPPED, folder / "data", ignore=ignored))


def data_with(folder: Path, rows: int = ROWS) -> Path:
    """Return a copy of the shipped tables with a posterior of three assumptions."""
    data = data_without(folder)
    write_posterior(data, rows)
    return data


def ranges(data: Path) -> dict[str, Assumption]:
    """Return the assumptions of a folder of data, by name."""
    rows = read_table(data / "assumptions.csv", Assumption)
    return {row.name: row for row in rows}


def posterior(data: Path) -> Posterior | None:
    """Return the posterior of a folder, of which no other table is read."""
    return read_posterior(data, list(ranges(data).values()), discrepancies())


def discrepancies() -> tuple[DiscrepancyRow, ...]:
    """Return the shipped ranges of discrepancies."""
    return read_table(SHIPPED / "history" / "discrepancies.csv", DiscrepancyRow)


def write_posterior(
    data: Path, rows: int = ROWS, names: Sequence[str] = CALIBRATED
) -> None:
    """Write a posterior into a folder of data: its columns rise and fall together."""
    known = ranges(data)
    luck = np.random.default_rng(1)
    common, own = luck.normal(size=(1, rows)), luck.normal(size=(len(names), rows))
    levels = ndtr(0.5 + 0.4 * common + 0.2 * own)
    columns = [known[n].quantile(x) for n, x in zip(names, levels, strict=True)]
    place = data / FOLDER
    place.mkdir()
    write(place / "draws.csv", names, np.transpose(columns).tolist())
    sizes = {row.name: np.full(rows, row.mid) for row in discrepancies()}
    sizes[MEMORY] = 1.0 + np.arange(rows)
    columns = np.transpose(list(sizes.values())).tolist()
    write(place / "discrepancy.csv", list(sizes), columns)
    priors = {n: [known[n].low, known[n].mid, known[n].high] for n in names}
    said = {
        "command": "python -m sim task=calibrate",
        "seed": 7,
        "observations_to": "2024-12",
        "made": "2026-11-26",
        "priors": {n: [*priors[n], known[n].scale] for n in names},
        "r_hat": dict.fromkeys(names, 1.001),
        "tables": digests(data),
    }
    (place / "provenance.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")


def write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def digests(data: Path) -> dict[str, str]:
    """Return what the provenance of a posterior has to say of its tables' numbers."""
    return {
        name: numbers_digest(read_numbers(data / FOLDER / name, name))
        for name in ("draws.csv", "discrepancy.csv")
    }


def say(data: Path, **changes: object) -> None:
    """Change what the provenance of a posterior says; None takes a key away."""
    path = data / FOLDER / "provenance.yaml"
    said = yaml.safe_load(path.read_text("utf-8")) | changes
    kept = {key: value for key, value in said.items() if value is not None}
    path.write_text(yaml.safe_dump(kept), encoding="utf-8")
