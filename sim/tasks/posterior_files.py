"""The files of a posterior: draws, discrepancies, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.waves import CalibrationResult
from sim.experiments.provenance import RunStart, project_version
from sim.outcomes import disk
from sim.outcomes.sweep.durable_files import replace_atomically
from sim.records.plain_csv import numbers_in
from sim.records.posterior import numbers_digest
from sim.tasks.prepare import PreparedRun

_DRAWS = "draws.csv"
_DISCREPANCY = "discrepancy.csv"
_METADATA = "provenance.yaml"

_READ = (
    "assumptions.csv",
    "history/observations.csv",
    "history/families.csv",
    "history/errors.csv",
    "history/discrepancies.csv",
)
"""Files of data on which a posterior depends directly."""

_IRRELEVANT = (
    "calibrate.to",
    "chunk",
    "debug",
    "figures",
    "figure_format",
    "outputs",
    "quiet",
    "workers",
)
"""Settings that do not change a posterior, or say where things are on a machine."""

_LIBRARIES = ("arviz", "emcee", "numpy", "scikit-learn", "scipy")


def posterior_files(
    fit: CalibrationResult,
    prepared: PreparedRun,
    command_line: Sequence[str],
    started: RunStart,
) -> dict[str, str]:
    """Return the files of a posterior, by name."""
    tables = {
        _DRAWS: _table(fit.assumption_values),
        _DISCREPANCY: _table(fit.discrepancy_values),
    }
    metadata = {
        **posterior_metadata(fit, prepared, command_line, started),
        "tables": {
            name: numbers_digest(numbers_in(text, name))
            for name, text in tables.items()
        },
    }
    text = str(yaml.safe_dump(metadata, sort_keys=False, allow_unicode=True))
    return {**tables, _METADATA: text}


def _table(columns: Mapping[str, PerDraw]) -> str:
    """Return columns as a table of numbers with six digits."""
    frame = pd.DataFrame(dict(columns))
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def install_posterior(posterior: Path, to: Path) -> None:
    """Put the files of a posterior into a folder, in place of those that are there.

    All are on the disk before the first takes its place.

    Raises:
        WriteError: one cannot be written.
    """
    with ExitStack() as stack:
        for file in sorted(posterior.iterdir()):
            new = stack.enter_context(replace_atomically(to / file.name))
            new.write(file.read_bytes())
            disk.flush(new)


def posterior_metadata(
    fit: CalibrationResult,
    prepared: PreparedRun,
    command_line: Sequence[str],
    started: RunStart,
) -> dict[str, Any]:
    """Return how a posterior was made, for whoever draws from it."""
    fitted = {row.name: row for row in fit.posterior.emulator.scores.rows}
    settled = fit.convergence
    settings = prepared.command.settings.calibrate
    assert settings is not None
    return {
        "command": " ".join(filter(_is_relevant, command_line)),
        "seed": prepared.setup.seed,
        "made": started.moment.date().isoformat(),
        "version": project_version(),
        "observations_to": str(prepared.setup.horizon),
        "observations": len(fit.posterior.evidence.values),
        "worlds": settings.worlds,
        "rows": settings.rows,
        "r_hat_max": round(float(settled.r_hat.max()), 4),
        "ess_bulk_min": round(float(settled.ess_bulk.min())),
        "ess_tail_min": round(float(settled.ess_tail.min())),
        "priors": {
            name: [row.low, row.mid, row.high, row.scale]
            for name, row in fitted.items()
        },
        "r_hat": _by_name(settled, "r_hat", 4),
        "ess_bulk": _by_name(settled, "ess_bulk", 0),
        "ess_tail": _by_name(settled, "ess_tail", 0),
        "digests": {
            name: sha256(
                (prepared.setup.records.folder / name).read_bytes()
            ).hexdigest()
            for name in _READ
        },
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _is_relevant(override: str) -> bool:
    return override.partition("=")[0] not in _IRRELEVANT


def _by_name(settled: Any, column: str, digits: int) -> dict[str, float]:
    pairs = zip(settled.name, settled[column], strict=True)
    return {name: round(float(value), digits) for name, value in pairs}
