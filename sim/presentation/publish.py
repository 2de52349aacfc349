"""Publishing: tables and figures of studies, taken over into docs/.

`python -m sim.presentation.publish outputs/hindcast/... outputs/structure/...
outputs/sensitivity/... ...` copies what the folders hold and writes the pages anew.
Studies of sensitivity, one for each scenario, are published together; of a calibration
(`outputs/calibrate/...`) its figures are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from matplotlib.image import imread, imsave

from sim.presentation import pages
from sim.presentation.hindcast.page import FOLDER, SHIPPED
from sim.presentation.news import FIGURE as RETURNS
from sim.presentation.sensitivity import SHOWN
from sim.presentation.sensitivity import TABLE as LEVERS
from sim.presentation.sensitivity_page import SHIPPED as SHIPPED_LEVERS

IMAGES = "images"

_FITTED = "identifiability.csv"
"""The table that a calibration alone leaves."""

_FIGURES = 5
"""Significant figures of a shipped number."""


def publish(studies: Sequence[Path], docs: Path = pages.DOCS) -> None:
    """Take over the tables and figures of studies, and write the pages.

    Args:
        studies: folders of results.
        docs: where the pages stand.
    """
    (docs / FOLDER).mkdir(exist_ok=True)
    levers = [study / LEVERS for study in studies if (study / LEVERS).is_file()]
    if levers:
        _take_over_levers(levers, docs / SHIPPED_LEVERS)
    for study in studies:
        if (study / LEVERS).is_file():
            continue
        fitted = (study / _FITTED).is_file()
        for name in SHIPPED:
            if (study / name).is_file() and not fitted:
                _write(pd.read_csv(study / name), docs / FOLDER / name)
        for figure in sorted((study / "figures").glob("*.png")):
            if figure.name != RETURNS:
                kind = "calibration" if fitted else FOLDER
                _take_over(figure, docs / IMAGES / f"{kind}_{figure.name}")
    pages.main(docs)


def _take_over_levers(tables: Sequence[Path], place: Path) -> None:
    """Keep what the effects that are shown hang on, over all scenarios."""
    whole = pd.concat([pd.read_csv(table) for table in tables])
    keys = zip(whole["measure"], whole["actor"], strict=True)
    place.parent.mkdir(exist_ok=True)
    _write(whole[[key in SHOWN for key in keys]], place)


def _write(frame: pd.DataFrame, place: Path) -> None:
    frame.to_csv(place, index=False, lineterminator="\n", float_format=f"%.{_FIGURES}g")


def _take_over(figure: Path, place: Path) -> None:
    """Copy a figure, the same picture in fewer bytes."""
    imsave(place, imread(figure), pil_kwargs={"compress_level": 9})


if __name__ == "__main__":
    publish([Path(word) for word in sys.argv[1:]])
