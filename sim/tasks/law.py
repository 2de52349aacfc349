"""The task `law`: what is in force on a day, and what law says to a sale."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import date

from sim.domain.errors import SettingsError
from sim.domain.supply import SupplyLine
from sim.policy.explain import LawAnswer
from sim.policy.field_types import likely
from sim.policy.law_ahead import announced_changes, priorities_on, quotas_on
from sim.policy.law_history import (
    LawChange,
    SaleHistory,
    history_rows,
    law_history,
)
from sim.policy.law_of_day import LawOfDay, law_of_day
from sim.policy.regime import Regime
from sim.policy.sales import answered_alike
from sim.presentation.labelled_text import wrapped_row
from sim.records import Records
from sim.settings.compose import Command
from sim.settings.schema import Query
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.law_sales import asks_of_a_sale, sales_of
from sim.tasks.screen_width import width_on_screen


def law_lines(command: Command) -> list[str]:
    """Return the answer to a query as rows of text.

    Without a sale, they are the instruments in force on the day; without a day, the
    days on which the answer changes.
    """
    rows = [" ".join(row.split("\n")) for row in _rows(command)]
    width = width_on_screen()
    if width is None:
        return rows
    return [line for row in rows for line in wrapped_row(row, width)]


def _rows(command: Command) -> Iterator[str]:
    query = query_of(command)
    if not asks_of_a_sale(query):
        yield from law_in_force(command).rows()
    elif query.day is None:
        yield from history_rows(history(command))
    else:
        for sale in answer(command):
            yield from sale.rows()


def answer(command: Command) -> list[LawAnswer]:
    """Return what the law says on a day to the sales that a query describes.

    Sales to which it says the same are answered together.
    """
    query = query_of(command)
    day = _day(query)
    records, regime = _law(command)
    limits = tuple(record_limits(records, day))
    book = regime.book

    def answered(line: SupplyLine) -> LawAnswer:
        return replace(
            regime.explain(line, day),
            limits=limits,
            quotas=quotas_on(book, line, day) + priorities_on(book, line, day),
            announced=announced_changes(book, line, day),
        )

    groups = answered_alike(
        sales_of(query, records, regime), book, answered, _answer_content
    )
    return [replace(given, line=str(group)) for group, given in groups]


def _answer_content(given: LawAnswer) -> Hashable:
    return given.verdict, given.details


def history(command: Command) -> list[SaleHistory]:
    """Return on which days what the law says to sales changes, from the first on."""
    records, regime = _law(command)

    def answered(line: SupplyLine) -> tuple[LawChange, ...]:
        return law_history(regime, line)

    sales = sales_of(query_of(command), records, regime)
    return answered_alike(sales, regime.book, answered, lambda x: tuple(map(str, x)))


def law_in_force(command: Command) -> LawOfDay:
    """Return all law in force on the day of a query."""
    day = _day(query_of(command))
    records, regime = _law(command)
    return law_of_day(regime, day, tuple(record_limits(records, day)))


def record_limits(records: Records, day: date) -> Iterator[str]:
    """Yield what the record of law does not say of a day, if it lies outside it."""
    announced = [act.announced for act in records.law.instruments.values()]
    if announced and day < min(announced):
        yield (
            f"The record of law begins on {min(announced)}: what was in force on {day} "
            "is not in it."
        )
    elif announced and day > max(announced):
        yield (
            f"The last act of the record was announced on {max(announced)}: from then "
            "on, what the record says is carried forward."
        )


def _law(command: Command) -> tuple[Records, Regime]:
    """Return the facts, and the law of the scenario or else of the baseline."""
    records = read_records(command.settings)
    return records, read_scenario(command.scenario_or_baseline, records).regime


def query_of(command: Command) -> Query:
    """Return what a command asks of the law."""
    assert command.settings.query is not None
    return command.settings.query


def _day(query: Query) -> date:
    if query.day is None:
        raise SettingsError(
            "law of which day, or of which sale? give query.day=..., such as "
            "2024-06-01, or a sale, such as query.chip=H20"
        )
    try:
        return likely(query.day)
    except ValueError as wrong:
        raise SettingsError(f"query.day={query.day}: {wrong}") from None
