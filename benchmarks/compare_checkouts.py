"""Compare the results of two checkouts, scenario by scenario and file by file.

    python benchmarks/compare_checkouts.py ../before .
    python benchmarks/compare_checkouts.py ../before . --scenario service_ban --draws 20
    python benchmarks/compare_checkouts.py ../before . --rename law.csv:ours=scenario

Each scenario runs in both checkouts with the same seed and all measures recorded, each
checkout on its own code and data. A file is the same if its bytes are. Of a table that
differs, the columns that differ are printed, and for numbers the largest relative
difference. A column or a word in a text column that was renamed on purpose is given
with ``--rename``; a table that is the same after that is `renamed`.

With ``--keep`` the results of the first checkout are kept in a folder, by scenario, and
used again by later comparisons with the same draws and horizon.

Status: 0 everything is the same, or the same after renaming; 1 something differs.
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

LEFT_OUT = {"provenance.json", "config.yaml"}
"""Files that say when and from what a run was made, and so differ by design."""


def main() -> int:
    """Compare two checkouts as the command line asks; return the exit status."""
    options = parsed()
    renames = [rename.partition(":") for rename in options.rename]
    differs = False
    with tempfile.TemporaryDirectory() as scratch:
        kept = options.keep or Path(scratch) / "before"
        for scenario in options.scenario or scenarios_in(options.before):
            before = kept / f"{options.draws}-{options.horizon}" / scenario
            after = Path(scratch) / "after" / scenario
            run(options.before.resolve(), scenario, options, before)
            run(options.after.resolve(), scenario, options, after)
            differs |= compared(scenario, before, after, renames)
    return int(differs)


def parsed() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path, help="the checkout compared with")
    parser.add_argument("after", type=Path, help="the checkout in question")
    parser.add_argument("--scenario", action="append", help="all if not given")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--horizon", default="2030-12")
    parser.add_argument("--set", action="append", default=[], help="other overrides")
    parser.add_argument("--rename", action="append", default=[], metavar="FILE:OLD=NEW")
    parser.add_argument("--keep", type=Path, help="where the first results are kept")
    return parser.parse_args()


def scenarios_in(checkout: Path) -> list[str]:
    """Return the names of the scenarios that a checkout ships."""
    return sorted(file.stem for file in (checkout / "scenarios").glob("*.yaml"))


def run(checkout: Path, scenario: str, options: argparse.Namespace, to: Path) -> None:
    """Run a scenario on the code of a checkout, unless its results are kept."""
    if to.exists():
        return
    with tempfile.TemporaryDirectory() as outputs:
        call = [sys.executable, "-m", "sim", f"scenario={scenario}"]
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
    scenario: str, before: Path, after: Path, renames: list[tuple[str, str, str]]
) -> bool:
    """Print how the files of two run folders compare; return whether any differ."""
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
            found = differences(*files, dict(pair.split("=") for pair in mine))
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
