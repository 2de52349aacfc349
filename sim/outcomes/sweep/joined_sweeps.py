"""Joining: several sweeps of one design, with other points or other draws, as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sim.domain.errors import OutputError, SettingsError
from sim.outcomes.attribution import A_DAY
from sim.outcomes.headline import BACKFIRE, HORIZON, LAG
from sim.outcomes.sweep import files
from sim.outcomes.sweep.point_values import SeriesLabel
from sim.outcomes.sweep.table_contents import (
    FOOTER_KEY,
    backfire_labels,
    in_headline_order,
)
from sim.outcomes.sweep.table_writer import (
    COMPARED,
    INCREASE,
    MEDIAN,
    NUMBERS,
    statistics,
)

_SERIES = ["measure", "actor", "unit"]
_ROW = ["point", *_SERIES, "when"]


@dataclass(frozen=True, eq=False)
class SavedSweep:
    """One of the sweeps; its tables are read when they are first asked for.

    Attributes:
        path: its folder.
        said: what the foot of its table says.
    """

    path: Path
    footer: dict[str, Any]

    @property
    def draw_numbers(self) -> range:
        """The numbers of its draws."""
        first = self.footer["first_draw"]
        return range(first, first + self.footer["draws"])

    @cached_property
    def table(self) -> pa.Table:
        """Its table."""
        return self._read(files.TABLE)

    @cached_property
    def draws(self) -> pa.Table | None:
        """Its values draw by draw, if they were kept."""
        there = (self.path / files.DRAWS).is_file()
        return self._read(files.DRAWS) if there else None

    def rows(self, words: Mapping[str, str]) -> pa.Table:
        """Return the rows of its table that hold some words, reading no others."""
        wanted = [(name, "=", word) for name, word in words.items()]
        return self._read(files.TABLE, filters=wanted)

    @property
    def measures(self) -> set[str]:
        """The measures of its table."""
        return {measure for measure, _ in self.footer["series"]}

    @cached_property
    def points(self) -> pd.DataFrame:
        """The settings of its points and the error of each, by number."""
        columns = ["point", *self.footer["settings"], "error"]
        table = self._read(files.TABLE, columns=columns)
        points = table["point"].to_numpy()
        first = np.flatnonzero(np.diff(points, prepend=-1))
        return table.take(pa.array(first)).to_pandas().set_index("point")

    def _read(self, name: str, **options: Any) -> pa.Table:
        try:
            return parquet.read_table(self.path / name, **options)
        except (OSError, ValueError) as error:
            raise _unreadable(self.path / name, error) from error


def read_saved_sweep(path: Path) -> SavedSweep:
    """Return the sweep in a folder.

    Raises:
        OutputError: its table cannot be read.
    """
    table = path / files.TABLE
    try:
        foot = (parquet.read_schema(table).metadata or {}).get(FOOTER_KEY)
    except (OSError, ValueError) as error:
        raise _unreadable(table, error) from error
    if foot is None:
        raise OutputError(f"{table} is no table of a sweep")
    return SavedSweep(path, json.loads(foot))


def _unreadable(path: Path, error: Exception) -> OutputError:
    return OutputError(f"{path} cannot be read: {str(error).splitlines()[0]}")


def check_draws(parts: Sequence[SavedSweep]) -> None:
    """Refuse sweeps whose draws differ and cannot be joined.

    Raises:
        SettingsError: says why not.
    """
    head = parts[0]
    if all(part.draw_numbers == head.draw_numbers for part in parts):
        return
    names = ", ".join(str(part.path) for part in parts)
    if any(not _settings(part).equals(_settings(head)) for part in parts):
        raise SettingsError(
            f"{names} have other draws and other points; give sweeps of the same draws "
            "or of the same points"
        )
    if any(not (part.path / files.DRAWS).is_file() for part in parts):
        raise SettingsError(
            f"{names} have other draws, of which quantiles cannot be joined; sweep "
            "each with sweep.each_draw=true, or one of them with all the draws (what "
            "is there is not run again)"
        )
    every = [number for part in parts for number in part.draw_numbers]
    if len(every) > len(set(every)):
        raise SettingsError(f"{names} have draws in common; give each draw once")


def join_sweeps(parts: Sequence[SavedSweep]) -> tuple[pd.DataFrame, pa.Table | None]:
    """Return the table and the draws of several sweeps, checked, as those of one."""
    if len(parts) == 1:
        return parts[0].table.to_pandas(), parts[0].draws
    if all(part.draw_numbers == parts[0].draw_numbers for part in parts):
        return _more_points(parts)
    return _more_draws(parts)


def check_same_origin(one: SavedSweep, other: SavedSweep) -> None:
    """Refuse sweeps that differ in more than their points and draws.

    Raises:
        SettingsError: says in what.
    """
    names = f"{one.path} and {other.path}"
    if one.footer["settings"] != other.footer["settings"]:
        raise SettingsError(
            f"{names} sweep other settings: {', '.join(one.footer['settings'])} and "
            f"{', '.join(other.footer['settings'])}"
        )
    if one.footer["times"] != other.footer["times"]:
        raise SettingsError(
            f"{names} speak of other times: {', '.join(one.footer['times'])} and "
            f"{', '.join(other.footer['times'])}"
        )
    ours, theirs = one.footer["about"], other.footer["about"]
    unlike = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    if unlike:
        raise SettingsError(f"{names} differ in their {', '.join(unlike)}")
    measures = [
        set(part.table["measure"].unique().to_pylist()) for part in (one, other)
    ]
    missing = (measures[0] ^ measures[1]) - {None}
    if missing and all(measures):
        raise SettingsError(
            f"{names} hold other measures: only one has {', '.join(sorted(missing))}"
        )


def _more_points(parts: Sequence[SavedSweep]) -> tuple[pd.DataFrame, pa.Table | None]:
    """Return points one after another, numbered anew; none is taken twice."""
    tables, draws, seen = [], [], set()
    for part in parts:
        new = {}
        for number, values in zip(
            part.points.index, _settings(part).itertuples(index=False), strict=True
        ):
            words = tuple(map(str, values))
            if words not in seen:
                seen.add(words)
                new[number] = len(seen) - 1
        tables.append(_numbered(part.table, new))
        if part.draws is not None:
            draws.append(_numbered(part.draws, new))
    table = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries()
    kept = len(draws) == len(parts)
    return (
        _filled(table.to_pandas()),
        pa.concat_tables(draws).unify_dictionaries() if kept else None,
    )


def _settings(part: SavedSweep) -> pd.DataFrame:
    return part.points[part.footer["settings"]].astype(object)


def _numbered(table: pa.Table, numbers: dict[int, int]) -> pa.Table:
    """Return the rows of some points, with new numbers."""
    old = table["point"].to_numpy()
    known = np.full(int(old.max(initial=0)) + 1, -1, dtype=np.int64)
    known[list(numbers)] = list(numbers.values())
    new = known[old]
    place = table.schema.get_field_index("point")
    return table.set_column(place, "point", pa.array(new)).filter(pa.array(new >= 0))


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a series of one point is zero in those without it."""
    lived = table[table["error"].isna()]
    series = lived[_SERIES].drop_duplicates()
    times = lived[["point", "when"]].drop_duplicates()
    wanted = times.merge(series[series["measure"] != BACKFIRE], how="cross")
    whole = wanted.merge(lived[_ROW], how="left", on=_ROW, indicator=True)
    lacking = whole[whole["_merge"] == "left_only"][_ROW]
    if lacking.empty:
        return table
    known = [name for name in table if name not in {*_ROW, *NUMBERS, "error"}]
    settings = table.drop_duplicates("point").set_index("point")[known]
    alone = lived.groupby("point")[INCREASE].count() == 0
    zeros = lacking.join(settings, on="point").assign(**dict.fromkeys(NUMBERS, 0.0))
    zeros.loc[zeros["point"].map(alone), COMPARED] = np.nan
    return pd.concat([table, zeros]).sort_values(
        "point", kind="stable", ignore_index=True
    )


