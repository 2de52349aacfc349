"""The files of a posterior, and what the one about its making says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from sim.experiments.calibration.waves import CalibrationResult
from sim.experiments.provenance import project_version
from sim.tasks.prepare import PreparedRun

DRAWS = "draws.csv"
DISCREPANCY = "discrepancy.csv"
MADE = "provenance.yaml"

_READ = (
    "assumptions.csv",
    "history/observations.csv",
    "history/families.csv",
    "history/errors.csv",
    "history/discrepancies.csv",
)
"""Files of data that a posterior hangs on directly."""

_NO_MATTER = (
    "calibrate.to",
    "chunk",
    "debug",
    "figures",
    "outputs",
    "quiet",
    "workers",
)
"""Settings that do not bear on a posterior, or say where things are on a machine."""

_LIBRARIES = ("arviz", "emcee", "numpy", "scikit-learn", "scipy")


def how_made(
    found: CalibrationResult,
    prepared: PreparedRun,
    command_line: Sequence[str],
    started: datetime,
) -> dict[str, Any]:
    """Return how a posterior was made, for whoever draws from it."""
    fitted = {row.name: row for row in found.posterior.emulator.scores.rows}
    settled = found.convergence
    settings = prepared.command.settings.calibrate
    assert settings is not None
    return {
        "command": " ".join(word for word in command_line if _matters(word)),
        "seed": prepared.setup.seed,
        "made": started.date().isoformat(),
        "version": project_version(),
        "observations_to": str(prepared.setup.horizon),
        "observations": len(found.posterior.evidence.values),
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


def _matters(word: str) -> bool:
    return word.partition("=")[0] not in _NO_MATTER


def _by_name(settled: Any, column: str, digits: int) -> dict[str, float]:
    pairs = zip(settled.name, settled[column], strict=True)
    return {name: round(float(value), digits) for name, value in pairs}
