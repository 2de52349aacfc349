"""What settings mean, in words, for the axes of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sim.policy.kinds import KINDS
from sim.presentation.instrument_reference import meanings
from sim.presentation.names import spaced
from sim.records import Records

_SETTINGS = {
    "as_of": "month up to which anything is known",
    "assumptions": "where assumptions are drawn from",
    "baseline": "law compared with",
    "draws": "possible worlds run",
    "first_draw": "number of the first draw",
    "horizon": "last month",
    "scenario": "scenario",
    "seed": "seed of the luck",
    "start": "first month that is written",
}
_LAW = ("add", "amend")
_MECHANISM = "mechanisms."


def meanings_of(records: Records) -> dict[str, str]:
    """Return what each assumption means, with its unit, by its key as a setting."""
    return {
        f"assumptions.{row.name}": f"{spaced(row.meaning)} ({row.unit})"
        for row in records.assumptions
    }


def setting_meaning(key: str, known: Mapping[str, str]) -> str | None:
    """Return what a setting means, in a few words; None of one that is not known.

    Args:
        key: of the setting.
        known: meanings of assumptions, by their keys.

    Example:
        >>> setting_meaning("scenario.regime.add.service_ban.effective", {})
        'service ban: first day on which it binds'
        >>> setting_meaning("mechanisms.smuggling", {})
        'mechanism: smuggling'
    """
    if key in known:
        return known[key]
    if key.startswith(_MECHANISM):
        return f"mechanism: {spaced(key.removeprefix(_MECHANISM))}"
    parts = key.split(".")
    if parts[:2] == ["scenario", "regime"] and parts[2:3] and parts[2] in _LAW:
        meaning = _law_fields().get(parts[-1])
        return None if meaning is None else f"{spaced(parts[3])}: {meaning}"
    return _SETTINGS.get(key)


@cache
def _law_fields() -> dict[str, str]:
    """Return what each field of an instrument means, in its first clause."""
    texts: dict[str, str] = {}
    for kind in KINDS.values():
        for name, text in meanings(kind).items():
            texts.setdefault(name, _first_clause(text))
    return texts


def _first_clause(text: str) -> str:
    clause = " ".join(text.split()).partition(";")[0].partition(". ")[0]
    return clause.partition(" (")[0].replace("in `unit`", "in its unit")