def _more_draws(parts: Sequence[SavedSweep]) -> tuple[pd.DataFrame, pa.Table]:
    """Return the same points in the draws of all."""
    kept = [part.draws for part in parts if part.draws is not None]
    draws = pa.concat_tables(kept).unify_dictionaries()
    return _anew(parts[0], parts, draws), draws


def _anew(
    head: SavedSweep, parts: Sequence[SavedSweep], draws: pa.Table
) -> pd.DataFrame:
    """Return the table of the draws of several sweeps."""
    frame = draws.to_pandas().astype(dict.fromkeys([*_SERIES, "when"], str))
    # A series that only some of the draws have is zero in the others.
    wide = frame.set_index([*_ROW, "draw"]).unstack("draw", fill_value=0.0)  # noqa: PD010
    ours, theirs = (wide[side].to_numpy() for side in ("scenario", "baseline"))
    alone = np.isnan(theirs).any(axis=1)
    theirs = np.where(alone[:, np.newaxis], ours, theirs)
    found = statistics(ours, theirs, ~alone).T
    rows = pd.DataFrame(found, columns=NUMBERS, index=wide.index).reset_index()
    if (~alone).any():
        rows = pd.concat([rows, _backfires(rows, ours - theirs, alone)])
    tables = [part.table.to_pandas() for part in parts]
    failed = pd.concat([table.dropna(subset="error") for table in tables])
    failed = failed.drop_duplicates("point")
    rows = _in_order(rows[~rows["point"].isin(failed["point"])])
    settings = tables[0].drop_duplicates("point").set_index("point")
    made = rows.join(settings[head.footer["settings"]], on="point").assign(error=None)
    whole = pd.concat([made, failed]) if len(failed) else made
    return whole[list(tables[0])].sort_values("point", kind="stable", ignore_index=True)


def _backfires(
    rows: pd.DataFrame, change: np.ndarray, alone: np.ndarray
) -> pd.DataFrame:
    """Return in which share of draws the lag narrows, a row for each point."""
    at_end = rows["when"] == HORIZON
    lag = (rows["measure"] == LAG[0]) & (rows["actor"] == LAG[1]) & at_end
    narrower = np.mean(change[lag] < -A_DAY, axis=-1)
    narrower = np.where(alone[lag], np.nan, narrower)
    words = dict(zip([*_SERIES, "when"], backfire_labels(), strict=True))
    made = rows.loc[lag, ["point"]].assign(**words, **dict.fromkeys(NUMBERS, np.nan))
    return made.assign(**{NUMBERS[MEDIAN]: narrower})


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in the order of a sweep's table."""
    series = rows[_SERIES].drop_duplicates().itertuples(index=False, name=None)
    known = in_headline_order(
        SeriesLabel(*each) for each in series if each[0] != BACKFIRE
    )
    rank = {tuple(label[:2]): place for place, label in enumerate(known)}
    names = zip(rows["measure"], rows["actor"], strict=True)
    place = [rank.get(name, len(rank)) for name in names]
    ranked = rows.assign(_place=place).sort_values(["point", "_place", "when"])
    return ranked.drop(columns="_place")
