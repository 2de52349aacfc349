"""Rows that code reads by name: all are there, in the units in which it reads them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sim.domain.errors import RecordsError, nearest
from sim.domain.supply import TOOL_CLASSES
from sim.policy.beliefs import WEIGHT
from sim.policy.decisions import ALLIES
from sim.policy.kinds import KINDS
from sim.records.assumptions import Assumption
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.fab_rows import START_OF_FAB, FabRow, ToolRow
from sim.records.facts import TABLE_OF, Facts, file_name, shipped_rows
from sim.records.market_rows import NewsRow
from sim.records.row import Row
from sim.records.tables import AllyRow, ConstantRow, FrontierRecordRow, SeverityRow

ASSUMPTIONS = "assumptions"
"""The table of assumptions."""

Named = Assumption | ConstantRow | FrontierRecordRow

Places = Sequence[tuple[str, Named]]
"""Rows, each with its place in the file."""


def check_named_rows(assumptions: Places, facts: Facts) -> None:
    """Refuse tables without a row that code reads by name, or with one it never reads.

    The shipped tables have them all. A row is in the unit that it has there, and its
    numbers are some that the shipped quantity can have.

    Raises:
        RecordsError: says which file and row, and what is wrong.
    """
    shipped = shipped_rows(ASSUMPTIONS, Assumption)
    needed = [key for key in _names(shipped) if not key.startswith(START_OF_FAB)]
    asked_for = {
        *(row.assumed_start for row in facts.rows(FabRow)),
        *(WEIGHT + row.kind for row in facts.rows(NewsRow)),
    }
    _check_table(ASSUMPTIONS, assumptions, shipped, needed, asked_for)
    for kind in (ConstantRow, FrontierRecordRow):
        table = TABLE_OF[kind]
        known: Mapping[tuple[str, ...], Named] = shipped_rows(table, kind)
        rows: Places = list(facts.placed_rows(kind))
        _check_table(table, rows, known, _names(known))
    discrepancies = shipped_rows(TABLE_OF[DiscrepancyRow], DiscrepancyRow)
    _check_as_shipped(list(facts.placed_rows(DiscrepancyRow)), discrepancies)
    _check_needed("tools", facts.values(ToolRow, "good"), TOOL_CLASSES)
    _check_needed("ladder", facts.values(SeverityRow, "kind"), KINDS)
    _check_needed("allies", facts.values(AllyRow, "state"), ALLIES)


def _names(rows: Mapping[tuple[str, ...], Row]) -> list[str]:
    return [name for (name,) in rows]


def _check_table(
    table: str,
    rows: Places,
    shipped: Mapping[tuple[str, ...], Named],
    needed: Iterable[str],
    asked_for: Collection[str] = (),
) -> None:
    known = {*_names(shipped), *asked_for}
    names = {row.identity[0]: where for where, row in rows}
    _check_needed(table, names, needed)
    for name, where in names.items():
        if name not in known:
            raise RecordsError(
                f"{where}: nothing in the model reads {name!r}{nearest(name, known)}"
            )
    _check_as_shipped(rows, shipped)


def _check_needed(table: str, names: Collection[str], needed: Iterable[str]) -> None:
    for name in needed:
        if name not in names:
            raise RecordsError(
                f"{file_name(table)}: there is no row for '{name}', which the model "
                f"reads; add it{nearest(name, set(names) - set(needed))}"
            )


def _check_as_shipped(rows: Places, shipped: Mapping[tuple[str, ...], Named]) -> None:
    """Refuse rows in another unit than the code reads, or of an impossible size."""
    for where, row in rows:
        known = shipped.get(row.identity)
        if known is None:
            continue
        if row.unit != known.unit:
            raise RecordsError(
                f"{where}, unit: the model reads {row.identity[0]!r} in "
                f"'{known.unit}', not '{row.unit}'"
            )
        if isinstance(row, Assumption) and isinstance(known, Assumption):
            _check_range(where, row, known)


def _check_range(where: str, row: Assumption, known: Assumption) -> None:
    for column in ("low", "mid", "high"):
        try:
            known.check(getattr(row, column))
        except ValueError as wrong:
            raise RecordsError(f"{where}, {column}: {wrong}") from None
