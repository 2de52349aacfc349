"""Loading all that is known: tables of facts, assumptions, and the law."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from sim.domain.errors import RecordsError
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.records.actor_tables import check_actors
from sim.records.assumptions import Assumption
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.expectations import check_expectations
from sim.records.facts import SHIPPED, Facts, in_shipped_order
from sim.records.history import check_history
from sim.records.later_law import LawOnRecord
from sim.records.law_files import law_in, load_law, load_menu
from sim.records.named_rows import ASSUMPTIONS, check_named_rows
from sim.records.plain_csv import read_numbered
from sim.records.posterior import Posterior, read_posterior
from sim.records.reading_cache import cached
from sim.records.tables import START, ActorRow
from sim.records.text_file import reading_fault

__all__ = ["SHIPPED", "Records", "load_records"]


@dataclass(frozen=True, eq=False, repr=False)
class Records(ShortRepr):
    """All that is known and assumed about the world.

    Attributes:
        folder: where it was read.
        assumptions: uncertain numbers.
        facts: tables of facts.
        law: the law as it was made, with what a user's own files add.
        menu: acts that states may decide on besides, by id.
        as_of: the last month that they cover, if they are a vintage.
        later: ids of acts that a vintage leaves out, with the day of announcement: for
            messages alone.
        law_folder: where the user's own files of law were read, if there are any.
        own_acts: the acts that these add or change, by id, each with the first day on
            which it is another than on record.
    """

    folder: Path
    assumptions: tuple[Assumption, ...]
    facts: Facts
    law: Regime
    menu: Mapping[str, Instrument]
    as_of: Month | None = None
    later: Mapping[str, date] = field(default_factory=dict)
    law_folder: Path | None = None
    own_acts: Mapping[str, date] = field(default_factory=dict)

    @property
    def start(self) -> Month:
        """The month in which every history begins."""
        return START

    @property
    def actors(self) -> dict[str, str]:
        """Names of all actors by id."""
        return {row.id: row.name for row in self.facts.rows(ActorRow)}

    @property
    def countries(self) -> dict[str, str]:
        """The country of every actor, by id."""
        return {row.id: row.country for row in self.facts.rows(ActorRow)}

    @property
    def assumption_units(self) -> dict[str, str]:
        """The unit of every assumption, by name."""
        return {row.name: row.unit for row in self.assumptions}

    @property
    def own_law_files(self) -> dict[str, bytes]:
        """What the user's own files of law hold, by file name."""
        if self.law_folder is None:
            return {}
        return {path.name: _content(path) for path, _ in law_in(self.law_folder)}

    @cached_property
    def posterior(self) -> Posterior | None:
        """Joint draws of the calibrated assumptions; None if the folder holds none.

        They are read when first needed, since runs that draw from the ranges need none.

        Raises:
            RecordsError: a file of them is wrong, or a range has moved since.
        """
        discrepancies = self.facts.rows(DiscrepancyRow)
        return read_posterior(self.folder, self.assumptions, discrepancies)


_SUFFIXES = {".csv", ".yaml"}
"""How the names of the files end that are read."""


def load_records(
    folder: Path | str | None = None, law_folder: Path | str | None = None
) -> Records:
    """Return the records of a data folder, the shipped one unless another is named.

    A folder that was read before, by this process or another, is not read again while
    every file of it holds the same bytes.

    Args:
        folder: the data folder.
        law_folder: a folder of files of law that are added to the table of law.

    Raises:
        RecordsError: a table is missing or wrong; the message names file, row and key.
    """
    path = Path(folder) if folder is not None else SHIPPED
    if not path.is_dir():
        raise RecordsError(f"data: {path} is not a folder")
    file = path / f"{ASSUMPTIONS}.csv"
    if not file.exists():
        raise RecordsError(
            f"data={path}: holds no {file.name}, so it is not a folder of data; "
            "begin with a copy of sim/data"
        )
    law = None if law_folder is None else Path(law_folder)
    return _load(path, law, tuple(_digest(x) for x in (path, law) if x is not None))


def contents(folder: Path, law_folder: Path | None = None) -> list[bytes]:
    """Return digests of all files that decide what is read of a folder of data.

    Those of the shipped folder are among them: others are compared with it.
    """
    own = [] if law_folder is None else [str(law_folder).encode(), _digest(law_folder)]
    data = map(_digest, dict.fromkeys((folder, SHIPPED)))
    return [str(folder).encode(), *data, *own]


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
def _load(path: Path, law: Path | None, _digests: tuple[bytes, ...]) -> Records:
    """Return the records of folders whose files have the digests given."""
    return cached("records", lambda: contents(path, law), lambda: _read(path, law))


def _read(path: Path, law_folder: Path | None) -> Records:
    """Return the records of a folder, with later law if there is any, checked."""
    file = path / f"{ASSUMPTIONS}.csv"
    numbered = read_numbered(file, Assumption)
    assumptions = in_shipped_order(numbered.values(), ASSUMPTIONS)
    names = [row.name for row in assumptions]
    facts = Facts(path)
    check_named_rows(
        [(f"{file.name}, row {number}", row) for number, row in numbered.items()],
        facts,
    )
    check_actors(facts, names)
    check_history(facts)
    actors = {row.id: row.name for row in facts.rows(ActorRow)}
    law = load_law(path / "law", actors=actors)
    menu = load_menu(path / "menu", law, actors=actors)
    own: dict[str, date] = {}
    if law_folder is not None:
        on_record = LawOnRecord(law, menu, actors)
        acts = on_record.read_later(law_folder)
        own = {key: on_record.first_difference(act) for key, act in acts.items()}
        law = on_record.with_later(acts)
    check_expectations(facts, law, names)
    return Records(
        path,
        assumptions,
        facts,
        law,
        menu,
        law_folder=law_folder,
        own_acts=own,
    )
