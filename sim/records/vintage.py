"""Vintages: what was known by the end of a month, and what cannot be made unknown.

Law is there if it was announced by then, news if it was read, a row about a time if
that time had passed, a product if it was announced. Numbers without a time of their own
are kept, though some were set with later figures in view: `hindsight` lists them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from sim.domain.errors import SettingsError
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.policy.terms import Truce
from sim.records.chip_rows import ChipRow, DesignerYear, DomesticChipRow, SupplyQuarter
from sim.records.column_types import last_month_of
from sim.records.data_folder import Records
from sim.records.fab_rows import VendorYear
from sim.records.facts import Facts
from sim.records.law_files import without_dangling_references
from sim.records.market_rows import SupplierYear
from sim.records.row import Row
from sim.records.tables import BudgetYear, FrontierRecordRow

_STARTED_WITH: tuple[tuple[type[Row], str], ...] = (
    (VendorYear, "firm"),
    (DesignerYear, "firm"),
    (SupplierYear, "firm"),
    (BudgetYear, "unit"),
    (SupplyQuarter, "designer"),
    (ChipRow, "designer"),
    (DomesticChipRow, "designer"),
    (FrontierRecordRow, "quantity"),
)
"""Tables of which every history needs a row, for each value of a column."""


def as_known(records: Records, month: Month) -> Records:
    """Return the records as they were known at the end of a month.

    Raises:
        SettingsError: some table had no row yet from which a history could start, or
            the month lies after the record.
    """
    first = first_month(records.facts)
    if month < first:
        raise SettingsError(
            f"as_of={month} lies before {first}, the first month by whose end each "
            "table of the record has a row"
        )
    last = last_month(records)
    if month > last:
        raise SettingsError(
            f"as_of={month} lies after {last}, the end of the last year of the "
            "record; as_of=null uses all of it"
        )
    until = month.last_day
    acts = {**records.menu, **records.law.instruments}
    return replace(
        records,
        facts=Facts(records.facts.folder, month),
        law=law_as_of(records.law, until),
        menu=_known(records.menu, until, beside=records.law.instruments),
        as_of=month,
        later={
            key: act.announced for key, act in acts.items() if _is_later(act, until)
        },
    )


def first_month(facts: Facts) -> Month:
    """Return the first month at whose end enough was known to start a history."""
    return max(month for table in _STARTED_WITH for month in _firsts(facts, *table))


def last_month(records: Records) -> Month:
    """Return the end of the last year of the record, by whose end all of it is known.

    It is the year in which the last act was announced or the last row was known.
    """
    acts = records.law.instruments.values()
    rows = chain.from_iterable(records.facts.tables.values())
    last = max(
        *(Month.of(act.announced) for act in acts),
        *(row.known_by for row in rows if row.known_by is not None),
    )
    return Month(last.year, MONTHS_A_YEAR)


def _firsts(facts: Facts, kind: type[Row], by: str) -> Iterable[Month]:
    """Return when each of a table's firms, or the like, had its first row."""
    first_months: dict[str, Month] = {}
    for row in facts.rows(kind):
        if row.known_by is not None:
            name = getattr(row, by)
            first_months[name] = min(row.known_by, first_months.get(name, row.known_by))
    return first_months.values()


# --- law ------------------------------------------------------------------------------


def law_as_of(law: Regime, until: date) -> Regime:
    """Return the law as it stood on a day: what was announced later is not known.

    Ends and adoptions that came later are not known either, unless they are a truce's
    own terms or come no later than the act takes effect.
    """
    return Regime(f"law as of {until}", _known(law.instruments, until))


def _known(
    acts: Mapping[str, Instrument],
    until: date,
    beside: Mapping[str, Instrument] | None = None,
) -> dict[str, Instrument]:
    """Return acts announced by a day, naming no act that was not."""
    known_beside = {} if beside is None else _known(beside, until)
    own = {
        key: _terms_known(act, until)
        for key, act in acts.items()
        if not _is_later(act, until)
    }
    kept = without_dangling_references({**known_beside, **own})
    return {key: kept[key] for key in own}


def _is_later(act: Instrument, until: date) -> bool:
    return act.announced > until


def _terms_known(act: Instrument, until: date) -> Instrument:
    joined = {
        state: adoption
        for state, adoption in act.adopted_by.items()
        if adoption.since is None or adoption.since <= max(until, act.effective)
    }
    if joined != act.adopted_by:
        act = replace(act, adopted_by=joined)
    if act.end is None or act.end <= until or isinstance(act, Truce):
        return act
    return replace(act, end=None)


# --- what was set later ---------------------------------------------------------------


@dataclass(frozen=True)
class Hindsight:
    """What a vintage uses though it was set later: assumptions, and rows by table."""

    as_of: Month
    assumptions: tuple[str, ...]
    facts: Mapping[str, int]
    of_assumptions: int

    def summary(self) -> str:
        """Return what is not seen, and what cannot be made unseen, in a line."""
        rows = sum(self.facts.values())
        return (
            f"As of {self.as_of}: later law, news and data are not seen. "
            f"{len(self.assumptions)} of {self.of_assumptions} assumptions and {rows} "
            "rows of facts have later dates and were set with later figures in view."
        )

    def as_mapping(self) -> dict[str, object]:
        """Return the same in names, for the record of a run."""
        return {
            "as_of": str(self.as_of),
            "assumptions_set_later": list(self.assumptions),
            "facts_set_later": dict(self.facts),
        }


def hindsight(records: Records) -> Hindsight | None:
    """Return what a vintage uses that was set later; None if the records are whole."""
    month = records.as_of
    if month is None:
        return None
    counted = {
        name: sum(_has_number(row) and last_month_of(row.as_of) > month for row in rows)
        for name, rows in records.facts.tables.items()
    }
    return Hindsight(
        as_of=month,
        assumptions=tuple(
            row.name for row in records.assumptions if last_month_of(row.as_of) > month
        ),
        facts={name: count for name, count in counted.items() if count},
        of_assumptions=len(records.assumptions),
    )


def _has_number(row: Row) -> bool:
    return any(isinstance(value, float) for _, value in row)
