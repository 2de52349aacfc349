"""The generated part of docs/calibration.md: what became of every assumption."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from sim.experiments.calibration.identifiability import (
    MOVED,
    NARROWED,
    SERVICE_DECAY,
    UNINFORMED,
    posterior_identifiability,
)
from sim.presentation.numbers import rounded
from sim.records import Records
from sim.records.posterior import Posterior

BEGIN = "<!-- posterior: written by python -m sim.presentation.pages -->"
END = "<!-- end of the posterior -->"

_HEAD = (
    "| assumption | range in the data | posterior | shift | narrower by | |",
    "| --- | --- | --- | ---: | ---: | --- |",
)


def with_posterior(text: str, records: Records) -> str:
    """Return a page with what it says of the posterior brought up to date.

    Raises:
        ValueError: the page has no place for it.
    """
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"the page needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{posterior_section(records)}\n{END}{after}"


def posterior_section(records: Records) -> str:
    """Return how the posterior in the data was made, and what it says."""
    posterior = records.posterior
    if posterior is None:
        return "The data hold no posterior."
    table = posterior_identifiability(records.assumptions, posterior)
    rows = table.to_dict("records")
    parts = [
        _how_made(posterior),
        _counts(rows),
        *(_table(rows, verdict) for verdict in (MOVED, NARROWED)),
        f"Fitted, and {UNINFORMED}:",
        _names(row for row in rows if row["verdict"] == UNINFORMED and row["sampled"]),
        "Not fitted, as nothing observed depends on them; they are guesses as before:",
        _names(row for row in rows if not row["sampled"]),
        _service(rows),
    ]
    return "\n\n".join(part for part in parts if part)


def _how_made(posterior: Posterior) -> str:
    made = posterior.calibration
    told: Mapping[str, Any] = made.model_extra or {}
    return (
        f"Made on {made.made} from {told.get('observations')} observations to "
        f"{made.observations_to}, seed {made.seed}: {posterior.count:,} draws of "
        f"{len(posterior.columns)} assumptions. Largest R-hat "
        f"{told.get('r_hat_max')}, least effective sample size "
        f"{told.get('ess_bulk_min')} (bulk) and {told.get('ess_tail_min')} (tails)."
    )


def _counts(rows: list[dict[Hashable, Any]]) -> str:
    of = {
        verdict: sum(row["verdict"] == verdict for row in rows)
        for verdict in (MOVED, NARROWED, UNINFORMED)
    }
    at_edge = [f"`{row['assumption']}` ({row['edge']})" for row in rows if row["edge"]]
    pressed = (
        f" Pressed against an end of their range: {', '.join(at_edge)}."
        if at_edge
        else " None is pressed against an end of its range."
    )
    return (
        f"Of {len(rows)} assumptions {of[MOVED]} moved, {of[NARROWED]} narrowed, and "
        f"{of[UNINFORMED]} are {UNINFORMED}.{pressed}"
    )


def _table(rows: list[dict[Hashable, Any]], verdict: str) -> str:
    lines = [_line(row) for row in rows if row["verdict"] == verdict]
    return "\n".join([*_HEAD, *lines]) if lines else ""


def _line(row: Mapping[Hashable, Any]) -> str:
    edge = f", at its {row['edge']} end" if row["edge"] else ""
    cells = (
        f"`{row['assumption']}`",
        _ends(row, "prior"),
        _ends(row, "posterior"),
        f"{row['shift']:+.1f}",
        f"{row['contraction']:.0%}",
        f"{row['verdict']}{edge}",
    )
    return f"| {' | '.join(cells)} |"


def _ends(row: Mapping[Hashable, Any], of: str) -> str:
    low, mid, high = (rounded(row[f"{of}_{end}"]) for end in ("low", "mid", "high"))
    return f"{mid} ({low} to {high})"


def _names(rows: Any) -> str:
    return ", ".join(f"`{row['assumption']}`" for row in rows) + "."


def _service(rows: list[dict[Hashable, Any]]) -> str:
    verdict = next(
        (row["verdict"] for row in rows if row["assumption"] == SERVICE_DECAY),
        UNINFORMED,
    )
    return (
        f"How fast a scanner that nobody services decays (`{SERVICE_DECAY}`): "
        f"**{verdict}**. No scanner of the record has yet gone without both vendor "
        "and spare parts."
    )
