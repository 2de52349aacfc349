"""Loading all that is known: tables of facts, assumptions, and the law."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from sim.domain.errors import RecordsError, nearest
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.domain.supply import TOOL_CLASSES
from sim.policy.decisions import ALLIES
from sim.policy.instruments import Instrument
from sim.policy.kinds import KINDS
from sim.policy.regime import Regime
from sim.records.actor_tables import check_actors
from sim.records.assumptions import Assumption
from sim.records.expectations import check_expectations
from sim.records.facts import TABLE_OF, Facts
from sim.records.history import check_history
from sim.records.law_files import load_law, load_menu
from sim.records.plain_csv import check_once, read_table, reading_fault
from sim.records.posterior import Posterior, read_posterior
from sim.records.row import Row
from sim.records.tables import (
    START,
    ActorRow,
    AllyRow,
    FrontierRecordRow,
    SeverityRow,
    ToolRow,
)

SHIPPED = Path(__file__).parent.parent / "data"
"""Where the project's own tables stand."""

_OF_FABS = ("fab.start_kwpm.", "fab.growth.")
"""Assumptions of single fabs, which go with their rows."""


@dataclass(frozen=True, eq=False, repr=False)
class Records(ShortRepr):
    """All that is known and assumed about the world.

    Attributes:
        folder: where it was read.
        assumptions: uncertain numbers.
        facts: tables of facts.
        law: the law as it was made.
        menu: acts that states may decide on besides, by id.
        as_of: the last month that they cover, if they are a vintage.
        later: ids of acts that a vintage leaves out, with the day of announcement: for
            messages alone.
    """

    folder: Path
    assumptions: tuple[Assumption, ...]
    facts: Facts
    law: Regime
    menu: Mapping[str, Instrument]
    as_of: Month | None = None
    later: Mapping[str, date] = field(default_factory=dict)

    @property
    def start(self) -> Month:
        """The month in which every history begins."""
        return START

    @property
    def actors(self) -> dict[str, str]:
        """Names of all actors by id."""
        return {row.id: row.name for row in self.facts.rows(ActorRow)}

    @cached_property
    def posterior(self) -> Posterior | None:
        """Joint draws of the calibrated assumptions; None if the folder holds none.

        They are read when first needed, since runs that draw from the ranges need none.

        Raises:
            RecordsError: a file of them is wrong, or a range has moved since.
        """
        return read_posterior(self.folder, self.assumptions)


_ASSUMPTIONS = "assumptions.csv"

_SUFFIXES = {".csv", ".yaml"}
"""How the names of the files end that are read."""


def load_records(folder: Path | str | None = None) -> Records:
    """Return the records of a data folder, the shipped one unless another is named.

    A folder that this process has read before is not read again while every file of it
    holds the same bytes.

    Raises:
        RecordsError: a table is missing or wrong; the message names file, row and key.
    """
    path = Path(folder) if folder is not None else SHIPPED
    if not path.is_dir():
        raise RecordsError(f"data: {path} is not a folder")
    if not (path / _ASSUMPTIONS).exists():
        raise RecordsError(
            f"data={path}: holds no {_ASSUMPTIONS}, so it is not a folder of data; "
            "begin with a copy of sim/data"
        )
    return _load(path, _digest(path))


def _digest(folder: Path) -> bytes:
    """Return a digest of the names and contents of the files of a data folder.

    Raises:
        RecordsError: a file cannot be read.
    """
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _SUFFIXES and path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
            digest.update(sha256(_content(path)).digest())
    return digest.digest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise RecordsError(f"{path.name}: {reading_fault(fault)}") from None


@lru_cache(maxsize=2)
def _load(path: Path, _bytes: bytes) -> Records:
    """Return the records of a folder whose files have the digest given."""
    assumptions = read_table(path / _ASSUMPTIONS, Assumption)
    names = [row.name for row in assumptions]
    check_once("assumptions.csv", names)
    facts = Facts(path)
    if path != SHIPPED:
        _check_complete(facts, names)
    _check_one_each(facts, ToolRow, "good", TOOL_CLASSES)
    _check_one_each(facts, SeverityRow, "kind", KINDS)
    _check_one_each(facts, AllyRow, "state", ALLIES)
    check_actors(facts, names)
    check_history(facts)
    actors = {row.id: row.name for row in facts.rows(ActorRow)}
    law = load_law(path / "law", actors=actors)
    menu = load_menu(path / "menu", law, actors=actors)
    check_expectations(facts, law, names)
    return Records(path, assumptions, facts, law, menu)


def _check_complete(facts: Facts, assumptions: Collection[str]) -> None:
    """Refuse tables without a number that the code reads by its name.

    The shipped data have them all, and others that belong to rows of other tables.
    """
    shipped = Facts(SHIPPED)
    needed = {
        "assumptions.csv": [
            row.name
            for row in read_table(SHIPPED / "assumptions.csv", Assumption)
            if not row.name.startswith(_OF_FABS)
        ],
        "constants.csv": list(shipped.constants),
        "frontier_record.csv": shipped.values(FrontierRecordRow, "quantity"),
    }
    given = {
        "assumptions.csv": assumptions,
        "constants.csv": facts.constants,
        "frontier_record.csv": facts.values(FrontierRecordRow, "quantity"),
    }
    for table, names in needed.items():
        for name in names:
            if name not in given[table]:
                raise RecordsError(
                    f"{table}: there is no row for {name!r}, which the model reads; "
                    "add it"
                )


def _check_one_each(
    facts: Facts, kind: type[Row], column: str, known: Collection[str]
) -> None:
    """Refuse a table that does not have exactly one row for each known name."""
    table = f"{TABLE_OF[kind]}.csv"
    names = [str(getattr(row, column)) for row in facts.rows(kind)]
    check_once(table, names)
    for number, name in enumerate(names, start=2):
        if name not in known:
            raise RecordsError(
                f"{table}, row {number}: {name!r} is not known{nearest(name, known)}"
            )
    for name in known:
        if name not in names:
            raise RecordsError(f"{table}: there is no row for '{name}'")
