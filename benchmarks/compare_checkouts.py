"""What moved: compare every number of two checkouts, the largest move first.

    python benchmarks/compare_checkouts.py ../before .
    python benchmarks/compare_checkouts.py ../before . --scenario service_ban --draws 20
    python benchmarks/compare_checkouts.py v0.5.0 . --table moved.csv --show 40
    python benchmarks/compare_checkouts.py ../before . --rename law.csv:ours=scenario
    python benchmarks/compare_checkouts.py . . --python-after ~/py313/bin/python

Each scenario that both ship runs in both checkouts with the same seed and all measures
recorded, each checkout on its own code and data. A checkout is a folder, or a tag or
commit of this repository. A file is the same if its bytes are. Of a table that differs,
what differs is printed by column, and at the end the numbers that moved most.

A number is named by the words of its row: measure, actor, month, scenario. Of numbers
of draws, the draw that moved most stands for all. How much it moved is the change over
the larger of both. Changes below a billionth of the largest number of the same
measure and actor are rounding: they are counted, and come last.

With ``--table`` all that moved is written as CSV, the largest first. A column or a word
in a text column that was renamed on purpose is given with ``--rename``; a table that is
the same after that is `renamed`. With ``--keep`` the results of the first checkout are
kept in a folder, by scenario, and used again by later comparisons with the same draws
and horizon.

Status: 0 everything is the same, or the same after renaming; 1 something differs; 2 a
checkout could not be run.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]

ROUNDING = 1e-9
"""A smaller change, over the largest number of its series, is rounding."""

NOT_NAMES = {"draw", "inputs", "unit", "detail"}
"""Columns that do not tell one number from another."""

TIMES = ("month", "when")
"""Columns of time: a series has a number for each."""

NUMBERS_OF_A_MOVE = ("relative", "rounding", "before", "after", "draw")
"""Columns of the table of moves that do not name what moved."""

LEFT_OUT = {"provenance.json", "config.yaml"}
"""Files that say when and from what a run was made, and so differ by design."""


def main() -> int:
    """Compare two checkouts as the command line asks; return the exit status."""
    options = parsed()
    renames = [rename.partition(":") for rename in options.rename]
    moves: list[pd.DataFrame] = []
    differs = False
    with tempfile.TemporaryDirectory() as scratch:
        folders = [
            checked_out(name, Path(scratch) / side)
            for side, name in (("code-before", options.before), ("code", options.after))
        ]
        kept = options.keep or Path(scratch) / "before"
        for scenario in options.scenario or common_scenarios(*folders):
            before = kept / f"{options.draws}-{options.horizon}" / scenario
            after = Path(scratch) / "after" / scenario
            try:
                run(folders[0], scenario, options, before, options.python_before)
                run(folders[1], scenario, options, after, options.python_after)
            except subprocess.CalledProcessError as error:
                print(f"{scenario}: could not be run: {error}", file=sys.stderr)
                return 2
            differs |= compared(scenario, before, after, renames, moves)
    report(moves, options.table, options.show)
    return int(differs)


def checked_out(name: str, folder: Path) -> Path:
    """Return the folder of a checkout: as given, or made of a tag or commit."""
    if Path(name).is_dir():
        return Path(name).resolve()
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", name], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    subprocess.run(["tar", "-x"], cwd=folder, check=True, input=archive.stdout)
    return folder


def parsed() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", help="the checkout compared with")
    parser.add_argument("after", help="the checkout in question")
    parser.add_argument("--scenario", action="append", help="all if not given")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--horizon", default="2030-12")
    parser.add_argument("--set", action="append", default=[], help="other overrides")
    parser.add_argument("--rename", action="append", default=[], metavar="FILE:OLD=NEW")
    parser.add_argument("--table", type=Path, help="where all that moved is written")
    parser.add_argument("--show", type=int, default=20, help="how many are printed")
    parser.add_argument("--python-before", default=sys.executable)
    parser.add_argument("--python-after", default=sys.executable)
    parser.add_argument("--keep", type=Path, help="where the first results are kept")
    return parser.parse_args()


def common_scenarios(*checkouts: Path) -> list[str]:
    """Return the names of the scenarios that all checkouts ship."""
    shipped = (
        {file.stem for file in (checkout / "scenarios").glob("*.yaml")}
        for checkout in checkouts
    )
    return sorted(set.intersection(*shipped))


def run(
    checkout: Path, scenario: str, options: argparse.Namespace, to: Path, python: str
) -> None:
    """Run a scenario on the code of a checkout, unless its results are kept."""
    if to.exists():
        return
    with tempfile.TemporaryDirectory() as outputs:
        call = [python, "-m", "sim", f"scenario={scenario}"]
        call += [f"draws={options.draws}", f"horizon={options.horizon}", "record=all"]
        call += ["figures=false", "workers=1", "quiet=true", f"outputs={outputs}"]
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        subprocess.run(
            [*call, *options.set],
            cwd=checkout,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        [folder] = (Path(outputs) / scenario).iterdir()
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, to)


def compared(
    scenario: str,
    before: Path,
    after: Path,
    renames: list[tuple[str, str, str]],
    moves: list[pd.DataFrame],
) -> bool:
    """Print how the files of two run folders compare; return whether any differ.

    What moved is added to `moves`.
    """
    names = {
        file.name
        for folder in (before, after)
        for file in folder.iterdir()
        if file.is_file() and file.name not in LEFT_OUT
    }
    same, differs = 0, False
    for name in sorted(names):
        files = before / name, after / name
        if not all(file.exists() for file in files):
            side = "before" if files[0].exists() else "after"
            print(f"{scenario}/{name}: only {side}")
            differs = True
        elif files[0].read_bytes() == files[1].read_bytes():
            same += 1
        else:
            mine = [rename for file, _, rename in renames if file == name]
            own_renames = dict(pair.split("=") for pair in mine)
            found = differences(*files, own_renames)
            if found and files[0].suffix in {".csv", ".parquet"}:
                tables = [read(file).rename(columns=own_renames) for file in files]
                moves.append(moved(*tables).assign(scenario=scenario, file=name))
            print(f"{scenario}/{name}: {'; '.join(found) or 'renamed'}")
            differs |= bool(found)
    print(f"{scenario}: {same} of {len(names)} files have the same bytes", flush=True)
    return differs


def differences(before: Path, after: Path, renames: dict[str, str]) -> list[str]:
    """Return what differs between two files, in words; nothing if only names do."""
    if before.suffix not in {".csv", ".parquet"}:
        texts = [renamed(file.read_text("utf-8"), renames) for file in (before, after)]
        return [] if texts[0] == texts[1] else ["the bytes differ"]
    tables = [read(file).rename(columns=renames) for file in (before, after)]
    if list(tables[0]) != list(tables[1]):
        return [f"columns {list(tables[0])} became {list(tables[1])}"]
    if len(tables[0]) != len(tables[1]):
        return [f"{len(tables[0])} rows became {len(tables[1])}"]
    words = (column_difference(*tables, column, renames) for column in tables[0])
    return [word for word in words if word]


def moved(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of a table that moved, with the words that name each.

    Rows are found again by their words, so rows that came or went leave the others
    alone; they are not numbers that moved. Of several rows of one name, such as those
    of draws, the one that moved most is returned.
    """
    numeric, names = columns_of(before, after)
    tables = [with_occurrence(table, names) for table in (before, after)]
    keys = [*names, *({"draw"} & set(before)), "occurrence"]
    both = tables[0].merge(tables[1], on=keys, suffixes=("_before", "_after"))
    found = []
    for column in numeric:
        part = both[[*keys]].copy()
        for side in ("before", "after"):
            part[side] = both[f"{column}_{side}"].astype(float)
        found.append(part.assign(column=column))
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    return largest_moves(rows, names) if len(rows) else rows


