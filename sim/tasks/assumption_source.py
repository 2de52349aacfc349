"""Where the assumptions of a run are drawn from, and how that is reported."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sim.domain.errors import listed
from sim.presentation.numbers import counted
from sim.records import Records
from sim.records.posterior import Posterior
from sim.settings.schema import Settings

if TYPE_CHECKING:
    from sim.experiments.setup import Case  # a list of facts needs no model

PRIOR = "prior"


def posterior_for(settings: Settings, records: Records) -> Posterior | None:
    """Return what calibrated assumptions are drawn from, None if from their ranges."""
    return None if settings.drawn_from == PRIOR else records.posterior


def source_in_words(
    drawn_from: str, posterior: Posterior | None, fixed: Collection[str] = ()
) -> str:
    """Return where assumptions come from, in a sentence.

    Args:
        drawn_from: the setting.
        posterior: what calibrated assumptions are drawn from, if they are.
        fixed: names of assumptions that are not drawn.

    Example:
        >>> source_in_words("prior", None)
        'Assumptions are drawn from their ranges, as asked.'
    """
    subject = "Assumptions that are not fixed" if fixed else "Assumptions"
    if drawn_from == PRIOR:
        return f"{subject} are drawn from their ranges, as asked."
    if posterior is None:
        return f"{subject} are drawn from their ranges; the data hold no posterior."
    drawn = [name for name in posterior.columns if name not in fixed]
    others = "the others that are not fixed" if fixed else "the others"
    return (
        f"{counted(len(drawn), 'assumption')} drawn from the posterior "
        f"(observations to {posterior.origin.observations_to}), {others} from "
        "their ranges."
    )


def fixed_everywhere(cases: Sequence[Case]) -> frozenset[str]:
    """Return the names of the assumptions that all cases fix."""
    return frozenset.intersection(*(frozenset(case.assumptions) for case in cases))


def fixed_in_words(cases: Sequence[Case]) -> str:
    """Return which assumptions are fixed and which mechanisms are off, in sentences.

    Args:
        cases: the sides of a comparison, or the only case.
    """
    names = dict.fromkeys(name for case in cases for name in case.assumptions)
    fixed = [_fixed(name, cases) for name in names]
    switches = dict.fromkeys(name for case in cases for name in case.mechanisms)
    off = {
        name: [x for x in cases if not x.mechanisms.get(name, True)]
        for name in switches
    }
    switched = [f"{name}{_where(some, cases)}" for name, some in off.items() if some]
    sentences = []
    if fixed:
        sentences.append(f"Fixed: {listed(fixed)}.")
    if switched:
        sentences.append(f"Mechanisms off: {listed(switched)}.")
    return " ".join(sentences)


def _fixed(name: str, cases: Sequence[Case]) -> str:
    """Return at which value an assumption is fixed, and in which of the cases."""
    by_value: dict[float, list[Case]] = {}
    for case in cases:
        if name in case.assumptions:
            by_value.setdefault(case.assumptions[name], []).append(case)
    places = (f"{x:g}{_where(some, cases)}" for x, some in by_value.items())
    return f"{name} at {', '.join(places)}"


def _where(some: Sequence[Case], cases: Sequence[Case]) -> str:
    """Return in which of the cases something holds, if it is not all of them."""
    if len(some) == len(cases):
        return ""
    return f" in {' and '.join(case.name for case in some)} alone"


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
