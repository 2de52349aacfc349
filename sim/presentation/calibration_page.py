"""The generated part of docs/calibration.md: the verdict on every assumption."""

from __future__ import annotations

from sim.experiments.calibration.identifiability import (
    MOVED,
    NARROWED,
    SERVICE_DECAY,
    UNINFORMED,
    posterior_identifiability,
)
from sim.presentation.rendering import render
from sim.records import Records


def posterior_section(records: Records) -> str:
    """Return how the posterior in the data was made, and what it says."""
    posterior = records.posterior
    if posterior is None:
        return "The data hold no posterior.\n"
    table = posterior_identifiability(records.assumptions, posterior)
    rows = table.to_dict("records")
    return render(
        "posterior.md.j2",
        made=posterior.origin,
        draws=posterior.count,
        fitted=len(posterior.columns),
        rows=rows,
        verdicts={
            verdict: [row for row in rows if row["verdict"] == verdict]
            for verdict in (MOVED, NARROWED, UNINFORMED)
        },
        uninformed=UNINFORMED,
        service=next(row for row in rows if row["assumption"] == SERVICE_DECAY),
    )
