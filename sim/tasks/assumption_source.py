"""Where the assumptions of a run are drawn from, and how that is reported."""

from __future__ import annotations

from typing import Any

from sim.presentation.numbers import counted
from sim.records import Records
from sim.records.posterior import Posterior
from sim.settings.schema import Settings

PRIOR = "prior"


def posterior_for(settings: Settings, records: Records) -> Posterior | None:
    """Return what calibrated assumptions are drawn from, None if from their ranges."""
    return None if settings.drawn_from == PRIOR else records.posterior


def source_in_words(drawn_from: str, posterior: Posterior | None) -> str:
    """Return where assumptions come from, in a sentence.

    Example:
        >>> source_in_words("prior", None)
        'Assumptions are drawn from their ranges, as asked.'
    """
    if drawn_from == PRIOR:
        return "Assumptions are drawn from their ranges, as asked."
    if posterior is None:
        return "Assumptions are drawn from their ranges; the data hold no posterior."
    return (
        f"{counted(len(posterior.columns), 'assumption')} drawn from the posterior "
        f"(observations to {posterior.origin.observations_to}), the others from "
        "their ranges."
    )


def source_metadata(drawn_from: str, posterior: Posterior | None) -> dict[str, Any]:
    """Return the same for the provenance of a run, with digest and making."""
    if posterior is None:
        return {"drawn_from": PRIOR, "asked_for": drawn_from}
    origin = posterior.origin
    return {
        "drawn_from": "posterior",
        "asked_for": drawn_from,
        "posterior": posterior.digest,
        "rows": posterior.count,
        "calibrated": list(posterior.columns),
        "calibration_seed": origin.seed,
        "observations_to": str(origin.observations_to),
        "made": origin.made.isoformat(),
    }
