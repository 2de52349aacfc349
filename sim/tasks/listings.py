"""The tasks that list what a command may name: assumptions, actors, measures, law."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw
from sim.policy.difference import law_difference
from sim.policy.instruments import Instrument
from sim.presentation.instrument_reference import kinds
from sim.presentation.labelled_text import labelled_rows
from sim.presentation.listing import Cell, Listing
from sim.records import Records
from sim.records.assumptions import Assumption
from sim.records.chip_rows import (
    REFERENCE_CHIP,
    ChipRow,
    CompliantChipRow,
    DomesticChipRow,
)
from sim.records.data_folder import contents
from sim.records.reading_cache import MODEL, cached
from sim.records.tables import ActorRow
from sim.settings.compose import Command
from sim.tasks.assumption_source import posterior_for
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.screen_width import screen_width, width_on_screen

# --- what is listed -------------------------------------------------------------------


def list_assumptions(command: Command) -> Listing:
    """Return every assumption: its range, what it was fitted to, where it is fixed."""
    settings = command.settings
    records = read_records(settings)
    posterior = posterior_for(settings, records)
    fitted = () if posterior is None else posterior.ranges(records.assumptions)
    covered = () if posterior is None else posterior.columns
    ranges = {row.name: row for row in fitted if row.name in covered}
    fixed = dict(settings.assumptions)
    if command.scenario is not None:
        fixed |= read_scenario(command.scenario, records).assumptions
    return Listing(
        "assumptions",
        (
            *("name", "median", "low", "high", "unit", "fixed"),
            *("fitted_median", "fitted_low", "fitted_high", "confidence"),
            *("meaning", "source"),
        ),
        tuple(
            (
                row.name,
                *_range(row),
                row.unit,
                fixed.get(row.name),
                *_rounded_range(ranges.get(row.name)),
                row.confidence,
                row.meaning,
                row.source,
            )
            for row in records.assumptions
        ),
        prose=2,
    )


def _range(row: Assumption | None) -> tuple[float | None, ...]:
    """Return median, low and high."""
    return (None,) * 3 if row is None else (row.mid, row.low, row.high)


def _rounded_range(row: Assumption | None) -> tuple[float | None, ...]:
    return tuple(x if x is None else _rounded(x) for x in _range(row))


def list_actors(command: Command) -> Listing:
    """Return every actor: its id, its name, what it is and where it is."""
    rows = read_records(command.settings).facts.rows(ActorRow)
    return Listing(
        "actors",
        ("id", "kind", "country", "name"),
        tuple((row.id, row.kind, row.country, row.name) for row in rows),
        prose=1,
    )


def list_measures(command: Command) -> Listing:
    """Return every measure: its unit, how it adds up, whose values it has.

    A month of the model tells whose, once for each state of the data and the code.
    """
    records = read_records(command.settings)
    seen_until = str(command.settings.as_of).encode()
    return Listing(
        "measures",
        ("measure", "unit", "kind", "headline", "title", "meaning", "actors"),
        cached(
            "measures",
            lambda: [*contents(records.folder, records.law_folder), seen_until],
            lambda: _measures_in_first_month(records),
            MODEL,
        ),
        prose=3,
    )


def _measures_in_first_month(records: Records) -> tuple[tuple[Cell, ...], ...]:
    from sim.outcomes.measures import MEASURES  # noqa: PLC0415 - loads Mesa
    from sim.tasks.covered_actors import actors_by_measure  # noqa: PLC0415

    covered = actors_by_measure(records)
    return tuple(
        (
            measure.name,
            measure.unit,
            str(measure.kind),
            measure.headline,
            measure.title,
            measure.description,
            " ".join(covered[measure.name]),
        )
        for measure in MEASURES
    )


def list_instruments(command: Command) -> Listing:
    """Return the instruments of a scenario, with what it changes, or of the baseline.

    What a scenario removes is listed too.
    """
    records = read_records(command.settings)
    compared = law = read_scenario(command.baseline, records).regime.instruments
    if command.scenario is not None:
        law = read_scenario(command.scenario, records).regime.instruments
    changes = {x.id: x.change for x in law_difference(compared, law)}
    acts = {**compared, **law}
    return Listing(
        "instruments",
        ("id", "issuer", "kind", "effective", "end", "change", "title"),
        tuple(
            _instrument_cells(act, changes.get(key))
            for key, act in sorted(acts.items(), key=lambda x: x[1].effective)
        ),
        prose=1,
    )


def _instrument_cells(act: Instrument, change: str | None) -> tuple[Cell, ...]:
    end = None if act.end is None else str(act.end)
    dates = (str(act.effective), end)
    return (act.id, act.issuer, act.kind, *dates, change, act.title)


def list_chips(command: Command) -> Listing:
    """Return the chips on record: foreign flagships, those for China, Chinese ones."""
    return Listing(
        "chips",
        (
            *("chip", "designer", "launch", "tpp", "h100e", "memory_bandwidth"),
            *("interconnect", "price_usd"),
        ),
        tuple(_chips(read_records(command.settings))),
        spare=("interconnect", "price_usd"),
    )


def _chips(records: Records) -> Iterator[tuple[Cell, ...]]:
    facts = records.facts
    reference = next(x for x in facts.catalogue if x.name == REFERENCE_CHIP)
    launched = {x.chip: x.launch for x in facts.rows(ChipRow)}
    announced = {x.chip: x.announced for x in facts.rows(CompliantChipRow)}
    for chip in facts.catalogue:
        launch = str({**announced, **launched}[chip.name])
        yield (chip.name, chip.designer, launch, *_chip_numbers(chip, reference))
    for row in facts.rows(DomesticChipRow):
        numbers = (None, row.training_h100e, None, None, row.price_usd)
        yield (row.chip, row.designer, str(row.launch), *numbers)


def _chip_numbers(chip: Chip, reference: Chip) -> tuple[float, ...]:
    h100e = _rounded(chip.tpp / reference.tpp)
    others = (chip.memory_bandwidth, chip.interconnect, chip.price)
    return (float(chip.tpp), h100e, *map(float, others))


def _rounded(value: float | PerDraw) -> float:
    """Return a number with three digits."""
    return float(f"{value:.3g}")


# --- how it is printed ----------------------------------------------------------------


def assumption_lines(command: Command) -> Sequence[str]:
    """Return the assumptions that match, as rows of text."""
    return _lines(list_assumptions, command)


def actor_lines(command: Command) -> Sequence[str]:
    """Return the actors that match, as rows of text."""
    return _lines(list_actors, command)


def measure_lines(command: Command) -> Sequence[str]:
    """Return the measures that match, as rows of text."""
    return _lines(list_measures, command)


def instrument_lines(command: Command) -> Sequence[str]:
    """Return the instruments that match, and what kinds there are, as rows of text."""
    lines = _lines(list_instruments, command)
    if command.settings.match is not None or command.settings.format == "csv":
        return lines
    summaries = [(name, " ".join(summary.split())) for name, _, summary in kinds()]
    heading = ["", "Kinds of instrument (docs/scenarios.md has their fields):"]
    return [*lines, *heading, *labelled_rows(summaries, screen_width())]


def chip_lines(command: Command) -> Sequence[str]:
    """Return the chips that match, as rows of text."""
    return _lines(list_chips, command)


def _lines(listed: Callable[[Command], Listing], command: Command) -> list[str]:
    listing = listed(command).matching(command.settings.match)
    if command.settings.format == "csv":
        return listing.csv_lines()
    return listing.text_lines(width_on_screen())