def columns_of(*tables: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the columns of numbers, and those of words, that two tables share."""
    shared = [column for column in tables[0] if column in tables[1]]
    is_number = {
        column: all(pd.api.types.is_numeric_dtype(table[column]) for table in tables)
        for column in shared
    }
    numeric = [column for column in shared if is_number[column]]
    words = [column for column in shared if not is_number[column]]
    return (
        [column for column in numeric if column not in NOT_NAMES],
        [column for column in words if column not in NOT_NAMES],
    )


def with_occurrence(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return a table with its words as text, and equal rows of words counted."""
    words = {name: table[name].astype(str) for name in names}
    texts = table.assign(**words)
    keys = [*names, *({"draw"} & set(table))]
    return texts.assign(occurrence=texts.groupby(keys, sort=False).cumcount())


def largest_moves(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the rows in which a number moved, one for each name."""
    series = [rows[name] for name in names if name not in TIMES]
    sizes = rows[["before", "after"]].abs().max(axis=1)
    scale = sizes.groupby(series, sort=False).transform("max") if series else sizes
    change = (rows["after"] - rows["before"]).abs()
    one_is_missing = rows["before"].isna() != rows["after"].isna()
    rows = rows.assign(
        relative=(change / sizes).where(~one_is_missing, np.inf),
        rounding=(change <= ROUNDING * scale) & ~one_is_missing,
    )
    rows = rows[(change > 0.0) | one_is_missing]
    return rows.sort_values("relative", ascending=False, kind="stable").drop_duplicates(
        [*names, "column"]
    )


def report(moves: list[pd.DataFrame], to: Path | None, show: int) -> None:
    """Print what moved most, one line a series, and write all of it if asked to."""
    if not any(len(table) for table in moves):
        print("No number moved.")
        return
    rows = pd.concat(moves, ignore_index=True).sort_values(
        ["rounding", "relative"], ascending=[True, False], kind="stable"
    )
    first = ["relative", "rounding", "scenario", "file", "column", "before", "after"]
    rows = rows[[*first, *(x for x in rows if x not in {*first, "occurrence"})]]
    beyond = rows[~rows["rounding"].astype(bool)]
    within = len(rows) - len(beyond)
    print(f"{len(rows)} numbers moved, {within} of them within rounding.")
    for scenario, group in beyond.groupby("scenario", sort=False):
        print(f"  {scenario}: {len(group)} beyond, by {group['relative'].iloc[0]:.2g}")
    series = [x for x in rows if x not in {*NUMBERS_OF_A_MOVE, *TIMES}]
    largest = rows.fillna(dict.fromkeys(series, "")).drop_duplicates(series)
    for row in largest.head(show).to_dict("records"):
        print(f"  {in_words(row)}")
    if to is not None:
        rows.to_csv(to, index=False)
        print(f"All are in {to}.")


def in_words(row: dict[str, object]) -> str:
    """Return a number that moved as one line."""
    names = [
        str(value)
        for name, value in row.items()
        if name not in NUMBERS_OF_A_MOVE and str(value) not in {"", "nan"}
    ]
    rounding = " (rounding)" if row["rounding"] else ""
    return (
        f"{row['relative']:.2g}{rounding}: {row['before']:.6g} became "
        f"{row['after']:.6g}: {', '.join(names)}"
    )


def renamed(text: str, renames: dict[str, str]) -> str:
    """Return a text with words renamed."""
    for old, new in renames.items():
        text = text.replace(old, new)
    return text


def read(file: Path) -> pd.DataFrame:
    """Return a table, as it is on the disk."""
    if file.suffix == ".csv":
        return pd.read_csv(file, low_memory=False)
    return pd.read_parquet(file)


def column_difference(
    before: pd.DataFrame, after: pd.DataFrame, column: str, renames: dict[str, str]
) -> str:
    """Return how a column differs, in words; nothing if it does not."""
    old, new = before[column], after[column]
    if pd.api.types.is_numeric_dtype(old) and pd.api.types.is_numeric_dtype(new):
        values = [series.to_numpy(dtype=float) for series in (old, new)]
        unequal = ~((values[0] == values[1]) | np.isnan(values).all(axis=0))
        if not unequal.any():
            return ""
        change = np.abs(values[1] - values[0])
        size = np.maximum(*map(np.abs, values))
        with np.errstate(invalid="ignore", divide="ignore"):
            largest = float(np.nanmax((change / size)[unequal]))
        return f"{column}: {unequal.sum()} numbers differ, by {largest:.2g} at most"
    old, new = (series.astype(object).fillna("") for series in (old, new))
    unequal = old.replace(renames) != new
    if not unequal.any():
        return ""
    first = int(np.argmax(unequal.to_numpy()))
    return (
        f"{column}: {unequal.sum()} words differ, "
        f"the first in row {first}: {old.iloc[first]!r} became {new.iloc[first]!r}"
    )


if __name__ == "__main__":
    sys.exit(main())
