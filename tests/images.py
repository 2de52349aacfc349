"""Pictures of figures, compared with those that were looked at and kept."""

import os
from pathlib import Path

from matplotlib.testing.compare import compare_images

from sim.presentation import style

KEPT = Path(__file__).parent / "presentation" / "images"
"""The pictures that a person has looked at."""

RENEW = "CHIPWAR_RENEW_IMAGES"
"""Environment variable: if it is set, pictures are kept instead of compared."""

_DPI = 50
_TOLERANCE = 4.0
"""Root mean square difference of pixels (0 to 255) below which two are alike."""


def assert_looks_as_kept(figure, name, folder):
    """Fail if a figure looks otherwise than the picture kept of it.

    The picture of the figure and that of what differs are left in `folder`.
    """
    kept, made = KEPT / f"{name}.png", folder / f"{name}.png"
    target = kept if os.environ.get(RENEW) else made
    with style.figure_style():
        figure.savefig(target, format="png", dpi=_DPI)
    if target is made:
        assert kept.exists(), f"{kept} is missing; {RENEW}=1 keeps it: look at it"
        assert compare_images(str(kept), str(made), _TOLERANCE) is None
