"""The posterior: joint draws of the calibrated assumptions, and where they are from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sim.domain.chance import Chance
from sim.domain.ensemble import Choice, Draws, PerDraw
from sim.domain.errors import RecordsError, nearest
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.records.assumptions import Assumption
from sim.records.discrepancy_row import DiscrepancyRow
from sim.records.plain_csv import read_numbers
from sim.records.plain_yaml import read_mapping

FOLDER = "posterior"
"""Its path in a folder of data."""

DRAWS = f"{FOLDER}/draws.csv"
DISCREPANCY = f"{FOLDER}/discrepancy.csv"
CALIBRATION = f"{FOLDER}/provenance.yaml"

_ROW = "row of the posterior"
"""The event whose luck chooses the row of a draw."""

_REMEDY = "task=calibrate makes it again, assumptions=prior does without"


def _month(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a month; write one such as 2024-12")
    return Month.parse(value)


class PosteriorOrigin(BaseModel):
    """How a posterior was made; further fields of its file are kept.

    Attributes:
        seed: of its chains.
        observations_to: the last month whose observations it saw.
        priors: low, mid, high and scale of each assumption, as they stood then.
        tables: `numbers_digest` of each table, by the name of its file.
    """

    model_config = ConfigDict(extra="allow", frozen=True, arbitrary_types_allowed=True)

    command: str | tuple[str, ...]
    seed: int = Field(ge=0)
    observations_to: Annotated[Month, BeforeValidator(_month)]
    priors: dict[str, tuple[float, float, float, Literal["linear", "log", "logit"]]] = (
        Field(min_length=1)
    )
    made: date
    tables: dict[str, str] = Field(default_factory=dict)

    def __repr__(self) -> str:
        seen = f"observations_to={self.observations_to}"
        return f"PosteriorOrigin({seen}, made={self.made}, seed={self.seed})"


@dataclass(frozen=True, eq=False, repr=False)
class Posterior(ShortRepr):
    """Joint draws of the assumptions that a calibration has judged by observations.

    Attributes:
        columns: by name of assumption, its value in each row.
        discrepancy_columns: sizes and memories of discrepancies in each row, by name;
            no run reads them.
        origin: how it was made.
        digest: SHA-256 of its files.
    """

    columns: Mapping[str, PerDraw]
    discrepancy_columns: Mapping[str, PerDraw]
    origin: PosteriorOrigin
    digest: str

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())))

    def rows(self, draws: Draws, seed: int) -> Choice:
        """Return the row that each draw takes, counted from 0.

        Draws are dealt in blocks of as many as there are rows. Each block takes every
        row once, in an order of its own, so a draw's row depends on the seed and on the
        number of the draw alone.
        """
        size = self.count
        first = draws.first // size * size
        blocks = -(-(draws.first + draws.count - first) // size)
        luck = Chance(seed, Draws(blocks * size, first)).uniform(_ROW)
        order = luck.reshape(blocks, size).argsort(axis=1, kind="stable").ravel()
        return order[draws.first - first :][: draws.count]

    def values(self, draws: Draws, seed: int) -> dict[str, PerDraw]:
        """Return the calibrated assumptions in each draw, all from one row of it."""
        rows = self.rows(draws, seed)
        return {name: column[rows] for name, column in self.columns.items()}

    def ranges(self, assumptions: Sequence[Assumption]) -> tuple[Assumption, ...]:
        """Return rows of assumptions whose low, mid and high are those of the draws."""
        return tuple(
            row.model_copy(update=_quantiles(self.columns[row.name]))
            if row.name in self.columns
            else row
            for row in assumptions
        )

    def discrepancy_values(self, draws: Draws, seed: int) -> dict[str, PerDraw]:
        """Return what the model leaves over in each draw, from the same row of it."""
        rows = self.rows(draws, seed)
        return {name: column[rows] for name, column in self.discrepancy_columns.items()}


def _quantiles(column: PerDraw) -> dict[str, float]:
    ends = np.quantile(column, [0.05, 0.5, 0.95]).tolist()
    return dict(zip(("low", "mid", "high"), ends, strict=True))


def read_posterior(
    folder: Path,
    assumptions: Sequence[Assumption],
    discrepancies: Sequence[DiscrepancyRow],
) -> Posterior | None:
    """Return the posterior of a folder of data, None if there is none.

    Args:
        folder: of the data.
        assumptions: all of the folder.
        discrepancies: ranges of the sizes and memories of discrepancies.

    Raises:
        RecordsError: a file is missing or wrong, or a range has moved since: the
            message names file, row and column, or the assumption; or numbers are not
            those that the calibration wrote.
    """
    if not (folder / FOLDER).exists():
        return None
    known = {row.name: row for row in assumptions}
    calibration = _calibration(folder / CALIBRATION)
    _check_priors(calibration, known)
    columns = read_numbers(folder / DRAWS, DRAWS)
    _check_columns(columns, calibration, known)
    sizes = read_numbers(folder / DISCREPANCY, DISCREPANCY)
    _check_discrepancies(sizes, {row.name: row for row in discrepancies})
    counts = [len(next(iter(table.values()))) for table in (columns, sizes)]
    if counts[0] != counts[1]:
        raise RecordsError(
            f"{DISCREPANCY}: has {counts[1]} rows, and {DRAWS} has {counts[0]}; a row "
            "of one belongs to a row of the other"
        )
    _check_digest(DRAWS, columns, calibration)
    _check_digest(DISCREPANCY, sizes, calibration)
    return Posterior(columns, sizes, calibration, _digest(folder))


def numbers_digest(columns: Mapping[str, PerDraw]) -> str:
    """Return the SHA-256 of the names and numbers of a table's columns.

    It depends neither on the order of the columns nor on how a number is written.
    """
    digest = sha256()
    for name in sorted(columns):
        digest.update(f"{name}\n".encode())
        digest.update(columns[name].astype("<f8").tobytes())
    return digest.hexdigest()


def _check_digest(
    table: str, columns: Mapping[str, PerDraw], calibration: PosteriorOrigin
) -> None:
    """Refuse a table whose numbers are not those that the calibration wrote."""
    now, then = numbers_digest(columns), calibration.tables.get(Path(table).name)
    if now != then:
        raise RecordsError(
            f"{table}: these are not the numbers that were calibrated: their SHA-256 "
            f"is {now}, and {CALIBRATION}, tables, says {then or 'none'}; {_REMEDY}"
        )


def _digest(folder: Path) -> str:
    digest = sha256()
    for name in (DRAWS, CALIBRATION, DISCREPANCY):
        digest.update(sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()


def _calibration(path: Path) -> PosteriorOrigin:
    if not path.is_file():
        raise RecordsError(f"{CALIBRATION}: there is no such file")
    try:
        return PosteriorOrigin.model_validate(read_mapping(path, RecordsError))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        message = _plain_message(first["type"], str(first["msg"]))
        raise RecordsError(f"{CALIBRATION}, {key}: {message}") from None


def _plain_message(kind: str, message: str) -> str:
    if kind == "missing":
        return "is missing"
    return message.removeprefix("Value error, ").replace("Input should", "should")


def _check_priors(
    calibration: PosteriorOrigin, known: Mapping[str, Assumption]
) -> None:
    """Refuse a calibration that began from other ranges than those that stand now."""
    for name in calibration.priors:
        if name not in known:
            raise RecordsError(
                f"{CALIBRATION}, priors: no assumption is called {name!r} any more, so "
                f"the calibration is stale: {_REMEDY}{nearest(name, known)}"
            )
    moved = [
        name
        for name, prior in calibration.priors.items()
        if prior != _range(known[name])
    ]
    if moved:
        first, others = moved[0], len(moved) - 1
        now, then = _range(known[first]), calibration.priors[first]
        also = f" (and {others} more have moved)" if others else ""
        raise RecordsError(
            f"{CALIBRATION}, priors.{first}: the range was {_range_text(then)} when "
            f"calibrated and is {_range_text(now)} in assumptions.csv{also}, so the "
            f"calibration is stale: {_REMEDY}"
        )


def _range(row: Assumption) -> tuple[float, float, float, str]:
    return row.low, row.mid, row.high, row.scale


def _range_text(prior: tuple[Any, ...]) -> str:
    low, mid, high, scale = prior
    return f"{low!r}, {mid!r}, {high!r} ({scale})"


def _check_columns(
    columns: Mapping[str, PerDraw],
    calibration: PosteriorOrigin,
    known: Mapping[str, Assumption],
) -> None:
    """Refuse columns that are no assumption's, or hold what it cannot be."""
    for name, column in columns.items():
        if name not in known:
            raise RecordsError(
                f"{DRAWS}: column {name!r} is not an assumption{nearest(name, known)}"
            )
        if name not in calibration.priors:
            raise RecordsError(
                f"{DRAWS}: column {name!r} has no prior in {CALIBRATION}"
            )
        _check_values(DRAWS, known[name], column)
    for name in calibration.priors:
        if name not in columns:
            raise RecordsError(f"{DRAWS}: column {name!r} is missing")


def _check_discrepancies(
    columns: Mapping[str, PerDraw], known: Mapping[str, DiscrepancyRow]
) -> None:
    """Refuse columns that are no discrepancy's, or hold what it cannot be."""
    for name, column in columns.items():
        if name not in known:
            raise RecordsError(
                f"{DISCREPANCY}: column {name!r} is not in discrepancies.csv"
                f"{nearest(name, known)}"
            )
        _check_values(DISCREPANCY, known[name], column)
    for name in known:
        if name not in columns:
            raise RecordsError(f"{DISCREPANCY}: column {name!r} is missing")


def _check_values(table: str, row: Assumption, column: PerDraw) -> None:
    """Refuse a column of which one value cannot be; what can be has no gaps."""
    for index in (int(np.argmin(column)), int(np.argmax(column))):
        try:
            row.check(float(column[index]))
        except ValueError as wrong:
            raise RecordsError(
                f"{table}, row {index + 2}, {row.name}: {wrong}"
            ) from None
