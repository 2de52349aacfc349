"""Publishing: tables and figures of studies, copied into docs/.

`python -m sim.presentation.publish outputs/hindcast/... outputs/structure/...
outputs/sensitivity/... ...` copies what the folders hold and writes the pages again.
Studies of sensitivity, one for each scenario, are published together; of a calibration
(`outputs/calibrate/...`) and of the law (`outputs/law_figures/...`) only the figures
are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import yaml
from matplotlib.image import imread, imsave
from pyarrow import parquet

from sim.domain.errors import OutputError
from sim.outcomes import disk
from sim.outcomes.folder_writer import (
    ALT_SUFFIX,
    CONFIG,
    FIGURES,
    PROVENANCE,
    WORLDS,
)
from sim.outcomes.manifest import Manifest
from sim.outcomes.worlds import worlds_frame
from sim.presentation import pages
from sim.presentation.comparison_figures import DIFFERENCES
from sim.presentation.headroom_chart import TABLE as HEADROOM
from sim.presentation.hindcast.page import FOLDER, SHIPPED
from sim.presentation.news_report import FIGURE as RETURNS
from sim.presentation.question_pages import (
    DRIVERS,
    OBJECTIVES,
    PAIRS,
    QUESTIONS,
    keep_drivers,
    read_questions,
    write_kept,
)
from sim.presentation.question_pages import FOLDER as QUESTION_FOLDER
from sim.presentation.sensitivity_page import SHIPPED as SHIPPED_LEVERS
from sim.presentation.sensitivity_report import SHOWN
from sim.presentation.sensitivity_report import TABLE as LEVERS

IMAGES, LAW = "images", "law"

_FITTED = "identifiability.csv"
"""The table that only a calibration leaves."""

_FIGURES = 5
"""Significant figures of a shipped number."""


def publish(studies: Sequence[Path], docs: Path = pages.DOCS) -> None:
    """Copy tables and figures of folders of results into docs, and write the pages.

    Raises:
        OutputError: a file of a folder was changed after the study.
    """
    for study in studies:
        _check_unchanged(study)
    disk.make_folders(docs / FOLDER)
    of_sensitivity = [study for study in studies if (study / LEVERS).is_file()]
    if of_sensitivity:
        _copy_levers(of_sensitivity, docs / SHIPPED_LEVERS)
    of_questions = [study for study in studies if (study / OBJECTIVES).is_file()]
    for study in of_questions:
        _keep_answer(study, docs)
    for study in studies:
        if study not in of_sensitivity + of_questions:
            _copy_study(study, docs)
    pages.main(docs)


def _check_unchanged(study: Path) -> None:
    manifest = Manifest.read(study)
    if manifest is not None:
        for name in manifest.files:
            manifest.check(name)


def _copy_levers(studies: Sequence[Path], target: Path) -> None:
    """Keep the assumptions on which the effects shown depend, over all scenarios."""
    levers = pd.concat([_levers(study) for study in studies])
    keys = zip(levers["measure"], levers["actor"], strict=True)
    disk.make_folders(target.parent)
    _write(levers[[key in SHOWN for key in keys]], target)


def _levers(study: Path) -> pd.DataFrame:
    table = pd.read_csv(study / LEVERS)
    provenance = json.loads((study / "provenance.json").read_text(encoding="utf-8"))
    table.insert(1, "draws", provenance["draws"])
    return table


def _copy_study(study: Path, docs: Path) -> None:
    fitted = (study / _FITTED).is_file()
    for name in SHIPPED:
        if (study / name).is_file() and not fitted:
            _write(pd.read_csv(study / name), docs / FOLDER / name)
    for figure in sorted((study / "figures").glob("*.png")):
        if figure.name != RETURNS:
            kind = "calibration" if fitted else FOLDER
            kind = LAW if (study / HEADROOM).is_file() else kind
            _compress(figure, docs / IMAGES / f"{kind}_{figure.name}")


def _keep_answer(study: Path, docs: Path) -> None:
    """Keep what the page of the question is made from that a comparison answers.

    Raises:
        OutputError: no question names these scenarios.
    """
    config = yaml.safe_load((study / CONFIG).read_text("utf-8"))
    scenarios = tuple(config["scenario"])
    asked = [x for x in read_questions(docs) if set(x.scenarios) == set(scenarios)]
    if not asked:
        raise OutputError(f"{study}: no question of {QUESTIONS} compares {scenarios}")
    provenance = json.loads((study / PROVENANCE).read_text("utf-8"))
    worlds = worlds_frame(parquet.read_table(study / WORLDS))
    figure = study / FIGURES / DIFFERENCES
    words = figure.with_suffix(ALT_SUFFIX).read_text("utf-8")
    tables = {
        **{name: pd.read_csv(study / name) for name in (OBJECTIVES, PAIRS)},
        DRIVERS: keep_drivers(worlds, config["baseline"], scenarios),
    }
    run = {
        "day": str(provenance["started"])[:10],
        "horizon": str(config["horizon"]),
        "baseline": config["baseline"],
        "draws": config["draws"],
        "seed": config["seed"],
        "alt": words.strip(),
        "command": f"python -m sim task=compare scenario={','.join(scenarios)} "
        f"draws={config['draws']}",
    }
    for one in asked:
        folder = docs / QUESTION_FOLDER / one.id
        write_kept(folder, tables, run)
        _compress(figure, folder / DIFFERENCES)


def _write(frame: pd.DataFrame, target: Path) -> None:
    text = frame.to_csv(index=False, lineterminator="\n", float_format=f"%.{_FIGURES}g")
    disk.write_text(target, text)


def _compress(figure: Path, target: Path) -> None:
    """Copy a figure, the same picture in fewer bytes."""
    pixels = imread(figure)
    with disk.open_file(target) as file:
        imsave(file, pixels, format="png", pil_kwargs={"compress_level": 9})


if __name__ == "__main__":
    publish([Path(argument) for argument in sys.argv[1:]])
