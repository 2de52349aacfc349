"""The catalogue: foreign chips as they were sold, for whoever asks about one."""

from sim.domain.chips import Chip
from sim.records import tables
from sim.records.load import Records


def catalogue(records: Records) -> tuple[Chip, ...]:
    """Return flagship chips, and chips that were drawn for a rule."""
    flagships = [
        as_chip(row, row.hbm_stacks) for row in records.facts.rows(tables.ChipRow)
    ]
    compliant = [as_chip(row) for row in records.facts.rows(tables.CompliantChipRow)]
    return (*flagships, *compliant)


def as_chip(
    row: tables.ChipRow | tables.CompliantChipRow, hbm_stacks: float = 0.0
) -> Chip:
    """Return the chip that a row describes."""
    return Chip(
        name=row.chip,
        designer=row.designer,
        tpp=row.tpp,
        die_area=row.die_area,
        interconnect=row.interconnect,
        memory_bandwidth=row.memory_bandwidth,
        price=row.price_usd,
        hbm_stacks=hbm_stacks,
    )
