"""Publishing: tables and figures of studies, taken over into docs/.

`python -m sim.presentation.hindcast.publish outputs/hindcast/... outputs/structure/...`
copies what the folders hold and writes the pages anew.
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

IMAGES = "images"

_FIGURES = 5
"""Significant figures of a shipped number."""


def publish(studies: Sequence[Path], docs: Path = pages.DOCS) -> None:
    """Take over the tables and figures of studies, and write the pages.

    Args:
        studies: folders of results.
        docs: where the pages stand.
    """
    (docs / FOLDER).mkdir(exist_ok=True)
    for study in studies:
        for name in SHIPPED:
            if (study / name).is_file():
                frame = pd.read_csv(study / name)
                frame.to_csv(
                    docs / FOLDER / name,
                    index=False,
                    lineterminator="\n",
                    float_format=f"%.{_FIGURES}g",
                )
        for figure in sorted((study / "figures").glob("*.png")):
            if figure.name != RETURNS:
                _take_over(figure, docs / IMAGES / f"{FOLDER}_{figure.name}")
    pages.main(docs)


def _take_over(figure: Path, place: Path) -> None:
    """Copy a figure, the same picture in fewer bytes."""
    imsave(place, imread(figure), pil_kwargs={"compress_level": 9})


if __name__ == "__main__":
    publish([Path(word) for word in sys.argv[1:]])
